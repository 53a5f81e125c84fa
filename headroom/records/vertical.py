r"""Records that stand vertically, a field a line: `psql -x`, `\G` of MySQL, `sqlite3 -line`.

-[ RECORD 7 ]-----      *** 7. row ***          (a blank line
id   | 20118                  id: 20118      between them)     id = 20118
town | Middleburg           town: Middleburg                 town = Middleburg

What stands in front of a value, blanks included, is the same in each record.
"""

from __future__ import annotations

import re
from collections import Counter
from dataclasses import dataclass
from itertools import pairwise
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

_RULE = re.compile(
    r"(?P<ahead>-\[ RECORD |\*{3,60} )(?P<number>[0-9]{1,9})(?P<behind> \]|\. row )"
    r"(?P<rest>[-+]*|\*{3,60})"
)
_FIELD = re.compile(r"[ \t]*([^\s|:=*#\"'{}\[\]<>-][^|:=\n]{0,60}?)[ \t]*[|:=](?: +|$)")
_MIN_RECORDS, _MIN_FIELDS = 5, 2
_NEARLY = 0.8
"""Share of the records that have the usual fields."""
_LONGEST = 200
"""Characters of a line that are looked at for its field."""


@dataclass(frozen=True, slots=True)
class Layout:
    """How records are written."""

    prefixes: tuple[str, ...]
    """What stands in front of the value of each field."""
    rule: str = ""
    """What stands above the first record; without, there is a blank line between them."""
    trimmed: bool = False
    """Whether no blank stands behind the prefix of an empty value."""

    @property
    def names(self) -> list[str]:
        """The names of the fields."""
        return [name_of(prefix) for prefix in self.prefixes]

    def head(self, number: int) -> str:
        """Return the rule above the record of a number.

        Raises:
            ValueError: the rule of these records has no number.
        """
        found = _RULE.fullmatch(self.rule)
        if found is None:
            raise ValueError("a rule without a number")
        rest = found["rest"]
        if found["ahead"][0] == "-":  # its end stays where it is
            rest = rest[len(str(number)) - len(found["number"]) :]
        return f"{found['ahead']}{number}{found['behind']}{rest}"

    def fields(self, values: Sequence[str]) -> list[str]:
        """Return the lines of the fields with some values."""
        lines = map("".join, zip(self.prefixes, values, strict=True))
        if not self.trimmed:
            return list(lines)
        return [
            line if value else line.rstrip(" ") for line, value in zip(lines, values, strict=True)
        ]

    def values(self, lines: Sequence[str]) -> list[str] | None:
        """Return the values in the lines of some fields, None where they are not written so."""
        if len(lines) != len(self.prefixes):
            return None
        pairs = list(zip(lines, self.prefixes, strict=True))
        values = [line[len(prefix) :] for line, prefix in pairs]
        return values if self.fields(values) == list(lines) else None


@dataclass(frozen=True, slots=True)
class Vertical:
    """Records among the lines of a text."""

    layout: Layout
    spans: list[tuple[int, int]]
    """First line and the line after the last of each, with its rule or the blank line above it."""
    numbers: list[int]
    """Of each, as its rule says; none where there are no rules."""
    values: list[list[str] | None]
    """Of each, None where it is written otherwise."""


def number_of(line: str) -> int | None:
    """Return the number of the record that a rule stands above, or None: the line is no rule."""
    found = _RULE.fullmatch(line) if line[:2] in ("-[", "**") else None
    return int(found["number"]) if found else None


def name_of(prefix: str) -> str:
    """Return the name of a field whose value stands behind a prefix."""
    return prefix.rstrip(" ")[:-1].strip(" \t")


def vertical(lines: Sequence[str]) -> Vertical | None:
    """Return the records that lines consist of, or None where they do not."""
    if not lines or not lines[0]:
        return None
    ruled = number_of(lines[0]) is not None
    starts = [
        at for at, line in enumerate(lines) if (number_of(line) is not None if ruled else not line)
    ]
    spans = list(pairwise([*starts, len(lines)] if ruled else [0, *starts, len(lines)]))
    if len(spans) < _MIN_RECORDS:
        return None
    bodies = [lines[a + (ruled or not lines[a]) : b] for a, b in spans]
    layout = _layout(bodies, lines[0] if ruled else "")
    if layout is None:
        return None
    numbers = [number_of(lines[a]) or 0 for a, _ in spans] if ruled else []
    values = [layout.values(body) for body in bodies]
    for at, number in enumerate(numbers):
        if layout.head(number) != lines[spans[at][0]]:
            values[at] = None
    if sum(each is not None for each in values) < _NEARLY * len(values):
        return None
    return Vertical(layout, spans, numbers, values)


def _layout(bodies: Sequence[Sequence[str]], rule: str) -> Layout | None:
    """Return how most records are written, judged by all of them."""
    read = [[_prefix(line) for line in body] for body in bodies]
    keys = Counter(tuple(map(name_of, prefixes)) for prefixes in read)
    names, count = keys.most_common(1)[0]
    alike = [prefixes for prefixes in read if tuple(map(name_of, prefixes)) == names]
    if count < _NEARLY * len(bodies) or len(names) < _MIN_FIELDS or len({*names}) < len(names):
        return None
    if not all(names):
        return None
    # Blanks in front of a value may be a part of it, but not where all have them.
    columns = list(zip(*alike, strict=True))
    filled = [[each for each in column if each[-1:] == " "] or list(column) for column in columns]
    shortest = tuple(min(column, key=len) for column in filled)
    trimmed = any(each[-1:] != " " for column in columns for each in column)
    return Layout(shortest, rule, trimmed)


def _prefix(line: str) -> str:
    """Return what stands in front of the value of a field, or "" where a line is none."""
    found = _FIELD.match(line[:_LONGEST])
    return found[0] if found else ""


def runs(lines: Sequence[str]) -> Iterator[tuple[int, int]]:
    """Yield the runs of lines that are records."""
    rules = [at for at, line in enumerate(lines) if number_of(line) is not None]
    found = _ruled(lines, rules) if rules else _parted(lines)
    for start, end in found:
        if vertical(lines[start:end]) is not None:
            yield start, end


def _ruled(lines: Sequence[str], rules: Sequence[int]) -> Iterator[tuple[int, int]]:
    """Yield where records below rules may stand: from one with the number 1 or less to the next."""
    starts = [0]
    for n, (before, after) in enumerate(pairwise(rules), 1):
        if (number_of(lines[after]) or 0) <= (number_of(lines[before]) or 0):
            starts.append(n)
    for first, last in pairwise([*starts, len(rules)]):
        own = rules[first:last]
        sizes = Counter(after - before for before, after in pairwise(own))
        usual = sizes.most_common(1)[0][0] if sizes else 1
        end = own[-1] + 1
        while end < min(len(lines), own[-1] + usual) and lines[end]:
            end += 1
        yield own[0], end


def _parted(lines: Sequence[str]) -> Iterator[tuple[int, int]]:
    """Yield where records with a blank line between them may stand: most begin with one name."""
    blanks = [at for at, line in enumerate(lines) if not line]
    if len(blanks) < _MIN_RECORDS - 1 or len(blanks) == len(lines):
        return
    starts = [at for at in (0, *(blank + 1 for blank in blanks)) if at < len(lines) and lines[at]]
    firsts = {at: name_of(_prefix(lines[at])) for at in starts}
    name, count = Counter(firsts.values()).most_common(1)[0]
    if not name or count < max(_MIN_RECORDS, len(starts) // 2):
        return
    own = [at for at in starts if firsts[at] == name]
    end = next((blank for blank in blanks if blank > own[-1]), len(lines))
    yield own[0], end
