"""What stands inside a text is shortened by itself: in the frames of agents, in strings of JSON."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from headroom.core.frame import framed
from headroom.core.letter import closed, escapes, letters
from headroom.core.result import Action, Reason, SegmentOutcome
from headroom.core.types import Grade
from headroom.engine.guard import comes_back

if TYPE_CHECKING:
    from collections.abc import Callable

    from headroom.core.types import Segment
    from headroom.engine.form import Form, Scope


def within(
    segment: Segment, tokens: int, scope: Scope, shorten: Callable[[Segment, int, Scope], Form]
) -> Form | None:
    """Return the form of a text whose frame keeps its bytes, or None where it has no frame."""
    text, count = segment.text, scope.ctx.count
    start, end = framed(text)
    if end - start == len(text):
        return None
    outcome, new = shorten(replace(segment, text=text[start:end]), count(text[start:end]), scope)
    made = None if new is None else text[:start] + new + text[end:]
    if new is None or made is None or framed(made) != (start, start + len(new)):
        action = Action.FAILED if outcome.action is Action.FAILED else Action.KEPT
        reason = outcome.reason if new is None else Reason.NO_GAIN
        name = outcome.compressor if action is Action.FAILED else None
        return SegmentOutcome(segment.path, action, reason, name, tokens, tokens), None
    fewer = (outcome.tokens_before - outcome.tokens_after) / max(count(text), 1)
    after = round(tokens * (1 - fewer))
    return replace(outcome, tokens_before=tokens, tokens_after=after), made


def inside(
    segment: Segment, tokens: int, scope: Scope, form: Callable[[Segment, None, Scope], Form]
) -> Form | None:
    """Return the form of a JSON text whose long strings are shortened each by itself, or None."""
    found = letters(segment.text)
    if not found:
        return None
    made = [form(replace(segment, text=each.text), None, scope) for each in found]
    forms = [
        form if form[0].grade in (Grade.EXACT, Grade.STORED) else (form[0], None) for form in made
    ]
    pairs = list(zip(found, forms, strict=True))
    contents = [each.text if new is None else new for each, (_, new) in pairs]
    text = closed(segment.text, found, contents, escape=escapes(segment.text, found))
    count = scope.ctx.count
    whole, fewer = count(segment.text), count(text)
    if not scope.parts.margin.met(whole, fewer) or len(text) >= len(segment.text):
        return None
    if not comes_back(segment.text, text, scope.state.original, scope.earlier.told):
        return None
    used = [outcome for outcome, new in forms if new is not None]
    cut = any(outcome.refs for outcome in used)
    repeated = all(outcome.reason is Reason.REPEATED for outcome in used)
    return SegmentOutcome(
        segment.path,
        Action.COMPRESSED,
        Reason.ELIDED if cut else Reason.REPEATED if repeated else Reason.FOLDED,
        "+".join(dict.fromkeys(each.compressor for each in used if each.compressor)),
        tokens,
        round(tokens * fewer / max(whole, 1)),
        Grade.STORED if cut else Grade.EXACT,
        tuple(ref for outcome in used for ref in outcome.refs),
        "; ".join(outcome.note for outcome in used if outcome.note),
    ), text
