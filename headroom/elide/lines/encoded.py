"""Lines of encoded data: keys and signatures in hex, certificates and pictures in base64.

Nobody reads them; who needs them needs all of them, to the letter.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from headroom.detect.stretch import stretches

if TYPE_CHECKING:
    from collections.abc import Sequence

_HEX = re.compile(r"(?:[0-9A-Fa-f]{2}[: ]){7,63}(?:[0-9A-Fa-f]{2})?:?|[0-9A-Fa-f]{32,256}")
_BASE64 = re.compile(r"(?=[^\n]*[0-9])(?=[^\n]*[a-z])(?=[^\n]*[A-Z])[A-Za-z0-9+/]{56,100}={0,2}")
_DUMP = re.compile(
    r"[0-9a-fA-F]{4,16}:? {1,3}(?:[0-9a-fA-F]{2,8}[ -]{1,2}){4,17} {0,40}\S?[^\n]{0,20}"
)
_ENDING = re.compile(r"\s*(?:(?:[0-9A-Fa-f]{2}:?){1,40}|[A-Za-z0-9+/]{4,100}={1,2})\s*")
_HEXADECIMAL = frozenset("0123456789abcdefABCDEF:")
_LEAST, _LINES = 4, 6
"""Lines of a run, and other lines that a text has to have: else it is of nothing but data."""
_SHORTEST, _LONGEST = 23, 300
"""Characters of such a line; the last one of a run may have fewer."""


def encoded(lines: Sequence[str]) -> set[int]:
    """Return the lines of data but for the first one of each run, where there are others beside."""
    runs = list(stretches(lines, _is_encoded, _LEAST))
    if not runs or len(lines) - sum(end - start for start, end in runs) < _LINES:
        return set()
    out: set[int] = set()
    for start, end in runs:
        last = end + (end < len(lines) and _ends(lines[end]))
        out.update(range(start + 1, last))
    return out


def _is_encoded(line: str) -> bool:
    """Whether a line holds nothing but data."""
    if not _SHORTEST <= len(line) <= _LONGEST:
        return False
    bare = line.strip()
    word, blank, _ = bare.partition(" ")
    if blank:  # as in most lines, which begin with no number
        return _HEXADECIMAL.issuperset(word) and _any(bare, (_HEX, _DUMP))
    return _any(bare, (_HEX, _BASE64))


def _any(line: str, forms: tuple[re.Pattern[str], ...]) -> bool:
    return any(form.fullmatch(line) is not None for form in forms)


def _ends(line: str) -> bool:
    """Whether a line may be the end of a run: shorter than the others."""
    return len(line) <= _LONGEST and _ENDING.fullmatch(line) is not None
