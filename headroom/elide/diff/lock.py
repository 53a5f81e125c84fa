"""Lock files in a diff: which packages come, go or change, and in which versions."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from headroom.ccr.question.bm25 import Relevance

if TYPE_CHECKING:
    from collections.abc import Sequence

    from headroom.elide.diff.patch import Hunk

_ABOUT = re.compile(
    r"(?i)\b(?:packages?|dependenc\w+|librar\w+|modules?|lock ?files?|versions?|releases?|bump\w*"
    r"|upgrad\w+|updat\w+|downgrad\w+|installed|ranges?|pinn?\w*|transitive|crates?|gems?)\b"
)
"""Words of a question about packages."""
_VERSION = re.compile(r"[\^~<>=v\"'(@ ]\d+\.\d")
_HASHED = re.compile(r"[A-Za-z0-9+/]{40}|[0-9a-f]{32}|://")
_SUMMED = re.compile(r"\S+ v\d\S* h1:")
"""A row of go.sum: its hash comes behind what it tells."""
_ENTRY = re.compile(
    r"[ \t]*(?:\"[^\"]+\": ?\{|[\"']?[@\w][^{}\[\]=]*:|(?:\"name\": |name = )\"[^\"]+\",?)$"
)
"""How what is told of a package begins."""
_INNER = re.compile(
    r"(?i)[ \t]*\"?(?:\w*dependencies|requires|engines|funding|bin|os|cpu|scripts|packages"
    r"|resolution|extras|\w*metadata|dev|suggest|require(?:-dev)?|node|npm|php|autoload(?:-dev)?|support|source"
    r"|dist)\b"
)
_OWN = re.compile(r"\bversion\b|^[+-]\S+ v\d")
"""What says which version of a package is installed, other than which ones another one takes."""
_SHARE = 0.35
"""Of the changed lines of a lock file, those that stay at most."""
_RARE = 12
"""Rows of a diff up to which a word of the question is the name of a package."""
_LEAST = 4
_WORD = re.compile(r"[A-Za-z][\w@/.-]*\w")


def told(lines: Sequence[str], hunks: Sequence[Hunk], query: str, *, alone: bool) -> set[int]:
    """Return the rows of a lock file's change that tell of packages, as far as they are asked for.

    They are asked for where the query is about packages or names one, or where the diff changes
    nothing else, as `alone` says.
    """
    named = Relevance(query)
    rows = [row for hunk in hunks for row in range(hunk.first, hunk.end)]
    changed = [row for row in rows if lines[row][:1] in {"+", "-"}]
    met = _met(lines, rows, query)
    if not (alone or met or (_ABOUT.search(query) and not named.survey)):
        return set()
    owners = _owners(lines, hunks)
    told = [row for row in changed if _tells(lines[row])]
    sure = met.intersection(changed)
    first = [row for row in told if owners.get(row, row) in met]
    own = [row for row in told if _OWN.search(lines[row]) or _ENTRY.match(lines[row][1:])]
    room = int(sum(len(lines[row]) for row in changed) * _SHARE)
    kept: set[int] = set()
    for row in dict.fromkeys((*sorted(sure), *first, *own, *told)):
        group = {row, owners.get(row, row)} - kept
        cost = sum(len(lines[one]) for one in group)
        if cost <= room or row in sure:
            kept |= group
            room -= cost
    return kept


def _tells(line: str) -> bool:
    """Whether a changed row names a package or a version of one, and is no hash or address."""
    said = line[1:]
    if _HASHED.search(said):
        return _SUMMED.match(said) is not None
    if _INNER.match(said):
        return False
    return _VERSION.search(said) is not None or _ENTRY.match(said) is not None


def _owners(lines: Sequence[str], hunks: Sequence[Hunk]) -> dict[int, int]:
    """Return for each row of a hunk the row above it that names the package it tells of."""
    out: dict[int, int] = {}
    for hunk in hunks:
        owner = -1
        for row in range(hunk.first, hunk.end):
            said = lines[row][1:]
            if _ENTRY.match(said) and not _INNER.match(said):
                owner = row
            elif owner >= 0:
                out[row] = owner
    return out


def _met(lines: Sequence[str], within: Sequence[int], query: str) -> set[int]:
    """Return the rows with a name that the question has."""
    found: set[int] = set()
    for word in set(_WORD.findall(query)):
        if len(word) < _LEAST:
            continue
        name = re.compile(rf"(?<![\w-]){re.escape(word)}(?![\w-])")
        rows = [row for row in within if word in lines[row] and name.search(lines[row])]
        rows = [row for row in rows if not _HASHED.search(lines[row])]
        if len(rows) <= _RARE:
            found.update(rows)
    return found
