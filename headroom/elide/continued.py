"""What a tool says of the rest of what it was asked for: that there is more, and how to get it.

Without it a reader takes a part for the whole, or cannot ask for the next one.
"""

from __future__ import annotations

import re
from itertools import islice
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

_ENDS = 3
"""Such a line is one of so many first or last ones that are not blank."""
_WIDEST = 400
_KINDS = (
    r"(?:lines?|results?|rows?|items?|entries|matches|files?|pages?|hits?|records?|characters?|chars|"
    r"bytes|tokens|documents?|commits?|messages?|issues?|events?)"
)
_CONTINUED = re.compile(
    r"(?i)\b(?:truncated|cut off|clipped|abbreviated|omitted)\b"
    rf"|\b[0-9][0-9,]* more (?:\w+ ){{0,2}}{_KINDS}\b"
    rf"|\bshowing (?:only )?(?:the )?(?:first |last |top |{_KINDS} )?[0-9][0-9,]*\b"
    r"|\b(?:page|part|chunk) [0-9]+ (?:of|/) [0-9]"
    r"|\b(?:start_?index|offset|cursor|(?:next_?)?page_?token|next_?page|next_?cursor|start_?line)\b"
)
"""That something is left out, how many more there are, or what to ask for them with."""


def continued(lines: Sequence[str]) -> list[int]:
    """Return which of the first and last lines (or sentences) tell of more than what is there."""
    found = {*islice(_filled(lines, range(len(lines))), _ENDS)}
    found.update(islice(_filled(lines, range(len(lines) - 1, -1, -1)), _ENDS))
    return sorted(at for at in found if len(lines[at]) <= _WIDEST and _CONTINUED.search(lines[at]))


def _filled(lines: Sequence[str], order: range) -> Iterator[int]:
    """Yield which lines are not blank."""
    return (at for at in order if lines[at] and not lines[at].isspace())
