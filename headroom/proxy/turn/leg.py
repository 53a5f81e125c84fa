"""`Leg`: one answer of the provider; a turn in which our tool is called has several."""

from __future__ import annotations

import json
from abc import ABC, abstractmethod
from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING, Any

from headroom.proxy.http.kind import MARK

if TYPE_CHECKING:
    from collections.abc import Iterable

    from headroom.core.types import Json
    from headroom.proxy.turn.frame import Frame


ODD = (TypeError, AttributeError, LookupError, ValueError)
"""What comes of reading answers in shapes that nobody has described."""


@dataclass(frozen=True, slots=True)
class OurCall:
    """A call of our tool, taken out of an answer."""

    value: Json
    """The block, item, call or part as the provider gave it, whole."""
    call_id: str | None
    arguments: Any
    place: int
    """How many things that the client sees of the answer stand in front of it."""


@dataclass(slots=True)
class Leg:
    """What an answer holds for the client, and what it holds for us."""

    shown: list[Json] = field(default_factory=list)
    """What the client sees, in order: blocks, items, parts; text and calls of Chat Completions."""
    calls: list[OurCall] = field(default_factory=list)
    extra: dict[str, Any] = field(default_factory=dict)
    """Other fields of the message that the provider wants to see again."""
    asked: bool = False
    """Whether calls for the client are among what it sees."""
    whole: bool = False
    """Whether it came to an end after which calls are answered."""
    usage: dict[str, Any] = field(default_factory=dict)
    answer_id: str | None = None


class Stream(ABC):
    """Takes the calls of our tool out of a streamed answer and joins what comes after them to it.

    Frames without anything to change go out as they are.
    """

    def __init__(self) -> None:
        self.leg = Leg()
        self.legs: list[Leg] = []
        """The answers before this one."""
        self.ended = False
        """Whether the last frame of this answer that means anything was taken."""
        self.waits = False
        """Whether the end of an answer is held back even where our tool was not called."""
        self._held: list[bytes] = []
        self._released = False
        self._lost = False
        """Whether there was an event in a shape that nobody has described."""
        self.untouched = True
        """Whether the client got every frame as it came."""

    @property
    def holds(self) -> bool:
        """Whether the end of the answer is held back."""
        return bool(self._held)

    def take(self, frame: Frame) -> bytes:
        """Return what the client gets for a frame, now; b"" for what is held back or dropped."""
        taken = self._taken(frame)
        self.untouched &= taken == frame.raw
        return taken

    def _taken(self, frame: Frame) -> bytes:
        if self.legs and frame.raw.startswith(
            MARK
        ):  # It may stand in front of a whole stream only.
            frame = replace(frame, raw=frame.raw.removeprefix(MARK))
        if not isinstance(frame.value, dict):
            return self._other(frame)
        try:
            return self._take(frame, frame.value)
        except ODD:
            self._lost = True
            return frame.raw

    def over(self) -> None:
        """Take note that nothing more comes of the answer that means anything."""
        try:
            self._close()
        except ODD:
            self._lost = True
        if self._lost:
            self.leg.whole = False

    def released(self) -> bytes:
        """Return what was held back: the turn ends here, and nothing is held back from now on."""
        held, self._held = b"".join(self._held), []
        self._released = True
        return held

    def rest(self, raw: bytes) -> bytes:
        """Return what the client gets of what came after the last frame of a turn."""
        return raw

    def go_on(self) -> None:
        """Begin the next answer of the same turn; what was held back of this one is dropped."""
        self.legs.append(self.leg)
        self.leg, self._held, self.ended, self._lost = Leg(), [], False, False
        self._begin()

    @abstractmethod
    def failure(self, status: int, kind: str, message: str) -> bytes:
        """Return frames that tell the client that the turn failed."""

    @abstractmethod
    def _take(self, frame: Frame, value: dict[str, Any]) -> bytes: ...

    def _other(self, frame: Frame) -> bytes:
        """Return what the client gets for a frame without an object."""
        return frame.raw

    @abstractmethod
    def _close(self) -> None:
        """Complete the leg with what is known at its end only."""

    @abstractmethod
    def _begin(self) -> None:
        """Forget what was about the answer before."""

    def _end(self, raw: bytes, *, ours: object) -> bytes:
        """Return a frame that belongs to the end of an answer, or hold it back.

        The client must not go on before it is kept what our tool was asked.
        """
        if not self._holds(ours):
            return raw
        self._held.append(raw)
        return b""

    def _holds(self, ours: object) -> bool:
        return not self._released and bool(ours or self.legs or self.waits)

    @property
    def _usage(self) -> dict[str, Any]:
        """The usage of all answers of the turn so far."""
        return summed([*(leg.usage for leg in self.legs), self.leg.usage])


def summed(usages: Iterable[dict[str, Any]]) -> dict[str, Any]:
    """Return the sum of reports of usage; what is no number is taken from the last that has it."""
    total: dict[str, Any] = {}
    for usage in usages:
        for key, value in usage.items():
            total[key] = _sum(total.get(key), value)
    return total


def _sum(one: Any, two: Any) -> Any:
    if isinstance(one, dict) and isinstance(two, dict):
        return summed((one, two))
    if isinstance(one, list) and isinstance(two, list):
        return [*one, *two]
    if _number(one) and _number(two):
        return one + two
    return one if two is None else two


def _number(value: Any) -> bool:
    return isinstance(value, (int, float)) and not isinstance(value, bool)


def arguments(given: Any) -> str:
    """Return the arguments of a call as they are sent back: hosts refuse what is no JSON object."""
    try:
        return given if isinstance(json.loads(given), dict) else "{}"
    except (ValueError, TypeError, RecursionError):
        return "{}"


def under(value: Any, key: str) -> dict[str, Any]:
    """Return the object under a key; an empty one where there is none."""
    return fields(fields(value).get(key))


def fields(value: Any) -> dict[str, Any]:
    """Return a value if it is an object, else an empty one."""
    return value if isinstance(value, dict) else {}
