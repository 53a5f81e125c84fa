"""Running an agent as if it had been started by hand: its terminal, its signals, its exit code."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import TYPE_CHECKING, Any

from headroom.errors import AgentError

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping, Sequence

_FORWARDED = ("SIGTERM", "SIGHUP", "SIGUSR1", "SIGUSR2", "SIGWINCH", "SIGQUIT", "SIGINT")
_OF_TERMINAL = frozenset(("SIGINT", "SIGQUIT", "SIGWINCH"))
"""Signals that a terminal sends to the agent as well as to us."""
_BY_SIGNAL = 128


def run(
    command: Sequence[str],
    environment: Mapping[str, str],
    started: Callable[[int], object] = lambda _: None,
) -> int:
    """Run a program to its end and return its exit code, 128 + n where signal n ended it.

    Args:
        command: the program and its arguments.
        environment: all its variables.
        started: is told the number of its process.

    Raises:
        AgentError: it cannot be started.
    """
    with _forwarding() as forward:
        try:
            process = subprocess.Popen(command, env=dict(environment))  # noqa: S603 - the user's
        except OSError as error:
            why = error.strerror
            if isinstance(error, FileNotFoundError) and Path(command[0]).exists():
                why = "what its first line says it runs with is not there"
            raise AgentError(f"cannot start {command[0]}: {why}") from error
        started(process.pid)
        forward(process)
        code = _waited(process)
    return _BY_SIGNAL - code if code < 0 else code


@contextmanager
def _forwarding() -> Iterator[Callable[[subprocess.Popen[bytes]], None]]:
    """Hand signals on to the agent while the block lasts; those before it runs are handed on then.

    A handler that is a function goes away in the new program, unlike a signal that is ignored.
    """
    agents: list[subprocess.Popen[bytes]] = []
    early: list[int] = []

    def handle(number: int, _: Any) -> None:
        if not agents:
            early.append(number)
        elif agents[0].returncode is None and not _from_terminal(number):
            _send(agents[0], number)

    def forward(process: subprocess.Popen[bytes]) -> None:
        agents.append(process)
        for number in early:
            if not _from_terminal(number):
                _send(process, number)

    numbers = [getattr(signal, name) for name in _FORWARDED if hasattr(signal, name)]
    before = {number: signal.signal(number, handle) for number in numbers}
    try:
        yield forward
    finally:
        for number, old in before.items():
            signal.signal(number, old if old is not None else signal.SIG_DFL)


def _from_terminal(number: int) -> bool:
    """Whether a signal came to the agent by itself, as all of a terminal's foreground gets it."""
    if signal.Signals(number).name not in _OF_TERMINAL:
        return False
    if sys.platform == "win32":
        return True
    for stream in (0, 1, 2):
        try:
            return os.tcgetpgrp(stream) == os.getpgrp()
        except OSError:
            continue
    return False


if sys.platform == "win32":

    def _waited(process: subprocess.Popen[bytes]) -> int:
        while True:
            try:
                return process.wait()
            except KeyboardInterrupt:
                continue

    def _send(process: subprocess.Popen[bytes], number: int) -> None:
        if number == signal.SIGTERM:
            process.terminate()
else:

    def _waited(process: subprocess.Popen[bytes]) -> int:
        """Return how a process ended; where it stops itself (Ctrl-Z), we stop with it."""
        while True:
            _, status = os.waitpid(process.pid, os.WUNTRACED)
            if not os.WIFSTOPPED(status):
                process.returncode = os.waitstatus_to_exitcode(status)
                return process.returncode
            os.kill(os.getpid(), signal.SIGSTOP)
            _send(process, signal.SIGCONT)

    def _send(process: subprocess.Popen[bytes], number: int) -> None:
        # Not `send_signal`, which may collect the process that `_waited` waits for.
        with suppress(ProcessLookupError):
            os.kill(process.pid, number)
