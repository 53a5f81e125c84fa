"""`Upstream`: the one HTTP client; requests go out as they are and answers come back raw."""

from __future__ import annotations

import asyncio
import contextlib
import logging
import socket
import time
from contextvars import ContextVar
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import aiohttp
from yarl import URL

from headroom.errors import HeadroomError
from headroom.proxy.http import header
from headroom.proxy.http.inbound import ClientGoneError
from headroom.proxy.http.network import Proxies, UnspokenProxyError, trust
from headroom.proxy.http.reply import BrokenOffError, Reply
from headroom.proxy.http.trouble import CONNECT, details, plain

if TYPE_CHECKING:
    from collections.abc import AsyncIterator

    from aiohttp.client_proto import ResponseHandler

    from headroom.core.protocols import Clock
    from headroom.proxy.http.header import Pairs

_STALE = 2.0
"""Seconds within which it shows that a connection was closed while idle; later, one was at work."""
_LINE = 64 * 1024
"""Bytes that a status line or header of an answer may have."""
_BODILESS = (204, 304)
"""Statuses of answers that have no body, whatever they say its length would be."""
_QUICKLY: int | None = getattr(socket, "TCP_QUICKACK", None)
"""The option that has what came acknowledged at once; only Linux has it."""
_SWITCHED = 101
"""Status of a handshake that was taken."""
_REFUSAL = 1_000_000
"""Bytes of a refusal that are handed on."""
_log = logging.getLogger("headroom.proxy.request.upstream")
"""Beside the lines for requests, and written where these are."""
_made: ContextVar[bool] = ContextVar("headroom_connection_made", default=False)
"""Whether a connection was made for a request, in the task that sends it."""
_NOT_OURS = ("User-Agent", "Accept", "Accept-Encoding", "Content-Type")
"""Headers that the client library would add of its own accord."""


class UnreachableError(HeadroomError):
    """The upstream gave no answer: it could not be reached, or closed without a byte."""


class RefusedError(HeadroomError):
    """The upstream answered a handshake with something else than a socket.

    Args:
        status: of its answer.
        headers: of its answer, as the client is told them.
        body: of its answer, or the beginning of a long one.
    """

    def __init__(self, status: int, headers: Pairs, body: bytes) -> None:
        super().__init__(f"the upstream refused a socket with status {status}")
        self.status, self.headers, self.body = status, headers, body


@dataclass(frozen=True, slots=True)
class Outgoing:
    """A request as the upstream gets it."""

    method: str
    url: str
    headers: Pairs
    body: bytes | AsyncIterator[bytes] | None


class Upstream:
    """Sends requests; knows no cookies, follows no redirects, unpacks nothing, retries once.

    The one retry is for a connection that was closed while it lay idle, where not a byte of an
    answer came and the whole body is at hand. What was worked on is not asked for a second time,
    nor what went out over a connection made for it.

    Args:
        clock: seconds.
    """

    def __init__(self, clock: Clock = time.monotonic) -> None:
        self._clock = clock
        self._session: aiohttp.ClientSession | None = None
        self._proxies, self._trust = Proxies(), trust()

    async def open(self) -> None:
        """Get ready to send; to be called in the loop that sends."""
        self._session = aiohttp.ClientSession(
            connector=_Connector(limit=0, ssl=self._trust or True),
            cookie_jar=aiohttp.DummyCookieJar(),
            skip_auto_headers=_NOT_OURS,
            timeout=aiohttp.ClientTimeout(total=None, sock_connect=CONNECT),
            auto_decompress=False,
            max_line_size=_LINE,
            max_field_size=_LINE,
            middlewares=(_handshake,),
        )

    async def close(self) -> None:
        """Close all connections."""
        if self._session is not None:
            await self._session.close()

    async def send(self, request: Outgoing) -> Reply:
        """Return the answer, as soon as its headers are there.

        Raises:
            ClientGoneError: whoever the body comes from hung up before its end.
            UnreachableError: there is no answer.
        """
        again, began = not hasattr(request.body, "__aiter__"), self._clock()
        _made.set(False)
        try:
            answer = await self._once(request)
        except (aiohttp.ServerDisconnectedError, aiohttp.ClientOSError) as error:
            again = again and not _made.get() and self._clock() - began < _STALE
            if not again or isinstance(error, aiohttp.ClientConnectorError):
                raise _unanswered(error, request.url) from error
            try:
                answer = await self._once(request)
            except (aiohttp.ClientError, OSError, TimeoutError) as second:
                raise _unanswered(second, request.url) from second
        except (aiohttp.ClientError, OSError, TimeoutError) as error:
            raise _unanswered(error, request.url) from error

        async def close() -> None:
            # What was read to its end has given its connection back already; all else is cut off.
            answer.close()

        headers = header.to_client(answer.raw_headers)
        if answer.status in _BODILESS:  # The server holds us to a length that is said.
            headers = [each for each in headers if each[0] != b"content-length"]
        return Reply(answer.status, headers, _chunks(answer), close)

    async def connect(
        self, url: str, headers: Pairs, protocols: tuple[str, ...]
    ) -> aiohttp.ClientWebSocketResponse:
        """Return a socket to the upstream.

        Raises:
            RefusedError: the upstream answered with another status than 101.
            UnreachableError: it gave no answer, or none as it has to be.
        """
        assert self._session is not None
        try:
            return await self._session.ws_connect(
                URL(url, encoded=True),
                protocols=protocols,
                headers=_texts(headers),
                max_msg_size=0,
                proxy=self._proxy(url),
            )
        except (aiohttp.ClientError, OSError, TimeoutError) as error:
            raise _unreachable(error, url) from error

    @staticmethod
    def said(socket: aiohttp.ClientWebSocketResponse) -> Pairs:
        """Return what the upstream said with its handshake, as the client is told it."""
        answer = socket._response  # noqa: SLF001 - there is no other way
        return header.of_handshake(answer.raw_headers)

    async def _once(self, request: Outgoing) -> aiohttp.ClientResponse:
        assert self._session is not None
        return await self._session.request(
            request.method,
            URL(request.url, encoded=True),
            headers=_texts(request.headers),
            data=request.body,
            allow_redirects=False,
            middlewares=(),
            proxy=self._proxy(request.url),
        )

    def _proxy(self, url: str) -> str | None:
        """Return the proxy that the environment names for a URL, or None."""
        if not self._proxies:
            return None
        try:
            return self._proxies.of(url)
        except UnspokenProxyError as error:
            raise UnreachableError(str(error)) from error


class _Connector(aiohttp.TCPConnector):
    """Says whether it had to make a connection, or had one that lay idle."""

    async def _create_connection(self, *about: Any) -> ResponseHandler:
        _made.set(True)
        return await super()._create_connection(*about)


async def _handshake(
    request: aiohttp.ClientRequest, handler: aiohttp.ClientHandlerType
) -> aiohttp.ClientResponse:
    """Return the answer to a handshake, unless it is a refusal, which also a redirect is.

    Raises:
        RefusedError: it is one.
    """
    answer = await handler(request)
    if answer.status == _SWITCHED:
        return answer
    body = bytearray()
    try:
        async with asyncio.timeout(CONNECT):
            async for chunk in answer.content.iter_any():
                body += chunk
                if len(body) > _REFUSAL:
                    break
    finally:
        answer.close()
    headers = header.of_refusal(answer.raw_headers)
    raise RefusedError(answer.status, headers, bytes(body[:_REFUSAL]))


def _texts(headers: Pairs) -> list[tuple[str, str]]:
    """Return headers as the client library takes them, which writes them as UTF-8."""
    out = []
    for name, value in headers:
        try:
            text = value.decode("utf-8")
        except UnicodeDecodeError:
            text = value.decode("latin-1")
        out.append((name.decode("latin-1"), text))
    return out


async def _chunks(answer: aiohttp.ClientResponse) -> AsyncIterator[bytes]:
    _acknowledge(answer)
    try:
        async for chunk in answer.content.iter_any():
            yield chunk
            _acknowledge(answer)
    except (aiohttp.ClientError, OSError) as error:
        raise BrokenOffError(details(error)) from error


def _acknowledge(answer: aiohttp.ClientResponse) -> None:
    """Have what came so far acknowledged at once, where the system lets us ask for that.

    A server that writes in small pieces without TCP_NODELAY sends the next one, the body behind the
    headers say, when the last is acknowledged, which the kernel puts off for 40 ms.
    """
    connection = answer.connection
    transport = None if connection is None else connection.transport
    found = None if transport is None else transport.get_extra_info("socket")
    if found is not None and _QUICKLY is not None:
        with contextlib.suppress(OSError):
            found.setsockopt(socket.IPPROTO_TCP, _QUICKLY, 1)


def _unreachable(error: Exception, url: str) -> UnreachableError:
    """Return what to say of an upstream that did not answer; the log has what the library said."""
    _log.info("no answer: %s", details(error))
    return UnreachableError(plain(error, URL(url, encoded=True)))


def _unanswered(error: Exception, url: str) -> Exception:
    """Return what to say of a request without an answer; not of the upstream what the client did.

    What reading the client's body raises is the cause of an error of the client library's.
    """
    cause: BaseException | None = error
    while cause is not None:
        if isinstance(cause, ClientGoneError):
            return ClientGoneError()
        cause = cause.__cause__
    return _unreachable(error, url)
