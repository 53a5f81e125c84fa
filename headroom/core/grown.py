"""`GrownDocument`: a request read only as far as it is new, the rest known from an earlier one.

A turn of a conversation repeats the turns before it byte for byte. Items of the list of messages
that an earlier body began with in the same bytes are taken from there, decoded as they are.
"""

from __future__ import annotations

from bisect import bisect_left
from typing import TYPE_CHECKING, Any

from headroom.core.document import LISTS
from headroom.core.jsonpatch import BytesDocument
from headroom.core.jsonspan import NotSpliceable, TooDeep, key_at, locate, skip_blank, value_at

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from headroom.core.jsonpatch import Change
    from headroom.core.jsonspan import Span
    from headroom.core.types import Edit

ByteSplice = tuple[int, int, bytes]
"""Start and end of a span of the body, in bytes, and the bytes that take its place."""


def shared_items(raw: bytes, earlier: GrownDocument, beyond: int = 0) -> int:
    """Return how many items of an earlier body stand in the same bytes at the beginning of `raw`.

    Everything up to the end of the last of them is the same; what follows it is not looked at.
    Where there are no more than `beyond` of them, 0 says so: that takes one look.
    """
    before = memoryview(earlier.raw)
    ends = earlier.ends
    if len(ends) <= beyond or not raw.startswith(before[: ends[beyond]]):
        return 0
    if raw.startswith(before[: ends[-1]]):
        return len(ends)
    return bisect_left(ends, 1, key=lambda end: not raw.startswith(before[:end]))


class GrownDocument(BytesDocument):
    """A JSON object with a list of messages, of which it is known where each one stands.

    Args:
        raw: the body, UTF-8.
        earlier: a body to take the first items from.
        same: how many, as `shared_items` says.

    Raises:
        NotSpliceable: it is no such object, or something about it is unusual (a key that stands
            twice); `BytesDocument` may still read it, or say what is wrong.
    """

    def __init__(self, raw: bytes, earlier: GrownDocument | None = None, same: int = 0) -> None:
        self.raw = raw
        self.earlier = earlier if same else None
        self.same = same if earlier is not None else 0
        """How many items are the very objects of the earlier body."""
        self.key = ""
        """Key of the list."""
        self.closed = 0
        """Offset of the bracket that ends the list, in bytes."""
        self.starts: list[int] = []
        """Offset of each item in bytes."""
        self.ends: list[int] = []
        self.before: dict[str, Any] = {}
        """The fields in front of the list."""
        self.after: dict[str, Any] = {}
        """The fields behind it."""
        self.items: list[Any] = []
        try:
            if earlier is not None and same:
                self._resume(earlier)
            else:
                self._open()
        except UnicodeDecodeError as error:
            raise NotSpliceable(f"the body is not UTF-8: {error.reason}") from error
        except RecursionError as error:
            raise TooDeep("the body nests too deeply") from error
        if not self.before.keys().isdisjoint(self.after) or self.key in self.after:
            raise NotSpliceable("a key stands twice in the body")
        self.__dict__["tree"] = {**self.before, self.key: self.items, **self.after}

    def edit_further(
        self, edits: Sequence[Edit], splices: Sequence[ByteSplice]
    ) -> tuple[BytesDocument, list[ByteSplice]] | None:
        """Return the document with values inside items replaced, and all splices in order.

        None where an edit is not of that kind: then `edit` does it, or says why not.

        Args:
            edits: those of items that do not stand in `splices`.
            splices: those of earlier items, ready.

        Raises:
            NotSpliceable: a key on a path stands twice in its object, or a value is not JSON.
        """
        changes = self._by_item(self._wanted(edits))
        if changes is None:
            return None
        made = list(splices)
        try:
            for number in sorted(changes):
                made += self._within(number, changes[number])
        except LookupError:
            return None
        return (self._spliced(made), made) if made else (self, made)

    def edit(self, edits: Sequence[Edit]) -> BytesDocument:
        """Return a document in which the edited values are replaced; no edits, same object.

        Raises:
            LookupError: a path does not lead anywhere.
            NotSpliceable: a key on a path stands twice in its object, or a value is not JSON.
        """
        done = self.edit_further(edits, ()) if edits else (self, [])
        return super().edit(edits) if done is None else done[0]

    def _spliced(self, splices: Sequence[ByteSplice]) -> BytesDocument:
        body, at = memoryview(self.raw), 0
        pieces: list[bytes | memoryview] = []
        for start, end, new in splices:
            pieces += (body[at:start], new)
            at = end
        pieces.append(body[at:])
        return BytesDocument.known(b"".join(pieces))

    def _by_item(self, change: Change) -> dict[int, Change] | None:
        """Return the changes by item, or None where something else changes, or items do."""
        if change.leaf or set(change.children) - {self.key}:
            return None
        inner = change.children.get(self.key)
        if inner is None:
            return {}
        if inner.leaf or not all(map(self._is_within, inner.children.values(), inner.children)):
            return None
        return inner.children  # type: ignore[return-value] # all keys are numbers of items

    def _is_within(self, change: Change, key: str | int) -> bool:
        return type(key) is int and 0 <= key < len(self.ends) and not change.leaf

    def _within(self, number: int, change: Change) -> Iterator[ByteSplice]:
        start, end = self.starts[number], self.ends[number]
        piece = self.raw[start:end].decode("utf-8")
        try:
            found = sorted(_leaves(locate(piece, 0, change.trail()), change))
        except RecursionError as error:
            raise TooDeep("a path nests too deeply") from error
        plain = piece.isascii()
        for first, last, leaf in found:
            new = self._spell(leaf.value).encode("utf-8")
            if plain:
                yield start + first, start + last, new
            else:
                head = start + len(piece[:first].encode("utf-8"))
                yield head, head + len(piece[first:last].encode("utf-8")), new

    def _open(self) -> None:
        """Read a body from its beginning."""
        text = self.raw.decode("utf-8")
        at = skip_blank(text, 0)
        if text[at : at + 1] != "{":
            raise NotSpliceable("the body is not a JSON object")
        at = skip_blank(text, at + 1)
        while True:
            key, at = key_at(text, at)
            if key in self.before:
                raise NotSpliceable("a key stands twice in the body")
            if key in LISTS and text[at : at + 1] == "[":
                break
            self.before[key], at = value_at(text, at)
            at = skip_blank(text, at)
            if text[at : at + 1] != ",":
                raise NotSpliceable("the body has no list of messages")
            at = skip_blank(text, at + 1)
        self.key = key
        self._rest(text, self._list(text, skip_blank(text, at + 1), 0))

    def _resume(self, earlier: GrownDocument) -> None:
        """Read what follows the items that are taken over."""
        self.key, self.before = earlier.key, earlier.before
        self.starts, self.ends = earlier.starts[: self.same], earlier.ends[: self.same]
        self.items = earlier.items[: self.same]
        base = self.ends[-1]
        text = self.raw[base:].decode("utf-8")
        at = skip_blank(text, 0)
        if text[at : at + 1] == ",":
            at = self._list(text, skip_blank(text, at + 1), base)
        elif text[at : at + 1] == "]":
            self.closed = base + at
            at += 1
        else:
            raise NotSpliceable("an item goes on where an earlier one ended")
        self._rest(text, at, earlier)

    def _list(self, text: str, at: int, base: int) -> int:
        """Read items up to the end of the list; return the offset behind it.

        Args:
            text: the body, or its end.
            at: where the next item begins.
            base: offset in the body, in bytes, at which `text` begins.
        """
        offset = _Offset(text, base)
        while True:
            value, end = value_at(text, at)
            self.items.append(value)
            self.starts.append(offset(at))
            self.ends.append(offset(end))
            at = skip_blank(text, end)
            if text[at : at + 1] != ",":
                break
            at = skip_blank(text, at + 1)
        if text[at : at + 1] != "]":
            raise NotSpliceable("neither comma nor ] after an item")
        self.closed = offset(at)
        return at + 1

    def _rest(self, text: str, at: int, earlier: GrownDocument | None = None) -> None:
        """Read what follows the list, or take it over where it is the same."""
        if earlier is not None:
            tail = memoryview(earlier.raw)[earlier.closed :]
            if len(self.raw) - self.closed == len(tail) and self.raw.endswith(tail):
                self.after = earlier.after
                return
        at = skip_blank(text, at)
        while text[at : at + 1] == ",":
            key, at = key_at(text, skip_blank(text, at + 1))
            if key in self.after:
                raise NotSpliceable("a key stands twice in the body")
            self.after[key], at = value_at(text, at)
            at = skip_blank(text, at)
        if text[at : at + 1] != "}" or skip_blank(text, at + 1) != len(text):
            raise NotSpliceable("the body does not end behind its last value")


class _Offset:
    """Turns offsets of a text into offsets of a body in bytes, each further on than the last."""

    def __init__(self, text: str, base: int) -> None:
        self._text, self._base, self._at = text, base, 0
        self._plain = text.isascii()

    def __call__(self, at: int) -> int:
        if self._plain:
            return self._base + at
        self._base += len(self._text[self._at : at].encode("utf-8"))
        self._at = at
        return self._base


def _leaves(found: Span, change: Change) -> Iterator[tuple[int, int, Change]]:
    """Yield the values to be replaced, with where they stand."""
    if change.leaf:
        yield found.start, found.end, change
        return
    if not found.kind:
        raise LookupError(f"nothing stands inside the plain value at character {found.start}")
    for key, below in change.children.items():
        if key not in found.children:
            raise LookupError(f"no {key!r} at character {found.start} of an item")
        yield from _leaves(found.children[key], below)
