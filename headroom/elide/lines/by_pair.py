"""Names and values on lines in turn, as `redis-cli config get` prints them: pairs stay pairs."""

from __future__ import annotations

import re
from collections import Counter
from typing import TYPE_CHECKING

from headroom.ccr.question.bm25 import Relevance
from headroom.core.split import count_of, lines_of
from headroom.elide.gapped import MIN_UNITS, within
from headroom.elide.lines.answer import BESIDE, answered, asks_one
from headroom.elide.lines.by_line import marked

if TYPE_CHECKING:
    from collections.abc import Sequence

    from headroom.elide.gapped import Gapped

_NAME = re.compile(r"(?:[ \t]*[0-9]{1,6}\) \"?)?[A-Za-z_][\w.:/-]{0,80}\"?")
"""A name; numbered and in quotes where a terminal shows it."""
_NUMBER = re.compile(r"(?:(?<![ \t])|(?<=\) ))[ \t]*+[0-9]{1,6}\) ")
"""Looked for from the first of some blanks alone: from each, many blanks would take very long."""
_REPEATED = 0.7
"""Share of the values that are different, at most; names all are: so lists of names are told."""
_NAMED, _RELEVANCE, _USUAL = 0.97, 2.0, 0.02
"""Share of the lines of names that are names; what the best answer weighs, and what a pair does
that has a value of its own, over how often others have that."""
_KINDS, _LONGEST = 5, 24
"""Values that a summary counts, and the characters of one."""


def by_pair(text: str, query: str, share: float) -> Gapped | None:
    """Return the pairs that matter, with marks for the others; None where there are no pairs."""
    lines = lines_of(text)
    size = count_of(lines)
    if size % 2 or size < 2 * MIN_UNITS or not _NAME.fullmatch(lines[0]):
        return None
    names, values = lines[0:size:2], lines[1:size:2]
    bare = [_NUMBER.sub("", value) for value in values]
    counts = Counter(bare)
    if len(set(names)) < len(names) or len(counts) > _REPEATED * len(values):
        return None
    if sum(_NAME.fullmatch(name) is not None for name in names) < _NAMED * len(names):
        return None
    pairs = [f"{name} {value}" for name, value in zip(names, values, strict=True)]
    weights = [_USUAL / counts[value] for value in bare]
    relevance = Relevance(query)
    scores = relevance.scores(pairs) if query.strip() else [0.0] * len(pairs)
    best = max(scores)
    if best and asks_one(query, relevance) and answered(scores):
        share *= BESIDE
    weights = [
        own + _RELEVANCE * score / (best or 1.0) for own, score in zip(weights, scores, strict=True)
    ]
    kept = within(weights, pairs, share)
    gone = sorted(set(range(len(pairs))) - set(kept))
    return marked(
        lines,
        [line for at in kept for line in (2 * at, 2 * at + 1)],
        _counted([bare[at] for at in gone]),
    )


def _counted(values: Sequence[str]) -> str:
    """Return how many of the pairs that are left out have which value."""
    common = [
        f"{count} x {value or '(nothing)'}"
        for value, count in Counter(values).most_common(_KINDS)
        if count > 1 and len(value) <= _LONGEST
    ]
    return f"left out: {', '.join(common)}" if common else ""
