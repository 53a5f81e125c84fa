"""The server, driven by the official client: in memory, over stdio and over HTTP."""

import asyncio
import io
import json
import re
import subprocess
import sys

import anyio
import httpx2
import pytest
from mcp import Client
from mcp.client.stdio import StdioServerParameters, stdio_client
from mcp.shared.memory import create_client_server_memory_streams
from mcp_types.version import HANDSHAKE_PROTOCOL_VERSIONS

from headroom.mcp.greeting import VERSIONS, greeting
from headroom.mcp.http import create_http_app
from headroom.mcp.server import create_server
from headroom.mcp.stdio import Incoming, Outgoing
from headroom.mcp.tool import COMPRESS, INSTRUCTIONS, RETRIEVE, STATS, tools
from headroom.mcp.toolbox import Toolbox
from headroom.proxy.gate import Gate
from headroom.stores import open_store

LOG = "\n".join(f"2026-01-01 INFO worker {n} did its work in {n * 7 % 13} ms" for n in range(400))


@pytest.fixture
def toolbox():
    store = open_store("memory:")
    return Toolbox(lambda: store)


async def all_three(client):
    """Call every tool as a client does; return what they said."""
    assert [each.name for each in (await client.list_tools()).tools] == [COMPRESS, RETRIEVE, STATS]
    short = await client.call_tool(COMPRESS, {"text": LOG})
    ref = re.search(r'headroom_retrieve\("(\w{10})"', short.content[0].text).group(1)
    back = await client.call_tool(RETRIEVE, {"ref": ref, "lines": "2"})
    figures = await client.call_tool(STATS, {})
    for each in (short, back, figures):
        assert not each.is_error
        assert each.structured_content is None
        assert [block.type for block in each.content] == ["text"]
    assert back.content[0].text == LOG.split("\n")[1]
    return short, back, figures


def test_the_official_client_uses_all_three_tools_in_memory(toolbox):
    async def run():
        with anyio.fail_after(20):
            async with Client(create_server(toolbox)) as client:
                await all_three(client)
                failed = await client.call_tool(COMPRESS, {"txt": 1})
                assert failed.is_error
                assert "no argument txt" in failed.content[0].text

    asyncio.run(run())


def test_the_official_client_uses_all_three_tools_over_stdio(tmp_path):
    parameters = StdioServerParameters(
        command=sys.executable,
        args=["-m", "headroom", "mcp", "serve"],
        env={"HOME": str(tmp_path), "HEADROOM_STORE": f"sqlite:///{tmp_path / 'o.sqlite'}"},
    )

    async def run():
        with anyio.fail_after(30):
            async with Client(stdio_client(parameters), mode="legacy") as client:
                assert client.instructions == INSTRUCTIONS
                await all_three(client)

    asyncio.run(run())
    # Whoever shares the store has the originals too.
    assert (tmp_path / "o.sqlite").exists()


@pytest.mark.parametrize("mode", ["legacy", "auto"])
def test_the_official_client_uses_all_three_tools_over_http(toolbox, mode):
    async def run():
        app = create_http_app(toolbox, Gate())
        with anyio.fail_after(20):
            async with anyio.create_task_group() as group, lifespan(app, group):
                transport = httpx2.ASGITransport(app)
                async with httpx2.AsyncClient(transport=transport) as http:
                    from mcp.client.streamable_http import streamable_http_client

                    async with Client(
                        streamable_http_client("http://127.0.0.1:1/mcp", http_client=http),
                        mode=mode,
                    ) as client:
                        await all_three(client)

    asyncio.run(run())


class lifespan:  # noqa: N801 - used like a function
    """What a web server does around an application."""

    def __init__(self, app, group):
        self.app, self.group = app, group
        self.started, self.stop, self.stopped = anyio.Event(), anyio.Event(), anyio.Event()
        self.first = True

    async def receive(self):
        if self.first:
            self.first = False
            return {"type": "lifespan.startup"}
        await self.stop.wait()
        return {"type": "lifespan.shutdown"}

    async def send(self, message):
        (self.started if "startup" in message["type"] else self.stopped).set()

    async def __aenter__(self):
        self.group.start_soon(self.app, {"type": "lifespan"}, self.receive, self.send)
        await self.started.wait()

    async def __aexit__(self, *_):
        self.stop.set()
        await self.stopped.wait()


@pytest.mark.parametrize(
    ("gate", "path", "headers", "status"),
    [
        (Gate(), "/mcp", {"host": "evil.example"}, 403),
        (Gate(), "/mcp", {"origin": "https://evil.example"}, 403),
        (Gate("s"), "/mcp", {}, 401),
        (Gate("s"), "/mcp", {"x-headroom-token": "t"}, 401),
        (Gate("s"), "/t/t/mcp", {}, 401),
        (Gate("s"), "/mcp", {"x-headroom-token": "s"}, 400),
        (Gate("s"), "/t/s/mcp", {}, 400),
        (Gate(), "/elsewhere", {}, 404),
    ],
)
def test_only_this_machine_or_who_knows_the_token_is_let_in(toolbox, gate, path, headers, status):
    async def run():
        app = create_http_app(toolbox, gate)
        client = httpx2.AsyncClient(transport=httpx2.ASGITransport(app))
        with anyio.fail_after(20):
            async with anyio.create_task_group() as group, lifespan(app, group), client as http:
                return await http.get(f"http://127.0.0.1:1{path}", headers=headers)

    assert asyncio.run(run()).status_code == status


def asked(version, key=0):
    params = {
        "protocolVersion": version,
        "capabilities": {},
        "clientInfo": {"name": "x", "version": "1"},
    }
    return {"jsonrpc": "2.0", "id": key, "method": "initialize", "params": params}


def test_the_revisions_answered_early_are_the_sdks():
    assert VERSIONS == HANDSHAKE_PROTOCOL_VERSIONS


@pytest.mark.parametrize("version", VERSIONS)
def test_the_early_answer_is_the_one_that_the_sdk_gives(toolbox, version):
    from mcp.shared.message import SessionMessage
    from mcp_types import jsonrpc_message_adapter as adapter

    line = json.dumps(asked(version, "k"))

    async def run():
        server = create_server(toolbox)
        with anyio.fail_after(20):
            async with (
                create_client_server_memory_streams() as ((read, write), server_streams),
                anyio.create_task_group() as group,
            ):
                options = server.create_initialization_options()
                group.start_soon(server.run, *server_streams, options)
                await write.send(SessionMessage(adapter.validate_json(line)))
                got = await read.receive()
                group.cancel_scope.cancel()
        return json.loads(got.message.model_dump_json(by_alias=True, exclude_unset=True))

    assert greeting(line) == asyncio.run(run())


@pytest.mark.parametrize(
    "line",
    [
        "",
        "\n",
        "[]",
        "nonsense",
        "[" * 100_000,
        json.dumps(asked("2099-01-01")),
        json.dumps({**asked(VERSIONS[0]), "method": "tools/list"}),
        json.dumps({**asked(VERSIONS[0]), "id": None}),
        json.dumps({**asked(VERSIONS[0]), "params": {}}),
        json.dumps(
            {**asked(VERSIONS[0]), "params": {**asked(VERSIONS[0])["params"], "capabilities": 1}}
        ),
        json.dumps({"jsonrpc": "2.0", "id": 1, "method": "server/discover"}),
    ],
)
def test_what_is_no_plain_greeting_is_left_to_the_sdk(line):
    assert greeting(line) is None


class Wire(io.BytesIO):
    """Takes a few bytes at a time, as a full pipe does."""

    def write(self, data):
        return super().write(data[:7])


def test_the_sdks_own_answer_to_the_greeting_is_dropped_once():
    wire = Wire()
    out = Outgoing(wire, greeting(json.dumps(asked(VERSIONS[0], 5))))
    lines = [
        '{"jsonrpc":"2.0","method":"note"}\n',
        '{"jsonrpc":"2.0","id":5,"result":{}}\n',
        '{"jsonrpc":"2.0","id":5,"result":1}\n',
    ]
    for line in lines:
        out.write(line)
    assert wire.getvalue().decode() == lines[0] + lines[2]


def test_the_line_that_was_read_first_is_read_first():
    rest = io.TextIOWrapper(io.BytesIO(b"two\nthree\n"))
    incoming = Incoming("one\n", rest)
    assert list(iter(incoming.readline, "")) == ["one\n", "two\n", "three\n"]


def test_nothing_but_protocol_is_written_whatever_comes_in(tmp_path):
    lines = [
        asked("2025-06-18"),
        {"jsonrpc": "2.0", "method": "notifications/initialized"},
        {"jsonrpc": "2.0", "id": 1, "method": "tools/list"},
        {
            "jsonrpc": "2.0",
            "id": 2,
            "method": "tools/call",
            "params": {"name": COMPRESS, "arguments": {"text": LOG + "\ud800"}},
        },
        {"jsonrpc": "2.0", "id": 3, "method": "no/such"},
    ]
    sent = "\n".join(["", "not json", *map(json.dumps, lines)]) + "\n"
    with subprocess.Popen(
        [sys.executable, "-m", "headroom", "mcp", "serve"],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
        env={"HOME": str(tmp_path), "HEADROOM_STORE": "memory:", "PYTHONUNBUFFERED": "1"},
    ) as server:
        server.stdin.write(sent[1:])
        server.stdin.flush()
        said = []
        while {0, 1, 3} - {each.get("id") for each in said}:
            said.append(json.loads(server.stdout.readline()))
        server.stdin.close()
        said += [json.loads(line) for line in server.stdout]
    assert server.returncode == 0
    assert all(each["jsonrpc"] == "2.0" for each in said)
    by_id = {each["id"]: each for each in said if "id" in each}
    assert by_id[0]["result"]["protocolVersion"] == "2025-06-18"
    assert [each["name"] for each in by_id[1]["result"]["tools"]] == [
        each["name"] for each in tools()
    ]
    assert "error" in by_id[3]


def test_serving_imports_the_sdk_only_when_the_greeting_is_answered():
    code = (
        "import sys; from headroom.cli.main import main; import headroom.cli.mcp, headroom.mcp.stdio,"
        " headroom.mcp.toolbox; "
        "print([name for name in ('mcp', 'pydantic', 'anyio', 'headroom.engine.engine') if name in sys.modules])"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "[]"
