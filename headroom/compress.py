"""`compress()` and `expand()`: the one-call library over the engine."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from functools import partial
from typing import TYPE_CHECKING, Any, overload

from headroom.config import Options
from headroom.errors import ConfigurationError, InputError

if TYPE_CHECKING:
    from collections.abc import Iterable

    from headroom.core.protocols import Document
    from headroom.core.result import SegmentOutcome
    from headroom.engine.engine import Call, Engine

DEFAULT_MODEL = "gpt-4o"


@dataclass(frozen=True, slots=True)
class CompressResult:
    """What `compress()` made of the messages, and what it saved."""

    messages: Any
    """Same shape as handed in; messages that were not touched are the same objects."""
    tokens_before: int
    tokens_after: int
    tokens_saved: int
    compression_ratio: float
    """Share of the tokens saved, 0 to 1."""
    transforms_applied: list[str]
    """Names of the compressors at work in the result, in order of appearance."""
    outcomes: tuple[SegmentOutcome, ...]
    """One for each located text, in reading order, with the reason for what was done."""
    refs: tuple[str, ...] = ()
    """Handles of stored originals; empty while every form is lossless."""
    document: Document | None = field(default=None, repr=False, compare=False)
    """The request in the form in which it was held: its bytes, where it came as bytes."""

    over_budget: int = 0
    """Tokens by which `target_tokens` or `target_ratio` was missed; 0 where neither was asked for.

    Errors, what the question names and texts that may not be touched can exceed a budget.
    """

    @property
    def savings_percent(self) -> float:
        """Share of the tokens saved, 0 to 100, to one decimal."""
        return round(100 * self.compression_ratio, 1)


def compress(
    messages: Any,
    model: str | None = DEFAULT_MODEL,
    *,
    query: str | None = None,
    provider: str | None = None,
    extensions: Iterable[object] = (),
    **options: Any,
) -> CompressResult:
    """Shorten what an agent is about to send; every original can be had back.

    Args:
        messages: a list of messages in the shape of OpenAI Chat Completions, OpenAI Responses
            (input items), Anthropic Messages or Gemini contents, as dicts or as the official SDKs'
            objects; or a whole request body that holds such a list. Content that is not
            understood is left as it is.
        model: the model that will read it; decides how tokens are counted.
        query: what the user is after; by default the newest message that the user typed.
        provider: name of the wire format, when its shape shall not be guessed.
        extensions: objects with `on_pipeline_event`, or names of installed entry points.
        **options: see `headroom.config.Options`: `profile`, `compress_user_messages`,
            `compress_system_messages`, `protect_recent`, `min_tokens`, `max_chars`, `editing`,
            `target_tokens`, `target_ratio`, `protect`, `allow`, `fold_only`, `long_reads`,
            `engine`.

    Returns:
        The messages in the same shape, the figures, and an outcome for every text.

    Raises:
        InputError: `messages` is not a list of messages or a request body.
        ConfigurationError: an unknown option or a bad value.
        RequestRejected: an extension refused the request.

    A conversation that is compressed again with more messages at its end gets the same form for
    everything that was there before, as long as model and options are the same.
    """
    from headroom.core.document import TreeDocument  # noqa: PLC0415 - `import headroom` is light
    from headroom.engine.engine import Call  # noqa: PLC0415

    _check(messages, model, query)
    call = Call(model, "compress", query, tuple(extensions))
    return compress_document(TreeDocument(messages), call, options, provider=provider)


def compress_document(
    document: Document,
    call: Call,
    options: Mapping[str, Any],
    *,
    provider: str | None = None,
    engine: Engine | None = None,
) -> CompressResult:
    """Compress a request in whatever form it is held; `compress` says what the rest means.

    The result's `messages` is the document's tree.
    """
    from headroom import registry  # noqa: PLC0415 - `import headroom` stays light
    from headroom.engine.engine import Engine as Default  # noqa: PLC0415
    from headroom.engine.restore import Request, restore  # noqa: PLC0415
    from headroom.engine.upkeep import note  # noqa: PLC0415
    from headroom.providers import sniff  # noqa: PLC0415

    chosen = Options.build(dict(options))
    wire = registry.provider(sniff(document.tree) if provider is None else provider)
    call = replace(call, seed=f"{call.operation}\0{call.model}\0{call.query}\0{chosen!r}")
    engine = engine or Default.default()
    result = engine.run(document, wire, chosen, call)
    if call.store is None and (due := engine.uses.due(result.outcomes)):
        request = Request(document, wire, chosen, replace(call, extensions=()))
        note(engine.store, due, partial(restore, request, engine.store))
    refs = tuple(dict.fromkeys(ref for o in result.outcomes for ref in o.refs))
    before, after = result.tokens_before, result.tokens_after
    room = chosen.room(before)
    return CompressResult(
        result.document.tree,
        before,
        after,
        before - after,
        (before - after) / before if before else 0.0,
        result.transforms_applied,
        result.outcomes,
        refs,
        result.document,
        0 if room is None else max(0, after - int(room)),
    )


@overload
def expand(text: str) -> str: ...


@overload
def expand(text: Any) -> Any: ...


def expand(text: Any) -> Any:
    """Undo every form in a text, or in the messages that `compress()` returned.

    Pointers to earlier messages can be followed only where those messages are handed in too, and
    gaps filled only where the original is still stored; else they stay as they are. Text that
    holds no form of ours comes back unchanged.

    Raises:
        InputError: neither a str nor messages.
        ValueError: a block claims to be ours but does not decode.
    """
    from headroom.decode import expand_text  # noqa: PLC0415 - `import headroom` is light
    from headroom.engine.unfold import expand_messages  # noqa: PLC0415

    if isinstance(text, str):
        return expand_text(text, _stored)
    _check(text, None, None)
    return expand_messages(text, _stored)


def _stored(ref: str) -> str | None:
    """Return an original; the engine that holds it is built only where a text has gaps."""
    from headroom.engine.engine import Engine  # noqa: PLC0415

    return Engine.default().holding(ref).get(ref)


def _check(messages: Any, model: Any, query: Any) -> None:
    if isinstance(messages, (str, bytes)) or not isinstance(messages, (list, tuple, Mapping)):
        raise InputError(
            f"messages is {type(messages).__name__}; hand in a list of messages "
            '([{"role": "user", "content": ...}, ...]) or a request body that holds one'
        )
    if model is not None and not isinstance(model, str):
        raise ConfigurationError(f"model is {model!r}; it must be a model's name or None")
    if query is not None and not isinstance(query, str):
        raise ConfigurationError(f"query is {query!r}; it must be a str or None")
