"""Lists of records, in JSON or as a table: the rows that matter, named by their numbers."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from headroom.ccr.bm25 import Relevance
from headroom.ccr.record import record_list
from headroom.core.types import ContentType
from headroom.elide import record
from headroom.elide.choice import STRONG, ranges, spelled
from headroom.elide.column import Column, columns
from headroom.elide.gapped import Gapped, within
from headroom.elide.grid import grid
from headroom.elide.line import RELEVANCE
from headroom.elide.summary import summary
from headroom.elide.tree import MARK, path_of, prune
from headroom.records.spelling import odd, parse, spell

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

_MIN_RECORDS = 6
_MIN_ENTRIES = 10
_MIN_SCALARS = 40
_HEAVY = 12
"""A list is cut by itself if it takes one in so many characters of the whole."""
_OVER = 1.25
"""What is left may take so many times its share before values are left out too."""
_TELLING = 3.0
"""Relevance that no single word has."""


def by_record(text: str, kind: ContentType, query: str, share: float) -> Gapped | None:
    """Return the kept records of a list, what was kept, and how to ask for the rest."""
    if kind is ContentType.TABLE:
        return _of_table(text, query, share)
    try:
        return _of_json(text.strip(), query, share)
    except (ValueError, RecursionError):
        return None


@dataclass(frozen=True, slots=True)
class _Cut:
    """Some of the entries of a list or object, and what is said of them."""

    kept: list[int]
    size: int
    summary: str


def _cut(
    units: Sequence[str], found: Sequence[Column], query: str, share: float, noun: str = "rows"
) -> _Cut | None:
    """Return which entries to keep with a summary of all, or None where all are kept."""
    if len(units) < _MIN_RECORDS:
        return None
    weights = record.weigh(found, len(units), query)
    if query:
        weights = [a + b for a, b in zip(weights, _relevance(units, query), strict=True)]
    kept = within(weights, units, share)
    if len(kept) == len(units):
        return None
    left_out = sum(map(len, units)) - sum(len(units[at]) for at in kept)
    return _Cut(kept, len(units), summary(found, len(units), noun, left_out))


def _relevance(units: Sequence[str], query: str) -> list[float]:
    """Return what records weigh for what a question says; more where few answer it far best."""
    relevance = Relevance(query)
    scores = relevance.scores(units)
    most = max(scores, default=0.0)
    if not most:
        return scores
    weights = [RELEVANCE * score / most for score in scores]
    best = [at for at, score in enumerate(scores) if score * 2 >= most]
    if most > _TELLING and len(best) <= max(1, len(units) // 10) and not relevance.survey:
        for at in best:
            weights[at] += STRONG
    return weights


def _of_json(text: str, query: str, share: float) -> Gapped | None:
    try:
        value = parse(text)
    except ValueError:
        return _of_json_lines(text, query, share)
    has_odd = odd(value)
    total = len(spell(value, has_odd=has_odd))
    rows = record_list(value)
    new, said, sums = value, [], []
    for steps, found in list(_lists(value, total)):
        mapped = isinstance(found, dict)
        entries = list(found.values()) if mapped else found
        units = [spell(item, has_odd=has_odd) for item in entries]
        cut = _cut(units, columns(entries), query, share, "entries" if mapped else "rows")
        if cut is None:
            continue
        kept, last = cut.kept, cut.size - 1
        name = path_of(steps)
        if mapped:
            keys = list(found)
            new = _with(new, found, {keys[at]: entries[at] for at in kept})
            said.append(f"{len(kept)} of {cut.size} keys{name and f' of {name}'}")
            gone = [key for at, key in enumerate(keys) if at not in set(kept)]
            sums.append(f"left out of {name or 'the whole'}: {_listed(gone)}")
        else:
            new = _with(new, found, [entries[at] for at in kept])
            runs = f"{spelled(ranges(kept))} of 0-{last}"
            said.append(f"rows {runs}" if steps == rows else f"items {runs} of {name}")
        if cut.summary:
            sums.append(cut.summary if steps == rows else f"{name or 'the whole'}: {cut.summary}")
    return _sealed(
        new, query, int(share * total), said, sums, has_odd=has_odd, full=value, rows=rows
    )


def _sealed(new, query, budget, said, sums, *, has_odd, full, rows):
    body = spell(new, has_odd=has_odd)
    calls = ['rows="A-B"'] if any(each.startswith("rows") for each in said) else []
    if len(body) > _OVER * budget:
        pruned = prune(new, query, budget, has_odd=has_odd)
        shorter = spell(pruned, has_odd=has_odd)
        if len(shorter) < 0.9 * len(body):
            body = shorter
            said.append(f'"{MARK}" names what is left out')
    if not said:
        return None
    if len(calls) < len(said):
        calls.append('path="a.b[0]"')
    return Gapped(body, "; ".join(said), " or ".join(calls), "\n".join(sums))


def _listed(keys: list[str], room: int = 400) -> str:
    names: list[str] = []
    for key in keys:
        room -= len(key) + 2
        if room < 0:
            break
        names.append(key.replace("\n", " "))
    return f"{len(keys)} keys: " + ", ".join(names) + (", …" if len(names) < len(keys) else "")


def _lists(value: Any, total: int) -> Iterator[tuple[tuple[str | int, ...], Any]]:
    """Yield the outermost lists of records, and objects that are such, with where they stand."""
    places: list[tuple[tuple[str | int, ...], Any]] = [((), value)]
    for steps, found in places:
        inner = list(found.items()) if isinstance(found, dict) else list(enumerate(found))
        if _is_list(found) and _HEAVY * _size(found) >= total:
            yield steps, found
        else:
            places += [
                ((*steps, key), item)
                for key, item in inner
                if item and isinstance(item, dict | list)
            ]


def _is_list(found: Any) -> bool:
    """Whether an object or list is one of like things."""
    if isinstance(found, list):
        nested = sum(isinstance(item, dict | list) for item in found)
        return (
            len(found) >= _MIN_RECORDS
            and nested * 2 > len(found)
            or len(found) >= _MIN_SCALARS
            and not nested
        )
    if len(found) < _MIN_ENTRIES or not all(isinstance(item, dict) for item in found.values()):
        return False
    keys = set().union(*found.values())
    return sum(map(len, found.values())) * 2 >= len(keys) * len(found)


def _size(value: Any) -> int:
    """Return about how many characters a value takes."""
    size, stack = 0, [value]
    while stack:
        item = stack.pop()
        if isinstance(item, dict):
            size += sum(map(len, item)) + 6 * len(item)
            stack += item.values()
        elif isinstance(item, list):
            size += 2 * len(item)
            stack += item
        else:
            size += len(item) + 2 if isinstance(item, str) else 4
    return size


def _with(value: Any, old: Any, new: Any) -> Any:
    """Return the value with one list or object in it replaced."""
    if value is old:
        return new
    if isinstance(value, dict):
        return {key: _with(item, old, new) for key, item in value.items()}
    if isinstance(value, list):
        return [_with(item, old, new) for item in value]
    return value


def _of_json_lines(text: str, query: str, share: float) -> Gapped | None:
    units = text.split("\n")
    cut = _cut(units, columns([parse(line) for line in units]), query, share)
    if cut is None:
        return None
    said = f"rows {spelled(ranges(cut.kept))} of 0-{cut.size - 1}"
    return Gapped("\n".join([units[at] for at in cut.kept]), said, 'rows="A-B"', cut.summary)


def _of_table(text: str, query: str, share: float) -> Gapped | None:
    table = grid(text)
    if table is None or not table.rows:
        return None
    lines, rows = table.lines, table.rows
    units = [lines[a] if b == a + 1 else "\n".join(lines[a:b]) for a, b in rows]
    found = [
        Column(name, range(len(rows)), values)
        for name, values in zip(table.names, zip(*table.cells, strict=True), strict=True)
    ]
    cut = _cut(units, found, query, share)
    if cut is None:
        return None
    end = rows[-1][1]
    shown = [*range(table.head), *(n for at in cut.kept for n in range(*rows[at]))]
    shown += range(end, len(lines))
    said = f"lines {spelled(ranges(n + 1 for n in shown))} of {len(lines)}"
    body = "\n".join([lines[at] for at in shown])
    return Gapped(body, said, 'lines="A-B"', cut.summary)
