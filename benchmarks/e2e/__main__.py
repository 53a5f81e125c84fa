"""Drive real agents through `headroom wrap` on a scripted task, and compare with a run without it.

python -m benchmarks.e2e [AGENT ...] [--way wrap|mcp|proxy] [--keep FOLDER] [--json FILE]

Agents that are not there yet are installed from npm and PyPI into a folder of the user's cache
(HEADROOM_E2E names another); that alone needs a network. Everything after that happens in a
network of its own that has only the loopback interface, where the system allows it, with a provider
that answers by a script. The exit status is 1 if something is not as it should be.
"""

from __future__ import annotations

import argparse
import dataclasses
import json
import sys
import tempfile
from pathlib import Path

from rich.console import Console
from rich.table import Table

from benchmarks.e2e import sandbox
from benchmarks.e2e.agent import Agent, agents
from benchmarks.e2e.compare import Row, compared
from benchmarks.e2e.drive import drive
from benchmarks.e2e.install import Installed, MissingError, cache, installed

_SAID = {True: "yes", False: "NO", None: "-"}


def main() -> int:
    """Install, drive, compare, print; return the exit status."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").partition("\n")[0])
    parser.add_argument("agents", nargs="*")
    parser.add_argument("--way", choices=("wrap", "mcp", "proxy"), default="wrap")
    parser.add_argument("--keep", type=Path, help="leave homes and projects in this folder")
    parser.add_argument("--json", type=Path)
    args = parser.parse_args()
    told = sandbox.inside()
    # Nothing can be installed in there, so it is told why an agent is missing.
    missing = json.loads(told) if told else {}
    there = _install([each for each in agents(args.agents) if each.name not in missing], missing)
    if told is None and sandbox.possible():
        return sandbox.again("benchmarks.e2e", sys.argv[1:], json.dumps(missing))
    with tempfile.TemporaryDirectory(prefix="agents-") as scratch:
        rows = {}
        for agent, where in there:
            rows[agent.name] = _compared(agent, where, args.keep or Path(scratch), args.way)
            _say(agent.name, rows[agent.name])
    _print(rows, {agent.name: where.version for agent, where in there}, missing)
    if args.json:
        facts = {name: dataclasses.asdict(row) for name, row in rows.items()}
        args.json.write_text(json.dumps(facts, indent=1) + "\n", "utf-8")
    return int(any(row.faults for row in rows.values()))


def _install(wanted: list[Agent], missing: dict[str, str]) -> list[tuple[Agent, Installed]]:
    """Return the agents that are there; why others are not is noted."""
    there = []
    for agent in wanted:
        try:
            there.append((agent, installed(agent, cache())))
        except MissingError as error:
            missing[agent.name] = str(error)
    return there


def _compared(agent: Agent, where: Installed, folder: Path, way: str) -> Row:
    runs = []
    ways = ["direct", way, *(["persist"] if agent.durable and way == "wrap" else [])]
    for each in ways:
        place = folder / agent.name / each
        place.mkdir(parents=True)
        runs.append(drive(agent, where, place, each))
    return compared(agent, *runs)


def _say(name: str, row: Row) -> None:
    """Tell progress and faults as they come."""
    print(f"{name}: {row.seconds:.1f} s, {len(row.faults)} faults", file=sys.stderr, flush=True)
    for fault in row.faults:
        print(f"  {fault}", file=sys.stderr, flush=True)


def _print(rows: dict[str, Row], versions: dict[str, str], missing: dict[str, str]) -> None:
    table = Table(box=None, pad_edge=False)
    heads = "agent,version,wire,tokens direct,through us,saved,of results,edit,retrieved,stable,for good,seconds,faults"
    for at, head in enumerate(heads.split(",")):
        table.add_column(head, justify="left" if at < 3 else "right", no_wrap=True)
    for name, row in rows.items():
        table.add_row(
            name,
            versions[name],
            row.wire,
            f"{row.direct:,}",
            f"{row.through:,}",
            f"{row.saved:.0%}",
            f"{row.results:.0%}",
            _SAID[row.edited],
            _SAID[row.retrieved],
            _SAID[row.stable],
            _SAID[row.lasting],
            f"{row.seconds:.1f}",
            str(len(row.faults)),
        )
    Console(width=140).print(table)
    for name, why in missing.items():
        print(f"{name}: cannot be installed here: {why}")


if __name__ == "__main__":
    sys.exit(main())
