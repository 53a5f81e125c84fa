"""The order of a column's values: by number, by time, by how long something took, by date."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from headroom.elide.rows.column import Column

    _Key = tuple[float, ...]

_NEARLY = 0.8
"""Share of the values that have to be of one kind."""
_SAMPLE = 40
_DIGITS = frozenset("0123456789")
_CLOCK = re.compile(r"(?:(\d{1,4}):)?(\d{1,3}):(\d\d(?:\.\d{1,9})?)")
MONTHS = ("jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec")
_WORDED = re.compile(
    r"(?:(?P<day>\d{1,2})(?:st|nd|rd|th)?\.?[ -])?(?P<month>[A-Z][a-z]{2})[a-z]{0,6}\.?[ -]"
    r"(?:(?P<of>\d{1,2})(?:st|nd|rd|th)?,? )?(?P<year>\d{4}|\d\d)"
)
_VERSION = re.compile(r"v?(\d{1,6}(?:\.\d{1,6}){2,4})(?![.\d])")
_SIGNS = "~≈<>$€£¥+ "
_LEADING = re.compile(rf"[{_SIGNS}]{{0,3}}[-\u2212]?\d[\d,]{{0,20}}(?:\.\d{{1,20}})?(?![\d.:/])")
_FIGURED = re.compile(r"(\d{1,2})([/.-])(\d{1,2})\2(\d{4}|\d\d)")


def order(column: Column) -> list[int]:
    """Return the places of a column's values from the least to the greatest, [] without an order.

    Besides numbers and times that are spelled alike: "1:02:03", "5 Mar 2019", "March 5, 2019",
    "05/03/2019", versions, and what begins with a number: "8,848 m (29,029 ft)".
    """
    if column.times or column.ranks:
        return column.times or column.ranks
    values = column.texts
    sample = values[:: max(1, len(values) // _SAMPLE)]
    if sum(1 for text in sample if not _DIGITS.isdisjoint(text)) < _NEARLY * len(sample):
        return []
    for read in (_clock, _worded, _figured(values), _version, _leading):
        if sum(1 for text in sample if read(text.strip())) >= _NEARLY * len(sample):
            found = {at: key for at, text in enumerate(values) if (key := read(text.strip()))}
            return sorted(found, key=found.__getitem__)
    return []


def _clock(text: str) -> _Key | None:
    match = _CLOCK.fullmatch(text) if ":" in text else None
    return (60 * float(match[1] or 0) + float(match[2]), float(match[3])) if match else None


def _version(text: str) -> _Key | None:
    match = _VERSION.match(text)
    return tuple(map(float, match[1].split("."))) if match else None


def _leading(text: str) -> _Key | None:
    match = _LEADING.match(text)
    if match is None:
        return None
    return (float(match[0].lstrip(_SIGNS).replace("\u2212", "-").replace(",", "")),)


def _worded(text: str) -> _Key | None:
    match = _WORDED.match(text)
    if match is None or match["month"].lower() not in MONTHS:
        return None
    month = MONTHS.index(match["month"].lower())
    return float(match["year"]), float(month), float(match["day"] or match["of"] or 0)


def _figured(values: Sequence[str]) -> Callable[[str], _Key | None]:
    """Return what reads dates in figures; whether the month comes first is seen from all."""
    found = [match for text in values if text[:1].isdigit() and (match := _FIGURED.match(text))]
    day_first = any(int(match[1]) > len(MONTHS) for match in found)

    def read(text: str) -> _Key | None:
        match = _FIGURED.match(text)
        if match is None:
            return None
        first, second = float(match[1]), float(match[3])
        return (float(match[4]), second, first) if day_first else (float(match[4]), first, second)

    return read
