"""Long listings in a document, cut into the pieces that an author set apart."""

from collections.abc import Iterator, Sequence

Span = tuple[int, int]

_LONG = 1_000
"""Characters of a listing that stays whole: an example is read as one."""
_PIECE = 8
"""Lines from which a piece ends at an empty line, twice that where there is none."""


def divided(text: str, spans: Sequence[Span]) -> list[Span]:
    """Return the spans with long listings between fences cut at empty lines."""
    out: list[Span] = []
    for start, end in spans:
        if end - start > _LONG and text.startswith(("```", "~~~"), start):
            out += _pieces(text, start, end)
        else:
            out.append((start, end))
    return out


def _pieces(text: str, start: int, end: int) -> Iterator[Span]:
    """Yield the pieces of a listing, without the white space between them."""
    begin = at = start
    lines = 0
    for line in text[start:end].split("\n"):
        stop = at + len(line)
        lines += 1
        if (lines >= _PIECE and not line.strip()) or lines >= 2 * _PIECE:
            piece = text[begin:stop].rstrip()
            if piece.strip():
                yield begin, begin + len(piece)
                begin, lines = stop + 1, 0
        at = stop + 1
    piece = text[begin:end].rstrip()
    if piece:
        yield begin, begin + len(piece)
