"""Records that stand one a line in other words than a table's: statements of SQL, pairs of a key.

INSERT INTO part (id, name) VALUES (7, 'bolt');        a dump, a line for each
(7, 'bolt', NULL),                                     or below the one that names the table
at=info method=GET path="/orders" status=200           logfmt
- name: bolt, size: 7, price: 0.20                      items of a list, also numbered ones,
2. **nut** - size: 7; price: 0.15                       with a name in front
"""

from __future__ import annotations

import re
from collections import Counter
from typing import TYPE_CHECKING

from headroom.core.split import lines_of
from headroom.elide.rows.grid import Grid

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

_MIN_ROWS, _NEARLY = 8, 0.9
"""Rows, and the share of the lines below the first that are some."""
_LEAD = 60
"""Lines that may stand above."""
_PROBE, _LONGEST = 12, 4_000
_INSERT = re.compile(
    r"\s*+(?:INSERT|REPLACE)\s+(?:OR\s+\w+\s+|IGNORE\s+)?INTO\s+\S+\s*(?:\(([^()]*)\)\s*)?VALUES\s*",
    re.IGNORECASE,
)
_VALUE = re.compile(
    r"\s*(?:[A-Za-z_]{0,9}'((?:[^'\\]|''|\\.)*+)'|([^',()]*(?:\([^()]*\)[^',()]*)?))\s*([,)])"
)
_PAIR = re.compile(r'([A-Za-z_][\w./-]{0,60})=("(?:[^"\\]|\\.)*+"|[^\s"=]*)(?:\s+|$)')
_LEAST_PAIRS, _MOST_KEYS = 2, 60
_ITEM = re.compile(r"\s{0,8}(?:[-*•+]|[0-9]{1,6}[.)]|#[0-9]{1,6}:?)\s+")
_BEFORE = r"(?:(?<=[-*•+.):] )|[,;|·(–—-] ?| \| )\**"
_KEY = re.compile(rf"{_BEFORE}([A-Za-z_][\w /%.-]{{0,40}}?)\**: ")
_MARKS = " *_`:,;|·–—-"
"""What may stand around the name of an item."""
_NAME = "item"
_USUAL = 0.6
"""Share of the items that have a key."""
_OF_LOGS = frozenset(("level", "lvl", "severity", "msg", "message"))
"""Keys of what is read as a log, by how grave each line is."""


def lined(text: str) -> Grid | None:
    """Return the records that a text has one a line, as a table of them, or None."""
    lines = lines_of(text.rstrip("\n"))
    if len(lines) < _MIN_ROWS:
        return None
    return _inserted(lines) or _paired(lines) or _listed(lines)


def _inserted(lines: Sequence[str]) -> Grid | None:
    """Return the rows that statements insert into one table, or None."""
    first = next((at for at, line in enumerate(lines[:_LEAD]) if _INSERT.match(line)), -1)
    head = _INSERT.match(lines[first]) if first >= 0 else None
    if head is None:
        return None
    below = head.end() == len(lines[first].rstrip())
    start = first + below
    rows: list[list[str]] = []
    for line in lines[start:]:
        found = None if below else _INSERT.match(line)
        at = found.end() if found else 0 if below else -1
        cells = list(_values(line, at)) if at >= 0 and len(line) <= _LONGEST else []
        if not cells or (rows and len(cells) != len(rows[0])):
            break
        rows.append(cells)
    if len(rows) < max(_MIN_ROWS, _NEARLY * (len(lines) - start)):
        return None
    names = [name.strip(' "`[]') for name in (head[1] or "").split(",")]
    if len(names) != len(rows[0]):
        names = [f"column {n}" for n in range(1, len(rows[0]) + 1)]
    return _made(lines, start, names, rows)


def _values(line: str, at: int) -> Iterator[str]:
    """Yield the values of a row in brackets, bare; nothing where it is none."""
    if line[at : at + 1] != "(":
        return
    at += 1
    while (match := _VALUE.match(line, at)) is not None:
        yield match[2].strip() if match[1] is None else match[1].replace("''", "'")
        at = match.end()
        if match[3] == ")":
            return


def _paired(lines: Sequence[str]) -> Grid | None:
    """Return lines of nothing but keys with their values, or None; those of logs are logs."""
    probe = lines[:: len(lines) // _PROBE + 1]
    if any(len(line) > _LONGEST or line.count("=") < _LEAST_PAIRS for line in probe):
        return None
    read: list[dict[str, str]] = []
    for line in lines:
        pairs = dict(_pairs(line))
        if not pairs:
            return None
        read.append(pairs)
    names = list(dict.fromkeys(key for pairs in read for key in pairs))
    if len(names) > _MOST_KEYS or not _OF_LOGS.isdisjoint(names):
        return None
    return _made(lines, 0, names, [[pairs.get(name, "") for name in names] for pairs in read])


def _pairs(line: str) -> Iterator[tuple[str, str]]:
    """Yield the pairs that a line consists of, or nothing where it has more than these."""
    found, at = [], 0
    while (match := _PAIR.match(line, at)) is not None and match.end() > at:
        value = match[2]
        found.append((match[1], value[1:-1] if value[:1] == '"' else value))
        at = match.end()
    if at == len(line) and len(found) >= _LEAST_PAIRS:
        yield from found


def _listed(lines: Sequence[str]) -> Grid | None:
    """Return items each of which says the same of something, or None.

    A value may hold what stands between pairs: only keys that most items have are some.
    """
    filled = [line for line in lines if line]
    probe = filled[:: len(filled) // _PROBE + 1]
    if any(len(line) > _LONGEST or _ITEM.match(line) is None for line in probe):
        return None
    counts = Counter(key for line in filled for key in dict.fromkeys(_KEY.findall(line)))
    keys = [key for key, count in counts.items() if count >= _USUAL * len(filled)]
    if not keys or len(keys) > _MOST_KEYS or not _OF_LOGS.isdisjoint(keys):
        return None
    sign = re.compile(rf"{_BEFORE}(?P<key>{'|'.join(map(re.escape, keys))}): ")
    rows, spans = [], []
    for at, line in enumerate(lines):
        item = _ITEM.match(line)
        if item is None:
            continue
        found = list(sign.finditer(line, item.end()))
        ends = [match.start() for match in found[1:]] + [len(line)]
        name = line[item.end() : found[0].start()] if found else line[item.end() :]
        row = {_NAME: name.strip(_MARKS)}
        for match, end in zip(found, ends, strict=True):
            row.setdefault(match["key"], line[match.end() : end].strip())
        rows.append(row)
        spans.append((at, at + 1))
    if len(rows) < max(_MIN_ROWS, _NEARLY * len(filled)):
        return None
    names = [name for name in (_NAME, *keys) if any(row.get(name) for row in rows)]
    columns = [[row.get(name, "") for row in rows] for name in names]
    # One thing said of each, in words, may as well be a sentence.
    if len(keys) == 1 and sum(map(_is_number, columns[-1])) < _USUAL * len(rows):
        return None
    return Grid(lines, spans[0][0], spans, names, columns)


def _is_number(cell: str) -> bool:
    return cell[:1].isdigit() or cell[1:2].isdigit()


def _made(lines: Sequence[str], start: int, names: list[str], rows: list[list[str]]) -> Grid:
    spans = [(at, at + 1) for at in range(start, start + len(rows))]
    columns = [list(cells) for cells in zip(*rows, strict=True)]
    return Grid(lines, start, spans, names, columns)
