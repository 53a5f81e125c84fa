"""Reports whose entries stand between rules: findings of bandit and the like, a few fields each.

>> Issue: [B603:subprocess] subprocess call - check for execution of untrusted input.
   Severity: Low   Confidence: High
136         res = subprocess.run(
--------------------------------------------------
"""

from __future__ import annotations

import re
from collections import Counter
from itertools import pairwise
from typing import TYPE_CHECKING, NamedTuple

from headroom.core.split import count_of, lines_of
from headroom.elide.choice import ranges
from headroom.elide.gapped import Gapped, gap
from headroom.elide.rows.column import columns
from headroom.elide.rows.excerpt import Demand, excerpt

if TYPE_CHECKING:
    from collections.abc import Sequence

_RULE = re.compile(r"\n([-=*_~#+])\1{4,200}(?=\n)")
_FIELD = re.compile(
    r"(?:^|(?<=  ))[ \t>*-]*([A-Za-z][\w /()-]{1,30}?): +(\S.*?)(?=  +[A-Z][\w ]{1,30}: |$)"
)
_MIN_ENTRIES, _SHARED = 6, 0.7
"""Entries, and the share of them that have a field which all are taken to have."""
_UNDERLINED = 0.5
"""Share of the rules below a title from which on they are underlines."""
_LONGEST = 400
"""Characters of a line that are looked at for its fields."""
_GRADES = re.compile(r"severity|level|priority|risk|impact|criticality")
_GRAVE = re.compile(r"(?i)\b(?:critical|high|severe|blocker|error|fatal|urgent)\b")
_MOST_GRAVE = 30
"""Grave entries that all stay."""
_SHARE = 0.7


class Ruled(NamedTuple):
    """The entries of a report."""

    spans: list[tuple[int, int]]
    """First line and the line after the last of each, the rule with it."""
    fields: list[dict[str, str]]


def ruled(text: str) -> Ruled | None:
    """Return the entries of a text, if it consists of such, or None."""
    rules = Counter(match[0] for match in _RULE.finditer(text))
    if not rules or max(rules.values()) < _MIN_ENTRIES - 1:
        return None
    rule = rules.most_common(1)[0][0][1:]
    lines = lines_of(text)
    at = [number for number, line in enumerate(lines) if line == rule]
    if sum(_is_title(lines, number) for number in at) > _UNDERLINED * len(at):
        return None
    first, last = 0, count_of(lines)
    spans = [(a, b) for a, b in pairwise([first, *(number + 1 for number in at), last]) if a < b]
    read = [_fields(lines[a:b]) for a, b in spans]
    keys = Counter(key for each in read for key in each)
    usual = {key for key, count in keys.items() if count >= _SHARED * len(spans)}
    if not usual:
        return None
    # What stands above the first entry, or below the last one, has none of their fields.
    own = [n for n, each in enumerate(read) if not usual.isdisjoint(each)]
    if len(own) < _MIN_ENTRIES or own != list(range(own[0], own[-1] + 1)):
        return None
    spans = [spans[n] for n in own]
    begin = _begin(lines, spans)
    return Ruled([(begin, spans[0][1]), *spans[1:]], [read[n] for n in own])


def by_ruled(
    text: str, found: Ruled, query: str, share: float, *, guess: bool = False
) -> Gapped | None:
    """Return the entries that matter with marks for the others, or None where all do.

    Args:
        text: the report.
        found: its entries.
        query: the question.
        share: how much of it may stay.
        guess: see `Demand`.
    """
    lines, spans = lines_of(text), found.spans
    units = ["\n".join(lines[a:b]) for a, b in spans]
    grade = next((key for each in found.fields for key in each if _GRADES.search(key)), "")
    grave = [n for n, each in enumerate(found.fields) if _GRAVE.search(each.get(grade, ""))]
    sure = grave if len(grave) <= min(_MOST_GRAVE, len(spans) // 2) else []
    demand = Demand(query, share * _SHARE, guess=guess)
    made = excerpt(units, columns(found.fields), demand, sure=sure)
    if made is None or made.whole:
        return None
    out, at = list(lines[: spans[0][0]]), 0
    for first, last in ranges(made.kept):
        if first > at:
            out.append(gap(spans[at][0], spans[first - 1][1] - 1))
        out += lines[spans[first][0] : spans[last][1]]
        at = last + 1
    if at < len(spans):
        out.append(gap(spans[at][0], spans[-1][1] - 1))
    out += lines[spans[-1][1] :]
    said = (
        f'{len(made.kept):,} of {len(spans):,} entries{made.named}, "… A-B" stands for lines A to B'
    )
    summary = made.summary.replace("rows:", "entries:", 1)
    left = Counter(found.fields[n].get(grade, "") for n in set(range(len(spans))) - {*made.kept})
    if grade and (
        graded := ", ".join(f"{value} {n:,}" for value, n in left.most_common() if value)
    ):
        summary += f"\nleft out by {grade}: {graded}"
    return Gapped("\n".join(out), said, 'lines="A-B"', summary, made.vague, records=True)


def _is_title(lines: Sequence[str], rule: int) -> bool:
    """Whether a rule underlines a title."""
    above = lines[rule - 1] if rule else ""
    return bool(above.strip()) and not _FIELD.search(above) and (rule < 2 or not lines[rule - 2])


def _fields(lines: Sequence[str]) -> dict[str, str]:
    """Return the fields of an entry, several of which may stand on a line."""
    out: dict[str, str] = {}
    for line in lines:
        if ": " not in line:
            continue
        for key, value in _FIELD.findall(line[:_LONGEST]):
            out.setdefault(key.strip().lower().replace(" ", "_"), value.strip())
    return out


def _begin(lines: Sequence[str], spans: Sequence[tuple[int, int]]) -> int:
    """Return where the first entry begins: like the others, below what stands above all."""
    first, end = spans[0]
    words = Counter(lines[a].partition(" ")[0] for a, _ in spans[1:])
    word, count = words.most_common(1)[0]
    if not word or count * 2 < len(spans):
        return first
    return next((at for at in range(first, end) if lines[at].partition(" ")[0] == word), first)
