"""The whole order of one request, readable in one screen: `STEPS`."""

from __future__ import annotations

from typing import TYPE_CHECKING

from headroom.cache.ledger import Sent
from headroom.core.types import Edit
from headroom.engine import form, policy
from headroom.engine.budget import within_budget
from headroom.engine.history import Known
from headroom.engine.shown import keep
from headroom.engine.source import Traces
from headroom.errors import HeadroomError
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
    alone: list[Sent | None] = []
    if state.ongoing and same:
        found, alone = parts.aligner.further(state.segments[same:], state.keys[same:], state.seed)
        state.replays += found
    else:
        state.replays += parts.aligner.replays(state.keys[same:])
    if state.ongoing:
        state.replays = parts.aligner.settle(
            state.segments, state.keys, state.replays, state.seed, alone
        )


def route(state: State, _: Parts) -> None:
    """Decide which of the new texts may be touched."""
    if state.closed is not None and state.closed(state.conversation):
        # What is folded or stays whole is never fetched, so that it cannot cost a request more.
        state.stood_down = True
        state.options = state.options.folding()
    elif state.shell is not None and policy.cannot_fetch(state.segments):
        state.options = state.options.folding()
    scene = policy.scene(state.segments, state.document.tree, state.options)
    state.kept = [
        None if replay is not None else policy.keep(segment, scene, state.options)
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
    traces = Traces() if reading.known is None else reading.known.traces
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
            # Those that are new now are looked at when, and if, there is a next turn.
            traces.grown(sources[: reading.same]),
            splices,
            reading.turn,
        )
    )
    return True


def _recorded(state: State, parts: Parts) -> list[form.Form]:
    """Return the form of every text, the new ones recorded; what was recorded first stands."""
    new = [n for n, replay in enumerate(state.replays) if replay is None]
    made = within_budget(state, parts)
    if not _stored(state, [made[n] for n in new]):
        state.storing = False
        made = within_budget(state, parts)
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
        if any(sent.refs for sent in ours.values()):
            entries |= parts.aligner.opening(state.segments, state.seed)
    # All at once: to write costs the same for one and for many.
    standing = parts.aligner.record_all(entries)[: len(ours)]
    for n, sent in zip(new, standing, strict=True):
        if sent != ours[state.keys[n]]:  # Somebody else was first, and that form went out.
            made[n] = form.replayed(state.segments[n], sent)
        state.replays[n] = sent
    return made


def _stored(state: State, made: list[form.Form]) -> bool:
    """Store the originals of texts with gaps; False where that fails: then none may have any."""
    cut = [(outcome.refs, text) for outcome, text in made if text is not None and outcome.refs]
    if not cut:
        return True
    originals = {ref: state.originals[ref] for refs, _ in cut for ref in refs}
    try:
        keep(originals, [text for _, text in cut], state.store)
    except HeadroomError:
        return False
    return True


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
