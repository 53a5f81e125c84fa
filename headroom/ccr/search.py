"""What of an original answers a question: rows of a list, values of JSON, passages of a text."""

from __future__ import annotations

from itertools import zip_longest
from typing import TYPE_CHECKING, Any

from headroom.ccr.overview.whole import definitions_of_diff, failures, overview
from headroom.ccr.passage import passages
from headroom.ccr.question.survey import read
from headroom.ccr.rows import listed, tabular
from headroom.ccr.rows.field import compares, dig, fields_of, named, rated
from headroom.ccr.rows.fragment import fragment
from headroom.ccr.rows.leaf import LEAF
from headroom.ccr.rows.outlier import unusual
from headroom.ccr.rows.retold import retold
from headroom.ccr.rows.value import table
from headroom.ccr.seen import Seen
from headroom.core.colour import uncoloured
from headroom.core.types import ContentType
from headroom.detect import detect
from headroom.detect.enclosure import unenclosed
from headroom.detect.numbering import BY_NUMBER, unnumbered

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from headroom.ccr.judge import Judge


def search(
    text: str,
    query: str,
    shown: Sequence[str] = (),
    judge: Judge | None = None,
) -> Callable[[int], str]:
    """Return what writes the best of a text in so many characters: rows, values or passages.

    `shown` are forms of it that readers got; `judge` knows kinds of text.

    Raises:
        ValueError: the query is empty.
    """
    if not query.strip():
        raise ValueError("the query is empty")
    text, shown = uncoloured(text), [*map(uncoloured, shown)]
    text = unwrapped(text)
    asked, seen = read(query), Seen(*shown)
    found = table(text)
    if found is None and (broken := fragment(text)) is not None:
        found = table(broken.json(text))
    if found is None and (records := retold(text)) is not None:
        found = table(records)
    if found is not None:
        meant = judge.rows(found[1], query) if judge and not asked.survey else ()
        rows = listed.rows(text, query, asked, found, seen, meant)
        return _unless_whole(text, _behind(_pointed(found[0], query), rows))
    if asked.survey:
        odd = unusual(_cells(text))
        return _unless_whole(text, overview(text, asked, seen, odd, judge))
    relevance, lines = asked.relevance, text.split("\n")
    several = definitions_of_diff(lines, query, relevance, seen)
    if not several and judge:
        several = failures(lines, relevance, seen, judge)
    if several:
        return _unless_whole(text, several)
    tabled = judge.table(text, query) if judge else None
    if tabled is not None:
        return _unless_whole(text, tabular.rows(lines, tabled, relevance, seen))
    rates = rated(_cells(text), query) if compares(query) else []
    told = judge.hints(lines, query, alarmed=relevance.alarmed) if judge else []
    rates = [max(each) for each in zip_longest(rates, told, fillvalue=0.0)]
    return _unless_whole(text, passages(text, relevance, seen, rates))


def unwrapped(text: str) -> str:
    """Return a text without its fence, its margin and, unless it is source, its lines' numbers.

    Its lines are named by their places in any case; a table or JSON is none with numbers in it.
    Columns keep their margin: the first of them is set to the right.
    """
    inside = unenclosed(text)
    if inside.text is not text and detect(text) is not ContentType.COLUMNS:
        text = inside.text
    found = unnumbered(text)
    return text if found is None or detect(found[0]) is BY_NUMBER else found[0]


def _behind(first: str, write: Callable[[int], str]) -> Callable[[int], str]:
    """Return what writes something after what comes first, which is there if it fits."""

    def both(room: int) -> str:
        left = room - len(first) - 1
        return f"{first}\n{write(left)}" if first and left > 0 else write(room)

    return both


def _pointed(tree: Any, query: str) -> str:
    """Return the values at the paths of several steps that a query names, each behind its path."""
    told = []
    for path in dict.fromkeys(fields_of(query)):
        steps = named(path)
        value = dig(tree, steps) if len(steps) > 1 else ""
        told += [f"{path}: {value[:LEAF]}"] if value else []
    return "\n".join(told)


def _unless_whole(text: str, write: Callable[[int], str]) -> Callable[[int], str]:
    return lambda room: text if len(text) <= room else write(room)


def _cells(text: str) -> list[dict[str, str]]:
    """Return the cells of each line of a table by column; nothing where it is none."""
    lines = text.split("\n")
    for mark in (",", "\t", ";", "|"):
        names = [name.strip(' "') for name in lines[0].split(mark)]
        if len(names) > 1 and all(mark in line for line in lines[1:8]):
            rows = ([cell.strip(' "') for cell in line.split(mark)] for line in lines)
            return [dict(zip(names, row, strict=False)) for row in rows]
    return []
