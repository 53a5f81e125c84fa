"""Whether a text tells what changed from release to release, as packages and libraries keep it.

shop (2.1-3) unstable; urgency=low        2.004001 - 2024-01-24
                                            - keep the till open
  * Keep the till open. (Closes: #812)
                                          2.004000 - 2023-11-02
 -- Ann <ann@example.org>  Mon, 1 Jan       - close it at night

To a reader its lines are items below headings, whatever else their form is like.
"""

from __future__ import annotations

import re

_VERSION = r"v?[0-9]+(?:[._][0-9]+)+[\w.+~-]*"
_RELEASE = re.compile(
    rf"^(?:[\w.+-]+ \([^()\n]*[0-9][^()\n]*\) [^\n;]+; ?urgency=|{_VERSION}(?=[\s:,(]|$)"
    r"|(?:[A-Z][\w.+-]* ){0,4}(?:[Vv]ersion|[Rr]elease|[Cc]hanges (?:in|for|since)) "
    rf"[^\n]{{0,40}}?{_VERSION})[^\n]{{0,100}}\n(?:\n|[=~-]{{3,}}\n)*(?=[ \t]+\S|[*+-] )",
    re.MULTILINE,
)
"""The heading of a release, with what changed set in below it."""
_NEAR = 3_000
"""Characters from the beginning in which the first of them stands."""
_MIN_RELEASES = 3
_STRAY = 6
"""At most one line in so many may be neither a heading nor below one."""
_SET_IN = (" ", "\t", "*", "-", "+", "=", "~")


def is_changelog(text: str) -> bool:
    """Return whether a text consists of releases and what changed in each; linear."""
    if _RELEASE.search(text, 0, _NEAR) is None:
        return False
    count = sum(1 for _ in _RELEASE.finditer(text))
    if count < _MIN_RELEASES:
        return False
    lines = [line for line in text.split("\n") if line]
    stray = sum(1 for line in lines if not line.startswith(_SET_IN)) - count
    return stray * _STRAY <= len(lines)
