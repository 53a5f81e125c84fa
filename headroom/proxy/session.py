"""`Session`: what a socket of the Responses API has told of its conversation so far.

Over such a socket each request holds new items only; the calls that they answer came down in the
answers before, and the tools were offered in the first request. Without them nothing tells a file
read from a log, or whether the conversation can fetch what is left out.
"""

from __future__ import annotations

import json
import re
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any

from headroom.engine.policy import cannot_fetch, continued, file_rules, is_ours, scene
from headroom.providers._shape import Calls
from headroom.providers.openai_responses import OpenAIResponses, answered, note_call
from headroom.proxy.money.usage import usage_of

if TYPE_CHECKING:
    from collections.abc import Callable

    from headroom.config import Options
    from headroom.proxy.money.account import Accounts, Saved
    from headroom.proxy.report import Report

_CALLED = ("response.output_item.done", "response.completed")
_FAILED = "error"
_ENDS = ("response.completed", "response.incomplete", "response.failed")
_ERROR = re.compile(r'"type"\s*:\s*"error"')
FAILED = "upstream_error"
"""What the report of a request says that its provider refused."""
_MOST_EVENT = 4_000_000
"""Characters of an event that is looked into; of a longer one, only for what it cost."""
_HEAD = 200
"""Characters in which a long event says what it is."""
_USAGE = re.compile(r'"usage"\s*:\s*(?=\{)')


@dataclass(frozen=True, slots=True)
class Asked:
    """A request that is not answered to its end yet."""

    model: str | None
    saved: Saved | None
    """None where nothing was looked at, so that nothing is known of what it costs direct."""
    report: Report
    """Of the turn: one in which our tool is called has several requests."""


class Session:
    """The calls, the tools, the question and the savings of one conversation over one socket.

    One request is shortened at a time, in a thread, while answers to the ones before may still
    come: what both touch are the calls alone, which are looked through as they are at a time.
    """

    def __init__(self) -> None:
        self.calls = Calls()
        self.question = ""
        self.wire = OpenAIResponses(self.calls)
        self.barred = False
        """Whether its shell could not run our command when that was tried last."""
        self._tools: Any = None
        self._added: list[Any] = []
        self._whole = True
        self._conversation = b""
        self._saved = 0
        self._open: list[Asked] = []

    def listen(self, body: Any) -> None:
        """Take note of what a request says, before it is shortened."""
        self._tools = body.get("tools") or self._tools
        if not continued(body):
            self._saved = 0  # It holds all of its conversation itself.
        items = body.get("input")
        for item in items if isinstance(items, list) else ():
            note_call(item, self.calls)
            added = isinstance(item, dict) and item.get("type") == "additional_tools"
            if added and item not in self._added:
                self._added.append(item)
        self.question = self.wire.question(body) or self.question
        known = self.calls.known()
        if any(is_ours(call.command) for call in known.values()):
            failed = cannot_fetch(self.wire.segments(body))
            self.barred = self.barred if failed is None else failed
        if not all(each in known for each in answered(body)):
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
        calls = self.calls.known().values()
        return any(rules.edits(call.name, call.command) for call in calls)

    @property
    def whole(self) -> bool:
        """Whether every call was seen that a result has answered."""
        return self._whole

    def opened(self, asked: Asked) -> None:
        """Take note that a request goes out, and what it lacks of its original."""
        if asked.saved is not None:
            saved = asked.saved
            self._conversation = self._conversation or saved.conversation
            # What was saved before is with the provider, and is missing from this request too.
            old = saved.old + self._saved
            saved = replace(saved, conversation=self._conversation, old=old)
            asked = replace(asked, saved=saved)
        self._open.append(asked)

    def guard(self, accounts: Accounts) -> Callable[[bytes], bool]:
        """Return what says whether of the conversation of this socket nothing more is left out.

        A request over it holds only what is new, so only the first one's key is the conversation's.
        """
        return lambda first: accounts.stands_down(self._conversation or first)

    def answer(self, text: str, accounts: Accounts) -> Report | None:
        """Take note of what an event of an answer says: calls, and at its end what it cost.

        Returns:
            The report of a turn that is over with it.
        """
        if self._open:
            self._open[0].report.ended("upstream")
        head = text if len(text) <= _MOST_EVENT else text[:_HEAD]
        kind = next((each for each in (*_CALLED, *_ENDS) if f'"{each}"' in head), None)
        if kind is None and not _ERROR.search(head):
            return None
        event = _decoded(text) if head is text else _long(text, kind or _FAILED)
        if not isinstance(event, dict):
            return None
        response = event.get("response")
        output = response.get("output") if isinstance(response, dict) else None
        for item in (event.get("item"), *(output if isinstance(output, list) else ())):
            note_call(item, self.calls)
        if event.get("type") not in (*_ENDS, _FAILED) or not self._open:
            return None
        asked = self._open.pop(0)
        return self._over(asked, event, accounts)

    def close(self, accounts: Accounts) -> list[Report]:
        """Take note that nothing more comes; return the reports of turns that are over with it."""
        left, self._open = self._open, []
        for asked in left:
            asked.report.error = asked.report.error or "socket_closed"
            asked.report.ended("relay")
            if asked.saved is not None:
                accounts.record(asked.model, asked.saved, None)
        return list({id(asked.report): asked.report for asked in left}.values())

    def _over(self, asked: Asked, event: dict[str, Any], accounts: Accounts) -> Report | None:
        usage = usage_of(event)
        if event["type"] == _FAILED:  # It cost nothing, and nothing of it is with the provider.
            asked.report.error = FAILED
        elif asked.saved is not None:
            self._saved += asked.saved.new
            accounts.record(asked.model, asked.saved, usage)
        if usage is not None:
            asked.report.usage.append(usage)
        if any(each.report is asked.report for each in self._open):
            return None
        asked.report.ended("relay")
        return asked.report


def _decoded(text: str) -> Any:
    try:
        return json.loads(text)
    except (ValueError, RecursionError):
        return None


def _long(text: str, kind: str) -> dict[str, Any]:
    """Return what is looked at of an event that takes too long to be read as a whole."""
    *_, last = (None, *_USAGE.finditer(text))
    if last is None:
        return {"type": kind}
    try:
        return {"type": kind, "usage": json.JSONDecoder().raw_decode(text, last.end())[0]}
    except (ValueError, RecursionError):
        return {"type": kind}
