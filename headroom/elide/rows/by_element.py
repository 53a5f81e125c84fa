"""Reports in XML: what failed stays with what it says, and the names it stands under.

Reports of tests (JUnit), of linters (checkstyle) and the like, on one line or on many: each element
that comes again and again is a record.
"""

from __future__ import annotations

import re
from bisect import bisect_right
from collections import Counter
from itertools import chain
from typing import TYPE_CHECKING

from headroom.core.split import view_of
from headroom.core.types import ContentType
from headroom.elide.choice import ranges
from headroom.elide.gapped import GAP, Gapped, within
from headroom.elide.lines.line import weigh
from headroom.elide.rows.column import columns
from headroom.elide.rows.element import attributes, elements, fields, inside
from headroom.elide.rows.excerpt import Demand, excerpt

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from headroom.elide.rows.element import Elements

_FAILED = frozenset(
    (
        "failure",
        "failures",
        "error",
        "errors",
        "rerunFailure",
        "flakyFailure",
        "failed",
        "exception",
    )
)
"""Elements inside a record that say that it failed."""
_RESULTS = ("result", "status", "outcome", "success")
_BAD = re.compile(r"(?i)(?:fail|error|broken|timed?.?out|abort|false$)")
_NAMED = 6
"""Elements inside records of which it is said how many have them."""
_ROUTINE, _OF_TESTS = 0.4, 0.12
"""Share of its share that is left to records that did not fail, and to tests that passed."""
_LEAST, _MOST, _OF_FAILED = 400, 1_600, 0.9
"""Characters that each of those that failed may take, and share of the room that all may."""


def by_element(text: str, query: str, share: float, *, guess: bool = False) -> Gapped | None:
    """Return the records that matter, with marks for the others, or None where there are none."""
    found = elements(text)
    if found is None:
        return None
    numbers = found.records
    units = [text[found.all[n].start : found.all[n].end] for n in numbers]
    rows = [_with_parent(fields(text, found, n), found, n) for n in numbers]
    failed = [at for at, n in enumerate(numbers) if _has_failed(found, n, rows[at])]
    usual = columns([{key: row[key] for key in row if row[key]} for row in rows])
    name = found.all[numbers[0]].name
    routine = _OF_TESTS if name.startswith("test") else _ROUTINE
    demand = Demand(query, share * routine, guess=guess)
    made = excerpt(units, usual, demand, sure=failed)
    if made is None or made.whole:
        return None
    room = int(min(_MOST, max(_LEAST, _OF_FAILED * share * len(text) / max(len(failed), 1))))
    body = "\n".join(_shown(text, found, made.kept, room))
    said = (
        f'{len(made.kept):,} of {len(units):,} elements "{name}"{made.named},'
        f' "{GAP}A-B" stands for lines A to B, "{GAP}A:B-C" for characters B to C of line A'
    )
    holding = Counter(chain.from_iterable(inside(found, n) for n in numbers))
    with_ = ", ".join(f"{each} ({count:,})" for each, count in holding.most_common(_NAMED))
    told = made.summary.replace("rows:", f"{name}: {with_ and f'with {with_};'}", 1)
    return Gapped(body, said, 'lines="A-B" or "A:B-C"', told)


def _has_failed(found: Elements, number: int, row: dict[str, str]) -> bool:
    """Whether a record says that it failed."""
    return not _FAILED.isdisjoint(inside(found, number)) or any(
        _BAD.match(row.get(key, "")) for key in _RESULTS
    )


def _with_parent(row: dict[str, str], found: Elements, number: int) -> dict[str, str]:
    """Return a record with the name of what it stands in: a file, a suite."""
    above = found.all[number].above
    if not above:
        return row
    parent = found.all[above[-1]]
    name = attributes(parent.attributes).get("name", "")
    return row if name in {"", *row.values()} else {**row, f"{parent.name}.name": name}


def _shown(text: str, found: Elements, kept: Sequence[int], room: int) -> Iterator[str]:
    """Yield the kept records below the tags that they stand in, and marks for the others."""
    lines = text.split("\n")
    starts = view_of(lines).starts
    numbers = found.records
    opened: set[int] = set()
    first = found.all[numbers[0]]
    outermost = found.all[min(first.above, default=numbers[0])]
    if ahead := text[: outermost.start].strip():
        yield ahead
    at = 0
    for begin, end in ranges(kept):
        if begin > at:
            yield _mark(starts, found, numbers[at], numbers[begin - 1])
        for number in numbers[begin : end + 1]:
            record = found.all[number]
            for above in record.above:
                if above not in opened:
                    opened.add(above)
                    yield text[found.all[above].start : found.all[above].content]
            yield from _within(text[record.start : record.end], starts, record.start, room)
        at = end + 1
    if at < len(numbers):
        yield _mark(starts, found, numbers[at], numbers[-1])


def _mark(starts: Sequence[int], found: Elements, first: int, last: int) -> str:
    """Return the mark for records from one to another."""
    start, end = found.all[first].start, found.all[last].end
    above, below = bisect_right(starts, start) - 1, bisect_right(starts, end - 1) - 1
    if above == below:
        return f"{GAP}{above + 1}:{start - starts[above] + 1}-{end - starts[above]}"
    return f"{GAP}{above + 1}-{below + 1}"


def _within(unit: str, starts: Sequence[int], start: int, room: int) -> list[str]:
    """Return a record, one that is too long with the lines of it that matter."""
    if len(unit) <= room:
        return [unit]
    lines = unit.split("\n")
    line = bisect_right(starts, start) - 1
    if len(lines) == 1:
        column = start - starts[line]
        head, tail = room * 2 // 3, len(unit) - room // 3
        return [unit[:head], f"{GAP}{line + 1}:{column + head + 1}-{column + tail}", unit[tail:]]
    weights = weigh(lines, ContentType.LOG, "")
    chosen = within(weights, lines, room / len(unit))
    out, at = [], 0
    for first, last in ranges(sorted({0, *chosen})):
        if first > at:
            out.append(f"{GAP}{line + at + 1}-{line + first}")
        for row in range(first, last + 1):
            size = len(lines[row])
            out.append(lines[row][: 2 * room])
            if size > 2 * room:  # its first line does not begin where the text's line does
                ahead = 0 if row else start - starts[line]
                out.append(f"{GAP}{line + row + 1}:{ahead + 2 * room + 1}-{ahead + size}")
        at = last + 1
    return [*out, f"{GAP}{line + at + 1}-{line + len(lines)}"] if at < len(lines) else out
