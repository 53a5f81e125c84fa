"""Columns of records: what stands under one key in all of them, and what it is made of."""

from __future__ import annotations

import re
from collections import Counter
from itertools import chain, compress
from math import isfinite, isnan, nan
from typing import TYPE_CHECKING, Any, Generic, TypeVar

from headroom.elide.rows.figure import HUGE, as_number, begins_number, comma_parts, scale, unit_of
from headroom.elide.rows.trouble import is_fault, troubled

if TYPE_CHECKING:
    from collections.abc import Callable, Collection, Sequence

    _Cells = tuple[Sequence[int], Sequence[Any]]
    """The numbers of some records, and a value of each."""

_T = TypeVar("_T")
_MAX_DEPTH = 6
_NO_FIGURES = str.maketrans("", "", "0123456789")
_RUN = re.compile(r"[0-9]+")
_MOST_SHAPES = 6
_ITEMS = 6
"""Items of a list within a record that are columns of their own."""
_SAMPLE = 32
_MOST_COLUMNS = 1_000
_MOST_KEYS, _SHARED = 8, 6
"""More keys than the first, each in fewer than one object of the second, name things."""
_SPARSE = 3
"""Objects of which one in so many has a key, on average, are looked at key by key."""
ANY_KEY = "*"
"""Stands in a column's name for keys that name things."""
_PAIR_KEYS = (("Key", "Value"), ("key", "value"), ("name", "value"), ("Name", "Value"))
"""Under what tags, headers and variables have their names and values."""
_FIGURES = frozenset("-+.0123456789")
_MOST_FIGURES = 39
_TIME = re.compile(
    r"[0-9]{4}([-/.])[0-9]{2}\1[0-9]{2}(?:[T ][0-9:.,]{4,18}(?:Z|[+-][0-9:]{4,6})?)?"
)
_TIMES = re.compile(rf"(?:{_TIME.pattern}\n)+")
_ZONE = re.compile(r"(?:Z|[+-][0-9]{2}:?[0-9]{2})$")


class _once(Generic[_T]):  # noqa: N801 - read as a decorator
    """A property that is computed when it is first asked for, and then is a plain attribute.

    The library's own takes a lock in some versions, and columns are many; no two threads share one.
    """

    def __init__(self, compute: Callable[[Any], _T]) -> None:
        self._compute = compute
        self._name = compute.__name__
        self.__doc__ = compute.__doc__

    def __get__(self, column: Any, owner: type) -> _T:
        value = column.__dict__[self._name] = self._compute(column)
        return value


class Column:
    """The values of one key, with the records that they stand in; computed as far as asked."""

    def __init__(self, name: str, at: Sequence[int], values: Sequence[Any]) -> None:
        self.name = name
        """Dotted, with indices for items of lists: "payload.labels[0].name"."""
        self.at = at
        self.values = values

    @classmethod
    def of_text(cls, name: str, at: Sequence[int], values: Sequence[str]) -> Column:
        """Return a column of which it is known that all values are strings."""
        made = cls(name, at, values)
        made.__dict__["_kinds"] = {str}
        return made

    @_once
    def texts(self) -> Sequence[str]:
        """The values as they are read: `null`, `true`, strings without quotes."""
        if self._kinds == {str}:
            return self.values
        return [value if type(value) is str else spelled(value) for value in self.values]

    @_once
    def _kinds(self) -> set[type]:
        return set(map(type, self.values))

    @_once
    def counts(self) -> Counter[str]:
        """How often each value stands, in order of first appearance."""
        return Counter(self.texts)

    def rows(self, texts: Collection[str]) -> list[int]:
        """Return the records in which one of these values stands."""
        return list(compress(self.at, map(texts.__contains__, self.texts))) if texts else []

    @_once
    def troubled(self) -> set[str]:
        """The texts among the values that say that something went wrong."""
        if self._kinds == {str}:
            return troubled(self.counts)
        return troubled({value for value in self.values if type(value) is str})

    @_once
    def shapes(self) -> dict[str, set[str]]:
        """The values by what is left of them without figures: "Up * days" for "Up 3 days".

        Only of texts that hardly ever stand twice, and where most are of one of a few shapes; else
        there are none.
        """
        counts, total = self.counts, len(self.values)
        if self._kinds != {str} or len(counts) * 3 <= total or self.numbers or self.times:
            return {}
        groups: dict[str, set[str]] = {}
        for text in counts:
            groups.setdefault(text.translate(_NO_FIGURES), set()).add(text)
            if len(groups) > _MOST_SHAPES:
                return {}
        if len(groups) < 2 or max(map(len, groups.values())) * 2 < len(counts):
            return {}
        return {_RUN.sub("*", min(group)): group for group in groups.values()}

    @_once
    def numbers(self) -> list[float]:
        """The number that each value is, `nan` where it is none; [] unless most values are some.

        Units are heeded where they all measure the same: "512Ki" is less than "3Mi".
        """
        plain = self._plain_numbers()
        if plain is None and self._kinds == {str} and "" in self.counts:
            plain = self._gapped_numbers()
        if plain is not None:
            return plain
        return self._spelled_numbers() if self._may_be_numbers() else []

    def _may_be_numbers(self) -> bool:
        """Whether all values are worth a look: names, addresses and words are not."""
        values = self.values
        if len(values) > 2 * _SAMPLE:
            sample = values[:: len(values) // _SAMPLE]
            return sum(map(_may_be_number, sample)) * 4 >= len(sample)
        if self._kinds != {str}:
            return True
        return len([value for value in values if begins_number(value)]) * 2 > len(values)

    @_once
    def ranks(self) -> list[int]:
        """The places of the numbers in `values`, from the least to the greatest."""
        numbers = self.numbers
        places: Sequence[int] = range(len(numbers))
        if isnan(sum(numbers)):
            places = [at for at in places if not isnan(numbers[at])]
        return sorted(places, key=numbers.__getitem__)

    def _plain_numbers(self) -> list[float] | None:
        """Return all values as numbers where each is one, spelled as programs do, or None."""
        kinds = self._kinds
        if not kinds <= {str, int, float} or (kinds == {str} and self.values[0][:1].isalpha()):
            return None
        counts = self.counts if kinds == {str} else None
        try:
            if counts is not None and len(counts) * 2 <= len(self.values):
                known = dict(zip(counts, map(float, counts), strict=True))
                numbers = list(map(known.__getitem__, self.values))
            else:
                numbers = list(map(float, self.values))
        except (ValueError, OverflowError):
            return None
        if counts is not None and "_" in "".join(counts):
            return None
        # The sum is none if one number is none.
        finite = isfinite(sum(numbers)) and min(numbers) > -HUGE and max(numbers) < HUGE
        return numbers if finite else None

    def _gapped_numbers(self) -> list[float] | None:
        """Return the numbers where each value is empty or a plain one, [] where too many are empty.

        None where some are neither: the same as all the rest does, at less cost.
        """
        counts, values = self.counts, self.values
        if not _FIGURES.issuperset("".join(counts)) or max(map(len, counts)) > _MOST_FIGURES:
            return None
        sample = values[:: len(values) // _SAMPLE] if len(values) > 2 * _SAMPLE else ()
        if counts[""] * 2 >= len(values) or sample.count("") * 4 > 3 * len(sample):
            return []
        try:
            known = {text: float(text) if text else nan for text in counts}
        except ValueError:
            return None
        return list(map(known.__getitem__, values))

    def _spelled_numbers(self) -> list[float]:
        """Return the values as numbers where most are some, spelled as people do, or []."""
        if self._kinds == {str}:
            comma = comma_parts(self.counts)
            if comma is None:
                return []
            known: dict[str, float | None] = {}
            misses = 0
            for value, count in self.counts.items():
                known[value] = as_number(value, comma=comma)
                misses += count if known[value] is None else 0
                if misses * 2 >= len(self.values):
                    return []
            numbers = [known[value] for value in self.values]
        else:
            numbers = [as_number(value) for value in self.values]
        scales = self._scales(numbers)
        if scales is None or (len(numbers) - numbers.count(None)) * 2 <= len(numbers):
            return []
        factors = scales or [1.0] * len(numbers)
        return [nan if n is None else n * k for n, k in zip(numbers, factors, strict=True)]

    def _scales(self, numbers: list[float | None]) -> list[float] | None:
        """Return a factor for each value, [] where no unit stands, None where units differ."""
        if not self._kinds <= {str}:
            return []
        units = [
            unit_of(value) if number is not None else ""
            for value, number in zip(self.values, numbers, strict=True)
        ]
        kinds = set(units)
        if len(kinds) < 2 or kinds <= {"", "e", "E"}:
            return []
        factors = {unit: scale(unit, kinds) for unit in kinds}
        if None in factors.values():
            return None
        return [factors[unit] or 1.0 for unit in units]

    @_once
    def times(self) -> list[int]:
        """The places of dates and times, sorted, if all but null are some, of one length."""
        first = next(filter(None, self.values), None)
        if type(first) is not str or not _TIME.fullmatch(first):
            return []
        zone = _ZONE.search(first) if len(first) > len("2025-01-01") else None
        end = zone[0] if zone else ""
        cells = list(filter(None, self.values))
        if set(map(type, cells)) != {str}:
            return []
        different = set(cells)
        lines = "\n".join([*different, ""])
        if (
            set(map(len, different)) != {len(first)}
            or not _TIMES.fullmatch(lines)
            or lines.count(f"{end}\n") != len(different)
        ):
            return []
        places = [at for at, value in enumerate(self.values) if value]
        return sorted(places, key=self.values.__getitem__)


def _may_be_number(value: Any) -> bool:
    return as_number(value) is not None or as_number(value, comma=True) is not None


def spelled(value: Any) -> str:
    """Return a value as JSON spells it, strings without quotes."""
    if value is None or value is True or value is False:
        return "null" if value is None else "true" if value else "false"
    return str(value)


def columns(records: Sequence[Any]) -> list[Column]:
    """Return the columns of some JSON values: scalars by dotted key, first items of lists by index.

    A record that is no object or list has one value, under the name "". What lies deeper than
    six levels, and empty objects and lists, are values themselves. Lists that never have more than
    one item need no index, "instances[].state", and pairs of a name and a value are as good as keys
    and theirs: "tags.owner".
    """
    out: list[Column] = []
    stack: list[tuple[str, _Cells, int]] = [("", (range(len(records)), records), 0)]
    while stack and len(out) < _MOST_COLUMNS:
        name, cells, depth = stack.pop()
        if set(map(type, cells[1])) == {list}:
            name, cells = _unwrapped(name, *cells)
        leaves, below = _opened(*cells) if depth < _MAX_DEPTH else (cells, {})
        if leaves[0]:
            out.append(Column(name, *leaves))
        rare = _rare(below, len(cells[0]))
        if rare:
            # A key may be spelled like the name for all of them.
            names = dict.fromkeys([ANY_KEY, *rare] if ANY_KEY in below else rare)
            merged = [below.pop(key) for key in names]
            below[ANY_KEY] = (
                [place for at, _ in merged for place in at],
                [value for _, values in merged for value in values],
            )
        stack += [(_below(name, key), below[key], depth + 1) for key in reversed(below)]
    return out


def _unwrapped(name: str, at: Sequence[int], values: Sequence[list[Any]]) -> tuple[str, _Cells]:
    """Return lists of one item each as their items, and lists of pairs as the objects they are."""
    sizes = set(map(len, values))
    if sizes == {1} and len(values) > 1 and not any(map(_paired, values)):
        return f"{name}[]", (at, [value[0] for value in values])
    if sizes != {0} and all(not value or _paired(value) for value in values):
        return name, (at, [_as_object(value) for value in values])
    return name, (at, values)


def _paired(value: list[Any]) -> tuple[str, str] | None:
    """Return under which keys the items of a list have their names and their values, if so."""
    first = value[0]
    if type(first) is not dict or len(first) != len(_PAIR_KEYS[0]):
        return None
    for name, said in _PAIR_KEYS:
        if type(first.get(name)) is str and said in first:
            both = {name, said}
            pairs = all(type(item) is dict and item.keys() == both for item in value)
            return (name, said) if pairs and _all_text(value, name) else None
    return None


def _all_text(value: list[dict[str, Any]], key: str) -> bool:
    names = [item[key] for item in value]
    return set(map(type, names)) == {str} and len(set(names)) == len(names)


def _as_object(value: list[Any]) -> dict[str, Any]:
    found = _paired(value) if value else None
    return {item[found[0]]: item[found[1]] for item in value} if found else {}


def _opened(at: Sequence[int], values: Sequence[Any]) -> tuple[_Cells, dict[Any, _Cells]]:
    """Return those of some values that hold nothing, and what the others hold, by key or index."""
    kinds = set(map(type, values))
    if dict not in kinds and list not in kinds:
        return (at, values), {}
    if kinds == {dict} and all(values):
        keys = dict.fromkeys(chain.from_iterable(values))
        if len(keys) * len(values) <= _SPARSE * sum(map(len, values)):
            return ((), ()), {key: _under(key, at, values) for key in keys}
    leaves: tuple[list[int], list[Any]] = [], []
    below: dict[Any, tuple[list[int], list[Any]]] = {}
    for place, value in zip(at, values, strict=True):
        kind = type(value)
        if not value or (kind is not dict and kind is not list):
            leaves[0].append(place)
            leaves[1].append(value)
            continue
        for key, item in value.items() if kind is dict else enumerate(value[:_ITEMS]):
            if key not in below:
                below[key] = [], []
            below[key][0].append(place)
            below[key][1].append(item)
    return leaves, dict(below)


def _under(key: str, at: Sequence[int], values: Sequence[dict[str, Any]]) -> _Cells:
    """Return what stands under a key of some objects, where they have it."""
    found = [value[key] for value in values if key in value]
    if len(found) == len(values):
        return at, found
    return [place for place, value in zip(at, values, strict=True) if key in value], found


def _rare(below: dict[Any, _Cells], size: int) -> list[str]:
    """Return the keys of some objects that name things, as ids do: many, each in few objects."""
    if len(below) <= _MOST_KEYS:
        return []
    rare = [
        key
        for key, (at, _) in below.items()
        if type(key) is str and len(at) * _SHARED < size and not is_fault(key)
    ]
    return rare if len(rare) > _MOST_KEYS else []


def _below(name: str, key: str | int) -> str:
    if type(key) is int:
        return f"{name}[{key}]"
    return f"{name}.{key}" if name else str(key)
