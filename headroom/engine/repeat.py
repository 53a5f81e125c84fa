"""Forms of a text that stood earlier in the request, or parts of which did."""

from __future__ import annotations

from typing import TYPE_CHECKING

from headroom.cache.aligner import POINTERS
from headroom.core import fold
from headroom.core.types import Grade
from headroom.engine.codec import Folded, fold_text

if TYPE_CHECKING:
    from headroom.core.types import Context
    from headroom.engine.codec import Attempts
    from headroom.engine.form import Scope

_LEAST_REREAD, _REREAD = 60, 0.2
"""What pointers have to save of a file read: tokens, and a share; a reader has to follow them."""


def identical(text: str, scope: Scope, *, verbatim: bool = False) -> Folded | None:
    """Return a pointer to an identical earlier text, to a `verbatim` one if asked; or None."""
    pointing = scope.state.pointing
    pointer = scope.earlier.same(text, verbatim=verbatim) if pointing else None
    if pointer is None:
        return None
    return Folded(pointer, scope.ctx.count(pointer), Grade.EXACT, text, (POINTERS,))


def reread(text: str, scope: Scope) -> Folded | None:
    """Return a file read with what was read before pointed at and all else as it is, or None.

    What the reader sees of the file stays exact: each line stands here or where the pointer says.
    """
    if not scope.state.pointing or fold.marked(text) or scope.earlier.insisted(text):
        return None
    same = identical(text, scope, verbatim=True)
    if same is not None:
        return same
    made = pointed(text, scope.ctx, scope, None)
    whole = scope.ctx.count(text)
    if made is None or whole - made.tokens < max(_LEAST_REREAD, _REREAD * whole):
        return None
    return made


def pointed(text: str, ctx: Context, scope: Scope, attempt: Attempts | None) -> Folded | None:
    """Return the text with its repeated spans pointed at and the rest folded, or None.

    With no `attempt` the rest stays as it is.
    """
    spans = scope.earlier.spans(text) if scope.state.pointing else []
    if not spans:
        return None
    lines = text.split("\n")
    out: list[str] = []
    names, grade, at = [POINTERS], Grade.EXACT, 0
    for start, end, pointer in [*spans, (len(lines), len(lines), "")]:
        if start > at:
            rest = "\n".join(lines[at:start])
            router, margin = scope.parts.router, scope.parts.margin
            folded = None if attempt is None else fold_text(rest, ctx, router, margin, attempt)
            out.append(rest if folded is None else folded.text)
            if folded is not None:
                names += folded.compressors
                grade = grade.joined(folded.grade)
        if pointer:
            out.append(pointer)
        at = end
    joined = "\n".join(out)
    note = f"{sum(end - start for start, end, _ in spans)} lines stand earlier in the request"
    return Folded(joined, ctx.count(joined), grade, text, tuple(dict.fromkeys(names)), (note,))
