"""What a report, a run or a plan came to, in the lines that say so."""

from __future__ import annotations

import re
from itertools import islice
from string import ascii_letters
from typing import TYPE_CHECKING

from headroom.elide.lines.sheet import opened, opening
from headroom.elide.lines.template import wordings

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from headroom.elide.lines.sheet import Sheet

_TAIL, COUNTED, _COUNTS = 30, 1.5, 3
"""Last lines of a report in which totals may stand, their weight, and how many there have to be."""
_NEAR = 60
"""Lines before the last one that are asked whether they say the like."""
CONCLUDED = 1.9
"""Weight of the last line that says something."""
_COUNT = re.compile(r"\s*[A-Za-z][\w ()/%-]{1,60}: *[0-9][0-9.,]* ?%?$")
_ENDS = frozenset("0123456789%")
"""What that ends with."""
_COUNTS_OF = re.compile(r"\s*[A-Za-z][\w ()/%-]{1,60}:$")
_SUMMARY = re.compile(r"[^\na-z]{0,20}(?:[\w-]+ ){0,3}summary:\s*$", re.ASCII | re.IGNORECASE)
_LETTERS = f"{ascii_letters}- "
_SUMMED, _NOTHING = 8, re.compile(r"[:=]\s*0\b(?!\.)")
"""Lines of a summary that weigh most; and what says that there was none of something."""
_PLAN = "\nPlan: "
_PLANNED = opening(
    r"\s+(?:~ [\w\"\[\]]+ +[=:].*->.*|[-+~/]{1,3} \S.*# forces replacement"
    r"|# \S+ (?:must|will) be .*)$"
)
_TALLY = re.compile(
    r"[^\w\n]*(?:[A-Z][\w ]{1,30}[:=] )?[0-9][0-9,.]* [a-z][\w ()+/-]{1,40}"
    r"(?:[,;|] ?[0-9][0-9,.]* [a-z][\w ()+/-]{1,40}){2,8}(?: in [0-9.]+ ?\w+)?\W*$"
)
"""What something came to, in several numbers: "Lines: 1392 lines, 0 matched, 1392 missed"."""
_SPOKEN = re.compile(r'\bwrite\([12], "[^"]*[A-Za-z]{2}')
_PRINTED = ('write(1, "', 'write(2, "')
_MOST_SPOKEN, _FIRST_SPOKEN, _LAST_SPOKEN = 24, 4, 8
"""What a program prints, among its calls of the system; of many only the first and last."""
_LOOKED_AT = 300
"""Characters of a line that are looked at."""


def totals(sheet: Sheet) -> Iterator[int]:
    """Yield the lines that say what it all came to, and what a program prints."""
    yield from _counts(sheet.lines)
    yield from _summed(sheet)
    yield from _planned(sheet)
    yield from _tallied(sheet)
    yield from _spoken(sheet)


def _counts(lines: Sequence[str]) -> list[int]:
    """Return the lines of the totals that a report ends with: "High: 7", and what heads them.

    Where such lines stand all over the text they are no totals.
    """
    start = max(len(lines) // 2, len(lines) - _TAIL)
    rows = [at for at in range(start, len(lines)) if _is_count(lines[at])]
    before = lines[max(0, start - _TAIL) : start]
    if len(rows) < _COUNTS or 3 * sum(map(_is_count, before)) > len(before):
        return []
    heads = [at - 1 for at in rows if _COUNTS_OF.match(lines[at - 1][:_LOOKED_AT])]
    return sorted({*rows, *heads})


def _is_count(line: str) -> bool:
    return line[-1:] in _ENDS and len(line) <= _LOOKED_AT and _COUNT.match(line) is not None


def _says(line: str) -> bool:
    """Whether a line says something: a ruler does not, nor does the tag that ends a wrapper."""
    return any(map(str.isalnum, line)) and not (line[:2] == "</" and line.rstrip()[-1:] == ">")


def verdict(lines: Sequence[str], wording: Sequence[str]) -> list[int]:
    """Return the last line that says something, where no other line says the like.

    What a run came to stands there; where a log just stops, one of its usual lines does. Without
    the wording of all lines, those near the end are asked.
    """
    last = next((at for at in range(len(lines) - 1, -1, -1) if _says(lines[at])), -1)
    if last < 0:
        return []
    near = wording[: last + 1] or wordings(lines[max(0, last - _NEAR) : last + 1])
    return [last] if near.count(near[-1]) == 1 else []


def _summed(sheet: Sheet) -> list[int]:
    """Return the lines of short sections that a report heads as a summary, and their heads.

    They are set in below the head, behind what is written before every line. A line that says
    that there was none of something stays behind.
    """
    out: list[int] = []
    for head, at in sheet.places("summary:"):
        line = sheet.lines[head]
        if len(line) > _LOOKED_AT or not _SUMMARY.match(line):
            continue
        before = line[: at - sheet.starts[head]].rstrip(_LETTERS) + "  "
        out.append(head)
        for row in range(head + 1, min(head + 1 + _SUMMED, len(sheet.lines))):
            if not sheet.lines[row].startswith(before):
                break
            if not _NOTHING.search(sheet.lines[row]):
                out.append(row)
    return out


def _planned(sheet: Sheet) -> list[int]:
    """Return the lines of a plan, as Terraform writes it, that tell what becomes of what is there.

    That something is made anew they only head: all that is below such a head is new.
    """
    if not sheet.has("plan") or _PLAN not in sheet.text:
        return []
    return opened(f"\n{sheet.text}", _PLANNED)


def _tallied(sheet: Sheet) -> list[int]:
    """Return the last lines that say in several numbers what something came to, where few do."""
    start = max(0, len(sheet.lines) - _TAIL)
    rows = [
        at
        for at, line in enumerate(islice(sheet.lines, start, None), start)
        if ", " in line and _TALLY.match(line[:_LOOKED_AT])
    ]
    return rows if len(rows) <= _COUNTS else []


def _spoken(sheet: Sheet) -> list[int]:
    """Return the lines in which strace shows what the program prints."""
    if not any(sign in sheet.text for sign in _PRINTED):
        return []
    rows = [at for at, line in enumerate(sheet.lines) if _SPOKEN.search(line[:_LOOKED_AT])]
    few = len(rows) <= _MOST_SPOKEN
    return rows if few else [*rows[:_FIRST_SPOKEN], *rows[-_LAST_SPOKEN:]]
