"""Installs agents from package registries into a folder of the user's cache, once."""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import sys
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from benchmarks.e2e.agent import Agent

PATIENCE = 900
"""Seconds that an installation may take."""


class MissingError(Exception):
    """An agent cannot be installed here, and why."""


@dataclass(frozen=True)
class Installed:
    """An agent that can be run: its version and the folders that its command needs on the path."""

    version: str
    paths: list[str]


def cache() -> Path:
    """Return the folder in which agents are kept between runs; HEADROOM_E2E names another."""
    named = os.environ.get("HEADROOM_E2E")
    base = os.environ.get("XDG_CACHE_HOME") or Path.home() / ".cache"
    return Path(named) if named else Path(base) / "headroom-e2e"


def installed(agent: Agent, folder: Path) -> Installed:
    """Return the agent, installed first if it is not there.

    Raises:
        MissingError: it cannot be had here.
    """
    registry, _, package = agent.package.partition(":")
    place = folder / agent.name
    if registry == "npm":
        paths = [str(place / "node_modules" / ".bin"), *_node(agent, folder)]
        if not (place / "node_modules" / ".bin" / agent.command).exists():
            _npm(package, place, paths)
        return Installed(_npm_version(package, place), paths)
    if not (place / "bin" / agent.command).exists():
        _pip(package, place, agent.pythons)
    return Installed(_pip_version(package, place), [str(place / "bin")])


def _node(agent: Agent, folder: Path) -> list[str]:
    """Return the folder of a Node of the version that the agent needs, if it needs a certain one."""
    if not agent.node:
        return []
    place = folder / f"node-{agent.node}"
    if not (place / "node_modules" / ".bin" / "node").exists():
        _npm(f"node@{agent.node}", place, [])
    return [str(place / "node_modules" / ".bin")]


def _npm(package: str, place: Path, paths: list[str]) -> None:
    npm = shutil.which("npm")
    if npm is None:
        raise MissingError("there is no npm")
    place.mkdir(parents=True, exist_ok=True)
    # With a version, since a bare name may be taken for a folder.
    named = package if "@" in package[1:] else f"{package}@latest"
    env = dict(os.environ, PATH=os.pathsep.join([*paths, os.environ["PATH"]]))
    quiet = ["--no-fund", "--no-audit", "--loglevel=error"]
    _done([npm, "install", "--prefix", ".", *quiet, named], place, env)


def _npm_version(package: str, place: Path) -> str:
    text = (place / "node_modules" / package / "package.json").read_text("utf-8")
    return str(json.loads(text)["version"])


def _pip(package: str, place: Path, pythons: list[str]) -> None:
    place.mkdir(parents=True, exist_ok=True)
    _done([_python(pythons), "-m", "venv", "."], place, dict(os.environ))
    pip = [
        str(place / "bin" / "python"),
        *("-m", "pip", "install", "-q", "--disable-pip-version-check"),
    ]
    _done([*pip, package], place, dict(os.environ))


def _python(versions: list[str]) -> str:
    """Return an interpreter of one of these versions; any will do where none is named.

    Raises:
        MissingError: there is none.
    """
    named = [f"python{version}" for version in versions]
    for each in [sys.executable, "python3", *named, *map(str, _pyenv(versions))]:
        found = _version(each)
        if found and (found in versions or not versions):
            return each
    raise MissingError(f"there is no Python {' or '.join(versions)}")


def _pyenv(versions: list[str]) -> list[Path]:
    """Return interpreters that pyenv keeps but does not put on the path."""
    root = Path(os.environ.get("PYENV_ROOT") or Path.home() / ".pyenv")
    return [each for one in versions for each in root.glob(f"versions/{one}.*/bin/python")]


def _version(python: str) -> str | None:
    """Return the version of an interpreter, such as 3.12, or None if there is no such one."""
    asked = "import sys; print('%d.%d' % sys.version_info[:2])"
    try:
        end = subprocess.run([python, "-c", asked], capture_output=True, text=True, check=True)
    except (OSError, subprocess.CalledProcessError):
        return None
    return end.stdout.strip()


def _pip_version(package: str, place: Path) -> str:
    name = package.replace("-", "_")
    found = next(place.glob(f"lib/python*/site-packages/{name}-*.dist-info"))
    return found.name.removeprefix(f"{name}-").removesuffix(".dist-info")


def _done(command: list[str], place: Path, env: dict[str, str]) -> None:
    """Run a command to its end.

    Raises:
        MissingError: it failed; with what it said last.
    """
    try:
        end = subprocess.run(
            command,
            cwd=place,
            env=env,
            capture_output=True,
            text=True,
            timeout=PATIENCE,
            check=False,
        )
    except (OSError, subprocess.TimeoutExpired) as error:
        raise MissingError(str(error)) from error
    if end.returncode:
        said = (end.stderr or end.stdout).strip().splitlines()
        raise MissingError(said[-1] if said else f"{command[0]} failed")
