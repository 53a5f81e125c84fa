r"""The one grammar of folded text: a header line, then a counted number of body lines.

    [headroom:FORM N lines; NOTE]
    body line 1
    ...
    body line N

FORM names the decoder, N counts the body lines, NOTE says in plain words how to read them and may
carry what the decoder needs. A block stands on whole lines and ends without a line break: the
break that follows it belongs to the text around it, as it did around the original lines. Lines
are split at "\n" alone; every other character, "\r" included, is content.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

PREFIX = "[headroom:"
_HEADER = re.compile(r"\[headroom:([a-z][a-z0-9-]*) ([0-9]{1,9}) lines?(?:; ([^\n]*))?\]")


@dataclass(frozen=True, slots=True)
class Block:
    """One folded block as it stands in a text."""

    form: str
    note: str
    lines: tuple[str, ...]


def block(form: str, lines: Sequence[str], note: str = "") -> str:
    r"""Return the text of a block; `lines` and `note` must not contain "\n".

    Raises:
        ValueError: a line break in `lines` or `note`.
    """
    noun = "line" if len(lines) == 1 else "lines"
    head = f"{PREFIX}{form} {len(lines)} {noun}{'; ' + note if note else ''}]"
    made = "\n".join((head, *lines))
    if made.count("\n") != len(lines):
        raise ValueError("a block is made of lines: no line break may stand inside one")
    return made


def marked(text: str) -> bool:
    """Whether some line of the text begins like one of our headers."""
    return text.startswith(PREFIX) or f"\n{PREFIX}" in text


def scan(text: str) -> Iterator[str | Block]:
    """Yield the plain stretches and the blocks of a text, in order.

    A header whose body would run past the end of the text is plain text.
    """
    if not marked(text):
        yield text
        return
    plain_from = position = 0
    left = text.count("\n")
    while position <= len(text):
        found = _header_at(text, position, left)
        end = position
        if found is not None:
            parsed, end = found
            if position > plain_from:
                yield text[plain_from:position]
            yield parsed
            plain_from = end
        following = _next_header(text, end)
        left -= text.count("\n", position, following)
        position = following
    if plain_from < len(text):
        yield text[plain_from:]


def broken_off(text: str) -> str | None:
    """Return the first header whose body would run past the end of the text, or None."""
    if not marked(text):
        return None
    plain = (piece for piece in scan(text) if isinstance(piece, str))
    lines = (line for piece in plain if PREFIX in piece for line in piece.split("\n"))
    return next((line for line in lines if _HEADER.fullmatch(line)), None)


def _next_header(text: str, position: int) -> int:
    """Return where the next candidate header line starts, or past the end of the text."""
    at = text.find(f"\n{PREFIX}", position)
    return len(text) + 1 if at < 0 else at + 1


def _header_at(text: str, position: int, left: int) -> tuple[Block, int] | None:
    """Parse the block whose header starts at `position`; return it and where it ends.

    `left` says how many line ends there are from there on: who claims more lines is told at once.
    """
    end = text.find("\n", position)
    head_end = len(text) if end < 0 else end
    match = _HEADER.fullmatch(text, position, head_end)
    if match is None:
        return None
    wanted = int(match[2])
    if wanted > left:
        return None
    if wanted and wanted == left:  # Most blocks are all of a text.
        lines = tuple(text[head_end + 1 :].split("\n"))
        return Block(match[1], match[3] or "", lines), len(text)
    cursor = head_end
    for _ in range(wanted):
        following = text.find("\n", cursor + 1)
        cursor = len(text) if following < 0 else following
    lines = tuple(text[head_end + 1 : cursor].split("\n")) if wanted else ()
    return Block(match[1], match[3] or "", lines), cursor
