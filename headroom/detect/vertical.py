r"""Records that stand vertically: `psql -x`, `\G` of MySQL, `sqlite3 -line`, blocks of fields."""

from __future__ import annotations

from typing import TYPE_CHECKING

from headroom.records.vertical import runs

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence


def claim(lines: Sequence[str]) -> Iterable[tuple[int, int]]:
    """Return the runs of lines that are records with the same fields, a line each."""
    return runs(lines)
