"""`retrieve`: what was left out of a text, brought back whole or in part, for people and models."""

from __future__ import annotations

from contextlib import suppress
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from headroom.errors import HeadroomError, InputError

if TYPE_CHECKING:
    from collections.abc import Callable

    from headroom.ccr.call import Answer
    from headroom.core.protocols import OriginalStore

_MISS = (
    "There is no original under {ref}: it expired, was stored by another process, or the ref is "
    "mistyped. Run the tool that produced the text again; asking once more will not help."
)
_UNREAD = (
    "What is stored under {ref} cannot be read at the moment. Ask once more; should that fail as "
    "well, run the tool that produced the text again."
)


@dataclass(frozen=True, slots=True)
class Retrieved:
    """The answer to a request for an original."""

    ref: str
    text: str
    """What was asked for; where there is no original, a sentence that says what to do instead."""
    found: bool = True
    final: bool = True
    """Whether asking once more gives the same; not where the store does not answer."""

    def __str__(self) -> str:
        """Return the text."""
        return self.text


def retrieve(
    ref: str,
    query: str | None = None,
    lines: str | None = None,
    rows: str | None = None,
    path: str | None = None,
    limit: int | None = None,
) -> Retrieved:
    """Return an original that `compress()` stored, or the part of it that is asked for.

    Args:
        ref: the ten letters and digits that the shortened text names; what stands around them is
            passed over.
        query: words to look for; the best passages come back, in 800 tokens unless told.
        lines: "40-88" or "3,7,40-88", from 1; 40, [40, 88], "40 to 88" and "40-" are understood,
            too.
        rows: "0-9", records of a list, from 0; likewise.
        path: "items[3].name", one value of a JSON text.
        limit: most tokens to return, counted as a current OpenAI model does.

    Raises:
        InputError: `ref` is no ref.
        ValueError: more than one of query, lines, rows and path, one that is malformed or leads
            nowhere, or a limit below 1; the text says what to write instead.
    """
    from headroom.engine.engine import Engine  # noqa: PLC0415 - `import headroom` stays light

    part = {"query": query, "lines": lines, "rows": rows, "path": path}
    ref = _ref(ref)
    return retrieve_from(Engine.default().holding(ref), ref, **part, limit=limit)


def retrieve_from(
    store: OriginalStore, ref: str, *, limit: int | None = None, **part: Any
) -> Retrieved:
    """Return what `retrieve` does, from a store of one's own."""
    from headroom.ccr.bound import Bound  # noqa: PLC0415 - `import headroom` stays light
    from headroom.ccr.query import answer, matches  # noqa: PLC0415
    from headroom.ccr.tool import counted, read  # noqa: PLC0415
    from headroom.stores import READING, failing  # noqa: PLC0415
    from headroom.tokens import tokenizer_for  # noqa: PLC0415

    ref = _ref(ref)
    limit = None if limit is None else counted(limit)
    part = {name: None if value is None else read(name, value) for name, value in part.items()}
    original = store.get(ref)
    if original is None:
        final = READING not in failing(store)
        return Retrieved(ref, (_MISS if final else _UNREAD).format(ref=ref), False, final)
    if limit is None and all(value is None for value in part.values()):
        return Retrieved(ref, original)
    bound = Bound(limit, tokenizer_for().count)
    query = part.get("query")
    if not query or any(value is not None for name, value in part.items() if name != "query"):
        return Retrieved(ref, answer(original, **part, bound=bound))
    from headroom.elide import hint  # noqa: PLC0415 - as above
    from headroom.elide.page import searchable  # noqa: PLC0415

    shown = _shown(store, ref)
    text = searchable(original)
    found = matches(text, query, shown, bound, judge=hint)
    return Retrieved(ref, found)


def _ref(written: Any) -> str:
    """Return the ref in what somebody wrote.

    Raises:
        InputError: there is none.
    """
    from headroom.core.refs import ref_from  # noqa: PLC0415 - `import headroom` stays light

    known = ref_from(written) if isinstance(written, str) else None
    if known is None:
        raise InputError(f"{written!r} is no ref; a ref has ten letters and digits")
    return known


def _shown(store: OriginalStore, ref: str) -> list[str]:
    """Return the forms in which an original was shown, unfolded, as far as they are known."""
    from headroom.core.refs import shown_refs  # noqa: PLC0415 - `import headroom` stays light
    from headroom.decode import expand_text  # noqa: PLC0415

    forms = []
    for each in shown_refs(ref):
        body = store.get(each)
        if body is None:
            break
        with suppress(ValueError):
            forms.append(expand_text(body))
    return forms


def retrieve_tool(wire: str = "openai-chat") -> dict[str, Any]:
    """Return the definition of the tool `headroom_retrieve`, to be put into a request's `tools`.

    It is the same bytes every time. Offer it from a conversation's first request on and keep it
    there: providers cache by prefix, and the tools stand at the front.

    Args:
        wire: "openai-chat", "openai-responses", "anthropic", "gemini" or "bedrock-converse".

    Raises:
        ConfigurationError: there is no such wire.
    """
    from headroom.ccr.tool import definition  # noqa: PLC0415 - `import headroom` stays light

    return definition(wire)


def answer_tool_calls(response: Any, store: OriginalStore | None = None) -> list[dict[str, Any]]:
    """Return the messages or items that answer the calls of `headroom_retrieve` in a response.

    Append the response's own message (or items) and then these to the conversation, and send it
    again; nothing to append, [], means that the model did not call the tool.

    Calls of other tools are not answered, and providers want all calls of a turn answered in the
    next: where there are some, append your own tool messages or outputs as well (OpenAI), or add
    your `tool_result` blocks, `functionResponse` parts or `toolResult` blocks to the one message
    returned (Anthropic, Gemini, Bedrock).

    Args:
        response: a response of any of the wires, its assistant message, or its list of output
            items, blocks or parts; as dicts or as the official SDKs' objects.
        store: where the originals lie; by default where `compress()` stored them.

    A call that cannot be understood, or whose original is gone, is answered with a sentence that
    tells the model what to do instead; nothing is raised because of what a model wrote. An answer
    has 25,000 tokens at most; its last line names the call that goes on from there.
    """
    from headroom.ccr.call import calls_in, turn  # noqa: PLC0415 - `import headroom` stays light
    from headroom.engine.engine import Engine  # noqa: PLC0415

    calls = calls_in(response)
    if not calls:
        return []
    find = Engine.default().holding if store is None else lambda _: store
    return turn(calls, [answer_call(call.arguments, find) for call in calls])


def answer_call(arguments: Any, find: Callable[[str], OriginalStore]) -> Answer:
    """Return the answer to one call of the tool; `find` returns the store that has a ref."""
    from headroom.ccr.call import Answer  # noqa: PLC0415 - `import headroom` stays light
    from headroom.ccr.tool import asked, bounded  # noqa: PLC0415

    try:
        wanted = bounded(asked(arguments))
        found = retrieve_from(find(wanted["ref"]), **wanted)
    except (HeadroomError, ValueError) as error:
        return Answer(f"{error}", failed=True)
    return Answer(found.text or "[what was asked for is empty]")
