"""What is said of an upstream that gives no answer."""

import socket
import ssl
from unittest.mock import Mock

import aiohttp
import pytest
from yarl import URL

from headroom.proxy.http.trouble import details, plain

TRUST = "(SSL_CERT_FILE or REQUESTS_CA_BUNDLE names whom to trust)"
THERE = URL("https://upstream.example/v1?key=AIzaSecret")


def key(host="upstream.example", port=443):
    return Mock(host=host, port=port, ssl=True)


def untrusted():
    error = ssl.SSLCertVerificationError(1, "[SSL: CERTIFICATE_VERIFY_FAILED]")
    error.verify_message = "self-signed certificate"
    return error


def wrong_version():
    error = ssl.SSLError(1, "[SSL: WRONG_VERSION_NUMBER] wrong version number (_ssl.c:1006)")
    error.reason = "WRONG_VERSION_NUMBER"
    return error


@pytest.mark.parametrize(
    ("error", "said"),
    [
        (
            aiohttp.ClientConnectorDNSError(
                key(), socket.gaierror(-2, "Name or service not known")
            ),
            "cannot connect to upstream.example:443: Name or service not known",
        ),
        (
            aiohttp.ClientConnectorError(key(), ConnectionRefusedError(111, "Connect call failed")),
            "cannot connect to upstream.example:443: Connection refused",
        ),
        (
            aiohttp.ClientProxyConnectionError(key("company", 3128), OSError(111, "no")),
            "cannot connect to the proxy of the network at company:3128: Connection refused",
        ),
        (
            aiohttp.ClientConnectorCertificateError(key(), untrusted()),
            f"the certificate of upstream.example:443 is not trusted: self-signed certificate {TRUST}",
        ),
        (
            aiohttp.ClientConnectorSSLError(key(), wrong_version()),
            "cannot agree with upstream.example:443 on TLS: wrong version number",
        ),
        (
            aiohttp.ClientHttpProxyError(Mock(real_url=THERE), (), status=407, message="Who?"),
            "the proxy of the network answers 407 (Who?) instead of leading to upstream.example:443",
        ),
        (
            aiohttp.ServerDisconnectedError(),
            "upstream.example:443 closed the connection without an answer",
        ),
        (
            aiohttp.ConnectionTimeoutError("Connection timeout to host"),
            "cannot connect to upstream.example:443 within 30 seconds",
        ),
        (
            aiohttp.ClientOSError(104, "Connection lost"),
            "the connection to upstream.example:443 broke: Connection reset by peer",
        ),
        (
            aiohttp.ClientPayloadError("Response payload is not completed"),
            "upstream.example:443 broke off its answer",
        ),
        (
            aiohttp.ClientResponseError(Mock(real_url=THERE), (), status=400, message="b'x'"),
            "what came from upstream.example:443 is no answer that can be read",
        ),
        (aiohttp.ClientError("?"), "upstream.example:443 gave no answer"),
    ],
    ids=lambda value: type(value).__name__,
)
def test_host_and_failure_are_named_and_no_class_of_the_library(error, said):
    assert plain(error, THERE) == said


def test_what_the_log_gets_holds_no_password_and_no_query():
    error = aiohttp.ClientError("http://me:hunter2@company:1 for https://h/v1?key=AIzaSecret")
    assert details(error) == "ClientError: http://company:1 for https://h/v1"
