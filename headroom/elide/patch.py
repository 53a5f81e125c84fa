"""Unified diffs with less context: every changed line stays, and the result still applies."""

from __future__ import annotations

from typing import TYPE_CHECKING

from headroom.detect.diff import HUNK, body_end, header, lengths
from headroom.elide.gapped import Gapped

if TYPE_CHECKING:
    import re
    from collections.abc import Iterator, Sequence


def by_hunk(text: str) -> Gapped | None:
    """Return a diff without context; every changed line stays."""
    lines = text.split("\n")
    kept = trimmed(lines, 0)
    if len(kept) >= len(lines):
        return None
    return Gapped("\n".join(kept), "every changed line, without the lines around it", 'lines="A-B"')


def trimmed(lines: Sequence[str], context: int) -> list[str]:
    """Return the diff with at most so many lines of context around each change.

    A hunk whose lengths do not fit its lines stays as it is.
    """
    out: list[str] = []
    at = 0
    while at < len(lines):
        match = HUNK.fullmatch(lines[at]) if lines[at][:4] == "@@ -" else None
        end = body_end(lines, at + 1) if match is not None else at + 1
        body = list(lines[at + 1 : end])
        if match is None or not _fits(match, body):
            out += lines[at:end]
        else:
            out += _hunks(match, body, context)
        at = end
    return out


def _fits(match: re.Match[str], body: Sequence[str]) -> bool:
    return lengths(body) == (int(match[2] or 1), int(match[4] or 1))


def _hunks(match: re.Match[str], body: Sequence[str], context: int) -> Iterator[str]:
    """Yield the hunks that are left of one, each with its own header."""
    changed = [at for at, line in enumerate(body) if line[0] in "+-"]
    wanted = sorted(
        {
            near
            for at in changed
            for near in range(max(at - context, 0), min(at + context + 1, len(body)))
        }
        | {at for at, line in enumerate(body) if line[0] == "\\"}
    )
    olds, news = int(match[1]), int(match[3])
    old, new = olds + (match[2] == "0"), news + (match[4] == "0")
    numbers = []
    for line in body:
        numbers.append((old, new))
        old += line[0] in " -"
        new += line[0] in " +"
    start = 0
    for place, at in enumerate(wanted):
        last = place + 1 == len(wanted) or wanted[place + 1] != at + 1
        if last:
            run = [body[n] for n in wanted[start : place + 1]]
            sizes = lengths(run)
            # A side without lines counts from the line in front of it.
            first = [n - (size == 0) for n, size in zip(numbers[wanted[start]], sizes, strict=True)]
            yield header((first[0], first[1]), sizes, match[5])
            yield from run
            start = place + 1
