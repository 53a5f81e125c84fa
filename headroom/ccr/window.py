"""Windows: which lines around those that answer a question are shown, in so many characters."""

from __future__ import annotations

import re
from itertools import count, islice
from typing import TYPE_CHECKING, NamedTuple

from headroom.ccr.overview.digest import is_sentence

if TYPE_CHECKING:
    from collections.abc import Sequence

    from headroom.ccr.section import Sections

_CONTEXT = 2
"""Lines shown on either side of a hit."""
_FILLED, _STEP = 12, 6
"""Hits of which more is shown where room is left, and by how many lines at a time."""
_CLEAR = 1.2
"""How far the best hit is before the next where all of the room that is left goes to it."""
HEADING = 24
"""Characters that the line in front of a passage takes."""
_LED, REACH = 8, 300
"""Hits that are shown with what they stand under, and how many lines up that may be."""
_HEADED, _ABOVE = 0.6, 3
"""Share of the room for the insides of definitions that match; headings above a hit at most."""
_TITLE, _RULES = re.compile(r"#|diff |@@|== |commit [0-9a-f]{7}"), ("===", "---", "~~~", "^^^")
_NUMBERED, _NAMING = re.compile(r"\d+[:-]"), re.compile(r"[A-Za-z]")


class Frame(NamedTuple):
    """What stands around the lines of a text."""

    spans: dict[int, int]
    """Of lines that define or head something, the line behind its end."""
    sections: Sections
    dull: set[int]
    """Lines that no room is spent on because of those before them."""
    known: set[int]
    """Lines that the reader has."""


def choose(
    texts: Sequence[str],
    scores: Sequence[float],
    hits: Sequence[int],
    room: int,
    frame: Frame | None = None,
    sure: Sequence[int] = (),
) -> list[tuple[int, int]]:
    """Return the best passages that fit into so many characters: first and last text, in order.

    `hits` are the `best` of the scores; without any it is the beginning. Room that the hits leave
    is given to what follows them. `frame` says what hits head and what they stand under; `sure` are
    hits that are there before more is shown of any.
    """
    taken: set[int] = set(sure)
    allowed = room
    room -= sum(len(texts[at]) + HEADING for at in sure)
    most = room // 6  # For what stands around one hit: others shall have room, too.
    spans = {hit: frame.spans[hit] for hit in hits[:_LED] if hit in frame.spans} if frame else {}
    dull = frame.dull if frame else set[int]()
    known = frame.known if frame else set[int]()
    headed = int(room * _HEADED) // max(1, len(spans))
    for rank, hit in enumerate(hits):
        for reach in (_CONTEXT, _CONTEXT // 2, 0):
            more = headed if hit in spans else room // 4 if rank < 1 else 0
            end = spans.get(hit, len(texts))
            near = range(max(0, hit - reach), min(len(texts), hit + reach + 1))
            around = [at for at in near if at == hit or (at not in dull and at not in known)]
            if reach and sum(len(texts[at]) + 1 for at in around) > most:
                continue
            if known and hit in spans:
                around += _unseen(texts, range(around[-1] + 1, end), dull | known, more)
                more = 0
            while more and (last := around[-1] + 1) < end and len(texts[last]) < more:
                if last in dull or last in known:
                    break
                around.append(last)
                more -= len(texts[last]) + 1
            if rank < _LED:
                around += _heads(texts, hit)
                around += frame.sections.above(hit)[:_ABOVE] if frame else ()
            new = [at for at in dict.fromkeys(around) if at not in taken]
            cost = sum(len(texts[at]) + 1 for at in new) + (HEADING if new else 0)
            if cost <= room:
                taken.update(new)
                room -= cost
                break
    clear = len(hits) < 2 or scores[hits[0]] > _CLEAR * scores[hits[1]]
    steps = (len(texts) if clear else _STEP, _STEP)
    _fill(texts, taken, room, hits[:_FILLED] or [0], (steps, dull, known))
    return _runs(texts, taken, allowed)


def _unseen(texts: Sequence[str], rows: range, passed: set[int], room: int) -> list[int]:
    """Return what else stands in a section much of which was shown, sentences before all else."""
    rest = [at for at in rows if at not in passed]
    running = {at for at in rest if is_sentence(texts[at].strip())}
    running |= {at + 1 for at in running}  # A sentence often ends on the next line.
    taken = []
    for at in sorted(rest, key=lambda at: at not in running):
        if len(texts[at]) < room:
            taken.append(at)
            room -= len(texts[at]) + 1
    return sorted(taken)


def _runs(texts: Sequence[str], taken: set[int], room: int) -> list[tuple[int, int]]:
    """Return the first and last of texts in a row, which all fit into so many characters.

    A gap is closed that costs no more than a mark would, and that there is room for.
    """
    room -= sum(len(texts[at]) for at in taken)
    runs: list[tuple[int, int]] = []
    for at in sorted(taken):
        gap = texts[runs[-1][1] + 1 : at] if runs else ()
        cost = sum(map(len, gap)) + len(gap) if runs and len(gap) < HEADING else HEADING + 1
        if cost <= min(room, HEADING):
            runs[-1] = runs[-1][0], at
            room -= cost
        else:
            runs.append((at, at))
    return runs


def _fill(
    texts: Sequence[str],
    taken: set[int],
    room: int,
    ends: Sequence[int],
    how: tuple[tuple[int, int], set[int], set[int]],
) -> None:
    """Take what follows some lines, some of each in turn, then what is in front of them.

    `how` says how many lines the first of them gets at a time and how many the others, and which
    lines end it, and which are passed over.
    """
    (first, others), dull, known = how

    def going(edge: int, most: int, step: int) -> int | None:
        """Take so many lines from an edge on; return where to go on, or None at an end."""
        nonlocal room
        for at in islice(count(edge, step), most):
            if not 0 <= at < len(texts) or (at in dull and at != edge):
                return None
            if at in taken or at in known:
                continue
            if len(texts[at]) >= room:
                return None
            room -= len(texts[at]) + 1
            taken.add(at)
        return edge + most * step

    for step in (1, -1):
        edges: list[int] = list(ends)
        while edges:
            after = [going(edge, others if at else first, step) for at, edge in enumerate(edges)]
            edges = [at for at in after if at is not None and 0 <= at < len(texts)]


def _heads(texts: Sequence[str], hit: int) -> list[int]:
    """Return the lines above that a line stands under, judged by what is indented less."""
    heads: list[int] = []
    numbered, depth = _NUMBERED.match(texts[hit]), indent_of(texts[hit])
    for at in range(hit - 1, max(-1, hit - REACH), -1):
        text = texts[at]
        if _TITLE.match(text) or texts[at + 1].startswith(_RULES):
            return [*heads, at]
        if numbered and not _NUMBERED.match(text):
            return [at]
        if depth and _NAMING.search(text) and indent_of(text) < depth:
            heads.append(at)
            depth = indent_of(text)
    return heads


def indent_of(text: str) -> int:
    """Return how far a line is set in, behind the sign of a change."""
    bare = text[1:] if text.startswith(("+", "-")) else text
    return len(bare) - len(bare.lstrip())
