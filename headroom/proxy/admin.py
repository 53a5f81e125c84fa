"""What the proxy itself answers: health, figures, and the library's two calls over HTTP."""

from __future__ import annotations

import asyncio
import json
from dataclasses import asdict
from typing import TYPE_CHECKING, Any

import headroom
from headroom.compress import DEFAULT_MODEL, compress_document
from headroom.core.document import TreeDocument
from headroom.core.jsonspan import crowded
from headroom.engine.engine import Call
from headroom.errors import HeadroomError
from headroom.proxy import metrics
from headroom.proxy.http import coding, header
from headroom.proxy.http.reply import Reply
from headroom.proxy.money.figures import view
from headroom.retrieval import retrieve_from
from headroom.stores import READING, STORING, failing

if TYPE_CHECKING:
    from collections.abc import Callable

    from headroom.proxy.handlers.base import Services
    from headroom.proxy.http.header import Pairs
    from headroom.proxy.http.inbound import Inbound

_PARTS = ("query", "lines", "rows", "path", "limit")
_NO_REF = (
    "'ref' is missing: the ten letters and digits that a shortened text names, as in "
    '{"ref": "w7nzhtt2jc", "lines": "40-88"}'
)
_LATE = 3
"""Requests that were not shortened in time from which on that is no coincidence."""
_SHARE = 50
"""Of so many requests one may be late before that is told: a machine may be busy for a while."""


async def answer(
    method: str, path: str, headers: Pairs, inbound: Inbound, services: Services
) -> Reply | None:
    """Return the answer to a request that is meant for the proxy itself, or None."""
    if path in _READ and method not in ("GET", "HEAD"):
        return Reply.error(405, "method_not_allowed", f"{path} is there to be read")
    if path == "/health":
        return _health(services)
    if path in _READ:
        # Apart from the threads that shorten: figures are there however busy those are.
        return await asyncio.to_thread(_READ[path], services)
    call = _CALLS.get(path)
    if call is None:
        return None
    if method != "POST":
        return Reply.error(405, "method_not_allowed", f"{path} takes a POST")
    return await _called(call, headers, inbound, services)


async def _called(
    call: Callable[[dict[str, Any], Services], Reply],
    headers: Pairs,
    inbound: Inbound,
    services: Services,
) -> Reply:
    """Return the answer to a call with a JSON body."""
    limit = services.settings.max_body
    raw = await inbound.whole(limit) if inbound.has_body else b""
    if raw is None:
        return Reply.error(413, "too_large", f"a request has at most {limit} bytes")
    packed = header.value(headers, b"content-encoding")

    def work() -> Reply:
        try:
            body = coding.decode(raw, packed, limit)
            if crowded(body):
                return Reply.error(413, "too_large", "the body has more values than a model reads")
            asked = json.loads(body)
        except (coding.CodingError, ValueError, RecursionError) as error:
            return Reply.error(400, "bad_request", f"the body is not a JSON object: {error}")
        if not isinstance(asked, dict):
            return Reply.error(400, "bad_request", "the body is not a JSON object")
        return _guarded(call, asked, services)

    return await services.compression.called(work)


def _guarded(
    call: Callable[[dict[str, Any], Services], Reply], asked: dict[str, Any], services: Services
) -> Reply:
    try:
        return call(asked, services)
    except (HeadroomError, ValueError, TypeError) as error:
        return Reply.error(400, "bad_request", str(error))


def _compress(asked: dict[str, Any], services: Services) -> Reply:
    """Return what the library's `compress` makes of messages; options stand beside them."""
    options = {name: value for name, value in asked.items() if name not in _OF_CALL}
    messages = asked.get("messages")
    if not isinstance(messages, (list, dict)):
        raise TypeError("'messages' is missing, or neither a list nor a request body")
    model, query = asked.get("model", DEFAULT_MODEL), asked.get("query")
    for name, value in (("model", model), ("query", query), ("provider", asked.get("provider"))):
        if value is not None and not isinstance(value, str):
            raise TypeError(f"{name!r} is {value!r}; it must be a text")
    done = compress_document(
        TreeDocument(messages),
        Call(model, "compress", query),
        options,
        provider=asked.get("provider"),
        engine=services.engine,
    )
    return Reply.json(
        200,
        {
            "messages": done.messages,
            "tokens_before": done.tokens_before,
            "tokens_after": done.tokens_after,
            "tokens_saved": done.tokens_saved,
            "compression_ratio": done.compression_ratio,
            "over_budget": done.over_budget,
            "transforms_applied": done.transforms_applied,
            "refs": list(done.refs),
            "outcomes": [asdict(each) for each in done.outcomes],
        },
    )


_OF_CALL = ("messages", "model", "query", "provider")


def _retrieve(asked: dict[str, Any], services: Services) -> Reply:
    """Return an original or a part of it; a miss says what to do instead."""
    unknown = [name for name in asked if name not in ("ref", *_PARTS)]
    if unknown:
        raise ValueError(f"unknown: {', '.join(unknown)}; there are ref, {', '.join(_PARTS)}")
    if asked.get("ref") is None:
        raise ValueError(_NO_REF)
    part = {name: asked.get(name) for name in _PARTS}
    found = retrieve_from(services.engine.store, asked.get("ref"), **part)  # type: ignore[arg-type] # checked there
    services.tally.retrieved(found=found.found)
    value = {"ref": found.ref, "text": found.text, "found": found.found}
    return Reply.json(200 if found.found else 404 if found.final else 503, value)


def _health(services: Services) -> Reply:
    """Return whether all is well; what is not is said, and requests are served none the less."""
    reasons = [
        f"compressor {name} failed repeatedly and is off" for name in services.engine.disabled
    ]
    failed = services.tally.count("failed")
    if failed:
        reasons.append(f"{failed} requests could not be shortened because of an error of ours")
    failed_in = failing(services.engine.store)
    if STORING in failed_in:
        reasons.append("originals cannot be stored; new texts are only folded")
    if READING in failed_in:
        reasons.append("originals cannot be read; what was left out does not come back")
    late, considered = services.tally.count("late"), services.tally.count("considered")
    if late >= _LATE and late * _SHARE > considered:
        reasons.append(f"{late} of {considered} requests were not shortened in time: --deadline")
    if services.engine.ledger.failing:
        reasons.append("forms cannot be read or written; new ones are kept in this process alone")
    if services.keeper.behind:
        reasons.append("accounts and figures cannot be written; they are kept in this process")
    value = {
        "status": "degraded" if reasons else "ok",
        "reasons": reasons,
        "version": headroom.__version__,
    }
    return Reply.json(200, value)


def _stats(services: Services) -> Reply:
    """Return the figures since the start, of all processes that serve together, and of all time."""
    keeper = services.keeper
    value = view(keeper.sums())
    kept = keeper.kept()
    if kept is not None:
        value["all_time"] = view(kept)
    return Reply.json(200, value)


def _retrieve_stats(services: Services) -> Reply:
    """Return what was brought back; never what was asked for."""
    keeper = services.keeper
    value = _brought_back(view(keeper.sums()))
    kept = keeper.kept()
    if kept is not None:
        value["all_time"] = _brought_back(view(kept))
    return Reply.json(200, value)


def _brought_back(figures: dict[str, Any]) -> dict[str, Any]:
    return {
        "retrievals": figures["retrievals"],
        "calls": figures["calls"],
        "retrieved_tokens": figures["money"]["retrieved_tokens"],
    }


def _metrics(services: Services) -> Reply:
    text = metrics.exposition(view(services.keeper.sums()))
    return Reply.of(200, text.encode(), metrics.KIND)


_READ = {
    "/health": _health,
    "/stats": _stats,
    "/metrics": _metrics,
    "/v1/retrieve/stats": _retrieve_stats,
}
_CALLS = {"/v1/compress": _compress, "/v1/retrieve": _retrieve}
