"""Grammars of programming languages: which are installed, and a bounded parse with one of them."""

from __future__ import annotations

import importlib
import re
import tomllib
import warnings
from dataclasses import dataclass
from functools import cache
from importlib.resources import files
from typing import TYPE_CHECKING, Any, NamedTuple

from headroom.elide.source.feed import CHUNK, Feed

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

_NARROW = frozenset(
    {"export_statement", "lexical_declaration", "variable_declaration", "variable_declarator"}
    | {"if_statement", "if_expression", "statement_block", "block", "compound_statement"}
)
"""Nodes that are looked into even where they are on one row."""
_SAMPLE_LINES = 64
_SAMPLE_BYTES = 4_000
_GLANCE, _CLEAR = 32, 6
"""Lines that are looked at first, and those that have to have a hint of one language alone."""
_SHORT = 16_000
"""Bytes of a text that is read as a whole at once, and not tried by its beginning."""
_READ_WELL = 3
"""Loose pieces among a thousand bytes with which no other grammar needs to be asked."""
_TOP = re.compile(rb"\n(?=[A-Za-z@#/])")
"""Where something begins that is not indented."""
_MOST_LINES, _FEWEST, _THINNEST = 600, 4, 60
"""Lines that are looked at where a few told nothing, and the hints that they need: so many, and one
in so many lines."""
_CANDIDATES = 3
_SORTS = 3
"""Hints of different sorts that a language needs; two in a scrap."""
_SCRAP = 12
_COMMENTS = ("//", "/*", "* ")
_LONGEST = 120
_NEVER = "(?!)"


@dataclass(slots=True)
class Captured:
    """One node of a tree: its part in the outline, its place, and the node to ask for more."""

    role: str
    start: int
    end: int
    first: int
    last: int
    """Rows, both included."""
    column: int
    """Bytes before it on its first row."""
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
    hint_within: re.Pattern[str]
    """The same for an indented line, from where its text begins."""
    within: Sequence[tuple[str, int]]
    """What is within such lines, each with its sort, which is below 0."""
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
        return _loose(tree.root_node, len(source)) * 1000 // max(1, len(source))

    def _tree(self, source: bytes) -> Any:
        binding = _binding(self.row["module"], self.row.get("function", "language"))
        return None if binding is None else _FEED.parse(_core().Parser, binding, source)

    def _parsed(self, source: bytes, tree: Any) -> Parsed:
        root = tree.root_node
        loose = _loose(root, len(source))
        return Parsed(source, _collect(source, root, _kinds(self.name)), loose, root, self.row)


@cache
def grammars() -> tuple[Grammar, ...]:
    """Return all languages there is data for, installed or not, in the order of the data."""
    return tuple(
        Grammar(
            name=name,
            hint=_either([hint.removeprefix(r"\s*") for hint in row["hints"]]),
            hint_within=_either([_indented(hint) for hint in row["hints"]]),
            within=[(word, -at) for at, sort in enumerate(row["has"], 1) for word in sort],
            shebang=re.compile(row["shebang"]) if "shebang" in row else None,
            row=row,
        )
        for name, row in _data().items()
    )


def _either(hints: Sequence[str]) -> re.Pattern[str]:
    """Return a pattern with a group for each of the hints, behind it.

    None begins with white space, nor with a group: the engine rules most of the alternatives out
    by their first letter.
    """
    return re.compile("|".join(f"(?:{hint})()" for hint in hints))


def _indented(hint: str) -> str:
    """Return a hint as it matches behind an indentation: never, if it has to begin a line."""
    for space in (r"\s*", r"\s+"):
        if hint.startswith(space):
            return hint[len(space) :]
    return hint if hint.startswith(".*") else _NEVER


def parsed(lines: Sequence[str], source: bytes) -> Parsed | None:
    """Return a text as read with the grammar that fits it best, or None: none fits.

    Hints in the lines tell which grammars may fit, and how well they read it which one does.
    """
    installed = _installed()
    if lines[0].startswith("#!"):
        for grammar in installed:
            if grammar.shebang and grammar.shebang.search(lines[0]):
                return grammar.parse(source)
    filled = [line for line in lines if line and not line.isspace()]
    order = _likely(installed, filled)
    if len(order) < 2:
        return installed[order[0]].parse(source) if order else None
    first: Parsed | None = None
    if len(source) <= _SHORT:  # all of it takes little longer than its beginning, and then all over
        first = installed[order[0]].parse(source)
        if first is not None and first.loose * 1000 // max(1, len(source)) <= _READ_WELL:
            return first
    best = _fitting([installed[at] for at in order], source)
    return first if first is not None and best is installed[order[0]] else best.parse(source)


def sparsely(lines: Sequence[str], source: bytes) -> Parsed | None:
    """Return what is mostly data between a few definitions, if a grammar reads it without fault.

    All of its lines are looked at, since few of them have a hint. Of languages in which a comment
    may stand for all of a block nothing is asked: there the brackets are enough.
    """
    installed = [grammar for grammar in _installed() if "empty" in grammar.row]
    filled = [line[:_LONGEST] for line in lines if line and not line.isspace()]
    sample = filled[:: len(filled) // _MOST_LINES + 1]
    scores, order = _ranked(installed, sample, 2)
    if not order or scores[order[0]] < max(_FEWEST, len(sample) // _THINNEST):
        return None
    found = installed[order[0]].parse(source)
    return found if found is not None and not found.loose else None


def _fitting(likely: Sequence[Grammar], source: bytes) -> Grammar:
    """Return the grammar that reads the beginning of a text best."""
    start = source[:_SAMPLE_BYTES]
    if len(start) < len(source):  # not in the middle of a function: that would be an error
        ends = [match.end() for match in _TOP.finditer(start)]
        start = start[: ends[-1] if ends and ends[-1] > _SAMPLE_BYTES // 4 else len(start)]
    best, least = likely[0], len(start)
    for grammar in likely:
        misread = grammar.misread(start)
        if misread < least:
            best, least = grammar, misread
        if misread <= _READ_WELL:
            break
    return best


def _likely(installed: Sequence[Grammar], filled: Sequence[str]) -> list[int]:
    """Return the grammars with most hints in a text, by index: a few lines tell most texts."""
    glance = [line[:_LONGEST] for line in filled[:: len(filled) // _GLANCE + 1]]
    scores, order = _ranked(installed, glance)
    best, second = ([scores[at] for at in order] + [0, 0])[:2]
    if best >= max(_CLEAR, len(glance) // 4, 2 * second + 1):
        return order[:1]
    sample = [line[:_LONGEST] for line in filled[:: len(filled) // _SAMPLE_LINES + 1]]
    coded = sum(1 for line in sample if not line.lstrip().startswith(_COMMENTS))
    scores, order = _ranked(installed, sample)
    least = max(2, coded // 16, scores[order[0]] // 2) if order else 0
    return [at for at in order[:_CANDIDATES] if scores[at] >= least]


def _ranked(
    installed: Sequence[Grammar], sample: Sequence[str], sorts: int = _SORTS
) -> tuple[Sequence[int], list[int]]:
    """Return the score of each grammar, and the grammars by their scores."""
    plain, within = _hints()
    begun: list[tuple[str, int]] = []
    others: list[str] = []
    for line in sample:
        margin = len(line) - len(line.lstrip())
        if within.match(line, margin) if margin else plain.match(line):
            begun.append((line, margin))
        else:
            others.append(line)
    placed = _Sample(begun, others, "\n".join(sample))
    scores = [_score(grammar, placed, sorts) for grammar in installed]
    return scores, sorted(range(len(scores)), key=lambda at: (-scores[at], at))


class _Sample(NamedTuple):
    """Lines of a text by which its language is told."""

    begun: Sequence[tuple[str, int]]
    """Those that begin as in some language, with the width of their indentation."""
    others: Sequence[str]
    text: str
    """All of them."""


def _score(grammar: Grammar, sample: _Sample, needed: int) -> int:
    """Return how many lines have a hint of the language: 0, if it is always the same hint."""
    sorts: list[int | None] = []
    match, match_within = grammar.hint.match, grammar.hint_within.match
    # Most languages have no word in any of the lines: only how these begin is looked at.
    within = [one for one in grammar.within if one[0] in sample.text]
    rest = list(sample.others) if within else []
    for line, margin in sample.begun:
        found = match_within(line, margin) if margin else match(line)
        if found:
            sorts.append(found.lastindex)
        elif within:
            rest.append(line)
    for line in rest:
        for word, sort in within:
            if word in line:
                sorts.append(sort)
                break
    size = len(sample.begun) + len(sample.others)
    return len(sorts) if len(set(sorts)) >= (needed if size > _SCRAP else 2) else 0


@cache
def _installed() -> tuple[Grammar, ...]:
    return tuple(grammar for grammar in grammars() if grammar.installed)


@cache
def _hints() -> tuple[re.Pattern[str], re.Pattern[str]]:
    """Return what matches a line with a hint of any language, and an indented one."""
    hints = dict.fromkeys(hint for one in _installed() for hint in one.row["hints"])
    begun = _either([hint.removeprefix(r"\s*") for hint in hints])
    return begun, _either([_indented(hint) for hint in hints])


@cache
def _data() -> dict[str, dict[str, Any]]:
    text = files("headroom.elide.source").joinpath("languages.toml").read_text("utf-8")
    data = tomllib.loads(text)
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
def _kinds(name: str) -> Mapping[int, tuple[str, bool]]:
    """Return the role of each node type that has one, and whether it is looked into on one row.

    By their numbers: to ask a node for its number takes half of what asking for its name does.
    """
    row = _data()[name]
    roles = {kind: role for role, types in row["roles"].items() for kind in types}
    language = _binding(row["module"], row.get("function", "language"))
    kinds = [language.node_kind_for_id(at) for at in range(language.node_kind_count)]
    return {
        at: (roles.get(kind, ""), kind in _NARROW)
        for at, kind in enumerate(kinds)
        if kind in roles or kind in _NARROW
    }


_FEED = Feed()


def _loose(root: Any, size: int) -> int:
    """Return how many pieces of so many bytes a grammar could not fit in anywhere."""
    return sum(1 + node.child_count for node in _errors(root, size)) if root.has_error else 0


def _errors(root: Any, size: int) -> Iterator[Any]:
    """Yield what a grammar could not read in so many bytes: also errors within others."""
    stack = [root]
    while stack:
        node = stack.pop()
        if node.is_error and node.start_byte < size:
            yield node
        # Most of a tree has no error below it, and need not be looked at.
        stack += [child for child in node.children if child.has_error]


def _collect(source: bytes, root: Any, kinds: Mapping[int, tuple[str, bool]]) -> list[Captured]:
    """Return the nodes that have a role; below a row that stands by itself none is looked for."""
    found: list[Captured] = []
    size = len(source)
    padded = source + b"\n" * CHUNK
    newline = -1  # the end of the row on which the node begins: nodes come in order
    stack = [root]
    while stack:
        node = stack.pop()
        start, stop = node.byte_range
        if newline < start:
            newline = padded.find(b"\n", start)
        wide = 0 <= newline < stop - 1
        kind = kinds.get(node.kind_id)
        if kind is not None:
            role, narrow = kind
            # Not what the text is padded with, nor a statement whose data are on one row: few.
            if role and start < size and (wide or role != "value"):
                first, column = node.start_point
                last, width = node.end_point
                # A node that takes its line break with it ends at column 0 of the next row.
                last -= width == 0 and last > first
                found.append(Captured(role, start, stop, first, last, column, node))
            wide = wide or narrow
        if wide:
            stack += node.named_children[::-1]
    return found
