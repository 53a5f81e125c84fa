"""Checks of the installation: what runs, what else is there, what is optional."""

from __future__ import annotations

import importlib.metadata
import importlib.util
import platform
import shutil
import sys
from pathlib import Path
from typing import TYPE_CHECKING

import headroom
from headroom.doctor.finding import Finding, Level

if TYPE_CHECKING:
    from collections.abc import Iterator

    from headroom.doctor.finding import World

AREA = "install"
_EXTRAS = {
    "ml": (("onnxruntime", "tokenizers", "numpy", "huggingface_hub"), "option engine=ml needs it"),
    "otel": (
        ("opentelemetry.sdk", "opentelemetry.exporter.otlp.proto.http"),
        "traces and metrics by OpenTelemetry need it",
    ),
    "redis": (("redis",), "stores with redis:// URLs need it"),
}
"""Modules of each extra, and what it is for."""


def check(world: World) -> Iterator[Finding]:
    """Yield what is to say of the installation."""
    where = Path(headroom.__file__).parent
    said = f"headroom {headroom.__version__} in {where}, Python {platform.python_version()}"
    yield Finding(AREA, Level.OK, said)
    yield from _others()
    yield _command(world)
    for extra, (modules, purpose) in _EXTRAS.items():
        state = "is there" if all(map(_is_there, modules)) else f"is not installed; only {purpose}"
        yield Finding(AREA, Level.OK, f"extra {extra} {state}")


def _is_there(module: str) -> bool:
    """Whether a module could be imported."""
    try:
        return importlib.util.find_spec(module) is not None
    except ModuleNotFoundError:  # nor is what it is part of
        return False


def _others() -> Iterator[Finding]:
    """Yield other distributions that bring a package of the same name."""
    owners = importlib.metadata.packages_distributions().get("headroom", [])
    for each in sorted({name for name in owners if name.lower() != "headroom"}):
        yield Finding(
            AREA,
            Level.FAIL,
            f"the distribution {each} is installed here too, and brings a package of this name",
            f"{sys.executable} -m pip uninstall {each}, then install headroom again",
        )


def _command(world: World) -> Finding:
    """Return whether `headroom`, as texts tell agents to call it, is this installation's."""
    found = shutil.which("headroom", path=world.environ.get("PATH", ""))
    own = Path(sys.executable).parent
    if found is None:
        return Finding(
            AREA,
            Level.OK,
            f"no command headroom is on the PATH; agents are told {sys.executable} -m headroom",
        )
    if Path(found).parent != own and Path(found).resolve().parent != own:
        return Finding(
            AREA,
            Level.WARN,
            f"the command headroom is another installation's: {found}",
            f"put {own} before {Path(found).parent} on the PATH, or remove the other one",
        )
    return Finding(AREA, Level.OK, f"the command headroom is {found}")
