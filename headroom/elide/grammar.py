"""Grammars of programming languages: which are installed, and a bounded parse with one of them."""

from __future__ import annotations

import importlib
import re
import threading
import tomllib
import warnings
from dataclasses import dataclass
from functools import cache
from importlib.resources import files
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

_NARROW = frozenset(
    {"export_statement", "lexical_declaration", "variable_declaration", "variable_declarator"}
    | {"if_statement", "if_expression", "statement_block", "block", "compound_statement"}
)
"""Nodes that are looked into even where they are on one row."""
_CHUNK = 512
"""Bytes handed over at a time: some grammars look back often and ask again each time."""
_SAMPLE_LINES = 64
_SAMPLE_BYTES = 4_000
_GLANCE, _CLEAR = 32, 6
"""Lines that are looked at first, and those that have to have a hint of one language alone."""
_READ_WELL = 3
"""Loose pieces among a thousand bytes with which no other grammar needs to be asked."""
_TOP = re.compile(rb"\n(?=[A-Za-z@#/])")
"""Where something begins that is not indented."""
_CANDIDATES = 3
_SORTS = 3
"""Hints of different sorts that a language needs; two in a scrap."""
_SCRAP = 12
_COMMENTS = ("//", "/*", "* ")
_LONGEST = 120
_STEPS_PER_BYTE = 1 / 80
"""Steps of the parser before it is stopped: ordinary source takes half of this."""
_MIN_STEPS = 60
_MAX_STEPS = 3500
"""About 0.15 seconds, where a text was made to be hard to parse."""
_BYTES_PER_READ = 4
_MIN_READS = 1000
_MAX_READS = 60_000
"""Pieces that the parser may look at: many more than there are, as it goes back."""


@dataclass(slots=True)
class Captured:
    """One node of a tree: its part in the outline, its place, and the node to ask for more."""

    role: str
    start: int
    end: int
    first: int
    last: int
    """Rows, both included."""
    node: Any
    """Its `text` must not be asked for: that would read from a feed which has moved on."""


@dataclass(frozen=True, slots=True)
class Parsed:
    """What a grammar found: nodes in the order of the text, and how many pieces stayed loose."""

    source: bytes
    nodes: Sequence[Captured]
    loose: int
    root: Any
    row: Mapping[str, Any]
    """The data of the language."""


@dataclass(frozen=True, slots=True)
class Grammar:
    """A language as data, and its parser where one is installed."""

    name: str
    hint: re.Pattern[str]
    """Matches how a line begins in this language or few others; one group for each sort."""
    has: Sequence[tuple[str, ...]]
    """What is within such lines; one tuple for each sort."""
    shebang: re.Pattern[str] | None
    row: Mapping[str, Any]

    @property
    def installed(self) -> bool:
        """Whether the parser of this language can be imported."""
        return _binding(self.row["module"], self.row.get("function", "language")) is not None

    def parse(self, source: bytes) -> Parsed | None:
        """Return the nodes that matter for an outline, or None where the parser gave up.

        The parser counts its steps, so that a hostile text is refused after a bounded time; the
        same text is always refused or always read.
        """
        tree = self._tree(source)
        return None if tree is None else self._parsed(source, tree)

    def misread(self, source: bytes) -> int:
        """Return how many of a thousand bytes stay loose when this grammar reads a text."""
        tree = self._tree(source)
        if tree is None:
            return len(source)
        if not tree.root_node.has_error:
            return 0
        return self._parsed(source, tree).loose * 1000 // max(1, len(source))

    def _tree(self, source: bytes) -> Any:
        binding = _binding(self.row["module"], self.row.get("function", "language"))
        return None if binding is None else _FEED.parse(binding, source)

    def _parsed(self, source: bytes, tree: Any) -> Parsed:
        root = tree.root_node
        loose = 0
        if root.has_error:
            errors = _core().QueryCursor(_errors(self.name)).captures(root).get("error", ())
            loose = sum(1 + node.child_count for node in errors if node.start_byte < len(source))
        return Parsed(source, _collect(source, root, _roles(self.name)), loose, root, self.row)


@cache
def grammars() -> tuple[Grammar, ...]:
    """Return all languages there is data for, installed or not, in the order of the data."""
    return tuple(
        Grammar(
            name=name,
            hint=re.compile("|".join(f"({hint})" for hint in row["hints"])),
            has=[tuple(sort) for sort in row["has"]],
            shebang=re.compile(row["shebang"]) if "shebang" in row else None,
            row=row,
        )
        for name, row in _data().items()
    )


def fitting(lines: Sequence[str], source: bytes) -> Grammar | None:
    """Return the grammar whose hints fit the lines and that reads their beginning best."""
    installed = [grammar for grammar in grammars() if grammar.installed]
    if lines[0].startswith("#!"):
        for grammar in installed:
            if grammar.shebang and grammar.shebang.search(lines[0]):
                return grammar
    filled = [line[:_LONGEST] for line in lines if line and not line.isspace()]
    order = _likely(installed, filled)
    if len(order) < 2:
        return installed[order[0]] if order else None
    start = source[:_SAMPLE_BYTES]
    if len(start) < len(source):  # not in the middle of a function: that would be an error
        ends = [match.end() for match in _TOP.finditer(start)]
        start = start[: ends[-1] if ends and ends[-1] > _SAMPLE_BYTES // 4 else len(start)]
    best, least = order[0], len(start)
    for at in order:
        misread = installed[at].misread(start)
        if misread < least:
            best, least = at, misread
        if misread <= _READ_WELL:
            break
    return installed[best]


def _likely(installed: Sequence[Grammar], filled: Sequence[str]) -> list[int]:
    """Return the grammars with most hints in a text, by index: a few lines tell most texts."""
    glance = filled[:: len(filled) // _GLANCE + 1]
    scores = [_score(grammar, glance) for grammar in installed]
    order = sorted(range(len(scores)), key=lambda at: (-scores[at], at))
    best, second = ([scores[at] for at in order] + [0, 0])[:2]
    if best >= max(_CLEAR, len(glance) // 4, 2 * second + 1):
        return order[:1]
    sample = filled[:: len(filled) // _SAMPLE_LINES + 1]
    coded = sum(1 for line in sample if not line.lstrip().startswith(_COMMENTS))
    scores = [_score(grammar, sample) for grammar in installed]
    order = sorted(range(len(scores)), key=lambda at: (-scores[at], at))
    least = max(2, coded // 16, scores[order[0]] // 2) if order else 0
    return [at for at in order[:_CANDIDATES] if scores[at] >= least]


def _score(grammar: Grammar, sample: Sequence[str]) -> int:
    """Return how many lines have a hint of the language: 0, if it is always the same hint."""
    sorts: list[int | None] = []
    match = grammar.hint.match
    within = [(word, -at) for at, words in enumerate(grammar.has, 1) for word in words]
    for line in sample:
        if found := match(line):
            sorts.append(found.lastindex)
            continue
        for word, sort in within:
            if word in line:
                sorts.append(sort)
                break
    return len(sorts) if len(set(sorts)) >= (_SORTS if len(sample) > _SCRAP else 2) else 0


@cache
def _data() -> dict[str, dict[str, Any]]:
    data = tomllib.loads(files("headroom.elide").joinpath("languages.toml").read_text("utf-8"))
    for name, row in data.items():
        data[name] = data[row["like"]] | row if "like" in row else row
    return data


@cache
def _core() -> Any:
    try:
        core = importlib.import_module("tree_sitter")
    except ImportError:
        return None
    # Version 0.25 crashes when it is handed a text in pieces; this method came with 0.26.
    return (
        core if hasattr(getattr(core, "QueryCursor", None), "set_containing_byte_range") else None
    )


@cache
def _binding(module: str, function: str) -> Any:
    """Return the language object of an installed grammar, or None."""
    core = _core()
    if core is None:
        return None
    try:
        pointer = getattr(importlib.import_module(module), function)
        with warnings.catch_warnings():
            # Some grammars hand over a number, which the core takes but calls deprecated.
            warnings.simplefilter("ignore", DeprecationWarning)
            return core.Language(pointer())
    except (ImportError, AttributeError, TypeError, ValueError):
        return None  # not installed, or made for another version of the core


@cache
def _errors(name: str) -> Any:
    """Return the query for what the grammar of a language could not read."""
    row = _data()[name]
    language = _binding(row["module"], row.get("function", "language"))
    return _core().Query(language, "(ERROR) @error")


@cache
def _roles(name: str) -> Mapping[str, str]:
    """Return the role of each node type that has one."""
    return {kind: role for role, types in _data()[name]["roles"].items() for kind in types}


class _Feed(threading.local):
    """Hands a text to a parser piece by piece, and stops the parser when it takes too long.

    The parser keeps a reference to everything it was ever handed, and needs only the latest piece:
    so each thread hands over one buffer, again and again.
    """

    def __init__(self) -> None:
        self._buffer = bytearray(_CHUNK)
        self._padded = b""
        self._size = self._steps = self._reads = 0

    def parse(self, language: Any, source: bytes) -> Any:
        """Return the tree of a text, or None where it takes too many steps or looks."""
        self._padded = source + b"\n" * _CHUNK
        self._size = len(source)
        self._steps = min(_MAX_STEPS, _MIN_STEPS + int(len(source) * _STEPS_PER_BYTE))
        self._reads = min(_MAX_READS, _MIN_READS + len(source) // _BYTES_PER_READ)
        try:
            tree = _core().Parser(language).parse(self._read, progress_callback=self._stop)
        except ValueError:
            tree = None
        self._padded = b""
        return tree if self._reads > 0 else None

    def _read(self, at: int, _point: Any) -> bytes | bytearray:
        self._reads -= 1
        if at >= self._size or self._reads <= 0:
            return b""
        self._buffer[:] = self._padded[at : at + _CHUNK]
        return self._buffer

    def _stop(self, _at: int, _error: bool) -> bool:  # noqa: FBT001 - the parser calls it so
        self._steps -= 1
        return self._steps < 0 or self._reads <= 0


_FEED = _Feed()


def _collect(source: bytes, root: Any, roles: Mapping[str, str]) -> list[Captured]:
    """Return the nodes that have a role; below a row that stands by itself none is looked for."""
    found: list[Captured] = []
    size = len(source)
    stack = [root]
    while stack:
        node = stack.pop()
        kind = node.type
        role = roles.get(kind)
        first, end = node.start_point.row, node.end_point
        # A node that takes its line break with it ends at column 0 of the next row.
        last = end.row - 1 if end.column == 0 and end.row > first else end.row
        if role is not None:
            start, stop = node.byte_range
            if start < size:  # not behind the text: what it is padded with
                found.append(Captured(role, start, stop, first, last, node))
        if last > first or kind in _NARROW:
            stack += reversed(node.named_children)
    return found
