"""`Continuation`: answers the calls of our tool in a turn, behind the client's back.

Where our tool alone was called, the provider is asked to go on, and what it says then follows on
what it said before, in the same answer. Where the client was called too, it gets its calls at once,
and ours is answered in its next request.
"""

from __future__ import annotations

import asyncio
import logging
import time
from contextlib import aclosing, suppress
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Protocol

from headroom.ccr.call import Answer, Call, turn
from headroom.core.fault import told
from headroom.errors import HeadroomError
from headroom.proxy.http import header
from headroom.proxy.http.coding import unpacker
from headroom.proxy.http.kind import Kind, named
from headroom.proxy.http.reply import BrokenOffError, Reply, held
from headroom.proxy.http.upstream import UnreachableError
from headroom.proxy.turn import history
from headroom.proxy.turn.body import (
    decoded,
    error_in,
    looked_at,
    plain_chunks,
    plain_headers,
    rewritten,
    whole,
    with_body,
)
from headroom.proxy.turn.frame import spelled
from headroom.proxy.turn.leg import ODD, fields, summed
from headroom.proxy.turn.wire import WIRES, cut
from headroom.retrieval import answer_call

if TYPE_CHECKING:
    from collections.abc import AsyncGenerator, Callable

    from headroom.cache.ledger import Ledger
    from headroom.core.jsonpatch import BytesDocument
    from headroom.core.protocols import Clock, OriginalStore
    from headroom.core.types import Json
    from headroom.proxy.turn.frame import Frames
    from headroom.proxy.turn.leg import Leg, Stream
    from headroom.proxy.turn.offer import Offer

_MORE = 2
"""Calls in a row that are answered with a no, before the turn is ended."""
_ERROR = 1_000_000
"""Bytes of an upstream's error that are read."""
_ENOUGH = (
    "headroom_retrieve was called {count} times in this turn, which is enough. "
    "Go on with what you have."
)
_LATE = "fetching this took too long; ask for a smaller part, by lines, rows or path"
_FULL = (
    "there is no room for this in the conversation; ask for less of it, by lines, rows, path or "
    "limit, or go on without it"
)
_REFUSED = (400, 413)
"""Statuses of a request that may have become too long."""
_LONG = 2_000
"""Bytes of answers that may be why."""
_BROKEN = "this could not be fetched; run the tool again that printed it"
_FETCHING = 20.0
"""Seconds that one answer of ours may take."""
_log = logging.getLogger("headroom.proxy")


@dataclass(frozen=True, slots=True)
class Offered:
    """A request that offers our tool, as it went out."""

    offer: Offer
    document: BytesDocument
    client: Json
    """The body as the client sent it, decoded."""


class Host(Protocol):
    """What a continuation needs of the proxy that it runs in."""

    @property
    def ledger(self) -> Ledger:
        """Where it is kept what was asked."""
        ...

    @property
    def store(self) -> OriginalStore:
        """Where the originals are."""
        ...

    async def apart(self, work: Callable[[], Any]) -> Any:
        """Do a piece of work that must not hold up the event loop."""
        ...

    async def ask(self, document: BytesDocument) -> Reply:
        """Send a request of the same kind as the first to the upstream."""
        ...

    def called(self, what: str, count: int = 1) -> None:
        """Count calls by what became of them."""
        ...


class Continuation:
    """One turn.

    Args:
        host: the proxy.
        offered: the request.
        most: times that the provider is asked to go on.
        patience: seconds after which it is not asked any more.
        clock: seconds.
    """

    def __init__(
        self,
        host: Host,
        offered: Offered,
        *,
        most: int,
        patience: float,
        clock: Clock = time.monotonic,
    ) -> None:
        self._host, self._offered = host, offered
        self._wire = WIRES[offered.offer.wire]
        self._document = offered.document
        self._most, self._clock = most, clock
        self._until = clock() + patience
        self._asked: list[history.Asked] = []

    async def reply(self, reply: Reply, *, listed: bool) -> Reply:
        """Return the answer as the client gets it.

        Args:
            reply: the first answer of the turn.
            listed: whether it is a stream in the form of one JSON list.
        """
        unpack = unpacker(header.value(reply.headers, b"content-encoding"))
        if unpack is None:
            return reply
        kind, reply = await _kind(reply)
        if kind is Kind.EVENTS or (kind is Kind.JSON and listed):
            headers = plain_headers(reply.headers)
            chunks = self._streamed(reply, listed=kind is Kind.JSON)
            return Reply(reply.status, headers, chunks, reply.close)
        return await self._whole(reply) if kind is Kind.JSON else reply

    async def _streamed(self, reply: Reply, *, listed: bool) -> AsyncGenerator[bytes]:
        """Yield the client's stream."""
        first = reply
        framed, stream = cut(self._wire.name, listed=listed)
        stream.waits = self._is_stored
        frames = framed()
        try:
            while True:
                async with aclosing(plain_chunks(reply)) as chunks:
                    async for out in _leg(chunks, frames, stream):
                        yield out
                    stream.over()
                    if not goes_on(stream.leg):
                        await self._kept([*stream.legs, stream.leg], known_by_first=True)
                        if held := stream.released():
                            yield held
                        async for out in _leg(chunks, frames, stream):
                            yield out
                        if rest := stream.rest(frames.rest()):
                            yield rest
                        return
                following = await self._following(stream)
                if isinstance(following, bytes):
                    yield following
                    return
                if reply is not first:
                    await reply.close()
                reply = following
                stream.go_on()
                frames = framed()
        except BrokenOffError:
            if stream.untouched and (begun := frames.rest()):
                yield begun  # Half an event, as the client would have got it.
            raise
        finally:
            if reply is not first:
                await reply.close()

    async def _following(self, stream: Stream) -> Reply | bytes:
        """Return the answer that follows on our calls, or how the client is told that none does."""
        try:
            reply = await self._next(stream.leg, len(stream.legs))
        except (UnreachableError, TimeoutError, _EndlessError) as error:
            self._host.called("failed")
            return stream.failure(502, "", f"headroom proxy: {_said(error)}")
        if reply.status < 400:
            kind, reply = await _kind(reply)
            if kind is not Kind.OTHER:
                return reply
        self._host.called("failed")
        return stream.failure(reply.status, *error_in(await whole(reply, _ERROR)))

    async def _whole(self, reply: Reply) -> Reply:
        """Return an answer that comes in one piece, made of all answers of the turn."""
        legs: list[Leg] = []
        first = reply
        while True:
            try:
                raw = await whole(reply)
            except BrokenOffError as error:
                came = error.came if not legs else b""
                packed = header.value(reply.headers, b"content-encoding") is not None
                headers = plain_headers(reply.headers) if packed else reply.headers
                return Reply(reply.status, headers, held([came], error))
            value = decoded(raw)
            if value is None or reply.status >= 400:
                return with_body(reply, raw, first)
            try:
                legs.append(self._wire.read(value))
            except ODD:
                return with_body(reply, raw, first)
            if goes_on(legs[-1]):
                try:
                    reply = await self._next(legs[-1], len(legs) - 1)
                except (TimeoutError, _EndlessError) as error:
                    raise UnreachableError(_said(error)) from error
                continue
            await self._kept(legs, known_by_first=False)
            if len(legs) > 1 or legs[-1].calls:
                usage = summed(leg.usage for leg in legs)
                with suppress(*ODD):  # What is no answer goes on as it is.
                    raw = rewritten(raw, self._wire.with_legs(value, legs, usage))
            return with_body(reply, raw, first)

    async def _next(self, leg: Leg, before: int) -> Reply:
        """Answer our calls and ask the provider to go on.

        Raises:
            UnreachableError: it cannot be reached.
            TimeoutError: the turn has taken too long.
            _EndlessError: it asks and asks.
        """
        if before >= self._most + _MORE:
            raise _EndlessError("the model went on calling headroom_retrieve")
        answers = await self._answers(leg, before)
        self._host.called("continued", len(leg.calls))
        start = self._document
        reply = await self._asking(leg, answers)
        if reply.status not in _REFUSED or len(spelled(answers)) < _LONG:
            return reply
        await reply.close()
        self._asked.pop()
        self._document = start
        return await self._asking(
            leg, turn(self._calls(leg), [Answer(_FULL, failed=True)] * len(leg.calls))
        )

    async def _asking(self, leg: Leg, answers: list[Json]) -> Reply:
        """Ask the provider to go on with answers; see `_next`."""
        self._asked.append(history.Asked.of(leg, answers))
        try:
            self._document = await self._host.apart(lambda: self._extended(leg, answers))
        except ODD as error:
            raise _EndlessError("the request cannot be continued") from error
        left = self._until - self._clock()
        if left <= 0:
            raise TimeoutError("the turn took too long")
        return await asyncio.wait_for(self._host.ask(self._document), left)

    def _extended(self, leg: Leg, answers: list[Json]) -> BytesDocument:
        """Return the request that goes on from an answer in which our tool alone was called.

        Raises:
            LookupError: the request has no history that could be continued.
            NotSpliceable: a key on the way stands twice in its object.
        """
        return self._wire.extended(self._document, leg, answers)

    async def _answers(self, leg: Leg, before: int) -> list[Json]:
        """Return the messages or items that answer the calls of an answer."""
        calls = self._calls(leg)
        if before >= self._most:
            said = [Answer(_ENOUGH.format(count=before)) for _ in calls]
        else:
            said = [await self._answer(call) for call in calls]
        made: list[Json] = turn(calls, said)
        return made

    def _calls(self, leg: Leg) -> list[Call]:
        return [Call(self._wire.name, call.call_id, call.arguments) for call in leg.calls]

    async def _answer(self, call: Call) -> Answer:
        work = self._host.apart(lambda: answer_call(call.arguments, lambda _: self._host.store))
        try:
            found: Answer = await asyncio.wait_for(work, _FETCHING)
        except TimeoutError:
            return Answer(_LATE, failed=True)
        except HeadroomError as error:
            return Answer(str(error), failed=True)
        except Exception as error:  # noqa: BLE001 - a fault of ours must not end the model's turn
            _log.error("an original could not be fetched: %s", told(error))
            self._host.called("broken")
            return Answer(_BROKEN, failed=True)
        return found

    async def _kept(self, legs: list[Leg], *, known_by_first: bool) -> None:
        """Keep what our tool was asked in the turn; on return it is on disk.

        Args:
            legs: the answers of the turn.
            known_by_first: whether the client knows the turn by the id of its first answer.
        """
        last = legs[-1]
        mixed = bool(last.calls) and last.whole and last.asked
        if mixed:
            self._asked.append(history.Asked.of(last, await self._answers(last, 0)))
            self._host.called("deferred", len(last.calls))
        offer, ledger = self._offered.offer, self._host.ledger
        if self._asked:
            record = history.Record(self._asked, mixed, history.marks_of(legs))
            body = self._offered.client
            await self._host.apart(
                lambda: history.keep(ledger, offer, record, history.names_of(offer, legs, body))
            )
        known, goes_on = legs[0 if known_by_first else -1].answer_id, last.answer_id
        if self._is_stored and isinstance(known, str) and isinstance(goes_on, str):
            items = self._asked[-1].answers if mixed else []
            await self._host.apart(
                lambda: history.keep_answer(ledger, offer, known, goes_on, items)
            )

    @property
    def _is_stored(self) -> bool:
        """Whether the provider keeps answers, so that a request may go on from one by its id."""
        store = fields(self._offered.client).get("store")
        return self._wire.name == "openai-responses" and store is not False


class _EndlessError(HeadroomError):
    """The turn cannot be continued any more."""


def goes_on(leg: Leg) -> bool:
    """Whether our tool alone was called in an answer, so that the provider is asked to go on."""
    return bool(leg.calls) and leg.whole and not leg.asked


async def _kind(reply: Reply) -> tuple[Kind, Reply]:
    """Return what the body of an answer is, and the answer; some hosts call a stream JSON."""
    kind = named(reply.headers)
    if kind is Kind.EVENTS:
        return kind, reply
    what, reply = await looked_at(reply)
    return kind if what is Kind.OTHER else what, reply


async def _leg(
    chunks: AsyncGenerator[bytes], frames: Frames, stream: Stream
) -> AsyncGenerator[bytes]:
    """Yield what the client gets of one answer; ends where the end of it is held back."""
    async for chunk in chunks:
        out = b"".join(map(stream.take, frames.feed(chunk)))
        if out:
            yield out
        if stream.ended and stream.holds:
            return
    if out := b"".join(map(stream.take, frames.end())):
        yield out


def _said(error: BaseException) -> str:
    return str(error) or "the turn took too long"
