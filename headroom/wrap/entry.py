"""Entries: the providers that a user keeps in an agent's settings, and which of them are routed."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from headroom.config.vendor import hosts
from headroom.wrap import document

if TYPE_CHECKING:
    from collections.abc import Iterator

    from headroom.wrap.document import Keys
    from headroom.wrap.source import Lookup
    from headroom.wrap.spec import Entries, Vendor


@dataclass(frozen=True, slots=True)
class Entry:
    """A provider with a base URL, or one whose base URL is known."""

    at: Keys
    """Where its base URL stands, from the top of the settings."""
    wire: str
    url: str
    source: str | None
    """Where the user has set the URL; None: it is the agent's own."""


@dataclass(frozen=True, slots=True)
class Settings:
    """The settings of an agent as it would see them, and the entries in them."""

    value: Any
    entries: tuple[Entry, ...]


def read(spec: Entries, look: Lookup) -> Settings:
    """Return the settings, all sources laid over each other, with vendors that stand nowhere."""
    value: Any = {}
    for source in reversed(spec.sources):
        value = document.merged(value, _whole(spec, source, look))
    at = document.keys(spec.at)
    value = _with_vendors(spec, value, at, look)
    return Settings(value, tuple(_entries(spec, value, at, look)))


def _whole(spec: Entries, source: str, look: Lookup) -> Any:
    """Return all settings that a source has, {} for none."""
    kind, _, name = source.partition(":")
    if kind == "file":
        return look.document(name) or {}
    text = look.value(source)
    if not text:
        return {}
    value = look.read(text, name)
    return document.with_value({}, document.keys(spec.at), value) if spec.form == "part" else value


def _with_vendors(spec: Entries, value: Any, at: Keys, look: Lookup) -> Any:
    """Return the settings with the entries that have to be made."""
    for vendor in spec.vendors:
        there = document.find(value, at)
        if any(name == vendor.name for name, _, _ in _each(spec, there)):
            continue
        if vendor.base:
            made = {spec.name: vendor.name, **vendor.base} if spec.name else dict(vendor.base)
            value = document.with_value(value, at, [*(there or []), made])
        elif look.first(vendor.present) is not None:
            value = document.with_value(value, (*at, vendor.name), {})
    return value


def _each(spec: Entries, there: Any) -> Iterator[tuple[str, str, dict[str, Any]]]:
    """Yield the name, the key and the value of each entry."""
    if isinstance(there, dict):
        pairs = [(name, name, each) for name, each in there.items()]
    else:
        listed = there if isinstance(there, list) else []
        pairs = [(_name(spec, each), str(n), each) for n, each in enumerate(listed)]
    for name, key, each in pairs:
        if isinstance(each, dict):
            yield name, key, each


def _name(spec: Entries, entry: Any) -> str:
    return str(entry.get(spec.name, "")) if isinstance(entry, dict) else ""


def _entries(spec: Entries, value: Any, at: Keys, look: Lookup) -> Iterator[Entry]:
    vendors = {vendor.name: vendor for vendor in spec.vendors}
    for name, key, each in _each(spec, document.find(value, at)):
        vendor = vendors.get(name)
        inner = document.keys(spec.url)
        own = document.find(each, inner)
        url = own if isinstance(own, str) and own else (vendor.url if vendor else "")
        wire = _wire(spec, name, each, vendor)
        # `{env:NAME}` and `${NAME}` are the agents' own way to write what stands elsewhere.
        if url.startswith(("{env:", "${")):
            url = look.around.environment.get(url.strip("${}").removeprefix("env:"), "")
        if url and wire in hosts():
            place = (*at, key, *inner)
            yield Entry(place, wire, url, _source(spec, place, look) if own else None)


def _source(spec: Entries, place: Keys, look: Lookup) -> str:
    """Return the strongest source that has something at a place, and the place."""
    having = (
        each for each in spec.sources if document.find(_whole(spec, each, look), place) is not None
    )
    return f"{look.filled(next(having, ''))}#{'.'.join(place)}"


def _wire(spec: Entries, name: str, entry: dict[str, Any], vendor: Vendor | None) -> str:
    told = str(entry.get(spec.kind, "")) if spec.kind else name
    if vendor is not None and not (spec.kind and told):
        return vendor.wire
    found: str = spec.wires.get(told, spec.wires.get("*", ""))
    return found
