"""Leaves: the values of a JSON text that answer a question, each behind its path."""

from __future__ import annotations

import json
import re
from collections import Counter
from typing import TYPE_CHECKING, Any

from headroom.ccr.passage import best, covering
from headroom.ccr.rows.record import CONTAINERS, children
from headroom.ccr.rows.value import PLAIN_KEY, Number
from headroom.ccr.window import choose

if TYPE_CHECKING:
    from collections.abc import Callable, Container, Sequence

    from headroom.ccr.question.bm25 import Relevance, Told
    from headroom.ccr.question.survey import Question
    from headroom.ccr.seen import Seen

LEAF = 600
"""Characters of a JSON value that are searched and shown as one."""
_ROW = re.compile(r"[^\[]*\[(\d+)\]")
_STRING = re.compile(r'"(?:[^"\\\n]|\\.){1,200}"')
_TOLD, _BESIDE = 1.2, 0.3
"""Of what speaks for a row, what its first value and those get that are asked for; the others."""
_ABOVE, _STEPS, _DEEP = 0.35, 2, 4
"""What the whole path counts beside its last steps, how many these are, and how deep lists of lists
may be that are one value."""
_FROM = ", from character "
_NAME, _AMOUNT, _ELSE, _HAD = 1.0, 0.3, 0.05, 0.1
"""What a string, a number and anything else say of the whole, and the share that is left of it for
a reader who has it."""


def leaves(
    tree: Any,
    asked: Question,
    seen: Seen,
    rated: Sequence[float] = (),
    named: Container[str] = (),
) -> Callable[[int], str]:
    """Return what writes the values of a JSON text that match best, each behind its path.

    `rated` is what speaks for each row, `named` are the fields that the question names. In an
    overview names come first, each once, and most of all what was not `seen`.
    """
    told = list(_spelled_out(tree))
    spelled = [f"{name}: {value}" for name, value in told]
    terms: list[Told] = []
    scores = asked.relevance.scores(_near(told), told=terms)
    above = asked.relevance.scores([name for name, _ in told])
    scores = [own + _ABOVE * path for own, path in zip(scores, above, strict=True)]
    _together(told, spelled, scores, asked.relevance)
    most = (max(scores) or 1.0) / (max(rated, default=0.0) or 1.0)
    begun: set[int] = set()
    for at, leaf in enumerate(spelled if rated else ()):
        row = _ROW.match(leaf)
        if row and int(row[1]) < len(rated):
            field = leaf[row.end() :].partition(": ")[0].removeprefix(".")
            # A value says nothing without what it is the value of: most records begin with that.
            tells = field in named or int(row[1]) not in begun
            scores[at] += most * rated[int(row[1])] * (_TOLD if tells else _BESIDE)
            begun.add(int(row[1]))
    if asked.survey:
        said = _said([value for _, value in told], seen)
        top = max(scores) or 1.0
        scores = [own + score / top for own, score in zip(said, scores, strict=True)]
        return _overview(spelled, scores)
    hits = covering(best(scores), terms, scores)

    def write(room: int) -> str:
        chosen = choose(spelled, scores, hits, room)
        shown = [leaf for first, last in chosen for leaf in spelled[first : last + 1]]
        return "\n".join([*shown, _ends(spelled)])

    return write


def _overview(spelled: Sequence[str], scores: Sequence[float]) -> Callable[[int], str]:
    """Return what writes the best values in their order, as many as fit."""
    ranked = sorted(range(len(spelled)), key=lambda at: -scores[at])

    def write(room: int) -> str:
        taken = []
        for at in ranked:
            if len(spelled[at]) < room:
                taken.append(at)
                room -= len(spelled[at]) + 1
        return "\n".join([*(spelled[at] for at in sorted(taken)), _ends(spelled)])

    return write


def _ends(spelled: Sequence[str]) -> str:
    return f"[of {len(spelled)} values; ask for any with path]"


def _spelled_out(tree: Any) -> list[tuple[str, str]]:
    """Return the path and the value of each leaf; a long one is in several pieces."""
    out: list[tuple[str, str]] = []
    stack: list[tuple[str, Any]] = [("", tree)]
    while stack:
        path, value = stack.pop()
        if isinstance(value, CONTAINERS) and value and not _is_plain(value):
            if len(path) < LEAF:
                stack += reversed([(path + _spelled(step), v) for step, v in children(value)])
                continue
            value = "(more inside)"
        text = _said_as(value)
        name = path.removeprefix(".")
        out.append((name, text[:LEAF]))
        rest = range(LEAF, len(text), LEAF)
        out += ((f"{name}{_FROM}{at}", text[at : at + LEAF]) for at in rest)
    return out


def _is_plain(value: Any, depth: int = 0) -> bool:
    """Whether a value is a list without names in it: of words, of numbers, of lists of such."""
    return isinstance(value, list) and all(
        _is_plain(each, depth + 1) if isinstance(each, list) and depth < _DEEP else _is_scalar(each)
        for each in value
    )


def _is_scalar(value: Any) -> bool:
    return not isinstance(value, CONTAINERS)


def _said_as(value: Any) -> str:
    if isinstance(value, list):
        return f"[{','.join(map(_said_as, value))}]"
    return str(value) if isinstance(value, Number) else json.dumps(value, ensure_ascii=False)


def _near(told: Sequence[tuple[str, str]]) -> list[str]:
    """Return each value behind the last steps of its path, where nobody has said them before.

    Of a long value in pieces the first one has them.
    """
    out = []
    last = ""
    for name, value in told:
        first, _, _ = name.partition(_FROM)
        steps = "" if first == last else ".".join(first.rsplit(".", _STEPS)[-_STEPS:])
        out.append(f"{steps}: {value}")
        last = first
    return out


def _spelled(step: str | int) -> str:
    plain = isinstance(step, str) and PLAIN_KEY.fullmatch(step)
    return f".{step}" if plain else f"[{json.dumps(step)[:LEAF]}]"


def _together(
    told: Sequence[tuple[str, str]],
    spelled: Sequence[str],
    scores: list[float],
    relevance: Relevance,
) -> None:
    """Raise the scores of values by how well the item of a list that they stand in fits.

    The port of a service matches "port" as well as that of any other; its name stands beside it.
    What is said again under another path is worth less.
    """
    items: dict[str, list[int]] = {}
    for at, (name, _) in enumerate(told):
        items.setdefault(name[: name.rfind("]") + 1], []).append(at)
    fits = relevance.scores(
        ["\n".join([spelled[at] for at in places]) for places in items.values()]
    )
    top = max(fits) or 1.0
    for places, fit in zip(items.values(), fits, strict=True):
        for at in places:
            scores[at] *= 1 + fit / top
    again = Counter[tuple[str, str]]()
    for at in sorted(range(len(told)), key=lambda at: -scores[at]):
        key = (told[at][0].rpartition(".")[2], told[at][1])
        scores[at] /= 1 + again[key]
        again[key] += 1


def _said(values: Sequence[str], seen: Seen) -> list[float]:
    """Return how much each value says of the whole: what comes again and again says little."""
    again = Counter(values)
    had = set.intersection(*(set(_STRING.findall(text)) for text in seen.texts)) if seen else set()
    kinds = [
        _NAME if value[0] == '"' else _AMOUNT if value[0] in "-0123456789" else _ELSE
        for value in values
    ]
    shares = ((_HAD if value in had else 1.0) / again[value] for value in values)
    return [kind * share for kind, share in zip(kinds, shares, strict=True)]
