"""Real outputs of this machine, produced on the spot for the demo."""

from __future__ import annotations

import json
import subprocess
import sys
from dataclasses import dataclass
from importlib import metadata
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Callable

_SECONDS = 20
_LINE = 48
"""Characters of a command's complaint that the table has room for."""
_PACKAGE = Path(__file__).resolve().parent.parent
_PIP = (sys.executable, "-m", "pip", "--disable-pip-version-check")
_MOST = 400_000
"""Characters of one sample."""


class Missing(Exception):  # noqa: N818 - says that a sample is missing, not that something broke
    """This machine cannot produce the sample; the text says why."""


@dataclass(frozen=True, slots=True)
class Sample:
    """One kind of output and how it is produced."""

    title: str
    produce: Callable[[], str]


def _run(*command: str, errors: bool = False) -> str:
    """Return what a command prints.

    Raises:
        Missing: there is no such command, it takes too long, or it prints nothing; with its own
            words about why, where it has any.
    """
    try:
        done = subprocess.run(  # noqa: S603 - fixed commands, no shell
            command, capture_output=True, timeout=_SECONDS, check=False, cwd=_PACKAGE
        )
    except FileNotFoundError as error:
        raise Missing(f"no {command[0]} here") from error
    except (OSError, subprocess.SubprocessError) as error:
        raise Missing(f"{command[0]} did not run: {type(error).__name__}") from error
    text = (done.stderr if errors else done.stdout).decode("utf-8", "replace")
    if not text.strip():
        complaint = done.stderr.decode("utf-8", "replace").strip().split("\n")[-1]
        raise Missing(complaint[:_LINE].strip() or f"{command[0]} printed nothing")
    return text[:_MOST]


def _git(*arguments: str) -> str:
    try:
        return _run("git", *arguments)
    except Missing as why:
        if "not a git repository" in str(why):
            raise Missing("not in a git checkout") from why
        raise


def _tests() -> str:
    code = (
        "import unittest\n"
        "class Arithmetic(unittest.TestCase): pass\n"
        "def case(n):\n"
        "    def test(self): self.assertEqual(n % 7 if n == 23 else 2, 2)\n"
        "    return test\n"
        "for n in range(60): setattr(Arithmetic, f'test_addition_of_case_{n:02}', case(n))\n"
        "unittest.main(verbosity=2)\n"
    )
    return _run(sys.executable, "-c", code, errors=True)


def _records() -> str:
    found = []
    for each in metadata.distributions():
        said = {name: each.metadata[name] for name in each.metadata}  # not all say all
        found.append(
            {
                "name": said.get("Name"),
                "version": each.version,
                "summary": said.get("Summary"),
                "requires_python": said.get("Requires-Python"),
                "installer": (each.read_text("INSTALLER") or "").strip() or None,
                "entry_points": len(each.entry_points),
            }
        )
    return json.dumps(found, indent=2)


def _source() -> str:
    lines = (_PACKAGE / "engine" / "pipeline.py").read_text("utf-8").split("\n")
    return "\n".join(f"{number:>6}\t{line}" for number, line in enumerate(lines, 1))


SAMPLES = (
    Sample("ls -lR", lambda: _run("ls", "-lR", str(_PACKAGE))),
    Sample("find", lambda: _run("find", str(_PACKAGE), "-name", "*.py")),
    Sample("pip list", lambda: _run(*_PIP, "list", "-v")),
    Sample("pip list, JSON", lambda: _run(*_PIP, "list", "--format", "json")),
    Sample("test log", _tests),
    Sample(
        "import times",
        lambda: _run(sys.executable, "-X", "importtime", "-c", "import json, asyncio", errors=True),
    ),
    Sample("git log", lambda: _git("log", "-n", "60", "--stat")),
    Sample("git show", lambda: _git("log", "-p", "-n", "3")),
    Sample("grep -rn", lambda: _run("grep", "-rn", "--include=*.py", "return", ".")),
    Sample("cat -n", _source),
    Sample("JSON", _records),
)
