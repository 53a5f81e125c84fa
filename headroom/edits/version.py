"""`Version`: what a file was before an edit and after it, told by digests and what was exchanged.

A whole copy would hold whatever secrets the file has, for as long as the edit lasts.
"""

from __future__ import annotations

import hashlib
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from headroom.core.alike import shared_ends

if TYPE_CHECKING:
    from collections.abc import Sequence


@dataclass(frozen=True, slots=True)
class Splice:
    """A part of a text that took the place of another part, from a position on."""

    start: int
    old: str
    new: str

    @classmethod
    def between(cls, before: str, after: str) -> Splice:
        """Return the one splice that makes a text of another."""
        start, end = shared_ends(before, after)
        return cls(start, before[start : len(before) - end], after[start : len(after) - end])


@dataclass(frozen=True, slots=True)
class Version:
    """A file's content before an edit and after it."""

    before: str | None
    """Digest; None: there was no file."""
    after: str
    splices: tuple[Splice, ...]
    """What was done, in order."""

    @classmethod
    def of(cls, before: bytes | None, after: bytes, splices: Sequence[Splice]) -> Version:
        """Return the version that an edit made of a content."""
        return cls(None if before is None else digest(before), digest(after), tuple(splices))

    def back(self, content: bytes) -> bytes | None:
        """Return what the content was before, given that of afterwards."""
        if self.before is None:
            return None
        text = content.decode()
        for each in reversed(self.splices):
            text = text[: each.start] + each.old + text[each.start + len(each.new) :]
        return text.encode()

    def pack(self) -> list[Any]:
        """Return this as JSON."""
        splices = [[each.start, each.old, each.new] for each in self.splices]
        return [self.before, self.after, splices]

    @classmethod
    def unpack(cls, data: list[Any]) -> Version:
        """Return what `pack` made JSON of."""
        before, after, splices = data
        return cls(before, after, tuple(Splice(*each) for each in splices))


def digest(content: bytes) -> str:
    """Return by what a content is known again."""
    return hashlib.sha256(content).hexdigest()
