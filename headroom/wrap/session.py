"""`wrap`: plan, check, serve, apply, launch, release; nothing of it stays when the agent ends."""

from __future__ import annotations

import json
import shutil
from contextlib import ExitStack, suppress
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from headroom.config.port import PORT
from headroom.errors import AgentError
from headroom.wrap import document, launch, mirror, proxyctl
from headroom.wrap.child import build
from headroom.wrap.lease import dens, private, sweep
from headroom.wrap.plan import make_plan
from headroom.wrap.supervisor import Supervisor

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping
    from pathlib import Path

    from headroom.wrap.child import Child
    from headroom.wrap.lease import Lease, Listening
    from headroom.wrap.plan import Plan
    from headroom.wrap.proxyctl import Wanted
    from headroom.wrap.source import Surroundings
    from headroom.wrap.spec import AgentSpec


@dataclass(frozen=True, slots=True)
class Choices:
    """What the user chose for a run."""

    state: Path
    """Our folder for what goes on."""
    port: int = PORT
    profile: str = "balanced"
    long_reads: int | None = None
    linger: float = 5.0

    def wanted(self, upstreams: Mapping[str, str], environment: Mapping[str, str]) -> Wanted:
        """Return the proxy that is to stand before some upstreams."""
        return proxyctl.Wanted(
            upstreams, environment, self.profile, self.long_reads, linger=self.linger
        )


def planned(
    spec: AgentSpec,
    around: Surroundings,
    choices: Choices,
    durable: Mapping[str, Mapping[str, str]] | None = None,
) -> Plan:
    """Return the plan for an agent; proxies of ours that run now are known to it.

    Args:
        spec: the agent.
        around: what the user has set.
        choices: what the user chose.
        durable: addresses that were written into settings for good, with their upstreams.

    Raises:
        AgentError: nothing of the agent can be routed.
    """
    known = dict(durable or {})
    for den in dens(proxyctl.run_folder(choices.state)):
        found = None if den.is_apart else den.listening()
        if found is not None:
            known.update(
                {found.url: found.upstreams, f"http://localhost:{found.port}": found.upstreams}
            )
    return make_plan(spec, around, known)


def program(spec: AgentSpec, environment: Mapping[str, str]) -> str | None:
    """Return where the program of an agent lies, or None."""
    return shutil.which(spec.command, path=environment.get("PATH", "")) if spec.command else None


def wrap(plan: Plan, choices: Choices, say: Callable[[str], object] = lambda _: None) -> int:
    """Run an agent behind shared proxies and return its exit code.

    Args:
        plan: what to do.
        choices: what the user chose.
        say: is told where the proxies are, before the agent starts.

    Raises:
        AgentError: the agent is not installed, no proxy starts, or a file cannot be made; nothing
            is left of the attempt.
    """
    spec, around = plan.spec, plan.look.around
    found = program(spec, around.environment)
    if found is None:
        hint = f"; install it with {spec.install}" if spec.install else ""
        raise AgentError(f"{spec.title}: no program {spec.command!r} on PATH{hint}")
    run = proxyctl.run_folder(choices.state)
    with ExitStack() as stack:
        bases, leases = [], []
        for upstreams in plan.proxies:
            wanted = choices.wanted(upstreams, around.environment)
            lease, listening = _joined(run, wanted, choices)
            stack.callback(lease.release)
            stack.callback(_watch_no_longer, Supervisor(lease.den, wanted, listening.port), say)
            bases.append(listening.url)
            leases.append(lease)
        own = leases[0].files
        child = build(plan, tuple(bases), str(own))
        stack.callback(_come_home, plan, child, own)
        _apply(child, own)
        say(f"headroom: {spec.title} through {', '.join(dict.fromkeys(bases))}")
        return launch.run(
            (found, *child.arguments),
            {**around.environment, **child.environment},
            lambda pid: _name(leases, pid),
        )


def _joined(run: Path, wanted: Wanted, choices: Choices) -> tuple[Lease, Listening]:
    """Return a lease on a proxy, and where that is."""
    try:
        sweep(run)
        return proxyctl.join(run, wanted, choices.port)
    except OSError as error:
        said = f"cannot write {choices.state} ({error.strerror or error})"
        hint = "make it writable, or name another folder in XDG_STATE_HOME"
        raise AgentError(f"{said}; {hint}") from error


def _watch_no_longer(supervisor: Supervisor, say: Callable[[str], object]) -> None:
    supervisor.stop()
    if supervisor.problem is not None:
        say(f"headroom: the proxy ended while the agent ran: {supervisor.problem}")


def _name(leases: list[Lease], pid: int) -> None:
    for lease in leases:
        # What it is for is a killed holder; that it cannot be written is no reason to fail.
        with suppress(OSError):
            lease.name_agent(pid)


def _apply(child: Child, folder: Path) -> None:
    """Write an agent's private files."""
    try:
        for name, text in child.files.items():
            if child.mirrored is not None:
                mirror.make(folder, child.mirrored, name, text)
            else:
                private(folder, name, text)
    except OSError as error:
        raise AgentError(f"cannot write {folder}: {error.strerror}") from error


def _come_home(plan: Plan, child: Child, folder: Path) -> None:
    """Take home what the agent wrote into a folder of ours instead of its own."""
    if child.mirrored is None:
        return
    for name, text in child.files.items():
        # What the agent left there may be anything; its exit code counts more.
        with suppress(OSError, ValueError):
            mirror.take_home(folder, child.mirrored, name)
            now = (folder / name).read_text("utf-8")
            if now != text:
                _settle(plan, json.loads(now), child.mirrored / name)


def _settle(plan: Plan, value: Any, path: Path) -> None:
    """Write settings that the agent has changed where they belong, with the user's own URLs."""
    for use in plan.entries:
        above = document.find(value, use.entry.at[:-1])
        if not isinstance(above, dict):
            continue
        if use.entry.source is not None:
            value = document.with_value(value, use.entry.at, use.entry.url)
        else:
            rest = {key: each for key, each in above.items() if key != use.entry.at[-1]}
            value = document.with_value(value, use.entry.at[:-1], rest)
    path = path.resolve()  # a link, as those who manage their settings elsewhere have it, stays one
    partial = private(path.parent, path.name + ".new", json.dumps(value, indent=2) + "\n")
    if path.exists():
        shutil.copymode(path, partial)
    partial.replace(path)
