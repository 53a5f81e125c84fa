"""Search results: the hits that matter, and for each file how many more there are, and where."""

from __future__ import annotations

from typing import TYPE_CHECKING

from headroom.elide.choice import choose, ranges
from headroom.elide.complete import of_named
from headroom.elide.gapped import GAP, MIN_UNITS, Gapped
from headroom.elide.lines.hit import Row, rows, weigh
from headroom.elide.scale import Scale

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

_NUMBERS, _RUNS = 4, 3
"""Line numbers of hits, and ranges of lines of the result, that are listed one by one."""
_SCALE = Scale(16_000, 0.3, 0.35)
_TOGETHER = 3
"""Files of one folder that have one remark."""
_FEW_FILES, _FILES, _SHOWN_PER_FILE = 8, 60, 160
"""Files that have a remark each: at least, at the most, and one for so many kept characters."""


def by_hit(lines: Sequence[str], query: str, share: float) -> Gapped | None:
    """Return the hits that matter most with the others counted, or None where it is no search."""
    if len(lines) < MIN_UNITS:
        return None
    found = rows(lines)
    if found is None:
        return None
    weights, beside = weigh(found, query)
    share *= _SCALE.of(sum(map(len, lines)) + len(lines))
    kept = _kept(lines, found, weights, share * beside)
    if len(kept) == len(lines):
        return None
    inside = set(kept)
    hits = sum(row.what == "hit" for row in found)
    shown = sum(found[at].what == "hit" for at in kept)
    named = of_named(lines, kept, query)
    said = f'{shown:,} of {hits:,} hits{named}, "[A-B]" are lines of this output'
    body = "\n".join(lines[at] for at in kept)
    files = max(_FEW_FILES, min(_FILES, len(body) // _SHOWN_PER_FILE))
    return Gapped(body, said, 'lines="A-B"', "\n".join(_remainder(found, inside, files)))


def _kept(
    lines: Sequence[str], found: Sequence[Row], weights: list[float], share: float
) -> list[int]:
    """Return which lines stay: the heaviest rows, the headings above them, separators between."""
    # About as many tokens as a row takes once its path is said only once.
    costs = [(len(row.number) + len(row.text)) // 3 + 2 for row in found]
    rated = [
        weight if row.what in ("hit", "context") else 0.0
        for row, weight in zip(found, weights, strict=True)
    ]
    kept = {at for at in choose(rated, costs, int(sum(costs) * share)) if rated[at] > 0}
    files = {found[at].file for at in kept}
    first = min(kept, default=0)
    kept |= {
        near
        for at in kept
        for near in (at - 1, at + 1)
        if 0 <= near < len(found) and found[near].what == "tag"
    }
    for at, row in enumerate(found):
        heads = row.what == "heading" and row.file in files
        if heads or (row.what == "between" and not row.file and row.text.strip()):
            kept.add(at)
        if heads and at > first and not lines[at - 1]:
            kept.add(at - 1)
    return sorted(kept)


def _remainder(found: Sequence[Row], inside: set[int], most: int) -> list[str]:
    """Return remarks for the files with hits left out: how many, at which lines of them.

    The `most` files with the most of them are named, the others are counted together.
    """
    left: dict[str, list[int]] = {}
    for at, row in enumerate(found):
        if at not in inside and row.file:
            left.setdefault(row.file, []).append(at)
    hits = {file: [at for at in rows if found[at].what == "hit"] for file, rows in left.items()}
    shown = {found[at].file for at in inside if found[at].what == "hit"}
    order = sorted(left, key=lambda file: -len(hits[file]))
    named = [file for file in order if hits[file]]
    out = []
    for folder, files in _together(sorted(named[:most], key=lambda file: left[file][0]), hits):
        rows = sorted(at for file in files for at in left[file])
        count = sum(len(hits[file]) for file in files)
        more = "" if shown.isdisjoint(files) else "more "
        if folder:
            what = "; ".join(_of_file(file[len(folder) :], found, hits[file]) for file in files)
            where = f"{folder}: {what}"
        else:
            numbers = _numbers([found[at].number for at in hits[files[0]]])
            where = f"{files[0]}: {numbers}" if numbers else files[0]
        noun = "hit" if count == 1 else "hits"
        out.append(f"{GAP}{count:,} {more}{noun} in {where} {_lines(rows)}")
    rest = [at for file in order if file not in named[:most] for at in left[file]]
    others = sum(found[at].what == "hit" for at in rest)
    if others:
        files_left = len(named) - most
        out.append(f"{GAP}{others:,} hits in {files_left:,} other files {_lines(sorted(rest))}")
    elif rest:
        out.append(f"{GAP}{len(rest):,} lines around hits {_lines(sorted(rest))}")
    return out


def _together(
    files: Sequence[str], hits: Mapping[str, Sequence[int]]
) -> Iterator[tuple[str, list[str]]]:
    """Yield files that have a remark together, and their folder; "" for one that has its own.

    Those with many hits have their own: they are what a reader looks for first.
    """
    folders: dict[str, list[str]] = {}
    for file in files:
        folder = "" if len(hits[file]) > _NUMBERS else file[: file.rfind("/") + 1]
        folders.setdefault(folder or file, []).append(file)
    for folder, some in folders.items():
        if len(some) >= _TOGETHER:
            yield folder, some
        else:
            yield from (("", [file]) for file in some)


def _of_file(name: str, found: Sequence[Row], hits: Sequence[int]) -> str:
    """Return "name.h:3,17" for the hits of a file, or "name.h (2)" where they have no numbers."""
    numbers = _numbers([found[at].number for at in hits])
    if numbers:
        return f"{name}:{numbers}"
    return f"{name} ({len(hits):,})" if len(hits) > 1 else name


def _numbers(numbers: Sequence[str]) -> str:
    """Return "3,17,20" for a few lines of a file, "3-97" for many; "" for none."""
    if not all(numbers):
        return ""
    return ",".join(numbers) if len(numbers) <= _NUMBERS else f"{numbers[0]}-{numbers[-1]}"


def _lines(at: Sequence[int]) -> str:
    """Return where rows stand in the result, "[3-7,9]", as a call for them would say it."""
    runs = ranges(at)
    if len(runs) > _RUNS:
        return f"[in {at[0] + 1}-{at[-1] + 1}]"
    spelled = ",".join(f"{a + 1}" if a == b else f"{a + 1}-{b + 1}" for a, b in runs)
    return f"[{spelled}]"
