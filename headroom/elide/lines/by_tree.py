"""Lists of files below folders: the folders first, then what is large, new or asked for."""

from __future__ import annotations

import re
from collections import Counter
from typing import TYPE_CHECKING

from headroom.ccr.question.bm25 import Relevance
from headroom.ccr.question.superlative import superlative
from headroom.core.split import count_of
from headroom.elide.choice import ALWAYS, ranges, spelled
from headroom.elide.complete import of_named
from headroom.elide.gapped import GAP, MIN_UNITS, Gapped, with_marks, within
from headroom.elide.lines.line import RELEVANCE

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from headroom.lines.hierarchy import Entry, Hierarchy

_FOLDER, _FILE, _AGAIN = 1.0, 0.4, 0.05
"""Weights of a folder, of a file in the first folder, of a folder that is told below as well."""
_LARGE, _NEW, _ASKED = 1.5, 1.2, 4.0
"""Weights of the largest file, of the newest one, and of one of these that is asked for."""
_MOST_LARGE, _MOST_NEW = 8, 5
_CLEAR = 0.6
"""Weight of what stays where an extreme or a name is asked for: folders near the top, too."""
_SHARE = 0.6
"""Of what other lists may keep: names say little beside their folders."""
_SUPERLATIVE = superlative(
    least=("tiniest", "empty", "oldest"), most=("newest", "latest", "recent")
)
_OF_TIME = re.compile(
    r"(?i)\b(?:newest|latest|recent\w*|oldest|changed|modified|touched|updated)\b"
)
_EXTENSIONS, _FOLDERS = 6, 10
"""Kinds of files, and folders, that a summary names."""


def by_tree(
    text: str, found: Hierarchy, query: str, share: float, *, fill: bool = False
) -> Gapped | None:
    """Return the entries that matter below the folders they are in, with marks for the others.

    Args:
        text: the list.
        found: what it lists.
        query: the question.
        share: how much of the text may stay.
        fill: whether it is used up in any case.
    """
    lines = text.split("\n")
    size = count_of(lines)
    if size < MIN_UNITS:
        return None
    weights = _weights(found, query)
    if _is_clear(query) and not fill:
        weights = [weight if weight >= _CLEAR else 0.0 for weight in weights]
    entries = found.entries
    units = [lines[entry.line] for entry in entries]
    chosen = _below_folders(entries, within(weights, units, share if fill else share * _SHARE))
    rows = sorted(_with_totals(lines, {entries[at].line for at in chosen}, found))
    if len(rows) == size:
        return None
    complete = of_named([entry.path for entry in entries], chosen, query)
    if found.drawn:
        said = f'{len(rows):,} of {size:,} lines{complete}, "{GAP}A-B" stands for lines A to B'
        said += ", set in where lines were drawn"
        shown = {entry.line: _set_in(lines, entry) for entry in entries}
        body = list(with_marks([shown.get(at, lines[at]) for at in range(size)], rows))
    else:
        # Marks between them would keep the lines from being folded.
        said = f"lines {spelled((a + 1, b + 1) for a, b in ranges(rows))} of {size:,}{complete}"
        body = [lines[at] for at in rows]
    left = _left_out(entries, chosen)
    return Gapped(
        "\n".join(body), said, 'lines="A-B"', "\n".join(filter(None, [_counted(found), left]))
    )


def _weights(found: Hierarchy, query: str) -> list[float]:
    """Return what each entry weighs: its kind and place, its size and time, and the question."""
    entries = found.entries
    told = {entry.path: at for at, entry in enumerate(entries) if entry.is_folder}
    met: Counter[str] = Counter()
    weights = []
    for at, entry in enumerate(entries):
        parent = entry.path.rpartition("/")[0]
        met[parent] += 1
        if entry.is_folder:
            own = told[entry.path] == at
            weights.append((_FOLDER if own else _AGAIN) / (1 + 0.1 * entry.depth))
        else:
            weights.append(_FILE / (entry.depth + 0.2 * met[parent] + 1))
    asked = _SUPERLATIVE(query)
    of_time = _OF_TIME.search(query) is not None
    least = asked is not None and asked[1] is not None
    by_size, by_time = _extremes(found, least=least)
    for rank, at in enumerate(by_size):
        add = _ASKED if asked and not of_time else _LARGE
        weights[at] += add * (1 - rank / (2 * _MOST_LARGE))
    for rank, at in enumerate(by_time):
        weights[at] += (_ASKED if of_time else _NEW) * (1 - rank / (2 * _MOST_NEW))
    return _with_query(entries, weights, query)


def _is_clear(query: str) -> bool:
    """Whether it is asked for an extreme, or for something by its name."""
    extreme = _SUPERLATIVE(query) is not None or _OF_TIME.search(query) is not None
    return extreme or (bool(query) and bool(Relevance(query).names))


def _with_query(entries: Sequence[Entry], weights: list[float], query: str) -> list[float]:
    """Return weights where entries with words of the question in their names weigh more."""
    relevance = Relevance(query)
    scores = relevance.scores([entry.path for entry in entries]) if query else []
    most = max(scores, default=0.0)
    if most:
        common = sum(score > 0 for score in scores) * 2 > len(scores)
        for at, score in enumerate(scores):
            weights[at] += 0.0 if common and score < most else RELEVANCE * (score / most) ** 2
    for name in relevance.names if query else ():
        for at, entry in enumerate(entries):
            if name in entry.path.rpartition("/")[2]:
                weights[at] += ALWAYS
    return weights


def _extremes(found: Hierarchy, *, least: bool) -> tuple[list[int], list[int]]:
    """Return the largest files and those changed last, or the smallest and those changed first."""
    entries = found.entries
    sized = [at for at, entry in enumerate(entries) if entry.size is not None]
    files = [at for at in sized if not entries[at].is_folder]
    sizes = sorted(files, key=lambda at: entries[at].size or 0.0, reverse=not least)[:_MOST_LARGE]
    if found.totalled:
        folders = [at for at in sized if entries[at].is_folder]
        folders.sort(key=lambda at: entries[at].size or 0.0, reverse=True)
        sizes = [*folders[:_MOST_LARGE], *sizes]
    timed = [at for at, entry in enumerate(entries) if entry.time and not entry.is_folder]
    if len({entries[at].time for at in timed}) < 2:
        return sizes, []
    timed.sort(key=lambda at: entries[at].time, reverse=not least)
    return sizes, timed[:_MOST_NEW]


def _below_folders(entries: Sequence[Entry], kept: Iterable[int]) -> list[int]:
    """Return what is kept with the folders that it stands in."""
    told = {entry.path: at for at, entry in enumerate(entries) if entry.is_folder}
    out = set(kept)
    for at in tuple(out):
        parent = entries[at].path.rpartition("/")[0]
        while parent:
            if parent in told:
                out.add(told[parent])
            parent = parent.rpartition("/")[0]
    return sorted(out)


def _with_totals(lines: Sequence[str], rows: set[int], found: Hierarchy) -> set[int]:
    """Return some lines with those that are no entries, and totals of folders below their names."""
    entries = {entry.line for entry in found.entries}
    size = count_of(lines)
    others = {at for at in range(size) if at not in entries and lines[at]}
    return {at for at in rows | others if not lines[at].startswith("total ") or at - 1 in rows}


def _set_in(lines: Sequence[str], entry: Entry) -> str:
    """Return the line of an entry with blanks in the place of what is drawn in front of it."""
    return "  " * entry.depth + lines[entry.line][4 * entry.depth :]


def _counted(found: Hierarchy) -> str:
    """Return how many folders and files of which kinds there are."""
    paths = {entry.path for entry in found.entries if entry.is_folder}
    files = [entry for entry in found.entries if not entry.is_folder]
    kinds = Counter(entry.path.rpartition("/")[2].rpartition(".")[2] for entry in files)
    named = ", ".join(f".{kind} {n:,}" for kind, n in kinds.most_common(_EXTENSIONS) if n > 1)
    sized = [entry.size for entry in files if entry.size is not None]
    total = "" if found.totalled or not sized else f", {sum(sized):,.0f} in all"
    return f"all: {len(paths):,} folders, {len(files):,} files ({named}){total}"


def _left_out(entries: Sequence[Entry], kept: Sequence[int]) -> str:
    """Return how many files of which folders are left out: those with the most are named."""
    inside = set(kept)
    gone = [at for at, entry in enumerate(entries) if at not in inside and not entry.is_folder]
    counts = Counter(entries[at].path.rpartition("/")[0] for at in gone)
    parts = [f"{count:,} in {folder}/" for folder, count in counts.most_common(_FOLDERS)]
    if more := counts.total() - sum(count for _, count in counts.most_common(_FOLDERS)):
        parts.append(f"{more:,} in {len(counts) - _FOLDERS:,} other folders")
    return f"left out: {'; '.join(parts)}" if parts else ""
