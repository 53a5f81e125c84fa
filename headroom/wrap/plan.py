"""`make_plan`: what has to be told to an agent so that its requests go through us; pure."""

from __future__ import annotations

from dataclasses import dataclass
from fnmatch import fnmatchcase
from typing import TYPE_CHECKING

from headroom.errors import AgentError
from headroom.wrap import entry
from headroom.wrap.source import Lookup
from headroom.wrap.target import Slots, Target, Upstreams

if TYPE_CHECKING:
    from collections.abc import Mapping

    from headroom.wrap.entry import Entry, Settings
    from headroom.wrap.source import Surroundings
    from headroom.wrap.spec import AgentSpec, Route, Variable
    from headroom.wrap.table import When


@dataclass(frozen=True, slots=True)
class RouteUse:
    """A route that is used, and what through which proxy."""

    route: Route
    target: Target
    proxy: int


@dataclass(frozen=True, slots=True)
class EntryUse:
    """An entry that is routed."""

    entry: Entry
    target: Target
    proxy: int


@dataclass(frozen=True, slots=True)
class Plan:
    """What will be done for one agent, but for the addresses of the proxies."""

    spec: AgentSpec
    look: Lookup
    routes: tuple[RouteUse, ...]
    entries: tuple[EntryUse, ...]
    settings: Settings | None
    variables: tuple[Variable, ...]
    proxies: tuple[dict[str, str], ...]
    """The upstream of each wire, for each proxy that is needed."""

    @property
    def uses(self) -> tuple[RouteUse | EntryUse, ...]:
        """Everything that is routed."""
        return (*self.routes, *self.entries)


def make_plan(
    spec: AgentSpec,
    around: Surroundings,
    known: Mapping[str, Mapping[str, str]] | None = None,
) -> Plan:
    """Return what has to be done to have an agent's requests go through proxies of ours.

    Args:
        spec: the agent.
        around: what the user has set.
        known: addresses of our own proxies and their upstreams: an agent that points there already
            is one of ours, whose requests need not go through two.

    Raises:
        AgentError: nothing of it can be routed; the text says why and what to do.
    """
    look = lookup(spec, around)
    for refusal in spec.refusals:
        if holds(refusal.when, look):
            raise AgentError(refusal.text)
    upstreams = Upstreams(around.environment, known or {})
    slots = Slots(upstreams)
    routes = []
    for route in spec.routes:
        target = _target(route, look, upstreams) if holds(route.when, look) else None
        if target is not None:
            routes.append(RouteUse(route, target, slots.of(target)))
    settings = entry.read(spec.entries, look) if spec.entries else None
    entries = []
    for each in settings.entries if settings else ():
        target = upstreams.target(each.wire, each.url, each.source)
        entries.append(EntryUse(each, target, slots.of(target)))
    if not routes and not entries:
        raise AgentError(look.filled(spec.nothing) or f"{spec.title} has nothing to be routed")
    uses: tuple[RouteUse | EntryUse, ...] = (*routes, *entries)
    vendors = all(each.target.is_vendors for each in uses)
    variables = tuple(
        each
        for each in spec.variables
        if each.name not in around.environment
        and (vendors or not each.vendor_only)
        and holds(each.when, look)
    )
    return Plan(spec, look, tuple(routes), tuple(entries), settings, variables, slots.filled())


def lookup(spec: AgentSpec, around: Surroundings) -> Lookup:
    """Return what answers questions about an agent's settings, its values known."""
    look = Lookup(around)
    for name, value in spec.values.items():
        found = look.first(value.sources)
        said = value.default if found is None else found[0]
        look.values[name] = str(said).lower() if isinstance(said, bool) else str(said)
    return look


def holds(when: When, look: Lookup) -> bool:
    """Whether all conditions hold: one of the patterns matches, and none of those after a `!`."""
    for name, patterns in when:
        value = look.values[name]
        wanted = [each for each in patterns if not each.startswith("!")]
        unwanted = [each[1:] for each in patterns if each.startswith("!")]
        if wanted and not any(fnmatchcase(value, each) for each in wanted):
            return False
        if any(fnmatchcase(value, each) for each in unwanted):
            return False
    return True


def _target(route: Route, look: Lookup, upstreams: Upstreams) -> Target | None:
    found = look.first(route.own)
    if found is not None and isinstance(found[0], str):
        return upstreams.target(route.wire, found[0], look.filled(found[1]))
    return upstreams.target(route.wire, route.default, None) if route.default else None
