"""The server on standard input and output: the first answer at once, the SDK's behind it."""

from __future__ import annotations

import io
import json
import logging
import os
import sys
import threading
from typing import TYPE_CHECKING, Any

from headroom.mcp.greeting import greeting

if TYPE_CHECKING:
    from headroom.mcp.toolbox import Toolbox

_log = logging.getLogger("headroom.mcp")


def serve_stdio(toolbox: Toolbox) -> None:
    """Serve one client until it closes our input.

    Standard output is the wire: whatever else writes there by mistake goes to standard error.
    """
    wire = io.FileIO(os.dup(1), "wb")
    os.dup2(2, 1)
    sys.stdout = sys.stderr
    lines = io.TextIOWrapper(io.BufferedReader(io.FileIO(0, closefd=False)), "utf-8", "replace")
    first = lines.readline()
    early = greeting(first)
    if early is not None:
        wire.write(json.dumps(early, separators=(",", ":")).encode() + b"\n")
    if first:
        _serve(toolbox, Incoming(first, lines), Outgoing(wire, early))


def _serve(toolbox: Toolbox, incoming: Incoming, outgoing: Outgoing) -> None:
    import anyio  # noqa: PLC0415 - after the first answer
    from mcp.server.stdio import stdio_server  # noqa: PLC0415

    from headroom.mcp.server import create_server  # noqa: PLC0415

    server = create_server(toolbox)

    async def run() -> None:
        reader: Any = incoming
        writer: Any = outgoing
        async with stdio_server(anyio.wrap_file(reader), anyio.wrap_file(writer)) as (
            reading,
            writing,
        ):
            threading.Thread(target=toolbox.warm, daemon=True).start()
            await server.run(reading, writing, server.create_initialization_options())

    try:
        anyio.run(run)
    except* (BrokenPipeError, KeyboardInterrupt):
        _log.debug("the client is gone")
    finally:
        toolbox.close()


class Incoming:
    """Lines from a client, the first of which has been read before.

    Args:
        first: that line.
        rest: where the others come from.
    """

    def __init__(self, first: str, rest: io.TextIOWrapper) -> None:
        self._first = first
        self._rest = rest

    def readline(self) -> str:
        """Return the next line, "" at the end."""
        if self._first:
            line, self._first = self._first, ""
            return line
        return self._rest.readline()

    def __next__(self) -> str:
        """Return the next line."""
        line = self.readline()
        if not line:
            raise StopIteration
        return line


class Outgoing:
    """Lines to a client, without the answer that it has got before.

    Args:
        wire: where they go.
        early: that answer, if it was given.
    """

    def __init__(self, wire: io.FileIO, early: dict[str, Any] | None) -> None:
        self._wire = wire
        self._early = early

    def write(self, line: str) -> int:
        """Write a line, unless it answers what is answered."""
        if self._early is not None and self._is_answered(line):
            self._early = None
            return len(line)
        left = memoryview(line.encode())
        while left:
            left = left[self._wire.write(left) :]
        return len(line)

    def flush(self) -> None:
        """Do nothing: lines go out when they are written."""

    def _is_answered(self, line: str) -> bool:
        assert self._early is not None
        try:
            said = json.loads(line)
        except ValueError:
            return False
        return said.get("id") == self._early["id"] and "method" not in said
