"""Settings of other programs as values: JSON with or without comments, TOML, YAML, dotenv."""

from __future__ import annotations

import json
from importlib import import_module
from pathlib import PurePath
from typing import Any

Keys = tuple[str, ...]

_KINDS = {".yaml": "yaml", ".yml": "yaml", ".toml": "toml", ".env": "dotenv"}


def kind(name: str) -> str:
    """Return the format of a file by its name, as `headroom.edits` calls it; in doubt JSON."""
    path = PurePath(name)
    return _KINDS.get(path.suffix.lower() or path.name, "json")


def parse(text: str, name: str) -> Any:
    """Return the value of a text in the format of a file of that name.

    Raises:
        EditError: it is not in that format.
    """
    # Each when it is used: two agents have YAML, and every start would pay for it.
    found = kind(name)
    module = "dotenv" if found == "dotenv" else f"{found}file"
    return import_module(f"headroom.edits.{module}").parse(text)


def keys(key: str) -> Keys:
    """Return the names in a dotted key."""
    return tuple(key.split(".")) if key else ()


def find(value: Any, names: Keys) -> Any:
    """Return what lies at a key, or None; numbers index lists."""
    for name in names:
        if isinstance(value, dict):
            value = value.get(name)
        elif isinstance(value, list) and name.isdecimal() and int(name) < len(value):
            value = value[int(name)]
        else:
            return None
    return value


def merged(base: Any, over: Any) -> Any:
    """Return a value with another laid over it, tables key by key; neither is changed."""
    if not isinstance(base, dict) or not isinstance(over, dict):
        return over
    out = dict(base)
    for key, value in over.items():
        out[key] = merged(base[key], value) if key in base else value
    return out


def with_value(value: Any, names: Keys, new: Any) -> Any:
    """Return a value with something put at a key, which is made where it is missing."""
    if not names:
        return new
    name, rest = names[0], names[1:]
    if isinstance(value, list) and name.isdecimal() and int(name) < len(value):
        index = int(name)
        return [*value[:index], with_value(value[index], rest, new), *value[index + 1 :]]
    table = value if isinstance(value, dict) else {}
    return {**table, name: with_value(table.get(name), rest, new)}


def compact(value: Any) -> str:
    """Return a value as JSON in one line; what JSON does not know (dates of YAML) as text."""
    return json.dumps(value, ensure_ascii=False, separators=(",", ":"), default=str)
