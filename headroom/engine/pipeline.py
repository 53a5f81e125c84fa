"""The whole order of one request, readable in one screen: `STEPS`."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, TypeGuard

from headroom.cache.ledger import Sent
from headroom.core import fold
from headroom.core.result import Action, Reason, SegmentOutcome
from headroom.core.types import Context, Edit, Grade
from headroom.engine import policy
from headroom.engine.codec import Folded, fold_text
from headroom.engine.echo import Earlier
from headroom.engine.elision import elide
from headroom.errors import HeadroomError
from headroom.events import PipelineStage

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from headroom.cache.aligner import CacheAligner
    from headroom.config import Options
    from headroom.core.protocols import Document, OriginalStore, Provider, Tokenizer
    from headroom.core.types import Compressed, Segment
    from headroom.elide.gapped import Refiner
    from headroom.engine.codec import Attempts
    from headroom.engine.elision import Cut
    from headroom.engine.guard import Margin
    from headroom.engine.health import Health
    from headroom.engine.router import ContentRouter


_SHARES = {"balanced": 1.0, "aggressive": 0.55}
"""How much of what `balanced` keeps a profile keeps."""
_FAR_SHORTER = 0.4
_WORTH_CUTTING = 0.9
"""A cut has to save a tenth on top of what folding saves."""


@dataclass(frozen=True, slots=True)
class Parts:
    """What the steps work with; the engine owns it."""

    router: ContentRouter
    aligner: CacheAligner
    health: Health
    margin: Margin
    store: OriginalStore
    refine: Refiner
    """The second engine for prose, asked where the options say so."""


@dataclass(slots=True)
class State:
    """One request on its way through the steps."""

    document: Document
    provider: Provider
    tokenizer: Tokenizer
    options: Options
    query: str | None = None
    seed: str = ""
    segments: Sequence[Segment] = ()
    question: str = ""
    keys: list[bytes] = field(default_factory=list)
    replays: list[Sent | None] = field(default_factory=list)
    kept: list[Reason | None] = field(default_factory=list)
    outcomes: list[SegmentOutcome] = field(default_factory=list)


def receive(state: State, _: Parts) -> None:
    """Locate the texts of the request and the user's question."""
    body = state.document.tree
    state.segments = state.provider.segments(body)
    state.question = state.provider.question(body) if state.query is None else state.query


def align(state: State, parts: Parts) -> None:
    """Find what was forwarded before in this conversation: it stays as it was."""
    state.keys = parts.aligner.keys(state.segments, state.seed)
    state.replays = parts.aligner.replays(state.keys)


def route(state: State, _: Parts) -> None:
    """Decide which of the new texts may be touched."""
    scene = policy.scene(state.segments, state.document.tree, state.options)
    state.kept = [
        None if replay is not None else policy.keep(segment, scene, state.options)
        for segment, replay in zip(state.segments, state.replays, strict=True)
    ]


def compress(state: State, parts: Parts) -> None:
    """Give every text its form: replayed, folded, pointed at, or as it was."""
    ctx = Context(count=state.tokenizer.measure, query=state.question)
    earlier, edits = Earlier(), []
    for position, segment in enumerate(state.segments):
        replay = state.replays[position]
        if replay is not None:
            outcome, text = _replayed(segment, replay), replay.text
        else:
            outcome, text = _new(segment, state.kept[position], _Scope(ctx, state, parts, earlier))
            parts.aligner.record(state.keys[position], _sent(outcome, text))
        if text is not None:
            edits.append(Edit(segment.path, text))
        earlier.add(segment.turn, segment.text, segment.text if text is None else text)
        state.outcomes.append(outcome)
    if edits:
        state.document = state.document.edit(edits)


def remember(_: State, __: Parts) -> None:
    """Nothing here: memory is an extension of this stage."""


STEPS: tuple[tuple[Callable[[State, Parts], None], PipelineStage], ...] = (
    (receive, PipelineStage.INPUT_RECEIVED),
    (align, PipelineStage.INPUT_CACHED),
    (route, PipelineStage.INPUT_ROUTED),
    (compress, PipelineStage.INPUT_COMPRESSED),
    (remember, PipelineStage.INPUT_REMEMBERED),
)


@dataclass(frozen=True, slots=True)
class _Scope:
    """Everything that the decision about one new text may look at."""

    ctx: Context
    state: State
    parts: Parts
    earlier: Earlier


def _replayed(segment: Segment, sent: Sent) -> SegmentOutcome:
    return SegmentOutcome(
        segment.path,
        Action.REPLAYED,
        Reason.SEEN,
        sent.compressor,
        sent.tokens_before,
        sent.tokens_after,
        sent.grade,
        sent.ref,
    )


def _sent(outcome: SegmentOutcome, text: str | None) -> Sent:
    return Sent(
        text,
        outcome.tokens_before,
        outcome.tokens_after,
        outcome.compressor,
        outcome.grade,
        outcome.ref,
    )


def _new(
    segment: Segment, reason: Reason | None, scope: _Scope
) -> tuple[SegmentOutcome, str | None]:
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
    if reason is None and fold.marked(text):
        reason = Reason.MARKED
    if reason is not None:
        return SegmentOutcome(segment.path, Action.KEPT, reason, None, tokens, tokens), None
    return _shortened(segment, tokens, scope)


def _shortened(segment: Segment, tokens: int, scope: _Scope) -> tuple[SegmentOutcome, str | None]:
    pointer = scope.earlier.same(segment.text)
    if pointer is not None:
        made = Folded(pointer, scope.ctx.count(pointer), Grade.EXACT, segment.text, ("echo",))
        return _outcome(segment, tokens, made, scope, Reason.REPEATED), pointer
    failures: list[str] = []

    def attempt(name: str, text: str, ctx: Context) -> Compressed | None:
        made, broken = scope.parts.health.attempt(name, text, ctx)
        if broken:
            failures.append(name)
        return made

    options: dict[str, Any] = {"share": _SHARES.get(scope.state.options.profile, 1.0)}
    if scope.state.options.engine == "ml":
        options["refine"] = scope.parts.refine
    ctx = Context(scope.ctx.count, scope.ctx.query, segment.tool, options)
    router, margin = scope.parts.router, scope.parts.margin
    cut = None
    if scope.state.options.profile != "lossless":
        cut = elide(segment.text, ctx, router, margin, attempt)
        if _far_shorter(cut, segment.text, ctx) and _stored(cut, scope):
            return _elided(segment, tokens, cut, scope), cut.text
    folded = fold_text(segment.text, ctx, router, margin, attempt)
    pointed = _pointed(segment.text, ctx, scope, attempt)
    fewest = scope.ctx.count(segment.text) if folded is None else folded.tokens
    if pointed is not None and margin.met(fewest, pointed.tokens):
        folded, fewest = pointed, pointed.tokens
    if cut is not None and cut.tokens <= _WORTH_CUTTING * fewest and _stored(cut, scope):
        return _elided(segment, tokens, cut, scope), cut.text
    if folded is not None:
        reason = Reason.REPEATED if folded is pointed else Reason.FOLDED
        return _outcome(segment, tokens, folded, scope, reason), folded.text
    action, reason = Action.KEPT, Reason.NO_GAIN
    if failures:
        action, reason = Action.FAILED, Reason.BROKEN
    name = "+".join(dict.fromkeys(failures)) or None
    return SegmentOutcome(segment.path, action, reason, name, tokens, tokens), None


def _far_shorter(cut: Cut | None, text: str, ctx: Context) -> TypeGuard[Cut]:
    """Whether a cut is so short that no fold would come near it, so that none is tried."""
    return cut is not None and cut.tokens <= _FAR_SHORTER * ctx.count(text)


def _stored(cut: Cut, scope: _Scope) -> bool:
    """Store the original; a text whose original cannot be stored is not cut."""
    try:
        scope.parts.store.put(cut.ref, cut.original)
    except HeadroomError:
        return False
    return True


def _elided(segment: Segment, before: int, cut: Cut, scope: _Scope) -> SegmentOutcome:
    share = cut.tokens / max(scope.ctx.count(segment.text), 1)
    return SegmentOutcome(
        segment.path,
        Action.COMPRESSED,
        Reason.ELIDED,
        "elide",
        before,
        round(before * share),
        Grade.STORED,
        cut.ref,
        cut.note,
    )


def _outcome(
    segment: Segment, before: int, folded: Folded, scope: _Scope, reason: Reason
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


def _pointed(text: str, ctx: Context, scope: _Scope, attempt: Attempts) -> Folded | None:
    """Return the text with its repeated spans pointed at and the rest folded, or None."""
    spans = scope.earlier.spans(text)
    if not spans:
        return None
    lines = text.split("\n")
    out: list[str] = []
    names, grade, at = ["echo"], Grade.EXACT, 0
    for start, end, pointer in [*spans, (len(lines), len(lines), "")]:
        if start > at:
            rest = "\n".join(lines[at:start])
            folded = fold_text(rest, ctx, scope.parts.router, scope.parts.margin, attempt)
            out.append(rest if folded is None else folded.text)
            if folded is not None:
                names += folded.compressors
                grade = max(grade, folded.grade, key=list(Grade).index)
        if pointer:
            out.append(pointer)
        at = end
    joined = "\n".join(out)
    note = f"{sum(end - start for start, end, _ in spans)} lines stand earlier in the request"
    return Folded(joined, ctx.count(joined), grade, text, tuple(dict.fromkeys(names)), (note,))
