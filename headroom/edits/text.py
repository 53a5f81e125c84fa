"""Changes applied to the text of a file, and taken back: pure, whatever the format."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Protocol

from headroom.core.document import value_at
from headroom.edits import dotenv, jsonfile, tomlfile, yamlfile
from headroom.edits.block import Block
from headroom.edits.change import (
    Item,
    Raw,
    RemoveKey,
    find,
    nested,
    packed,
    spelled,
    unpacked,
    with_value,
    without,
)
from headroom.edits.line import BOM
from headroom.errors import EditError

if TYPE_CHECKING:
    from collections.abc import Sequence

    from headroom.edits.change import Change, Path, Place


class Format(Protocol):
    """What the module of a format offers; all are functions of the text alone."""

    def parse(self, text: str) -> Any:
        """Return the data."""

    def raw(self, text: str, place: Place) -> str:
        """Return how the value at a place is spelled; "" where a text has no value at all."""

    def put(self, text: str, place: Place, value: Any) -> str:
        """Return the text with another value at a place that has one."""

    def add(self, text: str, parent: Place, key: str | None, value: Any) -> str:
        """Return the text with one more key or element."""

    def drop(self, text: str, place: Place) -> str:
        """Return the text with nothing at a place that has a value."""


FORMATS: dict[str, Format] = {
    "json": jsonfile,
    "toml": tomlfile,
    "yaml": yamlfile,
    "dotenv": dotenv,
    "block": Block(),
    "markdown": Block("<!-- ", " -->"),
}
"""`block` and `markdown` hold marked blocks of lines; a path into them is the name of a block."""


@dataclass(frozen=True, slots=True)
class Inverse:
    """How one change is taken back in a text that others may have edited since."""

    path: Path
    ours: Any = None
    """The value that we set."""
    removed: bool = False
    """Whether the change took the key away."""
    raw: str | None = None
    """How the value was spelled that was there before; None: there was none."""
    made: int = 0
    """How many containers above the key were made for it."""
    hole: str | None = None
    """How the container was spelled that was empty before."""

    def pack(self) -> dict[str, Any]:
        """Return this as JSON."""
        return {
            "path": packed(self.path),
            "ours": self.ours,
            "removed": self.removed,
            "raw": self.raw,
            "made": self.made,
            "hole": self.hole,
        }

    @classmethod
    def unpack(cls, data: dict[str, Any]) -> Inverse:
        """Return what `pack` made JSON of."""
        return cls(**{**data, "path": unpacked(data["path"])})


def apply(text: str, kind: str, changes: Sequence[Change]) -> tuple[str, list[Inverse]]:
    """Return a text with changes made, and how to take each of them back, last first.

    Args:
        text: what is in the file; "" for one that does not exist.
        kind: name of a format.
        changes: made in this order; one that changes nothing has no inverse.

    Raises:
        EditError: the text is not of that format, or it cannot be changed without guessing.
    """
    form = FORMATS[kind]
    inverses: list[Inverse] = []
    for change in changes:
        data = form.parse(text)
        if isinstance(change, RemoveKey):
            text, inverse = _removed(form, text, data, change.path)
        else:
            text, inverse = _set(form, text, data, change.path, change.value)
        if inverse and not getattr(change, "keep", False):
            inverses.insert(0, inverse)
    return text, inverses


def revert(text: str, kind: str, inverses: Sequence[Inverse]) -> str:
    """Return a text without what changes put there, although others have edited it since.

    A value of ours that somebody else has changed stays; a table or a block of ours goes whatever
    is in it by now.

    Raises:
        EditError: as `apply`.
    """
    form = FORMATS[kind]
    for inverse in inverses:
        text = _reverted(form, text, inverse)
    return text


def is_empty(text: str, kind: str) -> bool:
    """Whether there is nothing in a text, not even a comment."""
    return not "".join(text.split()).strip(f"{{}}[]{BOM}") and not FORMATS[kind].parse(text)


def _set(form: Format, text: str, data: Any, path: Path, value: Any) -> tuple[str, Inverse | None]:
    place, rest = find(data, path)
    if path and isinstance(path[-1], Item):
        value = path[-1].fresh(value)
    expected = with_value(data, path, value)
    if expected == data and not rest:
        return text, None
    if rest:
        held = value_at(data, place)
        hole = None if held else form.raw(text, place)
        key = rest[0] if isinstance(rest[0], str) else None
        result = form.add(text, place, key, nested(rest, value))
        inverse = Inverse(path, value, made=len(rest) - 1, hole=hole)
    else:
        inverse = Inverse(path, value, raw=form.raw(text, place))
        result = form.put(text, place, value)
    return _checked(form, result, expected, path), inverse


def _removed(form: Format, text: str, data: Any, path: Path) -> tuple[str, Inverse | None]:
    place, rest = find(data, path)
    if rest:
        return text, None
    inverse = Inverse(path, removed=True, raw=form.raw(text, place))
    return _checked(form, form.drop(text, place), without(data, place), path), inverse


def _reverted(form: Format, text: str, inverse: Inverse) -> str:
    data = form.parse(text)
    try:
        place, rest = find(data, inverse.path)
    except EditError:
        return text  # somebody has put something else in the way
    if inverse.removed:
        return _restored(form, text, place, rest, inverse)
    if rest:
        return _emptied(form, text, inverse)
    value = value_at(data, place)
    if inverse.raw is not None:
        return _put_back(form, text, place, inverse.raw) if value == inverse.ours else text
    whole = isinstance(form, Block) or (isinstance(value, dict) and isinstance(inverse.ours, dict))
    if value != inverse.ours and not whole:
        return text
    return _emptied(form, _dropped(form, text, place), inverse)


def _put_back(form: Format, text: str, place: Place, raw: str) -> str:
    """Return the text with a value spelled as it was before.

    Raises:
        EditError: the format has no room for that any more.
    """
    result = form.put(text, place, Raw(raw))
    form.parse(result)
    return result


def _restored(form: Format, text: str, place: Place, rest: Path, inverse: Inverse) -> str:
    """Return the text with a key that we took away, unless it or its parents are no longer so."""
    if len(rest) != 1 or inverse.raw is None:
        return text
    key = rest[0] if isinstance(rest[0], str) else None
    return form.add(text, place, key, Raw(inverse.raw))


def _emptied(form: Format, text: str, inverse: Inverse) -> str:
    """Return the text without the containers that we made and that hold nothing any more."""
    for depth in range(1, inverse.made + 1):
        above = inverse.path[:-depth]
        data = form.parse(text)
        place, rest = find(data, above)
        if rest:
            continue
        held = value_at(data, place)
        step = above[-1]
        if held and held != (None if isinstance(step, str) else step.fresh({})):
            return text
        text = _dropped(form, text, place)
    return _filled(form, text, inverse)


def _filled(form: Format, text: str, inverse: Inverse) -> str:
    """Return the text with the container that was empty before spelled as it was then."""
    place, rest = find(form.parse(text), inverse.path[: len(inverse.path) - inverse.made - 1])
    if inverse.hole is None or rest or value_at(form.parse(text), place):
        return text
    if form.raw(text, place) == inverse.hole:
        return text
    return form.put(text, place, Raw(inverse.hole))


def _dropped(form: Format, text: str, place: Place) -> str:
    expected = without(form.parse(text), place)
    return _checked(form, form.drop(text, place), expected, tuple(map(str, place)))


def _checked(form: Format, text: str, expected: Any, path: Path) -> str:
    """Return a text that says what was wanted.

    Raises:
        EditError: it does not.
    """
    try:
        right = _bare(form.parse(text)) == _bare(expected)
    except EditError as error:
        raise EditError(f"{spelled(path)} cannot be changed here by a program: {error}") from error
    if not right:
        raise EditError(f"{spelled(path)} cannot be changed here by a program; do it by hand")
    return text


def _bare(data: Any) -> Any:
    """Return data without what is empty: not every format can say so in every place."""
    if isinstance(data, dict):
        inner = {key: _bare(each) for key, each in data.items()}
        return {key: each for key, each in inner.items() if each is not None} or None
    if isinstance(data, list):
        return [_bare(each) for each in data] or None
    return data
