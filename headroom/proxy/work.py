"""`Compression`: shortens request bodies off the event loop, within a deadline, failing open.

A body that is not done in time, or that something goes wrong with, is sent with the forms that were
sent before in its conversation and everything new as it came in; that decision is recorded, so that
it stays.
"""

from __future__ import annotations

import asyncio
import json
import logging
import threading
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from functools import partial
from typing import TYPE_CHECKING, Any, TypeVar

from headroom import registry
from headroom.core.document import TreeDocument
from headroom.core.fault import told
from headroom.core.jsonspan import NotSpliceable
from headroom.core.result import Reason
from headroom.engine.engine import Call, Engine
from headroom.engine.policy import continued, scene
from headroom.engine.restore import Request, restore
from headroom.errors import RequestRejected
from headroom.proxy import lineage
from headroom.proxy.http.coding import CodingError
from headroom.proxy.lending import is_signed
from headroom.proxy.money.account import Saved
from headroom.proxy.money.refused import Refused
from headroom.proxy.pool import LateError, Pool
from headroom.proxy.redeemer import Redeemer, redeemer, runs_commands
from headroom.proxy.subscription import is_personal
from headroom.proxy.turn import history
from headroom.proxy.turn.continuation import Offered
from headroom.proxy.turn.insert import linked, restored
from headroom.proxy.turn.offer import customary, offer, size, with_tool
from headroom.proxy.upkeep import Upkeep

if TYPE_CHECKING:
    from headroom.config import Options
    from headroom.core.jsonpatch import BytesDocument
    from headroom.core.protocols import Clock, Document, Provider
    from headroom.core.result import CompressionResult
    from headroom.core.types import Json
    from headroom.proxy.money.account import Accounts
    from headroom.proxy.money.tally import Tally
    from headroom.proxy.request import ProxyRequest
    from headroom.proxy.session import Session
    from headroom.proxy.settings import Settings
    from headroom.proxy.turn.offer import Offer

T = TypeVar("T")
Adapter = Callable[[Any], "Provider"]
"""Says of a decoded body which wire it is."""

_IN_A_SECOND = 4_000_000
"""Characters of a text that can be looked at in a second; to begin on more only holds others up."""
_LATE_THREADS = 2
_CALL_THREADS = 2
_log = logging.getLogger("headroom.proxy")


@dataclass(frozen=True, slots=True)
class Prepared:
    """A body as it goes out, and what is known of it."""

    raw: bytes
    model: str | None = None
    result: CompressionResult | None = None
    saved: Saved | None = None
    """What it costs less by; None where nothing was looked at."""
    offered: Offered | None = None
    """Set where our tool is among the tools of the body."""
    why: str | None = None
    """Why it is as it came in, or what is new in it; None where neither is so for a reason."""


class Compression:
    """Takes requests through the engine in threads of its own.

    Args:
        engine: what shortens.
        settings: of the proxy.
        tally: where it is counted what was done and why not more.
        accounts: what conversations cost.
        clock: seconds.
    """

    def __init__(
        self,
        engine: Engine,
        settings: Settings,
        tally: Tally,
        accounts: Accounts,
        clock: Clock = time.monotonic,
    ) -> None:
        self.engine = engine
        self._settings = settings
        self._tally = tally
        self.accounts = accounts
        self.refused = Refused(tally)
        self._pool = Pool(settings.threads, "headroom")
        # Apart, so that requests which are late are not behind those that made them late.
        self._late = Pool(_LATE_THREADS, "headroom-late")
        # Apart, too: a call has no deadline, and requests behind several would all be late.
        self._calls = Pool(_CALL_THREADS, "headroom-call")
        self._upkeep = Upkeep(engine.store, self._late, clock)

    def warm(self) -> None:
        """Load, in a thread, what the first request would otherwise wait for."""
        # In a thread that ends: what the vocabulary allocates for one goes to the next then.
        threading.Thread(target=_warm, name="headroom-warm", daemon=True).start()

    async def apart(self, work: Callable[[], T]) -> T:
        """Return what a piece of work returns that must not hold up the event loop."""
        return await self._pool.run(work)

    async def called(self, work: Callable[[], T]) -> T:
        """Return what a call of the library over HTTP returns, however long that takes."""
        return await self._calls.run(work)

    def close(self) -> None:
        """Let the threads end when they are done; nobody waits for them."""
        self._pool.close()
        self._calls.close()
        self._late.close()

    async def prepare(
        self,
        request: ProxyRequest,
        provider: str,
        operation: str,
        *,
        local: bool,
        session: Session | None = None,
    ) -> Prepared:
        """Return the body that goes out for a request.

        Args:
            request: as it came in.
            provider: name of its wire.
            operation: what extensions are told that it is about.
            local: whether the client runs on this machine.
            session: what the socket that it came by has told before.

        Raises:
            RequestRejected: an extension refused the request.
        """
        if is_signed(request.headers):
            return self._untouched(request, "signed")
        down: Callable[[bytes], bool] = self.accounts.stands_down
        if session is not None:
            down = session.guard(self.accounts)
        task = _Task(
            self.engine, self._settings, request, provider, operation, local, down, session
        )
        done = await self._outcome(task)
        if done.result is not None:
            # When the request is on its way: nobody waits for that.
            asyncio.get_running_loop().call_soon(self._count, done.result, done.model, task)
        return done

    async def rehearse(
        self, request: ProxyRequest, adapter: Adapter, operation: str, *, local: bool
    ) -> Prepared:
        """Return a body of which the tokens are to be counted as it would go out for an answer.

        Nothing is decided by that, and nothing counts: what is new is new still.

        Args:
            request: as it came in.
            adapter: says of a decoded body which wire it is.
            operation: what extensions are told that it is about.
            local: whether the client runs on this machine.

        Raises:
            RequestRejected: an extension refused the request.
        """
        if is_signed(request.headers):
            return self._untouched(request, "signed")
        self._tally.counted()
        engine, down = self.engine.rehearsal(), self.accounts.would_stand_down
        task = _Task(engine, self._settings, request, "", operation, local, down, adapter=adapter)
        done = await self._outcome(task)
        return replace(done, saved=None, offered=None)

    async def _outcome(self, task: _Task) -> Prepared:
        """Return what becomes of a request in time, or without what takes too long."""
        try:
            return await self._pool.run(task.run, self._settings.deadline)
        except LateError:
            self._tally.missed("late")
            return await self._settled(task, "late")
        except RequestRejected:
            raise
        except (NotSpliceable, CodingError) as error:
            return self._untouched(task.request, _kind(error))
        except Exception as error:  # noqa: BLE001 - a fault of ours must not cost anybody a request
            _broke("could not be shortened", task, error)
            self._tally.missed("failed")
            return await self._settled(task, "failed")

    async def _settled(self, task: _Task, why: str) -> Prepared:
        """Return the body with the forms of before and everything new untouched, for good."""
        try:
            done = await self._late.run(task.settle)
        except RequestRejected:
            raise
        except Exception as error:  # noqa: BLE001 - as above
            _broke("is relayed as it is", task, error)
            return self._untouched(task.request, why)
        return replace(done, why=why)

    def _count(self, result: CompressionResult, model: str | None, task: _Task) -> None:
        self._tally.looked_at(result, model)
        self._upkeep.keep(result, task.restore)

    def _untouched(self, request: ProxyRequest, why: str) -> Prepared:
        self._tally.relayed(why)
        return Prepared(request.body(), why=why)


@dataclass(frozen=True, slots=True)
class _Task:
    """One request in the hands of a thread."""

    engine: Engine
    settings: Settings
    request: ProxyRequest
    provider: str
    operation: str
    local: bool
    stands_down: Callable[[bytes], bool]
    session: Session | None = None
    adapter: Adapter | None = None
    """Where tokens are to be counted: says which wire a body is."""

    def run(self) -> Prepared:
        """Shorten the request."""
        options = self.settings.options
        most = round(_IN_A_SECOND * max(1.0, self.settings.deadline))
        return self._through(replace(options, max_chars=min(options.max_chars, most)))

    def settle(self) -> Prepared:
        """Repeat what was sent before and leave everything else as it is."""
        # No text is short enough to be looked at, so nothing takes longer than reading the body.
        return self._through(replace(self.settings.options, max_chars=0))

    def restore(self, refs: Sequence[str]) -> None:
        """Store originals of the request once more; nothing else comes of it."""
        if self.session is not None:  # Its next frame may be at work; and it sends no history.
            return
        body = self.request.document().tree
        call = Call(self.request.model(body), self.operation)
        request = Request(TreeDocument(body), self._wire(body), self.settings.options, call)
        restore(request, self.engine.store, refs)

    def _through(self, options: Options) -> Prepared:
        self.request.reads = partial(self.engine.history.document, watched=self.engine.extended)
        document: BytesDocument = self.request.document()
        session = self.session
        if session is not None:
            session.listen(document.tree)
        scene_ = document.tree if session is None else session.scene
        local = self.local and self.settings.shell is not None
        wire = self._wire(document.tree)
        fetched_by, calls = Redeemer.NONE, self.operation != lineage.COMPACT
        barred = session is not None and session.barred
        offered, client = None, document.tree
        if self.settings.shared:
            fetched_by = redeemer(scene_, local=local)
        if self.settings.shared or self.settings.durable:
            wanted = fetched_by is Redeemer.NONE and self.settings.options.profile != "lossless"
            if self.adapter is not None:
                wanted = wanted and customary(document.tree, self.engine.ledger)
            offered, document = self._offered(document, wire, wanted=wanted if calls else None)
        if fetched_by is Redeemer.NONE:
            if offered is not None:
                fetched_by = Redeemer.TOOL
            elif session is None:
                fetched_by = lineage.presumed(self.engine, document.tree, wire, local=local)
                calls = calls and fetched_by is Redeemer.NONE
        if self.operation == lineage.COMPACT:
            offered = None  # Where our tool is, it is for the prefix alone.
        calls = calls and not (barred and fetched_by is Redeemer.SHELL)
        options = self._allowed(options, document.tree, scene_, fetched_by, calls=calls)
        model = self.request.model(document.tree)
        call = Call(
            model,
            self.operation,
            seed=lineage.seed(wire, fetched_by),
            ongoing=True,
            shell=self.settings.shell if fetched_by is Redeemer.SHELL else None,
            closed=self.stands_down,
            query=session.question if session is not None else None,
            request_id=self.request.id,
        )
        result = self.engine.run(document, wire, options, call)
        saved = Saved.of(result, _retrieved(result))
        sent = _bytes(result.document)
        raw = self.request.encoded(sent)
        if offered is None:
            return Prepared(raw, model, result, saved)
        # Here the client fetches nothing: what was brought back was put in by us.
        ours = replace(saved, retrieved=0, inserted=saved.retrieved, tool=size(offered))
        return Prepared(raw, model, result, ours, Offered(offered, sent, client))

    def _allowed(
        self, options: Options, body: Json, scene_: Json, fetched_by: Redeemer, *, calls: bool
    ) -> Options:
        """Return the options that hold for what is new in a request.

        Args:
            options: of the proxy.
            body: the decoded body.
            scene_: with the tools of the conversation.
            fetched_by: who fetches originals in the conversation.
            calls: whether that can be done in answer to this request, or is only counted as if.
        """
        session = self.session
        if fetched_by is Redeemer.NONE or not (calls or self.adapter is not None):
            options = options.folding()
        shell = fetched_by is Redeemer.SHELL or runs_commands(scene_)
        if options.editing is None and (shell or (session is not None and session.edits(options))):
            # Before its first edit nothing else would tell, and by then its reads have gone out.
            options = replace(options, editing=True)
        if _blind(body, options, session):
            options = replace(options, max_chars=0)
        return options

    def _wire(self, body: Json) -> Provider:
        if self.adapter is not None:
            return self.adapter(body)
        return registry.provider(self.provider) if self.session is None else self.session.wire

    def _offered(
        self, document: BytesDocument, wire: Provider, *, wanted: bool | None
    ) -> tuple[Offer | None, BytesDocument]:
        """Return the offer of our tool, and the request with it and what it was asked before."""
        if not self.request.route.offers or is_personal(self.request.headers, wire.name):
            return None, document
        body, ledger = document.tree, self.engine.ledger
        made = offer(body, wire, ledger, wanted=wanted)
        if made is None:
            return None, document
        found = history.found(body, made, ledger)
        document = linked(restored(document, made.wire, found), ledger)
        document = with_tool(document, made)
        return made, document if self.engine.extended else self.engine.history.reread(document)


def _blind(body: Any, options: Options, session: Session | None) -> bool:
    """Whether results may be file reads without a sign of it: their calls are with the provider."""
    if session is not None:
        return not session.whole
    return continued(body) and scene((), body, options).editing


def _retrieved(result: CompressionResult) -> int:
    """Return how many tokens of the request are originals that were brought back for it."""
    return sum(each.tokens_before for each in result.outcomes if each.reason is Reason.RETRIEVED)


def _broke(what: str, task: _Task, error: Exception) -> None:
    """Log a fault of ours, and nothing that the request holds."""
    _log.error("a %s request %s: %s", task.operation, what, told(error))


def _warm() -> None:
    """Shorten a text with an engine of no consequence: vocabulary and compressors are loaded."""
    lines = "\n".join(f"2026-01-01 10:00:{n % 60:02} INFO worker {n} is done" for n in range(300))
    body = {"messages": [{"role": "user", "content": "done?"}, {"role": "tool", "content": lines}]}
    records = json.dumps([{"id": n, "name": f"item {n}"} for n in range(200)])
    body["messages"].append({"role": "tool", "content": records})
    Engine().run(TreeDocument(body), registry.provider("openai-chat"))


def _bytes(document: Document) -> BytesDocument:
    return document  # type: ignore[return-value] # the engine returns the kind it was given


def _kind(error: NotSpliceable | CodingError) -> str:
    return error.why if isinstance(error, NotSpliceable) else "coding"
