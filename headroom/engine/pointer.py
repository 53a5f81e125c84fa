"""How pointers are written and read: text that stands verbatim earlier is not sent twice.

Two forms, both blocks without body lines:

    [headroom:same 0 lines; identical to message 3, which begins "total 96"]
    [headroom:earlier 0 lines; lines 12-80 of message 3 (cat a.py), from "def run" to "return 0"]

Messages count from 1 as they stand in the request; in brackets stands which call brought one. A
whole text may point at an earlier one in whatever form that was sent; a span points at lines as
they are sent, and at those of a page whose handles stand there in short. Where a file is read again
with other line numbers, or with and without, the pointer says so: `numbered from "12: "`,
`renumbered from "12: "`, `without their numbers`; where a search numbered them, also which are its
hits: `numbered from "12-", ":" behind 15,18`. Where a text is JSON, its long strings count from 1:
`lines 3-20 of message 5 string 1`.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from itertools import islice
from typing import TYPE_CHECKING

from headroom.core import fold
from headroom.core.letter import closed, contents, sealed, strings
from headroom.engine.source import EARLIER, SAME, lines_of
from headroom.lines import numbered

if TYPE_CHECKING:
    from collections.abc import Sequence

    from headroom.core.letter import Letter
    from headroom.engine.source import Source

Texts = Callable[[int, int], "str | None"]
"""Returns the text of a message's part, both counted from 1, None where there is none."""

_EXCERPT = 40
_TELLING, _NEAR = 8, 3
"""Characters of a line by which it is found again: a bracket is not; and lines looked at."""
_PLACE = r"message (?P<message>\d+)(?: part (?P<part>\d+))?(?: string (?P<string>\d+))?\b.*"
_SAME = re.compile(rf"identical to {_PLACE}", re.DOTALL)
_SPAN = re.compile(rf"lines (?P<first>\d+)-(?P<last>\d+) of {_PLACE}", re.DOTALL)
_NUMBERED = re.compile(
    r', (re)?numbered from "([^"]+)"(?:, ":" behind ([\d,]+))?, from ".*', re.DOTALL
)
_WITHOUT = ", without their numbers"


def pointer_to(source: Source, text: str) -> str:
    """Return the pointer to all of a source, which is the same text."""
    return fold.block(SAME, (), f"identical to {source.label}, which begins {_quote(text)}")


def pointer_to_lines(source: Source, there: int, written: list[str], *, named: bool) -> str | None:
    """Return the pointer to lines of a source that gives them as written, or None.

    What brought the source stands only in the first pointer of a text that is `named` after it.
    """
    label = source.place if named else source.label
    last = there + len(written)
    lines = source.lines[there:last]
    counted = [f", {re}{how}" for how in _numberings(written) for re in ("", "re")]
    for how in ("", *counted, _WITHOUT):
        note = (
            f"lines {there + 1}-{last} of {label}{how}, "
            f"from {_telling(source.bare[there:last])} to {_telling(source.bare[there:last][::-1])}"
        )
        if _as_written(lines, note) == written:
            return fold.block(EARLIER, (), note)
    return None


def _numberings(written: list[str]) -> list[str]:
    """Return, as a note says it, how the numbers in front of these lines may be written.

    What stands behind a hit's number in the output of a search is told apart.
    """
    found = numbered.hits(written)
    if found is None:
        return [f'numbered from "{first}"' for first in numbered.prefixes(written[0])]
    first, hits = found
    behind = f', ":" behind {",".join(map(str, hits))}' if hits else ""
    return [f'numbered from "{first}"{behind}']


def _telling(lines: list[str]) -> str:
    """Return, quoted, the first of some lines by which a place can be found."""
    near = lines[:_NEAR]
    return _quote(next((line for line in near if len(line.strip()) >= _TELLING), lines[0]))


def resolve(block: fold.Block, texts: Texts, sent: Texts | None = None) -> str | None:
    """Return what a pointer stands for; None if it cannot be told.

    Args:
        block: the pointer.
        texts: the original of a message's part, both counted from 1.
        sent: the form in which that part is sent, where that is another.
    """
    if block.form == SAME:
        match = _SAME.fullmatch(block.note)
        return _there(match, texts, texts) if match else None
    match = _SPAN.fullmatch(block.note)
    whole = _there(match, texts, sent or texts) if match else None
    if match is None or whole is None:
        return None
    lines = lines_of(whole)
    first, last = int(match["first"]), int(match["last"])
    if not 1 <= first <= last <= len(lines):
        return None
    return "\n".join(_as_written(lines[first - 1 : last], block.note))


def told(text: str, texts: Texts, sent: Texts, expand: Callable[[str], str]) -> str:
    """Return a text with its pointers replaced by what they stand for, as far as that can be told.

    Args:
        text: what may hold pointers.
        texts: the original of a message's part.
        sent: the form in which that part is sent.
        expand: undoes all other forms.

    Raises:
        ValueError: `expand` does.
    """
    inside = sealed(text)
    if inside:
        return _closed(text, inside, texts, sent, expand)
    pieces = []
    for piece in fold.scan(text):
        if isinstance(piece, str):
            pieces.append(piece)
            continue
        found = resolve(piece, texts, sent) if piece.form in (SAME, EARLIER) else None
        source = fold.block(piece.form, piece.lines, piece.note)
        pieces.append(expand(source) if found is None else found)
    return "".join(pieces)


def _closed(
    text: str,
    inside: Sequence[Letter],
    texts: Texts,
    sent: Texts,
    expand: Callable[[str], str],
) -> str:
    """Return a JSON text with the pointers in its strings replaced."""
    looked: list[str] = []

    def noted(found: Texts) -> Texts:
        def at(message: int, part: int) -> str | None:
            there = found(message, part)
            looked.append(there or "")
            return there

        return at

    shown = [told(each.text, noted(texts), noted(sent), expand) for each in inside]
    # Our own marks are not ASCII: only where they are escaped was everything else, too. Pointers
    # are ASCII, and what they stand for was escaped if it is where it stands.
    return closed(text, inside, shown, escape=all(map(str.isascii, [text, *looked])))


def _there(match: re.Match[str], texts: Texts, sent: Texts) -> str | None:
    """Return the text, or the string of a JSON text, that a pointer names, as it is sent."""
    place = int(match["message"]), int(match["part"] or 1)
    form = sent(*place)
    if not match["string"] or form is None:
        return form
    original = texts(*place) or ""
    forms = contents(original, strings(original), form) or ()
    return next(islice(forms, int(match["string"]) - 1, None), None)


def _as_written(lines: list[str], note: str) -> list[str]:
    """Return the lines with the numbers that a pointer's note gives or takes."""
    match = _NUMBERED.search(note)
    if match is not None:
        plain = numbered.without(lines) if match[1] else lines
        hits = [int(number) for number in (match[3] or "").split(",") if number]
        return numbered.counted(plain, match[2], hits)
    return numbered.without(lines) if f"{_WITHOUT}, from " in note else lines


def _quote(text: str) -> str:
    head = text.strip()[:_EXCERPT].split("\n", 1)[0].strip()
    return f'"{head}"'
