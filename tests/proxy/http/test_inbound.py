"""A body is read whole up to a limit, whatever pieces it comes in."""

from __future__ import annotations

import asyncio
from typing import Any

import pytest

from headroom.proxy.http.inbound import ClientGoneError, Inbound

HEADERS = [(b"Content-Length", b"1")]


def inbound(*pieces: bytes, hangs_up: bool = False) -> Inbound:
    messages: list[dict[str, Any]] = [
        {"type": "http.request", "body": piece, "more_body": hangs_up or n + 1 < len(pieces)}
        for n, piece in enumerate(pieces)
    ]
    messages.append({"type": "http.disconnect"})

    async def receive() -> dict[str, Any]:
        return messages.pop(0)

    return Inbound(HEADERS, receive)


@pytest.mark.parametrize("size", [1, 1_000, 300_000])
def test_pieces_are_joined_in_order(size: int) -> None:
    pieces = [bytes([n]) * size for n in range(10)]

    async def read() -> tuple[bytes | None, list[bytes]]:
        each = inbound(*pieces)
        return await each.whole(10 * size), [piece async for piece in each.chunks()]

    assert asyncio.run(read()) == (b"".join(pieces), [b"".join(pieces)])


def test_what_is_too_long_is_left_to_chunks() -> None:
    async def read() -> tuple[bytes | None, list[bytes]]:
        each = inbound(b"ab", b"cd", b"ef")
        return await each.whole(3), [piece async for piece in each.chunks()]

    assert asyncio.run(read()) == (None, [b"ab", b"cd", b"ef"])


def test_a_client_that_hangs_up_is_noticed() -> None:
    with pytest.raises(ClientGoneError):
        asyncio.run(inbound(b"ab", hangs_up=True).whole(10))
