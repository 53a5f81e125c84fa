"""What may be logged of an error: its kind and where it came up, never what it says.

The text of an error may hold what it was about: `KeyError` the key, `ValueError` the value.
"""

from __future__ import annotations

from traceback import walk_tb
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from types import TracebackType

_PLACES = 6


def told(error: BaseException) -> str:
    """Return the kind of an error and the innermost places of its traceback, innermost first."""
    kind = type(error).__qualname__
    where = " < ".join(_places(error.__traceback__))
    said = f"{kind} at {where}" if where else kind
    before = error.__cause__ or (None if error.__suppress_context__ else error.__context__)
    return said if before is None else f"{said}, after {type(before).__qualname__}"


def _places(traceback: TracebackType | None) -> list[str]:
    places = [
        f"{_short(frame.f_code.co_filename)}:{line} ({frame.f_code.co_name})"
        for frame, line in walk_tb(traceback)
    ]
    return places[::-1][:_PLACES]


def _short(file: str) -> str:
    """Return the last two parts of a path: enough to find it by, and no name of a home folder."""
    return "/".join(file.replace("\\", "/").rsplit("/", 2)[-2:])
