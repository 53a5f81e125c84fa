r"""Entries of the logs of databases: a statement goes on for lines, and belongs to what came of it.

2026-01-02 03:04:05.123 UTC [41] ada@shop ERROR:  column "balnce" does not exist at character 8
2026-01-02 03:04:05.123 UTC [41] ada@shop STATEMENT:  SELECT id,       PostgreSQL
        balnce
    FROM customers;

# Time: 2026-01-02T03:04:05.123456Z                                     the slow log of MySQL
# User@Host: ada[ada] @ localhost []  Id:     8
# Query_time: 2.000215  Lock_time: 0.000004 Rows_sent: 1  Rows_examined: 9120
SELECT id
FROM customers;
"""

from __future__ import annotations

import re
from itertools import pairwise
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Sequence

_STAMP = r"[0-9]{4}-[0-9]{2}-[0-9]{2}[ T][0-9]{2}:[0-9]{2}:[0-9]{2}[0-9.]{0,10}"
_POSTGRES = re.compile(
    rf"(?:{_STAMP})?(?P<who>[^\n]{{0,120}}?)\b"
    r"(?:(?P<head>LOG|ERROR|FATAL|PANIC|WARNING|NOTICE|INFO|DEBUG[1-5]?)"
    r"|DETAIL|HINT|CONTEXT|STATEMENT|QUERY|LOCATION):  "
)
_OF_MYSQL = ("# Time: ", "# User@Host: ")
_MIN_EVENTS, _NEARLY = 8, 0.9
"""Entries, and the share of the lines that are not set in which have to begin or go on one."""
_PROBE = 40
_SAMPLE, _FEW = 25, 4
"""Lines by which it is told, and the first of them, one of which has to be one."""


def events(lines: Sequence[str]) -> list[list[int]] | None:
    """Return the lines of each entry, in the order of their first ones, or None: there are none."""
    if any(line.startswith(_OF_MYSQL[1]) for line in lines[:_PROBE]):
        return _of_mysql(lines)
    sample = [line for line in lines[:: len(lines) // _SAMPLE + 1] if line[:1] not in ("\t", "")]
    if not any(map(_POSTGRES.match, sample[:_FEW])):
        return None
    if sum(map(bool, map(_POSTGRES.match, sample))) < _NEARLY * max(len(sample), 1):
        return None
    return _of_postgres(lines)


def _of_postgres(lines: Sequence[str]) -> list[list[int]] | None:
    out: list[list[int]] = []
    last: dict[str, list[int]] = {}
    own: list[int] | None = None
    heads = others = 0
    for at, line in enumerate(lines):
        match = _POSTGRES.match(line) if line[:1] not in ("\t", "") else None
        if match is None:
            others += line[:1] not in ("\t", "")
            if own is None:
                own = []
                out.append(own)
            own.append(at)
            continue
        heads += 1
        # What is told of an error stands below it, as far as its own process is concerned.
        own = None if match["head"] else last.get(match["who"])
        if own is None:
            own = last[match["who"]] = []
            out.append(own)
        own.append(at)
    enough = len(out) >= _MIN_EVENTS and heads >= _NEARLY * (heads + others)
    return out if enough and len(out) < len(lines) else None


def _of_mysql(lines: Sequence[str]) -> list[list[int]] | None:
    starts = []
    for at, line in enumerate(lines):
        if line.startswith(_OF_MYSQL[1]):
            starts.append(at - (at > 0 and lines[at - 1].startswith(_OF_MYSQL[0])))
    if len(starts) < _MIN_EVENTS:
        return None
    bounds = [*([0] if starts[0] else []), *starts, len(lines)]
    return [list(range(first, end)) for first, end in pairwise(bounds)]
