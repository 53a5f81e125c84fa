"""Source text: its outline, with bodies left out as wholes under comments of its own language."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from headroom.core.split import count_of, lines_of
from headroom.detect.source import numbering
from headroom.elide.gapped import GAP, MIN_UNITS, Gapped
from headroom.elide.scale import Scale
from headroom.elide.source import layout
from headroom.elide.source.code import read
from headroom.elide.source.outline import ASKED
from headroom.elide.source.syntax import Syntax
from headroom.elide.source.unit import LIGHTLY

if TYPE_CHECKING:
    from collections.abc import Sequence

    from headroom.elide.source.outline import Outline
    from headroom.elide.source.unit import Units

_MARK = "…"
"""What stands before the numbers of lines that are left out."""
_IN_DOUBT, _IN_DOUBT_LIGHTLY = 1.1, 1.0
"""What a text gets of its usual share where it is not known which function answers the question,
and how much of that bodies of functions may take."""
_SCALE = Scale(16_000, 0.3, 0.5)
"""Where something is asked of a text; an overview is of all of it."""
_TIGHT = 0.45
"""A share below which signatures that have nothing of a question in plain words give way too."""
_NAMED, _OF_NAMES = 800, 25
"""Characters that the names of what is left out may take: so many, and of so many one."""
_SMALL = 60
"""Characters of a gap that stays: a mark would take as many."""
_WIDE, _HEAD, _TAIL = 4000, 400, 100
"""Of a line of minified code or packed data, the beginning and the end are given."""
_MOST_COST = (_HEAD + _TAIL) // 3 + 1


_TOP, _LOOK, _LONGEST = 40, 80, 240
"""Lines of the beginning and of the rest that are looked at, and characters of each."""
_CODED, _BEGUN = 0.2, 2
"""Share of the lines that read as statements, and lines that begin a definition or a module."""
_STATEMENT = re.compile(
    r"\s*(?:(?:if|elif|elsif|unless|while|for|until|case|when|return|local|my|var|let|val|const|do"
    r"|end|else|then|fi|done|esac|begin|raise|try|except|rescue|catch|self\.|this\.|echo|def|function|sub|func|class"
    r"|module|import|require|include|using|use|from|package|-module|-export|-spec|@\w+)\b"
    r"|[}\])]|#|//|--|%|[\w.$@:]++ *+(?:[-+*:|]|\|\|)?= )"
)
_ENDS = (";", "{", "}", "(", "->", " do", ")", "),")
"""How statements begin, and with what they end."""
_BEGINNING = re.compile(
    r"\s*+(?:(?:export|public|private|local|static|async|pub|my) )*"
    r"(?:def|function|sub|func?|fn|class|module|package|import|require|#include|use|using|from|interface|struct|defmodule|-module|namespace)\b"
    r"|[\w-]++ ?\(\)\s*+(?:\{|$)|[\w.:]++\([^()]*+\) (?:->|\{)|[\w.]++ = (?:async )?(?:function|\()"
)


def may_be_code(text: str) -> bool:
    """Whether it pays to try to read a text as source: a few lines tell, and cheaply."""
    lines = [line for line in lines_of(text) if line and not line.isspace()]
    spread = lines[_TOP :: len(lines) // _LOOK + 1]
    sample = [line[:_LONGEST] for line in lines[:_TOP] + spread]
    begun = sum(1 for line in sample if _BEGINNING.match(line))
    if begun < min(_BEGUN, len(sample) // 30 + 1):
        return False
    return sum(map(_is_statement, sample)) > len(sample) * _CODED


def _is_statement(line: str) -> bool:
    return line.rstrip().endswith(_ENDS) or _STATEMENT.match(line) is not None


def by_code(text: str, query: str, share: float, *, guess: bool = False) -> Gapped | None:
    """Return a source text with what matters least left out, or None: it is no source text.

    Where the question names nothing that is here more of the bodies stays, unless it is to be
    guessed what matters. Where there is a grammar for the language, what is left parses again if
    the text did, unless a line of thousands of characters had to be cut.
    """
    lines = lines_of(text)
    if len(lines) < MIN_UNITS:
        return None
    found = read(lines, query)
    if found is None:
        return None
    outline, parsed = found
    if parsed is None:
        units = layout.units(outline)
    else:
        units = Syntax(outline, parsed.row).read(parsed.root)
    costs = [len(line) // 3 + 1 if line and not line.isspace() else 0 for line in outline.lines]
    if max(costs) > _MOST_COST:
        costs = [min(cost, _MOST_COST) for cost in costs]
    if share < _TIGHT:
        for row, weight in outline.faint.items():
            if outline.weights[row] < ASKED:  # by its name
                outline.lower(row, row, weight)
    if outline.named or outline.vague:
        share *= _SCALE.of(sum(map(len, lines)) + len(lines))
    in_doubt = outline.vague and not guess
    share = min(1.0, share * _IN_DOUBT) if in_doubt else share
    lightly = _IN_DOUBT_LIGHTLY if in_doubt else LIGHTLY
    kept = units.choose(outline.weights, costs, int(sum(costs) * share), lightly)
    sheet = _Sheet(lines, outline.lines, units, kept)
    body = sheet.written([not cost for cost in costs])
    size = count_of(lines)
    if sheet.left == size and not sheet.is_cut:
        return None
    said = f'{sheet.left:,} of {size:,} lines, "{_MARK}A-B" stands for the others'
    left = "\n".join(body)
    room = 0 if outline.named else min(_NAMED, len(left) // _OF_NAMES)
    return Gapped(left, said, 'lines="A-B"', _names(outline, sheet.shown, room))


def _names(outline: Outline, shown: set[int], room: int) -> str:
    """Return which functions and types are left out, in words, in so many characters."""
    gone = [span for span in outline.spans if shown.isdisjoint(range(span.first, span.signed + 1))]
    names = list(dict.fromkeys(span.name for span in gone if span.name))
    said = 0
    while said < len(names) and (room := room - len(names[said]) - 2) >= 0:
        said += 1
    more = f" and {len(names) - said:,} more" if said < len(names) else ""
    return f"left out: {', '.join(names[:said])}{more}" if said else ""


class _Sheet:
    """Writes the rows that stay, and marks for the others."""

    def __init__(
        self, lines: Sequence[str], bare: Sequence[str], units: Units, kept: Sequence[bool]
    ) -> None:
        self._lines, self._bare, self._units, self._kept = lines, bare, units, kept
        self._owners = units.owners()
        self.left = 0
        """Rows that stay."""
        self.shown: set[int] = set()
        """The same, but for those between them that say nothing."""
        self.is_cut = False
        """Whether a long line has a gap within."""

    def written(self, blank: Sequence[bool]) -> list[str]:
        """Return the rows of the text with gaps; `blank` tells which say nothing."""
        bare, kept, lines = self._bare, self._kept, self._lines
        size = count_of(lines)
        stays = [at < 0 or kept[at] for at in self._owners]
        out: list[str] = []
        at = 0
        while at < size:
            if stays[at] and not blank[at]:
                out.append(lines[at] if len(lines[at]) <= _WIDE else self._narrowed(at))
                self.left += 1
                self.shown.add(at)
                at += 1
                continue
            end, gap = at, -1
            while end < size and (blank[end] or not stays[end]):
                if gap < 0 and not blank[end]:
                    gap = end
                end += 1
            if gap < 0 or sum(map(len, bare[at:end])) <= _SMALL:
                out += [self._narrowed(row) for row in range(at, end)]
                self.left += end - at
                self.shown.update(range(at, end))
            else:
                out.append(self._mark(gap, at, end - 1))
            at = end
        return [*out, *lines[size:]]

    def _narrowed(self, row: int) -> str:
        """Return a line, one that no person wrote by its beginning and its end alone."""
        line = self._lines[row]
        if len(line) <= _WIDE:
            return line
        self.is_cut = True
        left = len(line) - _HEAD - _TAIL
        return f"{line[:_HEAD]} {GAP}{left:,} characters of line {row + 1} … {line[-_TAIL:]}"

    def _mark(self, gap: int, first: int, last: int) -> str:
        """Return a comment for rows of which the first that says something is `gap`."""
        every = self._units.all
        at = self._owners[gap]
        while (parent := every[at].parent) >= 0 and not self._kept[parent]:
            if self._row(parent) != gap:
                break
            at = parent
        line = self._bare[gap]
        margin = line[: len(line) - len(line.lstrip())]
        span = f"{first + 1}" if first == last else f"{first + 1}-{last + 1}"
        return f"{margin}{every[at].before}{_MARK}{span}{self._numbered(first, last)}"

    def _row(self, at: int) -> int:
        """Return the first row of a unit that says something."""
        unit = self._units.all[at]
        for row in range(unit.first, unit.last + 1):
            if self._bare[row].strip():
                return row
        return unit.first

    def _numbered(self, first: int, last: int) -> str:
        """Return the numbers of rows in their file, where they differ from those in the text."""
        if self._bare[first] == self._lines[first]:
            return ""
        start, end = numbering(self._lines[first]), numbering(self._lines[last])
        if start is None or end is None or (start[0], end[0]) == (first + 1, last + 1):
            return ""
        return f" ({start[0]}-{end[0]} of the file)"
