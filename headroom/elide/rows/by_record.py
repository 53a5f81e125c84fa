"""JSON and tables: the records and values that matter, what is left out named by row or path."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, Any

from headroom.ccr.rows.record import CONTAINERS, Steps, enclosed, record_list
from headroom.core.split import lines_of
from headroom.core.types import ContentType
from headroom.detect.records import behind, claim
from headroom.elide.choice import ranges, spelled
from headroom.elide.extreme import FIRST, extremes
from headroom.elide.gapped import Gapped
from headroom.elide.rows.aside import without_asides
from headroom.elide.rows.cells import cells, is_parallel
from headroom.elide.rows.column import Column, columns
from headroom.elide.rows.encoded import may_hold, may_hold_vectors, without, without_vectors
from headroom.elide.rows.excerpt import MIN_RECORDS, Demand, Excerpt, excerpt
from headroom.elide.rows.grid import NAMELESS, Grid, aligned, grid, is_frame
from headroom.elide.rows.lined import lined
from headroom.elide.rows.loose import loose
from headroom.elide.rows.path import on_path, path_of
from headroom.elide.rows.stacked import stacked
from headroom.elide.rows.tree import MARK, Before, named, prune
from headroom.elide.rows.unit import are_found, is_branch
from headroom.elide.rows.within import rare_cells, rare_within
from headroom.records.spelling import compact_writer, odd, parse, spell

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Sequence

    from headroom.elide.rows.unit import Chosen

_FEW, _LARGE = 8, 500
"""Records none of which goes, and the characters that they have on average."""
_MIN_ENTRIES = 10
_MIN_SCALARS = 40
_HEAVY = 12
"""A list is cut by itself if it takes one in so many characters of the whole."""
_OVER = 1.5
"""What is left may take so many times its share before values are left out too."""
_WORTH = 0.9
_WITHIN = 2
"""JSON in a text is cut by itself if it is at least one in so many characters of it."""
WHOLE = Gapped("", "", "", vague=True)
"""Stands for all of a text that is not cut, since it is not clear what the question asks for."""
_GONE = 80
"""Characters of the names of entries that are left out, where there is no summary."""


def by_record(
    text: str, kind: ContentType, query: str, share: float, **options: bool
) -> Gapped | None:
    """Return what is kept of a table or of JSON, what that is, and how to ask for the rest.

    Less than the share stays where that says all, unless the room is to be filled.

    Args:
        text: the table, or the JSON; a text of another kind may have records one a line.
        kind: which of these it is.
        query: the question.
        share: how much of the text may stay.
        **options: `fill`, `guess`, as in `Demand`.
    """
    demand = Demand(query, share, **options)
    if kind in (ContentType.TEXT, ContentType.CODE, ContentType.LOG):
        return _of_table(lined(text), demand)
    if kind is ContentType.TABLE:
        return _of_table(stacked(text) or grid(text) or loose(text), demand)
    if kind is ContentType.COLUMNS:
        return _of_table(grid(text, "|") or aligned(text) or loose(text), demand)
    text = text.strip()
    try:
        made = _of_json(text, demand)
    except (ValueError, RecursionError):
        made = None
    return made or _of_json_within(text, demand)


def _of_json_within(text: str, demand: Demand) -> Gapped | None:
    """Return a text whose JSON is cut, where it has lines before or after it."""
    lines = lines_of(text)
    runs = list(claim(lines))
    start, end = max(runs, key=lambda run: run[1] - run[0], default=(0, 0))
    before = behind(lines[start]) if runs else 0
    inner = "\n".join(lines[start:end])[before:]
    if (end - start == len(lines) and not before) or _WITHIN * len(inner) < len(text):
        return None
    try:
        made = _of_json(inner, demand)
    except (ValueError, RecursionError):
        made = None
    if made is None or made is WHOLE:
        return made
    words = [lines[start][:before]] if before else []
    body = "\n".join([*lines[:start], *words, made.body, *lines[end:]])
    said = f"of the JSON in lines {start + 1}-{end}: {made.kept}"
    return Gapped(body, said, f'{made.call} or lines="A-B"', made.summary)


def _of_wrapped(text: str, value: Any, demand: Demand) -> Gapped | None:
    """Return what is kept of the JSON that stands in JSON as a string, below what wraps it."""
    found = enclosed(value, len(text)) if _may_enclose(text) else None
    if found is None or found[1].lstrip()[:1] not in ("{", "["):
        return None
    try:
        made = _of_json(found[1], demand)
    except ValueError:
        return None
    if made is None or made is WHOLE:
        return made
    around = spell(_replaced(value, found[0]), has_odd=odd(value))
    said = f"of the JSON in {path_of(found[0])}: {made.kept}"
    return Gapped(f"{around}\n{made.body}", said, made.call, made.summary)


def _may_enclose(text: str) -> bool:
    """Whether a string may be more than half of a JSON text, going by the quotes at its middle."""
    start = text.rfind('"', 0, len(text) // 2)
    end = text.find('"', len(text) // 2)
    escaped = "\\" in (text[start - 1 : start], text[end - 1 : end])
    return escaped or 2 * (end - start) > len(text)


def _replaced(value: Any, steps: Steps) -> Any:
    """Return a value with a mark in the place of the string at the end of some steps."""
    if not steps:
        return MARK
    pairs = value.items() if isinstance(value, dict) else enumerate(value)
    made = {key: _replaced(item, steps[1:]) if key == steps[0] else item for key, item in pairs}
    return made if isinstance(value, dict) else list(made.values())


def _of_json(text: str, demand: Demand) -> Gapped | None:
    share = demand.share
    lines: Sequence[str] | None = None
    try:
        value = parse(text)
    except ValueError:
        lines = lines_of(text)
        value = [parse(line) for line in lines]
    if not isinstance(value, CONTAINERS):
        return None
    made_within = None if lines else _of_wrapped(text, value, demand)
    if made_within is not None:
        return made_within
    value, encoded = _legible(value, text, demand.query)
    cut = _Cut(value, has_odd=odd(value))
    lists = [(steps, found, cut.units(found)) for steps, found in _lists(value, cut.spelled)]
    total = (len(text) - encoded) if lines else cut.size(lists)
    if encoded:
        # The room that they would have taken is for what can be read.
        share = min(1.0, share * (total + encoded) / total)
        demand = replace(demand, share=share)
    for steps, found, units in lists:
        if _HEAVY * sum(map(len, units)) >= total:
            cut.shorten(steps, found, units, demand)
    made = cut.made()
    rows = cut.chosen.get(id(made), range(len(lines or ())))
    shown, gone = without_asides(made if lines else cut.marked(made), demand.query)
    encoded += gone
    if lines:
        body = "\n".join(map(cut.spelled, shown) if encoded else [lines[at] for at in rows])
    else:
        body = cut.spelled(shown)
    if len(body) > _OVER * share * total:
        room = int(share * total)
        before = Before(cut.chosen, cut.more, cut.odd())
        pruned = prune(made, demand, room, before, has_odd=cut.has_odd)
        shorter = "\n".join(map(cut.spelled, pruned)) if lines else cut.spelled(pruned)
        if len(shorter) < _WORTH * len(body):
            body, encoded = shorter, 1
    if encoded:
        cut.said.append(("", f'"{MARK}" names what is left out'))
        cut.calls += [] if any("path" in call for call in cut.calls) else ['path="a.b[0]"']
    if not cut.said:
        return WHOLE if cut.vague else None
    lone = len(cut.chosen) == 1 and cut.calls[0].startswith("rows")
    said = "; ".join(f"{name}: {kept}" if name and not lone else kept for name, kept in cut.said)
    return Gapped(body, said, " or ".join(cut.calls), "\n".join(cut.summaries), cut.vague)


def _legible(value: Any, text: str, query: str) -> tuple[Any, int]:
    """Return a value without what nobody reads, where that is much, and its characters."""
    value, gone = without(value) if may_hold(text) else (value, 0)
    if may_hold_vectors(text):
        shorter, more = without_vectors(value, query)
        if more * 2 > len(text):
            return shorter, gone + more
    return value, gone


class _Cut:
    """A JSON value of which lists lose records, and what is said of that."""

    def __init__(self, value: Any, *, has_odd: bool) -> None:
        self.value = value
        self.has_odd = has_odd
        self.spelled = compact_writer(has_odd=has_odd)
        """Returns a value as compact JSON."""
        self.rows = record_list(value)
        self.chosen: Chosen = {}
        self.said: list[tuple[str, str]] = []
        """Where a list stands, and what was kept of it."""
        self.calls: list[str] = []
        self.summaries: list[str] = []
        self.vague = False
        self._read: list[tuple[Sequence[Column], str]] = []
        """The columns of lists that lose records, and where these stand."""
        self._made: dict[int, Any] = {}
        self.more: dict[int, str] = {}
        """What stands behind lists of names or numbers: amid other values each would seem whole."""

    def units(self, found: Any) -> list[str]:
        """Return the records of a list, or the entries of an object of such, as compact JSON."""
        return list(map(self.spelled, found.values() if isinstance(found, dict) else found))

    def size(self, lists: Sequence[tuple[Steps, Any, list[str]]]) -> int:
        """Return the characters of the value as compact JSON; its lists are spelled already."""
        self._made = {id(found): type(found)() for _, found, _ in lists}
        size = len(self.spelled(self.made()))
        self._made = {}
        for _, found, units in lists:
            size += sum(map(len, units)) + len(units) - 1
            if isinstance(found, dict):
                size += sum(map(len, map(self.spelled, found))) + len(found)
        return size

    def shorten(self, steps: Steps, found: Any, units: list[str], demand: Demand) -> None:
        """Choose among the records of a list, or among the entries of an object of such."""
        if is_parallel(found):
            self._shorten_parallel(steps, found, demand)
            return
        if isinstance(found, list) and not demand.fill and are_found(found):
            return  # Each is shortened, and none goes, unless a budget has to be met.
        mapped = isinstance(found, dict)
        entries = list(found.values()) if mapped else found
        names = list(found) if mapped else None
        name = path_of(steps)
        sure = on_path(demand.query, name, names or len(entries))
        read = [] if mapped else cells(entries, self.value)
        if read and read[0].at[0]:
            sure.append(0)  # It names the columns.
        read = read or columns(entries)
        made = excerpt(units, read, demand, names, sure, rare_within(entries, demand.query))
        if made is None:
            return
        self.vague |= made.vague
        if made.whole:
            return
        if names:
            self._made[id(found)] = {names[at]: entries[at] for at in made.kept}
            gone = set(range(made.size)).difference(made.kept)
            self.said.append((name, f"{len(made.kept)} of {made.size} keys"))
            left_out = named([names[at] for at in sorted(gone)], len(made.summary) or _GONE)
            self.summaries.append(f"{name and f'{name}: '}left out {left_out}")
        else:
            new = [entries[at] for at in made.kept]
            if steps and not any(isinstance(each, CONTAINERS) for each in new):
                more = made.size - len(made.kept)
                self.more[id(new)] = f"{MARK} {more:,} more of {made.size:,}"
            self._made[id(found)] = new
            self.chosen[id(new)] = made.kept
            self._read.append((read, name))
            self.said.append((name, f"{'rows' if steps == self.rows else 'items'} {made.rows}"))
        self._address(steps, name, made)

    def odd(self) -> set[str]:
        """Return the paths of values that stand out among those of other records."""
        return {path for read, name in self._read for path in rare_cells(read, name)}

    def _shorten_parallel(self, steps: Steps, found: dict[str, Any], demand: Demand) -> None:
        """Choose among the rows of which an object has each column as a list."""
        length = len(next(iter(found.values())))
        read = [Column(key, range(length), values) for key, values in found.items()]
        units = list(map(self.spelled, zip(*found.values(), strict=True)))
        made = excerpt(units, read, demand)
        if made is None:
            return
        self.vague |= made.vague
        if made.whole:
            return
        name = path_of(steps)
        new = {key: [values[at] for at in made.kept] for key, values in found.items()}
        self._made[id(found)] = new
        self.chosen.update((id(values), made.kept) for values in new.values())
        self.said.append((name, f"items {made.rows} of each key"))
        self.calls.append(f'path="{name}{"." if name else ""}KEY[N]"')
        self.summaries += [f"{name}: {line}" for line in made.summary.split("\n") if line]

    def _address(self, steps: Steps, name: str, made: Excerpt) -> None:
        """Say how a list is asked for, and what all of it has in common."""
        where = name and f"{name}: "
        if steps == self.rows:
            self.calls.append('rows="A-B"')
            where = ""
        elif not any(call.startswith("path") for call in self.calls):
            step = "[N]" if self.said[-1][1].startswith("items") else f"{'.' if name else ''}KEY"
            self.calls.append(f'path="{name}{step}"')
        if made.summary:
            self.summaries += [where + line for line in made.summary.split("\n")]

    def made(self) -> Any:
        """Return the value with what was chosen in the place of what it was chosen from."""
        return self._with(self.value) if self._made else self.value

    def marked(self, made: Any) -> Any:
        """Return what was made with a mark behind each list of names or numbers."""
        if not self.more:
            return made
        for at, new in self._made.items():
            self._made[at] = [*new, self.more[id(new)]] if id(new) in self.more else new
        return self.made()

    def _with(self, value: Any) -> Any:
        if id(value) in self._made:
            return self._made[id(value)]
        if isinstance(value, dict):
            return {key: self._with(item) for key, item in value.items()}
        if isinstance(value, list):
            return [self._with(item) for item in value]
        return value


def _are_few(found: Any, spelled: Callable[[Any], str]) -> bool:
    """Whether records are so few, and so long, that each is a thing of its own."""
    if not isinstance(found, list) or len(found) > _FEW:
        return False
    return sum(map(len, map(spelled, found))) >= _LARGE * len(found)


def _lists(value: Any, spelled: Callable[[Any], str]) -> Iterator[tuple[Steps, Any]]:
    """Yield the outermost lists of records, and objects that are such, with where they stand.

    Of a few large records none goes: what lies in them is looked at.
    """
    places: list[tuple[Steps, Any]] = [((), value)]
    for steps, found in places:
        if not isinstance(found, CONTAINERS):
            continue
        if _is_list(found) and not _are_few(found, spelled):
            yield steps, found
            continue
        inner = found.items() if isinstance(found, dict) else enumerate(found)
        places += [((*steps, key), item) for key, item in inner if item]


def _is_list(found: Any) -> bool:
    """Whether an object or list is one of like things."""
    if is_parallel(found):
        return True
    if isinstance(found, list):
        if any(map(is_branch, found)):
            return False
        nested = sum(isinstance(item, CONTAINERS) for item in found)
        enough = MIN_RECORDS if nested * 2 > len(found) else _MIN_SCALARS
        return len(found) >= enough
    if len(found) < _MIN_ENTRIES or not all(isinstance(item, dict) for item in found.values()):
        return False
    keys = set().union(*found.values())
    return sum(map(len, found.values())) * 2 >= len(keys) * len(found)


def _of_table(table: Grid | None, demand: Demand) -> Gapped | None:
    if table is None:
        return None
    lines, rows = table.lines, table.rows
    start, end = rows[0][0], rows[-1][1]
    if end - start == len(rows):
        units = lines[start:end]
    else:
        units = ["\n".join(lines[a:b]) for a, b in rows]
    found = table.read()
    # A column without a name is meant by the unit of its numbers: "(2305 bytes)".
    likely = extremes(units, demand.query) if NAMELESS in table.names else {}
    meant = [at for at, weight in likely.items() if weight >= FIRST]
    made = excerpt(units, found, demand, sure=meant)
    if made is None or made.whole:
        return None if made is None else WHOLE
    shown = [*range(table.head), *(n for at in made.kept for n in range(*rows[at]))]
    shown += range(end, len(lines))
    if any(map(is_frame, lines[: table.head])):
        # The rules of a drawn table say nothing, and keep its rows from being folded.
        shown = [at for at in shown if not is_frame(lines[at])]
    said = f"lines {spelled(ranges(n + 1 for n in shown))} of {len(lines)}{made.named}"
    return Gapped("\n".join([lines[at] for at in shown]), said, 'lines="A-B"', made.summary)
