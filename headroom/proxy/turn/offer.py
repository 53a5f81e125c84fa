"""Whether our tool is offered in a conversation, decided once, and how it gets into a request.

Tools stand at the front of what providers cache: one that came or went in the middle of a
conversation would cost all of its prefix. So it is there from the first request with tools on, or
never, and that is kept on disk.
"""

from __future__ import annotations

import json
from dataclasses import dataclass
from hashlib import blake2b
from typing import TYPE_CHECKING, Any

from headroom.cache.ledger import Sent
from headroom.ccr.bound import estimate
from headroom.ccr.tool import NAME, definition
from headroom.core.jsonspan import locate, skip_blank
from headroom.core.types import Role
from headroom.engine.policy import offered_tools
from headroom.proxy.turn.frame import spelled
from headroom.proxy.turn.leg import fields, under

if TYPE_CHECKING:
    from headroom.cache.ledger import Ledger
    from headroom.core.jsonpatch import BytesDocument
    from headroom.core.jsonspan import Span
    from headroom.core.protocols import Provider
    from headroom.core.types import Json

OFFERED, DECLINED = "offered", "declined"
LISTS = {
    "anthropic": "messages",
    "openai-chat": "messages",
    "openai-responses": "input",
    "gemini": "contents",
}
_DECLARED = ("functionDeclarations", "function_declarations")
_KEY = '"tools"'
_WRITTEN = ("assistant", "model")
_CHOICES = {"auto", "none", "any", "required"}
_MOST = 128
"""Functions that a request may have: with one more, OpenAI and Google refuse it."""
_SHAPES = ("json_object", "json_schema")
_JSON = "application/json"


@dataclass(frozen=True, slots=True)
class Offer:
    """Our tool is among the tools of a request."""

    wire: str
    conversation: bytes
    """Key of the conversation; the same in all of its requests."""
    tool: str = ""
    """Our tool as JSON, in the bytes in which it was offered first."""


def offer(body: Json, provider: Provider, ledger: Ledger, *, wanted: bool | None) -> Offer | None:
    """Return the offer that was made in the conversation of a request, or is made now, or None.

    Args:
        body: the decoded body as the client sent it.
        provider: its wire.
        ledger: where offers are kept.
        wanted: whether to make one where nothing is decided yet; None decides nothing.
    """
    wire, tools = provider.name, fields(body).get("tools")
    if wire not in LISTS or not isinstance(body, dict):
        return None
    # A thread is held by Anthropic, which gets what is new alone: we could not go on in it. What
    # warms a socket up is the same in all conversations.
    if body.get("thread") is not None or body.get("generate") is False:
        return None
    conversation = key_of(body, provider, ledger)
    if conversation is None:
        return None
    first = not _has_history(body, wire)
    if not isinstance(tools, list) or place(body, wire) is None:
        if first:
            _note(ledger, key(b"began", conversation), OFFERED)
        return None
    # Agents that work on one task together begin alike; what tells them apart are their tools.
    names = (name.encode("utf-8", "surrogatepass") for name in offered_tools(body))
    own = key(b"own", conversation, *names)
    known = ledger.get(own) or (None if first else ledger.get(conversation))
    if known is None and wanted is not None:
        made = _decided(body, wire, ledger, conversation, first=first) if wanted else DECLINED
        known = _note(ledger, own, made)
    if known is None or known.text in {None, DECLINED} or not _answerable(body):
        return None
    # The first notes did not say in which bytes.
    return Offer(wire, conversation, tool_of(wire) if known.text == OFFERED else known.text)


def customary(body: Json, ledger: Ledger) -> bool:
    """Whether our tool was offered in a conversation that began with these tools."""
    tools = fields(body).get("tools")
    return isinstance(tools, list) and ledger.get(_tools_key(tools)) is not None


def key_of(body: dict[str, Any], provider: Provider, ledger: Ledger) -> bytes | None:
    """Return the key of a conversation: its first text of the user, whatever the system's is."""
    before = body.get("previous_response_id")
    if isinstance(before, str):
        known = ledger.get(answer_key(before))
        return None if known is None else bytes.fromhex(json.loads(known.text or "{}")["of"])
    name = LISTS[provider.name]
    items = body.get(name)
    text = items if isinstance(items, str) else _first_text(items, name, provider)
    return key(b"offer", provider.name.encode(), text.encode("utf-8", "surrogatepass"))


def answer_key(answer_id: str) -> bytes:
    """Return the key under which it is noted what followed on a stored answer of a provider."""
    return key(b"answer", answer_id.encode("utf-8", "surrogatepass"))


def key(*parts: bytes) -> bytes:
    """Return the key of a note in the ledger; no two lists of parts share one."""
    made = blake2b(digest_size=32, person=b"headroom turn")
    for part in parts:
        made.update(len(part).to_bytes(8, "big"))
        made.update(part)
    return made.digest()


def _first_text(items: Any, name: str, provider: Provider) -> str:
    for item in items if isinstance(items, list) else ():
        if fields(item).get("role", "user") == "user":
            for segment in provider.segments({name: [item]}):
                if segment.role is Role.USER:
                    return segment.text
    return ""


def _decided(
    body: dict[str, Any], wire: str, ledger: Ledger, conversation: bytes, *, first: bool
) -> str:
    """Decide, for good, whether the tool is offered: as the JSON that is returned, or `DECLINED`.

    In that JSON it stays, also where the conversation goes on in a later version of ours.

    A conversation that began elsewhere keeps its prefix, unless its client is one whose other
    conversations have the tool: then a changed beginning is likelier than a foreign one.
    """
    same_tools = _tools_key(body["tools"])
    first = first or ledger.get(key(b"began", conversation)) is not None
    if _is_forced(body) or _is_shaped(body) or not _answerable(body):
        made = DECLINED
    elif first:
        _note(ledger, same_tools, OFFERED)
        made = tool_of(wire)
    else:
        made = DECLINED if ledger.get(same_tools) is None else tool_of(wire)
    _note(ledger, conversation, made)
    return made


def _tools_key(tools: list[Json]) -> bytes:
    return key(b"tools", json.dumps(tools, sort_keys=True).encode("utf-8", "surrogatepass"))


def _note(ledger: Ledger, name: bytes, text: str) -> Sent:
    """Keep a note; return the one that stands."""
    return ledger.put_all({name: Sent(text, 0, 0)})[0]


def _has_history(body: dict[str, Any], wire: str) -> bool:
    if body.get("previous_response_id") is not None:
        return True
    items = body.get(LISTS[wire])
    return any(
        fields(item).get("role") in _WRITTEN or fields(item).get("type") == "function_call"
        for item in (items if isinstance(items, list) else ())
    )


def _is_forced(body: dict[str, Any]) -> bool:
    """Whether one tool has to be called: then an answer has a form, and nothing to look up."""
    calling = _calling(body)
    if calling.get("allowedFunctionNames") or calling.get("allowed_function_names"):
        return True
    choice = body.get("tool_choice")
    kind = fields(choice).get("type", "auto") if isinstance(choice, dict) else choice
    return isinstance(kind, str) and kind not in _CHOICES


def _calling(body: dict[str, Any]) -> dict[str, Any]:
    """Return what a request to Gemini says about calls."""
    config = under(body, "toolConfig") or under(body, "tool_config")
    return under(config, "functionCallingConfig") or under(config, "function_calling_config")


def _is_shaped(body: dict[str, Any]) -> bool:
    """Whether the answer is to be JSON: what is said before a call of ours would stand in it."""
    config = under(body, "generationConfig") or under(body, "generation_config")
    if _JSON in (config.get("responseMimeType"), config.get("response_mime_type")):
        return True
    formats = (
        under(body, "response_format"),
        under(under(body, "text"), "format"),
        under(under(body, "output_config"), "format"),
        under(body, "output_format"),
    )
    return any(each.get("type") in _SHAPES for each in formats)


def _is_full(body: dict[str, Any]) -> bool:
    """Whether there is no room for one more function."""
    listed = body.get("tools")
    tools = [fields(each) for each in (listed if isinstance(listed, list) else ())]
    declared = [each[name] for each in tools for name in _DECLARED if name in each]
    counts = [len(each) for each in declared if isinstance(each, list)]
    return max(len(tools), sum(counts)) >= _MOST


def _answerable(body: dict[str, Any]) -> bool:
    """Whether calls of ours could be taken out of the answer, and no other tool has our name."""
    if NAME in set(offered_tools(body)) or _is_full(body) or _alternatives(body) > 1:
        return False
    if _calling(body).get("streamFunctionCallArguments"):
        return False  # Calls come in pieces then, of which only the first has a name.
    return body.get("conversation") is None and body.get("background") is not True


def place(body: dict[str, Any], wire: str) -> tuple[str | int, ...] | None:
    """Return the path of the list in a request that our tool is the last of; None for none.

    Where a client declares no function of its own, there is nothing to be left out of its results.
    """
    tools = body.get("tools")
    if not isinstance(tools, list):
        return None
    if wire == "gemini":
        for n in reversed(range(len(tools))):
            for name in _DECLARED:
                if fields(tools[n]).get(name) and isinstance(tools[n][name], list):
                    return "tools", n, name
        return None
    return ("tools",) if any(map(_is_function, tools)) else None


def _is_function(tool: Any) -> bool:
    kind = fields(tool).get("type", "custom")
    return kind in ("function", "custom") or "input_schema" in tool


def _alternatives(body: dict[str, Any]) -> int:
    """Return how many answers a request asks for."""
    config = under(body, "generationConfig") or under(body, "generation_config")
    asked = (body.get("n"), config.get("candidateCount"), config.get("candidate_count"))
    return max([1, *(each for each in asked if isinstance(each, int))])


def with_tool(document: BytesDocument, offer: Offer) -> BytesDocument:
    """Return a request with our tool as the last one, every other byte as it was.

    Raises:
        NotSpliceable: the list of tools stands twice.
    """
    body = document.tree
    path = place(body, offer.wire)
    assert path is not None
    span = _tools(document, path[1:])
    for step in path[1:]:
        span = span.children[step]
    end = span.items[-1].end
    grown = _grown(body, path, json.loads(offer.tool))
    return document.spliced(((end, end, "," + offer.tool),), grown)


def _tools(document: BytesDocument, path: tuple[str | int, ...]) -> Span:
    """Return where the tools stand; a path leads to the list among them whose items are wanted.

    Raises:
        NotSpliceable: the key stands twice.
    """
    trail: dict[str | int, Any] = {-1: {}}
    for step in reversed(path):
        trail = {step: trail}
    text = document.text
    if text.count(_KEY) == 1:  # Then it is the one, and the long history need not be read.
        colon = skip_blank(text, text.index(_KEY) + len(_KEY))
        start = skip_blank(text, colon + 1)
        if text[colon : colon + 1] == ":" and text[start : start + 1] == "[":
            span = locate(text, start, trail)
            if json.loads(text[start : span.end]) == document.tree["tools"]:
                return span
    return document.located({"tools": trail})[1].children["tools"]


def size(offer: Offer) -> int:
    """Return about how many tokens our tool takes in a request."""
    return estimate(offer.tool)


def tool_of(wire: str) -> str:
    """Return our tool as JSON, as this version offers it."""
    made = definition(wire)
    return spelled(made["functionDeclarations"][0] if wire == "gemini" else made).decode()


def _grown(node: Any, path: tuple[str | int, ...], tool: Any) -> Any:
    """Return a copy of a tree, shared as far as can be, with a tool behind a list's others."""
    if not path:
        return [*node, tool]
    copy: Any = dict(node) if isinstance(node, dict) else list(node)
    copy[path[0]] = _grown(node[path[0]], path[1:], tool)
    return copy
