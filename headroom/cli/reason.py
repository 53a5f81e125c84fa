"""Why `headroom compress` left texts as they were, in words for people."""

from __future__ import annotations

from collections import Counter
from typing import TYPE_CHECKING

from headroom.config.schema import Options
from headroom.core.result import Reason

if TYPE_CHECKING:
    from collections.abc import Iterable

    from headroom.core.result import SegmentOutcome

_MOST = 3
"""Reasons that are named, those of most texts."""
_SMALL = Options().min_tokens
_TOO_SMALL = f"less than {_SMALL} tokens, too small to be told shorter"
WORDS = {
    Reason.PINNED: "the wire format forbids touching it",
    Reason.SYSTEM: "system texts stay as they are",
    Reason.USER: "what the user typed stays as it is",
    Reason.ASSISTANT: "what the model wrote stays as it is",
    Reason.RECENT: "the newest messages stay as they are",
    Reason.READ: "reads of files that can be edited stay as they are",
    Reason.PROTECTED: "protected by a pattern",
    Reason.RETRIEVED: "what was fetched is not shortened again",
    Reason.ASKED: "HEADROOM_PASSTHROUGH=1 asked for it as it is",
    Reason.SMALL: _TOO_SMALL,
    Reason.LARGE: f"texts of more than {Options().max_chars:,} characters stay as they are",
    Reason.MARKED: "already shortened",
    Reason.NO_GAIN: "nothing in it can be told shorter",
    Reason.SKIPPED: "an extension left it alone",
    Reason.DEARER: "to leave something out has cost its conversation more than it saved",
    Reason.UNSTORED: "it would have to be cut, and its original cannot be stored",
    Reason.BROKEN: "a compressor failed on it, so that the original stands",
}
"""Every reason for which a text stays as it is."""


def unchanged(outcomes: Iterable[SegmentOutcome]) -> str | None:
    """Return why nothing was changed, the reason of most texts first; None where something was."""
    listed = list(outcomes)
    if any(each.grade is not None for each in listed):
        return None
    if not listed:
        return "no text in it that could be shortened"
    counts = Counter(map(_why, listed))
    return "; ".join(why for why, _ in counts.most_common(_MOST))


def _why(outcome: SegmentOutcome) -> str:
    if outcome.reason is Reason.NO_GAIN and outcome.tokens_before < _SMALL:
        return _TOO_SMALL
    return WORDS.get(outcome.reason, str(outcome.reason))
