"""The help of a command and pages of its manual: no option goes, only what is told of it at length.

A reader looks here for the option that does something, in words of its own. So an option stays with
the first thing that is said of it, whatever the question, unless a few options answer that clearly.
"""

from __future__ import annotations

import re
from itertools import islice
from typing import TYPE_CHECKING, NamedTuple

from headroom.ccr.question.bm25 import Relevance
from headroom.core.split import lines_of
from headroom.elide.gapped import Gapped
from headroom.elide.lines.answer import answered, asks_one
from headroom.elide.lines.by_line import marked
from headroom.elide.parting import in_parts
from headroom.elide.source.block import indent

if TYPE_CHECKING:
    from collections.abc import Sequence

_DEEPEST = 14
"""Blanks before an option at most."""
_BEGUN = re.compile(r"\n[ \t]{0,14}--?[A-Za-z0-9?#@]")
_HEAD = re.compile(r"[ \t]{0,14}(--?[A-Za-z0-9?#@][\w.-]{0,60})(?=[\s,=\[<:|/({']|$)")
_SENTENCE = re.compile(r"[.!?;](?:\s|$)")
_LEAST, _SHARE, _SINGLE = 8, 0.4, 0.7
"""Options that such a text has at least, the share of its lines that tell of them, and the share
of them that has a name of its own: modes of files and the like repeat."""
_OPENING = 3
"""Lines in which the first thing about an option is said, where no sentence ends before."""
_ASKS = re.compile(r"\?|\b(?:options?|flags?|switch|arguments?|parameters?)\b")
"""A question that an option may answer; what is only to be done names none."""
_WORD, _STEM, _WORDS = re.compile(r"[a-z]{4,}"), 4, 2
"""Words of a question, by as many letters, of which an answer has at least so many."""
_NEAR = 0.5
"""Share of the best answer from which an option or a paragraph stays with all that is said."""
_FEW, _SELDOM = 6, 8
"""How many may do so, and one in how many, where that is more."""
_TOP = 12
"""Lines that stay at the beginning: how the command is called."""
_TITLE = 60
"""Characters of a line that stands alone above options, at most."""
_SHORT = 40
"""Characters of a gap that stay: a mark would cost as much."""
_NAMES = 600
"""Characters of the names of options that are left out with all that is said of them."""


class _Unit(NamedTuple):
    """An option with what is said of it, or a paragraph: lines from `start` to before `end`."""

    start: int
    end: int
    name: str
    """Of the option; "" for a paragraph."""


def by_option(text: str, query: str) -> Gapped | None:
    """Return the options, shortened where much is said of one; None where a text has few."""
    if not _may_be(text):
        return None
    lines = lines_of(text)
    units = _units(lines)
    options = [each for each in units if each.name]
    told = sum(each.end - each.start for each in options)
    filled = sum(1 for line in lines if line and not line.isspace())
    distinct = len({each.name for each in options})
    if len(options) < _LEAST or told < _SHARE * filled or distinct < _SINGLE * len(options):
        return None
    whole, clear = _asked(lines, units, query)
    kept = set(range(min(_TOP, options[0].start)))
    gone: list[str] = []
    for nth, each in enumerate(units):
        if nth in whole:
            kept.update(range(each.start, each.end))
        elif each.name and clear:
            gone.append(each.name)
        elif each.name or _is_title(lines, each):
            kept.update(range(each.start, _opening(lines, each)))
    made = marked(lines, _bridged(lines, kept), _left_out(gone))
    # All of it, so that nobody cuts it in another way.
    return made or Gapped(text, "all of it", 'lines="A-B"')


def _may_be(text: str) -> bool:
    """Whether a glance tells of options at the beginning of lines."""
    return len(list(islice(_BEGUN.finditer(text), _LEAST))) == _LEAST


def _units(lines: Sequence[str]) -> list[_Unit]:
    """Return the options and the paragraphs of a text, in order; what is blank belongs to none."""
    units: list[_Unit] = []
    start, name, width = -1, "", 0
    blank = False
    for at, line in enumerate(lines):
        if not line or line.isspace():
            blank = True
            continue
        depth = indent(line.expandtabs() if "\t" in line[:_DEEPEST] else line)
        head = _HEAD.match(line) if depth <= _DEEPEST else None
        if start >= 0 and (head or (depth <= width if name else blank)):
            units.append(_Unit(start, _filled(lines, start, at), name))
            start = -1
        if start < 0:
            start, name, width = at, head[1] if head else "", depth
        blank = False
    if start >= 0:
        units.append(_Unit(start, _filled(lines, start, len(lines)), name))
    return units


def _filled(lines: Sequence[str], start: int, end: int) -> int:
    """Return where a run of lines ends without the blank ones at its end."""
    while end > start and not lines[end - 1].strip():
        end -= 1
    return end


def _asked(lines: Sequence[str], units: Sequence[_Unit], query: str) -> tuple[set[int], bool]:
    """Return the units that a question is about, and whether a few of them answer it clearly."""
    if not query.strip():
        return set(), False
    relevance = Relevance(query)
    texts = [" ".join(lines[each.start : each.end]) for each in units]
    scores = relevance.scores(texts)
    best = max(scores, default=0.0)
    if not best:
        return set(), False
    ranked = sorted(range(len(scores)), key=scores.__getitem__, reverse=True)
    most = max(_FEW, len(units) // _SELDOM)
    whole = {at for at in ranked[:most] if scores[at] >= _NEAR * best}
    said, asked = texts[scores.index(best)].lower(), query.lower()
    stems = {word[:_STEM] for word in _WORD.findall(asked)}
    told = sum(stem in said for stem in stems) >= _WORDS
    one = asks_one(query, relevance) and not in_parts(query)
    asks = told and one and _ASKS.search(asked) is not None
    return whole, asks and answered(list(scores))


def _is_title(lines: Sequence[str], unit: _Unit) -> bool:
    """Whether a paragraph is one short line, as what stands above options of one kind is."""
    return unit.end == unit.start + 1 and len(lines[unit.start].strip()) <= _TITLE


def _opening(lines: Sequence[str], unit: _Unit) -> int:
    """Return the line before which the first thing about an option has been said."""
    if not unit.name:
        return unit.end
    _, _, said = lines[unit.start].strip().partition("  ")
    at, left = unit.start + 1, _OPENING - bool(said.strip())
    while at < unit.end and left and not _SENTENCE.search(said):
        said = lines[at]
        left -= bool(said.strip())
        at += 1
    return at


def _bridged(lines: Sequence[str], kept: set[int]) -> list[int]:
    """Return the kept lines with the gaps that are too short for a mark."""
    out = list[int]()
    for at in (*sorted(kept), len(lines)):
        gap = range(out[-1] + 1 if out else 0, at)
        if sum(len(lines[n].strip()) for n in gap) <= _SHORT:
            out += gap
        out.append(at)
    return out[:-1]


def _left_out(names: Sequence[str]) -> str:
    """Return which options are left out."""
    shown, size = 0, 0
    for name in names:
        size += len(name) + 2
        if size > _NAMES:
            break
        shown += 1
    more = f" and {len(names) - shown} more options" if shown < len(names) else ""
    return f"left out: {', '.join(names[:shown])}{more}" if names else ""
