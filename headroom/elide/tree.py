"""Nested JSON: the values that matter with the keys that lead there, names for the other keys.

An object of which keys are missing has one more, "…", that names them; a list of which items are
missing ends with a text that counts them; a long text has a count where its middle was:

    {"info": {"title": "Pets", "…": "4 keys: contact, license, termsOfService, version"},
     "tags": ["cats", "… items 1-40 of 0-41", "dogs"]}
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from headroom.ccr.bm25 import Relevance
from headroom.elide.choice import ALWAYS, STRONG, choose, ranges, spelled
from headroom.elide.column import spelled as scalar
from headroom.elide.gapped import GAP
from headroom.elide.line import RELEVANCE
from headroom.elide.record import is_fault, troubled
from headroom.records.spelling import spell

if TYPE_CHECKING:
    from collections.abc import Iterator

MARK = GAP.strip()
_SMALL = 160
"""Characters of an object or list that is kept or left out as one."""
_LONG, _HEAD, _TAIL = 700, 240, 120
"""Characters of a text from which it loses its middle, and those that stay at either end."""
_NAMES, _DEEP_NAMES = 320, 80
"""Characters of the names of the keys left out of one object, near the root and deeper."""
_NEAR_ROOT = 2
_STEPS = re.compile(r"`([^`\n]{2,200})`|((?:\[\d+\]|[\w$@/-]+)(?:\.[\w$@/-]+|\[\d+\])+)")
_PLAIN_KEY = re.compile(r"[^.\[\]\s]{1,100}")
_POINTER = re.compile(r"https?://\S+|[0-9a-fA-F]{24,}|[\w+/=-]{40,}", re.ASCII)
"""Values that say little by themselves: links, hashes, encoded bytes."""
_FEW_HITS = 8
_GONE: Any = object()


@dataclass(slots=True)
class _Unit:
    """A value that is kept or left out as one."""

    path: str
    value: Any
    depth: int
    spread: float
    """Share of its weight that is left after its places in lists: later items say the same."""


def path_of(steps: tuple[str | int, ...]) -> str:
    """Return steps as a path that a retrieval understands: `items[3].name`."""
    return "".join(map(_step, steps)).removeprefix(".")


def _step(step: str | int) -> str:
    if isinstance(step, int):
        return f"[{step}]"
    return f".{step}" if _PLAIN_KEY.fullmatch(step) else f"[{spell(step)}]"


def prune(value: Any, query: str, budget: int, *, has_odd: bool) -> Any:
    """Return the value with the least telling parts left out, about `budget` characters of it.

    The value itself comes back where all of it is kept.
    """
    units = list(_units(value, "", 0, 1.0))
    texts = [f"{unit.path}: {_spelled(unit.value, has_odd=has_odd)}" for unit in units]
    asked = _asked(units, query)
    weights = _weights(units, texts, query)
    for at in asked:
        weights[at] = ALWAYS
    costs = [
        _cost(unit, len(text), whole=weights[at] >= STRONG)
        for at, (unit, text) in enumerate(zip(units, texts, strict=True))
    ]
    kept = set(choose(weights, costs, budget // 3))
    flags = iter([(at in kept, weights[at] >= STRONG) for at in range(len(units))])
    return _rebuilt(value, 0, flags)


def _units(value: Any, path: str, depth: int, spread: float) -> Iterator[_Unit]:
    if not isinstance(value, dict | list) or not value or _is_small(value):
        yield _Unit(path, value, depth, spread)
    elif isinstance(value, dict):
        for key, item in value.items():
            step = _step(key)
            yield from _units(
                item, path + step if path else step.removeprefix("."), depth + 1, spread
            )
    else:
        for at, item in enumerate(value):
            yield from _units(
                item, f"{path}[{at}]", depth + 1, spread / (1 + min(at, len(value) - 1 - at))
            )


def _is_small(value: Any) -> bool:
    """Whether a value takes few characters; looks at no more of it than those."""
    room, stack = _SMALL, [value]
    while stack and room > 0:
        item = stack.pop()
        if isinstance(item, dict):
            room -= 2 * len(item) + sum(map(len, item)) + 2 * len(item)
            stack += item.values()
        elif isinstance(item, list):
            room -= 2 + len(item)
            stack += item
        else:
            room -= len(item) + 2 if isinstance(item, str) else 5
    return room > 0


def _spelled(value: Any, *, has_odd: bool) -> str:
    return scalar(value) if not isinstance(value, dict | list) else spell(value, has_odd=has_odd)


def _cost(unit: _Unit, size: int, *, whole: bool) -> int:
    """Return about how many tokens a unit takes, its key but not its whole path counted."""
    size -= max(0, len(unit.path) - 24)
    return (size if whole else min(size, _LONG)) // 3 + 1


def _asked(units: list[_Unit], query: str) -> list[int]:
    """Return the units that the question names by path, unless it names too many."""
    out: list[int] = []
    for match in _STEPS.finditer(query[:4_000]):
        name = (match[1] or match[2]).strip().removeprefix("$").removeprefix(".")
        below = (f"{name}.", f"{name}[")
        hits = [
            at
            for at, unit in enumerate(units)
            if unit.path == name
            or unit.path.endswith(f".{name}")
            or unit.path.startswith(below)
            or (unit.path and name.startswith((f"{unit.path}.", f"{unit.path}[")))
        ]
        out += hits if len(hits) <= max(_FEW_HITS, len(units) // 20) else []
    return out


def _weights(units: list[_Unit], texts: list[str], query: str) -> list[float]:
    """Return what units weigh: what the question is about, faults, what stands near the root."""
    weights = []
    for unit in units:
        weight = 0.6 / (1 + unit.depth)
        value = unit.value
        if isinstance(value, str):
            if _POINTER.fullmatch(value):
                weight *= 0.2
            elif troubled(value):
                weight = max(weight, 0.7)
        if is_fault(unit.path, value):
            weight = STRONG
        weights.append(weight * unit.spread + 0.001)
    if query:
        relevance = Relevance(query)
        scores = relevance.scores(texts)
        most = max(scores, default=0.0) or 1.0
        weights = [a + RELEVANCE * b / most for a, b in zip(weights, scores, strict=True)]
        if relevance.named:
            for at, score in enumerate(scores):
                weights[at] += STRONG if score >= most else 0.0
    return weights


def _rebuilt(value: Any, depth: int, flags: Iterator[tuple[bool, bool]]) -> Any:
    """Return what is kept of a value, or `_GONE`; takes one flag for each unit in it."""
    if not isinstance(value, dict | list) or not value or _is_small(value):
        keep, whole = next(flags)
        if not keep:
            return _GONE
        return value if whole or not isinstance(value, str) else shortened(value)
    if isinstance(value, dict):
        made = {key: _rebuilt(item, depth + 1, flags) for key, item in value.items()}
        kept = {key: item for key, item in made.items() if item is not _GONE}
        if kept and len(kept) < len(made):
            gone = [key for key, item in made.items() if item is _GONE]
            kept[MARK] = _named(gone, _NAMES if depth <= _NEAR_ROOT else _DEEP_NAMES)
        return kept or _GONE
    items = [_rebuilt(item, depth + 1, flags) for item in value]
    rest = [item for item in items if item is not _GONE]
    if rest and len(rest) < len(items):
        gone_at = ranges(at for at, item in enumerate(items) if item is _GONE)
        rest.append(f"{GAP}items {spelled(gone_at[:_FEW_HITS])} of 0-{len(items) - 1}")
    return rest or _GONE


def _named(keys: list[str], room: int) -> str:
    noun = "key" if len(keys) == 1 else "keys"
    names: list[str] = []
    for key in keys:
        room -= len(key) + 2
        if room < 0:
            break
        names.append(key)
    more = ", …" if len(names) < len(keys) else ""
    return f"{len(keys)} {noun}{': ' if names else ''}{', '.join(names)}{more}"


def shortened(text: str) -> str:
    """Return a long text with the number of characters left out in the place of its middle."""
    if len(text) <= _LONG:
        return text
    gone = len(text) - _HEAD - _TAIL
    return f"{text[:_HEAD]} {GAP}{gone:,} characters {MARK} {text[-_TAIL:]}"
