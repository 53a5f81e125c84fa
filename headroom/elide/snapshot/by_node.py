"""Snapshots of pages: what can be acted on and what is said; not what says it again.

A reader of these clicks by handle: a button that is gone cannot be clicked, and one without its row
says nothing. What a row says is not said again by its cells, and nobody needs nameless boxes.
"""

from __future__ import annotations

from collections import Counter
from typing import TYPE_CHECKING

from headroom.ccr.question.bm25 import Relevance
from headroom.core.split import lines_of
from headroom.detect.snapshot import classes, nodes, roles
from headroom.elide.choice import choose
from headroom.elide.lines.by_line import marked
from headroom.elide.lines.line import RELEVANCE
from headroom.elide.lines.sheet import Sheet
from headroom.elide.lines.signal import TROUBLE, graded

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from headroom.detect.snapshot import Node
    from headroom.elide.gapped import Gapped

_WORTH = {
    "fields": 2.0,
    "alerts": 3.0,
    "buttons": 1.0,
    "choices": 0.9,
    "titles": 0.9,
    "items": 0.7,
    "links": 0.7,
    "texts": 0.5,
    "places": 0.4,
    "asides": 0.4,
}
"""What nodes with a name weigh by the class of their role."""
_ACTS = ("fields", "buttons", "choices", "links")
_OF_NODE, _NOTHING = 0.3, 0.02
"""What a property weighs (where a link leads), and a box without a name."""
_MARKED, _BAD = 0.3, 1.5
"""What a state adds (that it is checked, or has the focus), and a word of trouble."""
_STATES = ("active", "checked", "selected", "expanded", "focused", "invalid", "pressed")
_ASIDE = 0.5
"""Share of its weight that stays of what every page of a site has."""
_SHARED = 2.0
"""Relevance that a word has which stands in one node of eight."""
_OF_ITEM, _OF_PARENT = 0.8, 0.5
"""Shares of its relevance that a node lends to the thing, or to the box, that it is a part of."""
_LEADS = ("link", "heading")
_SEVERAL, _EACH = 4, 3
"""Things beside each other, and the nodes that each of them has on average, itself included."""
_FLOOR = 0.1
_ROOM = 12_000
"""Characters that any snapshot may keep: what a form takes, or a page of things to choose from."""
_THING = 1_500
"""Characters of a thing that stays, or goes, as one."""
_SHORT, _AROUND = 12, 4_000
"""Characters of a line in place of which no mark stands; those of the lines around a snapshot, of
its address, its title and its messages, which all stay."""
_TOLD = 4
"""Roles of which it is said how many nodes were left out."""


def by_node(text: str, query: str, share: float, *, exact: bool = False) -> Gapped | None:
    """Return a snapshot of a page without what repeats or frames, or None where it is none.

    About `share` of it stays where what is worth reading exceeds that, but no less than a form
    takes unless it is `exact`.
    """
    found = nodes(text)
    if not found:
        return None
    lines = lines_of(text)
    things = _things(found)
    weights = _weights(found, things, query)
    inside = {node.line for node in found}
    around = [at for at in range(len(lines)) if at not in inside]
    kept = {at for at in around if lines[at].strip()}
    if sum(len(lines[at]) for at in kept) > _AROUND:
        grades = graded(Sheet(lines))
        kept = {at for at in kept if grades[at] >= TROUBLE or len(lines[at]) <= _ROOM // 10}
    units = list(_units(found, things, weights, lines))
    costs = [sum(len(lines[found[at].line]) + 1 for at in unit) for unit in units]
    worth = [max(weights[at] for at in unit) for unit in units]
    room = max(int(share * len(text)), 0 if exact else _ROOM)
    for chosen in choose(worth, costs, room):
        for at in units[chosen]:
            kept.update(_with_places(found, weights, at))
    return marked(lines, _closed(sorted(kept), lines), _left_out(found, kept))


def _weights(found: Sequence[Node], things: Sequence[int], query: str) -> list[float]:
    """Return what nodes weigh: what can be done with them, what they say, and to whom."""
    of_role = classes()
    grades = graded(Sheet([node.said for node in found]))
    asked = _asked(found, things, query)
    out: list[float] = []
    aside: list[bool] = []
    for at, node in enumerate(found):
        kind = of_role.get(node.role, "")
        above = node.parent >= 0 and aside[node.parent]
        aside.append(above or kind == "asides")
        weight = _WORTH[kind] if kind in _WORTH and (node.said or kind in _ACTS) else _NOTHING
        if node.role[0] == "/":
            weight = _OF_NODE
        elif kind not in _ACTS and (_is_said_above(found, at) or _is_label(found, at)):
            weight = 0.0
        if weight > _NOTHING:
            weight *= _ASIDE if aside[-1] else 1.0
            weight += _MARKED * any(state in node.marks for state in _STATES)
            weight += _BAD * (grades[at] >= TROUBLE) + asked[at]
        out.append(weight)
    return out


def _is_said_above(found: Sequence[Node], at: int) -> bool:
    """Whether a node says nothing that one that it stands in does not say."""
    said, above = found[at].said, found[at].parent
    while above >= 0:
        if found[above].said:
            return said in found[above].said
        above = found[above].parent
    return False


def _is_label(found: Sequence[Node], at: int) -> bool:
    """Whether a node says what the next one beside it is called: a field says so itself."""
    if at + 1 == len(found):
        return False
    node, beside = found[at], found[at + 1]
    labels = node.said != "" and beside.said.startswith(node.said)
    return labels and beside.parent == node.parent


def _asked(found: Sequence[Node], things: Sequence[int], query: str) -> list[float]:
    """Return how much nodes are about the question, by themselves or as parts of what is."""
    if not query:
        return [0.0] * len(found)
    scores = Relevance(query).scores([node.said for node in found])
    most = max(_SHARED, max(scores, default=0.0))
    own = [RELEVANCE * score / most for score in scores]
    parts = [
        thing if thing >= 0 else node.parent for thing, node in zip(things, found, strict=True)
    ]
    best: dict[int, float] = {}
    for at, score in enumerate(own):
        if score and parts[at] >= 0:
            lent = _OF_ITEM if things[at] >= 0 else _OF_PARENT
            best[parts[at]] = max(best.get(parts[at], 0.0), lent * score)
    return [max(score, best.get(part, 0.0)) for score, part in zip(own, parts, strict=True)]


def _things(found: Sequence[Node]) -> list[int]:
    """Return the innermost thing of many that each node is, or is a part of; -1 for none.

    A thing is an item of a list, or what stands from one heading or link of many to the next one.
    """
    items, heads = roles()["items"], _heads(found)
    out: list[int] = []
    last: dict[int, int] = {}
    for at, node in enumerate(found):
        if node.role in items:
            out.append(at)
            continue
        if at in heads:
            last[node.parent] = at
        out.append(last.get(node.parent, out[node.parent] if node.parent >= 0 else -1))
    return out


def _heads(found: Sequence[Node]) -> set[int]:
    """Return the nodes at which things begin that stand beside each other, without boxes."""
    beside: dict[tuple[int, str], list[int]] = {}
    size = Counter(node.parent for node in found)
    for at, node in enumerate(found):
        if node.role in _LEADS and node.said:
            beside.setdefault((node.parent, node.role), []).append(at)
    return {
        at
        for (parent, _), places in beside.items()
        if len(places) >= _SEVERAL and size[parent] >= _EACH * len(places)
        for at in places
    }


def _units(
    found: Sequence[Node], things: Sequence[int], weights: Sequence[float], lines: Sequence[str]
) -> Iterator[list[int]]:
    """Yield the nodes that are worth something, those of a thing together unless it is large."""
    worthy = [at for at, weight in enumerate(weights) if weight >= _FLOOR]
    sizes = Counter[int]()
    for at in worthy:
        sizes[things[at]] += len(lines[found[at].line])
    groups: dict[int, list[int]] = {}
    for at in worthy:
        alone = things[at] < 0 or sizes[things[at]] > _THING
        groups.setdefault(-1 - at if alone else things[at], []).append(at)
    yield from groups.values()


def _with_places(found: Sequence[Node], weights: Sequence[float], at: int) -> Iterator[int]:
    """Yield the lines of a node and of what it stands in that has a name of its own."""
    yield found[at].line
    above = found[at].parent
    while above >= 0:
        if weights[above] >= _FLOOR and found[above].said:
            yield found[above].line
        above = found[above].parent


def _closed(kept: list[int], lines: Sequence[str]) -> list[int]:
    """Return the lines that stay, with those in place of which a mark would cost as much."""
    out: list[int] = []
    for at in [*kept, len(lines)]:
        gap = range(out[-1] + 1 if out else 0, at)
        if len(gap) == 1 and len(lines[gap[0]]) <= _SHORT:
            out.append(gap[0])
        if at < len(lines):
            out.append(at)
    return out


def _left_out(found: Sequence[Node], kept: set[int]) -> str:
    """Return one line that counts what was left out by role."""
    counts = Counter(node.role for node in found if node.line not in kept)
    most = counts.most_common(_TOLD)
    told = [f"{count:,} x {role}" for role, count in most]
    more = counts.total() - sum(count for _, count in most)
    if more:
        told.append(f"{more:,} others")
    return f"left out: {'; '.join(told)}" if told else ""
