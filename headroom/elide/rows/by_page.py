"""Web pages that are one long table: its rows as records, and what stands around it as text."""

from __future__ import annotations

from collections import Counter
from itertools import zip_longest
from typing import TYPE_CHECKING

from headroom.elide.choice import ranges, spelled
from headroom.elide.gapped import Gapped
from headroom.elide.rows.column import Column
from headroom.elide.rows.excerpt import Demand, excerpt
from headroom.elide.rows.grid import numbered

if TYPE_CHECKING:
    from collections.abc import Sequence

_MIN_ROWS = 60
_ROW, _RULE, _BETWEEN = "| ", "|--", " | "
"""How a row begins, what stands below the names, and what between cells."""
_ABOVE = 2
"""What stands around the rows, scripts and styles, may be as long as they are."""
_COVERED = 0.75
"""Share of the text of the page that the rows are, at least."""
_ALIKE = 0.45
"""Share of the rows that have as many cells as most, at least: the others have some joined."""
_MOST = 0.42
"""Share of the rows that may stay, at most: what lists of records get."""


def by_page(text: str, query: str, share: float, *, guess: bool = False) -> Gapped | None:
    """Return the text of a page with the rows of its table that matter, or None: it has no such.

    Args:
        text: the page.
        query: the question.
        share: how much of the page may stay.
        guess: see `Demand`.
    """
    if not _may_be_table(text):
        return None
    from headroom.elide.page import text_of  # noqa: PLC0415 - a parser of its own, for pages only

    lines = text_of(text).split("\n")
    start, end = _table(lines)
    rows = [line[len(_ROW) :].split(_BETWEEN) for line in lines[start:end] if line != _RULE]
    size = sum(map(len, lines))
    if len(rows) < _MIN_ROWS or sum(map(len, lines[start:end])) < _COVERED * size:
        return None
    width, count = Counter(map(len, rows)).most_common(1)[0]
    width = max(width, *(len(row) for row in rows if len(row) <= width + 1))
    if width < 2 or count < _ALIKE * len(rows):
        return None
    named = lines[start + 1] == _RULE
    names = [*rows[0], *numbered(width)[len(rows[0]) :]][:width] if named else numbered(width)
    rows = rows[1:] if named else rows
    cells = list(zip_longest(*(_fitted(row, width) for row in rows), fillvalue=""))
    columns = [
        Column.of_text(name, range(len(rows)), values)
        for name, values in zip(names, cells, strict=True)
    ]
    units = [_BETWEEN.join(row) for row in rows]
    of_rows = min(_MOST, share * len(text) / max(size, 1))
    made = excerpt(units, columns, Demand(query, of_rows, guess=guess))
    if made is None or made.whole:
        return None
    kept = ["\t".join(_fitted(rows[at], width)) for at in made.kept]
    head = ["\t".join(names)] if named else []
    body = [*lines[:start], *head, *kept, *lines[end:]]
    said = f"a page as text, rows {spelled(ranges(made.kept))} of 0-{len(rows) - 1} of its table"
    return Gapped(
        "\n".join(body), said + made.named, 'lines="A-B" of its source', made.summary, made.vague
    )


def _may_be_table(text: str) -> bool:
    """Whether one table may be most of a page: most have none, and need no parser to say so."""
    for row in ("<tr", "<TR"):
        if text.count(row) >= _MIN_ROWS:
            own = text.rfind(row) - text.find(row)
            return own * _ABOVE >= len(text)
    return False


def _table(lines: Sequence[str]) -> tuple[int, int]:
    """Return where the longest run of rows begins and ends."""
    best, at = (0, 0), 0
    while at < len(lines):
        end = at
        while end < len(lines) and (lines[end].startswith(_ROW) or lines[end] == _RULE):
            end += 1
        if end - at > best[1] - best[0]:
            best = at, end
        at = end + 1
    return best


def _fitted(row: Sequence[str], width: int) -> list[str]:
    """Return the cells of a row as so many: the last ones are empty, or are one."""
    row = [*row[: width - 1], _BETWEEN.join(row[width - 1 :])]
    return [*row, *[""] * (width - len(row))]
