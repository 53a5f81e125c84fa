"""`fold_text`: one text through router, compressors and guard; pure but for the failure counts."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace
from functools import partial
from typing import TYPE_CHECKING, Protocol

from headroom import registry
from headroom.core import fold
from headroom.core.split import lines_of
from headroom.core.types import Compressed, ContentType, Grade, Part
from headroom.decode import CRLF, FIELDS, MARGIN, NUMBERED, WRAPPERS
from headroom.detect import prevailing
from headroom.detect.numbering import BY_NUMBER, said, unnumbered
from headroom.engine.guard import Margin, faithful, shorter
from headroom.lines.fielded import NOTE, fielded
from headroom.lines.margin import margin, margined, unmargined
from headroom.lines.margin import said as said_margin
from headroom.lines.numbered import counted

if TYPE_CHECKING:
    from collections.abc import Sequence

    from headroom.core.types import Context
    from headroom.engine.router import ContentRouter

Best = Callable[[str, ContentType], "tuple[str, Compressed] | None"]
_WITHOUT_NUMBERS = 0.85
"""Share of its tokens down to which a numbered file comes at least; `source` does about as well. So
does one that is indented: otherwise its kind may be told, and folded, as it is."""
_GOOD = 0.9
"""What the compressor named first brings down to so much is not given to the ones behind it."""


class Attempts(Protocol):
    """Runs one compressor on one text and remembers how that went."""

    def __call__(self, name: str, text: str, ctx: Context, below: int | None) -> Compressed | None:
        """Return what the named compressor makes of the text in fewer tokens than that, or None.

        With None it has to be fewer than the text itself has.
        """
        ...


@dataclass(frozen=True, slots=True)
class Folded:
    """A text after folding: what it became, how faithfully, and who did it."""

    text: str
    tokens: int
    grade: Grade
    restores: str
    compressors: tuple[str, ...]
    notes: tuple[str, ...] = ()


def attempt(name: str, text: str, ctx: Context, below: int | None) -> Compressed | None:
    """Return what the named compressor makes of the text, if it is short and its decoder agrees."""
    made = registry.compressor(name).compress(text, ctx)
    if made is None or not shorter(made, text, ctx, below):
        return None
    return made if faithful(text, made) else None


def fold_text(
    text: str,
    ctx: Context,
    router: ContentRouter,
    margin: Margin | None = None,
    run: Attempts = attempt,
    *,
    kind: ContentType | None = None,
) -> Folded | None:
    """Return the folded text, or None when nothing shortens it by the margin.

    Where the `kind` of all of it is known, no detector is asked.

    Every part is decoded and compared before it is used; the whole must then beat the original
    in tokens (by the margin) and in bytes.
    """
    margin = margin or Margin()
    if fold.marked(text):
        return None
    plain = without_cr(text)
    best = partial(_best, router, run, ctx)
    if kind is None:
        folded = _fold_whole(plain, ctx, router, best)
    else:
        folded = _fold_parts(plain, [Part(0, len(lines_of(plain)), kind)], ctx, best)
    if folded is None:
        return None
    if plain is not text:
        folded = _wrapped(folded, CRLF, "lines end in CR LF", ctx)
    smaller = bytes_of(folded.text) < bytes_of(text)
    return folded if smaller and margin.met(ctx.count(text), folded.tokens) else None


def _wrapped(folded: Folded, form: str, note: str, ctx: Context) -> Folded:
    """Return what a text was folded to inside a block of a form that stands around others."""
    block = fold.block(form, folded.text.split("\n"), note)
    restores = WRAPPERS[form](folded.restores, note)
    return replace(folded, text=block, tokens=ctx.count(block), restores=restores)


def bytes_of(text: str) -> int:
    """Return the length of a text in bytes; most texts are ASCII and need not be written."""
    return len(text) if text.isascii() else len(text.encode("utf-8", "surrogatepass"))


def without_cr(text: str) -> str:
    """Return a text whose lines all end in CR LF with LF alone, any other as it is."""
    if "\r" not in text:  # one character is found much faster than two are
        return text
    breaks = text.count("\r\n")
    uniform = breaks > 0 and breaks == text.count("\n") == text.count("\r")
    return text.replace("\r\n", "\n") if uniform else text


def _fold_whole(text: str, ctx: Context, router: ContentRouter, best: Best) -> Folded | None:
    """Return a text folded, without what stands in front of each of its lines if that is better."""
    return (
        _fold_numbered(text, ctx, router, best)
        or _fold_margined(text, ctx, router, best)
        or _fold_fields(text, ctx, router, best)
    )


def _fold_margined(text: str, ctx: Context, router: ContentRouter, best: Best) -> Folded | None:
    """Return a text that is indented or quoted folded as what stands behind that, or None."""
    lines = lines_of(text)
    found = margin(lines)
    if found is None:
        return None
    bare = unmargined(lines, found)
    if margined(bare, found) != lines:
        return None
    folded = _fold_fields("\n".join(bare), ctx, router, best)
    if folded is None or folded.grade is not Grade.EXACT:
        return None
    made = _wrapped(folded, MARGIN, said_margin(found), ctx)
    return made if made.tokens <= _WITHOUT_NUMBERS * ctx.count(text) else None


def _fold_numbered(text: str, ctx: Context, router: ContentRouter, best: Best) -> Folded | None:
    """Return a numbered file folded as what stands behind the numbers, or None.

    Source is read by the numbers of its lines, and has a form of its own.
    """
    found = unnumbered(text)
    if found is None:
        return None
    bare, first = found
    parts = router.parts(bare)
    if prevailing(lines_of(bare), parts) is BY_NUMBER:
        return None
    folded = _fold_parts(bare, parts, ctx, best)
    if folded is None or folded.grade is not Grade.EXACT:
        return None
    if "\n".join(counted(lines_of(bare), first)) != text:
        return None
    made = _wrapped(folded, NUMBERED, said(first), ctx)
    return made if made.tokens <= _WITHOUT_NUMBERS * ctx.count(text) else None


def _fold_fields(text: str, ctx: Context, router: ContentRouter, best: Best) -> Folded | None:
    """Return a text folded, records in JSON without what stands before them on their lines."""
    fields = fielded(lines_of(text))
    inner = text if fields is None else "\n".join(fields)
    folded = _fold_parts(inner, router.parts(inner), ctx, best)
    if folded is None or fields is None:
        return folded
    return _wrapped(folded, FIELDS, NOTE, ctx)


def _fold_parts(text: str, parts: Sequence[Part], ctx: Context, best: Best) -> Folded | None:
    lines = lines_of(text)
    out: list[str] = []
    restores: list[str] = []
    grade, names, notes = Grade.EXACT, [], []
    for part in parts:
        whole = part.start == 0 and part.end == len(lines)
        piece = text if whole else "\n".join(lines[part.start : part.end])
        found = best(piece, part.type)
        if found is None:
            out.append(piece)
            restores.append(piece)
            continue
        name, made = found
        out.append(made.text)
        restores.append(piece if made.restores is None else made.restores)
        grade = grade.joined(made.grade)
        names.append(name)
        if made.note:
            notes.append(made.note)
    if not names:
        return None
    joined = "\n".join(out)
    return Folded(
        joined,
        ctx.count(joined),
        grade,
        "\n".join(restores),
        tuple(dict.fromkeys(names)),
        tuple(notes),
    )


def _best(
    router: ContentRouter, run: Attempts, ctx: Context, piece: str, kind: ContentType
) -> tuple[str, Compressed] | None:
    """Return the name of the compressor that makes most of a piece, and what it makes of it."""
    # The piece itself is counted where there is something to compare it with: often there is not.
    best, fewest = None, None
    for name in router.candidates(kind):
        made = run(name, piece, ctx, fewest)
        if made is None:
            continue
        best, fewest = (name, made), ctx.count(made.text)
        if fewest <= _GOOD * ctx.count(piece):
            break
    return best
