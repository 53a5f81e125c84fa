"""`expand`: the way back from any folded text."""

from __future__ import annotations

from collections.abc import Callable

from headroom import registry
from headroom.core import fold
from headroom.core.letter import closed, sealed
from headroom.core.refs import ref_in
from headroom.detect.numbering import first_in
from headroom.lines.fielded import headed
from headroom.lines.margin import margin_in, margined
from headroom.lines.numbered import counted

CRLF = "crlf"
"""Form of the wrapper around a text whose lines all end in CR LF; its body is folded text."""
NUMBERED = "numbered"
"""Form of the wrapper around a file that was read with numbers; its body is folded text without."""
MARGIN = "margin"
"""Form of the wrapper around lines that are indented or quoted; its body is folded text without."""
FIELDS = "fields"
"""Form of the wrapper around records in JSON that stood behind something else on their lines."""
CUT = "excerpt"
"""Form of a text with gaps; its original is stored under the ref that begins its note."""
CUTS = (CUT, "cut")
"""The same, and what it was called before: "cut 9 lines" was read as if nine were missing."""

WRAPPERS: dict[str, Callable[[str, str], str]] = {
    CRLF: lambda inner, _: inner.replace("\n", "\r\n"),
    NUMBERED: lambda inner, note: "\n".join(counted(inner.split("\n"), first_in(note))),
    MARGIN: lambda inner, note: "\n".join(margined(inner.split("\n"), margin_in(note))),
    FIELDS: lambda inner, _: "\n".join(headed(inner.split("\n"))),
}
"""How the text is made that a wrapper stands for, of the one inside and its note."""

Redeem = Callable[[str], str | None]
"""Returns the original under a ref, or None where it is not to be had."""


def expand_text(text: str, redeem: Redeem | None = None) -> str:
    """Return the text with every block replaced by what it stands for.

    A text with gaps is replaced where `redeem` returns its original, and else stays as it is.
    Blocks inside the strings of a JSON text count too.

    Raises:
        ValueError: a block of a known form does not decode.
    """
    inside = sealed(text)
    if inside:
        contents = [expand_text(each.text, redeem) for each in inside]
        # Our own marks are not ASCII: only where they are escaped was everything else, too.
        return closed(text, inside, contents, escape=text.isascii())
    return _expanded(text, redeem, frozenset())


def _expanded(text: str, redeem: Redeem | None, around: frozenset[str]) -> str:
    pieces = []
    for piece in fold.scan(text):
        if isinstance(piece, str):
            pieces.append(piece)
        elif piece.form in WRAPPERS:
            if piece.form in around:
                raise ValueError(f"{piece.form} inside {piece.form}")
            inner = _expanded("\n".join(piece.lines), redeem, around | {piece.form})
            pieces.append(WRAPPERS[piece.form](inner, piece.note))
        elif piece.form in CUTS and redeem is not None:
            original = redeem(ref_in(piece.note))
            source = fold.block(piece.form, piece.lines, piece.note)
            pieces.append(source if original is None else original)
        elif piece.form in registry.FORMS:
            pieces.append(registry.compressor(registry.FORMS[piece.form]).expand(piece))
        else:
            pieces.append(fold.block(piece.form, piece.lines, piece.note))
    return "".join(pieces)
