"""A provider on the loopback interface that answers at once, and clients that do little else.

Everything is HTTP/1.1 by hand, so that what is measured is the proxy and not the instruments.
"""

from __future__ import annotations

import asyncio
import os
import shlex
import socket
import subprocess
import sys
import threading
import time
from pathlib import Path
from typing import Any, Self

_USAGE = b'{"usage":{"prompt_tokens":10,"completion_tokens":1,"input_tokens":10,"output_tokens":1}}'
_ANSWER = b"HTTP/1.1 200 OK\r\ncontent-type: application/json\r\ncontent-length: %d\r\n\r\n%b" % (
    len(_USAGE),
    _USAGE,
)
_PATIENCE = 120.0
"""Seconds that another proxy gets to start in."""
EVENTS = 500
_PIECES = 50


def event(number: int) -> bytes:
    """Return one event of a stream."""
    return b'data: {"choices":[{"delta":{"content":"word %d"}}]}\n\n' % number


STREAM = b"".join(map(event, range(EVENTS)))


class _Answering(asyncio.Protocol):
    """Answers each request when its body is there: a stream for paths that end in "stream"."""

    def __init__(self) -> None:
        self._held = bytearray()
        self._left = 0
        self._streamed = False
        self._tasks: set[asyncio.Task[None]] = set()

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        self._transport: Any = transport

    def data_received(self, data: bytes) -> None:
        if self._left:
            self._left -= len(data)
        else:
            self._held += data
            head, found, rest = bytes(self._held).partition(b"\r\n\r\n")
            if not found:
                return
            self._streamed = head.split(b" ", 2)[1].endswith(b"stream")
            lengths = [
                line for line in head.lower().split(b"\r\n") if line.startswith(b"content-length:")
            ]
            self._left = int(lengths[0].split(b":")[1]) - len(rest) if lengths else 0
        if self._left <= 0:
            self._held.clear()
            self._left = 0
            self._answer()

    def _answer(self) -> None:
        if not self._streamed:
            self._transport.write(_ANSWER)
            return
        task = asyncio.ensure_future(self._stream())
        self._tasks.add(task)
        task.add_done_callback(self._tasks.discard)

    async def _stream(self) -> None:
        self._transport.write(
            b"HTTP/1.1 200 OK\r\ncontent-type: text/event-stream\r\ntransfer-encoding: chunked\r\n\r\n"
        )
        step = -(-len(STREAM) // _PIECES)
        for at in range(0, len(STREAM), step):
            piece = STREAM[at : at + step]
            self._transport.write(b"%x\r\n%b\r\n" % (len(piece), piece))
            await asyncio.sleep(0)
        self._transport.write(b"0\r\n\r\n")


class Upstream:
    """The provider, in a thread of this process."""

    def __enter__(self) -> Self:
        self._loop = asyncio.new_event_loop()
        self._ready = threading.Event()
        self._thread = threading.Thread(target=self._run, daemon=True)
        self._thread.start()
        self._ready.wait(30)
        return self

    def __exit__(self, *_: object) -> None:
        self._loop.call_soon_threadsafe(self._loop.stop)
        self._thread.join(30)

    def _run(self) -> None:
        server = self._loop.run_until_complete(
            self._loop.create_server(_Answering, "127.0.0.1", 0, backlog=500)
        )
        self.port = server.sockets[0].getsockname()[1]
        self._ready.set()
        self._loop.run_forever()
        server.close()
        self._loop.run_until_complete(asyncio.sleep(0.1))  # Connections that were closed end.
        self._loop.close()


class Process:
    """A server in a process of its own, which ends with the `with` block."""

    def __init__(self, process: subprocess.Popen[str], port: int) -> None:
        self._process = process
        self.port = port

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.end()

    def end(self) -> None:
        """End it as a service manager would."""
        self._process.terminate()
        self._ended()

    def kill(self) -> None:
        """End it with SIGKILL."""
        self._process.kill()
        self._ended()

    def resident(self) -> float | None:
        """Return the resident memory in MB, or None where the system does not say."""
        try:
            text = Path(f"/proc/{self._process.pid}/status").read_text("ascii")
        except OSError:
            return None
        return int(text.split("VmRSS:")[1].split()[0]) / 1024

    def busy(self) -> float | None:
        """Return the seconds for which it has kept a processor busy, or None."""
        try:
            tasks = Path(f"/proc/{self._process.pid}/task").iterdir()
            return sum(int((t / "schedstat").read_text("ascii").split()[0]) for t in tasks) / 1e9
        except OSError:
            return None

    def _ended(self) -> None:
        self._process.wait(30)
        if self._process.stdout is not None:
            self._process.stdout.close()


class Proxy(Process):
    """`headroom proxy`, its files in a folder; there when this returns.

    Args:
        upstream: port of the provider.
        folder: for its ledger and originals.
        port: where it listens; 0 for any that is free.
        profile: how much it may leave out.
    """

    def __init__(
        self, upstream: int, folder: Path, port: int = 0, profile: str = "balanced"
    ) -> None:
        command = [sys.executable, "-m", "headroom", "proxy", "--port", str(port)]
        command += ["--profile", profile]
        env = dict(
            os.environ,
            HEADROOM_LEDGER=str(folder / "forms.sqlite"),
            HEADROOM_STORE=f"sqlite:///{folder / 'originals.sqlite'}",
            # Else it would say in the user's own folder that agents may join it.
            XDG_STATE_HOME=str(folder),
            PYTHONUNBUFFERED="1",
        )
        process = subprocess.Popen(
            [*command, "--upstream", f"http://127.0.0.1:{upstream}"],
            env=env,
            stdout=subprocess.PIPE,
            text=True,
        )
        assert process.stdout is not None
        said = process.stdout.readline()
        super().__init__(process, int(said.split("127.0.0.1:")[1].split()[0]))


class Beside(Process):
    """Any other proxy, to be measured in the same run; it takes connections when this returns.

    Args:
        command: what starts it; `{port}` stands for where it shall listen, `{upstream}` for the
            URL of the provider. Variables are set with `env NAME=VALUE COMMAND ...`.
        upstream: port of the provider.

    Raises:
        RuntimeError: it ended, or did not listen within two minutes.
    """

    def __init__(self, command: str, upstream: int) -> None:
        with socket.create_server(("127.0.0.1", 0)) as held:
            port = held.getsockname()[1]
        url = f"http://127.0.0.1:{upstream}"
        words = [word.format(port=port, upstream=url) for word in shlex.split(command)]
        process = subprocess.Popen(
            words, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL, text=True
        )
        super().__init__(process, port)
        until = time.monotonic() + _PATIENCE
        while not self._listens():
            if process.poll() is not None or time.monotonic() > until:
                process.kill()
                self._ended()
                raise RuntimeError(f"it does not listen on port {port}: {' '.join(words)}")
            time.sleep(0.1)

    def _listens(self) -> bool:
        try:
            socket.create_connection(("127.0.0.1", self.port), 1).close()
        except OSError:
            return False
        return True


class Client:
    """One kept connection, used by one thread."""

    def __init__(self, port: int) -> None:
        self._port = port
        self._socket = socket.create_connection(("127.0.0.1", port), 120)
        self._socket.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)

    def close(self) -> None:
        """Hang up."""
        self._socket.close()

    def get(self, path: str) -> bytes:
        """Return the body of an answer."""
        return self._asked(b"GET %b HTTP/1.1\r\nhost: 127.0.0.1\r\n\r\n" % path.encode())

    def post(self, path: str, body: bytes) -> bytes:
        """Return the body of the answer to a JSON body."""
        self._socket.sendall(
            b"POST %b HTTP/1.1\r\nhost: 127.0.0.1:%d\r\ncontent-type: application/json\r\n"
            b"content-length: %d\r\n\r\n" % (path.encode(), self._port, len(body))
        )
        return self._asked(body)

    def _asked(self, data: bytes) -> bytes:
        self._socket.sendall(data)
        held = b""
        while b"\r\n\r\n" not in held:
            held += self._some()
        head, _, body = held.partition(b"\r\n\r\n")
        length = int(head.lower().split(b"content-length:")[1].split(b"\r\n")[0])
        while len(body) < length:
            body += self._some()
        return body

    def _some(self) -> bytes:
        data = self._socket.recv(1 << 16)
        if not data:
            raise ConnectionError("the other side hung up")
        return data


async def streamed(port: int, path: str, body: bytes) -> bytes:
    """Return the whole body of an answer that comes in chunks."""
    reader, writer = await asyncio.open_connection("127.0.0.1", port, limit=1 << 22)
    writer.write(
        b"POST %b HTTP/1.1\r\nhost: 127.0.0.1\r\ncontent-length: %d\r\n\r\n%b"
        % (path.encode(), len(body), body)
    )
    await reader.readuntil(b"\r\n\r\n")
    out = b""
    while size := int(await reader.readline(), 16):
        out += await reader.readexactly(size)
        await reader.readline()
    writer.close()
    return out
