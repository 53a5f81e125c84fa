"""Nodes of a snapshot of a page, one a line, in the three ways in which tools print them.

Playwright's MCP server (and what follows it), the DevTools of Chrome, and BrowserGym:

    - button "Save" [ref=e12] [cursor=pointer]
    uid=1_12 button "Save"
    uid=1_13 "what stands beside it"
    [12] button 'Save', clickable
"""

from __future__ import annotations

import re
import tomllib
from functools import cache
from importlib.resources import files
from typing import TYPE_CHECKING, NamedTuple

from headroom.core.memo import remembered
from headroom.core.split import lines_of

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence

_ARIA = re.compile(
    r"(?P<indent>\s*)- '?(?P<role>[a-z]+|/[a-z-]+)(?: (?P<name>\"(?:[^\"\\]|\\.)*\"))?"
    r"(?P<marks>(?: \[[^\]\n]{1,80}\])*)'?(?::(?P<text>.*))?$"
)
_TOOLS = re.compile(
    r"(?P<indent>\s*)uid=\S+(?: (?P<role>\w+))?(?: (?P<name>\"(?:[^\"\\]|\\.)*\"))?"
    r"(?P<marks>.*)(?P<text>)$"
)
_GYM = re.compile(
    r"(?P<indent>\s*)\[[\w-]{1,12}\] (?P<role>\w+) (?P<name>'(?:[^'\\]|\\.)*'|\"(?:[^\"\\]|\\.)*\")"
    r"(?P<marks>.*)(?P<text>)$"
)
_STYLES = (("[ref=", _ARIA), ("uid=", _TOOLS), ("] ", _GYM))
"""What stands in every snapshot of a style, and how its lines are read."""
_LEAST, _MOSTLY = 12, 0.6
"""Nodes of a snapshot at least, and the share of its lines that they are."""
_LOOKED, _FEW = 6_000, 8
"""Characters of a text in which so many of its nodes stand at least."""
_HELD = 100_000
"""Characters of a text from which on its nodes are not held."""
_SPACE = re.compile(r"[\s\"'\\]+")


class Node(NamedTuple):
    """One line of a snapshot that tells of a part of the page."""

    line: int
    parent: int
    """Place of the node that it stands in among the nodes; -1 for none."""
    role: str
    """In lower case; "/url" and the like for what is said of the node above."""
    said: str
    """Its name and its text, as they are read."""
    marks: str
    """States and handles, as `[checked] [ref=e12]`."""


@cache
def roles() -> dict[str, frozenset[str]]:
    """Return the roles of each class; see the table."""
    text = files("headroom.detect").joinpath("roles.toml").read_text("utf-8")
    return {name: frozenset(found) for name, found in tomllib.loads(text).items()}


@cache
def classes() -> dict[str, str]:
    """Return the class of each role, of those of several the first."""
    return {role: name for name, group in reversed(roles().items()) for role in group}


def claim(lines: Sequence[str]) -> Iterable[tuple[int, int]]:
    """Return the lines from the first to the last node of a snapshot as one run, else nothing."""
    for found in _readings(lines, _STYLES[:-1]):
        start, end = found[0].line, found[-1].line + 1
        if _are_most(found, lines[start:end]):
            return [(start, end)]
    return []


@remembered(2, _HELD)
def nodes(text: str) -> Sequence[Node]:
    """Return the nodes of a text that is the snapshot of a page, in order; none where it is not.

    Held for the last texts: `is_snapshot` and the cut that follows ask the same twice.
    """
    lines = lines_of(text)
    return next((found for found in _readings(lines, _STYLES) if _are_most(found, lines)), [])


def _readings(
    lines: Sequence[str], styles: Iterable[tuple[str, re.Pattern[str]]]
) -> Iterator[list[Node]]:
    """Yield the nodes of lines in each style in which there are enough."""
    for sign, style in styles:
        if sum(sign in line for line in lines) >= _LEAST:
            found = _read(lines, style)
            if len(found) >= _LEAST:
                yield found


def _are_most(found: Sequence[Node], lines: Sequence[str]) -> bool:
    """Whether nodes are most of the lines that are not blank."""
    filled = sum(line != "" and not line.isspace() for line in lines)
    return len(found) >= _MOSTLY * filled


def is_snapshot(text: str) -> bool:
    """Whether a text is the snapshot of a page, with little around it."""
    for sign, style in _STYLES:
        if text.count(sign, 0, _LOOKED) >= _FEW:
            looked = [line for line in text[:_LOOKED].split("\n") if sign in line]
            # Most texts with such a sign are none: a glance tells.
            if _read(looked[:_FEW], style) and len(_read(looked, style)) >= _FEW:
                return bool(nodes(text))
    return False


def _read(lines: Sequence[str], style: re.Pattern[str]) -> list[Node]:
    known = classes()
    out: list[Node] = []
    above: list[tuple[int, int]] = []
    for at, line in enumerate(lines):
        match = style.match(line)
        if match is None:
            continue
        role = (match["role"] or "text").lower()
        if role[:1] != "/" and role not in known:
            continue
        indent = len(match["indent"])
        while above and above[-1][0] >= indent:
            above.pop()
        said = _SPACE.sub(" ", f"{match['name'] or ''} {match['text'] or ''}").strip()
        out.append(Node(at, above[-1][1] if above else -1, role, said, match["marks"] or ""))
        above.append((indent, len(out) - 1))
    return out
