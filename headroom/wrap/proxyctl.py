"""Finding, starting and sharing proxies of this machine. They are processes, never imported."""

from __future__ import annotations

import hashlib
import json
import shutil
import socket
import subprocess
import sys
import threading
from contextlib import ExitStack
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import TYPE_CHECKING, BinaryIO

import headroom
from headroom.config import certificate, vendor
from headroom.errors import AgentError
from headroom.wrap import lock
from headroom.wrap.health import health
from headroom.wrap.lease import BY_HAND, Den, Listening

if TYPE_CHECKING:
    from collections.abc import Mapping

    from headroom.wrap.lease import Lease

_PORTS = 400
"""Ports that are tried from the wanted one on."""
_BACKLOG = 512
"""Connections that wait until the proxy takes them."""
_PATIENCE = 60.0
"""Seconds in which a proxy has to listen."""
_ANSWER = 5.0
"""Seconds in which one that was started by hand has to say that it is well."""
_LOOK = 0.02
"""Seconds between looks at one that starts."""
_PASSED = frozenset(
    (
        *("PATH", "HOME", "USER", "LOGNAME", "TMPDIR", "LANG", "LC_ALL", "LC_CTYPE", "VIRTUAL_ENV"),
        *("USERPROFILE", "SYSTEMROOT", "SYSTEMDRIVE", "TEMP", "TMP", "LOCALAPPDATA", "APPDATA"),
    )
)
_DECIDES = ("HEADROOM_", "XDG_", "HF_")
_APART = 0
if sys.platform == "win32":
    _APART = subprocess.DETACHED_PROCESS | subprocess.CREATE_NEW_PROCESS_GROUP
_TOKEN = "HEADROOM_PROXY_TOKEN"  # noqa: S105 - its name
"""Agents do not know it, and a proxy that only this machine can reach needs none."""
_IDLE = frozenset((_TOKEN, "HEADROOM_PASSTHROUGH"))
"""Variables of ours that decide nothing about a proxy; the second is read in agents' commands."""
_PROXIES = frozenset(("HTTP_PROXY", "HTTPS_PROXY", "ALL_PROXY", "NO_PROXY"))


@dataclass(frozen=True, slots=True)
class Wanted:
    """What a proxy does; proxies that do the same are one."""

    upstreams: Mapping[str, str]
    environment: Mapping[str, str]
    profile: str = "balanced"
    long_reads: int | None = None
    linger: float = 5.0
    """Seconds that it waits for the next agent when the last one is gone."""
    command: tuple[str, ...] = field(
        default=(sys.executable, "-P", "-m", "headroom", "proxy"), repr=False
    )

    @property
    def variables(self) -> dict[str, str]:
        """The variables that decide what a proxy does; no keys of models' hosts are among them."""
        return {
            name: value
            for name, value in sorted(self.environment.items())
            if name not in _IDLE and _decides(name)
        }

    @property
    def digest(self) -> str:
        """What is the same for proxies that do the same."""
        said = [
            sorted(self.upstreams.items()),
            self.variables,
            self.profile,
            self.long_reads,
            self.linger,
            # What marks name has to be there for the agent, and a new version is another proxy.
            shutil.which("headroom", path=self.environment.get("PATH", "")),
            [headroom.__version__, headroom.__file__, *self.command],
        ]
        return hashlib.sha256(json.dumps(said).encode()).hexdigest()[:16]

    @property
    def by_hand(self) -> str:
        """What is the same for this proxy and one that was started by hand and does the same."""
        return f"{replace(self, linger=0.0).digest}{BY_HAND}"

    def arguments(self, port: int, den: Den) -> list[str]:
        """Return the command line of a proxy."""
        said = [*self.command, "--port", str(port), "--profile", self.profile]
        for name, url in sorted(self.upstreams.items()):
            said += ["--upstream", f"{name}={url}"]
        if self.long_reads is not None:
            said += ["--long-reads", str(self.long_reads)]
        return [*said, "--lease-folder", str(den.folder), "--linger", str(self.linger)]


def _decides(name: str) -> bool:
    # Of upstreams, `--upstream` names only those that agents are told of.
    if name.startswith(_DECIDES) or name in vendor.variables().values():
        return True
    return name in certificate.VARIABLES or name.upper() in _PROXIES


def join(run: Path, wanted: Wanted, port: int) -> tuple[Lease, Listening]:
    """Return a lease on a proxy that does what is wanted: one that runs, or a new one.

    One that the user started by hand is joined where it says that all is well.

    Args:
        run: folder of all shared proxies.
        wanted: what it has to do.
        port: where to start one; if that is taken, the next free one is used.

    Raises:
        AgentError: none can be started.
    """
    standing = Den(run / wanted.by_hand)
    if standing.listening() is not None:
        with standing.guard():
            found = standing.listening()
            if found is not None and is_well(found):
                return standing.take(), found
    den = Den(run / wanted.digest)
    with den.guard(), ExitStack() as undo:
        lease = den.take()
        undo.callback(lease.abandon)
        found = den.listening() or start(den, wanted, port)
        undo.pop_all()
        return lease, found


def start(den: Den, wanted: Wanted, port: int, *, exactly: bool = False) -> Listening:
    """Start a proxy and return when it listens; to be called with the guard held.

    Args:
        den: its folder.
        wanted: what it does.
        port: where it has to listen, or the first place to try.
        exactly: whether no other port will do.

    Raises:
        AgentError: it does not listen; the text has the last words of its log.
    """
    den.folder.mkdir(parents=True, exist_ok=True, mode=0o700)
    # The proxy takes over a socket that listens already, so that whoever connects while it starts
    # waits instead of being refused, and nobody else gets the port in between.
    with _listen(port, exactly=exactly) as ready, den.log.open("ab") as log:
        process = _started(den, wanted, ready, log)
        return _announced(den, process)


def is_well(listening: Listening) -> bool:
    """Whether a proxy answers, has our version, and nothing in it fails."""
    said = health(f"http://127.0.0.1:{listening.port}", _ANSWER) or {}
    return said.get("status") == "ok" and said.get("version") == headroom.__version__


def _started(
    den: Den, wanted: Wanted, ready: socket.socket, log: BinaryIO
) -> subprocess.Popen[bytes]:
    command = wanted.arguments(ready.getsockname()[1], den)
    passed: tuple[int, ...] = ()
    if sys.platform == "win32":
        ready.close()  # Sockets cannot be handed over there in this way.
    else:
        passed = (ready.fileno(),)
        command += ["--listen-fd", str(ready.fileno())]
    return subprocess.Popen(  # noqa: S603 - our own program
        command,
        stdin=subprocess.DEVNULL,
        stdout=log,
        stderr=log,
        cwd=den.folder,
        env=_environment(wanted),
        pass_fds=passed,
        start_new_session=True,
        creationflags=_APART,
    )


def _announced(den: Den, process: subprocess.Popen[bytes]) -> Listening:
    """Return where a proxy listens, as soon as it does."""
    for _ in range(int(_PATIENCE / _LOOK)):
        found = den.last()
        if found is not None and found.pid == process.pid and lock.is_held(den.proxy_lock):
            # It outlives us or not; while we live, it must not stay as a zombie once it has ended.
            threading.Thread(target=process.wait, name="proxy", daemon=True).start()
            return found
        try:
            process.wait(_LOOK)
        except subprocess.TimeoutExpired:
            continue
        raise AgentError(f"the proxy did not start: {_last_words(den)}")
    process.kill()
    raise AgentError(f"the proxy did not listen within {_PATIENCE:.0f} s: {_last_words(den)}")


def _listen(first: int, *, exactly: bool) -> socket.socket:
    """Return a socket that listens on the first port from there on that is free.

    Raises:
        AgentError: it is taken, or all of the next few hundred are.
    """
    last = first + (1 if exactly else _PORTS)
    for port in range(first, min(last, 65536)):
        made = socket.socket()
        if sys.platform != "win32":
            # Connections of a proxy that has ended do not count.
            made.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            made.bind(("127.0.0.1", port))
            made.listen(_BACKLOG)
        except OSError:
            made.close()
        else:
            return made
    raise AgentError(f"port {first} is taken" + ("" if exactly else ", and so are all behind it"))


def _environment(wanted: Wanted) -> dict[str, str]:
    """Return the variables of a proxy: what it needs, and no keys of anybody."""
    passed = {name: value for name, value in wanted.environment.items() if name.upper() in _PASSED}
    # The package that runs here is the one that runs there, wherever the agent was started.
    root = str(Path(headroom.__file__).resolve().parent.parent)
    return {**passed, **wanted.variables, "PYTHONPATH": root}


def _last_words(den: Den) -> str:
    try:
        lines = den.log.read_bytes()[-2000:].decode("utf-8", "replace").strip().splitlines()
    except OSError:
        lines = []
    return lines[-1] if lines else "it said nothing"


def run_folder(state: Path) -> Path:
    """Return the folder of all shared proxies."""
    return state / "run"
