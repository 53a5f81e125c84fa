"""Five wraps of one agent in one home, while one of them and the proxy are killed.

python -m benchmarks.e2e.together [AGENT]

The others have to go on, the killed one's agent too, and when the last is gone nothing of us may be
left. The exit status is 1 if that is not so.
"""

from __future__ import annotations

import contextlib
import os
import signal
import subprocess
import sys
import tempfile
import time
from pathlib import Path

from benchmarks.e2e import drive, sandbox
from benchmarks.e2e.agent import agents
from benchmarks.e2e.install import cache, installed
from benchmarks.e2e.provider import Provider
from benchmarks.e2e.task import Task

NUMBER = 5
SLOWLY = "sleep 2\n"
"""Before each long output, so that all are at work at the same time."""


def main() -> int:
    """Start, kill, wait and look; return the exit status."""
    name = (sys.argv[1:] or ["claude"])[0]
    agent = agents([name])[0]
    there = installed(agent, cache())
    if sandbox.inside() is None and sandbox.possible():
        return sandbox.again("benchmarks.e2e.together", sys.argv[1:], "{}")
    scratch = tempfile.TemporaryDirectory(prefix="agents-", ignore_cleanup_errors=True)
    # Where the model does not know which project it is in, it names files as from there.
    with scratch as place, Provider(Task(Path()).turn) as provider:
        folder = Path(place)
        route = agent.plain(provider.url)
        (folder / "ours").mkdir()
        env = drive.environment(folder, folder / "ours", there) | route.env
        env |= dict.fromkeys(drive.TARGETS, provider.url)
        drive.furnished(Path(env["HOME"]), route.home)
        tasks = [_prepared(folder / str(number)) for number in range(NUMBER)]
        wraps = [
            drive.started(
                ["headroom", "wrap", name, "--", *drive.words(route, each)], each.folder, env
            )
            for each in tasks
        ]
        time.sleep(3)
        _kill_proxy()
        wraps[1].kill()
        codes = [_ended(each) for each in wraps]
        left = drive.remaining(Path(env["HOME"]))
        corrected = [each.corrected() for each in tasks]
    print(
        f"exit statuses {codes}, corrected {corrected}, refused {provider.log.refused}, left {left}"
    )
    wanted = [-signal.SIGKILL if number == 1 else 0 for number in range(NUMBER)]
    return int(codes != wanted or not all(corrected) or bool(left or provider.log.refused))


def _prepared(folder: Path) -> Task:
    task = Task(folder)
    task.prepare()
    for name in ("build.sh", "report.sh"):
        path = folder / name
        path.write_text(SLOWLY + path.read_text("utf-8"), "utf-8")
    return task


def _kill_proxy() -> None:
    """Kill the shared proxy, in a sandbox only: elsewhere it might be somebody's."""
    for pid, command in drive.processes().items():
        if "-m headroom proxy" in command:
            print(f"SIGKILL {command}")
            os.kill(pid, signal.SIGKILL)


def _ended(process: subprocess.Popen[bytes]) -> int | None:
    with contextlib.suppress(subprocess.TimeoutExpired):
        return process.wait(drive.PATIENCE)
    process.kill()
    return None


if __name__ == "__main__":
    sys.exit(main())
