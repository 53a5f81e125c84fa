"""`AgentSpec`: what is known of one agent, read from its file and checked there.

An agent takes base URLs at *routes*, places of its own (a variable, a flag, a key), or in
*entries*, a list of providers in its settings. `docs/wrap.md` describes the files.
"""

from __future__ import annotations

import tomllib
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from headroom.config.vendor import hosts
from headroom.errors import ConfigurationError
from headroom.wrap.table import Table

if TYPE_CHECKING:
    from collections.abc import Mapping

    from headroom.wrap.table import When

FORMS = ("overlay", "part", "copy", "folder")


@dataclass(frozen=True, slots=True)
class Value:
    """Something that the user may have set and on which the rest depends."""

    sources: tuple[str, ...]
    default: str = ""


@dataclass(frozen=True, slots=True)
class Durable:
    """A key of a file in which the agent keeps a base URL, or a variable, for good."""

    file: str
    key: str
    value: str = "{url}"
    append: bool = False
    """Whether the value is one more element of a list there."""


@dataclass(frozen=True, slots=True)
class Route:
    """A place at which the agent takes one base URL."""

    wire: str
    """Name of the proxy's upstream."""
    default: str
    """Base URL that the agent has without one of the user's; empty: only the user's is routed."""
    own: tuple[str, ...] = ()
    """Where the user may have one of their own, strongest first."""
    env: tuple[str, ...] = ()
    args: tuple[str, ...] = ()
    """Arguments that set it."""
    flag: str = ""
    """A flag whose value is JSON, or names a file of JSON, in which `key` sets it."""
    key: str = ""
    when: When = ()
    durable: tuple[Durable, ...] = ()


@dataclass(frozen=True, slots=True)
class Vendor:
    """A provider that the agent knows by itself, so that no entry need be there for it."""

    name: str
    wire: str
    url: str
    present: tuple[str, ...] = ()
    """Sources of which one has something where the user has this provider; () for always."""
    base: Mapping[str, Any] = field(default_factory=dict)
    """The rest of an entry where one has to be made."""


@dataclass(frozen=True, slots=True)
class Entries:
    """A list or table of providers in the agent's settings, each with a base URL."""

    sources: tuple[str, ...]
    """Where the settings are, strongest first; they are laid over each other."""
    at: str
    url: str
    name: str = ""
    """Key of an entry's name in a list; in a table its key is its name."""
    kind: str = ""
    """Key of an entry that tells its wire; without one its name does."""
    wires: Mapping[str, str] = field(default_factory=dict)
    """Wire by what that says; `*` for all others."""
    vendors: tuple[Vendor, ...] = ()
    form: str = "copy"
    """`overlay`: JSON of the URLs alone, laid over what `env` holds; `part`: JSON of the list in
    `env`; `copy`: all settings in a private file; `folder`: a private folder beside links to all
    else of `folder`."""
    env: str = ""
    flag: str = ""
    file: str = ""
    folder: str = ""
    durable: tuple[str, ...] = ()
    """Files in which they are changed for good: the first that is there, or the last."""
    item: str = "name"
    """Key that tells one element of a list from the others there."""


@dataclass(frozen=True, slots=True)
class Variable:
    """A variable that the child gets besides, unless the user has set it."""

    name: str
    value: str
    vendor_only: bool = False
    """Only where the requests end at the vendor's own host."""
    when: When = ()
    durable: tuple[Durable, ...] = ()
    """Where the agent keeps it for good; a value of the user's there stays."""


@dataclass(frozen=True, slots=True)
class Refusal:
    """A state of things in which nothing could be routed, and what to say then."""

    when: When
    text: str


@dataclass(frozen=True, slots=True)
class AgentSpec:
    """What is known of one agent; see the fields."""

    name: str
    title: str
    command: str
    """The program; empty where it cannot be started with other settings."""
    install: str = ""
    """How to get it, in a sentence."""
    values: Mapping[str, Value] = field(default_factory=dict)
    routes: tuple[Route, ...] = ()
    entries: Entries | None = None
    variables: tuple[Variable, ...] = ()
    arguments: tuple[str, ...] = ()
    """Arguments that it always gets, unless they are there."""
    refusals: tuple[Refusal, ...] = ()
    nothing: str = ""
    """What to say where the user has nothing that could be routed."""
    instructions: str = ""
    """What the user has to do by hand where there is no program, or for durable settings."""
    notes: tuple[str, ...] = ()
    """What does not go through the proxy, or is lost with it."""
    examples: tuple[Mapping[str, Any], ...] = ()
    """Cases that the test suite plays through."""


def parse(text: str, label: str) -> AgentSpec:
    """Return the agent that a file describes.

    Raises:
        ConfigurationError: something is wrong in it; the text names the file and the key.
    """
    try:
        table = tomllib.loads(text)
    except ValueError as error:
        raise ConfigurationError(f"{label} is no TOML: {error}") from error
    top = Table(table, label)
    spec = AgentSpec(
        name=top.text("name"),
        title=top.text("title"),
        command=top.text("command", ""),
        install=top.text("install", ""),
        values={key: _value(each) for key, each in top.named("values")},
        routes=tuple(map(_route, top.tables("route"))),
        entries=next((_entries(each) for each in top.tables("entries")), None),
        variables=tuple(map(_variable, top.tables("env"))),
        arguments=top.texts("arguments"),
        refusals=tuple(Refusal(each.when(), each.text("text")) for each in top.tables("refuse")),
        nothing=top.text("nothing", ""),
        instructions=top.text("instructions", ""),
        notes=top.texts("notes"),
        examples=tuple(top.raw("example")),
    )
    top.done()
    _check(spec, label)
    return spec


def _check(spec: AgentSpec, label: str) -> None:
    names = set(spec.values)
    conditions = [each.when for each in spec.routes]
    conditions += [each.when for each in spec.variables] + [each.when for each in spec.refusals]
    for name in (name for when in conditions for name, _ in when):
        if name not in names:
            raise ConfigurationError(f"{label}: 'when' names {name!r}, which is not in [values]")
    if not spec.command and not spec.instructions:
        raise ConfigurationError(f"{label}: 'command' or 'instructions' is missing")
    if spec.command and not spec.routes and spec.entries is None:
        raise ConfigurationError(f"{label}: 'route' or 'entries' is missing")


def _value(table: Table) -> Value:
    made = Value(table.sources("from"), table.text("default", ""))
    table.done()
    return made


def _route(table: Table) -> Route:
    made = Route(
        wire=table.one_of("wire", hosts()),
        default=table.text("default", ""),
        own=table.sources("own"),
        env=table.texts("env"),
        args=table.texts("args"),
        flag=table.text("flag", ""),
        key=table.text("key", ""),
        when=table.when(),
        durable=tuple(_durable(each) for each in table.tables("durable")),
    )
    table.done()
    return made


def _durable(table: Table, usual: str = "{url}") -> Durable:
    made = Durable(
        table.text("file"), table.text("key"), table.text("value", usual), table.switch("append")
    )
    table.done()
    return made


def _entries(table: Table) -> Entries:
    made = Entries(
        sources=table.sources("from"),
        at=table.text("at"),
        url=table.text("url"),
        name=table.text("name", ""),
        kind=table.text("kind", ""),
        wires=table.mapping("wires"),
        vendors=tuple(map(_vendor, table.tables("vendor"))),
        form=table.one_of("form", FORMS),
        env=table.text("env", ""),
        flag=table.text("flag", ""),
        file=table.text("file", ""),
        folder=table.text("folder", ""),
        durable=table.texts("durable"),
        item=table.text("item", "name"),
    )
    table.done()
    return made


def _vendor(table: Table) -> Vendor:
    made = Vendor(
        name=table.text("name"),
        wire=table.one_of("wire", hosts()),
        url=table.text("url"),
        present=table.sources("present"),
        base=table.mapping("base"),
    )
    table.done()
    return made


def _variable(table: Table) -> Variable:
    value = table.text("value")
    made = Variable(
        name=table.text("name"),
        value=value,
        vendor_only=table.switch("vendor_only"),
        when=table.when(),
        durable=tuple(_durable(each, value) for each in table.tables("durable")),
    )
    table.done()
    return made
