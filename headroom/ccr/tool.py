"""The tool `headroom_retrieve`: its definition on each wire, and what the arguments of a call ask.

Nothing here depends on time, process or options: a definition that changed between two requests
would cost the provider's cache of everything behind it.
"""

from __future__ import annotations

import json
import re
from typing import Any

from headroom.core.document import is_node
from headroom.core.refs import ref_from
from headroom.errors import ConfigurationError

NAME = "headroom_retrieve"
PARTS = ("query", "lines", "rows", "path")
"""The ways of asking for a part; one call asks in one way."""
_DESCRIPTION = (
    "Bring back what a line [headroom:excerpt ...; REF: ...] says was left out. Give ref and ONE "
    "of query, lines, rows, path, as that line shows; ref alone brings all. Not for what you see."
)
"""Every token of this is paid for in every request, whether anything is fetched or not.

The line of a cut shows the call; a `limit`, which is read too, is not named: answers are bounded.
"""
_NAMES = ("ref", *PARTS, "limit")
_TO = re.compile(r"(?i)(?<=\d)\s*(?:[–—−‐‑~…]|\.{2,3}|to|through|until|bis)\s*(?=L?\d)")
_NOUN = re.compile(r"(?i)\b(?:lines?|rows?|records?|L(?=\d))\s?")
_NEXT = re.compile(r"(?i)(?<=\d)\s*(?:[,;&]|\band\b|\s)\s*(?=\d)")
_OPEN = re.compile(r"(?i)(?<=\d)\s*(?:[-–—−…+]|\.{2,3}|to|on(?:wards?)?)\s*(?:end|last|eof)?$")
_END = "999999999999"
"""Stands for the last line or row, whichever that is."""
MOST = 25_000
"""Tokens of one answer to a model; agents cut longer results off themselves, without a word."""
_MOST_ARGUMENTS = 100_000
"""Characters of arguments that are looked at."""


def definition(wire: str) -> dict[str, Any]:
    """Return the tool as a list of tools on that wire holds it; equal bytes in every process.

    Gemini's entry is an object with one function declaration: what a `tools` list there holds.

    Raises:
        ConfigurationError: there is no such wire.
    """
    schema: dict[str, Any] = {
        "type": "object",
        "properties": {name: {"type": "string"} for name in ("ref", *PARTS)},
        "required": ["ref"],
    }
    function = {"name": NAME, "description": _DESCRIPTION}
    match wire.replace("_", "-") if isinstance(wire, str) else wire:
        case "openai-chat":
            return {"type": "function", "function": {**function, "parameters": schema}}
        case "openai-responses":
            # Unless told, this wire makes every parameter required, as strict schemas want it.
            return {"type": "function", **function, "parameters": schema, "strict": False}
        case "anthropic":
            return {**function, "input_schema": schema}
        case "gemini" | "gemini-code-assist":
            return {"functionDeclarations": [{**function, "parameters": schema}]}
        case "bedrock-converse":
            return {"toolSpec": {**function, "inputSchema": {"json": schema}}}
    raise ConfigurationError(
        f"no wire format {wire!r}; there are openai-chat, openai-responses, anthropic, gemini, "
        "gemini-code-assist, bedrock-converse"
    )


def asked(arguments: Any) -> dict[str, Any]:
    """Return what a call asks for, as `retrieve` takes it; what models write is read generously.

    Raises:
        ValueError: it cannot be read; the text tells the model what to write instead.
    """
    given = _object(arguments)
    unknown = [str(name)[:40] for name in given if name not in _NAMES]
    if unknown:
        said = f"there is no argument {', '.join(unknown[:5])}"
        raise ValueError(f"{said}; the arguments are {', '.join(_NAMES)}")
    found = {name: value for name, value in given.items() if not _left_out(name, value)}
    if "ref" not in found:
        raise ValueError(
            'ref is missing: the ten letters and digits in "[headroom:excerpt ...; REF: "'
        )
    parts = [name for name in PARTS if name in found]
    if len(parts) > 1:
        raise ValueError(
            f"one call asks in one way: give ref and one of {', '.join(parts)}; "
            "make another call for another part"
        )
    ref = _word("ref", found["ref"])
    out: dict[str, Any] = {"ref": ref_from(ref) or ref}
    for name in parts:
        out[name] = _READERS[name](name, found[name])
    if "limit" in found:
        out["limit"] = counted(found["limit"])
    return out


def read(part: str, value: Any) -> str:
    """Return how a part is asked for that was not put as a text: 40 or [40, 88] for `lines`.

    Raises:
        ValueError: it cannot be understood.
    """
    value = list(value) if isinstance(value, tuple) else value
    return _READERS[part](part, value)


def counted(value: Any) -> int:
    """Return a limit in tokens.

    Raises:
        ValueError: it is no whole number above 0.
    """
    number = _whole(value)
    if number is None and isinstance(value, str) and re.fullmatch(r"\s*\d{1,9}\s*", value):
        number = int(value)
    if number is None or number < 1:
        raise ValueError(f"limit is a number of tokens, 1 or more, not {_shown(value)}")
    return number


def bounded(ask: dict[str, Any]) -> dict[str, Any]:
    """Return what is asked with a limit that a conversation has room for."""
    if "query" in ask and "limit" not in ask:
        return ask
    return {**ask, "limit": min(ask.get("limit", MOST), MOST)}


def _object(arguments: Any) -> dict[Any, Any]:
    for _ in range(2):  # Some models write the JSON of a JSON text.
        if not isinstance(arguments, str):
            break
        if len(arguments) > _MOST_ARGUMENTS:
            raise ValueError("the arguments are too long")
        try:
            arguments = json.loads(arguments or "{}")
        except (ValueError, RecursionError):
            raise ValueError(
                'the arguments are no JSON object; write {"ref": "REF", "lines": "40-88"}'
            ) from None
    if arguments is None:
        return {}
    if isinstance(arguments, dict):
        return arguments
    if is_node(arguments) and hasattr(arguments, "items"):
        return dict(arguments.items())
    raise ValueError('the arguments are no JSON object; write {"ref": "REF", "lines": "40-88"}')


def _left_out(name: str, value: Any) -> bool:
    """Whether a value stands for nothing: models fill in what they are not asked for."""
    if isinstance(value, (int, float)) and not isinstance(value, bool):
        return name == "limit" and not value
    return not value


def _word(name: str, value: Any) -> str:
    if isinstance(value, str):
        return value
    if isinstance(value, list) and all(isinstance(each, str) for each in value):
        return " ".join(value)
    raise ValueError(f"{name} is a text, not {_shown(value)}")


def _ranges(name: str, value: Any) -> str:
    """Return "40-88" for the many ways in which a model may say it: 40, [40, 88], "40 to 88"."""
    if isinstance(value, list) and not _is_pair(value):
        return ",".join(_range(name, each) for each in value[:1000])
    return _range(name, value)


def _range(name: str, value: Any) -> str:
    if isinstance(value, str):
        if len(value) > _MOST_ARGUMENTS:
            raise ValueError(f"{name} is too long; ask for fewer at a time")
        # With single spaces alone each of these patterns takes as long as the text is.
        bare = _NOUN.sub("", " ".join(value.split())).strip(" []()…,")
        return _OPEN.sub(f"-{_END}", _NEXT.sub(",", _TO.sub("-", bare)))
    if _is_pair(value):
        return f"{_whole(value[0])}-{_whole(value[1])}"
    number = _whole(value)
    if number is None:
        raise ValueError(f'{name} reads "40-88" or "3,7,40-88", not {_shown(value)}')
    return str(number)


def _is_pair(value: Any) -> bool:
    return isinstance(value, list) and len(value) == 2 and None not in map(_whole, value)


def _path(name: str, value: Any) -> str:
    if isinstance(value, list) and value:
        return "".join(f"[{json.dumps(step)}]" for step in value)
    number = _whole(value)
    return f"[{number}]" if number is not None else _word(name, value)


def _whole(value: Any) -> int | None:
    if isinstance(value, bool) or not isinstance(value, (int, float)):
        return None
    return int(value) if value == value // 1 and abs(value) < 1e12 else None


def _shown(value: Any) -> str:
    return repr(value)[:60]


_READERS = {"query": _word, "lines": _ranges, "rows": _ranges, "path": _path}
