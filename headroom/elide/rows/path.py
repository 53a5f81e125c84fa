"""Where a value stands in JSON, as a path: how one is written, and what paths a question has."""

from __future__ import annotations

import re
from itertools import islice
from typing import TYPE_CHECKING

from headroom.ccr.question.term import LONGEST
from headroom.ccr.rows.value import PLAIN_KEY
from headroom.core.memo import remembered
from headroom.records.spelling import spell

if TYPE_CHECKING:
    from collections.abc import Sequence

_STEPS = re.compile(r"`([^`\n]{2,200})`|((?:\[\d+\]|[\w$@/-]+)(?:\.[\w$@/-]+|\[\d+\])+)")
_ITEM = re.compile(r"\[([0-9]{1,9})\]")
_MOST_PATHS = 8
"""More paths of a question are not looked for."""


def path_of(steps: tuple[str | int, ...]) -> str:
    """Return steps as a path that a retrieval understands: `items[3].name`."""
    return "".join(map(_step, steps)).removeprefix(".")


def _step(step: str | int) -> str:
    return f"[{step}]" if isinstance(step, int) else said(step)


@remembered(1_000, 100)
def said(key: str) -> str:
    """Return the step of a path to a key: `.name`, or `["a name"]` where a dot would not do."""
    return f".{key}" if PLAIN_KEY.fullmatch(key) else f"[{spell(key)}]"


def paths_in(query: str) -> list[str]:
    """Return what may be paths in a question, without a root."""
    found = islice(_STEPS.finditer(query[:LONGEST]), _MOST_PATHS)
    return [(m[1] or m[2]).strip().removeprefix("$").removeprefix(".") for m in found]


def on_path(query: str, name: str, entries: Sequence[str] | int) -> list[int]:
    """Return which entries of the object or list under a path lead to paths in a question.

    The entries are the keys of the object, or how many items the list has.
    """
    out: list[int] = []
    for path in paths_in(query):
        if name and not path.startswith((f"{name}.", f"{name}[")):
            continue
        rest = path[len(name) :].removeprefix(".")
        if isinstance(entries, int):
            item = _ITEM.match(rest)
            out += [int(item[1])] if item and int(item[1]) < entries else []
        else:
            out += [
                at
                for at, key in enumerate(entries)
                if rest == key or rest.startswith((f"{key}.", f"{key}["))
            ]
    return out
