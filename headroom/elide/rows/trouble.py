"""What in a record says that something went wrong: words in values, and names of keys."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from headroom.core.memo import remembered

if TYPE_CHECKING:
    from collections.abc import Iterable

_STEMS = (
    *("error", "fail", "fatal", "critical", "exception", "panic", "crash", "denied", "timeout"),
    *("timed out", "timed_out", "timed-out", "unhealthy", "backoff", "evicted", "oomkill"),
    *("invalid", "refused", "degraded", "warning", "unavailable", "unreachable", "abort"),
    *("reject", "declined", "cancelled", "canceled", "expired", "blocked", "broken", "offline"),
    *("unauthorized", "forbidden", "exceeded", "vulnerable", "insecure"),
    *("mismatch", "<--", "<==", "!!!"),
)
"""Parts of words."""
_WHOLE = ("down", "stuck", "severe", "alert", "lost")
"""Whole words: others have them as parts."""
_WORDS = re.compile("|".join([*_STEMS, rf"\b(?:{'|'.join(_WHOLE)})\b"]))
_LONG = 2_000
"""Characters up to which a value is searched."""
_FAULT = re.compile(
    r"(?:^|[._])(?:err(?:or)?|exception|fault|failure|failed|reject(?:ed|ion)|stack_?trace|"
    r"traceback)s?(?:$|[._\[])",
    re.IGNORECASE,
)
_GRAVITY = re.compile(r"(?:^|[._])(?:severity|priority|urgency|criticality|risk)(?:$|[._\[])")
_GRAVE = frozenset(
    (
        *("emergency", "blocker", "critical", "highest", "urgent", "fatal", "p0", "sev0", "sev1"),
        *("high", "p1", "error", "major", "severe"),
    )
)
"""What grades say of what is to be looked at first, in lower case."""
CAMEL = re.compile(r"(?<=[a-z0-9])(?=[A-Z])")
"""Where a word begins inside a name."""
FINE = frozenset(
    ("", "0", "0.0", "false", "none", "null", "no", "ok", "{}", "[]", "nan", "n/a", "-")
)
"""What values under a key for faults say where there was none, in lower case."""


def troubled(texts: Iterable[str]) -> set[str]:
    """Return the texts that say that something went wrong."""
    short = [text for text in texts if len(text) < _LONG]
    joined = "\n".join(short).lower()
    # Looking for all stems in everything at once is far faster than a pattern on each text.
    stems = [stem for stem in (*_STEMS, *_WHOLE) if stem in joined]
    if not stems:
        return set()
    found = set()
    for text in short:
        low = text.lower()
        if any(stem in low for stem in stems) and _WORDS.search(low):
            found.add(text)
    return found


def grave(name: str, texts: Iterable[str]) -> set[str]:
    """Return the grave ones of the grades under a key for such: `HIGH`, but not `LOW`."""
    return {text for text in texts if text.casefold() in _GRAVE} if _is_gravity(name) else set()


@remembered(2_000, 200)
def _is_gravity(name: str) -> bool:
    return _GRAVITY.search(CAMEL.sub("_", name).lower()) is not None


@remembered(2_000, 200)
def is_fault(name: str) -> bool:
    """Whether a key is for what went wrong: `error`, `lastError`, `failure_reason`."""
    return _FAULT.search(CAMEL.sub("_", name)) is not None
