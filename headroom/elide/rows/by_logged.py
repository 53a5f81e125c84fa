"""Records in JSON behind what a container or a collector put in front of each, and lines between.

The records are weighed as those of any list; what stood in front of them becomes fields, where it
tells more than they do. Other lines, a trace for one, are weighed as those of a log and come last.
"""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, Any

from headroom.core.split import count_of
from headroom.elide.choice import ranges, spelled
from headroom.elide.gapped import Gapped
from headroom.elide.lines.by_prefix import by_prefix, counted, spelled_out, weightiest
from headroom.elide.rows.by_record import WHOLE
from headroom.elide.rows.column import columns
from headroom.elide.rows.excerpt import MIN_RECORDS, Demand, excerpt
from headroom.records.cell import quote
from headroom.records.spelling import parse

if TYPE_CHECKING:
    from headroom.lines.prefix import Prefixed

_TIMES = frozenset(
    ("time", "timestamp", "@timestamp", "ts", "t", "date", "datetime", "asctime", "eventTime")
)
_SOURCES = ("source", "from", "behind")
"""What the field for who wrote is called: the first that no record has."""
_KEY = 60
"""Characters in which the first key of a record stands."""
_AS_LOG = 0.7
"""What records of a log get of the share of others: most of them are routine."""
_SOME = 0.2
"""Share of the lines that are records, at least."""
_FEW, _BRIEF = 12, 800
"""Lines between the records that all stay, and their characters."""


def by_logged(behind: Prefixed, demand: Demand, share: float) -> Gapped | None:
    """Return the records and other lines that matter, or None where all do.

    Where few lines are records, they are read as lines.

    Args:
        behind: the lines, taken apart.
        demand: what is asked of the records.
        share: how much of the other lines may stay.
    """
    found = {at: value for at, rest in enumerate(behind.rests) if (value := _object(rest))}
    if len(found) < max(MIN_RECORDS, _SOME * sum(map(bool, behind.rests))):
        return by_prefix(behind, demand.query, share, fill=demand.fill)
    rows = list(found)
    shown, named = _with_fields(behind, found)
    asked = demand if demand.fill else replace(demand, share=_AS_LOG * demand.share)
    made = excerpt(shown, columns([parse(unit) for unit in shown]), asked)
    others = [at for at, rest in enumerate(behind.rests) if rest and at not in found]
    beside, left_out = others, ""
    if len(others) > _FEW or sum(len(behind.rests[at]) for at in others) > _BRIEF:
        beside, left_out, _ = weightiest(behind, others, demand.query, share, fill=demand.fill)
    if (made is None or made.whole) and len(beside) == len(others):
        return WHOLE
    kept = range(len(rows)) if made is None else made.kept
    body = [shown[at] for at in kept]
    body += [line for lines in spelled_out(behind, beside) for line in lines]
    size = count_of(behind.rests)
    said = f"lines {spelled(ranges(rows[at] + 1 for at in kept))}"
    if beside:
        said += f", then {spelled(ranges(at + 1 for at in beside))}"
    said += f" of {size:,}, {named}{made.named if made else ''}"
    told = [made.summary if made else "", left_out, counted(behind.sources)]
    vague = made is not None and made.vague and not others
    left = "\n".join(filter(None, told))
    return Gapped("\n".join(body), said, 'lines="A-B"', left, vague, records=True)


def _object(rest: str) -> dict[str, Any] | None:
    """Return the object that a line is in JSON, or None."""
    if rest[:1] != "{":
        return None
    try:
        value = parse(rest)
    except (ValueError, RecursionError):
        return None
    return value if isinstance(value, dict) else None


def _with_fields(behind: Prefixed, found: dict[int, dict[str, Any]]) -> tuple[list[str], str]:
    """Return records in JSON with what stood in front of them as fields, and what is said of it."""
    keys = set().union(*found.values())
    wrote = {behind.sources[at] for at in found}
    several = len(wrote) > 1
    source = next((key for key in _SOURCES if key not in keys), "") if several else ""
    timed = all(behind.times[at] for at in found) and _TIMES.isdisjoint(keys)
    out = []
    for at in found:
        rest = behind.rests[at].strip()
        blank = " " if '": ' in rest[:_KEY] else ""
        ahead = f'"time":{blank}{quote(behind.times[at])},{blank}' if timed else ""
        if source:
            ahead += f'"{source}":{blank}{quote(behind.sources[at])},{blank}'
        out.append("{" + ahead + rest[1:].lstrip())
    fields = [f'"{key}"' for key in ("time" if timed else "", source) if key]
    if fields or several:
        return out, f"{' and '.join(fields)} stood in front of each"
    (name,) = wrote
    return out, f"each behind {quote(name)}" if name else "without what stood in front of each"
