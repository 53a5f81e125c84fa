r"""Trees as they are drawn in front of names, and the way back from how far names are set in.

src                    src
├── app.py               app.py
└── lib                  lib
    └── io.py              io.py
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, NamedTuple

if TYPE_CHECKING:
    from collections.abc import Sequence

_STEP = "  "


class _Signs(NamedTuple):
    """What a tree is drawn with."""

    branch: str
    last: str
    bar: str
    blank: str


STYLES = {
    "lines": _Signs("├── ", "└── ", "│   ", "    "),
    "lines and hard blanks": _Signs("├── ", "└── ", "│\u00a0\u00a0 ", "    "),
    "plain signs": _Signs("|-- ", "`-- ", "|   ", "    "),
    "plain signs and hard blanks": _Signs("|-- ", "`-- ", "|\u00a0\u00a0 ", "    "),
}
_DRAWN = re.compile(r"((?:[│|][ \u00a0]{2} |    )*)(?:├── |└── |\|-- |`-- )(?=\S)")


def depth_of(line: str) -> int:
    """Return how many folders a name stands in by what is drawn in front of it; 0 without."""
    found = _DRAWN.match(line)
    return len(found[1]) // 4 + 1 if found else 0


def set_in(lines: Sequence[str]) -> tuple[list[str], str] | None:
    """Return the lines with blanks in the place of what is drawn, and the style of that, or None.

    None where `drawn` would not give the lines back.
    """
    depths = [depth_of(line) for line in lines]
    out = [_STEP * depth + line[4 * depth :] for line, depth in zip(lines, depths, strict=True)]
    if not any(depths):
        return None
    for style in STYLES:
        if drawn(out, style) == list(lines):
            return out, style
    return None


def drawn(lines: Sequence[str], style: str) -> list[str]:
    """Return lines with a tree of a style drawn where they are set in.

    Raises:
        ValueError: there is no such style.
    """
    if style not in STYLES:
        raise ValueError(f"no style of a tree: {style[:40]!r}")
    signs = STYLES[style]
    out: list[str] = []
    goes_on: list[bool] = []  # by depth: whether more stands below in that folder
    for line in reversed(lines):
        name = line.lstrip(" ")
        depth = (len(line) - len(name)) // len(_STEP)
        if not depth:
            goes_on = []
            out.append(line)
            continue
        goes_on = [*goes_on[:depth], *[False] * (depth - len(goes_on))]
        ahead = "".join(signs.bar if more else signs.blank for more in goes_on[: depth - 1])
        out.append(ahead + (signs.branch if goes_on[depth - 1] else signs.last) + name)
        goes_on[depth - 1] = True
    return out[::-1]
