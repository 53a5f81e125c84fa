"""The options of a command that a question names, where a manual says what they do."""

import re
from bisect import bisect_left
from collections.abc import Iterator, Sequence
from itertools import islice

_OPTION = re.compile(r"(?<![\w-])--?[A-Za-z0-9][\w-]{0,40}")
_MOST, _PLACES = 6, 3
"""Options of a question, and places of one, that are looked for."""
_OTHERS = re.compile(
    r"[ \t]{0,14}(?:[*`|]{0,3}-[^\s,]{1,40}(?:[ =][^\s,]{1,30})?, ?){0,3}[*`|]{0,3}"
)
"""What may stand before an option where its entry begins: other spellings of it."""
_WIDEST = 260
"""Characters that this may take."""
_LONGER = re.compile(r"[\w-]")
"""What follows where it is another option that begins like it."""
_ENTRY = 1_200
"""Characters of an entry that stay: it ends before a blank line."""


def optioned(text: str, spans: Sequence[tuple[int, int]], query: str) -> Iterator[int]:
    """Yield the spans of the entries that tell of the options in a question, if it has any."""
    if "-" not in query:
        return
    for option in dict.fromkeys(_OPTION.findall(query)[:_MOST]):
        if option not in text:
            continue
        for start in islice(_entries(text, option), _PLACES):
            blank = text.find("\n\n", start, start + _ENTRY)
            end = blank if blank >= 0 else start + _ENTRY
            at = bisect_left(spans, (start, 0))
            while at and spans[at - 1][1] > start:
                at -= 1
            while at < len(spans) and spans[at][0] < end:
                yield at
                at += 1


def _entries(text: str, option: str) -> Iterator[int]:
    """Yield where the lines start that begin with an option, or with other spellings of it."""
    at = text.find(option)
    while at >= 0:
        near = max(0, at - _WIDEST)
        start = text.rfind("\n", near, at) + 1
        further = at + 1
        if start < near:  # too far into its line
            further = text.find("\n", at)
        elif _OTHERS.fullmatch(text, start, at) and not _LONGER.match(text, at + len(option)):
            yield start
            further = text.find("\n", at)
        at = text.find(option, further) if further >= 0 else -1
