r"""Records as stanzas, a field a line: `rpm -qai`, `dmidecode`, `/proc/crypto`, `psql \x`.

Name        : make          the word that heads each entry comes first in the text
Version     : 3.82
Description :               what is no field belongs to the entry as well
GNU make ...
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from itertools import pairwise
from typing import TYPE_CHECKING

from headroom.core.split import lines_of
from headroom.elide.choice import ranges
from headroom.elide.gapped import GAP, Gapped
from headroom.elide.rows.column import Column
from headroom.elide.rows.excerpt import MIN_RECORDS, Demand, excerpt
from headroom.lines.history import drawn, plain

if TYPE_CHECKING:
    from collections.abc import Sequence

_LEAD, _ABOVE = 8, 60
"""First words that may stand above that of the entries, and lines."""
_SOME = 4
"""One of so many of these lines at least is a field."""
_PROBE = 30
"""Entries that are read first: most texts that have none show it there."""
_LEAST, _MOST = 3, 60
"""Lines that an entry has on average."""
_KEYS = 2
"""Fields that an entry has on average, but for its head."""
_FIELDS = 0.4
"""Share of the lines that are fields, blank ones and heads aside."""
_AGAIN = 4
"""One field in so many at most stands in its entry already."""
_NEARLY = 0.8
"""Share of the entries that stand apart, or have a field that all are taken to have."""
_LONGEST = 300
"""Characters of a line that are looked at for a field."""
_FIELD = re.compile(
    r"[ \t]*([A-Za-z_][\w./%-]{0,40}(?: [\w./%()-]{1,40}){0,3}?)[ \t]*(?::(?=[ \t]|$)| [|=] )(.*)"
)
_QUOTED = re.compile(r'"([^"\\]*)",?$')
_COUNT = re.compile(r"([0-9](?<!\w.)[0-9]{0,14}+) ([A-Za-z]{3,30})")


@dataclass(frozen=True, slots=True)
class _Entries:
    """Where the entries of a text begin, and their fields."""

    starts: list[int]
    columns: list[Column]


def by_entry(text: str, query: str, share: float, *, guess: bool = False) -> Gapped | None:
    """Return the entries that matter with marks for the others, or None: the text has none."""
    lines = lines_of(text)
    if drawn(lines) == len(lines):
        read = plain(lines)
        found = _entries("\n".join(read), read)
    else:
        found = _entries(text, lines)
    if found is None:
        return None
    spans = list(pairwise([*found.starts, len(lines)]))
    units = ["\n".join(lines[a:b]) for a, b in spans]
    made = excerpt(units, found.columns, Demand(query, share, guess=guess))
    if made is None or made.whole:
        return None
    out = list(lines[: found.starts[0]])
    at = 0
    for first, last in ranges(made.kept):
        out += _gap(spans, at, first)
        out += lines[spans[first][0] : spans[last][1]]
        at = last + 1
    out += _gap(spans, at, len(spans))
    said = f'{len(made.kept):,} of {len(spans):,} entries, "{GAP}A-B" stands for lines A to B'
    return Gapped("\n".join(out), said, 'lines="A-B"', made.summary, records=True)


def _gap(spans: Sequence[tuple[int, int]], first: int, end: int) -> list[str]:
    """Return the mark for some entries, if any."""
    return [] if first == end else [f"{GAP}{spans[first][0] + 1}-{spans[end - 1][1]}"]


def _entries(text: str, lines: Sequence[str]) -> _Entries | None:
    """Return the entries of a text that consists of such, but for a few lines above."""
    seen: set[str] = set()
    top = [line for line in lines[:_ABOVE] if line and not line.isspace()]
    if sum(1 for line in top if _field(line)) * _SOME < len(top):
        return None
    for at, line in enumerate(lines[:_ABOVE]):
        word = line.split(None, 1)[0] if line[:1].strip() else ""
        if not word or word in seen:
            continue
        seen.add(word)
        if len(seen) > _LEAD:
            return None
        # A word that begins most lines, or next to none, is told without a look at each of them.
        count = text.count(f"\n{word}") + (at == 0)
        if not MIN_RECORDS <= count <= len(lines) // _LEAST:
            continue
        found = _headed(lines, word)
        if found is not None:
            return found
    return None


def _headed(lines: Sequence[str], word: str) -> _Entries | None:
    """Return the entries that lines with a first word head, or None where they are none."""
    size = len(word)
    starts = [
        at
        for at, line in enumerate(lines)
        if line.startswith(word) and (len(line) == size or line[size] in " \t")
    ]
    if len(starts) < MIN_RECORDS or not _LEAST <= (len(lines) - starts[0]) / len(starts) <= _MOST:
        return None
    if starts[0] and all(map(_is_title, map(lines.__getitem__, (at - 1 for at in starts)))):
        starts = [at - 1 for at in starts]
    parted = sum(1 for at in starts if at == starts[0] or not lines[at - 1].strip())
    apart = parted >= _NEARLY * len(starts)
    if len(starts) > _PROBE:
        first = lines[: starts[_PROBE]]
        if _read(first, starts[:_PROBE], parted=apart) is None:
            return None
    return _read(lines, starts, parted=apart)


def _is_title(line: str) -> bool:
    """Whether a line stands above fields without being one."""
    return line[:1].strip() != "" and _field(line) is None


def _field(line: str) -> re.Match[str] | None:
    """Return the field that a line is, or None; most that are none have no sign of one."""
    if ":" in line or "=" in line or "|" in line:
        return _FIELD.match(line[:_LONGEST])
    return None


def _read(lines: Sequence[str], starts: list[int], *, parted: bool) -> _Entries | None:
    """Return the fields of entries, or None where too few of their lines are such.

    Entries that are not `parted` by blank lines have to have fields in common.
    """
    cells: dict[str, tuple[list[int], list[str]]] = {}
    fields = others = again = 0
    for number, (first, end) in enumerate(pairwise([*starts, len(lines)])):
        for at in range(first, end):
            line = lines[at][:_LONGEST]
            if not line or line.isspace():
                continue
            match = _field(line)
            if at > first:
                fields += match is not None
                others += match is None
            found = [match.groups()] if match else _untitled(line, head=at == first)
            for key, value in found:
                places, values = cells.setdefault(key, ([], []))
                if not places or places[-1] != number:  # the first of several
                    places.append(number)
                    values.append(_QUOTED.sub(r"\1", value.strip()))
                else:
                    again += match is not None
    if fields < _KEYS * len(starts) or fields < _FIELDS * (fields + others):
        return None
    if again * _AGAIN > fields:  # "ok: [host1]", "ok: [host2]": no field has so many values
        return None
    shared = sum(1 for places, _ in cells.values() if len(places) >= _NEARLY * len(starts))
    if not parted and shared < 1 + _KEYS:
        return None
    columns = [Column(key, places, values) for key, (places, values) in cells.items()]
    return _Entries(starts, columns)


def _untitled(line: str, *, head: bool) -> list[tuple[str, str]]:
    """Return what a line tells that is no field: what it heads, or counts: "3 files changed"."""
    if head:
        key, _, value = line.partition(" ")
        return [(key, value)]
    return [(noun, count) for count, noun in _COUNT.findall(line)]
