"""Bodies of answers: read, unpacked, decoded, and put together anew."""

from __future__ import annotations

import json
from contextlib import aclosing
from typing import TYPE_CHECKING, Any

from headroom.core.jsonpatch import BytesDocument
from headroom.core.jsonspan import NotSpliceable
from headroom.proxy.http import header, kind
from headroom.proxy.http.coding import CodingError, unpacker
from headroom.proxy.http.reply import BrokenOffError, Reply, ended, held
from headroom.proxy.turn.frame import spelled
from headroom.proxy.turn.leg import fields

if TYPE_CHECKING:
    from collections.abc import AsyncGenerator, AsyncIterator

    from headroom.core.types import Json
    from headroom.proxy.http.header import Pairs


def plain_headers(headers: Pairs) -> Pairs:
    """Return the headers of an answer whose body will be plain and of another length."""
    return [each for each in headers if each[0] not in (b"content-encoding", b"content-length")]


async def plain_chunks(reply: Reply) -> AsyncGenerator[bytes]:
    """Yield the body of an answer without its coding; what reads along ends with it."""
    unpack = unpacker(header.value(reply.headers, b"content-encoding"))
    try:
        async for chunk in reply.chunks:
            try:
                plain = chunk if unpack is None else unpack.decompress(chunk)
            except CodingError as error:
                raise BrokenOffError(str(error)) from error
            yield plain
    finally:
        await ended(reply.chunks)


async def looked_at(reply: Reply) -> tuple[kind.Kind, Reply]:
    """Return what the body of an answer is, going by its beginning, and the answer, still whole."""
    unpack = unpacker(header.value(reply.headers, b"content-encoding"))
    taken: list[bytes] = []
    head, what, over = b"", None, False
    broken: BrokenOffError | None = None
    try:
        while what is None and (chunk := await anext(reply.chunks, None)) is not None:
            taken.append(chunk)
            head += chunk if unpack is None else unpack.decompress(chunk)
            what = kind.seen(head)
        over = True
    except CodingError:
        over = True
    except BrokenOffError as error:
        broken, over = error, True
    finally:
        if not over:
            await reply.close()
    chunks = _again(taken, broken, reply.chunks)
    return what or kind.Kind.OTHER, Reply(reply.status, reply.headers, chunks, reply.close)


async def _again(
    taken: list[bytes], broken: BrokenOffError | None, rest: AsyncIterator[bytes]
) -> AsyncIterator[bytes]:
    """Yield what was taken of a body, and then the rest of it."""
    try:
        async for chunk in held(taken, broken):
            yield chunk
        async for chunk in rest:
            yield chunk
    finally:
        await ended(rest)


async def whole(reply: Reply, most: int | None = None) -> bytes:
    """Return the body of an answer, or the beginning of it, and let go of the upstream."""
    body = bytearray()
    try:
        async with aclosing(plain_chunks(reply)) as chunks:
            async for chunk in chunks:
                body += chunk
                if most is not None and len(body) > most:
                    break
    except BrokenOffError as error:
        error.came = bytes(body)
        raise
    finally:
        await reply.close()
    return bytes(body)


def decoded(raw: bytes) -> dict[str, Any] | None:
    """Return the object that a body is, or None."""
    try:
        value = json.loads(raw)
    except (ValueError, RecursionError):
        return None
    return value if isinstance(value, dict) else None


def rewritten(raw: bytes, value: Json) -> bytes:
    """Return an answer with another value; bytes of what did not change stay."""
    try:
        return BytesDocument(raw).rewrite(value).raw
    except NotSpliceable:
        return spelled(value)


def with_body(reply: Reply, raw: bytes, first: Reply) -> Reply:
    """Return an answer with a body at hand; headers are those of the turn's first answer."""
    headers = plain_headers((first if reply.status < 400 else reply).headers)
    headers.append((b"content-length", str(len(raw)).encode()))

    async def chunks() -> AsyncIterator[bytes]:
        yield raw

    return Reply(reply.status, headers, chunks())


def error_in(body: bytes) -> tuple[str, str]:
    """Return kind and text of an error that an upstream answered with."""
    error = fields(decoded(body)).get("error")
    said = fields(error)
    kind = next((said[k] for k in ("type", "status", "code") if isinstance(said.get(k), str)), "")
    text = said.get("message") if said else error
    if not isinstance(text, str) or not text:
        text = "the upstream failed to continue this answer"
    return kind, text
