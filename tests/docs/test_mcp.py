"""The pages on the server and the doctor name what there is."""

from pathlib import Path

from headroom.doctor import clash, client, install, routing, storage
from headroom.mcp.client import clients
from headroom.mcp.tool import tools

DOCS = Path(__file__).resolve().parent.parent.parent / "docs"
MCP, DOCTOR = ((DOCS / name).read_text("utf-8") for name in ("mcp.md", "doctor.md"))


def test_every_tool_stands_with_its_arguments():
    for tool in tools():
        (row,) = [line for line in MCP.splitlines() if line.startswith(f"| `{tool['name']}`")]
        assert [name for name in tool["inputSchema"]["properties"] if f"`{name}`" not in row] == []


def test_every_client_stands_with_its_name_and_key():
    for name, each in clients().items():
        (row,) = [line for line in MCP.splitlines() if line.startswith(f"| `{name}` |")]
        assert each.title in row
        assert ".".join(each.at) in row


def test_every_area_of_the_doctor_is_explained():
    areas = [
        install.AREA,
        storage.AREA,
        routing.PROXY,
        routing.AGENT,
        routing.UPSTREAM,
        client.AREA,
        clash.AREA,
    ]
    assert [area for area in areas if f"| `{area}` |" not in DOCTOR] == []
