"""Hits of a search that come as records: a file, a line of it and what stands there.

`rg --json`, code search of hosts and editors' tools write them so, under names of their own.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from headroom.detect.search import is_path
from headroom.elide.lines.hit import Row, weigh

if TYPE_CHECKING:
    from collections.abc import Sequence

    from headroom.elide.rows.column import Column

_PATH = re.compile(r"(?:^|\.)(?:path|file|file_?name|file_?path|uri)(?:\.text)?$", re.IGNORECASE)
_NUMBER = re.compile(r"(?:^|\.)(?:line|line_?(?:number|no)|row|start_?line|lnum)$", re.IGNORECASE)
_TEXT = re.compile(
    r"(?:^|\.)(?:lines?|text|content|snippet|preview|fragment|match)(?:\.text)?$", re.IGNORECASE
)
_FINDING = re.compile(
    r"(?:^|[._])(?:severity|level|rule|rule_?id|check|check_?id|test_?id|code|message)$",
    re.IGNORECASE,
)
"""What a linter or a scanner tells beside a place: how grave that is stands there, too."""
_FEWEST, _MOSTLY, _SAMPLE = 4, 0.5, 20
"""Hits at least, the share of the records that they are at least, and paths that are looked at."""
_OF_HIT = 1.2
"""What a record weighs of what its hit does: the first of a file, and a definition, are strong."""
_OF_OTHERS = 0.02
"""What is left to records around them, as those that say how long the search of a file took."""


def weights_of_hits(columns: Sequence[Column], own: Sequence[float]) -> list[float] | None:
    """Return what records weigh as hits, where most are some; None where they are not.

    `own` is what they weigh otherwise.
    """
    hits = _hits(columns)
    if len(hits) < max(_FEWEST, _MOSTLY * len(own)):
        return None
    order = sorted(hits)
    weights, _ = weigh([hits[at] for at in order], "")
    out = [_OF_OTHERS * weight for weight in own]
    for at, weight in zip(order, weights, strict=True):
        out[at] = _OF_HIT * weight
    return out


def _hits(columns: Sequence[Column]) -> dict[int, Row]:
    """Return the records that have a path, a number and a text, and are no findings."""
    if any(_FINDING.search(column.name) for column in columns):
        return {}
    numbers = _column(columns, _NUMBER, int)
    paths = _column(columns, _PATH, str) if numbers else None
    others = [column for column in columns if column is not paths]
    texts = _column(others, _TEXT, str) if paths else None
    if numbers is None or paths is None or texts is None:
        return {}
    file = dict(zip(paths.at, paths.values, strict=True))
    if not all(map(is_path, paths.values[:_SAMPLE])):
        return {}
    number = dict(zip(numbers.at, numbers.values, strict=True))
    return {
        at: Row(file[at], str(number[at]), text.rstrip("\n"), "hit")
        for at, text in zip(texts.at, texts.values, strict=True)
        if at in file and at in number
    }


def _column(columns: Sequence[Column], name: re.Pattern[str], kind: type) -> Column | None:
    """Return the first column of that name, all of whose values are of one type."""
    for column in columns:
        if name.search(column.name) and all(type(value) is kind for value in column.values):
            return column
    return None
