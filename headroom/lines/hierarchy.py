r"""Files below folders, as `tree`, `ls -lR` and `du -a` print them.

src                          src:                                          12  src/app/main.py
├── [ 1204 Nov 20] app.py    total 12                                      40  src/app
└── lib                      -rw-r--r-- 1 a a 1204 Nov 20 10:00 app.py     52  src
    └── io.py
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, NamedTuple

if TYPE_CHECKING:
    from collections.abc import Sequence

_DRAWN = re.compile(
    r"((?:[│| ][ \u00a0]{3})*)(?:├── |└── |\|-- |`-- )(?:\[([^\]\n]*)\] {1,2})?(.+)"
)
_DATE = (
    r"(?:[A-Z][a-z]{2} [ 0-9][0-9] {1,2}(?:[0-9]{2}:[0-9]{2}|[0-9]{4})"
    r"|[0-9]{4}-[0-9]{2}-[0-9]{2}(?: [0-9:.]{5,18}(?: [-+][0-9]{4})?)?)"
)
_LONG = re.compile(
    r"([-dlbcps])[-rwxsStT]{9}[.+@]? +[0-9]+ +\S+ +\S+ +([0-9.]+[KMGTP]?) +" + rf"({_DATE}) (.+)"
)
_OF_DATE = re.compile(_DATE)
_HEADING = re.compile(r"([^\s:][^:\n]{0,300}|/):")
_USED = re.compile(r"([0-9.]{1,15}[KMGTP]?)\t(\S.*)")
_SIZE = re.compile(r"([0-9]+(?:\.[0-9]+)?)([KMGTP]?)")
_UNITS = {"": 1.0, "K": 2.0**10, "M": 2.0**20, "G": 2.0**30, "T": 2.0**40, "P": 2.0**50}
_MONTHS = ("Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec")
_RECENT = re.compile(r"[A-Z][a-z]{2} [ 0-9][0-9] +[0-9]{2}:[0-9]{2}")
_LATE, _EARLY = 8, 4
"""Months of the end of a year, and of the beginning of the next one."""
_NEARLY, _MIN_ENTRIES, _MIN_FOLDERS = 0.9, 12, 2
"""Share of the lines that are entries, and how many there have to be, of folders too."""


class Entry(NamedTuple):
    """A file, or a folder."""

    line: int
    depth: int
    path: str
    is_folder: bool
    size: float | None = None
    """Bytes, or what the tool counts in."""
    time: str = ""
    """When it was changed: of two such the later one is greater."""


class Hierarchy(NamedTuple):
    """The entries of a text, in the order of its lines."""

    entries: list[Entry]
    drawn: bool
    """Whether lines are drawn in front of the names."""
    totalled: bool
    """Whether the size of a folder is that of all below it."""


def hierarchy(lines: Sequence[str]) -> Hierarchy | None:
    """Return the files and folders that a text lists, or None where it does not."""
    middle = lines[len(lines) // 2 :][:3]
    if any(map(_DRAWN.fullmatch, middle)):
        found = Hierarchy(_of_tree(lines), drawn=True, totalled=False)
    elif any(map(_USED.fullmatch, middle)):
        found = Hierarchy(_of_usage(lines), drawn=False, totalled=True)
    elif any(map(_LONG.fullmatch, middle)):
        found = Hierarchy(_of_listing(lines), drawn=False, totalled=False)
    else:
        return None
    filled = sum(1 for line in lines if line and not line.startswith("total "))
    folders = sum(entry.is_folder for entry in found.entries)
    enough = len(found.entries) >= max(_MIN_ENTRIES, _NEARLY * filled)
    return found if enough and folders >= _MIN_FOLDERS else None


def _of_tree(lines: Sequence[str]) -> list[Entry]:
    out: list[Entry] = []
    above: list[str] = []
    for at, line in enumerate(lines):
        match = _DRAWN.fullmatch(line)
        if match is None:
            follows = at + 1 < len(lines) and _DRAWN.fullmatch(lines[at + 1]) is not None
            if follows:
                root = re.sub(r"^\[[^\]\n]*\] {1,2}", "", line)
                above = [root]
                out.append(Entry(at, 0, root, is_folder=True))
            continue
        depth = len(match[1]) // 4 + 1
        name = match[3].partition(" -> ")[0]
        above[depth:] = [name]
        if out and out[-1].depth < depth:
            out[-1] = out[-1]._replace(is_folder=True)
        dated = _OF_DATE.search(match[2] or "")
        sized = (match[2] or "").replace(dated[0] if dated else "", "").split()
        path = "/".join(above)
        size = _bytes(sized[-1]) if sized else None
        folder = name.endswith("/") or (match[2] or "").lstrip()[:1] == "d"
        out.append(Entry(at, depth, path, folder, size, dated[0] if dated else ""))
    return _with_times(out)


def _of_listing(lines: Sequence[str]) -> list[Entry]:
    out: list[Entry] = []
    section = ""
    for at, line in enumerate(lines):
        match = _LONG.fullmatch(line)
        if match is not None:
            name = match[4].partition(" -> ")[0]
            path = f"{section}/{name}"
            folder, size = match[1] == "d", _bytes(match[2])
            out.append(Entry(at, path.count("/"), path, folder, None if folder else size, match[3]))
        elif (heading := _HEADING.fullmatch(line)) and (not at or not lines[at - 1]):
            section = heading[1].rstrip("/")
            out.append(Entry(at, section.count("/"), section, is_folder=True))
    return _with_times(out)


def _of_usage(lines: Sequence[str]) -> list[Entry]:
    found = [(at, match) for at, line in enumerate(lines) if (match := _USED.fullmatch(line))]
    folders = {match[2].rpartition("/")[0] for _, match in found}
    return [
        Entry(at, match[2].count("/"), match[2], match[2] in folders, _bytes(match[1]))
        for at, match in found
    ]


def _bytes(said: str) -> float | None:
    """Return a size in bytes, or in what the tool counts in; None where it is none."""
    match = _SIZE.fullmatch(said)
    return float(match[1]) * _UNITS[match[2]] if match else None


def _with_times(entries: list[Entry]) -> list[Entry]:
    """Return entries with times that compare: `ls` leaves out the year of those that are recent."""
    months = {_MONTHS.index(e.time[:3]) for e in entries if e.time[:3] in _MONTHS and _is_recent(e)}
    wraps = any(month >= _LATE for month in months) and any(month < _EARLY for month in months)
    return [entry._replace(time=_ordered(entry, wraps=wraps)) for entry in entries]


def _is_recent(entry: Entry) -> bool:
    return _RECENT.fullmatch(entry.time) is not None


def _ordered(entry: Entry, *, wraps: bool) -> str:
    """Return the time of an entry as a text that is greater than those of earlier ones."""
    month, _, rest = entry.time.partition(" ")
    if month not in _MONTHS:
        return entry.time
    number = _MONTHS.index(month)
    day, _, clock = rest.strip().partition(" ")
    clock = clock.strip()
    if not _is_recent(entry):
        return f"{clock}-{number + 1:02d}-{day:0>2}"
    year = "9999" if wraps and number < _EARLY else "9998"
    return f"{year}-{number + 1:02d}-{day:0>2} {clock}"
