"""Up to which length a text stays whole: where that is worth more than what a cut would save."""

from __future__ import annotations

from typing import TYPE_CHECKING

from headroom.core.types import ContentType

if TYPE_CHECKING:
    from headroom.core.types import Context

_LOOKED_UP = (
    *(ContentType.JSON, ContentType.TABLE, ContentType.COLUMNS),
    *(ContentType.SEARCH, ContentType.LISTING),
)
_AT_A_GLANCE, _SHAPED, _TOLD = 800, 1_000, 1_200
"""Of records and hits nothing goes where they fold to so many tokens: who looked them up may need
any for the next step, whatever the question was, and fetching costs a turn. So it is where an agent
looks around for what there is, in whatever kind of text; and of what it has filtered or had its
own script print, unless that is of a kind in which routine is told for sure. What it had added up,
or the lines that it asked for by number, are an answer of whatever kind."""
MAY_FOLD = 3
"""What is so many times as long hardly ever folds to that: outside a task that goes on that is not
even tried, since to fold a long text takes longer than to cut it."""
_LOGGED = (ContentType.LOG, ContentType.TEST)
_ROUTINE = (*_LOGGED, ContentType.DIFF)
"""Such kinds of what a script prints, and of what a filter lets through: of source it shows the
place in which an edit is made next."""
_AFFORDED, _MOST_AFFORDED = 0.4, 4_000
"""Where it is not clear what is asked for, nothing is left out that folds to so much of the tokens,
and to so many."""


def whole_up_to(kind: ContentType, ctx: Context) -> int:
    """Return the tokens up to which a text whole is better than any cut; 0 where none is.

    Of the context's options it reads `look`, `filtered`, `scripted`, `summed`, `ranged` and
    `guess`, as `elide` does.
    """
    if ctx.options.get("keep") is not None:
        return 0
    share = float(ctx.options.get("share", 1.0))
    filtered = ctx.options.get("filtered") and kind not in _ROUTINE
    ongoing = ctx.options.get("guess")
    told = ctx.options.get("summed") or ctx.options.get("ranged")
    if told and ongoing and kind is not ContentType.TEST:
        return int(_TOLD * share)
    if filtered or (ctx.options.get("scripted") and kind not in _LOGGED):
        return int(_SHAPED * share)
    glance = ctx.options.get("look") or kind in _LOOKED_UP
    return int(_AT_A_GLANCE * share) if glance else 0


def guessed_up_to(text: str, ctx: Context) -> int:
    """Return the tokens up to which a text whole is better than a cut that guesses."""
    if ctx.options.get("keep") is not None:
        return 0
    share = _AFFORDED * float(ctx.options.get("share", 1.0))
    return min(int(share * ctx.count(text)), _MOST_AFFORDED)
