"""`Report`: what became of one request, in names and numbers; never in content."""

from __future__ import annotations

import secrets
import time
from collections import Counter
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, Protocol

from headroom.core.result import tokens_of
from headroom.proxy.modelname import shown

if TYPE_CHECKING:
    from headroom.core.protocols import Clock
    from headroom.core.result import SegmentOutcome
    from headroom.proxy.http.header import Pairs
    from headroom.proxy.money.usage import Usage
    from headroom.proxy.work import Prepared

EXPLAIN = b"x-headroom-explain"
"""Header of a request whose answer is to say what became of it."""
STAGES = ("receive", "prepare", "upstream", "relay")
"""What takes time in a request: its body comes, is shortened, is answered, and that goes out."""


def _wall() -> float:
    return time.time()  # noqa: TID251 - the default of an injected clock


@dataclass(slots=True)
class Report:
    """Is filled in on the way of a request."""

    clock: Clock = time.perf_counter
    wall: Clock = _wall
    """Seconds since the epoch."""
    method: str = ""
    parent: str | None = None
    """The `traceparent` of the client, if it sent one."""
    id: str = field(default_factory=lambda: secrets.token_hex(8))
    upstream: str | None = None
    wire: str | None = None
    model: str | None = None
    status: int = 0
    passed: str | None = None
    """Why its bytes went out as they came in; None where they did not."""
    missed: str | None = None
    """Why new texts went out as they were, although it was looked at: "late" or "failed"."""
    error: str | None = None
    """Why it was answered by us."""
    outcomes: tuple[SegmentOutcome, ...] = ()
    """What became of each text."""
    usage: list[Usage] = field(default_factory=list)
    """What each answer of the turn reported."""
    own: bool = False
    """Whether it was a request to the proxy itself."""
    began: float = field(init=False)
    """Seconds since the epoch."""
    ends: dict[str, float] = field(default_factory=dict)
    """Seconds after the beginning at which each stage ended."""
    _zero: float = field(init=False)

    def __post_init__(self) -> None:
        self.began, self._zero = self.wall(), self.clock()

    def ended(self, stage: str) -> None:
        """Take note that a stage is over; the first time counts."""
        self.ends.setdefault(stage, self.clock() - self._zero)

    def prepared(self, prepared: Prepared, raw: bytes) -> None:
        """Take note of what became of the body `raw`."""
        self.model = None if prepared.model is None else shown(prepared.model)
        if prepared.result is not None:
            self.outcomes = prepared.result.outcomes
        if prepared.raw == raw:
            self.passed = prepared.why or "nothing-shortened"
        else:
            self.missed = prepared.why
        self.ended("prepare")

    @property
    def before(self) -> int:
        """Tokens of all texts as they came in."""
        return tokens_of(self.outcomes)[0]

    @property
    def after(self) -> int:
        """Tokens of all texts as they went out."""
        return tokens_of(self.outcomes)[1]

    @property
    def texts(self) -> dict[str, int]:
        """How many texts there are by why they went out as they did, in the order of the names."""
        return dict(sorted(Counter(str(outcome.reason) for outcome in self.outcomes).items()))

    @property
    def added(self) -> float:
        """Seconds for which it was held up: from when its body was there to when it went on."""
        return max(0.0, self.ends.get("prepare", 0.0) - self.ends.get("receive", 0.0))

    def headers(self) -> Pairs:
        """Return what an answer is told to say of its request."""
        said: dict[str, Any] = {
            "id": self.id,
            "wire": self.wire,
            "passthrough": self.passed,
            "missed": self.missed,
            "error": self.error,
            "saved-tokens": self.before - self.after if self.outcomes else None,
            "tokens": f"{self.before} -> {self.after}" if self.outcomes else None,
            "texts": ", ".join(f"{name}={n}" for name, n in self.texts.items()) or None,
            "added-ms": f"{1000 * self.added:.1f}",
        }
        return [
            (b"x-headroom-" + name.encode(), str(value).encode("ascii"))
            for name, value in said.items()
            if value is not None
        ]

    def line(self) -> dict[str, Any]:
        """Return what the log says of it."""
        said = {
            "id": self.id,
            "method": self.method,
            "upstream": self.upstream,
            "wire": self.wire,
            "model": self.model,
            "status": self.status,
            "passthrough": self.passed,
            "missed": self.missed,
            "error": self.error,
            "tokens_before": self.before,
            "tokens_after": self.after,
            "texts": self.texts or None,
            "added_ms": round(1000 * self.added, 1),
            "total_ms": round(1000 * max(self.ends.values(), default=0.0), 1),
        }
        return {name: value for name, value in said.items() if value is not None}


class Observer(Protocol):
    """Is told of every request that was for an upstream."""

    def finished(self, report: Report) -> None:
        """Take note of a request that is over; it must neither raise nor wait for anything."""

    def close(self) -> None:
        """Hand on what is held back; called once, off the event loop."""
