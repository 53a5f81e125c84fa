"""`expand`: the way back from any folded text."""

from __future__ import annotations

from headroom import registry
from headroom.core import fold

CRLF = "crlf"
"""Form of the wrapper around a text whose lines all end in CR LF; its body is folded text."""


def expand_text(text: str) -> str:
    """Return the text with every block replaced by what it stands for.

    Raises:
        ValueError: a block of a known form does not decode.
    """
    return _expanded(text, inside=False)


def _expanded(text: str, *, inside: bool) -> str:
    pieces = []
    for piece in fold.scan(text):
        if isinstance(piece, str):
            pieces.append(piece)
        elif piece.form == CRLF:
            if inside:
                raise ValueError("line ends inside line ends")
            pieces.append(_expanded("\n".join(piece.lines), inside=True).replace("\n", "\r\n"))
        elif piece.form in registry.FORMS:
            pieces.append(registry.compressor(registry.FORMS[piece.form]).expand(piece))
        else:
            pieces.append(fold.block(piece.form, piece.lines, piece.note))
    return "".join(pieces)
