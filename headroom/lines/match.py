r"""What ripgrep tells in JSON (`rg --json`), as it writes it otherwise: `path:line:text`.

{"type":"match","data":{"path":{"text":"a.py"},"lines":{"text":"x = 1\n"},"line_number":7,...}}
"""

from __future__ import annotations

import json
import re
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Sequence

_BEGUN = re.compile(r'\{"type": ?"(?:begin|match)", ?"data": ?\{"path":')
_MARKS = {"match": ":", "context": "-"}
_ASIDE = ("begin", "end", "summary")
"""Which file follows, and what it took."""


def as_hits(lines: Sequence[str]) -> list[str] | None:
    """Return the line of a hit, or of one near it, for each line, "" for the others.

    None where lines are anything else, as where a path or a line is not in UTF-8.
    """
    if _BEGUN.match(lines[0]) is None:
        return None
    out = []
    for line in lines:
        said = _told(line) if line else ""
        if said is None:
            return None
        out.append(said)
    return out


def _told(line: str) -> str | None:
    try:
        event: Any = json.loads(line)
        kind, data = event["type"], event["data"]
        if kind in _ASIDE:
            return ""
        path, text = data["path"]["text"], data["lines"]["text"].removesuffix("\n").rstrip("\r")
        number, mark = data["line_number"], _MARKS[kind]
        if "." not in path and "/" not in path:
            path = f"./{path}"  # which no word is
        told = f"{path}{mark}{number}{mark}{text}"
    except (ValueError, LookupError, TypeError, AttributeError, RecursionError):
        return None
    return None if "\n" in told or type(number) is not int else told
