"""`BytesDocument`: a request as the bytes that came in, edited by replacing located spans only."""

from __future__ import annotations

import json
from dataclasses import dataclass, field
from functools import cached_property
from typing import TYPE_CHECKING, Any

from headroom.core.jsonspan import NotSpliceable, TooDeep, decode, locate, separators, skip_blank

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from headroom.core.jsonspan import Span, Trail
    from headroom.core.types import Edit, Json, Path

Splice = tuple[int, int, str]
"""Start and end of a span, and the text that takes its place."""


@dataclass(slots=True)
class Change:
    """What happens to one value: replaced (a leaf), or some of its children changed."""

    children: dict[str | int, Change] = field(default_factory=dict)
    leaf: bool = False
    value: Any = None
    dropped: set[str | int] = field(default_factory=set)
    inserted: dict[str | int | None, list[tuple[str, Any]]] = field(default_factory=dict)
    """New items, keyed by the old item that they stand in front of; None = behind the last."""

    def trail(self) -> Trail:
        """Return the paths that have to be located for it."""
        keys: list[str | int] = [*self.dropped, *(key for key in self.inserted if key is not None)]
        if self.inserted and not keys and not self.children:
            keys = [-1]  # leads nowhere, but has the items listed
        below = {key: change.trail() for key, change in self.children.items()}
        return {**{key: {} for key in keys}, **below}


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
            self.__dict__["_text"] = raw.decode("utf-8")
        except UnicodeDecodeError as error:
            raise NotSpliceable(f"the body is not UTF-8: {error.reason}") from error
        self.__dict__["tree"] = decode(self._text)

    @staticmethod
    def known(raw: bytes) -> BytesDocument:
        """Return the document of a body that is known to be JSON: decoded when it is asked for."""
        made = object.__new__(BytesDocument)
        made.raw = raw
        return made

    @cached_property
    def tree(self) -> Json:
        """The decoded body; that of an edited document is decoded when it is first asked for."""
        return decode(self._text)

    @cached_property
    def _text(self) -> str:
        return self.raw.decode("utf-8")

    def edit(self, edits: Sequence[Edit]) -> BytesDocument:
        """Return a document in which the edited values are replaced; no edits, same object.

        Raises:
            LookupError: a path does not lead anywhere.
            NotSpliceable: a key on a path stands twice in its object, or a value is not JSON.
        """
        if not edits:
            return self
        return self._changed(self._wanted(edits))

    def rewrite(self, tree: Json) -> BytesDocument:
        """Return a document that equals `tree` and keeps the bytes of what it leaves unchanged.

        Items may change, go and come in place; an object whose keys change order is written anew.

        Raises:
            NotSpliceable: a changed key stands twice in its object, or `tree` is not JSON.
        """
        try:
            change = compare(self.tree, tree)
        except RecursionError as error:
            raise TooDeep("the new body nests too deeply") from error
        return self if change is None else self._changed(change)

    @property
    def text(self) -> str:
        """The body, decoded."""
        return self._text

    def located(self, trail: Trail) -> tuple[str, Span]:
        """Return the text of the body, and where what the trail leads to stands in it.

        Raises:
            NotSpliceable: a key on the trail stands twice in its object.
        """
        return self._text, locate(self._text, skip_blank(self._text, 0), trail)

    @staticmethod
    def _wanted(edits: Sequence[Edit]) -> Change:
        root = Change()
        for edit in edits:
            _want(root, edit.path, edit.value)
        return root

    def _changed(self, change: Change) -> BytesDocument:
        try:
            start = skip_blank(self._text, 0)
            found = locate(self._text, start, change.trail())
            splices = sorted(self._splices(found, change))
        except RecursionError as error:
            raise TooDeep("a path or a new value nests too deeply") from error
        return self.spliced(splices)

    def spliced(self, splices: Sequence[Splice], tree: Json = None) -> BytesDocument:
        """Return a document in which pieces of the text are replaced as they are given, in order.

        Nobody checks that JSON comes of it, nor that it is `tree`, which spares decoding it again.
        """
        pieces, at = [], 0
        for start, end, text in splices:
            pieces += [self._text[at:start], text]
            at = end
        pieces.append(self._text[at:])
        made = self.known("".join(pieces).encode("utf-8"))
        if tree is not None:
            made.__dict__["tree"] = tree
        return made

    def _splices(self, found: Span, change: Change) -> Iterator[Splice]:
        if change.leaf:
            yield found.start, found.end, self._spell(change.value)
            return
        if not found.kind:
            raise LookupError(f"nothing stands inside the plain value at character {found.start}")
        appended = list(change.inserted.get(None, ()))
        for key, child in _ordered(found, change.children):
            if key in found.children:
                yield from self._splices(found.children[key], child)
            elif found.kind == "[" and key == len(found.items) + len(appended) and child.leaf:
                appended.append(("", child.value))
            else:
                raise LookupError(f"no {key!r} at character {found.start} of the body")
        yield from _removals(found, change.dropped)
        for item in found.items if change.inserted else ():
            values = change.inserted.get(item.key)
            if values:
                yield item.head, item.head, self._spell_items(found, values, after=True)
        if appended:
            yield self._appended(found, change.dropped, appended)

    def _appended(
        self, found: Span, dropped: set[str | int], values: Sequence[tuple[str, Any]]
    ) -> Splice:
        """Return the insertion of items behind the last one that stays."""
        kept = [item for item in found.items if item.key not in dropped]
        if kept:
            return kept[-1].end, kept[-1].end, self._spell_items(found, values, after=False)
        at = found.items[0].head if found.items else found.start + 1
        end = at if found.items else found.end - 1
        return at, end, self._spell_items(found, values, after=False).removeprefix(self._gap(found))

    def _spell_items(self, found: Span, values: Sequence[tuple[str, Any]], *, after: bool) -> str:
        """Return new items, each with a comma after (or before) it."""
        gap, colon = self._gap(found), self._separators[1]
        spelled = [self._spell(value) for _, value in values]
        if found.kind == "{":
            keys = (self._spell(key) for key, _ in values)
            spelled = [key + colon + text for key, text in zip(keys, spelled, strict=True)]
        return "".join(text + gap if after else gap + text for text in spelled)

    def _gap(self, found: Span) -> str:
        """Return a comma and the white space that this list or object, or the body, puts after."""
        items = found.items
        if len(items) > 1:
            between = self._text[items[0].end : items[1].head]
            return between[between.index(",") :]
        lead = self._text[found.start + 1 : items[0].head] if items else ""
        return f",{lead}" if "\n" in lead else self._separators[0]

    @cached_property
    def is_ascii(self) -> bool:
        """Whether all of the body is ASCII; it takes a look at every byte, once."""
        return self.raw.isascii()

    @cached_property
    def _separators(self) -> tuple[str, str]:
        return separators(self._text)

    def _spell(self, value: Any) -> str:
        """Return a new value as JSON, with the escapes and separators that the body uses.

        A lone surrogate cannot be written as UTF-8, so a text that holds one is escaped.
        """
        style: dict[str, Any] = {"allow_nan": False}
        if not isinstance(value, str):
            style["separators"] = self._separators
        try:
            spelled = json.dumps(value, ensure_ascii=self.is_ascii, **style)
            try:
                spelled.encode("utf-8")
            except UnicodeEncodeError:
                spelled = json.dumps(value, **style)
        except (TypeError, ValueError) as error:
            raise NotSpliceable(f"a new value is not JSON: {error}") from error
        return spelled


def _want(root: Change, path: Path, value: Any) -> None:
    """Add a path; the first edit of a value wins over later ones of it or inside it."""
    node = root
    for key in path:
        if node.leaf:
            return
        node = node.children.setdefault(key, Change())
    if not node.leaf:
        node.leaf, node.value, node.children = True, value, {}


def _ordered(found: Span, children: dict[str | int, Change]) -> list[tuple[str | int, Change]]:
    """Return changes of children by index in lists, so that several may be appended."""
    if found.kind == "{":
        return list(children.items())
    wrong = next((key for key in children if not isinstance(key, int)), None)
    if wrong is not None:
        raise LookupError(f"no {wrong!r} in the list at character {found.start} of the body")
    return sorted(children.items(), key=lambda pair: int(pair[0]))


def _removals(found: Span, dropped: set[str | int]) -> Iterator[Splice]:
    """Yield the removal of items, each with the comma in front, or behind where none is left."""
    items = found.items
    kept = False
    for n, item in enumerate(items if dropped else ()):
        if item.key not in dropped:
            kept = True
        elif kept:
            yield items[n - 1].end, item.end, ""
        else:
            yield item.head, item.end if n + 1 == len(items) else items[n + 1].head, ""


def compare(old: Json, new: Json) -> Change | None:
    """Return what turns one decoded value into another, or None where they are identical."""
    if old is new:
        return None
    change = None
    if isinstance(old, dict) and isinstance(new, dict):
        change = _compare_objects(old, new)
    elif isinstance(old, list) and isinstance(new, list):
        change = _compare_lists(old, new)
    elif identical(old, new):
        return None
    if change is None:
        return Change(leaf=True, value=new)
    return change if change.children or change.dropped or change.inserted else None


def _compare_objects(old: dict[str, Any], new: dict[str, Any]) -> Change | None:
    """Return the changes by key, or None where keys changed order or all went."""
    kept = [key for key in old if key in new]
    if kept != [key for key in new if key in old] or (old and not kept):
        return None
    if not all(isinstance(key, str) for key in new):
        return None
    change = Change(dropped={key for key in old if key not in new})
    anchor: str | None = None
    for key in reversed(new):
        if key in old:
            anchor = key
        else:
            change.inserted.setdefault(anchor, []).append((key, new[key]))
    for items in change.inserted.values():
        items.reverse()
    _descend(change, old, new, [(key, key) for key in kept])
    return change


def _compare_lists(old: list[Any], new: list[Any]) -> Change | None:
    """Return the changes by index; of unequal lengths, equal ends are matched first."""
    if old and not new:
        return None
    change = Change()
    short = min(len(old), len(new))
    head = tail = 0
    if len(old) != len(new):
        while head < short and identical(old[head], new[head]):
            head += 1
        while tail < short - head and identical(old[-1 - tail], new[-1 - tail]):
            tail += 1
    middle = short - tail
    change.dropped.update(range(middle, len(old) - tail))
    added = new[middle : len(new) - tail]
    if added:
        anchor = middle if tail else None
        change.inserted[anchor] = [("", value) for value in added]
    _descend(change, old, new, [(n, n) for n in range(head, middle)])
    return change


def _descend(change: Change, old: Any, new: Any, pairs: Sequence[tuple[Any, Any]]) -> None:
    for before, after in pairs:
        below = compare(old[before], new[after])
        if below is not None:
            change.children[before] = below


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
    return bool(old == new) and (type(old) is not float or repr(old) == repr(new))
