"""Tabular: which rows of a table in a text answer a question, below the names of its columns."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from headroom.ccr.passage import best, covering, vary

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Sequence

    from headroom.ccr.question.bm25 import Relevance, Told
    from headroom.ccr.seen import Seen

_MOST_HEAD = 600
"""Characters of what stands above the rows that are shown with them."""
_NUMBER = 8
"""Characters that the number of a row and the end of its line take."""
_SURE = 1.2
"""What speaks for the row that is asked for, as a share of the score of the best."""
_SPREAD = 16
"""Rows at even distances that are shown where room is left."""


class Table(NamedTuple):
    """Where the rows of a table stand in a text, and what is known of them."""

    head: int
    """Lines above the first row."""
    rows: Sequence[tuple[int, int]]
    """First line and the line after the last of each row."""
    weights: Sequence[float]
    """What speaks for each row beside the words of the question: 1.0 where it is surely meant."""
    ends: Sequence[int]
    """Rows with the greatest and least of each column of numbers, those of the first ones first."""


def rows(
    lines: Sequence[str], table: Table, relevance: Relevance, seen: Seen
) -> Callable[[int], str]:
    """Return what writes the rows that match best, each behind its line, in so many characters."""
    texts = ["\n".join(lines[first:end]) for first, end in table.rows]
    told: list[Told] = []
    scores = relevance.scores(texts, told=told)
    top = max(scores, default=0.0) or 1.0
    for at, weight in enumerate(table.weights):
        scores[at] += _SURE * weight * top
    vary(texts, scores)
    known = seen.matched(texts, scores)
    step = max(1, len(texts) // _SPREAD)
    ranked = covering(best(scores), told, scores)
    further = [*table.ends, *range(0, len(texts), step), *range(len(texts))]
    order = dict.fromkeys([*ranked, *(at for at in further if at not in known), *further])

    def write(room: int) -> str:
        head = _head(lines, table.head)
        left = room - len(head)
        chosen = []
        for at in order:
            cost = len(texts[at]) + _NUMBER
            if cost > left:
                if left < room // 10:
                    break
                continue
            chosen.append(at)
            left -= cost
        said = f"[rows behind the numbers of their lines; there are {len(texts)}; ask with lines]"
        return "\n".join([*([head] if head else []), *_written(lines, table, chosen), said])

    return write


def _head(lines: Sequence[str], size: int) -> str:
    """Return the names of the columns, and what stands above them if that is short."""
    head = [line for line in lines[:size] if line.strip()]
    while head and sum(map(len, head)) + len(head) > _MOST_HEAD:
        head.pop(0)
    return "\n".join(head)


def _written(lines: Sequence[str], table: Table, chosen: Sequence[int]) -> Iterator[str]:
    for at in sorted(set(chosen)):
        first, end = table.rows[at]
        yield f"{first + 1}: " + "\n".join(lines[first:end])
