"""Fields: what the fields that a question names say for each record."""

from __future__ import annotations

import json
import re
from contextlib import suppress
from heapq import nlargest
from typing import TYPE_CHECKING, Any

from headroom.ccr.question.superlative import superlative
from headroom.ccr.rows.outlier import AMOUNT
from headroom.ccr.rows.record import flat
from headroom.ccr.rows.value import steps_of

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from headroom.ccr.rows.record import Steps

_AT_END = 0.8
"""What speaks for the first and the last record where the question asks for either."""
_FIELD = re.compile(r"`([^`\n]{1,200})`")
_MOST = 8
"""Fields of a question at most."""
_GIVEN = 0.8
"""What speaks for a record that has a value which the question gives."""
_AT_EXTREME, _MEANT, _LESS = 3, 1.2, 0.1
"""Records at the end of a field that is asked for, what speaks for the first, less for the next."""
_EQUAL = re.compile(
    r"`([^`\n]{1,200})`\s*(?:=+|:|is|equals)?\s*(\"[^\"\n]*\"|`[^`\n]*`|[\w./:@#%+'-]*\w)"
)
_EXTREME = superlative(("earliest",), ("latest",))
"""Times in records are numbers, too."""
_EDGE = re.compile(
    r"(?i)\b(?:first|last|earliest|latest|final|newest|oldest|most recent|initial)\b"
)
_LAST = re.compile(
    r"(?:^|[\s=:($€£])([+-]?\d{1,300}(?:\.\d{1,300})?(?:[eE][+-]?\d{1,2})?)\s*\S{0,3}$"
)
_WORD = re.compile(r"[^\W\d_]{3,}")
_ENDS = 2
"""Steps at the end of a path that name a value."""


def fields_of(query: str) -> list[str]:
    """Return the fields that a question names as code, as they are spelled there: `a.b`."""
    names: list[str] = _FIELD.findall(query)
    return names[:_MOST]


def compares(query: str) -> bool:
    """Whether a question gives the value of a field, or asks for an extreme or for an end."""
    found = _EXTREME(query) or any(each.search(query) for each in (_EQUAL, _EDGE))
    return bool(found)


def rated(records: Sequence[Any], query: str) -> list[float]:
    """Return what the fields that a query names say for each record: `age` = 7, highest `size`."""
    out = [0.0] * len(records)
    for name, wanted in _EQUAL.findall(query)[:_MOST]:
        steps = named(name)
        for at, record in enumerate(records):
            out[at] += _GIVEN * (dig(record, steps) == wanted.strip("\"`'"))
    filled = [at for at, record in enumerate(records) if record]
    for at in (*filled[1:2], *filled[-1:]) if _EDGE.search(query) else ():
        out[at] += _AT_END
    extreme = _EXTREME(query)
    fields = fields_of(query) if extreme else []
    columns = [named(name) for name in fields]
    if extreme and not fields:
        columns = list(_spoken(records, query))
    for steps in columns:
        found = ((dig(record, steps), -at) for at, record in enumerate(records))
        known = ((float(amount[1]), at) for value, at in found if (amount := _LAST.search(value)))
        sign = -1 if extreme and extreme[1] else 1
        ranked = nlargest(_AT_EXTREME, ((sign * value, at) for value, at in known))
        for rank, (_, at) in enumerate(ranked):
            out[-at] += _MEANT - _LESS * rank
    return out


def _spoken(records: Sequence[Any], query: str) -> Iterator[Steps]:
    """Yield where the value stands whose name has most words of the question, if one has any.

    Of a name with steps, `stats.deletions`, the last ones tell.
    """
    asked = set(_WORD.findall(query.lower()))
    first = next((record for record in records if isinstance(record, dict)), {})
    shares = {name: len(asked.intersection(_WORD.findall(name.lower()))) for name in first}
    inner = {
        name: len(asked.intersection(_WORD.findall(".".join(name.lower().split(".")[-_ENDS:]))))
        for name, value in flat(first).items()
        if name not in first and AMOUNT.fullmatch(value)
    }
    most = max((*shares.values(), *inner.values()), default=0)
    if not most:
        return
    for name, share in (*shares.items(), *inner.items()):
        if share == most:
            yield (name,) if name in first else named(name)
            return


def named(field: str) -> Steps:
    """Return the steps of a field as a question spells it, or none where it is no path."""
    with suppress(ValueError):
        return steps_of(field)
    return ()


def dig(value: Any, steps: Steps) -> str:
    """Return what stands at a path in a record; a key may have points in its name."""
    while steps:
        step, steps = steps[0], steps[1:]
        if isinstance(value, dict):
            ends = range(len(steps), 0, -1) if str(step) not in value else ()
            names = ((end, ".".join(map(str, (step, *steps[:end])))) for end in ends)
            taken, key = next((each for each in names if each[1] in value), (0, str(step)))
            value, steps = value.get(key), steps[taken:]
        elif isinstance(value, list) and isinstance(step, int) and step < len(value):
            value = value[step]
        else:
            return ""
    return value if isinstance(value, str) else json.dumps(value) if value in (True, False) else ""
