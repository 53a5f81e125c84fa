"""The largest and smallest numbers of a text whose lines are rows, for questions that ask so."""

from __future__ import annotations

import re
from itertools import pairwise
from typing import TYPE_CHECKING

from headroom.ccr.question.superlative import superlative

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence
    from collections.abc import Set as AbstractSet

_ASKED = superlative(most=("top",))
"""Of rows "the top five" are asked for; elsewhere the word says where something stands."""
_LASTING = re.compile(
    r"(?i)\b(?:longest|shortest|slowest|fastest|time|duration|took|takes?|latency)\b"
)
_SIZED = re.compile(r"(?i)\b(?:largest|biggest|smallest|heaviest|size|bytes|big|large|memory)\b")
_NUMBER = re.compile(
    r"(?:-(?<![\w.:/-].)(?:[0-9]{1,3}(?:,[0-9]{3}){1,5}(?!,)|[0-9]{1,15})"
    r"|[0-9](?<![\w.:/-].)(?:[0-9]{0,2}(?:,[0-9]{3}){1,5}(?!,)|[0-9]{0,14}))(?:\.[0-9]{1,9})?"
    r"(?![\d.]|[:/-][0-9]|[A-Za-z_]{1,9}[0-9]|[A-Za-z_]{6})"
)
"""A unit may follow, but no more of a word: hashes begin with figures, too."""
_MEASURED = re.compile(
    r"([0-9](?<![\w.:/-].)[0-9]{0,14}+(?:,[0-9]{3}){0,5}+(?:\.[0-9]{1,9}+)?+) ?+"
    r"(?![^nuµμmshkKMGTiBb])"
    r"(ns|us|µs|μs|ms|s|secs?|seconds?|mins?|minutes?|hours?|[kKMGT]?i?B|bytes)\b"
)
"""It begins with one of a few characters, so that the places are found fast at which to look."""
_TOOK = re.compile(r"<([0-9]{1,9}\.[0-9]{1,9})>$", re.MULTILINE)
"""How long a call of the system took, as strace writes it."""
_LED = re.compile(r"^[ \t]{0,8}([0-9]{1,6}\.[0-9]{3,9})[ \t]", re.MULTILINE)
"""How long it took from the line before, as `strace -r` and others write it before each line."""
_MOSTLY = 2
"""More than one line in so many begins with such a time."""
_FIGURE = re.compile(r"[=:] ?[\"']?([0-9]{1,8}(?:\.[0-9]{1,9})?)(?![\w:/.-])")
_OF_TIME = re.compile(
    r"(?:(?<!up)time|duration|elapsed|latency|took|seconds|secs)(?:_?(ms|us|ns|s|secs|seconds))?"
    r"[\"']?$",
    re.IGNORECASE,
)
_KEY = 24
"""A field that is named after a time, and has no unit behind its number."""
_CLOCK = 10
"""So many lines whose times only grow are stamped with them."""
_COUNT = re.compile(r"[^\s:]:([0-9]{1,9})$")
_NEARLY = 0.8
"""Share of the lines that end with a count in a list of such."""
_COMPOUND = re.compile(
    r"(?<![\w.:/-])(?:(?P<h>[0-9]{1,4})h ?)?(?P<m>[0-9]{1,5})m ?"
    r"(?P<s>[0-9]{1,2}(?:\.[0-9]{1,9})?)s\b"
    r"|(?:\(|(?:took|in|after|elapsed|duration|time)[:=]? ?)(?P<hours>[0-9]{1,4}):"
    r"(?P<minutes>[0-5][0-9]):(?P<seconds>[0-5][0-9](?:\.[0-9]{1,9})?)(?![\d:])"
)
"""A time in several units: "1h 2m 3.5s", "took 0:12:41.3"."""
_BEFORE = "|".join(
    rf"(?<=[(kntrde:=][0-9]{{{n}}}:)|(?<=[kntrde:=] [0-9]{{{n}}}:)" for n in range(1, 5)
)
_MAY_BE_COMPOUND = re.compile(rf"m(?<=[0-9]m) ?[0-9]|:(?=[0-5][0-9]:[0-5])(?:{_BEFORE})")
"""Without one of these there is none; to look for that takes a hundredth of the time."""
_UNITS = {"ns": 1e-9, "us": 1e-6, "µs": 1e-6, "μs": 1e-6, "ms": 1e-3}
_UNITS |= dict.fromkeys(("", "s", "sec", "secs", "second", "seconds"), 1.0)
_UNITS |= dict.fromkeys(("min", "mins", "minute", "minutes"), 60.0)
_UNITS |= dict.fromkeys(("hour", "hours"), 3600.0)
_SIZES = {"B": 1.0, "k": 1e3, "K": 1e3, "M": 1e6, "G": 1e9, "T": 1e12, "b": 1.0}
TIMED, _MIN_TIMED = ("ms", "took ", "uration", "lapsed"), 8
"""What stands in logs that tell how long things took, and lines that must do so."""
_FAR = 10
"""A line stands out that took so many times what the one in the middle did."""
_FIELD = re.compile(r"""=["']?(-?[0-9]{1,15}(?:\.[0-9]{1,20})?)(?![\w.:-])""")
_BEFORE_IT = re.compile(r"(?<![\w-])[A-Za-z][\w-]{1,30}$")
"""The value of a field, and its name."""
_NAME = re.compile(r"[a-z]+")
_TIMES, _AMOUNTS = {"time", "duration", "elapsed"}, {"size", "byte"}
_COLUMNS, _PLACES = 12, 3
"""Numbers of a line that are looked at, and how many lines are named for each of them."""
_WEIGHT, _MEANT, _STEP = 1.6, 3.0, 0.4
"""Weight of the most extreme of any column; of the column that is meant; and less for each next."""
FIRST = 3.0
"""Weight of a line from which on it has the most extreme number that the question means."""
_LONGEST = 300
_TOP = 40
"""Lines that may stand above the names of the columns."""
_MIN_NAMES, _MIN_VALUES = 3, 4


def extremes(lines: Sequence[str], query: str) -> dict[int, float]:
    """Return weights for the lines with the most extreme numbers, where the question asks so.

    What the question means is a column that it names, or numbers with a unit of time or of size;
    failing that, a field that it names, and any number: the nth of a line beside that of others.
    """
    asked = _ASKED(query)
    if asked is None:
        return {}
    least = bool(asked[1])
    measured = list(_measured(lines, query))
    # Where times stand, with their units, what else the question names has taken them.
    words = {word.casefold() for word in re.findall(r"[\w%]{2,}", query)}
    if len(measured) >= _MIN_VALUES and _LASTING.search(query):
        words = {word for word in words if _LASTING.fullmatch(word)}
    meant = [column for column in _named(lines, words) if len(column) >= _MIN_VALUES]
    if not meant:
        counted = list(_counted(lines))
        meant = [each for each in (measured, counted) if len(each) >= _MIN_VALUES][:1]
    if meant:
        return _ranked(meant, _MEANT, least=least)
    columns: list[list[tuple[float, int]]] = [[] for _ in range(_COLUMNS)]
    for at, line in enumerate(lines):
        for column, number in zip(columns, _NUMBER.findall(line[:_LONGEST]), strict=False):
            column.append((_value(number), -at))
    columns = [column for column in columns if len({value for value, _ in column}) > _PLACES]
    fields = [each for each in _fields(lines, query) if len(each) >= _MIN_VALUES]
    likely = _ranked(columns, _WEIGHT, least=least)
    return likely | _ranked(fields, _MEANT, least=least)


def _value(number: str) -> float:
    return float(number.replace(",", ""))


def slow(text: str, signs: Iterable[str] = TIMED) -> list[int]:
    """Return the few lines of a log that took far longer than the others with a time.

    Args:
        text: the log.
        signs: those of `TIMED` that may stand in it; only they are looked for.
    """
    if all(text.count(sign) < _MIN_TIMED for sign in signs):
        return []
    longest: dict[int, float] = {}
    for at, value in _with_units(text, time=True):
        longest[at] = max(longest.get(at, value), value)
    if len(longest) < _MIN_TIMED:
        return []
    usual = sorted(longest.values())[len(longest) // 2]
    far = [at for at, value in longest.items() if value > _FAR * usual]
    return sorted(far) if usual and len(far) <= _PLACES else []


def _ranked(
    columns: Sequence[list[tuple[float, int]]], weight: float, *, least: bool
) -> dict[int, float]:
    """Return weights for the first few of each column; entries are values with negated lines."""
    out: dict[int, float] = {}
    for column in columns:
        ordered = sorted(column, key=lambda one: (one[0] if least else -one[0], -one[1]))
        for rank, (_, at) in enumerate(ordered[:_PLACES]):
            out[-at] = max(out.get(-at, 0.0), weight - _STEP * rank)
    return out


def _named(lines: Sequence[str], words: AbstractSet[str]) -> Iterator[list[tuple[float, int]]]:
    """Yield the values of the columns that a question names by one of the words above them."""
    for top, line in enumerate(lines[:_TOP]):
        names = line[:_LONGEST].casefold().split()
        if len(names) < _MIN_NAMES or words.isdisjoint(names):
            continue
        places = [at for at, name in enumerate(names) if name in words]
        rows = [row[:_LONGEST].split(None, max(places) + 1) for row in lines[top + 1 :]]
        columns = [list(_values(rows, place, top + 1)) for place in places]
        # In a line of words nothing below the word is a number.
        columns = [column for column in columns if 2 * len(column) > len(rows)]
        if columns:
            yield from columns
            return


def _fields(lines: Sequence[str], query: str) -> list[list[tuple[float, int]]]:
    """Return the numbers of each field whose name the question says: `line-rate="0.93"`.

    What lasts may be called time or duration, what is large size.
    """
    words = {word.removesuffix("s") for word in re.findall(r"[a-z]{2,}", query.lower())}
    words |= _TIMES if _LASTING.search(query) else set()
    words |= _AMOUNTS if _SIZED.search(query) else set()
    found: dict[str, list[tuple[float, int]]] = {}
    for at, line in enumerate(lines):
        for match in _FIELD.finditer(line, 0, _LONGEST) if "=" in line else ():
            start = match.start()
            name = _BEFORE_IT.search(line[max(0, start - 32) : start])
            if name:
                found.setdefault(name[0], []).append((float(match[1]), -at))
    return [
        values
        for name, values in found.items()
        if words.issuperset(word.removesuffix("s") for word in _NAME.findall(name.lower()))
    ]


def _values(rows: Sequence[list[str]], place: int, top: int) -> Iterator[tuple[float, int]]:
    for at, row in enumerate(rows):
        number = _NUMBER.match(row[place].rstrip("%,")) if place < len(row) else None
        if number is not None:
            yield _value(number[0]), -(top + at)


def _measured(lines: Sequence[str], query: str) -> Iterator[tuple[float, int]]:
    """Yield the largest number of each line with a unit of what the question is about."""
    lasting, sized = _LASTING.search(query), _SIZED.search(query)
    if not lasting and not sized:
        return
    text = "\n".join([line[:_LONGEST] for line in lines])
    if text.count("\n") >= len(lines):
        text = "\n".join([line[:_LONGEST].replace("\n", " ") for line in lines])
    most: dict[int, float] = {}
    found = _with_units(text, time=bool(lasting))
    if lasting:
        keyed = list(_keyed(text))
        found += [] if _is_clock(keyed) else keyed
        found += [(at, float(match[1])) for at, match in _each(_TOOK, text)]
        led = [(at, float(match[1])) for at, match in _each(_LED, text)]
        found += led if len(led) * _MOSTLY > len(lines) and not _is_clock(led) else []
        if _MAY_BE_COMPOUND.search(text):
            compound = [(at, _seconds(match)) for at, match in _each(_COMPOUND, text)]
            found += [] if _is_clock(compound) else compound
    for at, value in found:
        most[at] = max(most.get(at, value), value)
    for at in sorted(most):
        yield most[at], -at


def _with_units(text: str, *, time: bool) -> list[tuple[int, float]]:
    """Return the numbers with a unit of time or of size, with the numbers of their lines.

    Times that lines begin with are left out where they only say when.
    """
    found: list[tuple[int, float]] = []
    stamps: list[tuple[int, float]] = []
    for at, match in _each(_MEASURED, text):
        scale = _scale(match[2], time=time)
        if scale:
            begins = text[match.start() - 1 : match.start()] in ("", "\n", "[")
            (stamps if begins else found).append((at, _value(match[1]) * scale))
    return found if found and _is_clock(stamps) else found + stamps


def _keyed(text: str) -> Iterator[tuple[int, float]]:
    """Yield the times in fields that are named after one, with the numbers of the lines."""
    # Few signs have a figure behind them; what stands before is asked of these alone.
    for at, match in _each(_FIGURE, text):
        key = _OF_TIME.search(text[max(0, match.start() - _KEY) : match.start()])
        if key is not None:
            yield at, float(match[1]) * _scale((key[1] or "").lower(), time=True)


def _is_clock(found: Sequence[tuple[int, float]]) -> bool:
    """Whether times of many lines only grow: they say when, not how long."""
    grows = all(before <= after for (_, before), (_, after) in pairwise(found))
    return len(found) >= _CLOCK and grows and found[0][1] < found[-1][1]


def _each(pattern: re.Pattern[str], text: str) -> Iterator[tuple[int, re.Match[str]]]:
    """Yield what a pattern finds in a text, with the numbers of the lines."""
    row = last = 0
    for match in pattern.finditer(text):
        row += text.count("\n", last, match.start())
        last = match.start()
        yield row, match


def _seconds(match: re.Match[str]) -> float:
    """Return how long a time in several units is."""
    hours, minutes, seconds = (float(part or 0) for part in match.groups()[:3])
    if match["minutes"]:
        hours, minutes, seconds = (float(part) for part in match.groups()[3:])
    return (hours * 60 + minutes) * 60 + seconds


def _counted(lines: Sequence[str]) -> Iterator[tuple[float, int]]:
    """Yield the counts of a list that has one behind each name, as `grep -c` writes it."""
    found = [line[-1:].isdigit() and _COUNT.search(line[-_LONGEST:]) for line in lines]
    if sum(map(bool, found)) > _NEARLY * len(lines):
        yield from ((float(match[1]), -at) for at, match in enumerate(found) if match)


def _scale(unit: str, *, time: bool) -> float:
    """Return how much a unit is, or 0.0 where it measures something else."""
    if time:
        return _UNITS.get(unit, 0.0)
    return _SIZES.get(unit[:1], 0.0) if unit[-1:] == "B" or unit == "bytes" else 0.0
