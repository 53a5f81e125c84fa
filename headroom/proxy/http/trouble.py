"""What is said of an upstream that gives no answer: which host, and what failed, in plain words."""

from __future__ import annotations

import os
import re
from typing import TYPE_CHECKING

import aiohttp

if TYPE_CHECKING:
    from yarl import URL

CONNECT = 30.0
"""Seconds to connect in; how long an answer may take is for client and upstream to say."""
_SECRET = re.compile(r"""(?<=://)[^\s/'"]*@|\?[^\s'"]*""")
"""What of a URL is nobody's business: the password of a company's proxy, a key in the query."""
_SAID: tuple[tuple[type[Exception] | tuple[type[Exception], ...], str], ...] = (
    (aiohttp.ServerDisconnectedError, "{host} closed the connection without an answer"),
    (TimeoutError, f"cannot connect to {{host}} within {CONNECT:.0f} seconds"),
    (aiohttp.ClientPayloadError, "{host} broke off its answer"),
    (
        (aiohttp.ClientResponseError, aiohttp.InvalidURL),
        "what came from {host} is no answer that can be read",
    ),
)
_TRUST = "SSL_CERT_FILE or REQUESTS_CA_BUNDLE names whom to trust"


def details(error: BaseException) -> str:
    """Return what the client library says of an error, for a log; no password and no query."""
    return _SECRET.sub("", f"{type(error).__name__}: {error}").rstrip(": ")


def plain(error: BaseException, url: URL) -> str:
    """Return what failed on the way to a URL, for somebody who knows no client library of ours."""
    host = f"{url.host}:{url.port}"
    if isinstance(error, aiohttp.ClientConnectorError):
        return _unconnected(error)
    if isinstance(error, aiohttp.ClientHttpProxyError):
        said = f" ({error.message})" if error.message else ""
        return f"the proxy of the network answers {error.status}{said} instead of leading to {host}"
    for kinds, said in _SAID:
        if isinstance(error, kinds):
            return said.format(host=host)
    if isinstance(error, OSError):
        return f"the connection to {host} broke: {_words(error)}"
    return f"{host} gave no answer"


def _unconnected(error: aiohttp.ClientConnectorError) -> str:
    """Return why there is no connection."""
    there = f"{error.host}:{error.port}"
    if isinstance(error, aiohttp.ClientConnectorCertificateError):
        why = getattr(error.certificate_error, "verify_message", "") or "it cannot be verified"
        return f"the certificate of {there} is not trusted: {why} ({_TRUST})"
    if isinstance(error, aiohttp.ClientConnectorSSLError):
        why = getattr(error.os_error, "reason", None) or "no TLS is spoken there"
        return f"cannot agree with {there} on TLS: {why.replace('_', ' ').lower()}"
    if isinstance(error, aiohttp.ClientProxyConnectionError):
        there = f"the proxy of the network at {there}"
    return f"cannot connect to {there}: {_words(error.os_error)}"


def _words(error: OSError) -> str:
    """Return what an error of the system says; the library's words for it may name what is not."""
    number = error.errno or 0
    return os.strerror(number) if number > 0 else error.strerror or "it is not known why"
