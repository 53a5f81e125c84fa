r"""Texts inside JSON: `{"exit_code": 0, "output": "line 1\nline 2"}`, opened and closed again.

Agents hand on what a command printed as a string inside JSON, at times behind a few lines of their
own. A letter is such a string that holds lines, or JSON again, or a long text that is nearly all
there is. Only the string's own spelling is replaced; what stands around it keeps its bytes. Two
spellings are known, with and without escapes for all that is not ASCII; a string that neither of
them gives back is left alone.
"""

from __future__ import annotations

import json
import re
from dataclasses import dataclass, replace
from json.decoder import scanstring  # type: ignore[attr-defined] # not in the stubs
from typing import TYPE_CHECKING

from headroom.core.fold import PREFIX, marked
from headroom.core.frame import framed

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

_START = re.compile(r"^[{\[](?=\s*[\"{\[])", re.MULTILINE)
_HEAD = 400
"""Characters in front of the JSON: a warning, how long it took."""
_LITERAL = re.compile(r'"[^"\\]*(?:\\.[^"\\]*)*"', re.DOTALL)
_SPELLED = re.compile(r'[^"\\]*(?:\\(?:["\\/bfnrt]|u[0-9a-fA-F]{4})[^"\\]*)*')
_AROUND = re.compile(r"[\s{}\[\],:\w.+-]*")
"""What stands between the strings of a JSON text, roughly."""
_SHARE = 0.7
"""Of the text that stands in its letters: else it is a record with a long field or two."""
_OPENED = ("\\n", '{\\"')
"""What strings hold that are worth opening: line ends, or JSON."""
_SEVERAL = (1_000, 600, 16, _OPENED)
"""Quotes of a text at most, characters of a string that may be worth opening, and such strings."""
_ONE = (60, 2_000, 1, (" ",))
"""The same where none holds lines: an article in one paragraph, with a title and a link."""
_SEALED = (f'"{PREFIX}', f"\\n{PREFIX}")


@dataclass(frozen=True, slots=True)
class Letter:
    """What one string of a JSON text says, or a part of it."""

    start: int
    """Where its spelling begins, behind the quote."""
    end: int
    text: str


def letters(text: str) -> list[Letter]:
    """Return the letters of a text that is little else, in order; none where there is doubt.

    A string that was cut in the middle of an escape, as a too long output is, counts as two.
    """
    several = "\\" in text and any(sign in text for sign in _OPENED)
    most_quotes, least, most, signs = _SEVERAL if several else _ONE
    if text.count('"') - text.count('\\"') > most_quotes or (start := _begin(text)) is None:
        return []
    found = _found(text, start, least, signs)
    inside = sum(letter.end - letter.start for letter in found)
    if not 0 < len(found) <= most or inside < _SHARE * len(text):
        return []
    around = _around(text, start)
    return found if _AROUND.fullmatch(around) and around.rstrip().endswith(("}", "]")) else []


def strings(text: str) -> list[Letter]:
    """Return the letters of a text, those in an agent's frame included."""
    start, end = framed(text)
    if end - start == len(text):
        return letters(text)
    return [
        replace(each, start=each.start + start, end=each.end + start)
        for each in letters(text[start:end])
    ]


def sealed(text: str) -> list[Letter]:
    """Return the strings of a JSON text in which folded text stands."""
    start = None if marked(text) or not any(sign in text for sign in _SEALED) else _begin(text)
    if start is None:
        return []
    return [
        each for each in _found(text, start, 0, (PREFIX,)) if marked(each.text) or sealed(each.text)
    ]


def folded(text: str) -> bool:
    """Whether folded text stands in a text, on lines of its own or inside a string of JSON."""
    # Most texts name no form at all, and are read but once for that.
    return PREFIX in text and (marked(text) or bool(sealed(text)))


def escapes(text: str, found: Sequence[Letter]) -> bool:
    """Whether a text is seen to escape all that is not ASCII."""
    # Of ASCII itself, "delete" is escaped with all that is not ASCII, and else is not.
    return text.isascii() and any(
        not letter.text.isascii() or "\x7f" in letter.text for letter in found
    )


def closed(text: str, found: Sequence[Letter], contents: Sequence[str], *, escape: bool) -> str:
    """Return the text with each letter's content replaced, all but ASCII escaped or nothing."""
    pieces, at = [], 0
    for letter, content in zip(found, contents, strict=True):
        pieces += [text[at : letter.start], json.dumps(content, ensure_ascii=escape)[1:-1]]
        at = letter.end
    return "".join([*pieces, text[at:]])


def contents(text: str, found: Sequence[Letter], made: str) -> list[str] | None:
    """Return what stands for each letter in a text that `closed` made, None where it did not."""
    out, at, behind = [], 0, 0
    for letter in found:
        before = text[behind : letter.start]
        if not made.startswith(before, at):
            return None
        at += len(before)
        match = _SPELLED.match(made, at)
        spelled = match[0] if match is not None else ""
        out.append(scanstring(f'{spelled}"', 0, False)[0])
        at, behind = at + len(spelled), letter.end
    return out if made[at:] == text[behind:] else None


def _begin(text: str) -> int | None:
    match = _START.search(text, 0, _HEAD)
    if match is None:
        start, _ = framed(text)
        match = _START.search(text, start, start + _HEAD) if start else None
    return None if match is None else match.start()


def _found(text: str, start: int, least: int, signs: Sequence[str]) -> list[Letter]:
    """Return the stretches of strings that hold a sign and that spelling again gives back."""
    ascii_ = text.isascii()
    found = []
    for literal in _literals(text, start):
        at, end = literal.start() + 1, literal.end() - 1
        while end - at > least:
            match = _SPELLED.match(text, at, end)
            spelled = match[0] if match is not None else ""
            if len(spelled) > least and any(sign in spelled for sign in signs):
                content, _ = scanstring(f'{spelled}"', 0, False)
                if json.dumps(content, ensure_ascii=ascii_)[1:-1] == spelled:
                    found.append(Letter(at, at + len(spelled), content))
            at += len(spelled) + 2  # A backslash that escapes nothing ends a stretch.
    return found


def _literals(text: str, start: int) -> Iterator[re.Match[str]]:
    """Yield the strings of a JSON text from some place on, but for one that does not end.

    What follows the quote of that one is in it: to look for others there, behind quotes that are
    escaped, would take the square of its length.
    """
    while (at := text.find('"', start)) >= 0:
        literal = _LITERAL.match(text, at)
        if literal is None:
            return
        yield literal
        start = literal.end()


def _around(text: str, start: int) -> str:
    """Return what stands around the strings of a JSON text from some place on."""
    pieces = []
    for literal in _literals(text, start):
        pieces.append(text[start : literal.start()])
        start = literal.end()
    return "".join([*pieces, text[start:]])
