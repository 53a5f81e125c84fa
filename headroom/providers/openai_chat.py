"""OpenAI Chat Completions, and every host that speaks it."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, ClassVar

from headroom.core.document import field
from headroom.core.types import Role, Segment
from headroom.providers._shape import Calls, Messages, listed, newest, texts

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from headroom.core.types import Json, Path

_ROLES = {
    "system": Role.SYSTEM,
    "developer": Role.SYSTEM,
    "user": Role.USER,
    "assistant": Role.ASSISTANT,
    "tool": Role.TOOL,
    "function": Role.TOOL,
}


class OpenAIChat(Messages):
    """Locates texts in `messages`; tool results are messages of role tool (or function)."""

    name: ClassVar[str] = "openai-chat"

    def located(self, item: Json, path: Path, turn: int, calls: Calls) -> Iterable[Segment]:
        """Return the texts of one message, and take note of the calls that it makes."""
        role = _role(field(item, "role"))
        if role is None:
            return ()
        made = field(item, "tool_calls")
        for call in made if isinstance(made, (list, tuple)) else ():
            function = field(call, "function")
            calls.add(field(call, "id"), field(function, "name"), field(function, "arguments"))
        return _message(item, role, (*path, "content"), turn, calls)

    def question(self, body: Json) -> str:
        """Return the text of the newest message of role user, or ""."""
        return newest(listed(body, "messages")[0], ("text",))


def _role(name: Any) -> Role | None:
    return _ROLES.get(name) if isinstance(name, str) else None


def _message(message: Any, role: Role, path: Path, turn: int, calls: Calls) -> Iterator[Segment]:
    content = field(message, "content")
    if role is not Role.TOOL:
        for where, text, _ in texts(content, path, ("text",)):
            yield Segment(where, text, role, turn)
        return
    call_id = field(message, "tool_call_id")
    call = calls.get(call_id)
    tool = field(message, "name") if isinstance(field(message, "name"), str) else call.name
    known = call_id if isinstance(call_id, str) else None
    for where, text, _ in texts(content, path, ("text",)):
        yield call.answered(where, text, turn, tool, known)
