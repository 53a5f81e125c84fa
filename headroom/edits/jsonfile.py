"""Keys of JSON with or without comments set and removed; every other byte stays as it is."""

from __future__ import annotations

import json
import re
from typing import TYPE_CHECKING, Any

from headroom.edits import jsonnode
from headroom.edits.change import Raw
from headroom.edits.line import BOM, after_newline, line_start, newline

if TYPE_CHECKING:
    from headroom.edits.change import Place
    from headroom.edits.jsonnode import Child, Node

_COMMENT = re.compile(r"(?:[ \t]*/\*[^\n]*?\*/)*[ \t]*(?://[^\r\n]*|/\*[^\n]*?\*/)")
"""Comments on the line of what stands before them."""
_INDENT = re.compile(r"[ \t]*")
_UNIT = "  "


def parse(text: str) -> Any:
    """Return the data; nothing but comments is an empty object.

    Raises:
        EditError: this is no JSON.
    """
    node = jsonnode.parse(text)
    return {} if node is None else node.data()


def raw(text: str, place: Place) -> str:
    """Return how the value at a place is spelled; "" where the text has no value at all."""
    root = jsonnode.spans(text)
    if root is None:
        return ""
    node = _node(root, place)
    return text[node.start : node.end]


def put(text: str, place: Place, value: Any) -> str:
    """Return the text with another value at a place that has one."""
    root = jsonnode.spans(text)
    if root is None:
        return text
    node = _node(root, place)
    if isinstance(value, Raw) and not value.text:
        return text[: node.start] + text[after_newline(text, node.end) :]
    spelled = _spelled(text, value, _indent(text, node.start), inline="\n" not in text.strip())
    return text[: node.start] + spelled + text[node.end :]


def add(text: str, parent: Place, key: str | None, value: Any) -> str:
    """Return the text with one more member, or one more element where `key` is None, at the end."""
    root = jsonnode.spans(text)
    if root is None:
        end = newline(text)
        if text and not text.endswith(("\n", BOM)):  # a comment goes as far as its line
            text += end
        return f"{text}{{{end}{_UNIT}{_member(text, key, value, _UNIT)}{end}}}{end}"
    node = _node(root, parent)
    if node.kind is str:  # null, where a container is meant
        return put(text, parent, [value] if key is None else {key: value})
    if not node.children:
        return _first(text, root, node, (key, value))
    if "\n" in text[node.start : node.children[0].start]:
        return _own_line(text, node, (key, value))
    last = node.children[-1]
    member = _member(text, key, value, "", inline=True)
    if last.comma is None:
        return f"{text[: last.node.end]}, {member}{text[last.node.end :]}"
    return f"{text[: last.comma + 1]} {member},{text[last.comma + 1 :]}"


def drop(text: str, place: Place) -> str:
    """Return the text without the member or element at a place; comments stay."""
    root = jsonnode.spans(text)
    if root is None:
        return text
    siblings = _node(root, place[:-1]).children
    index = _index(siblings, place[-1])
    child = siblings[index]
    end = child.node.end if child.comma is None else child.comma + 1
    blank = len(text[: child.start]) - len(text[: child.start].rstrip())
    start = child.start - blank
    if not index and not blank and child.comma is not None:  # `{"a": 1, "b": 2}`: its blank, too
        found = _INDENT.match(text, end)
        end = found.end() if found else end
    if index and child.comma is None and index == len(siblings) - 1:
        comma = siblings[index - 1].comma
        if comma is not None:  # what ends the list now is no comma, as before
            if comma >= start:
                start = comma + 1
            return text[:comma] + text[comma + 1 : start] + text[end:]
    return text[:start] + text[end:]


def _first(text: str, root: Node, node: Node, entry: tuple[str | None, Any]) -> str:
    """Return the text with a first entry in an empty container."""
    inside = text[node.start + 1 : node.end - 1].rstrip()
    opening, closing = text[: node.start + 1] + inside, text[node.end - 1 :]
    if root.children and "\n" not in text.strip():
        return opening + _member(text, *entry, "", inline=True) + closing
    outer, end = _indent(text, node.start), newline(text)
    inner = outer + _unit(text, root)
    return f"{opening}{end}{inner}{_member(text, *entry, inner)}{end}{outer}{closing}"


def _own_line(text: str, node: Node, entry: tuple[str | None, Any]) -> str:
    """Return the text with a further entry on a line of its own."""
    last = node.children[-1]
    indent = _indent(text, node.children[0].start)
    behind = last.node.end if last.comma is None else last.comma + 1
    comment = _COMMENT.match(text, behind)
    at = comment.end() if comment else behind
    member = newline(text) + indent + _member(text, *entry, indent)
    if last.comma is None:
        return f"{text[: last.node.end]},{text[last.node.end : at]}{member}{text[at:]}"
    return f"{text[:at]}{member},{text[at:]}"


def _member(text: str, key: str | None, value: Any, indent: str, *, inline: bool = False) -> str:
    spelled = _spelled(text, value, indent, inline=inline)
    return spelled if key is None else f"{json.dumps(key, ensure_ascii=False)}: {spelled}"


def _spelled(text: str, value: Any, indent: str, *, inline: bool) -> str:
    if isinstance(value, Raw):
        return value.text
    if inline or not value:
        return json.dumps(value, ensure_ascii=False)
    unit = _unit(text, jsonnode.spans(text))
    lines = json.dumps(value, ensure_ascii=False, indent=unit).split("\n")
    return (newline(text) + indent).join(lines)


def _unit(text: str, root: Node | None) -> str:
    """Return what one level of indentation is."""
    if root is None or not root.children:
        return _UNIT
    return _indent(text, root.children[0].start) or _UNIT


def _indent(text: str, position: int) -> str:
    """Return the blanks with which the line of a position begins."""
    found = _INDENT.match(text, line_start(text, position))
    return found.group() if found else ""


def _node(root: Node, place: Place) -> Node:
    for step in place:
        root = root.children[_index(root.children, step)].node
    return root


def _index(children: list[Child], step: str | int) -> int:
    if isinstance(step, int):
        return step
    return next(i for i, child in enumerate(children) if child.key == step)
