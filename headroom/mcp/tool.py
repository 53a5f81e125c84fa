"""The tools as clients are told of them. Nothing here imports the SDK: it is needed before that."""

from __future__ import annotations

from typing import Any

from headroom.ccr.tool import NAME as RETRIEVE
from headroom.ccr.tool import definition

COMPRESS = "headroom_compress"
STATS = "headroom_stats"
INSTRUCTIONS = (
    "Texts that begin with [headroom:...] are shortened; where one names a ref, headroom_retrieve "
    "brings back what was left out. headroom_compress shortens a text that is too long to keep."
)
_HINTS = {
    "readOnlyHint": True,
    "destructiveHint": False,
    "idempotentHint": True,
    "openWorldHint": False,
}
"""Some clients refuse tools without these when nobody can be asked."""
_META = {"anthropic/alwaysLoad": True, "anthropic/maxResultSizeChars": 500_000}
"""Claude Code hides tools behind a search, and puts long results into files, without these."""
_TEXT = {"type": "string", "description": "The whole text, as it is."}
_QUESTION = {
    "type": "string",
    "description": "What you want to know from it; what answers that stays.",
}
_TARGET = {"type": "integer", "description": "Most tokens that it may have afterwards."}


def tools() -> list[dict[str, Any]]:
    """Return the definitions of all tools, as `tools/list` answers; equal in every process."""
    retrieve = definition("anthropic")
    return [
        _tool(
            COMPRESS,
            "Shorten a long text",
            "Shorten a long text (log, JSON, search results, diff, web page, code, prose) to what "
            "matters and store the whole. Use it before you keep a long text or hand it on. The "
            "answer says what was left out and the ref under which headroom_retrieve brings any "
            "part back. Do NOT use it on a text that you are about to edit or quote exactly.",
            {"text": _TEXT, "question": _QUESTION, "target_tokens": _TARGET},
            ["text"],
        ),
        _tool(
            RETRIEVE,
            "Bring back what was left out",
            retrieve["description"],
            retrieve["input_schema"]["properties"],
            retrieve["input_schema"]["required"],
        ),
        _tool(
            STATS,
            "What was saved",
            "Say how many tokens were saved: by this server since it started, and by the Headroom "
            "proxies that run on this machine; and where originals are stored.",
            {},
            [],
        ),
    ]


def _tool(
    name: str, title: str, description: str, properties: dict[str, Any], required: list[str]
) -> dict[str, Any]:
    return {
        "name": name,
        "title": title,
        "description": description,
        "inputSchema": {"type": "object", "properties": properties, "required": required},
        "annotations": _HINTS,
        "_meta": _META,
    }
