"""JSON that was cut off, at its end, at its beginning or in between: its complete records.

{"items": [{"id": 1}, {"id": 2}, {"id"          `head -c`, a tool's limit
},                                          `sed -n 40,90p`
{"id": 7},
"""

from __future__ import annotations

import json
import re
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from headroom.elide.gapped import GAP, Gapped
from headroom.elide.rows.column import columns
from headroom.elide.rows.excerpt import MIN_RECORDS, Demand, excerpt
from headroom.records.spelling import compact_writer, odd, parse

if TYPE_CHECKING:
    from collections.abc import Iterator

_DENSE = 60
"""JSON has a key in every so many characters."""
_MOST = 2
"""Records make up one in so many characters of such a text at least."""
_TRIES = 6
"""Times the length of the text that looking for records in vain may take."""
_FAILURES = 60
"""Objects that are not complete: each costs a count of all lines before it."""
_OVER = 1.2
"""What is left may take so many times its share of the text."""
_SIDE = 300
"""Characters at either end of what is no complete record that stay."""
_NEXT = re.compile(r'\s*,\s*(?:"((?:[^"\\\n]|\\.){0,300})"\s*:\s*)?(?=\{)')
_KEYED = re.compile(r'"((?:[^"\\\n]|\\.){0,300})"\s*:\s*$')
_SCAN = json.JSONDecoder().raw_decode


@dataclass(slots=True)
class _Run:
    """Records that follow each other, and the keys in front of them, if they have such."""

    spans: list[tuple[int, int]] = field(default_factory=list)
    keys: list[str] = field(default_factory=list)


def may_be_fragment(text: str) -> bool:
    """Whether a text that is no JSON has as many keys as JSON; quick to tell."""
    if text.count('"') * _DENSE <= len(text):  # a single character is counted much faster
        return False
    return text.count('":') * _DENSE > len(text)


def by_fragment(text: str, query: str, share: float, *, guess: bool = False) -> Gapped | None:
    """Return the records of broken JSON that matter and what is around them, or None.

    Records come one a line, without a mark for those between them: so they fold to a table.
    """
    runs = [run for run in _runs(text) if len(run.spans) >= MIN_RECORDS]
    covered = sum(run.spans[-1][1] - run.spans[0][0] for run in runs)
    if not runs or covered * _MOST < len(text):
        return None
    out: list[str] = []
    said: list[str] = []
    summaries: list[str] = []
    at = 0
    for run in runs:
        try:
            lines, kept, summary = _excerpt(text, run, Demand(query, share, guess=guess))
        except ValueError:  # a key twice
            return None
        out += [*_around(text[at : run.spans[0][0]]), *lines]
        said.append(kept)
        summaries += [summary] if summary else []
        at = run.spans[-1][1]
    out += _around(text[at:])
    body = "\n".join(out)
    if len(body) > _OVER * share * len(text):
        return None  # records that are long themselves: their lines are better chosen among
    kept = f"of JSON that is cut off the complete records {'; '.join(said)}"
    return Gapped(body, kept, 'lines="A-B"', "\n".join(summaries))


def _runs(text: str) -> Iterator[_Run]:
    """Yield the runs of complete objects in a text, outer ones first; linear."""
    at = text.find("{")
    spent = failed = 0
    while at >= 0 and spent <= _TRIES * len(text) and failed < _FAILURES:
        run = _Run()
        keyed = _KEYED.search(text, max(0, at - 400), at)
        key = keyed[1] if keyed else None
        end = at
        while True:
            try:
                _, end = _SCAN(text, at)
            except json.JSONDecodeError as error:
                spent += error.pos - at
                failed += 1
                break
            except (RecursionError, ValueError):
                return
            run.spans.append((at, end))
            run.keys += [] if key is None else [key]
            following = _NEXT.match(text, end)
            if following is None or (following[1] is None) != (key is None):
                break
            key, at = following[1], following.end()
        if run.spans:
            yield run
        at = text.find("{", max(end, at) if run.spans else at + 1)


def _excerpt(text: str, run: _Run, demand: Demand) -> tuple[list[str], str, str]:
    """Return the lines of the records that stay, which these are, and what all have in common.

    Raises:
        ValueError: a record has a key twice.
    """
    values: list[Any] = [parse(text[a:b]) for a, b in run.spans]
    units = list(map(compact_writer(has_odd=odd(values)), values))
    made = excerpt(units, columns(values), demand, run.keys or None)
    shown = units
    if run.keys:
        shown = [f'"{key}": {unit}' for key, unit in zip(run.keys, units, strict=True)]
    if made is None:
        return shown, f"all {len(units)}", ""
    return [shown[at] for at in made.kept], made.rows, made.summary


def _around(text: str) -> list[str]:
    """Return what is no complete record, of a long text its beginning and its end."""
    text = text.strip(" \t\n,")
    if not text:
        return []
    if len(text) <= 2 * _SIDE:
        return [text]
    return [f"{text[:_SIDE]} {GAP}{len(text) - 2 * _SIDE} characters {text[-_SIDE:]}"]
