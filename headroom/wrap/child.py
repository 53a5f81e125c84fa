"""`Child`: arguments, variables and private files with which an agent is started; pure."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from headroom.errors import AgentError
from headroom.wrap import document
from headroom.wrap.source import flags

if TYPE_CHECKING:
    from collections.abc import Mapping
    from pathlib import Path

    from headroom.wrap.plan import Plan
    from headroom.wrap.source import Lookup
    from headroom.wrap.spec import Entries

_THROUGH = ("HTTP_PROXY", "http_proxy", "ALL_PROXY", "all_proxy", "HTTPS_PROXY", "https_proxy")
_PAST = ("NO_PROXY", "no_proxy")
_HERE = ("127.0.0.1", "localhost")


@dataclass(frozen=True, slots=True)
class Child:
    """How an agent is started."""

    arguments: tuple[str, ...]
    environment: dict[str, str] = field(default_factory=dict)
    """Variables that it gets besides those that are there, or in their place."""
    files: dict[str, str] = field(default_factory=dict)
    """Private files by their path in the folder of this run."""
    mirrored: Path | None = None
    """A folder whose other files have to stand beside the private ones."""


def build(plan: Plan, bases: tuple[str, ...], folder: str) -> Child:
    """Return how the agent of a plan is started.

    Args:
        plan: what to do.
        bases: addresses of the proxies.
        folder: where its private files will lie.

    Raises:
        AgentError: arguments of the user's cannot be understood.
    """
    environment = past_proxies(plan.look.around.environment)
    added: list[str] = []
    arguments = list(plan.look.around.arguments)
    for use in plan.routes:
        route, url = use.route, bases[use.proxy] + use.target.path
        environment.update(dict.fromkeys(route.env, url))
        arguments = _without(arguments, route.own, plan.look)
        added += [plan.look.filled(each).replace("{url}", url) for each in route.args]
        if route.flag:
            arguments = _in_flag(arguments, route.flag, route.key, url, plan.look)
    for variable in plan.variables:
        environment[variable.name] = plan.look.filled(variable.value)
    files: dict[str, str] = {}
    mirrored = None
    entries = plan.spec.entries
    if entries is not None and plan.entries:
        text = _given(plan, entries, bases)
        if entries.form in ("overlay", "part"):
            environment[entries.env] = text
        else:
            files[entries.file] = text
            target = folder if entries.form == "folder" else f"{folder}/{entries.file}"
            if entries.env:
                environment[entries.env] = target
            if entries.flag:
                arguments = _without(arguments, (f"flag:{entries.flag}",), plan.look)
                added += [entries.flag, target]
            if entries.form == "folder":
                mirrored = plan.look.path(entries.folder)
    always = [each for each in plan.spec.arguments if each not in arguments]
    return Child((*always, *added, *arguments), environment, files, mirrored)


def _given(plan: Plan, entries: Entries, bases: tuple[str, ...]) -> str:
    """Return the settings of an agent with our addresses in them, as JSON."""
    assert plan.settings is not None
    value: Any = plan.settings.value
    if entries.form == "overlay":
        there = plan.look.around.environment.get(entries.env, "")
        value = plan.look.read(there, entries.env) if there else {}
    for use in plan.entries:
        value = document.with_value(value, use.entry.at, bases[use.proxy] + use.target.path)
    if entries.form == "part":
        value = document.find(value, document.keys(entries.at))
    return document.compact(value)


def _without(arguments: list[str], sources: tuple[str, ...], look: Lookup) -> list[str]:
    """Return arguments without the flags that would set again what ours set."""
    for source in sources:
        kind, _, rest = source.partition(":")
        name, _, key = rest.partition("#")
        if kind not in ("flag", "set") or (kind == "flag" and key):
            continue
        for index, value in reversed(flags(tuple(arguments), name)):
            if kind == "set" and value.partition("=")[0].strip() != look.filled(key):
                continue
            del arguments[index : index + (2 if arguments[index] == name else 1)]
    return arguments


def _in_flag(arguments: list[str], flag: str, key: str, url: str, look: Lookup) -> list[str]:
    """Return arguments with a flag whose JSON has the URL at a key, and all that it had before."""
    there = flags(tuple(arguments), flag)
    value = look.read(there[-1][1], flag) if there else {}
    if not isinstance(value, dict):
        raise AgentError(f"{flag} is no JSON object")
    text = document.compact(document.with_value(value, document.keys(key), url))
    if not there:
        return [flag, text, *arguments]
    index = there[-1][0]
    inline = arguments[index] != flag
    return [
        *arguments[:index],
        *([f"{flag}={text}"] if inline else [flag, text]),
        *arguments[index + (1 if inline else 2) :],
    ]


def past_proxies(environment: Mapping[str, str]) -> dict[str, str]:
    """Return variables that keep requests to this machine from a proxy of the network."""
    if not any(environment.get(name) for name in _THROUGH):
        return {}
    out = {}
    for name in _PAST:
        listed = [each.strip() for each in environment.get(name, "").split(",") if each.strip()]
        if "*" not in listed:
            out[name] = ",".join((*listed, *(each for each in _HERE if each not in listed)))
    return out
