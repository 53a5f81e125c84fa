"""The agents that are known: those of the package, and those that the user adds."""

from __future__ import annotations

from importlib.resources import files
from typing import TYPE_CHECKING

from headroom.config.location import config_folder
from headroom.errors import AgentError
from headroom.wrap.spec import parse

if TYPE_CHECKING:
    from importlib.resources.abc import Traversable

    from headroom.wrap.spec import AgentSpec

_ENDING = ".toml"


def names() -> list[str]:
    """Return the names of all agents."""
    return sorted({*_built_in(), *_of_user()})


def load(name: str) -> AgentSpec:
    """Return what is known of an agent.

    Raises:
        AgentError: there is none of that name.
        ConfigurationError: its file is wrong.
    """
    if name in _built_in():
        place = _folder().joinpath(name + _ENDING)
        return parse(place.read_text("utf-8"), f"headroom/providers/agents/{name}{_ENDING}")
    if name in _of_user():
        path = config_folder() / "agents" / (name + _ENDING)
        return parse(path.read_text("utf-8"), str(path))
    raise AgentError(f"no agent {name!r} is known; there are {', '.join(names())}")


def _folder() -> Traversable:
    return files("headroom").joinpath("providers", "agents")


def _built_in() -> list[str]:
    listed = (each.name for each in _folder().iterdir())
    return [name.removesuffix(_ENDING) for name in listed if name.endswith(_ENDING)]


def _of_user() -> list[str]:
    """Return the agents in the user's own folder; they may not take the name of another."""
    folder = config_folder() / "agents"
    return [path.stem for path in folder.glob("*" + _ENDING)] if folder.is_dir() else []
