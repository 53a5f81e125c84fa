"""Checks of proxies, of where each agent's requests go, and of the hosts behind."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from typing import TYPE_CHECKING, Any
from urllib.parse import urlsplit

import headroom
from headroom.config import vendor
from headroom.config.location import state_folder
from headroom.config.port import URL
from headroom.doctor.finding import Finding, Level
from headroom.edits import Journal
from headroom.errors import HeadroomError
from headroom.proxy.gate import is_loopback
from headroom.wrap import agent, durable, lease
from headroom.wrap.plan import make_plan
from headroom.wrap.proxyctl import run_folder
from headroom.wrap.session import program
from headroom.wrap.source import Surroundings

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from headroom.doctor.finding import World
    from headroom.wrap.plan import Plan
    from headroom.wrap.source import Lookup
    from headroom.wrap.spec import AgentSpec
    from headroom.wrap.target import Target

PROXY, AGENT, UPSTREAM = "proxy", "agent", "upstream"


def check(world: World) -> Iterator[Finding]:
    """Yield what is to say of proxies, of agents that are installed, and of their hosts."""
    yield from _proxies(world)
    hosts: dict[str, str] = {}
    found = False
    for name in agent.names():
        try:
            spec = agent.load(name)
        except HeadroomError as error:
            fix = "mend the file, or remove it"
            yield Finding(AGENT, Level.FAIL, f"{name} cannot be understood: {error}", fix)
            continue
        if spec.command and program(spec, world.environ):
            found = True
            yield from _agent(spec, world, hosts)
    if not found:
        yield Finding(AGENT, Level.OK, "none of the agents we know is installed here")
    yield from _upstreams(hosts, world)


def _proxies(world: World) -> Iterator[Finding]:
    """Yield the health of every proxy of this user."""
    shared = (each.listening() for each in lease.dens(run_folder(state_folder())))
    ours = {each.url for each in shared if each is not None}
    states = [(url, world.health(url)) for url in (URL, *sorted(ours - {URL}))]
    for url, health in states:
        if health == {} and url in ours:
            said = f"the proxy at {url} tells how it is to nobody without its token"
            yield Finding(PROXY, Level.OK, said)
        elif health is not None:
            yield _proxy(url, health)
    if all(health is None for _, health in states):
        yield Finding(PROXY, Level.OK, "none runs; headroom wrap AGENT starts one when it needs it")


def _proxy(url: str, health: dict[str, Any]) -> Finding:
    if not health:
        fix = "none needed for wrap; start a proxy of your own with headroom proxy --port N"
        return Finding(PROXY, Level.WARN, f"another program answers at {url}", fix)
    version = health.get("version")
    if version != headroom.__version__:
        said = f"the proxy at {url} runs version {version}, installed is {headroom.__version__}"
        return Finding(PROXY, Level.WARN, said, "stop it and start it anew")
    if health.get("status") != "ok":
        reasons = "; ".join(map(str, health.get("reasons", []))) or "it does not say why"
        fix = "start it anew; if that happens again, report it with the proxy's log"
        return Finding(PROXY, Level.WARN, f"the proxy at {url} is degraded: {reasons}", fix)
    return Finding(PROXY, Level.OK, f"the proxy at {url} is well (version {version})")


def _agent(spec: AgentSpec, world: World, hosts: dict[str, str]) -> Iterator[Finding]:
    """Yield where an agent's requests go if it is started as it is."""
    around = Surroundings(world.environ, world.home, world.folder)
    try:
        plan = make_plan(spec, around)
    except HeadroomError as error:
        fix = f"see headroom wrap {spec.name} --dry-run"
        said = f"{error}" if f"{error}".startswith(spec.title) else f"{spec.title}: {error}"
        yield Finding(AGENT, Level.WARN, said, fix)
        return
    # Variables of ours say where a proxy sends things; an agent that is not wrapped knows none.
    ours = vendor.variables().values()
    alone = {name: value for name, value in world.environ.items() if name not in ours}
    direct = make_plan(spec, Surroundings(alone, world.home, world.folder))
    pairs = zip(direct.uses, plan.uses, strict=True)
    for target, routed in dict.fromkeys((one.target, two.target.upstream) for one, two in pairs):
        yield _target(spec, target, routed, plan, world, hosts)
    yield from _overruled(spec, plan)


def _target(
    spec: AgentSpec, target: Target, routed: str, plan: Plan, world: World, hosts: dict[str, str]
) -> Finding:
    whose = f"from {_place(target.source, plan.look)}" if target.source else "its own default"
    said = f"{spec.title} sends its {target.wire} requests to {target.upstream} ({whose})"
    if not is_loopback(urlsplit(target.upstream).hostname or ""):
        hosts.setdefault(routed, spec.title)
        elsewhere = f" to {routed}" if routed != target.upstream else ""
        return Finding(AGENT, Level.OK, f"{said}; headroom wrap {spec.name} routes them{elsewhere}")
    health = world.health(target.upstream)
    if health:
        return Finding(AGENT, Level.OK, f"{said}, a proxy of ours")
    if health is None:
        fix = f"remove {_place(target.source, plan.look)}, or start what it points at"
        if durable.owner(spec) in _persisted():
            starts = f"headroom wrap {spec.name} --persist prints what starts it"
            fix = f"start its proxy ({starts}), or headroom unwrap {spec.name}"
        return Finding(AGENT, Level.FAIL, f"{said}, where nobody answers", fix)
    fix = f"none if you want it so: headroom wrap {spec.name} puts our proxy before it"
    return Finding(AGENT, Level.WARN, f"{said}, another program's", fix)


def _persisted() -> set[str]:
    """Return the owners of edits that are in force."""
    return {each.owner for each in Journal.of_user().records()}


def _overruled(spec: AgentSpec, plan: Plan) -> Iterator[Finding]:
    """Yield variables that somebody set and the agent does not heed, since settings beat them."""
    for use in plan.routes:
        found = [each for each in use.route.own if plan.look.value(each) not in (None, "")]
        for each in found[1:]:
            first, other = plan.look.value(found[0]), plan.look.value(each)
            if each.startswith("env:") and first != other:
                strongest, name = _place(found[0], plan.look), each.removeprefix("env:")
                yield Finding(
                    AGENT,
                    Level.WARN,
                    f"{spec.title} does not heed {name}={other}: {strongest} is stronger",
                    f"remove {strongest}, or unset {name}",
                )


def _place(source: str | None, look: Lookup) -> str:
    """Return where a value stands, as people name it."""
    kind, _, rest = (source or "").partition(":")
    path, _, key = rest.partition("#")
    if kind == "file":
        return f"{key} in {look.path(path)}"
    return rest if kind == "env" else source or "its settings"


def _upstreams(hosts: dict[str, str], world: World) -> Iterator[Finding]:
    """Yield whether the hosts behind agents can be reached."""
    if world.reach is None:
        if hosts:
            yield Finding(UPSTREAM, Level.OK, "not looked at (--offline)")
        return
    for url, failure in _reached(hosts, world):
        if failure is None:
            yield Finding(UPSTREAM, Level.OK, f"{url} can be reached")
            continue
        fix = "check network, DNS, HTTPS_PROXY and, for certificates, SSL_CERT_FILE"
        yield Finding(UPSTREAM, Level.FAIL, f"{url} cannot be reached: {failure}", fix)


def _reached(hosts: Iterable[str], world: World) -> list[tuple[str, str | None]]:
    urls = list(hosts)
    if not urls or world.reach is None:
        return []
    with ThreadPoolExecutor(len(urls)) as pool:
        return list(zip(urls, pool.map(world.reach, urls), strict=True))
