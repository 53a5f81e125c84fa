"""`Engine`: owns the parts, runs the steps, emits the lifecycle. The only caller of compressors."""

from __future__ import annotations

import itertools
import threading
import time
from copy import copy
from dataclasses import dataclass, replace
from functools import cached_property
from typing import TYPE_CHECKING, Any, ClassVar
from weakref import WeakSet

from headroom.cache.aligner import CacheAligner
from headroom.cache.ledger import MemoryLedger, Rehearsal
from headroom.config import Options
from headroom.core.document import LISTS
from headroom.core.result import CompressionResult, Reason
from headroom.engine.guard import Margin
from headroom.engine.health import Health
from headroom.engine.history import History
from headroom.engine.pipeline import STEPS, receive
from headroom.engine.router import ContentRouter
from headroom.engine.state import Parts, State
from headroom.engine.upkeep import Uses
from headroom.events import ExtensionChain, PipelineEvent, PipelineStage
from headroom.providers._shape import Itemwise
from headroom.stores import open_store
from headroom.stores.shared import SharedStore
from headroom.tokens import tokenizer_for

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable

    from headroom.cache.ledger import Ledger
    from headroom.core.protocols import Document, OriginalStore, Provider
    from headroom.core.types import Json
    from headroom.elide.gapped import Gapped, Refiner

_MAY_CHANGE = (
    PipelineStage.INPUT_RECEIVED,
    PipelineStage.INPUT_COMPRESSED,
    PipelineStage.INPUT_REMEMBERED,
)


@dataclass(frozen=True, slots=True)
class Call:
    """What one run is about, besides the document: how it is named to extensions and counted."""

    model: str | None = None
    operation: str = "compress"
    query: str | None = None
    extensions: tuple[object, ...] = ()
    seed: str = ""
    """Keeps runs whose options differ apart in the ledger."""
    store: OriginalStore | None = None
    """Where originals of this run go, instead of the engine's store."""
    ongoing: bool = False
    """Whether others may have forwarded what the ledger does not know of the conversation."""
    shell: str | None = None
    """The command with which the reader fetches originals; None: it calls `headroom_retrieve`."""
    closed: Callable[[bytes], bool] | None = None
    """Says of a conversation (see `CompressionResult`) that nothing more of it is left out."""
    request_id: str = ""
    """What extensions are told that the request is called; "" for a number of the engine's."""


class Engine:
    """Builds and owns the parts; `run` takes one document through them.

    Args:
        ledger: where the forms of forwarded texts are kept; in memory by default.
        router: which compressors are asked about what; the built-in table by default.
        margin: how much shorter a text must get to be worth rewriting.
        store: where the originals of texts with gaps are kept; in memory by default.
        refine: the second engine for prose (option `engine="ml"`); by default the one of this
            process, which no request waits for.
        extensions: objects with `on_pipeline_event`, or names of installed entry points.
    """

    def __init__(
        self,
        *,
        ledger: Ledger | None = None,
        router: ContentRouter | None = None,
        margin: Margin | None = None,
        store: OriginalStore | None = None,
        refine: Refiner | None = None,
        extensions: Iterable[object] = (),
    ) -> None:
        self.ledger: Ledger = ledger if ledger is not None else MemoryLedger()
        """Where it is kept what was forwarded, and in which form."""
        self._parts = Parts(
            router or ContentRouter(),
            CacheAligner(self.ledger),
            Health(),
            margin or Margin(),
            store if store is not None else open_store(),
            refine or _soon,
            History(),
        )
        self._chain = ExtensionChain(extensions)
        self._adopted: WeakSet[OriginalStore] = WeakSet()
        self._started = False
        self._lock = threading.Lock()
        self._requests = itertools.count(1)
        self._emit(self._chain, PipelineStage.SETUP)

    @cached_property
    def uses(self) -> Uses:
        """Of which originals a use is to be noted: for front ends that do so, as not all do."""
        return Uses(self._parts.store, time.monotonic)

    default: ClassVar[_Default]
    """Returns the engine that `compress()` uses, built on first use, one for all threads."""

    @property
    def disabled(self) -> tuple[str, ...]:
        """Names of compressors that failed three times in a row and are off."""
        return self._parts.health.disabled

    @property
    def extended(self) -> bool:
        """Whether any extension is registered: a front end can spare itself events nobody sees."""
        return bool(self._chain)

    @property
    def store(self) -> OriginalStore:
        """Where the originals of texts with gaps are kept."""
        return self._parts.store

    @property
    def history(self) -> History:
        """What is known of the requests before; documents that it reads are run through faster."""
        return self._parts.history

    def adopt(self, store: OriginalStore) -> None:
        """Look for originals in this store too, as long as somebody else holds on to it."""
        with self._lock:
            self._adopted.add(store)

    def holding(self, ref: str) -> OriginalStore:
        """Return the adopted store that has an original under a ref, else the engine's own."""
        with self._lock:
            adopted = list(self._adopted)
        return next((store for store in adopted if store.get(ref) is not None), self.store)

    def rehearsal(self) -> Engine:
        """Return an engine that does what this one would do next, and decides nothing by that."""
        made = copy(self)
        made.ledger = Rehearsal(self.ledger)
        made._parts = replace(  # noqa: SLF001 - it is one of ours
            self._parts, aligner=CacheAligner(made.ledger), history=self.history.glance()
        )
        return made

    def cut(self, body: Json, provider: Provider, seed: str, other: str) -> bool:
        """Whether a body is of a conversation that was sent with gaps, under that seed."""
        aligner = self._parts.aligner
        # Most have no such beginning; of those nothing more is read.
        texts = provider.walk(body) if isinstance(provider, Itemwise) else provider.segments(body)
        return aligner.opened(texts, seed) and aligner.cut(provider.segments(body), seed, other)

    def register(self, extension: object) -> None:
        """Add an extension for all requests from now on; see `ExtensionChain.register`."""
        self._chain.register(extension)

    def start(self, extensions: tuple[object, ...] = ()) -> None:
        """Emit PRE_START and POST_START, once; later calls do nothing."""
        if self._started:
            return
        with self._lock:
            if self._started:
                return
            chain = self._chain.extended(extensions)
            self._emit(chain, PipelineStage.PRE_START)
            self._started = True
            self._emit(chain, PipelineStage.POST_START)

    def run(
        self,
        document: Document,
        provider: Provider,
        options: Options | None = None,
        call: Call | None = None,
    ) -> CompressionResult:
        """Take a document through all steps and return it with the outcome of every segment.

        Raises:
            RequestRejected: an extension refused the request.
        """
        call = call or Call()
        self.start(call.extensions)
        chain = self._chain.extended(call.extensions)
        state = State(
            document,
            provider,
            tokenizer_for(call.model),
            options or Options(),
            call.store or self._parts.store,
            call.query,
            call.seed,
            call.ongoing,
            call.shell,
            call.closed,
            bool(chain),
        )
        self._parts.history.follow(getattr(self.ledger, "revised", 0))
        request_id = call.request_id or f"req-{next(self._requests)}"
        for step, stage in STEPS:
            step(state, self._parts)
            if chain:
                self._show(chain, stage, state, call, request_id)
        return CompressionResult(state.document, tuple(state.outcomes), state.conversation)

    def sending(self, event: PipelineEvent) -> PipelineEvent:
        """Emit PRE_SEND; a front end that sends requests calls it with what it is about to send."""
        return self._front(event, PipelineStage.PRE_SEND)

    def sent(self, event: PipelineEvent) -> PipelineEvent:
        """Emit POST_SEND."""
        return self._front(event, PipelineStage.POST_SEND)

    def received(self, event: PipelineEvent) -> PipelineEvent:
        """Emit RESPONSE_RECEIVED."""
        return self._front(event, PipelineStage.RESPONSE_RECEIVED)

    def _front(self, event: PipelineEvent, stage: PipelineStage) -> PipelineEvent:
        event.stage = stage
        return self._chain.dispatch(event) if self._chain else event

    def _emit(self, chain: ExtensionChain, stage: PipelineStage) -> None:
        if chain:
            chain.dispatch(PipelineEvent(stage, metadata={"engine": self}))

    def _show(
        self,
        chain: ExtensionChain,
        stage: PipelineStage,
        state: State,
        call: Call,
        request_id: str,
    ) -> None:
        """Dispatch a stage and take over what extensions may change at it."""
        tree = state.document.tree
        event = PipelineEvent(
            stage,
            call.operation,
            request_id,
            state.provider.name,
            call.model,
            tools=tree.get("tools") if isinstance(tree, dict) else None,
            metadata=_metadata(stage, state),
            _source=_messages(tree),
        )
        event = chain.dispatch(event)
        if stage is PipelineStage.INPUT_ROUTED:
            _apply_routes(state, event)
        if stage in _MAY_CHANGE and event.changed:
            state.document = state.document.rewrite(_with_messages(tree, event.messages))
            if stage is PipelineStage.INPUT_RECEIVED:
                receive(state, self._parts)


class _Default:
    """Builds an engine once.

    Its originals lie where this user's other processes find them: see `SharedStore`.
    """

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._made: Engine | None = None

    def __call__(self) -> Engine:
        """Return the engine; threads that come at once get the same."""
        with self._lock:
            if self._made is None:
                self._made = Engine(store=SharedStore())
            return self._made

    def cache_clear(self) -> None:
        """Forget the engine; the next call builds another one."""
        with self._lock:
            self._made = None


Engine.default = _Default()


def _soon(text: str, query: str, share: float) -> Gapped | None:
    from headroom.kompress import Kompress  # noqa: PLC0415 - few ask for it

    return Kompress.default().soon(text, query, share)


def _metadata(stage: PipelineStage, state: State) -> dict[str, Any]:
    data: dict[str, Any] = {"question": state.question, "segments": tuple(state.segments)}
    if stage is PipelineStage.INPUT_CACHED:
        data["replayed"] = [
            segment.path
            for segment, sent in zip(state.segments, state.replays, strict=True)
            if sent is not None
        ]
    if stage is PipelineStage.INPUT_ROUTED:
        data["routes"] = {
            segment.path: True
            for segment, sent, reason in zip(state.segments, state.replays, state.kept, strict=True)
            if sent is None and reason is None
        }
    if state.outcomes:
        data["outcomes"] = tuple(state.outcomes)
    return data


def _apply_routes(state: State, event: PipelineEvent) -> None:
    """Leave alone what an extension took off the table; nothing can be put on it."""
    routes = event.metadata.get("routes", {})
    for position, segment in enumerate(state.segments):
        undecided = state.replays[position] is None and state.kept[position] is None
        if undecided and not routes.get(segment.path):
            state.kept[position] = Reason.SKIPPED


def _messages(tree: Any) -> Any:
    if isinstance(tree, dict):
        return next((tree[key] for key in LISTS if key in tree), None)
    return tree


def _with_messages(tree: Any, messages: Any) -> Any:
    if not isinstance(tree, dict):
        return messages
    key = next(key for key in LISTS if key in tree)
    return {**tree, key: messages}
