"""Settings of other programs as values: JSON with or without comments, TOML, YAML, dotenv."""

from __future__ import annotations

import json
import re
import tomllib
from pathlib import PurePath
from typing import Any

_JSON_PARTS = re.compile(r'"(?:[^"\\\n]|\\.)*"|//[^\n]*|/\*.*?\*/|,(?=\s*[}\]])', re.DOTALL)
_LINE = re.compile(r"\s*(?:export\s+)?([A-Za-z_]\w*)\s*=\s*(.*?)\s*$")
_BOM = "\ufeff"

Keys = tuple[str, ...]


class UnreadableError(ValueError):
    """A text is not in the format that its name says."""


def parse(text: str, name: str) -> Any:
    """Return the value of a text in the format of a file of that name.

    Raises:
        UnreadableError: it is not in that format.
    """
    text = text.removeprefix(_BOM)
    kind = PurePath(name).suffix.lower() or PurePath(name).name
    try:
        if kind in (".yaml", ".yml"):
            return _yaml(text)
        if kind == ".toml":
            return tomllib.loads(text)
        if kind == ".env":
            return _dotenv(text)
        return relaxed_json(text)
    except (ValueError, RecursionError) as error:
        raise UnreadableError(" ".join(str(error).split())) from error


def relaxed_json(text: str) -> Any:
    """Return the value of JSON in which comments and commas at ends may stand; {} for nothing.

    Raises:
        ValueError: it is no such JSON.
    """
    # A comma can be one at the end only once the comments behind it are gone.
    bare = _JSON_PARTS.sub(lambda found: found[0] if found[0][0] in '",' else " ", text)
    bare = _JSON_PARTS.sub(lambda found: "" if found[0] == "," else found[0], bare)
    return json.loads(bare) if bare.strip() else {}


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
    if isinstance(value, list):
        index = int(name)
        return [*value[:index], with_value(value[index], rest, new), *value[index + 1 :]]
    table = value if isinstance(value, dict) else {}
    return {**table, name: with_value(table.get(name), rest, new)}


def compact(value: Any) -> str:
    """Return a value as JSON in one line; what JSON does not know (dates of YAML) as text."""
    return json.dumps(value, ensure_ascii=False, separators=(",", ":"), default=str)


def _yaml(text: str) -> Any:
    import yaml  # noqa: PLC0415 - two agents need it, and every start would pay for it

    try:
        return yaml.safe_load(text)
    except yaml.YAMLError as error:
        raise ValueError(str(error)) from error


def _dotenv(text: str) -> dict[str, str]:
    out = {}
    for line in text.splitlines():
        found = _LINE.match(line)
        if found is not None:
            value = found[2]
            quoted = len(value) > 1 and value[0] == value[-1] and value[0] in "\"'"
            out[found[1]] = value[1:-1] if quoted else value.split(" #")[0].rstrip()
    return out
