"""Who is let in."""

from __future__ import annotations

import json
from urllib.parse import quote

import pytest

from headroom.errors import ConfigurationError
from headroom.proxy.app import create_app
from headroom.proxy.gate import Gate, is_loopback
from headroom.proxy.serving.server import serve
from tests.proxy.standin import play, running


@pytest.mark.parametrize(
    "host",
    ["localhost", "localhost:8787", "127.0.0.1:1", "[::1]:8787", "[0:0:0:0:0:0:0:1]", "LOCALHOST"],
)
def test_the_names_of_this_machine_are_let_in(host):
    assert Gate().refusal("/v1/x", [(b"host", host.encode())]) is None


@pytest.mark.parametrize(
    "host",
    ["evil.example", "127.0.0.1.evil.example", "localhost.evil.example:80", "", "[", "0.0.0.0"],
)
def test_other_names_are_not(host):
    assert Gate().refusal("/v1/x", [(b"host", host.encode())]).status == 403
    assert Gate().refusal("/v1/x", []).status == 403


@pytest.mark.parametrize("origin", ["https://evil.example", "null", "", "file://", "http://["])
def test_pages_of_other_origins_are_not(origin):
    headers = [(b"host", b"localhost"), (b"origin", origin.encode())]
    assert Gate().refusal("/v1/x", headers).status == 403


@pytest.mark.parametrize("host", ["evil.example:80@localhost", "localhost#evil.example", "localhost/x", "localhost?evil.example"])  # fmt: skip
def test_what_can_be_read_as_another_name_is_not(host):
    assert Gate().refusal("/", [(b"host", host.encode())]).status == 403
    page = (b"origin", f"http://{host}".encode())
    assert Gate().refusal("/", [(b"host", b"localhost"), page]).status == 403


@pytest.mark.parametrize("other", [(b"host", b"evil.example"), (b"Host", b""), (b"origin", b"http://evil.example")])  # fmt: skip
@pytest.mark.parametrize("last", [True, False])
def test_who_names_two_hosts_or_origins_is_let_in_only_where_both_are_ours(other, last):
    ours = [(b"host", b"localhost"), (b"origin", b"http://localhost:3")]
    assert Gate().refusal("/", ours + ours) is None
    assert Gate().refusal("/", [*ours, other] if last else [other, *ours]).status == 403


def test_pages_of_this_machine_and_named_hosts_are():
    gate = Gate(hosts=frozenset(("box.lan",)))
    assert gate.refusal("/", [(b"host", b"box.lan:1"), (b"origin", b"http://localhost:3")]) is None


@pytest.mark.parametrize(
    ("listed", "host"),
    [
        ("Proxy.Corp.Example", "proxy.corp.example:8787"),
        ("proxy", "PROXY"),
        ("proxy:8787", "proxy"),
        ("fd00:0:0::1", "[fd00::1]:80"),
        ("[FD00::1]:8787", "[fd00::1]"),
        ("10.0.0.7:80", "10.0.0.7:8787"),
        ("http://proxy:8787/v1", "proxy"),
    ],
)
def test_a_host_is_let_in_however_it_was_listed(listed, host):
    gate = Gate(hosts=frozenset((listed,)))
    assert gate.refusal("/", [(b"host", host.encode())]) is None
    assert gate.refusal("/", [(b"host", b"other.example")]).status == 403


@pytest.mark.parametrize("listed", ["", " ", "[", ":80", "http://[::1", "http://"])
def test_what_names_no_host_lets_nobody_in(listed):
    gate = Gate(hosts=frozenset((listed,)))
    for host in (b"", b"[", b":80", b"http"):
        assert gate.refusal("/", [(b"host", host)]).status == 403
    assert gate.refusal("/", []).status == 403


@pytest.mark.parametrize(
    ("path", "headers", "there"),
    [
        ("/t/s3cret/v1/x", [], "/v1/x"),
        ("/t/s3cret", [], "/"),
        ("/v1/x", [(b"x-headroom-token", b"s3cret")], "/v1/x"),
    ],
)
def test_a_token_is_named_in_the_path_or_in_a_header(path, headers, there):
    gate = Gate("s3cret")
    assert gate.refusal(path, [(b"host", b"localhost"), *headers]) is None
    assert gate.without_token(path) == there


@pytest.mark.parametrize("token", ["p@ss/w?rd", "a b", "x%41", "geh\xf6rt", "\u4e2d"])
def test_any_token_can_be_named_as_urls_and_headers_write_it(token):
    local = (b"host", b"localhost")
    path = f"/t/{quote(token, safe='')}/v1/x"
    assert Gate(token).refusal(path, [local]) is None
    assert Gate(token).without_token(path) == "/v1/x"
    assert Gate(token).refusal("/v1/x", [local, (b"x-headroom-token", token.encode())]) is None
    assert Gate(token).refusal(path[:-5] + "x/v1/x", [local]).status == 401


@pytest.mark.parametrize("path", ["/v1/x", "/t/other/v1/x", "/t/", "/health"])
def test_without_the_token_nothing_is_served(path):
    assert Gate("s3cret").refusal(path, [(b"host", b"localhost")]).status == 401


def test_who_is_refused_reaches_no_provider():
    async def test():
        async with running(token="s3cret") as world:
            for headers in ([], [("host", "evil.example")]):
                status, _, body = await world.post("/v1/messages", b"{}", headers)
                assert status in (401, 403)
                assert "error" in json.loads(body)
            assert world.provider.received == []
            assert (await world.post("/t/s3cret/v1/messages", b"{}"))[0] == 200
            assert world.provider.received[0].target == "/v1/messages"
            assert not any("s3cret" in value for _, value in world.provider.received[0].headers)

    play(test())


def test_no_header_of_a_client_chooses_where_its_request_goes():
    async def test():
        async with running() as world:
            odd = [
                ("x-headroom-base-url", "http://127.0.0.1:1"),
                ("x-forwarded-host", "evil.example"),
            ]
            assert (await world.post("/v1/messages", b"{}", odd))[0] == 200
            answer = await world.raw(
                b"GET http://evil.example/v1/x HTTP/1.1\nhost: localhost\nconnection: close\n\n"
            )
            assert b" 200 " in answer.split(b"\r\n")[0]
            assert [each.target for each in world.provider.received] == ["/v1/messages", "/v1/x"]

    play(test())


@pytest.mark.parametrize("host", ["0.0.0.0", "192.168.1.2", "::", "box.lan"])
def test_other_machines_need_a_token(host):
    assert not is_loopback(host)
    with pytest.raises(ConfigurationError, match="give --token"):
        serve(create_app(), host, 0, None, print)
