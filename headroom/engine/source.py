"""`Source`: a text of a request at which a later one may point, and what it is known by."""

from __future__ import annotations

from array import array
from contextlib import suppress
from dataclasses import dataclass, replace
from itertools import chain
from typing import TYPE_CHECKING

from headroom.core import fold
from headroom.core.letter import contents, strings
from headroom.decode import CUTS, expand_text
from headroom.lines import numbered

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence

SAME, EARLIER = "same", "earlier"
_SIGNS = (f"{fold.PREFIX}{SAME} ", f"{fold.PREFIX}{EARLIER} ")
"""How pointers begin: most forms hold none, and are not taken apart to find out."""
_CUTS = tuple(f"{fold.PREFIX}{form} " for form in CUTS)
_PAGE = "page"
"""A form in which each line stands for one, with the same in short."""
_PAGES = f"{fold.PREFIX}{_PAGE} "
AS_IN, _MESSAGE = ": as in ", "message "
AGAIN = AS_IN + _MESSAGE
"""How a mark says that an earlier text had these lines."""
ANCHOR = 16
"""Shorter lines ("}", "return x") stand everywhere and anchor nothing."""
_LEAST_BYTES = 1024
"""Of traces, eight bits each."""


@dataclass(slots=True)
class Source:
    """An earlier text that may be pointed at."""

    message: int
    part: int
    text: str
    sent: str
    origin: str = ""
    lasting: bool = True
    """Whether it stays in front of the reader and is long enough to be pointed at."""
    asks: bool = False
    """Whether the user says it: what was left out before was left out for something else."""
    string: int = 0
    """Which string of the text this is, from 1, where the text is JSON; 0: all of it."""
    _strings: tuple[Source, ...] | None = None
    _points: bool | None = None
    _gapped: bool | None = None
    _whole: Source | None = None
    _looked: bool = False
    _digests: array[int] | None = None
    _index: dict[str, int] | None = None
    _lines: list[str] | None = None
    _bare: list[str] | None = None

    @property
    def place(self) -> str:
        """Where the source stands: message, part and string, all from 1."""
        part = f" part {self.part}" if self.part > 1 else ""
        return f"{_MESSAGE}{self.message}{part}" + (f" string {self.string}" if self.string else "")

    @property
    def label(self) -> str:
        """Where the source stands, and what brought it."""
        return self.place + (f" ({self.origin})" if self.origin else "")

    @property
    def lines(self) -> list[str]:
        """The lines as they are sent, those of a page as it was printed."""
        if self._lines is None:
            self._lines = lines_of(self.sent)
        return self._lines

    @property
    def bare(self) -> list[str]:
        """The lines as they are sent, without their numbers if they have some."""
        if self._bare is None:
            self._bare = bare(self.lines)
        return self._bare

    @property
    def digests(self) -> array[int]:
        """What the distinctive lines hash to: few bytes to hold, and seldom the same by chance.

        These hashes are of this process alone, and only say which lines need not be compared.
        """
        if self._digests is None:
            found = bare(lines_of(self.sent))
            self._digests = array("q", {hash(line) for line in found if len(line) >= ANCHOR})
        return self._digests

    @property
    def strings(self) -> tuple[Source, ...]:
        """The long strings of a text that is JSON, each a source of its own."""
        if self._strings is None:
            found = strings(self.text)
            texts = [each.text for each in found]
            sent = texts if self.sent is self.text else contents(self.text, found, self.sent)
            pairs = enumerate(zip(texts, sent or (), strict=False), start=1)
            self._strings = tuple(self._as(text, form, number) for number, (text, form) in pairs)
        return self._strings

    @property
    def points(self) -> bool:
        """Whether some of the text is only pointed at."""
        if self._points is None:
            sent = self.sent
            begun = sent is not self.text and any(sign in sent for sign in _SIGNS)
            self._points = begun and any(pointers(sent))
        return self._points

    @property
    def gapped(self) -> bool:
        """Whether parts of the text were left out."""
        if self._gapped is None:
            sent = self.sent
            self._gapped = sent is not self.text and any(form in sent for form in _CUTS)
        return self._gapped

    @property
    def whole(self) -> Source | None:
        """The text as it was, if parts of it were left out that are not told of elsewhere."""
        if not self._looked:
            self._looked = True
            if self.gapped and AGAIN not in self.sent:
                self._whole = self._as(self.text, self.text, self.string)
        return self._whole

    def _as(self, text: str, sent: str, string: int) -> Source:
        """Return a source at the same place of the request, or within it."""
        sent = text if sent == text else sent
        return Source(
            self.message, self.part, text, sent, self.origin, self.lasting, self.asks, string
        )

    def kept(self, sent: str | None) -> Source:
        """Return the source for the next request, in the form that stands, None for its own.

        Lines are not kept: they take several times what the text takes.
        """
        if self._whole is not None:
            self._whole = self._whole.kept(None)
        if self._strings:
            self._strings = tuple(each.kept(each.sent) for each in self._strings)
        if sent is not None and sent != self.sent:
            form = sent
        elif sent is None and self.sent is not self.text:
            form = self.text
        elif (self._index, self._lines, self._bare) == (None, None, None):
            return self
        else:
            return replace(self, _index=None, _lines=None, _bare=None)
        return self._as(self.text, form, self.string)

    @property
    def index(self) -> dict[str, int]:
        """Where each distinctive line stands first."""
        if self._index is None:
            self._index = {}
            for number, line in enumerate(self.bare):
                if len(line) >= ANCHOR:
                    self._index.setdefault(line, number)
        return self._index


def bare(lines: list[str]) -> list[str]:
    """Return lines without what is counted in front of each, the same where nothing is."""
    return numbered.bare(lines) or lines


def lines_of(sent: str) -> list[str]:
    """Return the lines at which a pointer may point, those of a page as it was printed.

    There are as many as of the text itself.
    """
    if _PAGES not in sent:
        return sent.split("\n")
    lines, at = sent.split("\n"), 0
    for piece in fold.scan(sent):
        if isinstance(piece, str):
            at += piece.count("\n")
            continue
        if piece.form == _PAGE:
            with suppress(ValueError):
                lines[at : at + len(piece.lines) + 1] = [lines[at], *_printed(piece)]
        at += len(piece.lines)
    return lines


def _printed(page: fold.Block) -> list[str]:
    """Return the lines of a page as they were printed, one for each.

    Raises:
        ValueError: the block does not decode.
    """
    found = expand_text(fold.block(page.form, page.lines, page.note)).split("\n")
    if len(found) != len(page.lines):
        raise ValueError("a page has other lines than it was printed with")
    return found


class Traces:
    """Which lines a conversation may hold, as bits that their hashes name; never changed.

    A line that is there is always found; of those that are not, one in eight at most is as well.
    To ask takes as long in a long conversation as in a short one.
    """

    __slots__ = ("_bits", "_count", "covers")

    def __init__(self, bits: bytes = bytes(_LEAST_BYTES), count: int = 0, covers: int = 0) -> None:
        self._bits, self._count = bits, count
        self.covers = covers
        """How many texts these are of, from the first one on."""

    def found(self, marks: Iterable[int | None]) -> set[int]:
        """Return those of some hashes that may be there."""
        bits, most = self._bits, len(self._bits) - 1
        return {
            mark for mark in marks if mark is not None and bits[mark >> 3 & most] >> (mark & 7) & 1
        }

    def grown(self, sources: Sequence[Source]) -> Traces:
        """Return the traces of some sources, of which the first ones are those of these traces."""
        fresh = list(_digests(sources[self.covers :]))
        count = self._count + sum(map(len, fresh))
        bits = bytearray(self._bits)
        if count > len(bits):
            fresh = list(_digests(sources))
            count = sum(map(len, fresh))
            bits = bytearray(max(_LEAST_BYTES, 1 << (2 * count).bit_length()))
        most = len(bits) - 1
        for mark in chain.from_iterable(fresh):
            bits[mark >> 3 & most] |= 1 << (mark & 7)
        return Traces(bytes(bits), count, len(sources))


def _digests(sources: Iterable[Source]) -> Iterator[array[int]]:
    """Yield what is known of the lines of lasting sources and of their strings."""
    for source in sources:
        if source.lasting:
            yield source.digests
            yield from (each.digests for each in source.strings)


def pointers(text: str) -> Iterator[fold.Block]:
    """Yield the pointer blocks that stand in a text."""
    for piece in fold.scan(text):
        if not isinstance(piece, str) and piece.form in (SAME, EARLIER):
            yield piece
