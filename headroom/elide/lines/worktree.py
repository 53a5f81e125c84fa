"""The changed files in what git says of a working tree, and what only one of two folders has.

A reader looks for them first.

Their lines are all alike, and those of files that git does not know often are not, so that wording
tells the wrong ones.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Sequence

_CHANGED = re.compile(
    r"\t(?:new file|modified|deleted|renamed|copied|typechange|both \w+|(?:add|delet)ed by \w+):"
    r"|[MADRCTU ][MADRCTU ] (?=\S)"
)
"""A file that git says is changed, at length or in short; not one that it does not know."""
_SHORT = re.compile(r"(?:[MADRCTU ]{2}|\?\?|!!|##) \S")
_LEAST, _SAMPLE, _NEARLY = 8, 40, 0.95
"""Lines of such a list at least, those that are looked at, and the share that has to be alike."""
_ALONE = "Only in "
_SIGNS = ("\tmodified: ", "\tdeleted: ", "\tnew file: ")


def changed(lines: Sequence[str], text: str) -> list[int]:
    """Return the lines that name changed files; none where a text is no status of git.

    Where `diff` compared two folders these are what stands in one of them alone.
    """
    if _ALONE in text and " differ" in text:
        return [at for at, line in enumerate(lines) if line.startswith(_ALONE)]
    if any(sign in text for sign in _SIGNS) or _is_brief(lines):
        return [at for at, line in enumerate(lines) if _CHANGED.match(line)]
    return []


def _is_brief(lines: Sequence[str]) -> bool:
    """Whether lines are a status of git in short: two letters, and a path."""
    if len(lines) < _LEAST or not _SHORT.match(lines[0]) or not lines[0][:2].strip():
        return False
    looked = [line for line in lines[:: len(lines) // _SAMPLE + 1] if line]
    return sum(_SHORT.match(line) is not None for line in looked) >= _NEARLY * len(looked)
