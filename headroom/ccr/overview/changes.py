"""Changes: what of a diff stands for it: its files, what it defines, the lines that changed."""

from __future__ import annotations

import re
from collections import Counter
from functools import cache
from itertools import islice
from typing import TYPE_CHECKING, NamedTuple

from headroom.ccr.definition import defined
from headroom.ccr.overview.cover import cover, words
from headroom.detect.diff import HUNK, body_end, claim

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Sequence

    from headroom.ccr.seen import Seen

_FILE = re.compile(r"(?:diff --git .+ \"?b/|\+\+\+ (?:b/)?)(?!dev/null)([^\t]+?)\"?(?:\t.*)?$")
_OF_FILE = re.compile(
    r"diff |index |--- |\+\+\+ |(?:old|new) mode |(?:dis)?similarity index |(?:rename|copy) to "
)
_ADDED, _REMOVED, _CONTEXT, _SAID, _DEFINED = 1.0, 0.8, 0.4, 1.0, 6.0
"""Merits: of a line that was added or removed, of what a hunk stands in, of other text."""
_MOST, _MARK = 500, 4
"""Changes at most, and characters that a line end and a number take."""
_NEAR = 3
"""Lines behind one that is shown with its number within which the next needs none."""
_HEADER, _OF_ASKED, _WANTED = 4, 5.0, 20.0
"""Lines of the head of a file; what lines of a file that the question names are worth more, and
definitions where it asks for such."""
_WORD = re.compile(r"\w+")
_LITTLE, _OF_LITTLE = re.compile(r"[-+]\W*\w+\W*(?:\w+\W*)?"), 0.4
"""A line of a word or two, and its share: "else:", "return None"."""
_ALIKE = 0.25
"""How much less a line is worth for each before it that is built alike: items of a list."""
_TELLING = re.compile(r"\w\W*\w")


class _Line(NamedTuple):
    at: int
    text: str
    file: int
    merit: float
    defines: bool = False


class _File(NamedTuple):
    at: int
    name: str


def is_diff(lines: Sequence[str]) -> bool:
    """Whether most of a text is a diff."""
    size = sum(end - start for start, end in claim(lines))
    return 2 * size > len(lines)


def changes(
    lines: Sequence[str],
    seen: Seen,
    fits: Sequence[float],
    *,
    named: bool = False,
    defining: bool = False,
) -> Callable[[int], list[str]]:
    """Return what lists the files and the changed lines that were not shown, in so many characters.

    `fits` is how well each line fits what else the question says, 0 to 1; `named` is whether it
    names something, as a file; with `defining` it asks for what is defined.
    """
    files, found = _read(lines)
    asked = [max(fits[file.at : file.at + _HEADER]) if named else 0.0 for file in files] or [0.0]
    texts = [line.text for line in found]
    new = [not seen.holds(line.text) and not seen.holds(lines[line.at]) for line in found]
    merits = [
        line.merit * (1 + fits[line.at]) * (1 + _OF_ASKED * asked[line.file]) * own
        for line, own in zip(found, new, strict=True)
    ]
    _thin(texts, merits)
    if defining:
        merits = [m * _WANTED if line.defines else m for line, m in zip(found, merits, strict=True)]
    known = set[str]() if not seen else set.intersection(*map(words, seen.texts))
    order = cache(lambda: list(islice(cover(texts, merits, known), _MOST)))
    heads = [f"{file.at + 1}: {file.name}" for file in files]

    def write(room: int) -> list[str]:
        listed = {at for at, file in enumerate(files) if not seen.holds(lines[file.at])}
        out: dict[int, str] = {}
        for at in sorted(listed):
            if len(heads[at]) + 1 <= room / 2:
                room -= len(heads[at]) + 1
                out[files[at].at] = heads[at]
        taken: set[int] = set()
        for at in order():
            line = found[at]
            cost = len(line.text) + _MARK
            head = files[line.file].at if line.file >= 0 else -1
            if head >= 0 and head not in out:
                cost += len(heads[line.file]) + 1
            if cost <= room:
                room -= cost
                taken.add(at)
                if head >= 0:
                    out[head] = heads[line.file]
        last = -_NEAR - 1
        for at in sorted(taken):
            line = found[at]
            out[line.at] = line.text if line.at - last <= _NEAR else f"{line.at + 1}: {line.text}"
            last = line.at
        return [out[at] for at in sorted(out)]

    return write


def _thin(texts: Sequence[str], merits: list[float]) -> None:
    """Lower the merits of lines that say little, and of those that are built like others."""
    built = Counter[str]()
    for at, text in enumerate(texts):
        shape = _WORD.sub("w", text)
        merits[at] *= (_OF_LITTLE if _LITTLE.fullmatch(text) else 1.0) / (1 + _ALIKE * built[shape])
        built[shape] += 1


def _read(lines: Sequence[str]) -> tuple[list[_File], list[_Line]]:
    """Return the files of a diff, and its lines that say what changed."""
    files: list[_File] = []
    found: list[_Line] = []
    at, size = 0, len(lines)
    while at < size:
        line = lines[at]
        hunk = HUNK.fullmatch(line) if line.startswith("@@ -") else None
        if hunk:
            end = body_end(lines, at + 1)
            if hunk[5]:
                found.append(_Line(at, f"@@ {hunk[5].strip()}", len(files) - 1, _CONTEXT))
            found += _changed(lines, at + 1, end, len(files) - 1)
            at = max(end, at + 1)
            continue
        name = _FILE.fullmatch(line)
        if name and (not files or files[-1].name != name[1] or line.startswith("diff ")):
            files.append(_File(at, name[1]))
        elif line.strip() and not _OF_FILE.match(line) and not name:
            found.append(_Line(at, line.strip(), len(files) - 1, _SAID))
        at += 1
    return files, found


def _changed(lines: Sequence[str], start: int, end: int, file: int) -> Iterator[_Line]:
    before: set[str] = set()
    for at in range(start, end):
        line = lines[at]
        bare = line[1:].strip()
        if line[0] not in "+-" or bare in before or not _TELLING.search(bare):
            continue
        before.add(bare)
        merit = _ADDED if line[0] == "+" else _REMOVED
        defines = bool(defined(line[1:]))
        yield _Line(at, line[0] + bare, file, merit * (_DEFINED if defines else 1), defines)
