"""JSON that was cut off, at its end, at its beginning or in between: its complete records.

{"items": [{"id": 1}, {"id": 2}, {"id"          `head -c`, a tool's limit
},                                          `sed -n 40,90p`
{"id": 7},
{"id": 1}, {"i…900 tokens truncated… 8}, {"id": 9}]
"""

from __future__ import annotations

import json
import re
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterator

_DENSE = 60
"""JSON has a key in every so many characters, blanks aside."""
_MOST = 2
"""Records make up one in so many characters of such a text at least."""
_LEAST, _RATHER = 2, 1_000
"""Complete records, and the characters from which on one is worth looking into."""
_ALIKE = 2
"""Records are of one list that share one in so many of their keys."""
_TRIES = 6
"""Times the length of the text that looking for records in vain may take."""
_FAILURES = 60
"""Objects that are not complete: each costs a count of all lines before it."""
_NEXT = re.compile(r'\s*(?:,\s*|\n\s*(?=\{))(?:"((?:[^"\\\n]|\\.){0,300})"\s*:\s*)?(?=\{)')
_KEYED = re.compile(r'"((?:[^"\\\n]|\\.){0,300})"\s*:\s*$')
_SCAN = json.JSONDecoder().raw_decode


@dataclass(slots=True)
class Run:
    """Records that follow each other, and the keys in front of them, if they have such."""

    spans: list[tuple[int, int]] = field(default_factory=list)
    keys: list[str] = field(default_factory=list)
    start: int = 0
    """Where the first of them begins, or its key."""
    names: frozenset[str] = frozenset()
    """The keys in the first of them."""

    @property
    def size(self) -> int:
        """Characters from the first to the last of them."""
        return self.spans[-1][1] - self.spans[0][0]


@dataclass(frozen=True, slots=True)
class Fragment:
    """The complete records of a broken JSON text, in order."""

    runs: list[Run]

    def json(self, text: str) -> str:
        """Return them as one JSON list, or as an object where they have keys."""
        spans = [span for run in self.runs for span in run.spans]
        keys = [key for run in self.runs for key in run.keys]
        if not keys:
            return f"[{','.join([text[a:b] for a, b in spans])}]"
        pairs = [f'"{key}":{text[a:b]}' for key, (a, b) in zip(keys, spans, strict=True)]
        return f"{{{','.join(pairs)}}}"


def may_be_fragment(text: str) -> bool:
    """Whether a text that is no JSON has as many keys as JSON; quick to tell."""
    # A single character is counted much faster; many blanks are those that lines are set in by.
    size = len(text) - text.count(" ")
    return text.count('"') * _DENSE > size and text.count('":') * _DENSE > size


def fragment(text: str) -> Fragment | None:
    """Return the complete records of broken JSON if most of a text is such, or None."""
    if not may_be_fragment(text):
        return None
    runs = list(_runs(text))
    largest = max(runs, key=lambda run: run.size, default=None)
    if largest is None:
        return None
    alike = [run for run in runs if run is largest or _is_alike(run, largest)]
    count = sum(len(run.spans) for run in alike)
    if count < _LEAST and largest.size < _RATHER:
        return None
    return Fragment(alike) if sum(run.size for run in alike) * _MOST >= len(text) else None


def _is_alike(run: Run, other: Run) -> bool:
    """Whether records are of the same list as others."""
    shared = len(run.names & other.names)
    most = max(len(run.names), len(other.names))
    return bool(run.keys) == bool(other.keys) and shared * _ALIKE >= most


def _runs(text: str) -> Iterator[Run]:
    """Yield the runs of complete objects in a text, outer ones first; linear."""
    at = text.find("{")
    spent = failed = 0
    while at >= 0 and spent <= _TRIES * len(text) and failed < _FAILURES:
        run = Run()
        keyed = _KEYED.search(text, max(0, at - 400), at)
        key = keyed[1] if keyed else None
        end = at
        while True:
            try:
                value, end = _SCAN(text, at)
            except json.JSONDecodeError as error:
                spent += error.pos - at
                failed += 1
                break
            except (RecursionError, ValueError):
                return
            if not run.spans:
                run.names = frozenset(value)
                run.start = keyed.start() if keyed else at
            run.spans.append((at, end))
            run.keys += [] if key is None else [key]
            following = _NEXT.match(text, end)
            if following is None or (following[1] is None) != (key is None):
                break
            key, at = following[1], following.end()
        if run.spans:
            yield run
        at = text.find("{", max(end, at) if run.spans else at + 1)
