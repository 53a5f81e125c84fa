"""Settings for good: an agent's own files pointed at a proxy, and back; each edit is journalled."""

from __future__ import annotations

import re
from contextlib import suppress
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from headroom.edits import Item, Journal, SetKey
from headroom.errors import AgentError, EditError
from headroom.wrap import document
from headroom.wrap.plan import EntryUse, Plan, RouteUse, make_plan

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping, Sequence
    from pathlib import Path

    from headroom.edits import Outcome
    from headroom.edits.change import Change, Step
    from headroom.wrap.source import Surroundings
    from headroom.wrap.spec import AgentSpec, Durable


_PORT = re.compile(r"http://127\.0\.0\.1:(\d+)")


@dataclass(frozen=True, slots=True)
class FileEdit:
    """What is to be changed in one file."""

    file: Path
    kind: str
    changes: tuple[Change, ...]


def owner(spec: AgentSpec) -> str:
    """Return the name under which an agent's edits stand in the journal."""
    return f"wrap {spec.name}"


def as_if_undone(spec: AgentSpec, around: Surroundings, journal: Journal) -> Surroundings:
    """Return what the user has set without what we have put into the agent's files."""
    records = {record.file: record for record in journal.records() if record.owner == owner(spec)}
    if not records:
        return around

    def read(path: Path) -> str | None:
        if path.resolve() not in records:
            return around.read(path)
        content = journal.without(owner(spec), path)
        return None if content is None else content.decode()

    return replace(around, read=read)


def ports(
    plan: Plan, around: Surroundings, journal: Journal, load: Callable[[str], AgentSpec], first: int
) -> tuple[int, ...]:
    """Return a port for each proxy of a plan, none that another agent's settings have for another.

    Args:
        plan: of the agent.
        around: what the user has set.
        journal: of all edits.
        load: returns what is known of an agent.
        first: the port to begin with.
    """
    taken: dict[int, Mapping[str, str]] = {}
    for name in sorted({record.owner for record in journal.records()}):
        kind, _, agent = name.partition(" ")
        if kind == "wrap" and agent != plan.spec.name:
            taken.update(_used(load(agent), around, journal))
    found: list[int] = []
    for upstreams in plan.proxies:
        free = (port for port in range(first, 65536) if port not in found)
        found.append(next(port for port in free if taken.get(port) in (None, upstreams)))
    return tuple(found)


def _used(
    spec: AgentSpec, around: Surroundings, journal: Journal
) -> Iterator[tuple[int, Mapping[str, str]]]:
    """Yield the ports in an agent's settings and the upstreams that it needs behind each."""
    values = [
        str(change.value)
        for record in journal.records()
        if record.owner == owner(spec)
        for change in record.changes
        if isinstance(change, SetKey)
    ]
    numbers = sorted({int(each) for each in _PORT.findall("\n".join(values))})
    # What else its settings say by now may be anything; then its ports are merely left alone.
    proxies: Sequence[Mapping[str, str]] = ()
    with suppress(AgentError, EditError):
        proxies = make_plan(spec, as_if_undone(spec, around, journal)).proxies
    for place, number in enumerate(numbers):
        yield number, proxies[place] if place < len(proxies) else {}


def edits(plan: Plan, bases: Sequence[str]) -> tuple[FileEdit, ...]:
    """Return what has to be written so that an agent finds our addresses in its settings.

    Raises:
        AgentError: it keeps no such settings in a file.
    """
    found: dict[Path, list[Change]] = {}
    for use in plan.routes:
        url = bases[use.proxy] + use.target.path
        for each in use.route.durable:
            found.setdefault(plan.look.path(each.file), []).append(_set(plan, each, url))
    for entry_use in plan.entries:
        found.setdefault(_file(plan), []).append(_change(plan, entry_use, bases))
    if not found:
        url = bases[0] + plan.uses[0].target.path
        told = plan.look.filled(plan.spec.instructions).replace("{url}", url)
        raise AgentError(told or f"{plan.spec.title} keeps no base URL in its settings")
    for one in plan.variables:
        for each in one.durable:
            if plan.look.value(f"file:{each.file}#{each.key}") is None:
                found.setdefault(plan.look.path(each.file), []).append(_set(plan, each, ""))
    return tuple(
        FileEdit(file, document.kind(file.name), tuple(changes)) for file, changes in found.items()
    )


def _set(plan: Plan, durable: Durable, url: str) -> SetKey:
    """Return the change that has an agent keep an address, or a variable."""
    value = plan.look.filled(durable.value).replace("{url}", url)
    steps: tuple[Step, ...] = document.keys(plan.look.filled(durable.key))
    if durable.append:
        steps = (*steps, Item(value, None))
    return SetKey(steps, value)


def apply(plan: Plan, wanted: Sequence[FileEdit], journal: Journal) -> list[Outcome]:
    """Make the edits of an agent and return what became of each file.

    Raises:
        EditError: a file cannot be edited safely; those before it have been put back.
    """
    for each in wanted:
        journal.plan(owner(plan.spec), each.file, each.kind, each.changes)
    return [journal.apply(owner(plan.spec), each.file, each.kind, each.changes) for each in wanted]


def elsewhere(
    plan: Plan,
    around: Surroundings,
    wanted: Sequence[FileEdit],
    journal: Journal,
    ours: tuple[str, ...],
) -> list[RouteUse | EntryUse]:
    """Return what the agent would not send to us even then, since something else beats its files.

    Args:
        plan: of the agent.
        around: what the user has set.
        wanted: the edits.
        journal: where they are or will be written down.
        ours: our addresses.
    """
    name = owner(plan.spec)
    planned = {each.file: journal.plan(name, each.file, each.kind, each.changes) for each in wanted}
    read: Callable[[Path], str | None] = around.read

    def after(path: Path) -> str | None:
        if path not in planned:
            return read(path)
        content = planned[path].after
        return None if content is None else content.decode()

    then = make_plan(plan.spec, replace(around, read=after))
    return [use for use in then.uses if use.target.upstream not in ours and _told(use)]


def _told(use: RouteUse | EntryUse) -> bool:
    """Whether a use is one whose address can be found again in the agent's settings."""
    if isinstance(use, EntryUse):
        return True
    return not any(each.append for each in use.route.durable)


def _file(plan: Plan) -> Path:
    """Return the file with an agent's entries: the first that is there, or the last."""
    assert plan.spec.entries is not None
    places = [plan.look.path(each) for each in plan.spec.entries.durable]
    there = (each for each in places if plan.look.around.read(each) is not None)
    return next(there, places[-1])


def _change(plan: Plan, use: EntryUse, bases: Sequence[str]) -> SetKey:
    spec, settings = plan.spec.entries, plan.settings
    assert spec is not None
    assert settings is not None
    url = bases[use.proxy] + use.target.path
    inner = document.keys(spec.url)
    above = use.entry.at[: -len(inner)]
    listed = document.find(settings.value, above[:-1])
    if not isinstance(listed, list):
        return SetKey(use.entry.at, url)
    there = listed[int(above[-1])]
    name = there.get(spec.item)
    if sum(each.get(spec.item) == name for each in listed if isinstance(each, dict)) != 1:
        raise AgentError(f"{spec.at} has several entries with {spec.item} {name!r}; rename them")
    item: tuple[Step, ...] = (*above[:-1], Item(name, spec.item))
    in_file = document.find(plan.look.document(str(_file(plan))), above[:-1]) or []
    if not any(isinstance(each, dict) and each.get(spec.item) == name for each in in_file):
        return SetKey(item, document.with_value(there, inner, url))
    return SetKey((*item, *inner), url)
