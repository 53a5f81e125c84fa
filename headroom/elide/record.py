"""Weights of records: what stands out in a column, and what the question names."""

from __future__ import annotations

import re
from collections import Counter
from typing import TYPE_CHECKING, Any

from headroom.elide.choice import ALWAYS

if TYPE_CHECKING:
    from collections.abc import Sequence

_EXTREMES = 2
"""Records kept at either end of a column of numbers."""
_RARE = 3
"""A value of a column of categories is rare if so few records have it."""
_BAD = re.compile(
    r"\b(?:error|fail(?:ed|ure|ing)?|fatal|critical|exception|panic|crash\w*|denied|timeout|unhealthy|"
    r"backoff|evicted|oom\w*|invalid|refused|degraded|warning)\b",
    re.IGNORECASE,
)
_MAX_DEPTH = 6
_LONG = 2_000
_FEW = 6
"""A column with so few different values is one of states: a rare one tells."""
_ITEMS = 6
_OUTLIER = 3.5
"""Distance from the median in units of the median distance (times 1.48) that tells an outlier."""
_ASKED = re.compile(
    r"(?:`([\w.\[\]-]+)`\s*(?:=|==|is)|([\w.\[\]-]+)\s*==?)\s*[\"'`]?"
    r"([^\"'`?,\s][^\"'`?,]*?)[\"'`]?(?=[\s,?.]|$)"
)
_EXTREME = re.compile(
    r"\b(?:high|low|larg|small|long|short|great|few|old|new|big|cheap|slow|fast)(?:e?st)\b"
    r"|\b(?:most|least|max(?:imum)?|min(?:imum)?|earliest|latest|top|worst|best)\b",
    re.IGNORECASE,
)
_FAULT = re.compile(
    r"(?:^|[._])(?:error|exception|fault|failure|stack_?trace)s?(?:$|[._\[])", re.IGNORECASE
)
_FINE = (None, False, 0, "", "0", "false", "none", "null", "no", "ok")
_KEYS = re.compile(r"`([\w.\[\]-]+)`")


def flat(record: Any) -> dict[str, Any]:
    """Return the scalars of a record by dotted key, the first items of its lists by index."""
    out: dict[str, Any] = {}
    stack: list[tuple[str, Any, int]] = [("", record, 0)]
    while stack:
        name, value, depth = stack.pop()
        if depth < _MAX_DEPTH and isinstance(value, dict):
            below = [(f"{name}.{key}" if name else str(key), item) for key, item in value.items()]
        elif depth < _MAX_DEPTH and isinstance(value, list):
            below = [(f"{name}[{at}]", item) for at, item in enumerate(value[:_ITEMS])]
        else:
            out.setdefault(name, value)
            continue
        stack += [(key, item, depth + 1) for key, item in reversed(below)]
    return out


def weigh(records: Sequence[dict[str, Any]], query: str = "") -> list[float]:
    """Return a weight for each flat record: 1.0 for outliers, rare values and failures.

    Records that have all the values that the question gives for keys by name are always kept.
    """
    weights = [0.0] * len(records)
    asked = [((a or b).strip("."), value) for a, b, value in _ASKED.findall(query)]
    hits = [at for at, each in enumerate(records) if asked and _has(each, asked)]
    if len(hits) * 3 <= len(records):
        for at in hits:
            weights[at] = ALWAYS
    columns: dict[str, list[tuple[int, Any]]] = {}
    for at, record in enumerate(records):
        for name, value in record.items():
            columns.setdefault(name, []).append((at, value))
    named = set(_KEYS.findall(query)) if _EXTREME.search(query) else set()
    for name, cells in columns.items():
        found = _column(cells, len(records))
        if _FAULT.search(name):
            at_fault = [at for at, value in cells if value not in _FINE]
            if len(at_fault) * 3 <= len(records):
                found.update(dict.fromkeys(at_fault, 3.0))
        if any(name == key or name.endswith(f".{key}") for key in named):
            numbers = _numbers(cells)
            found.update(dict.fromkeys((at for _, at in numbers[:1] + numbers[-1:]), ALWAYS))
        for at, weight in found.items():
            weights[at] = max(weights[at], weight) + 0.05 * min(weights[at], weight)
    for at in range(len(records)):
        edge = min(at, len(records) - 1 - at)
        weights[at] += 0.3 if edge == 0 else 0.1 if edge < 3 else 0.0
    return weights


def _has(record: dict[str, Any], asked: list[tuple[str, str]]) -> bool:
    """Whether a record has every value; a key may be asked for by its last parts."""
    for key, value in asked:
        wanted = value.casefold()
        if not any(
            (name == key or name.endswith(f".{key}")) and _spelled(cell) == wanted
            for name, cell in record.items()
        ):
            return False
    return True


def _spelled(value: Any) -> str:
    if value is None or isinstance(value, bool):
        return {None: "null", True: "true", False: "false"}[value]
    return str(value).casefold()


def _column(cells: list[tuple[int, Any]], size: int) -> dict[int, float]:
    found: dict[int, float] = {}
    numbers = _numbers(cells)
    for _, at in numbers[:_EXTREMES] + numbers[-_EXTREMES:]:
        found[at] = 0.8
    for at in _outliers(numbers):
        found[at] = 3.0
    counts = Counter(str(value) for _, value in cells)
    if len(counts) * 3 <= len(cells):
        for at, value in cells:
            if counts[str(value)] <= _RARE and counts[str(value)] * 3 <= len(cells):
                found[at] = 1.0 if len(counts) > _FEW else 3.0
    if len(cells) <= _RARE < size:
        found.update(dict.fromkeys((at for at, _ in cells), 2.6))
    bad = {text for text in counts if len(text) < _LONG and _BAD.search(text)}
    for at, value in cells if bad else ():
        if isinstance(value, str) and value in bad:
            found[at] = max(found.get(at, 0.0), 0.7)
    return found


def _numbers(cells: list[tuple[int, Any]]) -> list[tuple[float, int]]:
    """Return the numbers of a column, sorted, if most of its cells are numbers that differ."""
    numbers = sorted((n, at) for at, value in cells if (n := as_number(value)) is not None)
    if len(numbers) * 2 <= len(cells) or not numbers or numbers[0][0] == numbers[-1][0]:
        return []
    return numbers


def _outliers(numbers: list[tuple[float, int]]) -> list[int]:
    """Return the records far from the median, by the median distance (Iglewicz and Hoaglin)."""
    if len(numbers) < 2 * _EXTREMES:
        return []
    middle = numbers[len(numbers) // 2][0]
    distances = sorted(abs(number - middle) for number, _ in numbers)
    spread = 1.4826 * distances[len(distances) // 2]
    if not spread:
        return []
    far = [(abs(number - middle) / spread, at) for number, at in numbers]
    return [at for distance, at in sorted(far, reverse=True)[:_RARE] if distance > _OUTLIER]


def as_number(value: Any) -> float | None:
    """Return a finite number, also one written as text ("1,234", "12 %", "3.5ms"), or None."""
    if isinstance(value, bool) or value is None:
        return None
    if isinstance(value, (int, float)):
        return float(value) if abs(value) < 1e300 else None
    if (
        isinstance(value, str)
        and value[:1] in _DIGITS
        and (match := _NUMBER.fullmatch(value.strip()))
    ):
        return float(match[1].replace(",", ""))
    return None


_DIGITS = tuple("-0123456789 ")
_NUMBER = re.compile(r"(-?[0-9][0-9,]{0,30}(?:\.[0-9]{1,20})?) ?(?:%|[a-zA-Z]{1,3})?", re.ASCII)
