"""Amazon Bedrock's Converse: content blocks known by their only key, results in user turns."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, ClassVar

from headroom.core.document import field, is_node
from headroom.core.types import Role, Segment
from headroom.providers._shape import Blocks, Calls, asked, leaves, listed

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from headroom.core.types import Json, Path

_REASONING = ("reasoningContent", "reasoningText", "text")


class Converse(Blocks):
    """Locates texts in `system` and `messages`; reasoning is pinned.

    Of a tool's result these are its texts and the strings in its JSON. Models refuse JSON that is
    no object, so that an object stays one.
    """

    name: ClassVar[str] = "bedrock-converse"

    def preamble(self, body: Json) -> list[Segment]:
        """Return the texts of `system`."""
        return [
            Segment(("system", number, "text"), text, Role.SYSTEM, 0)
            for number, block in _numbered(field(body, "system"))
            if isinstance(text := field(block, "text"), str)
        ]

    def content(
        self, content: Any, path: Path, role: Role, turn: int, calls: Calls
    ) -> Iterable[Segment]:
        """Return the texts of one message's blocks, and take note of the calls among them."""
        return _content(content, path, role, turn, calls)

    def question(self, body: Json) -> str:
        """Return the texts of the newest user turn that has any, or ""."""
        for message in reversed(listed(body, "messages")[0]):
            if field(message, "role") == "user":
                blocks = _numbered(field(message, "content"))
                text = asked(field(block, "text") for _, block in blocks)
                if text:
                    return text
        return ""


def _numbered(blocks: Any) -> Iterator[tuple[int, Any]]:
    """Yield (index, block) for every object in a list; nothing for what is no list."""
    for number, block in enumerate(blocks if isinstance(blocks, (list, tuple)) else ()):
        if is_node(block):
            yield number, block


def _content(content: Any, path: Path, role: Role, turn: int, calls: Calls) -> Iterator[Segment]:
    for number, block in _numbered(content):
        here = (*path, number)
        if isinstance(field(block, "text"), str):
            yield Segment((*here, "text"), field(block, "text"), role, turn)
        call = field(block, "toolUse")
        calls.add(field(call, "toolUseId"), field(call, "name"), field(call, "input"))
        reasoning = field(field(field(block, "reasoningContent"), "reasoningText"), "text")
        if isinstance(reasoning, str):
            yield Segment((*here, *_REASONING), reasoning, role, turn, pinned="signed thinking")
        if is_node(field(block, "toolResult")):
            yield from _result(field(block, "toolResult"), (*here, "toolResult"), turn, calls)


def _result(result: Any, path: Path, turn: int, calls: Calls) -> Iterator[Segment]:
    call_id = field(result, "toolUseId")
    call = calls.get(call_id)
    known = call_id if isinstance(call_id, str) else None
    error = field(result, "status") == "error"
    for number, block in _numbered(field(result, "content")):
        here = (*path, "content", number)
        found = list(leaves(field(block, "json"), (*here, "json")))
        if isinstance(field(block, "text"), str):
            found.append(((*here, "text"), field(block, "text")))
        for where, text in found:
            yield call.answered(where, text, turn, call.name, known, error=error)
