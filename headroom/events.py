"""The request lifecycle: eleven stages, one event type, and the chain of extensions that sees them.

An extension is any object with `on_pipeline_event(event)`. It may observe, change the event's
fields and return None, or return another event to take its place. What it raises is logged and
the request goes on unchanged, except `RequestRejected`, which reaches the caller.
"""

from __future__ import annotations

import copy
import inspect
import logging
from dataclasses import dataclass, field
from enum import StrEnum
from typing import TYPE_CHECKING, Any, cast

from headroom.core.fault import told
from headroom.errors import ConfigurationError, RequestRejected

if TYPE_CHECKING:
    from collections.abc import Iterable

    from headroom.core.protocols import Extension

ENTRY_POINT_GROUP = "headroom.pipeline_extension"

_log = logging.getLogger("headroom.events")


class PipelineStage(StrEnum):
    """The stages of a request's life, in order."""

    SETUP = "setup"
    """An engine is being built."""
    PRE_START = "pre_start"
    """Before the engine takes its first request."""
    POST_START = "post_start"
    """The engine is ready."""
    INPUT_RECEIVED = "input_received"
    """The request is located; `messages` may be changed."""
    INPUT_CACHED = "input_cached"
    """What was forwarded before is known and fixed."""
    INPUT_ROUTED = "input_routed"
    """`metadata["routes"]` maps each open path to True; set one to False to leave it alone."""
    INPUT_COMPRESSED = "input_compressed"
    """Texts are replaced; `messages` may be changed."""
    INPUT_REMEMBERED = "input_remembered"
    """Last chance to add to the newest turn; `messages` may be changed."""
    PRE_SEND = "pre_send"
    """About to be sent; `headers` may be changed."""
    POST_SEND = "post_send"
    """Sent; `metadata["status"]` and `headers` are those of the answer."""
    RESPONSE_RECEIVED = "response_received"
    """The answer begins; it is seen as at `post_send`. Its body streams past extensions."""


@dataclass(slots=True)
class PipelineEvent:
    """One moment of a request's life, as extensions see it."""

    stage: PipelineStage
    operation: str = "compress"
    request_id: str = ""
    """The same in all events of a request."""
    provider: str | None = None
    model: str | None = None
    tools: Any = None
    headers: dict[str, str] | None = None
    """From `pre_send` on: of the request that is about to be sent, then of the answer."""
    response: Any = None
    """The answer, for front ends of your own that hold it; in the proxy it streams past: None."""
    metadata: dict[str, Any] = field(default_factory=dict)
    _source: Any = None
    _messages: Any = None
    _opened: bool = False

    @property
    def messages(self) -> Any:
        """A copy of the request's messages, made when first asked for; change it freely."""
        if not self._opened:
            self._messages, self._opened = copy.deepcopy(self._source), True
        return self._messages

    @messages.setter
    def messages(self, value: Any) -> None:
        self._messages, self._opened = value, True

    @property
    def changed(self) -> bool:
        """Whether somebody looked at the messages and left them different."""
        return self._opened and self._messages != self._source


class ExtensionChain:
    """The extensions in order of registration, and the one place that calls them."""

    def __init__(self, extensions: Iterable[object] = ()) -> None:
        self._extensions: tuple[Extension, ...] = ()
        for extension in extensions:
            self.register(extension)

    def __bool__(self) -> bool:
        return bool(self._extensions)

    def register(self, extension: object) -> None:
        """Add an extension at the end: an object, or the name of an installed entry point.

        Raises:
            ConfigurationError: it has no `on_pipeline_event`, or that is a coroutine function.
        """
        found = installed(extension) if isinstance(extension, str) else extension
        handler = getattr(found, "on_pipeline_event", None)
        if not callable(handler):
            raise ConfigurationError(f"{found!r} has no on_pipeline_event(event) method")
        if inspect.iscoroutinefunction(handler):
            raise ConfigurationError(
                f"on_pipeline_event of {found!r} is async; compress() is not, so make it a plain "
                "function that hands slow work to a task or thread of its own"
            )
        self._extensions = (*self._extensions, cast("Extension", found))

    def extended(self, extensions: Iterable[object]) -> ExtensionChain:
        """Return a chain of these extensions followed by the given ones."""
        more = tuple(extensions)
        return ExtensionChain((*self._extensions, *more)) if more else self

    def dispatch(self, event: PipelineEvent) -> PipelineEvent:
        """Show the event to every extension in turn and return what became of it.

        Raises:
            RequestRejected: an extension refused the request.
        """
        for extension in self._extensions:
            try:
                answer = extension.on_pipeline_event(event)
            except RequestRejected:
                raise
            except Exception as error:  # noqa: BLE001 - somebody else's code may not break a request
                name, said = type(extension).__qualname__, told(error)
                _log.error("extension %s failed at stage %s: %s", name, event.stage, said)
                continue
            if isinstance(answer, PipelineEvent):
                event = answer
        return event


def installed(name: str) -> object:
    """Return the extension that an installed package offers under that entry point name.

    A class is called without arguments to make the extension.

    Raises:
        ConfigurationError: no installed package offers it, or it cannot be loaded.
    """
    from importlib.metadata import entry_points  # noqa: PLC0415 - costs 30 ms, rarely needed

    for point in entry_points(group=ENTRY_POINT_GROUP, name=name):
        try:
            target = point.load()
            return target() if isinstance(target, type) else target
        except Exception as error:
            raise ConfigurationError(
                f"the extension {name!r} ({point.value}) cannot be loaded: {error!r}"
            ) from error
    raise ConfigurationError(
        f"no installed package offers an extension named {name!r} in group {ENTRY_POINT_GROUP!r}"
    )
