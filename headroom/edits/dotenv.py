"""Variables of a `.env` file set and removed, line by line."""

from __future__ import annotations

import json
import re
from typing import TYPE_CHECKING, Any

from headroom.edits.change import Raw
from headroom.edits.line import cut_lines, insert_after, last_line_end, line_end, line_start

if TYPE_CHECKING:
    from headroom.edits.change import Place

_LINE = re.compile(
    r"^\ufeff?[ \t]*(?:export[ \t]+)?([A-Za-z_][\w.]*)[ \t]*=[ \t]*"
    r"(\"(?:[^\"\\\n]|\\.)*\"|'[^'\n]*'|[^#\r\n]*?)[ \t]*(?:#.*)?\r?$",
    re.MULTILINE,
)
_BARE = re.compile(r"[\w./:@%+,-]*")


def parse(text: str) -> Any:
    """Return the variables; of several lines with one name the last counts."""
    return {found.group(1): _value(found.group(2)) for found in _LINE.finditer(text)}


def raw(text: str, place: Place) -> str:
    """Return how a variable's value is spelled."""
    return _found(text, place).group(2) if place else ""


def put(text: str, place: Place, value: Any) -> str:
    """Return the text with another value of a variable that it has."""
    start, end = _found(text, place).span(2)
    return text[:start] + _spelled(value) + text[end:]


def add(text: str, parent: Place, key: str | None, value: Any) -> str:
    """Return the text with one more variable at its end."""
    assert not parent
    return insert_after(text, last_line_end(text), f"{key}={_spelled(value)}")


def drop(text: str, place: Place) -> str:
    """Return the text without the line that gives a variable its value."""
    start = _found(text, place).start(1)
    return cut_lines(text, line_start(text, start), line_end(text, start))


def _found(text: str, place: Place) -> re.Match[str]:
    *_, last = (found for found in _LINE.finditer(text) if found.group(1) == place[0])
    return last


def _value(spelled: str) -> str:
    return spelled[1:-1] if spelled[:1] in ('"', "'") and len(spelled) > 1 else spelled


def _spelled(value: Any) -> str:
    if isinstance(value, Raw):
        return value.text
    return str(value) if _BARE.fullmatch(str(value)) else json.dumps(str(value), ensure_ascii=False)
