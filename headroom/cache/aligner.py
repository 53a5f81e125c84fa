"""`CacheAligner`: recognises what was forwarded before and has it sent in the same form again.

A lineage is a chain of content hashes: the key of a segment covers its own text, the call that
brought it and everything located before it, with the numbers of the messages, so two conversations
share keys exactly as far as they share their beginning, and a form that points at a message finds
it where it was. Sub-agents, forks and parallel sessions need no ids to stay apart.
"""

from __future__ import annotations

from dataclasses import replace
from hashlib import blake2b
from typing import TYPE_CHECKING

from headroom.cache.ledger import Sent
from headroom.core.types import Role

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence

    from headroom.cache.ledger import Ledger
    from headroom.core.types import Segment

POINTERS = "echo"
"""Under what name a form points at other messages: it is not sent again where they are not."""


class CacheAligner:
    """Looks segments up in a ledger by lineage and records new forms in it."""

    def __init__(self, ledger: Ledger) -> None:
        self._ledger = ledger

    def keys(
        self, segments: Sequence[Segment], seed: str = "", known: Sequence[bytes] = ()
    ) -> list[bytes]:
        """Return the lineage key of each segment; `seed` tells incompatible uses apart.

        Args:
            segments: texts in reading order.
            seed: see above.
            known: the keys of the first of them, as far as they are known.
        """
        chain = known[-1] if known else _hash(seed.encode())
        keys = list(known)
        for segment in segments[len(keys) :]:
            text = segment.text.encode("utf-8", "surrogatepass")
            place = b"%b %d\0" % (segment.role.encode(), segment.turn)
            chain = _hash(chain, place, _call(segment), text)
            keys.append(chain)
        return keys

    def replays(self, keys: Sequence[bytes]) -> list[Sent | None]:
        """Return the recorded form for each key, None for what is new."""
        return self._ledger.get_all(keys)

    def further(
        self, segments: Sequence[Segment], keys: Sequence[bytes], seed: str
    ) -> tuple[list[Sent | None], list[Sent | None]]:
        """Return what `replays` does, and the forms that the texts went out in alone.

        To ask once takes half as long as to ask twice; `settle` takes the second.
        """
        found = self._ledger.get_all([*keys, *_marks(segments, seed)])
        return found[: len(keys)], _either(found[len(keys) :])

    def record(self, key: bytes, sent: Sent) -> None:
        """Remember how a segment is sent now; the first form wins."""
        self._ledger.put(key, sent)

    def record_all(self, entries: Mapping[bytes, Sent]) -> list[Sent]:
        """Remember how segments are sent now; return the form that stands for each, the first."""
        return self._ledger.put_all(entries) if entries else []

    def settle(
        self,
        segments: Sequence[Segment],
        keys: Sequence[bytes],
        replays: Sequence[Sent | None],
        seed: str,
        alone: Sequence[Sent | None] = (),
    ) -> list[Sent | None]:
        """Return the forms with those of history filled in: what may have been forwarded before.

        A client can have begun without us, or a change near the beginning can have made all that
        follows a lineage of its own. Where a known request ends, the rest is new. Else only what
        follows the model's last turn is; what precedes it takes the form in which that text was
        sent last, or stays as it is. Behind the end of a known request there may be texts that
        went out without what came before them; they keep their forms too.

        Args:
            segments: texts in reading order.
            keys: of each.
            replays: what is recorded of each.
            seed: tells incompatible uses apart.
            alone: what `further` returned of the last of them, if that was asked.
        """
        known = next((n for n in reversed(range(len(keys))) if replays[n] is not None), -1)
        ended = known >= 0 and self._ledger.get(_end(keys[known])) is not None
        if ended:
            rest = segments[known + 1 :]
            if len(alone) < len(rest):
                alone = self.further(rest, (), seed)[1]
            pairs = enumerate(alone[len(alone) - len(rest) :], known + 1)
            entries = {n: sent for n, sent in pairs if sent is not None}
        else:
            open_ = [n for n in range(_newest(segments)) if replays[n] is None]
            marks = [_content(segments[n], seed) for n in open_]
            found = dict(zip(open_, self._ledger.get_all(marks), strict=True))
            entries = {n: sent or _untouched(segments[n]) for n, sent in found.items()}
        out = list(replays)
        standing = self.record_all({keys[n]: sent for n, sent in entries.items()})
        for n, sent in zip(entries, standing, strict=True):
            out[n] = sent
        return out

    def alone(
        self, segments: Sequence[Segment], forms: Sequence[Sent], seed: str
    ) -> dict[bytes, Sent]:
        """Return what is recorded of a request without its history, which is with the provider.

        Should its client send all of it again, the texts are known by themselves.
        """
        pairs = zip(segments, forms, strict=True)
        return {_single(segment, seed): sent for segment, sent in pairs}

    def cut(self, segments: Sequence[Segment], seed: str, other: str) -> bool:
        """Whether some of these texts were sent in another form under a seed.

        Not where they went out under another one, in this very lineage: then they stay as they were
        there.
        """
        results = [each for each in segments if each.role is Role.TOOL]
        known = self._ledger.get_all([_content(each, seed) for each in results])
        if not any(sent is not None for sent in known):
            return False
        keys = zip(segments, self.keys(segments, other), strict=True)
        there = self._ledger.get_all([key for each, key in keys if each.role is Role.TOOL])
        return not any(sent is not None for sent in there)

    def opening(self, segments: Sequence[Segment], seed: str) -> dict[bytes, Sent]:
        """Return what is recorded where something is left out: how its conversation began."""
        key = _opening(segments, seed)
        return {} if key is None else {key: Sent(None, 0, 0)}

    def opened(self, segments: Iterable[Segment], seed: str) -> bool:
        """Whether something was left out of a conversation that began like these texts.

        What the system says may have been something else.
        """
        key = _opening(segments, seed)
        return key is not None and self._ledger.get(key) is not None

    def closing(
        self,
        segments: Sequence[Segment],
        keys: Sequence[bytes],
        forms: Sequence[Sent],
        seed: str,
    ) -> dict[bytes, Sent]:
        """Return what is recorded beside new forms: each by its text alone, and where they end.

        A pointer to another message means nothing elsewhere, so such forms are left out.
        """
        entries = {
            _content(segment, seed): sent
            for segment, sent in zip(segments, forms, strict=True)
            if sent.text is not None and POINTERS not in (sent.compressor or "")
        }
        if keys:
            entries[_end(keys[-1])] = Sent(None, 0, 0)
        return entries


def _newest(segments: Sequence[Segment]) -> int:
    """Return where the segments after the model's last turn begin.

    A turn of calls alone holds no text, so a message that is missing counts as one.
    """
    start = len(segments)
    while start and segments[start - 1].role is not Role.ASSISTANT:
        if start < len(segments) and segments[start].turn - segments[start - 1].turn > 1:
            break
        start -= 1
    return start


def _content(segment: Segment, seed: str) -> bytes:
    """Return the key of a text of one call: what another brought may not be shortened like it."""
    parts = (seed, segment.role, segment.tool or "", segment.command or "", segment.text)
    return _hash(b"text", *(_hash(part.encode("utf-8", "surrogatepass")) for part in parts))


def _call(segment: Segment) -> bytes:
    """Return what stands for the call that brought a text, b"" where none did."""
    if not segment.tool and not segment.command:
        return b""
    said = "\0".join((segment.tool or "", segment.command or ""))
    return _hash(said.encode("utf-8", "surrogatepass"))


def _single(segment: Segment, seed: str) -> bytes:
    return _hash(b"alone\0", _content(segment, seed))


def _marks(segments: Sequence[Segment], seed: str) -> list[bytes]:
    """Return the keys of texts that went out as `CacheAligner.alone` says.

    Whoever sends none of its history does not say either which call brought a text.
    """
    unnamed = [replace(each, tool=None, command=None) for each in segments]
    return [_single(each, seed) for each in (*segments, *unnamed)]


def _either(found: Sequence[Sent | None]) -> list[Sent | None]:
    """Return, of what is recorded under `_marks`, that of each text."""
    half = len(found) // 2
    return [known or unnamed for known, unnamed in zip(found[:half], found[half:], strict=True)]


def _opening(segments: Iterable[Segment], seed: str) -> bytes | None:
    """Return the key of what the user said first; None where the user has said nothing."""
    said = (each.text for each in segments if each.role is Role.USER)
    text = next(said, None)
    if text is None:
        return None
    return _hash(b"opening\0", seed.encode(), b"\0", text.encode("utf-8", "surrogatepass"))


def _end(key: bytes) -> bytes:
    return _hash(b"end\0", key)


def _hash(*parts: bytes) -> bytes:
    """Return 32 bytes that stand for the parts, put one after the other."""
    made = blake2b(digest_size=32)
    for part in parts:
        made.update(part)
    return made.digest()


def _untouched(segment: Segment) -> Sent:
    tokens = len(segment.text) // 4
    return Sent(None, tokens, tokens)
