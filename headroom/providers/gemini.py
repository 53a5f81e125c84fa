"""Gemini contents: parts in `contents`, tool results as `functionResponse` objects.

The response is an object of any shape. A list or an object in it may go out as a string: the same
JSON, shortened.
"""

from __future__ import annotations

import json
from dataclasses import replace
from typing import TYPE_CHECKING, Any, ClassVar

from headroom.core.document import field, is_node
from headroom.core.types import Role, Segment
from headroom.providers._shape import Calls, Itemwise, asked, leaves, listed

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from headroom.core.types import Json, Path

_ROLES = {"user": Role.USER, "model": Role.ASSISTANT, "function": Role.TOOL, "system": Role.SYSTEM}
_SPELLINGS = ("functionResponse", "function_response")
_CALLS = ("functionCall", "function_call")
_SYSTEM = ("systemInstruction", "system_instruction")
_LONG = 400
"""Characters of a string that is a text of its own, and of a structure that may be shortened."""
_SIGNATURES = ("thoughtSignature", "thought_signature")


class Gemini(Itemwise):
    """Locates texts in `systemInstruction` and `contents`; signed parts and thoughts are pinned."""

    name: ClassVar[str] = "gemini"

    def preamble(self, body: Json) -> list[Segment]:
        """Return the texts of the system instruction."""
        found: list[Segment] = []
        for key in _SYSTEM:
            parts = field(field(body, key), "parts")
            found += _parts(parts, (key, "parts"), Role.SYSTEM, 0, Calls())
        return found

    def items(self, body: Json) -> tuple[Any, Path]:
        """Return the contents and the path to them."""
        return listed(body, "contents")

    def located(self, item: Json, path: Path, turn: int, calls: Calls) -> Iterable[Segment]:
        """Return the texts of one content, and take note of the calls that it makes."""
        name = field(item, "role")
        role = _ROLES.get(name, Role.USER) if isinstance(name, str) else Role.USER
        return _parts(field(item, "parts"), (*path, "parts"), role, turn, calls)

    def question(self, body: Json) -> str:
        """Return the text parts of the newest user content that has any, or ""."""
        contents, _ = listed(body, "contents")
        for content in reversed(contents):
            parts = field(content, "parts")
            if field(content, "role") in (None, "user") and isinstance(parts, (list, tuple)):
                text = asked(field(part, "text") for part in parts)
                if text:
                    return text
        return ""


class CodeAssist(Gemini):
    """Gemini's command line with a Google login: the request stands under `request`."""

    name: ClassVar[str] = "gemini-code-assist"
    inner: ClassVar[str] = "request"

    def preamble(self, body: Json) -> list[Segment]:
        """Return the texts of the system instruction."""
        found = super().preamble(field(body, self.inner))
        return [replace(each, path=(self.inner, *each.path)) for each in found]

    def items(self, body: Json) -> tuple[Any, Path]:
        """Return the contents and the path to them."""
        items, path = listed(field(body, self.inner), "contents")
        return items, (self.inner, *path)

    def question(self, body: Json) -> str:
        """Return the text parts of the newest user content that has any, or ""."""
        return super().question(field(body, self.inner))


class Counted(CodeAssist):
    """A request of Gemini's inside one that asks how many tokens it has."""

    name: ClassVar[str] = Gemini.name
    inner: ClassVar[str] = "generateContentRequest"


def _parts(parts: Any, path: Path, role: Role, turn: int, calls: Calls) -> Iterator[Segment]:
    for number, part in enumerate(parts if isinstance(parts, (list, tuple)) else ()):
        here = (*path, number)
        if isinstance(field(part, "text"), str):
            signed = any(field(part, key) for key in _SIGNATURES) or field(part, "thought") is True
            pinned = "signed thought" if signed else None
            yield Segment((*here, "text"), field(part, "text"), role, turn, pinned=pinned)
        for key in _CALLS:
            call = field(part, key)
            # Without an id its answer names the call by nothing but the function.
            calls.add(_id(call) or field(call, "name"), field(call, "name"), field(call, "args"))
        for key in _SPELLINGS:
            answer = field(part, key)
            if is_node(answer):
                yield from _answer(answer, (*here, key, "response"), turn, calls)


def _answer(answer: Any, path: Path, turn: int, calls: Calls) -> Iterator[Segment]:
    name = field(answer, "name")
    tool = name if isinstance(name, str) else None
    known = _id(answer)
    call = calls.answer(known if known in calls.by_id else tool)
    response = field(answer, "response")
    whole = _structures(response)
    for key, text in whole.items():
        yield call.answered((*path, key), text, turn, tool, known)
    if whole:
        response = {key: value for key, value in response.items() if key not in whole}
    for where, text in leaves(response, path):
        yield call.answered(where, text, turn, tool, known)


def _structures(response: Any) -> dict[str, str]:
    """Return the lists and objects of an answer that are worth shortening as wholes, as JSON.

    What functions return that return no text stands there as it is: records, mostly. One with a
    long string in it is told string by string.
    """
    found: dict[str, str] = {}
    for key, value in response.items() if type(response) is dict else ():
        if type(key) is str and type(value) in (list, dict):
            if any(len(text) >= _LONG for _, text in leaves(value, ())):
                continue
            try:
                text = json.dumps(value, ensure_ascii=False, separators=(",", ":"))
            except (TypeError, ValueError, RecursionError):
                continue  # objects of an SDK: only their strings are looked at
            if len(text) >= _LONG:
                found[key] = text
    return found


def _id(node: Any) -> str | None:
    found = field(node, "id")
    return found if isinstance(found, str) and found else None
