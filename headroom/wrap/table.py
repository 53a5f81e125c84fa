"""Tables of TOML read key by key; whatever is wrong in them names the file and the key."""

from __future__ import annotations

from typing import Any

from headroom.errors import ConfigurationError
from headroom.wrap.source import KINDS

When = tuple[tuple[str, tuple[str, ...]], ...]
"""Conditions that all hold: the name of a value and the patterns of which it matches one."""


class Table:
    """A table of a file; what is not asked for is wrong, too."""

    def __init__(self, values: Any, label: str) -> None:
        if not isinstance(values, dict):
            raise ConfigurationError(f"{label} is {values!r}; it must be a table")
        self._values = dict(values)
        self._label = label

    def text(self, key: str, default: str | None = None) -> str:
        """Return a text; without a default it has to be there."""
        value = self._values.pop(key, default)
        if value is None:
            raise ConfigurationError(f"{self._label}: {key!r} is missing")
        if not isinstance(value, str):
            raise self._wrong(key, value, "a text")
        return value.strip()

    def one_of(self, key: str, known: Any) -> str:
        """Return a text that is one of some."""
        value = self.text(key)
        if value not in known:
            raise self._wrong(key, value, f"one of {', '.join(known)}")
        return value

    def switch(self, key: str) -> bool:
        """Return true or false; false where it is not there."""
        value = self._values.pop(key, False)
        if not isinstance(value, bool):
            raise self._wrong(key, value, "true or false")
        return value

    def texts(self, key: str) -> tuple[str, ...]:
        """Return a list of texts, which may be missing."""
        value = self._values.pop(key, [])
        if not isinstance(value, list) or not all(isinstance(each, str) for each in value):
            raise self._wrong(key, value, "a list of texts")
        return tuple(value)

    def sources(self, key: str) -> tuple[str, ...]:
        """Return a list of sources, which may be missing."""
        found = self.texts(key)
        for each in found:
            kind, colon, rest = each.partition(":")
            if kind not in KINDS or not colon or not rest:
                raise self._wrong(key, each, f"one of {':, '.join(KINDS)}: with what follows")
        return found

    def mapping(self, key: str) -> dict[str, Any]:
        """Return a table as it is, which may be missing."""
        value = self._values.pop(key, {})
        if not isinstance(value, dict):
            raise self._wrong(key, value, "a table")
        return value

    def when(self) -> When:
        """Return the conditions of a table."""
        out = []
        for name, patterns in self.mapping("when").items():
            listed = [patterns] if isinstance(patterns, str) else patterns
            if not isinstance(listed, list) or not all(isinstance(each, str) for each in listed):
                raise self._wrong(f"when.{name}", patterns, "a pattern or a list of them")
            out.append((name, tuple(listed)))
        return tuple(out)

    def named(self, key: str) -> list[tuple[str, Table]]:
        """Return the tables in a table, by name."""
        inner = self.mapping(key)
        return [(name, Table(each, f"{self._label}: {key}.{name}")) for name, each in inner.items()]

    def tables(self, key: str) -> list[Table]:
        """Return a list of tables; one that stands alone is a list of one."""
        listed = self.raw(key)
        return [Table(each, f"{self._label}: {key}[{n}]") for n, each in enumerate(listed)]

    def raw(self, key: str) -> list[Any]:
        """Return a list of tables as they are."""
        value = self._values.pop(key, [])
        listed = [value] if isinstance(value, dict) else value
        if not isinstance(listed, list):
            raise self._wrong(key, value, "a list of tables")
        return listed

    def done(self) -> None:
        """Refuse what was not asked for."""
        if self._values:
            unknown = ", ".join(map(repr, self._values))
            raise ConfigurationError(f"{self._label}: {unknown} means nothing here")

    def _wrong(self, key: str, value: Any, wanted: str) -> ConfigurationError:
        return ConfigurationError(f"{self._label}: {key!r} is {value!r}; it must be {wanted}")
