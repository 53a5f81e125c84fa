"""`BytesDocument`: a request as the bytes that came in, edited by replacing located spans only."""

from __future__ import annotations

import json
from functools import cached_property
from typing import TYPE_CHECKING, Any, Self

from headroom.core.jsonspan import NotSpliceable, Wanted, container, decode, skip_blank

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from headroom.core.jsonspan import Container
    from headroom.core.types import Edit, Json, Path

_SAMPLE = 4096
"""Characters of the body by which its spelling of separators is judged."""

Splice = tuple[int, int, str]
"""Start and end of a span, and the text that takes its place."""


class BytesDocument:
    """A JSON body; every byte outside the edited values stays what it was.

    Args:
        raw: the body, UTF-8.

    Raises:
        NotSpliceable: not strict UTF-8, or not one JSON value.
    """

    def __init__(self, raw: bytes) -> None:
        self.raw = raw
        try:
            self._text = raw.decode("utf-8")
        except UnicodeDecodeError as error:
            raise NotSpliceable(f"the body is not UTF-8: {error.reason}") from error
        self._decoded = decode(self._text)

    @property
    def tree(self) -> Json:
        """The decoded body."""
        return self._decoded

    def edit(self, edits: Sequence[Edit]) -> Self:
        """Return a document in which the edited values are replaced; no edits, same object.

        Raises:
            LookupError: a path does not lead anywhere.
            NotSpliceable: an object on a path holds the same key twice.
        """
        if not edits:
            return self
        root = Wanted()
        for edit in edits:
            _want(root, edit.path, edit.value)
        return self._spliced(self._splices(skip_blank(self._text, 0), root))

    def rewrite(self, tree: Json) -> Self:
        """Return a document that equals `tree` and keeps the bytes of what it leaves unchanged.

        An object whose keys change, or a list that loses items, is written anew as a whole.

        Raises:
            NotSpliceable: an object that holds a change holds the same key twice, or `tree` nests
                too deeply.
        """
        start = skip_blank(self._text, 0)
        try:
            splices = list(self._changes(start, self._decoded, tree))
        except RecursionError as error:
            raise NotSpliceable("the new body nests too deeply") from error
        return self._spliced(iter(splices)) if splices else self

    def _spliced(self, splices: Iterator[Splice]) -> Self:
        pieces, at = [], 0
        for start, end, text in sorted(splices):
            pieces += [self._text[at:start], text]
            at = end
        pieces.append(self._text[at:])
        return type(self)("".join(pieces).encode("utf-8"))

    def _splices(self, at: int, wanted: Wanted) -> Iterator[Splice]:
        if wanted.leaf:
            yield at, self._end(at), self._spell(wanted.value)
            return
        found = container(self._text, at, wanted)
        if found is None:
            raise LookupError(f"no {next(iter(wanted.children))!r} in a plain value")
        added: list[Any] = []
        keys = wanted.children
        if self._text[at] == "[":
            keys = dict(sorted(keys.items(), key=lambda item: int(item[0])))
        for key, child in keys.items():
            if key in found.items:
                yield from self._splices(found.items[key][0], child)
            elif self._text[at] == "[" and key == found.size + len(added) and child.leaf:
                added.append(child.value)
            else:
                raise LookupError(f"no {key!r} at character {at} of the body")
        if added:
            yield self._appended(found, added)

    def _changes(self, at: int, old: Any, new: Any) -> Iterator[Splice]:
        """Yield what turns the value at `at` into `new`, in as small pieces as its shape allows."""
        if identical(old, new):
            return
        keys = _keys(old, new)
        found = None
        if keys is not None:
            found = container(self._text, at, Wanted({key: Wanted() for key in keys}))
        if keys is None or found is None:
            yield at, self._end(at), self._spell(new)
            return
        for key in keys:
            yield from self._changes(found.items[key][0], old[key], new[key])
        if isinstance(new, list) and len(new) > len(old):
            yield self._appended(found, new[len(old) :])

    def _appended(self, found: Container, values: Sequence[Any]) -> Splice:
        """Return the insertion of values behind the last item of a list."""
        spelled = [self._spell(value) for value in values]
        gap = found.gap if found.size > 1 else self._separators[0][1:]
        if not found.size:
            return found.start + 1, found.end, f",{gap}".join(spelled)
        last = found.items[found.size - 1][1]
        return last, last, "".join(f",{gap}{text}" for text in spelled)

    def _end(self, at: int) -> int:
        return _DECODER.raw_decode(self._text, at)[1]

    @cached_property
    def _separators(self) -> tuple[str, str]:
        sample = self._text[:_SAMPLE]
        item = ", " if '", "' in sample or "}, {" in sample else ","
        return item, ": " if '": ' in sample else ":"

    def _spell(self, value: Any) -> str:
        """Return a new value as JSON, with the escapes and separators that the body uses.

        A lone surrogate cannot be written as UTF-8, so a text that holds one is escaped.
        """
        spelled = json.dumps(value, ensure_ascii=self._text.isascii(), separators=self._separators)
        try:
            spelled.encode("utf-8")
        except UnicodeEncodeError:
            return json.dumps(value, separators=self._separators)
        return spelled


_DECODER = json.JSONDecoder()


def _want(root: Wanted, path: Path, value: Any) -> None:
    """Add a path; the first edit of a value wins over later ones of it or inside it."""
    node = root
    for key in path:
        if node.leaf:
            return
        node = node.children.setdefault(key, Wanted())
    if not node.leaf:
        node.leaf, node.value, node.children = True, value, {}


def _keys(old: Any, new: Any) -> list[str | int] | None:
    """Return the keys under which to look for changes, or None where all has to be replaced."""
    if isinstance(old, dict) and isinstance(new, dict):
        return list(old) if list(old) == list(new) else None
    if isinstance(old, list) and isinstance(new, list) and len(new) >= len(old):
        return list(range(len(old)))
    return None


def identical(old: Any, new: Any) -> bool:
    """Whether two decoded values are the same JSON: 1, 1.0 and True are not, nor is key order."""
    if old is new:
        return True
    if type(old) is not type(new):
        return False
    if isinstance(old, dict):
        return list(old) == list(new) and all(identical(old[key], new[key]) for key in old)
    if isinstance(old, list):
        return len(old) == len(new) and all(map(identical, old, new))
    return bool(old == new)
