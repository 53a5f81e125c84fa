"""Cells: values as a table shows them, strings bare where nobody can mistake them.

Oslo            the string "Oslo"            12.5  true  null    as in JSON
"12.5"          a string that looks like     ["a",[1,2]]         a list, or a record without
something else                                   its keys, as the column says
(empty)         the record has no such key   "                   same as the cell above
"""

from __future__ import annotations

import json
import re
from json.decoder import scanstring  # type: ignore[attr-defined] # not in the stubs
from typing import TYPE_CHECKING, Any

from headroom.records.shape import Field, Shape
from headroom.records.spelling import Number, parse

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

MISSING = object()
DITTO = '"'

_QUOTED = re.compile(
    r'["\[{=]|[\s\S]*[\x00-\x1f]|(?:true|false|null|NaN|Infinity|-Infinity)\Z'
    r"|-?[0-9]+(?:\.[0-9]+)?(?:[eE][+-]?[0-9]+)?\Z"
)
_SCALAR = re.compile(
    r"(?:true|false|null|-?(?:0|[1-9][0-9]*)(?:\.[0-9]+)?(?:[eE][+-]?[0-9]+)?)\Z", re.ASCII
)
BARE_KEY = re.compile(r"[A-Za-z_$@][\w$@-]*", re.ASCII)
_BARE_KINDS = {int, float, bool, type(None), Number}
_DECODER = json.JSONDecoder()
_NEXT = re.compile(r"[,\]}]")


def quote(text: str) -> str:
    """Return a JSON string without needless escapes."""
    return json.dumps(text, ensure_ascii=False)


def show(value: Any, shape: Shape, dump: Callable[[Any], str]) -> str:
    """Return the cell of a value whose column has that shape."""
    if value is MISSING:
        return ""
    if type(value) is str:
        return value if value and not _QUOTED.match(value) else quote(value)
    if shape.fields is None:
        return dump(value)
    return positional(value, shape, dump)


def show_all(values: Sequence[Any], shape: Shape, dump: Callable[[Any], str]) -> list[str]:
    """Return the cells of the values of a column of that shape."""
    kinds = set(map(type, values))
    if kinds == {str}:
        shown = {value: show(value, shape, dump) for value in set(values)}
        return [shown[value] for value in values]
    if kinds <= _BARE_KINDS and shape.fields is None:
        # No comma stands inside of a number, `true` or `null`.
        return dump(values)[1:-1].split(",")
    return [show(value, shape, dump) for value in values]


def positional(value: Any, shape: Shape, dump: Callable[[Any], str]) -> str:
    """Return a value as JSON in which records of the shape are lists without their keys."""
    if shape.fields is not None and shape.many and type(value) is list:
        row = Shape(shape.fields)
        return f"[{','.join(positional(item, row, dump) for item in value)}]"
    if shape.fields is not None and not shape.many and type(value) is dict:
        items = [
            positional(value[field.key], field.shape, dump) if field.key in value else ""
            for field in shape.fields
            if field.const is None
        ]
        return f"[{','.join(items)}]"
    return dump(value)


def read(cell: str, shape: Shape) -> Any:
    """Return the value of a cell; `MISSING` for an empty one.

    Raises:
        ValueError: the cell is malformed.
    """
    if cell is MISSING:
        raise ValueError("a ditto below nothing")
    if not cell:
        return MISSING
    if cell[0] in '"{[' or _SCALAR.match(cell):
        if shape.fields is None:
            return parse(cell)
        value, end = _read_at(cell, 0, shape)
        if end != len(cell):
            raise ValueError(f"text after the cell's value: {cell[:80]!r}")
        return value
    return cell


def _read_at(text: str, at: int, shape: Shape) -> tuple[Any, int]:
    """Return the value that starts at `at` and where it ends."""
    if shape.fields is not None and text[at : at + 1] == "[":
        return _read_many(text, at, shape) if shape.many else _read_record(text, at, shape)
    end = _end(text, at)
    return parse(text[at:end]), end


def _read_many(text: str, at: int, shape: Shape) -> tuple[list[Any], int]:
    row = Shape(shape.fields)
    items: list[Any] = []
    at += 1
    if text[at : at + 1] == "]":
        return items, at + 1
    while True:
        value, at = _read_at(text, at, row)
        items.append(value)
        mark, at = text[at : at + 1], at + 1
        if mark == "]":
            return items, at
        if mark != ",":
            raise ValueError(f"a comma is missing at {at}")


def _read_record(text: str, at: int, shape: Shape) -> tuple[dict[str, Any], int]:
    assert shape.fields is not None
    record: dict[str, Any] = {}
    first = True
    for field in shape.fields:
        if field.const is not None:
            record[field.key] = parse(field.const)
            continue
        if text[at : at + 1] != ("[" if first else ","):
            raise ValueError(f"a value is missing at {at}")
        at, first = at + 1, False
        if text[at : at + 1] not in (",", "]"):
            record[field.key], at = _read_at(text, at, field.shape)
    at += first
    if text[at : at + 1] != "]":
        raise ValueError(f"a record does not end at {at}")
    return record, at + 1


def _end(text: str, at: int) -> int:
    """Return where the JSON value that starts at `at` ends."""
    if text[at : at + 1] == '"':
        return int(scanstring(text, at + 1, False)[1])
    if text[at : at + 1] in ("[", "{"):
        return _DECODER.raw_decode(text, at)[1]
    match = _NEXT.search(text, at)
    return match.start() if match else len(text)


def show_key(key: str) -> str:
    """Return a key as a column shows it: bare if it is a plain name."""
    return key if BARE_KEY.fullmatch(key) else quote(key)


def show_fields(shape: Shape) -> str:
    """Return what stands behind a column's name to say what is in its cells."""
    if shape.fields is None:
        return ""
    inner = ",".join(
        show_key(field.key)
        + (f"={field.const}" if field.const is not None else show_fields(field.shape))
        for field in shape.fields
    )
    return f"[{{{inner}}}]" if shape.many else f"{{{inner}}}"


def read_fields(text: str, at: int) -> tuple[Shape, int]:
    """Return the shape that stands at `at` (`ANY` where there is none) and where it ends.

    Raises:
        ValueError: it is malformed.
    """
    many = text.startswith("[{", at)
    if not many and text[at : at + 1] != "{":
        return Shape(), at
    at += 2 if many else 1
    fields: list[Field] = []
    while True:
        key, at = read_key(text, at)
        if text[at : at + 1] == "=":
            end = _end(text, at + 1)
            fields.append(Field(key, Shape(), text[at + 1 : end]))
            at = end
        else:
            shape, at = read_fields(text, at)
            fields.append(Field(key, shape))
        mark, at = text[at : at + 1], at + 1
        if mark == "}":
            break
        if mark != ",":
            raise ValueError(f"a column's fields are malformed at {at}")
    if many and text[at : at + 1] != "]":
        raise ValueError(f"a list of fields does not end at {at}")
    return Shape(tuple(fields), many), at + many


def read_key(text: str, at: int) -> tuple[str, int]:
    """Return the key that stands at `at` and where it ends.

    Raises:
        ValueError: there is none.
    """
    if text[at : at + 1] == '"':
        key, end = scanstring(text, at + 1, False)
        return str(key), int(end)
    match = BARE_KEY.match(text, at)
    if match is None:
        raise ValueError(f"no key at {at}")
    return match[0], match.end()


def show_path(path: Sequence[str]) -> str:
    """Return the keys that lead to a value, with dots between them."""
    return ".".join(map(show_key, path))


def read_path(text: str) -> tuple[tuple[str, ...], int]:
    """Return the path that a text begins with and where it ends.

    Raises:
        ValueError: there is none.
    """
    key, at = read_key(text, 0)
    keys = [key]
    while text[at : at + 1] == ".":
        key, at = read_key(text, at + 1)
        keys.append(key)
    return tuple(keys), at


__all__ = [
    "BARE_KEY",
    "DITTO",
    "MISSING",
    "Number",
    "positional",
    "quote",
    "read",
    "read_fields",
    "read_key",
    "read_path",
    "show",
    "show_all",
    "show_fields",
    "show_key",
    "show_path",
]
