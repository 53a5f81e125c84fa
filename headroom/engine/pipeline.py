"""The whole order of one request, readable in one screen: `STEPS`."""

from __future__ import annotations

from typing import TYPE_CHECKING

from headroom.cache.ledger import Sent
from headroom.core.result import Reason
from headroom.core.types import Edit
from headroom.engine import form, policy
from headroom.engine.budget import within_budget
from headroom.engine.history import Known
from headroom.engine.shown import keep_shown
from headroom.events import PipelineStage

if TYPE_CHECKING:
    from collections.abc import Callable

    from headroom.core.result import SegmentOutcome
    from headroom.engine.history import Reading
    from headroom.engine.state import Parts, State


def receive(state: State, parts: Parts) -> None:
    """Locate the texts of the request and the user's question."""
    body = state.document.tree
    state.reading = None
    if not (state.watched or policy.continued(body)):
        state.reading = parts.history.read(state.document, state.provider, state.seed)
    reading = state.reading
    state.segments = state.provider.segments(body) if reading is None else reading.segments
    state.question = state.provider.question(body) if state.query is None else state.query


def align(state: State, parts: Parts) -> None:
    """Find what was forwarded before in this conversation: it stays as it was."""
    reading, same = state.reading, state.same
    known = None if reading is None else reading.known
    state.keys = parts.aligner.keys(
        state.segments, state.seed, () if known is None else known.keys[:same]
    )
    state.replays = [] if known is None else list(known.sent[:same])
    if reading is not None and not reading.turn:
        parts.aligner.replays(state.keys[:same])  # So that the ledger does not forget them.
    state.replays += parts.aligner.replays(state.keys[same:])
    if state.ongoing:
        state.replays = parts.aligner.settle(state.segments, state.keys, state.replays, state.seed)


def route(state: State, _: Parts) -> None:
    """Decide which of the new texts may be touched."""
    scene = policy.scene(state.segments, state.document.tree, state.options)
    closed = state.closed is not None and state.closed(state.conversation)
    state.kept = [
        None
        if replay is not None
        else (Reason.DEARER if closed else policy.keep(segment, scene, state.options))
        for segment, replay in zip(state.segments, state.replays, strict=True)
    ]


def compress(state: State, parts: Parts) -> None:
    """Give every text its form: replayed, folded, pointed at, with gaps, or as it was."""
    made = _recorded(state, parts)
    state.outcomes = [outcome for outcome, _ in made]
    if state.reading is not None and _grown(state, parts, state.reading, made):
        return
    edits = _edits(state, made, 0)
    if edits:
        state.document = state.document.edit(edits)


def _edits(state: State, made: list[form.Form], start: int) -> list[Edit]:
    pairs = zip(state.segments[start:], made[start:], strict=True)
    return [Edit(segment.path, text) for segment, (_, text) in pairs if text is not None]


def _grown(state: State, parts: Parts, reading: Reading, made: list[form.Form]) -> bool:
    """Splice what is new, and note the request; False where it has to be done the long way."""
    done = reading.document.edit_further(_edits(state, made, reading.same), reading.splices)
    if done is None:
        return False
    state.document, splices = done
    again = list(made)
    for n in range(reading.same, len(made)):
        sent = state.replays[n]
        assert sent is not None
        again[n] = form.replayed(state.segments[n], sent)
    sources = [source.kept(text) for source, (_, text) in zip(state.sources, again, strict=True)]
    parts.history.note(
        Known(
            reading.document,
            state.provider.name,
            state.seed,
            state.segments,
            reading.marks,
            reading.calls,
            state.keys,
            [each for each in state.replays if each is not None],
            again,
            sources,
            splices,
            reading.turn,
        )
    )
    return True


def _recorded(state: State, parts: Parts) -> list[form.Form]:
    """Return the form of every text, the new ones recorded; what was recorded first stands."""
    made = within_budget(state, parts)
    new = [n for n, replay in enumerate(state.replays) if replay is None]
    for outcome, text in (made[n] for n in new):
        if text is not None and outcome.refs:
            keep_shown(text, state.store)
    ours = {state.keys[n]: _sent(*made[n]) for n in new}
    entries = ours
    if state.ongoing:
        segments = [state.segments[n] for n in new]
        entries = ours | parts.aligner.closing(
            segments, state.keys, list(ours.values()), state.seed
        )
        if policy.continued(state.document.tree):
            pairs = zip(state.replays, state.keys, strict=True)
            all_forms = [replay or ours[key] for replay, key in pairs]
            entries |= parts.aligner.alone(state.segments, all_forms, state.seed)
    # All at once: to write costs the same for one and for many.
    standing = parts.aligner.record_all(entries)[: len(ours)]
    for n, sent in zip(new, standing, strict=True):
        if sent != ours[state.keys[n]]:  # Somebody else was first, and that form went out.
            made[n] = form.replayed(state.segments[n], sent)
        state.replays[n] = sent
    return made


def _sent(outcome: SegmentOutcome, text: str | None) -> Sent:
    return Sent(
        text,
        outcome.tokens_before,
        outcome.tokens_after,
        outcome.compressor,
        outcome.grade,
        outcome.refs,
    )


def remember(_: State, __: Parts) -> None:
    """Nothing here: memory is an extension of this stage."""


STEPS: tuple[tuple[Callable[[State, Parts], None], PipelineStage], ...] = (
    (receive, PipelineStage.INPUT_RECEIVED),
    (align, PipelineStage.INPUT_CACHED),
    (route, PipelineStage.INPUT_ROUTED),
    (compress, PipelineStage.INPUT_COMPRESSED),
    (remember, PipelineStage.INPUT_REMEMBERED),
)
