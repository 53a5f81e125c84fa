"""The proxy of a company on the way to the upstream, and an authority of its own."""

from __future__ import annotations

import asyncio
import base64
import contextlib
import json
import shutil
import socket
import ssl
import subprocess
from urllib.parse import urlsplit

import pytest

from headroom.doctor.diagnosis import reach
from headroom.errors import ConfigurationError
from headroom.proxy.http.network import Proxies, UnspokenProxyError, is_here, trust
from headroom.proxy.route import upstreams
from tests.proxy.conversation import OUTPUTS, WIRES, chat, outputs_of
from tests.proxy.standin import Answer, Provider, play, running

HOST = "api.example.test"
CORPORATE = "http://proxy.example.test:3128"
VARIABLES = (
    *("http_proxy", "https_proxy", "all_proxy", "no_proxy"),
    *("SSL_CERT_FILE", "SSL_CERT_DIR"),
    *("REQUESTS_CA_BUNDLE", "CURL_CA_BUNDLE", "NODE_EXTRA_CA_CERTS"),
)


@pytest.fixture(autouse=True)
def nothing_named(monkeypatch):
    for name in VARIABLES:
        monkeypatch.delenv(name, raising=False)
        monkeypatch.delenv(name.upper(), raising=False)


@pytest.fixture(scope="module")
def certificates(tmp_path_factory):
    """An authority, and a server's certificate that it has signed."""
    if shutil.which("openssl") is None:
        pytest.skip("an authority of one's own is NOT TESTED here: there is no openssl")
    folder = tmp_path_factory.mktemp("authority")
    (folder / "names").write_text(f"subjectAltName=DNS:{HOST},DNS:localhost\n")
    new = ["req", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:P-256", "-nodes"]
    for arguments in (
        [
            *new,
            "-x509",
            "-days",
            "2",
            "-subj",
            "/CN=Company",
            "-keyout",
            "ca.key",
            "-out",
            "ca.pem",
        ],
        [*new, "-subj", f"/CN={HOST}", "-keyout", "key.pem", "-out", "request.pem"],
        [
            *("x509", "-req", "-in", "request.pem", "-CA", "ca.pem", "-CAkey", "ca.key"),
            *("-CAcreateserial", "-days", "2", "-extfile", "names", "-out", "cert.pem"),
        ],
    ):
        subprocess.run(["openssl", *arguments], cwd=folder, check=True, capture_output=True)
    return folder


class Company:
    """A proxy that speaks CONNECT and plain requests, and brings all of them to one place."""

    def __init__(self, port):
        self.port, self.heads = port, []

    @contextlib.asynccontextmanager
    async def running(self):
        server = await asyncio.start_server(self._serve, "127.0.0.1", 0)
        try:
            yield f"127.0.0.1:{server.sockets[0].getsockname()[1]}"
        finally:
            server.close()

    async def _serve(self, reader, writer):
        head = await reader.readuntil(b"\r\n\r\n")
        self.heads.append(head.decode())
        there, back = await asyncio.open_connection("127.0.0.1", self.port)
        if head.startswith(b"CONNECT "):
            writer.write(b"HTTP/1.1 200 Connection established\r\n\r\n")
        else:
            back.write(head)
        await asyncio.gather(_pipe(reader, back), _pipe(there, writer))


async def _pipe(reader, writer):
    with contextlib.suppress(OSError):
        while chunk := await reader.read(65536):
            writer.write(chunk)
            await writer.drain()
    writer.close()


class Secure(Provider):
    """A provider that speaks TLS."""

    def __init__(self, script, folder):
        super().__init__(script)
        self.context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        self.context.load_cert_chain(folder / "cert.pem", folder / "key.pem")

    async def start(self):
        self._server = await asyncio.start_server(self._serve, "127.0.0.1", 0, ssl=self.context)


async def through(folder, monkeypatch, credentials=""):
    """Return what a provider and the proxy before it got of a request, and the answer."""
    provider = Secure(lambda _: Answer(), folder)
    await provider.start()
    company = Company(provider._server.sockets[0].getsockname()[1])
    async with company.running() as address:
        monkeypatch.setenv("HTTPS_PROXY", f"{credentials}{address}")
        async with running(upstreams={"openai": f"https://{HOST}"}) as world:
            headers = [("authorization", "Bearer sk-secret")]
            status, _, body = await world.post("/v1/chat/completions", chat(1), headers)
    await provider.stop()
    return provider, company, status, body


@pytest.mark.parametrize("variable", ["REQUESTS_CA_BUNDLE", "NODE_EXTRA_CA_CERTS", "SSL_CERT_FILE"])
def test_a_request_goes_through_the_companys_proxy_and_trusts_its_authority(
    certificates, monkeypatch, variable
):
    monkeypatch.setenv(variable, str(certificates / "ca.pem"))

    async def test():
        found = await through(certificates, monkeypatch, "http://me:pass%20word@")
        provider, company, status, _ = found
        assert status == 200
        assert len(outputs_of("chat", provider.received[0].json)[0]) < len(OUTPUTS[0]) / 2
        [head] = company.heads
        assert head.startswith(f"CONNECT {HOST}:443 HTTP/1.1\r\n")
        assert base64.b64encode(b"me:pass word").decode() in head
        assert "sk-secret" not in head
        assert provider.received[0].header("proxy-authorization") is None
        assert provider.received[0].header("authorization") == "Bearer sk-secret"

    play(test())


def test_without_its_authority_the_answer_says_what_to_do(certificates, monkeypatch):
    async def test():
        provider, _, status, body = await through(certificates, monkeypatch)
        assert (status, provider.received) == (502, [])
        assert "REQUESTS_CA_BUNDLE" in json.loads(body)["error"]["message"]

    play(test())


@pytest.mark.parametrize("scheme", ["http", "https"])
def test_the_password_of_the_companys_proxy_is_told_to_nobody(monkeypatch, caplog, scheme):
    async def test():
        refusing = [("proxy-authenticate", "Basic")]
        async with running(lambda _: Answer(407, refusing, [b""])) as company:
            there = company.provider.url.replace("://", "://me:hunter2@")
            monkeypatch.setenv(f"{scheme.upper()}_PROXY", there)
            urls = upstreams({"gemini": f"{scheme}://upstream.example"})
            async with running(upstreams=urls) as world:
                path = "/v1beta/models/g:generateContent?key=AIzaSecret"
                answer = await world.post(path, {"contents": []})
                socket = await world.raw(
                    f"GET {path} HTTP/1.1\nhost: localhost\nconnection: upgrade\n"
                    "upgrade: websocket\nsec-websocket-version: 13\n"
                    "sec-websocket-key: dGhlIHNhbXBsZSBub25jZQ==\n\n".encode()
                )
        assert answer[0] in (407, 502)
        said = f"{answer} {socket} {caplog.text}"
        assert "407" in said
        assert "hunter2" not in said
        assert "AIzaSecret" not in said

    play(test())


async def direct(folder, requests):
    """Return what a provider that speaks TLS got of requests that go straight to it, and answers."""
    provider = Secure(lambda _: Answer(chunks=[b"one", b"two" * 100_000], length=False), folder)
    await provider.start()
    port = provider._server.sockets[0].getsockname()[1]
    async with running(upstreams={"openai": f"https://localhost:{port}"}) as world:
        answers = [await world.post("/v1/chat/completions", chat(1)) for _ in range(requests)]
        opened = len(provider._tasks)
    await provider.stop()
    return provider, opened, answers


def test_nobody_but_the_upstream_is_spoken_to_and_only_when_a_client_asks(monkeypatch):
    real, looked_up = socket.socket.connect, []
    spoken = set()

    def connect(self, address):
        spoken.add(address[:2])
        return real(self, address)

    monkeypatch.setattr(socket.socket, "connect", connect)
    monkeypatch.setattr(socket, "getaddrinfo", lambda *args, **_: looked_up.append(args))

    async def test():
        async with running(lambda _: Answer(500)) as world:
            us, provider = ("127.0.0.1", world.port), urlsplit(world.provider.url)
            for path in ("/health", "/stats", "/metrics", "/v1/retrieve/stats"):
                assert (await world.send("GET", path))[0] == 200
            assert (await world.post("/v1/compress", {"messages": chat(1)["messages"]}))[0] == 200
            assert spoken == {us}
            for path, build in WIRES.values():
                assert (await world.post(path, build(1)))[0] == 500
            assert spoken == {us, (provider.hostname, provider.port)}
            assert len(world.provider.received) == len(WIRES)
        assert looked_up == []

    play(test())


def test_requests_to_a_host_that_is_trusted_share_a_connection(certificates, monkeypatch):
    monkeypatch.setenv("REQUESTS_CA_BUNDLE", str(certificates / "ca.pem"))

    async def test():
        provider, opened, answers = await direct(certificates, 3)
        assert [status for status, _, _ in answers] == [200] * 3
        assert {body for _, _, body in answers} == {b"one" + b"two" * 100_000}
        assert (len(provider.received), opened) == (3, 1)
        port = provider.received[0].header("host").removeprefix("localhost:")
        assert port.isdigit()

    play(test())


def test_a_host_that_is_not_trusted_gets_no_byte(certificates):
    async def test():
        provider, _, [(status, _, body)] = await direct(certificates, 1)
        assert (status, provider.received) == (502, [])
        assert "REQUESTS_CA_BUNDLE" in json.loads(body)["error"]["message"]

    play(test())


def test_loopback_never_goes_through_a_proxy(monkeypatch):
    async def test():
        for name in ("HTTP_PROXY", "HTTPS_PROXY", "ALL_PROXY"):
            monkeypatch.setenv(name, "http://127.0.0.1:9")
        async with running() as world:
            assert (await world.post("/v1/chat/completions", chat(1)))[0] == 200

    play(test())


@pytest.mark.parametrize(
    "host",
    ["localhost", "LocalHost.", "ollama.localhost", "127.0.0.1", "127.8.8.8", "::1", "0.0.0.0"],
)
def test_this_machine_has_many_names(host):
    assert is_here(host)
    written = f"[{host}]" if ":" in host else host
    assert Proxies({"all": CORPORATE}).of(f"https://{written}:443/v1") is None
    assert is_here("::ffff:127.0.0.1")
    assert not is_here("localhost.example.test")


@pytest.mark.parametrize(
    ("outside", "url", "direct"),
    [
        ("", "https://api.example.test/v1", False),
        ("example.test", "https://api.example.test/v1", True),
        (".example.test", "https://api.example.test/v1", True),
        ("example.test", "https://badexample.test/v1", False),
        ("api.example.test:8443", "https://api.example.test:8443/v1", True),
        ("api.example.test:8443", "https://api.example.test/v1", False),
        ("10.0.0.0/8, fd00::/8", "https://10.1.2.3/v1", True),
        ("10.0.0.0/8, fd00::/8", "https://[fd00::5]/v1", True),
        ("10.0.0.0/8, 300.1.1.1/99", "https://11.1.2.3/v1", False),
        ("*", "https://api.example.test/v1", True),
    ],
)
def test_who_is_spoken_to_directly_is_what_no_proxy_says(monkeypatch, outside, url, direct):
    monkeypatch.setenv("HTTPS_PROXY", CORPORATE)
    monkeypatch.setenv("NO_PROXY", outside)
    assert Proxies().of(url) == (None if direct else CORPORATE)


def test_each_scheme_has_its_proxy():
    proxies = Proxies({"https": "one:1", "http": "https://two:2", "all": "http://three:3"})
    assert proxies.of("https://example.test") == "http://one:1"
    assert proxies.of("http://example.test") == "https://two:2"
    assert Proxies({"all": "http://three:3"}).of("http://example.test") == "http://three:3"
    assert Proxies({"https": "one:1"}).of("http://example.test") is None
    assert not Proxies({"no": "example.test"})


def test_a_proxy_that_speaks_no_http_is_told_and_not_gone_around(monkeypatch):
    monkeypatch.setenv("ALL_PROXY", "socks5://127.0.0.1:1080")
    with pytest.raises(UnspokenProxyError, match="socks5"):
        Proxies().of("https://example.test")

    async def test():
        async with running(upstreams={"openai": f"https://{HOST}"}) as world:
            status, _, body = await world.post("/v1/chat/completions", chat(1))
            assert status == 502
            assert "NO_PROXY" in json.loads(body)["error"]["message"]

    play(test())


def test_the_doctor_trusts_whom_the_proxy_trusts(certificates, monkeypatch):
    async def test():
        provider = Secure(lambda _: Answer(), certificates)
        await provider.start()
        url = f"https://localhost:{provider._server.sockets[0].getsockname()[1]}"
        refused = await asyncio.to_thread(reach, url)
        monkeypatch.setenv("NODE_EXTRA_CA_CERTS", str(certificates / "ca.pem"))
        reached = await asyncio.to_thread(reach, url)
        await provider.stop()
        assert "certificate" in refused
        assert reached is None

    play(test())


def test_a_file_that_several_variables_name_is_read_once(certificates, tmp_path, monkeypatch):
    read = []

    class Watched(ssl.SSLContext):
        def load_verify_locations(self, cafile=None, capath=None, cadata=None):
            read.append(cafile)
            super().load_verify_locations(cafile, capath, cadata)

    def made():
        context = Watched(ssl.PROTOCOL_TLS_CLIENT)
        context.set_default_verify_paths()
        return context

    monkeypatch.setattr(ssl, "create_default_context", made)
    again = tmp_path / "again.pem"
    again.symlink_to(certificates / "ca.pem")
    for variable in ("REQUESTS_CA_BUNDLE", "CURL_CA_BUNDLE", "NODE_EXTRA_CA_CERTS"):
        monkeypatch.setenv(variable, str(again if variable[0] == "C" else certificates / "ca.pem"))
    found = trust()
    assert len(read) == 1
    monkeypatch.setenv("SSL_CERT_FILE", str(certificates / "ca.pem"))
    found = trust()
    assert len(read) == 1  # The library has read it by itself.
    assert found.cert_store_stats()["x509"] == 1
    assert not found.verify_flags & ssl.VERIFY_X509_STRICT


def test_a_file_without_certificates_is_a_mistake(tmp_path, monkeypatch):
    usual = trust()
    assert usual is None or not usual.verify_flags & ssl.VERIFY_X509_STRICT
    for path in (tmp_path / "none.pem", tmp_path / "empty.pem"):
        (tmp_path / "empty.pem").touch()
        monkeypatch.setenv("REQUESTS_CA_BUNDLE", str(path))
        with pytest.raises(ConfigurationError, match="REQUESTS_CA_BUNDLE"):
            trust()
    monkeypatch.setenv("REQUESTS_CA_BUNDLE", str(tmp_path))
    assert trust().verify_mode is ssl.CERT_REQUIRED
