"""The whole order of one request, readable in one screen: `STEPS`."""

from __future__ import annotations

from typing import TYPE_CHECKING

from headroom.cache.ledger import Sent
from headroom.core.result import Reason
from headroom.core.types import Edit
from headroom.engine import form, policy
from headroom.engine.budget import within_budget
from headroom.engine.shown import keep_shown
from headroom.events import PipelineStage

if TYPE_CHECKING:
    from collections.abc import Callable

    from headroom.core.result import SegmentOutcome
    from headroom.engine.state import Parts, State


def receive(state: State, _: Parts) -> None:
    """Locate the texts of the request and the user's question."""
    body = state.document.tree
    state.segments = state.provider.segments(body)
    state.question = state.provider.question(body) if state.query is None else state.query


def align(state: State, parts: Parts) -> None:
    """Find what was forwarded before in this conversation: it stays as it was."""
    state.keys = parts.aligner.keys(state.segments, state.seed)
    state.replays = parts.aligner.replays(state.keys)
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
    edits = []
    for position, (outcome, text) in enumerate(_recorded(state, parts)):
        if text is not None:
            edits.append(Edit(state.segments[position].path, text))
        state.outcomes.append(outcome)
    if edits:
        state.document = state.document.edit(edits)


def _recorded(state: State, parts: Parts) -> list[form.Form]:
    """Return the form of every text, the new ones recorded; what was recorded first stands."""
    made = within_budget(state, parts)
    new = [n for n, replay in enumerate(state.replays) if replay is None]
    for outcome, text in (made[n] for n in new):
        if text is not None and outcome.refs:
            keep_shown(text, state.store)
    ours = {state.keys[n]: _sent(*made[n]) for n in new}
    standing = parts.aligner.record_all(ours)
    for n, sent in zip(new, standing, strict=True):
        if sent != ours[state.keys[n]]:  # Somebody else was first, and that form went out.
            made[n] = form.replayed(state.segments[n], sent), sent.text
    if state.ongoing:
        segments = [state.segments[n] for n in new]
        parts.aligner.finish(segments, state.keys, standing, state.seed)
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
