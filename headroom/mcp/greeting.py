"""The answer to `initialize`, given before the SDK is loaded.

Loading the SDK takes the better part of a second on a small machine, and some clients give a
server three seconds for all of its start while they themselves start. The first answer needs
nothing but the version that the client speaks, so it goes out at once; the SDK is given the same
request when it is there, and its own answer, which a test holds equal to this one, is dropped.
"""

from __future__ import annotations

import json
from typing import Any

import headroom
from headroom.mcp.tool import INSTRUCTIONS

VERSIONS = ("2024-11-05", "2025-03-26", "2025-06-18", "2025-11-25")
"""Revisions of the protocol that begin with `initialize`."""


def greeting(line: str) -> dict[str, Any] | None:
    """Return the answer to a line from a client, or None where that is the SDK's to give."""
    try:
        asked = json.loads(line)
        version = asked["params"]["protocolVersion"]
        key, method, jsonrpc = asked["id"], asked["method"], asked["jsonrpc"]
        whole = isinstance(asked["params"]["capabilities"], dict)
        named = isinstance(asked["params"]["clientInfo"]["name"], str)
    except (ValueError, KeyError, TypeError, RecursionError):
        return None
    plain = isinstance(key, (int, str)) and not isinstance(key, bool)
    if method != "initialize" or jsonrpc != "2.0" or not (plain and whole and named):
        return None
    if version not in VERSIONS:
        return None
    return {
        "jsonrpc": "2.0",
        "id": key,
        "result": {
            "protocolVersion": version,
            "capabilities": {"tools": {"listChanged": False}},
            "serverInfo": server_info(),
            "instructions": INSTRUCTIONS,
        },
    }


def server_info() -> dict[str, str]:
    """Return how this server introduces itself."""
    return {"name": "headroom", "title": "Headroom", "version": headroom.__version__}
