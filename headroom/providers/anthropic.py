"""Anthropic Messages: blocks in `messages`, tool results inside user turns, a separate `system`."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, ClassVar

from headroom.core.document import field
from headroom.core.types import Role, Segment
from headroom.providers._shape import Blocks, Calls, listed, newest, texts

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from headroom.core.types import Json, Path


class Anthropic(Blocks):
    """Locates texts in `system` and `messages`; thinking is pinned."""

    name: ClassVar[str] = "anthropic"

    def preamble(self, body: Json) -> list[Segment]:
        """Return the texts of `system`."""
        return [
            Segment(path, text, Role.SYSTEM, 0)
            for path, text, _ in texts(field(body, "system"), ("system",), ("text",))
        ]

    def content(
        self, content: Any, path: Path, role: Role, turn: int, calls: Calls
    ) -> Iterable[Segment]:
        """Return the texts of one message's blocks, and take note of the calls among them."""
        return _content(content, path, role, turn, calls)

    def question(self, body: Json) -> str:
        """Return the text blocks of the newest user turn that has any, or ""."""
        return newest(listed(body, "messages")[0], ("text",))


def _content(content: Any, path: Path, role: Role, turn: int, calls: Calls) -> Iterator[Segment]:
    if isinstance(content, str):
        yield Segment(path, content, role, turn)
        return
    for number, block in enumerate(content if isinstance(content, (list, tuple)) else ()):
        yield from _block(block, (*path, number), role, turn, calls)


def _block(block: Any, path: Path, role: Role, turn: int, calls: Calls) -> Iterator[Segment]:
    match field(block, "type"):
        case "text" if isinstance(field(block, "text"), str):
            yield Segment((*path, "text"), field(block, "text"), role, turn)
        case "thinking" if isinstance(field(block, "thinking"), str):
            where = (*path, "thinking")
            yield Segment(where, field(block, "thinking"), role, turn, pinned="signed thinking")
        case "tool_use":
            calls.add(field(block, "id"), field(block, "name"), field(block, "input"))
        case "tool_result":
            call_id = field(block, "tool_use_id")
            call = calls.get(call_id)
            known = call_id if isinstance(call_id, str) else None
            error = field(block, "is_error") is True
            for where, text in _told(field(block, "content"), (*path, "content")):
                yield call.answered(where, text, turn, call.name, known, error=error)
        case "search_result":
            for where, text in _found(block, path):
                yield Segment(where, text, Role.TOOL, turn)


def _told(content: Any, path: Path) -> Iterator[tuple[Path, str]]:
    """Yield the texts of a tool's result, those in its search results among them."""
    if not isinstance(content, (list, tuple)):
        yield from ((where, text) for where, text, _ in texts(content, path, ("text",)))
        return
    for number, block in enumerate(content):
        if field(block, "type") == "search_result":
            yield from _found(block, (*path, number))
        else:
            for (_, *rest), text, _ in texts([block], (), ("text",)):
                yield (*path, number, *rest), text


def _found(block: Any, path: Path) -> Iterator[tuple[Path, str]]:
    """Yield the texts of a search result, unless its words are to be cited: then they stay."""
    if field(field(block, "citations"), "enabled") is not True:
        for where, text, _ in texts(field(block, "content"), (*path, "content"), ("text",)):
            yield where, text
