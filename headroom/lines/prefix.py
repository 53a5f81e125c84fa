r"""What a container, a runner or a collector puts in front of each line of somebody else's output.

2026-01-02T03:04:05.123456789Z stderr F text      the runtime of containers (CRI)
test<TAB>Run pytest<TAB>2026-01-02T03:04:05.1Z text        GitHub Actions, `gh run view --log`
web-1  | text                                     docker compose, foreman, pm2
[pod/web-7d9c/app] text                           kubectl logs --prefix
Jan 02 03:04:05 node3 web[41]: {"level":"info"}   anything with a time before objects in JSON

{"log":"text\n","stream":"stderr","time":"2026-01-02T03:04:05.1Z"}          files of Docker

Behind it stands what was printed: records, a trace, a run of tests.
"""

from __future__ import annotations

import json
import re
from collections import Counter
from itertools import pairwise
from typing import TYPE_CHECKING, NamedTuple

if TYPE_CHECKING:
    from collections.abc import Sequence

_ZONE = r"(?:Z|[+-][0-9]{2}:?[0-9]{2})"
_MOMENT = r"[0-9]{4}-[0-9]{2}-[0-9]{2}T[0-9]{2}:[0-9]{2}:[0-9]{2}"
_TIME = rf"{_MOMENT}(?:\.[0-9]{{1,9}})?{_ZONE}"
_FORMS = (
    re.compile(rf"(?P<time>{_TIME}) (?P<source>stdout|stderr) [FP](?: |$)"),
    re.compile(
        r"(?P<source>[^\t\n]{1,120}\t[^\t\n]{1,200})\t" + rf"\ufeff?(?P<time>{_TIME})(?: |$)"
    ),
    re.compile(rf"\[(?P<source>pod/[^\]\s]{{1,250}})\](?: (?P<time>{_TIME})(?= |$))?(?: |$)"),
    re.compile(rf"(?P<time>{_TIME}) (?P<source>(?:app|heroku)\[[\w.-]{{1,40}}\]):(?: |$)"),
    re.compile(
        r"(?:(?P<clock>[0-9]{2}:[0-9]{2}:[0-9]{2}) )?"
        r"(?P<source>[A-Za-z][\w.-]{0,80}?[-_.][0-9]{1,4}|[0-9]{1,3}\|[A-Za-z][\w.-]{0,80}) *\|"
        rf"(?: (?P<time>{_TIME})(?= |$))?(?: |$)"
    ),
    re.compile(rf"\[(?P<time>{_TIME})\](?: |$)"),
    re.compile(rf"\ufeff?(?P<time>{_MOMENT}\.(?:[0-9]{{9}}|[0-9]{{7}}){_ZONE})(?: |$)"),
)
"""The last two are all that is left where one container, or one job, was asked for."""
_NAMED = re.compile(rf"(?P<source>[A-Za-z][\w.-]{{0,80}}) *\|(?: (?P<time>{_TIME})(?= |$))?(?: |$)")
"""Containers with names that somebody gave them: anything may stand before a bar."""
_FILED = re.compile(
    r'\{"log":(?P<log>"(?:[^"\\]|\\.)*"),"stream":"(?P<source>stdout|stderr)"'
    r'(?:,"attrs":\{[^{}]*\})?,"time":"(?P<time>[^"]{10,40})"\}'
)
_AHEAD = re.compile(r'[^{\n]{8,200}?(?=\{")')
STAMP = re.compile(
    rf"{_TIME}|[A-Z][a-z]{{2}} [ 0-9][0-9] [0-9]{{2}}:[0-9]{{2}}:[0-9]{{2}}(?:\.[0-9]{{1,9}})?"
    r"|[0-9]{4}[-/][0-9]{2}[-/][0-9]{2}[T ][0-9]{2}:[0-9]{2}:[0-9]{2}(?:[.,][0-9]{1,9})?"
)
_CLOCK = re.compile(r"[0-9]{2}:[0-9]{2}:[0-9]{2}(?:[.,][0-9]{1,3})?")
_STAMPED = 48
"""Characters of a line in which its own time stands."""
_PROBE, _LEAST = 60, 8
"""Lines by which most texts are told, and lines that have to have a prefix."""
_NEARLY, _OF_RECORDS = 0.9, 0.6
"""Share of the lines with one; and of those with an object behind it, where only that tells."""
_MOST_SOURCES = 60
"""Who wrote: more are no sources, but a part of what was written."""


class Prefixed(NamedTuple):
    """The lines of a text taken apart."""

    sources: list[str]
    """Who wrote each: a container, a job and its step, a stream; "" where it is not said."""
    times: list[str]
    """When, as it stands there, or ""."""
    rests: list[str]
    """What."""
    records: int
    """How many of these look like objects in JSON."""


def prefixed(lines: Sequence[str]) -> Prefixed | None:
    """Return the lines without what stands in front of each, or None without that."""
    filled = [line for line in lines if line]
    if len(filled) < _LEAST:
        return None
    probe = filled[:: len(filled) // _PROBE + 1]
    for form in _FORMS:
        if not _may_be(form, probe):
            continue
        made = _read(lines, form)
        if made is not None:
            return made
    for form, fits in ((_NAMED, _are_logs), (_FILED, None)):
        if not _may_be(form, probe):
            continue
        made = _read(lines, form)
        if made is not None and (fits is None or fits(lines, made)):
            return made
    ends = sum(line.endswith("}") and '{"' in line[8:] for line in probe)
    return _before_records(lines) if ends >= _OF_RECORDS * len(probe) else None


def _may_be(form: re.Pattern[str], probe: Sequence[str]) -> bool:
    """Whether nearly all of some lines are of a form: of most texts the first few tell."""
    missed = 0
    allowed = (1 - _NEARLY) * len(probe)
    for line in probe:
        missed += form.match(line) is None
        if missed > allowed:
            return False
    return True


def _read(lines: Sequence[str], form: re.Pattern[str]) -> Prefixed | None:
    """Return the lines taken apart in one form, or None where too few are of it."""
    found = [form.match(line) for line in lines]
    if sum(map(bool, found)) < _NEARLY * sum(map(bool, lines)):
        return None
    sources, times, rests = [], [], []
    for line, match in zip(lines, found, strict=True):
        groups = match.groupdict() if match else {}
        sources.append((groups.get("source") or "").replace("\t", " / "))
        times.append(groups.get("time") or groups.get("clock") or "")
        rest = line[match.end() :] if match else line
        rests.append(_said(groups["log"]) if "log" in groups else rest)
    if len(set(sources)) > _MOST_SOURCES or _are_cells(rests):
        return None
    return Prefixed(sources, times, rests, sum(map(is_object, rests)))


def _said(log: str) -> str:
    """Return a line that a file holds as a string in JSON."""
    try:
        return str(json.loads(log)).rstrip("\n").replace("\n", " ")
    except ValueError:
        return log


def _are_logs(lines: Sequence[str], made: Prefixed) -> bool:
    """Whether the bars of several sources stand below each other, with logs behind them."""
    bars = {line.find("|") for line, source in zip(lines, made.sources, strict=True) if source}
    times = sum(map(bool, map(_CLOCK.search, (rest[:_STAMPED] for rest in made.rests))))
    several = len({*made.sources}) > 1
    return several and len(bars) == 1 and (times + made.records) * 2 >= len(lines)


def _are_cells(rests: Sequence[str]) -> bool:
    """Whether bars go on dividing the lines: then what stands in front is a cell, too."""
    bars = Counter(rest.count(" | ") for rest in rests if rest)
    usual, count = bars.most_common(1)[0] if bars else (0, 0)
    return usual > 0 and count >= _NEARLY * sum(bars.values())


def _before_records(lines: Sequence[str]) -> Prefixed | None:
    """Return lines most of which are a time, other words, and an object in JSON, taken apart."""
    sources, times, rests, records = [], [], [], 0
    for line in lines:
        match = _AHEAD.match(line) if line.endswith("}") else None
        head = match[0] if match else ""
        stamp = STAMP.search(head)
        source = head.replace(stamp[0], "", 1) if stamp else head
        sources.append(" ".join(source.split()).removesuffix(":"))
        times.append(stamp[0] if stamp else "")
        rests.append(line[len(head) :])
        records += match is not None
    few = len(set(sources)) <= min(_MOST_SOURCES, records // 3)
    timed = sum(map(bool, times)) >= _NEARLY * records
    return Prefixed(sources, times, rests, records) if few and timed else None


def is_object(rest: str) -> bool:
    """Whether a line looks like an object in JSON."""
    return rest[:2] in ('{"', "{ ") and rest.rstrip().endswith("}")


def clock(time: str) -> str:
    """Return a time without its date, zone and what is less than a millisecond."""
    found = _CLOCK.search(time)
    return found[0] if found else time


def changes(values: Sequence[str]) -> int:
    """Return how often a value differs from the one before."""
    return sum(before != after for before, after in pairwise(values))
