"""Mails one after another, as archives of lists and mail programs print them.

From jan@example.org Wed Nov 18 05:57:03 2009          what parts those of an mbox, if it is one
From: "Jan" <jan@example.org>
Date: Wed, 18 Nov 2009 05:57:03 +0100
Subject: [list] a subject that goes on
        on the next line
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, NamedTuple

if TYPE_CHECKING:
    from collections.abc import Sequence

_FIELD = re.compile(r"([A-Z][A-Za-z-]{1,40}): ?(.*)")
_PARTED = re.compile(r"From \S+.{0,20} [A-Z][a-z]{2} [A-Z][a-z]{2} [ 0-9][0-9] ")
_NEEDED = {"From", "Date", "Subject"}
_MOST_FIELDS, _PROBE = 40, 30
"""Lines of a header at most, and lines of the text in which the first begins."""
_LEAST, _PART = 2, 400
"""Mails at least; lines that each has on average, at most."""


class Mail(NamedTuple):
    """Where a mail stands: its header, its body, and the line behind that."""

    start: int
    body: int
    end: int
    fields: tuple[int, ...]
    """Lines that say from whom it is, of when, and about what."""


def mails(lines: Sequence[str]) -> list[Mail] | None:
    """Return the mails that a text consists of, or None where it does not."""
    headers: list[tuple[int, int, tuple[int, ...]]] = []
    at = 0
    while at < len(lines):
        made = _header(lines, at) if lines[at].startswith(("From", "Date: ", "Subject: ")) else None
        if made is None:
            at += 1
            if not headers and at > _PROBE:
                return None
            continue
        headers.append((at, *made))
        at = made[0]
    if len(headers) < _LEAST or len(lines) > _PART * len(headers):
        return None
    ends = [start for start, _, _ in headers[1:]] + [len(lines)]
    return [
        Mail(start, body, end, fields)
        for (start, body, fields), end in zip(headers, ends, strict=True)
    ]


def _header(lines: Sequence[str], start: int) -> tuple[int, tuple[int, ...]] | None:
    """Return where the body of a mail begins that begins here, and its telling lines; or None."""
    if start and lines[start - 1].strip():
        return None
    told: list[int] = []
    names: set[str] = set()
    telling = False
    for at in range(start, min(start + _MOST_FIELDS, len(lines))):
        line = lines[at]
        if not line.strip():
            return (at, tuple(told)) if names >= _NEEDED else None
        field = _FIELD.match(line)
        if field is not None:
            names.add(field[1])
            telling = field[1] in _NEEDED
        elif not (line[0].isspace() or (at == start and _PARTED.match(line))):
            return None
        if telling and (field is not None or line[0].isspace()):
            told.append(at)
    return None
