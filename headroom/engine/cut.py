"""`Cut`: a text with gaps, under the note that says what is left of it and how to get the rest."""

from __future__ import annotations

import re
import shlex
from dataclasses import dataclass
from typing import TYPE_CHECKING

from headroom.core import fold
from headroom.core.refs import ref_of
from headroom.decode import CUT

if TYPE_CHECKING:
    from headroom.core.types import Context
    from headroom.elide.gapped import Gapped
    from headroom.engine.codec import Folded

_LIKE_MARKS = re.compile(
    r"^[^\w\n]{0,40}… ?[\d:,-]*\d(?: \([\d-]+ of the file\)|: .*)?\r?$"
    r"|… [\d,]+ (?:(?:more )?hits? in |lines around hits)",
    re.MULTILINE,
)
"""Lines that a reader could not tell from marks of ours: in such a text nothing is left out."""
_ARGUMENT = re.compile(r'(\w+)="([^"]*)"')
"""One argument of a call of our tool, which a command spells as an option."""


@dataclass(frozen=True, slots=True)
class Cut:
    """A text with gaps, and what has to be stored before it may be sent."""

    text: str
    tokens: int
    note: str
    originals: dict[str, str]
    """By ref: the text, or each of its parts that has gaps of its own."""
    affordable: int = 0
    """A form that loses nothing is better than this one if it has so many tokens at most."""
    folding: float = 1.0
    """Tokens of what is left over what they were before it was folded: tells of the whole."""
    folded: Folded | None = None
    """The whole folded, where that was tried."""
    points: bool = False
    """Whether its marks name other messages: in another conversation these would be wrong ones."""


def looks_marked(text: str) -> bool:
    """Whether a text has lines that a reader could not tell from marks of ours."""
    return "…" in text and _LIKE_MARKS.search(text) is not None


def sealed(
    made: Gapped,
    body: str,
    ctx: Context,
    stored: str,
    *,
    affordable: int = 0,
    folding: float = 1.0,
) -> Cut:
    """Return what is left of a text under the note that says what of it, and how to get the rest.

    Args:
        made: what is left, and what there is to say of it.
        body: the same, folded or not.
        ctx: whose reader it is for.
        stored: the text.
        affordable: see `Cut`.
        folding: see `Cut`.
    """
    ref = ref_of(stored)
    call = _call(ref, made.call, ctx.options.get("shell"))
    note = f"{ref}: {made.kept}; the rest is stored: {call}"
    shown = f"{body}\n{made.summary}" if made.summary else body
    cut = fold.block(CUT, shown.split("\n"), note)
    return Cut(cut, ctx.count(cut), made.kept, {ref: stored}, affordable, folding)


def _call(ref: str, part: str, shell: str | None) -> str:
    """Return how the reader brings a part back: a call of the tool, or a command of its shell."""
    if shell is None:
        return f'headroom_retrieve("{ref}", {part} or query="...")'
    options = _ARGUMENT.sub(lambda one: f"--{one[1]} {shlex.quote(one[2])}", part)
    return f'{shell} {ref} {options} or --query "..."'
