"""The three tools on the official SDK's server, whatever the transport."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import anyio
import mcp_types as types
from mcp.server import Server

from headroom.mcp.greeting import server_info
from headroom.mcp.tool import INSTRUCTIONS, tools

if TYPE_CHECKING:
    from headroom.mcp.toolbox import Toolbox


def create_server(toolbox: Toolbox) -> Server[Any]:
    """Return a server whose tools answer with texts alone.

    Results have no structured content, which clients would hand to the model a second time.
    """
    info = server_info()
    listed = types.ListToolsResult(tools=[types.Tool.model_validate(each) for each in tools()])

    async def list_tools(_: Any, __: Any) -> types.ListToolsResult:
        return listed

    async def call_tool(_: Any, params: types.CallToolRequestParams) -> types.CallToolResult:
        answer = await anyio.to_thread.run_sync(toolbox.call, params.name, params.arguments)
        content = types.TextContent(type="text", text=_sendable(answer.text))
        return types.CallToolResult(content=[content], is_error=answer.failed)

    return Server(
        info["name"],
        version=info["version"],
        title=info["title"],
        instructions=INSTRUCTIONS,
        on_list_tools=list_tools,
        on_call_tool=call_tool,
    )


def _sendable(text: str) -> str:
    """Return a text without lone surrogates, which no JSON on a wire can hold."""
    return text.encode("utf-8", "replace").decode()
