"""`Piece`: what tells one thing that a model said from another, however its client writes it.

Clients keep what they were sent in their own way: they merge texts, drop thoughts, write ids and
arguments anew. What is compared here survives that.
"""

from __future__ import annotations

import json
import re
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from headroom.proxy.turn.leg import fields, under
from headroom.proxy.turn.offer import key

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from headroom.core.types import Json

_NO_LETTER = re.compile(r"[^A-Za-z0-9]")
_SEALS = ("signature", "data", "encrypted_content", "thoughtSignature", "id", "thinking")


@dataclass(frozen=True, slots=True)
class Piece:
    """One text, call or other thing in what a model said."""

    text: str | None = None
    call: str | None = None
    """Stands for name and arguments; ids are the client's, which may make some up."""
    seals: tuple[str, ...] = ()
    """Ids and signatures, of which clients keep some."""


def piece(value: Json) -> Piece:
    """Return what a block, item, part or call is known by, on any wire."""
    made = fields(value)
    seals = tuple(filter(None, (_plain(made.get(name)) for name in _SEALS)))
    call = _call(made)
    if call is not None:
        return Piece(call=call, seals=seals)
    return Piece(text=_text(made), seals=seals)


def _call(made: dict[str, Any]) -> str | None:
    for spelling in ("functionCall", "function_call"):
        call = under(made, spelling)
        if call:
            return _called(call.get("name"), call.get("args"))
    function = under(made, "function")
    if function:
        return _called(function.get("name"), function.get("arguments"))
    if made.get("type") == "tool_use":
        return _called(made.get("name"), made.get("input"))
    if "call_id" in made and "output" not in made:
        given = made.get("arguments", made.get("input", made.get("action")))
        return _called(made.get("name"), given)
    return None


def _called(name: Any, given: Any) -> str:
    if isinstance(given, str):
        try:
            given = json.loads(given or "{}")
        except (ValueError, RecursionError):
            given = given.strip()
    spelled = json.dumps([name, given or {}], sort_keys=True)
    return key(spelled.encode()).hex()


def _text(made: dict[str, Any]) -> str | None:
    """Return what is said to the user; None for what is not."""
    kind, text, content = made.get("type"), made.get("text"), made.get("content")
    if made.get("thought") is True:
        return None
    if kind in (None, "text", "output_text") and isinstance(text, str):
        return text
    if kind in (None, "message") and isinstance(content, str):
        return content
    if kind in (None, "message") and isinstance(content, list):
        return "".join(filter(None, (_text(fields(each)) for each in content)))
    return None


def _plain(value: Any) -> str:
    """Return the letters and digits of an id or a seal: clients write the others in their way."""
    return _NO_LETTER.sub("", value) if isinstance(value, str) else ""


def anchors(pieces: Iterable[Piece], before: bytes) -> list[bytes]:
    """Return the keys under which something may be known of a turn of the model.

    Args:
        pieces: the turn, as its client has it.
        before: key of all that came before it in its conversation.
    """
    return [key(before, kind, said) for kind, said in _known(pieces)]


def after(before: bytes, pieces: Iterable[Piece]) -> bytes:
    """Return the key of all up to the end of a turn of the model."""
    for kind, said in _known(pieces):
        before = key(before, b"said", kind, said)
    return before


def heard(before: bytes, text: str) -> bytes:
    """Return the key of all up to a text that the model was given."""
    return key(before, b"heard", _unspaced(text))


def _known(pieces: Iterable[Piece]) -> list[tuple[bytes, bytes]]:
    """Return what tells a turn from others, by kind: its calls, and its texts as one."""
    listed = list(pieces)
    found = [(b"call", each.call.encode()) for each in listed if each.call]
    text = b"".join(_unspaced(each.text) for each in listed if each.text)
    return [*found, (b"text", text)] if text else found


def _unspaced(text: str) -> bytes:
    return "".join(text.split()).encode("utf-8", "surrogatepass")


Place = tuple[int, int]
"""Index of a piece, and an offset in its text."""


def divide(pieces: Sequence[Piece], wanted: Iterable[Piece], start: Place = (0, 0)) -> Place:
    """Return where a turn goes on after what is wanted; what the client dropped is not missed."""
    at, offset = start
    for each in wanted:
        here = pieces[at] if at < len(pieces) else Piece()
        if not offset and not set(here.seals).isdisjoint(each.seals):
            at += 1
        elif each.text is not None:
            at, offset = _past(pieces, (at, offset), each.text)
        elif not offset and each.call is not None and here.call == each.call:
            at += 1
    return at, offset


def _past(pieces: Sequence[Piece], start: Place, text: str) -> Place:
    """Return where it goes on after a text, which the client may have merged, cut or trimmed."""
    at, offset = start
    while text:
        there = pieces[at].text if at < len(pieces) else None
        if there is None:
            return start if offset else (at, 0)
        there = there[offset:]
        if text.startswith(there):
            text, at, offset = text[len(there) :], at + 1, 0
        elif there.strip() == text.strip():
            return at + 1, 0
        elif there.startswith(text):
            return at, offset + len(text)
        else:
            return start
    return at, offset
