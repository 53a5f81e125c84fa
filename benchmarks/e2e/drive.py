"""Runs an agent on the task in a home of its own, directly or through headroom."""

from __future__ import annotations

import contextlib
import json
import os
import re
import signal
import subprocess
import sys
import time
from dataclasses import dataclass, replace
from pathlib import Path
from typing import IO, TYPE_CHECKING

from benchmarks.e2e import sandbox
from benchmarks.e2e.provider import Log, Provider
from benchmarks.e2e.task import PROMPT, Task
from benchmarks.standin import Proxy

if TYPE_CHECKING:
    from benchmarks.e2e.agent import Agent, Route
    from benchmarks.e2e.install import Installed

PATIENCE = 120
"""Seconds that an agent may take for the task."""
KEPT = ("PATH", "LANG", "LC_ALL", "TZ", "SSL_CERT_FILE")
TARGETS = ("ANTHROPIC_TARGET_API_URL", "OPENAI_TARGET_API_URL", "GEMINI_TARGET_API_URL")


SETTINGS = {".json", ".jsonc", ".toml", ".yaml", ".yml", ".env"}
RECORDS = {"logs", "conversations", "sessions"}
"""Folders in which agents write down what they did, and with which base URL."""
LINGERING = 20
"""Seconds after which no proxy of ours should run any more."""
LARGEST = 200_000
"""Bytes of a file of settings."""
_LOGS = "mcp-logs-"
"""What a client calls the folder of what it logs of a server, whichever it is."""
_MARK = re.compile(rb"127\.0\.0\.1:(\d+)")


@dataclass(frozen=True)
class Run:
    """What came of it.

    Attributes:
        code: the exit status; None if it had to be ended.
        corrected: whether the file has its right content.
        said: the end of what the agent printed.
        left: files of the home that hold something of ours, and processes.
        rewritten: files of settings that are not as they were before.
    """

    code: int | None
    corrected: bool
    seconds: float
    log: Log
    said: str
    left: list[str]
    rewritten: set[str]


def drive(agent: Agent, there: Installed, folder: Path, way: str) -> Run:
    """Run an agent once.

    Args:
        agent: who.
        there: where it is installed.
        folder: for its home, its project and our data; must not exist.
        way: "direct", "proxy" (by a running `headroom proxy`, told by hand), "wrap", "mcp" (that with
            our MCP server), or "persist" (by
            a running proxy, told by `headroom wrap --persist`, which is undone afterwards).
    """
    task = Task(folder / "project")
    task.prepare()
    ours = folder / "ours"
    ours.mkdir()
    env = environment(folder, ours, there)
    with Provider(task.turn) as provider, contextlib.ExitStack() as stack:
        command, route = [agent.command], agent.direct(provider.url)
        told: list[list[str]] = []
        if way in {"wrap", "mcp"}:
            command, route = ["headroom", "wrap", agent.name, "--"], agent.plain(provider.url)
            env |= dict.fromkeys(TARGETS, provider.url)
            if way == "mcp":
                told = [["mcp", "install", agent.name], ["mcp", "uninstall", agent.name]]
        elif way != "direct":
            port = stack.enter_context(Proxy(provider.port, ours)).port
            route = agent.direct(f"http://127.0.0.1:{port}")
            if way == "persist":
                route = agent.untold()
                told = [
                    ["wrap", agent.name, "--persist", "--port", str(port)],
                    ["unwrap", agent.name],
                ]
        run = _run(command, route, env | route.env, task, told)
    prompts = [asked.view.pieces for asked in provider.log.asked]
    (folder / "prompts.json").write_text(json.dumps(prompts, indent=1), "utf-8")
    return replace(
        run, log=provider.log, left=remaining(folder / "home") if way != "direct" else []
    )


def environment(folder: Path, ours: Path, there: Installed) -> dict[str, str]:
    """Return the environment of a user who has headroom and an agent, and nothing else set."""
    home = folder / "home"
    home.mkdir()
    paths = [*there.paths, str(Path(sys.executable).parent), os.environ["PATH"]]
    return {name: os.environ[name] for name in KEPT if name in os.environ} | {
        "HOME": str(home),
        "PATH": os.pathsep.join(paths),
        "TERM": "dumb",
        "HEADROOM_STORE": f"sqlite:///{ours / 'originals.sqlite'}",
        "HEADROOM_LEDGER": str(ours / "forms.sqlite"),
    }


def _run(
    command: list[str], route: Route, env: dict[str, str], task: Task, told: list[list[str]]
) -> Run:
    """Run an agent on a task, between two commands of ours if there are any."""
    home = Path(env["HOME"])
    before = furnished(home, route.home)
    steps = [[*command, *words(route, task)]]
    if told:
        steps = [["headroom", *told[0]], *steps, ["headroom", *told[1]]]
    began = time.monotonic()
    ends = [ended(each, task.folder, env) for each in steps]
    seconds = time.monotonic() - began
    code, said = next((end for end in ends if end[0] != 0), ends[-1])
    rewritten = {name for name, text in before.items() if _read(home / name) != text}
    return Run(code, task.corrected(), seconds, Log(), said, [], rewritten)


def furnished(home: Path, files: dict[str, str]) -> dict[str, str]:
    """Write the files that a user would have; return them."""
    written = {name: text.lstrip("\n") for name, text in files.items()}
    for name, text in written.items():
        (home / name).parent.mkdir(parents=True, exist_ok=True)
        (home / name).write_text(text, "utf-8")
    return written


def words(route: Route, task: Task) -> list[str]:
    """Return the arguments of an agent for a task."""
    filled = {"{prompt}": PROMPT, "{folder}": str(task.folder)}
    return [filled.get(each, each) for each in route.args]


def _read(path: Path) -> str | None:
    return path.read_text("utf-8") if path.exists() else None


def ended(command: list[str], folder: Path, env: dict[str, str]) -> tuple[int | None, str]:
    """Return the exit status (None if it had to be killed) and the end of what a program printed."""
    output = folder.parent / "output.txt"
    begin = output.stat().st_size if output.exists() else 0
    with output.open("ab") as out:
        process = started(command, folder, env, out)
        try:
            code: int | None = process.wait(PATIENCE)
        except subprocess.TimeoutExpired:
            code = None
        # What it left running goes, too.
        with contextlib.suppress(ProcessLookupError):
            os.killpg(process.pid, signal.SIGKILL)
        process.wait(30)
    return code, output.read_bytes()[begin:].decode("utf-8", "replace")[-4000:]


def started(
    command: list[str], folder: Path, env: dict[str, str], out: IO[bytes] | None = None
) -> subprocess.Popen[bytes]:
    """Start a program without a terminal, in a group of its own."""
    return subprocess.Popen(
        command,
        cwd=folder,
        env=env,
        stdin=subprocess.DEVNULL,
        stdout=out or subprocess.DEVNULL,
        stderr=subprocess.STDOUT,
        start_new_session=True,
    )


def remaining(home: Path) -> list[str]:
    """Return what is still there of us when a proxy that nobody needs has had time to end."""
    until = time.monotonic() + LINGERING
    while (left := [*traces(home), *processes().values()]) and time.monotonic() < until:
        time.sleep(0.1)
    return left


def processes() -> dict[int, str]:
    """Return the commands of our proxies and wraps that run here, by process.

    Outside of a sandbox there are none to be told: they may be anybody's.
    """
    found = {}
    for path in Path("/proc").glob("[0-9]*/cmdline") if sandbox.INSIDE in os.environ else ():
        with contextlib.suppress(OSError):
            line = path.read_bytes().decode("utf-8", "replace").split("\0")
            ours = "headroom" in {each.rsplit("/", 1)[-1] for each in line[:4]}
            if ours and {"proxy", "wrap"} & {*line}:
                found[int(path.parent.name)] = " ".join(line).strip()
    return found


def traces(home: Path) -> list[str]:
    """Return what of a home is named for us, and the files of settings that name a server of ours."""
    # Unlike `rglob`, this passes over a folder that goes while it is looked into.
    there = [
        Path(folder, name) for folder, below, names in os.walk(home) for name in (*below, *names)
    ]
    named = (path for path in there if "headroom" in path.name and not path.name.startswith(_LOGS))
    settings = (
        path
        for path in there
        if (path.suffix or path.name) in SETTINGS
        and not RECORDS & {*path.relative_to(home).parts}
        and _ours(path)
    )
    return sorted(str(path.relative_to(home)) for path in (*named, *settings))


def _ours(path: Path) -> bool:
    """Say whether a file of settings names a server of this machine, as only ours are."""
    try:
        data = path.read_bytes()
    except OSError:
        return False
    return len(data) < LARGEST and bool(_MARK.search(data))
