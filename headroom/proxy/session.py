"""`Session`: what a socket of the Responses API has told of its conversation so far.

Over such a socket each request holds new items only; the calls that they answer came down in the
answers before, and the tools were offered in the first request. Without them nothing tells a file
read from a log, or whether the conversation can fetch what is left out.
"""

from __future__ import annotations

import json
from dataclasses import replace
from typing import TYPE_CHECKING, Any

from headroom.engine.policy import file_rules, scene
from headroom.providers._shape import Calls
from headroom.providers.openai_responses import OpenAIResponses, answered, note_call
from headroom.proxy.usage import usage_of

if TYPE_CHECKING:
    from collections.abc import Callable

    from headroom.config import Options
    from headroom.proxy.account import Accounts, Saved

_CALLED = ("response.output_item.done", "response.completed")
_ENDS = ("response.completed", "response.incomplete", "response.failed")
_MOST_EVENT = 4_000_000
"""Characters of an event that is looked into."""


class Session:
    """The calls, the tools, the question and the savings of one conversation over one socket.

    One request is under way at a time, so that no lock is needed.
    """

    def __init__(self) -> None:
        self.calls = Calls()
        self.question = ""
        self.wire = OpenAIResponses(self.calls)
        self._tools: Any = None
        self._added: list[Any] = []
        self._whole = True
        self._conversation = b""
        self._saved = 0
        self._open: list[tuple[str | None, Saved]] = []

    def listen(self, body: Any) -> None:
        """Take note of what a request says, before it is shortened."""
        self._tools = body.get("tools") or self._tools
        items = body.get("input")
        for item in items if isinstance(items, list) else ():
            note_call(item, self.calls)
            added = isinstance(item, dict) and item.get("type") == "additional_tools"
            if added and item not in self._added:
                self._added.append(item)
        self.question = self.wire.question(body) or self.question
        if not all(each in self.calls.by_id for each in answered(body)):
            self._whole = False

    @property
    def scene(self) -> dict[str, Any]:
        """A body that offers the tools that the conversation has been offered."""
        return {"tools": self._tools, "input": self._added}

    def edits(self, options: Options) -> bool:
        """Whether the conversation is offered a tool that edits files, or has edited one."""
        if scene((), self.scene, options).editing:
            return True
        rules = file_rules()
        calls = self.calls.by_id.values()
        return any(rules.edits(call.name, call.command) for call in calls)

    @property
    def whole(self) -> bool:
        """Whether every call was seen that a result has answered."""
        return self._whole

    def opened(self, model: str | None, saved: Saved) -> None:
        """Take note that a request goes out, and what it lacks of its original."""
        self._conversation = self._conversation or saved.conversation
        # What was saved before is with the provider, and is missing from this request too.
        ours = replace(saved, conversation=self._conversation, old=saved.old + self._saved)
        self._saved += saved.new
        self._open.append((model, ours))

    def guard(self, accounts: Accounts) -> Callable[[bytes], bool]:
        """Return what says whether the conversation of this socket is shortened no further.

        A request over it holds only what is new, so only the first one's key is the conversation's.
        """
        return lambda first: accounts.stands_down(self._conversation or first)

    def answer(self, text: str, accounts: Accounts) -> None:
        """Take note of what an event of an answer says: calls, and at its end what it cost."""
        kind = next((each for each in (*_CALLED, *_ENDS) if f'"{each}"' in text), None)
        if kind is None or len(text) > _MOST_EVENT:
            return
        try:
            event = json.loads(text)
        except (ValueError, RecursionError):
            return
        if not isinstance(event, dict):
            return
        response = event.get("response")
        output = response.get("output") if isinstance(response, dict) else None
        for item in (event.get("item"), *(output if isinstance(output, list) else ())):
            note_call(item, self.calls)
        if event.get("type") in _ENDS and self._open:
            model, saved = self._open.pop(0)
            accounts.record(model, saved, usage_of(event))
