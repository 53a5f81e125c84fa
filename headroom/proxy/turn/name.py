"""By what a turn of the model is found again in its client's next requests.

The same prompt is sent every day, an answer is asked for anew, a conversation forks: what tells a
turn from others like it are the ids and seals that the provider gave it. Where a client keeps none
of them, a turn is known by what it says, and by what it was told just before.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from headroom import registry
from headroom.core.types import Role
from headroom.proxy.turn.offer import LISTS, key

if TYPE_CHECKING:
    from collections import Counter
    from collections.abc import Collection, Iterable, Sequence

    from headroom.core.types import Json
    from headroom.proxy.turn.piece import Piece

_LONG, _SHORT, _DIGITS = 40, 9, 3
"""Letters of a seal that is surely one of a kind; of a shorter one, with so many digits, too."""
_MAKER = 2
"""Letters by which ids of one maker begin: toolu_, call_, fc_."""
_KEPT, _ASKED = 32, 3
"""Marks under which a turn is kept, and those by which it is looked for."""


@dataclass(frozen=True, slots=True)
class Names:
    """By what a turn may be known."""

    marked: list[bytes]
    """Keys of its marks: nothing else has them."""
    said: list[bytes]
    """Keys of what it says: another one may have said the same; see `behind`."""


def names_kept(conversation: bytes, pieces: Sequence[Piece]) -> Names:
    """Return the names under which a turn is kept, of which the client sees these pieces."""
    return _names(conversation, pieces, marks(pieces)[:_KEPT])


def names_asked(conversation: bytes, pieces: Sequence[Piece]) -> Names:
    """Return the names by which a turn is looked for, as its client has it."""
    return _names(conversation, pieces, marks(pieces)[-_ASKED:])


def _names(conversation: bytes, pieces: Sequence[Piece], marked: list[str]) -> Names:
    found = [(b"call", each.call) for each in pieces if each.call]
    text = "".join("".join(each.text.split()) for each in pieces if each.text)
    if text:
        found.append((b"text", text))
    return Names(
        [key(conversation, b"mark", mark.encode()) for mark in marked],
        [key(conversation, kind, said.encode("utf-8", "surrogatepass")) for kind, said in found],
    )


def behind(said: Iterable[bytes], told: bytes, seen: Counter[bytes]) -> list[bytes]:
    """Return the keys of what a turn says behind what the model was told.

    Args:
        said: keys of what it says.
        told: see `followed`.
        seen: how often each was there before in the conversation; counted on.
    """
    keys = []
    for each in said:
        name = key(each, told)
        seen[name] += 1
        keys.append(key(name, str(seen[name]).encode()))
    return keys


def marks(pieces: Iterable[Piece]) -> list[str]:
    """Return the ids and seals of a turn that no other turn has, long ones by a digest."""
    found = []
    for seal in (seal for each in pieces for seal in each.seals):
        if len(seal) >= _LONG:
            found.append(seal[:_MAKER] + key(seal.encode()).hex())
        elif len(seal) >= _SHORT and sum(map(str.isdigit, seal)) >= _DIGITS:
            found.append(seal)
    return found


def differ(one: Collection[str], other: Collection[str]) -> bool:
    """Whether marks are surely those of two turns; clients that make ids up say nothing by them."""
    if not set(one).isdisjoint(other):
        return False
    return not {mark[:_MAKER] for mark in one}.isdisjoint(mark[:_MAKER] for mark in other)


def followed(items: Sequence[Json], wire: str) -> bytes:
    """Return what stands for what the model was told in the items between two turns.

    That is the results of tools; only without any it is what the user says, into which clients put
    a clock and the like.
    """
    found = registry.provider(wire).segments({LISTS[wire]: list(items)})
    for role in (Role.TOOL, Role.USER):
        told = sorted("".join(each.text.split()) for each in found if each.role is role)
        if told:
            return key(*(each.encode("utf-8", "surrogatepass") for each in told))
    return b""
