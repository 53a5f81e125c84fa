"""Where the members of a JSON text stand: with comments, trailing commas, bare and quoted keys."""

from __future__ import annotations

import json
import re
from dataclasses import dataclass, field
from functools import lru_cache
from typing import Any

from headroom.errors import EditError

TRIVIA = re.compile(r"(?:[\s\ufeff]+|//[^\n]*|/\*.*?\*/)*", re.DOTALL)
_STRING = re.compile(r"\"(?:[^\"\\\n]|\\.)*\"|'(?:[^'\\\n]|\\.)*'", re.DOTALL)
_BARE = re.compile(r"[^\s,\[\]{}:\"'/]+")
_DEEPEST = 200
_PLAIN = json.JSONDecoder(strict=False, parse_constant=lambda name: ("bare", name))
"""Reads what is JSON and nothing more."""


@dataclass(slots=True)
class Node:
    """A value: its span and, if it is a container, what is in it."""

    start: int
    end: int
    kind: type
    """`dict`, `list`, or `str` for anything else."""
    value: Any = None
    """The value as data, unless it is a container that only its children tell."""
    text: str = field(default="", repr=False)
    found: list[Child] | None = None
    depth: int = 0

    @property
    def children(self) -> list[Child]:
        """The members or elements; what nobody asks for is read at the speed of the C scanner."""
        if self.kind is str:
            return []
        if self.found is None:
            self.found = _container(self.text, self.start, self.depth).found
        return self.found or []

    def data(self) -> Any:
        """Return the value as data."""
        if self.value is not None or self.kind is str:
            return self.value
        if self.kind is dict:
            return {str(child.key): child.node.data() for child in self.children}
        return [child.node.data() for child in self.children]


@dataclass(slots=True)
class Child:
    """A member or an element."""

    start: int
    node: Node
    key: str | None = None
    comma: int | None = None
    """Where the comma behind it stands."""


@lru_cache(maxsize=4)
def spans(text: str) -> Node | None:
    """Return what `parse` does, once for the several looks at one text; to be read only.

    Raises:
        EditError: as `parse`.
    """
    return parse(text)


def parse(text: str) -> Node | None:
    """Return the root of a JSON text, or None where there is nothing but comments.

    Raises:
        EditError: this is no JSON, with a line number.
    """
    start = _skip(text, 0)
    if start == len(text):
        return None
    node = _value(text, start, 0)
    if (end := _skip(text, node.end)) != len(text):
        raise _wrong(text, end, "more text than one value")
    return node


def _value(text: str, at: int, depth: int) -> Node:
    if depth > _DEEPEST:
        raise _wrong(text, at, "too much nesting")
    if text[at : at + 1] in ("{", "["):
        kind = dict if text[at] == "{" else list
        try:
            value, end = _PLAIN.raw_decode(text, at)
            if _is_deep(value):  # what reads it may go deeper than what copies it
                raise _wrong(text, at, "too much nesting")
            return Node(at, end, kind, value, text, depth=depth)
        except RecursionError as error:
            raise _wrong(text, at, "too much nesting") from error
        except ValueError:  # it has comments or the like, or it is broken
            return _container(text, at, depth)
    if found := _STRING.match(text, at):
        return Node(at, found.end(), str, _text(text, found))
    if found := _BARE.match(text, at):
        return Node(at, found.end(), str, _bare(found.group()))
    raise _wrong(text, at, "no value")


def _is_deep(value: Any) -> bool:
    """Whether containers are nested deeper than we go into them."""
    level = [value]
    for _ in range(_DEEPEST):
        held = [one.values() if isinstance(one, dict) else one for one in level]
        level = [each for one in held for each in one if isinstance(each, dict | list)]
        if not level:
            return False
    return True


def _container(text: str, start: int, depth: int) -> Node:
    named = text[start] == "{"
    close = "}" if named else "]"
    children: list[Child] = []
    at = _skip(text, start + 1)
    while text[at : at + 1] != close:
        if children and children[-1].comma is None:
            raise _wrong(text, at, f"neither a comma nor {close!r}")
        child = _member(text, at, depth) if named else Child(at, _value(text, at, depth + 1))
        children.append(child)
        at = _skip(text, child.node.end)
        if text[at : at + 1] == ",":
            child.comma = at
            at = _skip(text, at + 1)
    keys = [child.key for child in children] if named else []
    if len(set(keys)) < len(keys):
        twice = next(key for key in keys if keys.count(key) > 1)
        raise _wrong(text, start, f"the key {twice!r} twice")
    return Node(start, at + 1, dict if named else list, None, text, children, depth)


def _member(text: str, at: int, depth: int) -> Child:
    if found := _STRING.match(text, at):
        key = _text(text, found)
    elif found := _BARE.match(text, at):
        key = found.group()
    else:
        raise _wrong(text, at, "no key")
    colon = _skip(text, found.end())
    if text[colon : colon + 1] != ":":
        raise _wrong(text, colon, "no colon after a key")
    return Child(at, _value(text, _skip(text, colon + 1), depth + 1), key)


def _text(text: str, found: re.Match[str]) -> str:
    spelled = found.group()
    if spelled[0] == "'":
        inner = re.sub(r"\\.|\"", _requoted, spelled[1:-1], flags=re.DOTALL)
        spelled = f'"{inner}"'
    try:
        value: str = json.loads(spelled, strict=False)
    except ValueError as error:
        raise _wrong(text, found.start(), f"a text that cannot be read: {error}") from error
    return value


def _requoted(found: re.Match[str]) -> str:
    return {"\\'": "'", '"': '\\"'}.get(found.group(), found.group())


def _bare(spelled: str) -> Any:
    try:
        return _PLAIN.decode(spelled)
    except ValueError:
        return ("bare", spelled)  # JSON5 knows more numbers; they stay as they are spelled


def _skip(text: str, at: int) -> int:
    found = TRIVIA.match(text, at)
    return found.end() if found else at


def _wrong(text: str, at: int, what: str) -> EditError:
    return EditError(f"line {text.count(chr(10), 0, at) + 1} of the JSON has {what}")
