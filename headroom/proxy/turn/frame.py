"""Frames of a streamed answer: server-sent events, or the items of one JSON list."""

from __future__ import annotations

import json
import re
from dataclasses import dataclass
from functools import cached_property
from typing import Any, Protocol, cast

from headroom.proxy.http.kind import MARK

# A lone CR ends a line too, but one at the end of what has come may be half of a CR LF.
_BREAK = rb"(?:\r\n|\n|\r(?=[^\n]))"
_BLANK = re.compile(_BREAK + _BREAK)
_LINE = re.compile(rb"\r\n|\n|\r")
_MARK = re.compile(rb'["{}\[\]]')
_TEXT = re.compile(rb'(?:[^"\\]++|\\.)*+', re.DOTALL)
MOST = 64_000_000
"""Bytes of one frame that are held; a longer one is passed on unread."""


@dataclass(frozen=True)
class Frame:
    """One event as it came: `raw` is all of its bytes, the end of the event included."""

    raw: bytes
    data: bytes
    """What it says, without the framing."""

    @cached_property
    def value(self) -> Any:
        """The decoded data; None where it is no JSON."""
        try:
            return json.loads(self.data)
        except (ValueError, RecursionError):
            return None

    def saying(self, value: Any) -> bytes:
        """Return the frame with other data; its other lines stay."""
        new = spelled(value)
        if not self.data:
            return self.raw
        if self.data in self.raw:
            return self.raw.replace(self.data, new, 1)
        lines = self.raw.splitlines(keepends=True)
        said = [n for n, line in enumerate(lines) if line.startswith(b"data")]
        lines[said[0]] = b"data: " + new + b"\n"
        return b"".join(line for n, line in enumerate(lines) if n not in said[1:])


def spelled(value: Any) -> bytes:
    """Return a value as JSON, always in the same bytes."""
    return json.dumps(value, separators=(",", ":")).encode()


def event(value: Any, name: str | None = None) -> bytes:
    """Return a server-sent event of our own."""
    head = b"" if name is None else f"event: {name}\n".encode()
    return head + b"data: " + spelled(value) + b"\n\n"


class Frames(Protocol):
    """Cuts a body into frames as its bytes come."""

    def feed(self, chunk: bytes) -> list[Frame]:
        """Return the frames that are whole now; put together, all frames are the body."""
        ...

    def end(self) -> list[Frame]:
        """Return the frame that the end of the body ends, if there is one."""
        ...

    def rest(self) -> bytes:
        """Return what came after the last frame."""
        ...


class _Held:
    """Holds what came after the last frame, up to a bound."""

    def __init__(self) -> None:
        self._held = bytearray()

    def end(self) -> list[Frame]:
        """Return the frame that the end of the body ends, if there is one."""
        return []

    def rest(self) -> bytes:
        """Return what came after the last frame."""
        held = bytes(self._held)
        self._held.clear()
        return held

    def _bounded(self, found: list[Frame]) -> list[Frame]:
        return [*found, Frame(self.rest(), b"")] if len(self._held) > MOST else found


class Events(_Held):
    """Frames of a `text/event-stream`."""

    def feed(self, chunk: bytes) -> list[Frame]:
        """Return the events that are whole now."""
        start, found = max(len(self._held) - 3, 0), []
        self._held += chunk
        done = 0
        for end in _BLANK.finditer(self._held, start):
            if end.end() > done:
                found.append(_event(bytes(self._held[done : end.end()])))
                done = end.end()
        del self._held[:done]
        return self._bounded(found)

    def end(self) -> list[Frame]:
        """Return the event that lacks the empty line behind it; some hosts leave it out."""
        return [_event(self.rest())] if self._held else []


def _event(raw: bytes) -> Frame:
    lines = _LINE.split(raw.removeprefix(MARK))
    said = [line[5:] for line in lines if line.startswith(b"data:")]
    return Frame(raw, b"\n".join(each.removeprefix(b" ") for each in said))


class Items(_Held):
    """Frames of a JSON list that comes item by item; what stands between belongs to the next."""

    def __init__(self) -> None:
        super().__init__()
        self._seen = 0
        """Bytes of what is held that were looked at."""
        self._inside = False
        """Whether that ends inside of a text."""
        self._start = 0
        self._depth = 0

    def feed(self, chunk: bytes) -> list[Frame]:
        """Return the items that are whole now."""
        self._held += chunk
        found: list[Frame] = []
        done = 0
        while (mark := self._next()) is not None:
            at = self._seen
            if mark in (b"{", b"["):
                if self._depth == 1:
                    self._start = at - 1
                self._depth += 1
            elif mark in (b"}", b"]"):
                self._depth -= 1
                if self._depth == 1:
                    data = bytes(self._held[self._start : at])
                    found.append(Frame(bytes(self._held[done:at]), data))
                    done = at
        self._seen -= done
        self._start -= done
        del self._held[:done]
        return self._bounded(found)

    def _next(self) -> bytes | None:
        """Return the next bracket or quote outside of texts; None where more has to come first."""
        if self._inside:
            self._seen = cast("re.Match[bytes]", _TEXT.match(self._held, self._seen)).end()
            if self._held[self._seen : self._seen + 1] != b'"':
                return None  # Also in front of half an escape.
            self._seen += 1
            self._inside = False
        mark = _MARK.search(self._held, self._seen)
        if mark is None:
            self._seen = len(self._held)
            return None
        self._seen, self._inside = mark.end(), mark[0] == b'"'
        return bytes(mark[0])

    def rest(self) -> bytes:
        """Return what came after the last item."""
        self._seen = 0
        return super().rest()
