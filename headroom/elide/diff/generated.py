"""Files that nobody reads line by line: lock files, generated, minified and vendored ones."""

from __future__ import annotations

import re
import tomllib
from functools import cache
from importlib.resources import files
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Sequence

_LOOK = 12
"""A file says that it is generated in one of so many first lines."""
_LONG = 400
"""Characters that the lines of minified code have on average."""


def is_generated(path: str, lines: Sequence[str]) -> bool:
    """Whether a path, or the first or the long lines of a file, tell that a program wrote it."""
    names, paths, said = _data()
    if path.rpartition("/")[2] in names or paths.search(path):
        return True
    if any(said.search(line[:_LONG]) for line in lines[:_LOOK]):
        return True
    return bool(lines) and sum(map(len, lines)) > _LONG * len(lines)


def is_lock(path: str) -> bool:
    """Whether a path is that of a file that names the versions of packages."""
    name = path.rpartition("/")[2]
    return name in _data()[0] or name.endswith(".lock")


@cache
def _data() -> tuple[frozenset[str], re.Pattern[str], re.Pattern[str]]:
    row = tomllib.loads(files("headroom.elide.diff").joinpath("generated.toml").read_text("utf-8"))
    paths = re.compile("(?:^|/)(?:" + "|".join(row["patterns"]) + ")")
    return frozenset(row["names"]), paths, re.compile(row["said"], re.IGNORECASE)
