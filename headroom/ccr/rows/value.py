"""Values of a JSON text as they are spelled there: its records, and what stands at a path."""

from __future__ import annotations

import json
import re
from contextlib import suppress
from typing import Any

from headroom.ccr.rows.fragment import fragment
from headroom.ccr.rows.record import DEEPEST, Steps, enclosed, record_list
from headroom.ccr.rows.retold import retold
from headroom.core.jsonspan import Item, NotSpliceable, locate, skip_blank
from headroom.detect.records import behind, claim

_STEP = re.compile(
    r"""\.?\[(?:(\d{1,12})|("[^"\\]*(?:\\.[^"\\]*)*")|'([^'\\]*)')\]|\.?([^.\[\]]+)""", re.DOTALL
)
_ROOT = re.compile(r"\A\$(?=[.\[]|\Z)")
_INDEX = re.compile(r"0|[1-9][0-9]{0,11}")
PLAIN_KEY = re.compile(r"[^.\[\]\s]{1,100}")
"""A key that may stand in a path as it is, `.name`; of any other it is `["a name"]`."""
_NONE = object()
"""What a text that is no JSON decodes to."""
_BLANKS = re.compile(r'("[^"\\]*(?:\\.[^"\\]*)*")|[ \t\n\r]+')


class Number(str):
    """A number of a JSON text, as it is spelled there."""

    __slots__ = ()


def _loaded(text: str) -> Any:
    """Return the decoded list or object that a text is, or None."""
    value = _value(text) if text.lstrip().startswith(("{", "[")) else _NONE
    return None if value is _NONE else value


def _value(text: str) -> Any:
    """Return what a JSON text decodes to, or `_NONE`."""
    with suppress(ValueError, RecursionError):
        return json.loads(text, parse_float=Number, parse_int=Number)
    return _NONE


def _json(text: str) -> tuple[str, Any] | None:
    """Return a text as one JSON value, JSON Lines as a list, and what it decodes to; or None."""
    tree = _loaded(text)
    if tree is not None:
        return text, tree
    records = [line for line in text.split("\n") if line and not line.isspace()]
    # Any value may stand on a line, but a column of numbers is no list of records.
    if len(records) < 2 or not any(record.lstrip()[:1] in ("{", "[") for record in records):
        return None
    tree = []
    for record in records:
        value = _value(record)
        if value is _NONE:
            return None
        tree.append(value)
    return f"[{','.join(records)}]", tree


def json_within(text: str) -> str:
    """Return the JSON that most of a text is, without what is around it; or the text.

    Around it are lines, words, or JSON in which it is a string. Of JSON that was cut off the
    complete records are it; what Python printed, and XML, is told in JSON.
    """
    known = _json(text)
    if known is not None:
        found = enclosed(known[1], len(text))
        return found[1] if found is not None and _loaded(found[1]) is not None else text
    lines = text.split("\n")
    start, end = max(claim(lines), key=lambda run: run[1] - run[0], default=(0, 0))
    inner = "\n".join(lines[start:end])
    inner = inner[behind(inner.partition("\n")[0]) :]
    if 2 * len(inner) >= len(text):
        return inner
    broken = fragment(text)
    return (retold(text) or text) if broken is None else broken.json(text)


def table(text: str) -> tuple[Any, list[str], list[Any]] | None:
    """Return the value of a JSON text, its records on one line each, and their values; or None."""
    known = _json(text)
    if known is None:
        return None
    (text, tree), steps = known, record_list(known[1])
    if steps is None:
        return tree, [], []
    try:
        start, values = skip_blank(text, 0), tree
        for step in steps:
            start, values = _item(text, start, step).start, values[step]
        spans = locate(text, start, {-1: {}}).items
    except NotSpliceable:
        return tree, [], []
    return tree, [_BLANKS.sub(r"\1", text[item.start : item.end]) for item in spans], values


def _item(text: str, start: int, step: str | int) -> Item:
    """Return where the value behind one step stands, or raise a ValueError that says what does."""
    kind = text[start : start + 1]
    if kind not in ("{", "["):
        raise ValueError(f"nothing is inside {text[start : start + 40]!r}: it is no list or object")
    items = locate(text, start, {-1: {}}).items
    if kind == "[":
        if not isinstance(step, int) or step >= len(items):
            raise ValueError(f"{step!r} is not in the list: it has {len(items)} items, from 0")
        return items[step]
    for item in reversed(items):
        if item.key == str(step):
            return item
    keys = ", ".join(dict.fromkeys(str(item.key) for item in items))
    raise ValueError(f"there is no key {str(step)[:80]!r} here; the keys are: {keys[:1500]}")


def value_at(text: str, path: str) -> str:
    """Return one value of a JSON text as it is spelled there, on one line.

    Raises:
        ValueError: the text is no JSON, or the path leads nowhere; says what is there.
    """
    known = _json(text)
    if known is None:
        raise ValueError("the text is not JSON, so it has no paths; ask with lines or query")
    text = known[0].rstrip()
    start, end = skip_blank(text, 0), len(text)
    for step in steps_of(path):
        _, _, start, end = _item(text, start, step)
    return _BLANKS.sub(r"\1", text[start:end])


def steps_of(path: str) -> Steps:
    """Return the steps of a path as it is written: items[3].name or items.3.name.

    Raises:
        ValueError: it is no path.
    """
    # The root is "$", with a step behind it or none; "$defs" is a key.
    rest, at = _ROOT.sub("", path.strip()), 0
    steps: list[str | int] = []
    while at < len(rest):
        match = _STEP.match(rest, at)
        if match is None or len(steps) == DEEPEST:
            raise ValueError(f"path reads items[3].name or items.3.name, not {path[:60]!r}")
        number, quoted, single, name = match.groups()
        number = number or (name if name and _INDEX.fullmatch(name) else None)
        key = single if name is None else name
        steps.append(int(number) if number else json.loads(quoted) if quoted else key)
        at = match.end()
    return tuple(steps)
