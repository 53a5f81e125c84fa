"""The options of a command that a question names, where a manual says what they do."""

import re
from bisect import bisect_left
from collections.abc import Iterator, Sequence

_OPTION = re.compile(r"(?<![\w-])--?[A-Za-z0-9][\w-]{0,40}")
_MOST, _PLACES = 6, 3
"""Options of a question, and places of one, that are looked for."""
_OTHERS = r"^[ \t]{0,14}(?:[*`|]{0,3}-[^\s,]{1,40}(?:[ =][^\s,]{1,30})?, ?){0,3}[*`|]{0,3}"
"""What may stand before an option where its entry begins: other spellings of it."""
_ENTRY = 1_200
"""Characters of an entry that stay: it ends before a blank line."""


def optioned(text: str, spans: Sequence[tuple[int, int]], query: str) -> Iterator[int]:
    """Yield the spans of the entries that tell of the options in a question, if it has any."""
    if "-" not in query:
        return
    for option in dict.fromkeys(_OPTION.findall(query)[:_MOST]):
        if option not in text:
            continue
        begins = re.compile(f"{_OTHERS}{re.escape(option)}(?![\\w-])", re.MULTILINE)
        for found, _ in zip(begins.finditer(text), range(_PLACES), strict=False):
            blank = text.find("\n\n", found.end(), found.start() + _ENTRY)
            end = blank if blank >= 0 else found.start() + _ENTRY
            at = bisect_left(spans, (found.start(), 0))
            while at and spans[at - 1][1] > found.start():
                at -= 1
            while at < len(spans) and spans[at][0] < end:
                yield at
                at += 1
