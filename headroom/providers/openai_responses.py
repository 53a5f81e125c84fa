"""OpenAI Responses: a list of items of many types under `input`."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, ClassVar

from headroom.core.document import field
from headroom.core.types import Role, Segment
from headroom.providers._shape import Calls, Itemwise, listed, newest, texts

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from headroom.core.types import Json, Path

_ROLES = {
    "system": Role.SYSTEM,
    "developer": Role.SYSTEM,
    "user": Role.USER,
    "assistant": Role.ASSISTANT,
}
_TEXTS = ("input_text", "output_text", "text")
_STREAMS = ("stdout", "stderr")
_CALLS = ("function_call", "custom_tool_call", "local_shell_call", "shell_call", "apply_patch_call")
_OUTPUTS = (
    "function_call_output",
    "custom_tool_call_output",
    "local_shell_call_output",
    "shell_call_output",
    "apply_patch_call_output",
)


class OpenAIResponses(Itemwise):
    """Locates texts in `instructions` and `input`; reasoning items are pinned.

    Args:
        calls: tool calls that the body may answer without holding them, as over a socket.
    """

    name: ClassVar[str] = "openai-responses"

    def __init__(self, calls: Calls | None = None) -> None:
        self._known = calls

    def beginning(self) -> Calls:
        """Return the calls that are known before the first item."""
        return Calls() if self._known is None else Calls(self._known.by_id.items())

    def preamble(self, body: Json) -> list[Segment]:
        """Return the instructions, and an input that is one text."""
        found: list[Segment] = []
        instructions = field(body, "instructions")
        if isinstance(instructions, str):
            found.append(Segment(("instructions",), instructions, Role.SYSTEM, 0))
        if isinstance(field(body, "input"), str):
            found.append(Segment(("input",), field(body, "input"), Role.USER, 0))
        return found

    def items(self, body: Json) -> tuple[Any, Path]:
        """Return the items of the input and the path to them."""
        return listed(body, "input")

    def located(self, item: Json, path: Path, turn: int, calls: Calls) -> Iterable[Segment]:
        """Return the texts of one item, and take note of the call that it is."""
        return _item(item, path, turn, calls)

    def question(self, body: Json) -> str:
        """Return the text of the newest user message, or ""."""
        if isinstance(field(body, "input"), str):
            return str(field(body, "input"))
        return newest(listed(body, "input")[0], _TEXTS)


def note_call(item: Any, calls: Calls) -> None:
    """Remember the tool call that an item is; of other items nothing is remembered."""
    kind = field(item, "type")
    if kind in _CALLS:
        arguments = field(item, "arguments") or field(item, "input") or field(item, "action")
        name = field(item, "name") or kind.removesuffix("_call")
        calls.add(field(item, "call_id") or field(item, "id"), name, arguments)


def answered(body: Json) -> list[str]:
    """Return the ids of the calls of which the items of a body hold the output."""
    items = [item for item in listed(body, "input")[0] if field(item, "type") in _OUTPUTS]
    return [each for each in (field(item, "call_id") for item in items) if isinstance(each, str)]


def _item(item: Any, path: Path, turn: int, calls: Calls) -> Iterator[Segment]:
    kind, role = field(item, "type"), field(item, "role")
    if kind in _CALLS:
        note_call(item, calls)
    elif kind in _OUTPUTS:
        call_id = field(item, "call_id")
        call = calls.get(call_id)
        known = call_id if isinstance(call_id, str) else None
        output, here = field(item, "output"), (*path, "output")
        for where, text in (*_plain(output, here), *_printed(output, here)):
            yield call.answered(where, text, turn, call.name, known)
    elif kind == "reasoning":
        for where, text, _ in texts(field(item, "summary"), (*path, "summary"), ("summary_text",)):
            yield Segment(where, text, Role.ASSISTANT, turn, pinned="reasoning")
    elif isinstance(role, str) and role in _ROLES and kind in (None, "message"):
        for where, text, _ in texts(field(item, "content"), (*path, "content"), _TEXTS):
            yield Segment(where, text, _ROLES[role], turn)


def _plain(output: Any, path: Path) -> Iterator[tuple[Path, str]]:
    for where, text, _ in texts(output, path, _TEXTS):
        yield where, text


def _printed(output: Any, path: Path) -> Iterator[tuple[Path, str]]:
    """Yield what the commands of one call of a shell printed."""
    for number, each in enumerate(output if isinstance(output, (list, tuple)) else ()):
        for key in _STREAMS:
            if isinstance(field(each, key), str):
                yield (*path, number, key), field(each, key)
