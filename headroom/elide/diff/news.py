"""What a diff brings in or does away with: names that are on one side of it alone."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Sequence

_NAME = re.compile(r"[A-Za-z_$-][\w$-]{3,}")
_COME, _GONE, _MOST = 0.6, 0.4, 1.2
"""What the first line with a new name weighs more for it, the last one with an old name, and at
most for all names of a line."""
_WIDEST = 400


def news(lines: Sequence[str]) -> dict[int, float]:
    """Return by row what changed lines weigh more as they name what the other side does not."""
    sides: dict[str, dict[str, int]] = {"+": {}, "-": {}}
    common: set[str] = set()
    for row, line in enumerate(lines):
        if line[:4] in ("+++ ", "--- "):
            continue
        side = sides.get(line[:1])
        names = _NAME.findall(line[1:_WIDEST])
        if side is None:
            common.update(names)
        else:
            for name in names:
                side.setdefault(name, row)
    out: dict[int, float] = {}
    for sign, other, worth in (("+", "-", _COME), ("-", "+", _GONE)):
        for name, row in sides[sign].items():
            if name not in common and name not in sides[other]:
                out[row] = min(_MOST, out.get(row, 0.0) + worth)
    return out
