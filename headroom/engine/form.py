"""The form of one text: replayed, folded, pointed at, with gaps, or as it was; and why."""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import lru_cache
from math import ceil
from typing import TYPE_CHECKING, Any, TypeGuard

from headroom.cache.aligner import POINTERS
from headroom.ccr.question import survey
from headroom.core.frame import reminds
from headroom.core.letter import folded, letters
from headroom.core.result import Action, Reason, SegmentOutcome
from headroom.core.types import Context, Grade, Role
from headroom.engine import policy
from headroom.engine.again import renewed
from headroom.engine.codec import Folded, fold_text
from headroom.engine.cut import Cut
from headroom.engine.echo import Earlier
from headroom.engine.elision import elide
from headroom.engine.inner import inside, within
from headroom.engine.repeat import identical, pointed, reread

if TYPE_CHECKING:
    from collections.abc import Mapping

    from headroom.cache.ledger import Sent
    from headroom.core.types import Compressed, Segment
    from headroom.engine.codec import Attempts
    from headroom.engine.state import Parts, State

_SHARES = {"balanced": (1.0, 1.0), "aggressive": (0.65, 0.8)}
"""How much of what `balanced` keeps a profile keeps; and how much for a question that asks for an
overview, which names nothing by which the rest could be fetched."""
_FAR_SHORTER, _LONG = 0.4, 1_500
"""A cut to this share of so many tokens is taken without trying a fold, unless what is left folds
better than that."""
_AT_BEST, _SURELY, _TELLING = 0.8, 0.9, 2_000
"""What folding makes of the whole over what it makes of what is left: seldom much less, and hardly
less in a text of so many tokens."""
_GAIN, _LEAST_GAIN = 0.1, 150
"""What a cut has to save on top of what folding saves: a share, and tokens; a call back costs."""
_LEAST_ONGOING = 100
"""The same in a conversation that goes on: each of its turns is billed for the tokens again."""
_ELISION = "elide"
"""Under what name leaving out fails, and is switched off."""
_OF_PATHS, _FEW_PATHS = "listing", 400
"""An agent copies paths whole into its next calls: in a short list they are not taken apart."""
_GAP = re.compile(r"\W*…[^\w\n]*(?:lines? )?[\d,\- ]+\W*")
_SHORT_ERROR = 1_500
"""Tokens up to which what a failed call said is never cut."""


Form = tuple[SegmentOutcome, "str | None"]
"""What became of a text, and its new form if it has one."""


@dataclass(frozen=True, slots=True)
class Scope:
    """Everything that the decision about one new text may look at."""

    ctx: Context
    state: State
    parts: Parts
    earlier: Earlier
    keep: float | None = None
    """Share of its tokens that the text may keep, 1.0 for lossless; None: as the profile says."""


def forms(state: State, parts: Parts, keep: Mapping[int, float] | None = None) -> list[Form]:
    """Return the form of every text of a request, in order; nothing is recorded yet.

    Args:
        state: the request, aligned and routed.
        parts: what to work with.
        keep: what texts may keep, by position; those that are not named follow the profile.
    """
    ctx = Context(count=state.tokenizer.measure, query=state.question)
    known = None if state.reading is None else state.reading.known
    out: list[Form] = [] if known is None else list(known.forms[: state.same])
    earlier = Earlier()
    if known is not None:
        earlier = Earlier(known.sources[: state.same], known.traces)
    for position in range(state.same, len(state.segments)):
        segment = state.segments[position]
        sent = state.replays[position]
        if sent is not None:
            out.append(replayed(segment, sent))
        else:
            share = None if keep is None else keep.get(position)
            scope = Scope(ctx, state, parts, earlier, share)
            out.append(_new(segment, state.kept[position], scope))
        text = out[-1][1]
        earlier.add(
            segment.turn,
            segment.text,
            segment.text if text is None else text,
            segment.command or segment.tool,
            lasting=segment.pinned is None,
            asks=segment.role is Role.USER and not reminds(segment.text),
        )
    state.sources = earlier.sources
    return out


def replayed(segment: Segment, sent: Sent) -> Form:
    """Return the form of a text that goes out as it did before."""
    outcome = SegmentOutcome(
        segment.path,
        Action.REPLAYED,
        Reason.SEEN,
        sent.compressor,
        sent.tokens_before,
        sent.tokens_after,
        sent.grade,
        sent.refs,
    )
    return outcome, sent.text


def _new(segment: Segment, reason: Reason | None, scope: Scope) -> Form:
    """Return the outcome of a text seen for the first time, and its new form if it has one."""
    text, options = segment.text, scope.state.options
    if len(text) > options.max_chars:
        # Not even counted: four characters to a token is near enough for what stays as it is.
        tokens = len(text) // 4
        return SegmentOutcome(
            segment.path, Action.KEPT, reason or Reason.LARGE, None, tokens, tokens
        ), None
    tokens = scope.state.tokenizer.count(text)
    if reason is None and tokens < options.min_tokens:
        reason = Reason.SMALL
    if reason is None and folded(text):
        reason = Reason.MARKED
    if reason is Reason.READ:
        known = _read_again(segment, tokens, scope) if tokens >= options.min_tokens else None
        if known is not None:
            return known
        cut = _long_read(segment, tokens, scope)
        if _worth_cutting(cut, tokens, scope) and _storable(cut, scope):
            return _elided(segment, tokens, cut, scope), cut.text
    if reason is not None:
        return SegmentOutcome(segment.path, Action.KEPT, reason, None, tokens, tokens), None
    return _shortened(segment, tokens, scope)


def _read_again(segment: Segment, tokens: int, scope: Scope) -> Form | None:
    """Return the form of a file read much of which was read before, or None."""
    made = reread(segment.text, scope)
    if made is None:
        return inside(segment, tokens, scope, _string_again)
    return _outcome(segment, tokens, made, scope, Reason.REPEATED), made.text


def _string_again(segment: Segment, _: None, scope: Scope) -> Form:
    """Return the form of a string of JSON that is a file read."""
    tokens = scope.ctx.count(segment.text)
    made = _read_again(segment, tokens, scope)
    if made is not None:
        return made
    return SegmentOutcome(segment.path, Action.KEPT, Reason.READ, None, tokens, tokens), None


def _long_read(segment: Segment, tokens: int, scope: Scope) -> Cut | None:
    """Return a long file read with gaps, its other lines as they are, where the user wants that."""
    longest = scope.state.options.long_reads
    if longest is None or tokens < longest or folded(segment.text):
        return None
    if not _may_cut(segment, tokens, scope):
        return None
    ctx = Context(scope.ctx.count, scope.ctx.query, _limits(segment, scope))
    cut, _ = _gaps(segment.text, ctx, scope, _unfolded)
    return cut if isinstance(cut, Cut) and _of_whole_lines(cut.text, segment.text) else None


def _gaps(text: str, ctx: Context, scope: Scope, run: Attempts) -> tuple[Cut | Folded | None, bool]:
    """Return a text with gaps, or folded, if that pays, and whether making them went wrong."""
    router, margin = scope.parts.router, scope.parts.margin
    return scope.parts.health.guarded(_ELISION, lambda: elide(text, ctx, router, margin, run))


def _of_whole_lines(cut: str, text: str) -> bool:
    """Whether all that a cut shows of a text are lines of it: one within a sentence is none."""
    known = set(text.split("\n"))
    _, *shown = cut.split("\n")
    return all(line in known or _GAP.fullmatch(line) for line in shown)


def _unfolded(name: str, text: str, ctx: Context, below: int | None) -> Compressed | None:  # noqa: ARG001
    """Decline for every compressor: lines from which edits are made stay as they are."""
    return None


def _shortened(segment: Segment, tokens: int, scope: Scope) -> Form:
    same = identical(segment.text, scope)
    if same is not None:
        return _outcome(segment, tokens, same, scope, Reason.REPEATED), same.text
    opened = within(segment, tokens, scope, _shortened) or inside(segment, tokens, scope, _new)
    if opened is not None:
        return opened
    failures: list[str] = []
    losing: int | None = None

    def attempt(name: str, text: str, ctx: Context, below: int | None) -> Compressed | None:
        if name == _OF_PATHS and scope.state.ongoing and ctx.count(text) < _FEW_PATHS:
            return None
        if losing is not None and text is segment.text:
            below = min(ctx.count(text) if below is None else below, losing)
        made, broken = scope.parts.health.attempt(name, text, ctx, below)
        if broken:
            failures.append(name)
        return made

    ctx = Context(scope.ctx.count, scope.ctx.query, _limits(segment, scope))
    router, margin = scope.parts.router, scope.parts.margin
    cut = folded = None
    # Of a lone string that is short enough to stay, no part is cut out as of a record's field.
    if _may_cut(segment, tokens, scope) and len(letters(segment.text)) != 1:
        cut, folded, broken = _parted(segment.text, ctx, scope, attempt)
        failures += [_ELISION] * broken
    found = pointed(segment.text, ctx, scope, attempt)
    if found is not None and cut is not None and found.tokens <= cut.tokens:
        cut = None  # All of it stands in front of the reader, for less.
    if _settled(cut, segment.text, scope) and _storable(cut, scope):
        return _elided(segment, tokens, cut, scope), cut.text
    # A fold that would lose to the cut in any case is not decoded.
    losing = _losing(cut, scope) if cut is not None and found is None else None
    folded = folded or fold_text(segment.text, ctx, router, margin, attempt)
    fewest = scope.ctx.count(segment.text) if folded is None else folded.tokens
    if found is not None and margin.met(fewest, found.tokens):
        folded, fewest = found, found.tokens
    if _worth_cutting(cut, fewest, scope):
        if _storable(cut, scope):
            return _elided(segment, tokens, cut, scope), cut.text
        losing = None
        folded = folded or fold_text(segment.text, ctx, router, margin, attempt)
    if folded is not None:
        reason = Reason.REPEATED if folded is found else Reason.FOLDED
        return _outcome(segment, tokens, folded, scope, reason), folded.text
    action, reason = Action.KEPT, _whole(cut, fewest, scope)
    if failures:
        action, reason = Action.FAILED, Reason.BROKEN
    name = "+".join(dict.fromkeys(failures)) or None
    return SegmentOutcome(segment.path, action, reason, name, tokens, tokens), None


def _parted(
    text: str, ctx: Context, scope: Scope, run: Attempts
) -> tuple[Cut | None, Folded | None, bool]:
    """Return a text with gaps, the whole folded where that was tried, and whether it went wrong.

    Of one most of which stood in a text that was cut all that is new stays, if that is shorter.
    """
    best, broken = _gaps(text, ctx, scope, run)
    cut, folded = (best, best.folded) if isinstance(best, Cut) else (None, best)
    if scope.state.pointing and not scope.earlier.insisted(text):
        cut = renewed(text, cut, scope.earlier.cut(), ctx, scope.parts.router)
    return cut, folded, broken


def _whole(cut: Cut | None, fewest: int, scope: Scope) -> Reason:
    """Return why a text stays as it is that no form is good enough for."""
    if _worth_cutting(cut, fewest, scope):
        return Reason.UNSTORED
    return Reason.DEARER if scope.state.stood_down else Reason.NO_GAIN


@lru_cache(maxsize=8)
def _share(profile: str, query: str) -> float:
    usual, broad = _SHARES.get(profile, (1.0, 1.0))
    return broad if usual != broad and survey.read(query).survey else usual


def _limits(segment: Segment, scope: Scope) -> dict[str, Any]:
    """Return how much a cut may keep and who judges prose, as `elide` reads it."""
    limits: dict[str, Any] = {"keep": scope.keep}
    if scope.keep is None:
        limits = {"share": _share(scope.state.options.profile, scope.ctx.query)}
    # In a task that goes on the question is hardly ever about one text, and each turn is billed.
    limits["guess"] = scope.state.ongoing
    limits |= policy.purposes(segment.command, segment.tool)
    limits["ranged"] = segment.ranged
    if scope.state.shell is not None:
        limits["shell"] = scope.state.shell
    if scope.state.options.engine == "ml":
        limits["refine"] = scope.parts.refine
    return limits


def _may_cut(segment: Segment, tokens: int, scope: Scope) -> bool:
    """Whether something may be left out of a text, going by options and policy alone."""
    options = scope.state.options
    if options.profile == "lossless" or (scope.keep is not None and scope.keep >= 1.0):
        return False
    if segment.is_error and tokens < _SHORT_ERROR:
        return False
    return not policy.fold_only(segment, options)


def _settled(cut: Cut | None, text: str, scope: Scope) -> TypeGuard[Cut]:
    """Whether no fold need be tried: a budget asks for a cut, or no fold would come near it."""
    if cut is None:
        return False
    whole = scope.ctx.count(text)
    if scope.keep is not None:
        return scope.parts.margin.met(whole, cut.tokens)
    if cut.affordable:
        return False
    if whole >= _LONG and cut.tokens <= min(_FAR_SHORTER, cut.folding) * whole:
        return True
    least = _SURELY if whole >= _TELLING else _AT_BEST
    return _worth_cutting(cut, int(least * cut.folding * whole), scope)


def _worth_cutting(cut: Cut | None, fewest: int, scope: Scope) -> TypeGuard[Cut]:
    """Whether a cut saves enough on top of the best lossless form to give something up for it."""
    if cut is None or fewest <= cut.affordable:
        return False
    return fewest - cut.tokens >= max(_least_gain(scope), _GAIN * fewest)


def _losing(cut: Cut, scope: Scope) -> int:
    """Return a number of tokens from which on the best lossless form surely loses to a cut."""
    least = max(cut.tokens + _least_gain(scope), ceil(cut.tokens / (1 - _GAIN)))
    return max(least, cut.affordable) + 1


def _least_gain(scope: Scope) -> int:
    return _LEAST_ONGOING if scope.state.ongoing else _LEAST_GAIN


def _storable(cut: Cut, scope: Scope) -> bool:
    """Whether what is left out of a text can be stored, which is done before the request goes."""
    scope.state.originals.update(cut.originals)
    return scope.state.storing


def _elided(segment: Segment, before: int, cut: Cut, scope: Scope) -> SegmentOutcome:
    share = cut.tokens / max(scope.ctx.count(segment.text), 1)
    return SegmentOutcome(
        segment.path,
        Action.COMPRESSED,
        Reason.ELIDED,
        f"{_ELISION}+{POINTERS}" if cut.points else _ELISION,
        before,
        round(before * share),
        Grade.STORED,
        tuple(cut.originals),
        cut.note,
    )


def _outcome(
    segment: Segment, before: int, folded: Folded, scope: Scope, reason: Reason
) -> SegmentOutcome:
    """Report a form; an estimated count is scaled like the original's, so that they compare."""
    share = folded.tokens / max(scope.ctx.count(segment.text), 1)
    return SegmentOutcome(
        segment.path,
        Action.COMPRESSED,
        reason,
        "+".join(folded.compressors),
        before,
        round(before * share),
        folded.grade,
        note="; ".join(folded.notes),
    )
