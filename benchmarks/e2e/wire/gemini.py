"""Gemini's generateContent and streamGenerateContent."""

from __future__ import annotations

import base64
from typing import TYPE_CHECKING, Any

from benchmarks.e2e.view import Json, RefusedError, Tool, Turn, View, canonical, chunks, text_of

if TYPE_CHECKING:
    from collections.abc import Iterator


def view(body: Json) -> View:
    """Return what a request says; RefusedError where calls and responses do not pair."""
    found = View(body.get("model", ""))
    found.pieces = [canonical([body.get("systemInstruction"), body.get("tools")])]
    for group in body.get("tools") or ():
        for each in group.get("functionDeclarations") or ():
            schema = each.get("parametersJsonSchema") or each.get("parameters") or {}
            found.tools.append(Tool(each["name"], schema))
    waiting = 0
    for content in body.get("contents") or ():
        found.pieces.append(canonical(content))
        parts = content.get("parts") or []
        given = [each["functionResponse"] for each in parts if "functionResponse" in each]
        if len(given) != waiting:
            raise RefusedError("the number of function responses is not that of the calls")
        calls = [each for each in parts if "functionCall" in each]
        if any(_sealed(each) for each in calls):
            raise RefusedError("a thought signature is not valid")
        waiting = len(calls)
        found.texts += [("result", _text(each.get("response"))) for each in given]
        if content.get("role", "user") == "user" and not given:
            found.texts.append(("user", text_of(parts)))
    config = body.get("generationConfig") or {}
    found.schema = config.get("responseJsonSchema") or config.get("responseSchema")
    return found


def _seal(name: str) -> str:
    return base64.b64encode(f"the seal of {name}".encode()).decode()


def _sealed(part: Json) -> bool:
    """Say whether a call's signature was changed; one that is missing was dropped by the client."""
    given = part.get("thoughtSignature", "").replace("-", "+").replace("_", "/")
    return given not in {
        "",
        _seal(part["functionCall"]["name"]),
        "skip/thought/signature/validator",
    }


def _text(response: Any) -> str:
    values = response.values() if isinstance(response, dict) else ()
    return "\n".join(each for each in values if isinstance(each, str))


def _reply(turn: Turn, parts: list[Json], *, last: bool) -> Json:
    prompt, cached, said = turn.usage
    candidate: Json = {"content": {"role": "model", "parts": parts}, "index": 0}
    return {
        "candidates": [candidate | ({"finishReason": "STOP"} if last else {})],
        "usageMetadata": {
            "promptTokenCount": prompt,
            "cachedContentTokenCount": cached,
            "candidatesTokenCount": said,
            "totalTokenCount": prompt + said,
        },
        "modelVersion": turn.model,
        "responseId": turn.id,
    }


def _calls(turn: Turn) -> list[Json]:
    return [
        {
            "functionCall": {"name": call.tool.name, "args": call.arguments},
            "thoughtSignature": _seal(call.tool.name),
        }
        for call in turn.calls
    ]


def answer(turn: Turn) -> Json:
    """Return a whole answer."""
    return _reply(turn, [{"text": turn.text}, *_calls(turn)], last=True)


def events(turn: Turn, _body: Json) -> Iterator[tuple[str, Json]]:
    """Yield the chunks of a streamed answer."""
    for piece in chunks(turn.text):
        yield "", _reply(turn, [{"text": piece}], last=False)
    yield "", _reply(turn, _calls(turn) or [{"text": ""}], last=True)


def error(status: int, message: str) -> Json:
    """Return the body of a failure."""
    kind = {400: "INVALID_ARGUMENT", 404: "NOT_FOUND"}.get(status, "UNAVAILABLE")
    return {"error": {"code": status, "message": message, "status": kind}}
