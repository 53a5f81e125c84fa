"""What an answer says it cost: usage figures read from a copy of its bytes as they pass."""

from __future__ import annotations

import json
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any

from headroom.proxy.http import header, kind, message
from headroom.proxy.http.coding import CodingError, unpacker

if TYPE_CHECKING:
    from headroom.proxy.http.header import Pairs

_HOLDERS = ("message", "response", "x_groq")
_READ = ("prompt_cache_hit_tokens", "cached_tokens")
"""What hosts call input from a cache that do not say it in details."""
_WRITTEN = ("cache_write_tokens", "cache_creation_tokens")
"""What routers call input that went into one, in the details of OpenAI's shape."""
_MOST = 1_000_000_000_000
"""Tokens beyond which a number is none."""
_LINE = 4_000_000
"""Bytes of one event, or of an answer in one piece, that are looked into."""


@dataclass(frozen=True, slots=True)
class Usage:
    """Tokens that a provider reports for one request, each counted once."""

    fresh: int = 0
    """Input that neither came from a cache nor went into one."""
    read: int = 0
    """Input that came from a cache."""
    written_5m: int = 0
    """Input that was written to a cache for five minutes."""
    written_1h: int = 0
    output: int = 0


def usage_of(event: Any, before: Usage | None = None) -> Usage | None:
    """Return the usage that an event or a whole answer reports, on any wire.

    Args:
        event: a decoded JSON value.
        before: what earlier events of the answer reported; what this one leaves out stays.
    """
    if isinstance(event, list):
        for item in event:
            before = usage_of(item, before)
        return before
    if not isinstance(event, dict):
        return before
    for holder in (event, *map(event.get, _HOLDERS)):
        found = holder.get("usage") if isinstance(holder, dict) else None
        if isinstance(found, dict):
            return _anthropic_or_openai(found, before or Usage())
    for holder in (event, event.get("response")):
        found = holder.get("usageMetadata") if isinstance(holder, dict) else None
        if isinstance(found, dict):
            return _gemini(found)
    return before


class UsageReader:
    """Is fed an answer's body chunk by chunk and remembers the usage that it reports.

    Args:
        headers: of the answer; they say how its body is packed and whether it is a stream.
    """

    def __init__(self, headers: Pairs) -> None:
        self.usage: Usage | None = None
        """What was reported so far."""
        said = header.value(headers, b"content-type") or ""
        self._messages = message.Messages() if said.startswith(message.KIND) else None
        self._kind = kind.Kind.EVENTS if kind.named(headers) is kind.Kind.EVENTS else None
        self._rest = b""
        self._skip = False
        self._unpack = unpacker(header.value(headers, b"content-encoding"))

    def feed(self, chunk: bytes) -> None:
        """Look at the next chunk; whatever is odd about it is nobody's problem here."""
        if self._unpack is None:
            return
        try:
            chunk = self._unpack.decompress(chunk)
        except CodingError:
            self._unpack = None
            return
        if self._messages is not None:
            for event in self._messages.feed(chunk):
                self._parse(event)
            return
        if self._kind is None:
            chunk, self._rest = self._rest + chunk, b""
            self._kind = kind.seen(chunk)
        if self._kind is not kind.Kind.EVENTS:
            self._hold(chunk)
            return
        *lines, last = chunk.split(b"\n")
        for line in lines:
            self._hold(line)
            self._end_of_line()
        self._hold(last)

    def finish(self) -> Usage | None:
        """Return what the whole answer reported, or None."""
        if self._kind is kind.Kind.EVENTS:
            self._end_of_line()
        else:
            self._parse(self._rest)
        return self.usage

    def _hold(self, piece: bytes) -> None:
        if not self._skip:
            self._rest += piece
            self._skip = len(self._rest) > _LINE

    def _end_of_line(self) -> None:
        line, self._rest = self._rest, b""
        if not self._skip and line.startswith(b"data:"):
            self._parse(line[5:])
        self._skip = False

    def _parse(self, text: bytes) -> None:
        if b'"usage' not in text:
            return
        try:
            self.usage = usage_of(json.loads(text), self.usage)
        except (ValueError, RecursionError, UnicodeDecodeError):
            return


def _anthropic_or_openai(found: dict[str, Any], before: Usage) -> Usage:
    if "prompt_tokens" in found or "input_tokens_details" in found:
        total = _number(found, "prompt_tokens") or _number(found, "input_tokens")
        details = found.get("prompt_tokens_details") or found.get("input_tokens_details")
        read = min(_first(details, ("cached_tokens",)) or _first(found, _READ), total)
        long, written = _written(found)
        written = min(written or _first(details, _WRITTEN), total - read)
        out = _number(found, "completion_tokens") or _number(found, "output_tokens")
        return Usage(total - read - written, read, max(written - long, 0), min(long, written), out)
    if "inputTokens" in found:
        return _converse(found)
    now = before
    if "input_tokens" in found:
        now = replace(now, fresh=_number(found, "input_tokens"))
    if found.get("cache_read_input_tokens") is not None:
        now = replace(now, read=_number(found, "cache_read_input_tokens"))
    if found.get("cache_creation_input_tokens") is not None:
        long, written = _written(found)
        now = replace(now, written_5m=max(written - long, 0), written_1h=long)
    return replace(now, output=_number(found, "output_tokens") or now.output)


def _written(found: dict[str, Any]) -> tuple[int, int]:
    """Return how much went into a cache for an hour, and how much in all."""
    long = _number(found.get("cache_creation"), "ephemeral_1h_input_tokens")
    return long, _number(found, "cache_creation_input_tokens")


def _converse(found: dict[str, Any]) -> Usage:
    details = found.get("cacheDetails")
    long = sum(
        _number(each, "inputTokens")
        for each in (details if isinstance(details, list) else ())
        if isinstance(each, dict) and each.get("ttl") == "1h"
    )
    written = _number(found, "cacheWriteInputTokens")
    return Usage(
        _number(found, "inputTokens"),
        _number(found, "cacheReadInputTokens"),
        max(written - long, 0),
        long,
        _number(found, "outputTokens"),
    )


def _gemini(found: dict[str, Any]) -> Usage:
    total, read = _number(found, "promptTokenCount"), _number(found, "cachedContentTokenCount")
    out = _number(found, "candidatesTokenCount") + _number(found, "thoughtsTokenCount")
    return Usage(fresh=max(total - read, 0), read=read, output=out)


def _number(node: Any, key: str) -> int:
    value = node.get(key) if isinstance(node, dict) else None
    return int(value) if isinstance(value, (int, float)) and 0 < value < _MOST else 0


def _first(node: Any, keys: tuple[str, ...]) -> int:
    return next(filter(None, (_number(node, key) for key in keys)), 0)
