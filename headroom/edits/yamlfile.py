"""Keys of YAML set and removed where it is written in blocks; what is not understood is refused."""

from __future__ import annotations

import json
import re
from typing import TYPE_CHECKING, Any

import yaml
from yaml.nodes import CollectionNode, MappingNode, ScalarNode

from headroom.edits.change import Raw
from headroom.edits.line import (
    BOM,
    cut_lines,
    insert_after,
    last_line_end,
    line_end,
    line_start,
    newline,
)
from headroom.errors import EditError

if TYPE_CHECKING:
    from yaml.nodes import Node

    from headroom.edits.change import Place

_PLAIN = re.compile(r"[A-Za-z_/][\w./-]*")
_WORDS = {"true", "false", "yes", "no", "on", "off", "null", "y", "n"}
_UNIT = "  "


def parse(text: str) -> Any:
    """Return the data; an empty document is an empty mapping.

    Raises:
        EditError: this is no YAML, or more than one document.
    """
    try:
        data = yaml.safe_load(text)
    except (yaml.YAMLError, ValueError, RecursionError) as error:
        raise EditError(f"this is no YAML: {' '.join(str(error).split())}") from error
    return {} if data is None else data


def raw(text: str, place: Place) -> str:
    """Return how the value at a place is spelled; "" where there is no value at all."""
    root = _root(text)
    if root is None:
        return ""
    node = _node(root, place)
    start, end = _span(node)
    if _on_one_line(node):
        return text[start:end]
    # A block: begun on a line of its own, so that its lines keep their indentation.
    return f"\n{' ' * node.start_mark.column}{text[start : _end(text, node)]}\n"


def put(text: str, place: Place, value: Any) -> str:
    """Return the text with another value at a place that has one."""
    root, spelled = _root(text), _known(value)
    if root is None:
        return insert_after(text, last_line_end(text), spelled.text)
    node = _node(root, place)
    start, end = _span(node)
    if isinstance(spelled, Raw) and _on_one_line(node):
        blank = " " if start == end and spelled.text else ""
        return text[:start] + blank + spelled.text + text[end:]
    parent, step = _node(root, place[:-1]), place[-1]
    assert isinstance(parent, CollectionNode)
    if parent.flow_style:
        return text[:start] + _in_flow(None, _data(value)) + text[end:]
    line, end = _entry(text, parent, place)
    key = step if isinstance(parent, MappingNode) else None
    indent = _indent(text, parent)
    return text[:line] + _lines(text, None if key is None else str(key), value, indent) + text[end:]


def add(text: str, parent: Place, key: str | None, value: Any) -> str:
    """Return the text with one more key, or one more element where `key` is None."""
    root = _root(text)
    node = None if root is None else _node(root, parent)
    if node is None:
        return insert_after(text, last_line_end(text), _lines(text, key, value, ""))
    start, end = _span(node)
    if isinstance(node, CollectionNode) and node.value:
        last = _last(node)
        if node.flow_style:
            at = _span(last)[1]
            return f"{text[:at]}, {_in_flow(key, value)}{text[at:]}"
        return insert_after(text, _end(text, last), _lines(text, key, value, _indent(text, node)))
    if isinstance(node, ScalarNode) and node.tag != "tag:yaml.org,2002:null":
        raise EditError(f"{'.'.join(map(str, parent))} is a text, not a mapping or a list")
    if not parent and start == end:
        return insert_after(text, last_line_end(text), _lines(text, key, value, ""))
    if not parent:
        return text[:start] + _lines(text, key, value, "") + text[end:]
    indent = _indent(text, node)
    # An empty container: what spells it goes, its entries come on lines of their own.
    text = text[: start - (start < end and text[start - 1] == " ")] + text[end:]
    at = line_end(text, start - 1)
    return text[:at] + newline(text) + _lines(text, key, value, indent + _UNIT) + text[at:]


def drop(text: str, place: Place) -> str:
    """Return the text without the key or element at a place."""
    parent, step = _node(_root(text), place[:-1]), place[-1]
    assert isinstance(parent, CollectionNode)
    index = step if isinstance(step, int) else _names(parent).index(step)
    if parent.flow_style:
        return _dropped_in_flow(text, parent, index)
    return cut_lines(text, *_entry(text, parent, place))


def _entry(text: str, parent: CollectionNode, place: Place) -> tuple[int, int]:
    """Return where the lines of a key or an element begin and end.

    Raises:
        EditError: it begins on the line of something else.
    """
    step = place[-1]
    entry = parent.value[step if isinstance(step, int) else _names(parent).index(step)]
    key, node = entry if isinstance(parent, MappingNode) else (entry, entry)
    start = line_start(text, key.start_mark.index)
    start += text.startswith(BOM, start)
    before = text[start : key.start_mark.index].strip(" \t")
    if before != ("" if isinstance(parent, MappingNode) else "-"):
        raise EditError(f"{'.'.join(map(str, place))} does not begin a line of its own")
    return start, _end(text, node)


def _dropped_in_flow(text: str, parent: CollectionNode, index: int) -> str:
    pairs = [each if isinstance(each, tuple) else (each, each) for each in parent.value]
    start, end = _span(pairs[index][0])[0], _span(pairs[index][1])[1]
    if index:
        start = _span(pairs[index - 1][1])[1]
    elif len(pairs) > 1:
        end = _span(pairs[1][0])[0]
    return text[:start] + text[end:]


def _root(text: str) -> Node | None:
    """Return the root of a document.

    Raises:
        EditError: it has aliases, whose places are those of something else.
    """
    try:
        if any(isinstance(each, yaml.AliasEvent) for each in yaml.parse(text, yaml.SafeLoader)):
            raise EditError("the YAML uses aliases; edit it by hand")
        return yaml.compose(text, yaml.SafeLoader)
    except (yaml.YAMLError, ValueError, RecursionError) as error:
        raise EditError(f"this is no YAML: {' '.join(str(error).split())}") from error


def _node(root: Node | None, place: Place) -> Node:
    assert root is not None
    for step in place:
        assert isinstance(root, CollectionNode)
        index = step if isinstance(step, int) else _names(root).index(step)
        entry = root.value[index]
        root = entry[1] if isinstance(root, MappingNode) else entry
    return root


def _names(node: CollectionNode) -> list[str]:
    names = [key.value for key, _ in node.value]
    if len(set(names)) < len(names):
        twice = next(name for name in names if names.count(name) > 1)
        raise EditError(f"the YAML has the key {twice!r} twice")
    return names


def _on_one_line(node: Node) -> bool:
    """Whether a value could stand on one line, so that what replaces it can stand there too."""
    if isinstance(node, CollectionNode):
        return bool(node.flow_style)
    return getattr(node, "style", None) not in ("|", ">")


def _span(node: Node) -> tuple[int, int]:
    return node.start_mark.index, node.end_mark.index


def _last(node: CollectionNode) -> Node:
    entry = node.value[-1]
    last: Node = entry[1] if isinstance(node, MappingNode) else entry
    return last


def _end(text: str, node: Node) -> int:
    """Return where the last line of a value ends, without blank lines and comments behind it."""
    while isinstance(node, CollectionNode) and not node.flow_style and node.value:
        node = _last(node)
    end = _span(node)[1]
    if getattr(node, "style", None) in ("|", ">"):
        end = len(text[:end].rstrip())
    return line_end(text, end)


def _indent(text: str, node: Node) -> str:
    """Return the blanks before the entries of a block, or before the key of an empty container."""
    start = line_start(text, node.start_mark.index)
    if isinstance(node, CollectionNode) and node.value:
        return " " * (node.start_mark.index - start - text.startswith(BOM, start))
    line = text[start:].removeprefix(BOM)
    return line[: len(line) - len(line.lstrip(" "))]


def _lines(text: str, key: str | None, value: Any, indent: str) -> str:
    return newline(text).join(_block(key, value, indent))


def _block(key: str | None, value: Any, indent: str) -> list[str]:
    known = _known(value)
    if key is None:
        if isinstance(known, Raw):
            return [f"{indent}- {known.text}"]
        first, *others = _inner(known, indent + _UNIT)
        return [f"{indent}- {first.lstrip()}", *others]
    if isinstance(known, Raw):
        return [f"{indent}{_scalar(key)}: {known.text}"]
    return [f"{indent}{_scalar(key)}:", *_inner(known, indent + _UNIT)]


def _inner(value: Any, indent: str) -> list[str]:
    entries = value.items() if isinstance(value, dict) else ((None, each) for each in value)
    return [line for key, each in entries for line in _block(key, each, indent)]


def _known(value: Any) -> Any:
    """Return a value as it is spelled on one line, or a container that takes several."""
    if isinstance(value, Raw):
        return value if value.text[:1] != "\n" else _known(yaml.safe_load(value.text))
    return value if value and isinstance(value, (dict, list)) else Raw(_scalar(value))


def _data(value: Any) -> Any:
    return yaml.safe_load(value.text) if isinstance(value, Raw) else value


def _in_flow(key: str | None, value: Any) -> str:
    spelled = value.text if isinstance(value, Raw) else _scalar(value)
    return spelled if key is None else f"{_scalar(key)}: {spelled}"


def _scalar(value: Any) -> str:
    if isinstance(value, str) and _PLAIN.fullmatch(value) and value.lower() not in _WORDS:
        return value
    if isinstance(value, dict):
        return f"{{{', '.join(_in_flow(key, each) for key, each in value.items())}}}"
    if isinstance(value, list):
        return f"[{', '.join(_scalar(each) for each in value)}]"
    return json.dumps(value, ensure_ascii=False)
