"""YAML that is a list of records, or holds one, told in JSON: `kubectl get pods -o yaml`.

items:
- kind: Pod
  metadata:
    name: web-0
"""

from __future__ import annotations

import json
import re
from collections import Counter
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Sequence

_LONGEST, _PROBE = 400_000, 40
"""Characters of a text that is looked at, which takes up to 0.2 s per 100,000 of them, and lines by
which most texts are told."""
_BEGUN = re.compile(r"\s{0,9}+(?:---\s*\n)?(?:- )?[\w.\"'/-]{1,60}+:(?: |\n)")
_LINE = re.compile(
    r"\s*+(?:- )*+(?:[\w.\"'/$@()-][\w.\"'/ $@()*-]{0,80}?:(?:\s|$)|-(?:\s|$)|[\]}])"
)
_ITEM = re.compile(r"( *)- [\w.\"'/-]{1,60}+:(?:\s|$)")
_SHARED = re.compile(r"(?m)(?:: |- )[&*!][\w!]|^<<:")
"""What is named, stands for what is named, or has a type of its own."""
_PLAIN = re.compile(r"-?(?:0|[1-9][0-9]{0,14})(?:\.[0-9]{1,15})?|true|false|null", re.ASCII)
"""A value that JSON knows without quotes."""
_RECORDS, _NEARLY, _COVERED, _REMARKS = 8, 0.8, 0.6, 0.02
"""Items of a list at least; shares of the lines that are keys or items, that stand in the list,
and, at most, that are comments: these would be lost."""


def as_json(text: str) -> str | None:
    """Return what the records of a YAML text hold as JSON, or None where it holds none."""
    if len(text) > _LONGEST or _BEGUN.match(text) is None:
        return None
    lines = [line for line in text.split("\n") if line and not line.isspace()]
    if not _has_records(lines) or _SHARED.search(text):
        return None
    value = _loaded(text)
    if not isinstance(value, (dict, list)) or _is_longer(value, 2 * len(text)):
        return None
    try:
        return _spelled(value)
    except RecursionError:
        return None


def _has_records(lines: Sequence[str]) -> bool:
    """Whether lines are YAML most of which is a list of objects."""
    for some in (lines[:: len(lines) // _PROBE + 1], lines):
        if sum(1 for line in some if _LINE.match(line)) < _NEARLY * len(some):
            return False
    remarks = sum(1 for line in lines if line.lstrip().startswith("#"))
    items = [(at, len(match[1])) for at, line in enumerate(lines) if (match := _ITEM.match(line))]
    if remarks > _REMARKS * len(lines) or len(items) < _RECORDS:
        return False
    # The list that is furthest out is it: those inside its records are set further in.
    depths = Counter(depth for _, depth in items)
    outer = min((depth for depth, count in depths.items() if count >= _RECORDS), default=-1)
    if outer < 0:
        return False
    first = next(at for at, depth in items if depth == outer)
    return len(lines) - first >= _COVERED * len(lines)


def _loaded(text: str) -> Any:
    """Return a YAML text with strings for all plain values, or None."""
    import yaml  # noqa: PLC0415 - takes longer to load than most texts to read

    loader = getattr(yaml, "CBaseLoader", yaml.BaseLoader)
    try:
        return yaml.load(text, Loader=loader)  # noqa: S506 - makes strings, lists and dicts alone
    except (yaml.YAMLError, ValueError, RecursionError):
        return None


def _is_longer(value: Any, most: int) -> bool:
    """Whether a value has more than so many characters and items.

    What is named within brackets may be said again there, and that again: a line of it can stand
    for more than any memory holds.
    """
    stack = [value]
    while stack and most >= 0:
        item = stack.pop()
        most -= len(item)
        if isinstance(item, dict):
            most -= sum(map(len, item))
            stack += item.values()
        elif isinstance(item, list):
            stack += item
    return most < 0


def _spelled(value: Any) -> str:
    """Return a value in JSON: numbers and words of JSON are spelled as they were."""
    if isinstance(value, dict):
        pairs = (f"{json.dumps(str(key))}:{_spelled(inner)}" for key, inner in value.items())
        return "{" + ",".join(pairs) + "}"
    if isinstance(value, list):
        return "[" + ",".join(map(_spelled, value)) + "]"
    if _PLAIN.fullmatch(value):
        return str(value)
    return json.dumps(value, ensure_ascii=False)
