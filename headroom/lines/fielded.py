r"""What stands in front of records in JSON, as fields of them, and the way back.

2026-01-02T03:04:05Z stdout F {"level":"info"}
{"head":"~ stdout F ","logged":"2026-01-02T03:04:05Z","level":"info"}    "~" is where the time stood

Then they are JSON Lines, which fold to a table in which a head that all have is said once.
"""

from __future__ import annotations

import json
import re
from typing import TYPE_CHECKING

from headroom.lines.prefix import STAMP

if TYPE_CHECKING:
    from collections.abc import Sequence

NOTE = 'in front of each record stood its "head", with "logged" for ~'
_HEAD = re.compile(r'[^{\n]{1,300}(?=\{")')
_TAKEN = ('"head":', '"logged":')
_PLACE = "~"
_BEGUN = '{"head":'
_FIELDS = re.compile(
    r'\{"head": ?(?P<head>"(?:[^"\\]|\\.)*"), ?(?:"logged": ?(?P<logged>"(?:[^"\\]|\\.)*"), ?)?'
)
_SPACED = re.compile(r'"(?:[^"\\]|\\.)*": ')
_LEAST, _SHARE = 4, 0.5
"""Lines with a record behind something, and their share of all."""
_PROBE = 40


def fielded(lines: Sequence[str]) -> list[str] | None:
    """Return the lines with what stands in front of their records as fields, or None.

    Lines without a record stay as they are. None where few have one, and where records have a field
    of that name already, so that `headed` would not give the lines back.
    """
    probe = lines[:: len(lines) // _PROBE + 1]
    if sum(map(bool, map(_head, probe))) < _SHARE * len(probe):
        return None
    out, moved = [], 0
    for line in lines:
        if any(taken in line for taken in _TAKEN):
            return None
        head = _head(line)
        moved += bool(head)
        out.append(_with_head(line, head) if head else line)
    if moved < max(_LEAST, _SHARE * len(lines)) or headed(out) != list(lines):
        return None
    return out


def headed(lines: Sequence[str]) -> list[str]:
    """Return the lines that `fielded` was given.

    Raises:
        ValueError: a field for the head is malformed.
    """
    return [_restored(line) if line.startswith(_BEGUN) else line for line in lines]


def _head(line: str) -> str:
    """Return what stands in front of the object in JSON that a line ends with, or ""."""
    if line[-1:] != "}" or line[:1] == "{":
        return ""
    found = _HEAD.match(line)
    return found[0] if found and _PLACE not in found[0] else ""


def _with_head(line: str, head: str) -> str:
    stamp = STAMP.search(head)
    fields = {"head": head}
    if stamp is not None:
        shown = f"{head[: stamp.start()]}{_PLACE}{head[stamp.end() :]}"
        fields = {"head": shown, "logged": stamp[0]}
    # Spelled as the record is, so that all of it is spelled alike.
    blank = " " if _SPACED.match(line, len(head) + 1) else ""
    spelled = (f'"{key}":{blank}{json.dumps(value)},{blank}' for key, value in fields.items())
    return f"{{{''.join(spelled)}{line[len(head) + 1 :]}"


def _restored(line: str) -> str:
    found = _FIELDS.match(line)
    if found is None:
        raise ValueError("a record without what stood in front of it")
    head, logged = json.loads(found["head"]), found["logged"]
    if logged is not None:
        head = head.replace(_PLACE, json.loads(logged), 1)
    return f"{head}{{{line[found.end() :]}"
