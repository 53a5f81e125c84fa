"""Which runs of lines of a text are cut by themselves, and which are broken JSON as a whole."""

from __future__ import annotations

from typing import TYPE_CHECKING

from headroom.ccr.rows.fragment import fragment
from headroom.core.split import lines_of
from headroom.core.types import ContentType
from headroom.detect import prevailing

if TYPE_CHECKING:
    from collections.abc import Sequence

    from headroom.core.types import Part

_PRINTED = (ContentType.TEST, ContentType.CODE, ContentType.TEXT, ContentType.LOG)
"""What tests print, in a text that begins as their report, whatever it looks like."""
_BLOCK = 4_000
"""Characters from which on a part of another kind is cut by itself."""
_FAMILIES = {
    ContentType.JSON: "records",
    ContentType.TABLE: "records",
    ContentType.DIFF: "diff",
    ContentType.MARKUP: "page",
}
"""Kinds that are not cut together with what stands around them."""
_LINES = "lines"
_MOST_BLOCKS = 9
_OF_LIST = 2
"""Records that follow each other in JSON that was cut off, at least."""


def is_broken(text: str, parts: Sequence[Part]) -> bool:
    """Whether most of a text is JSON that was cut off, of which little is whole."""
    if len(parts) == 1 and parts[0].type is ContentType.JSON:
        return False
    found = fragment(text)
    if found is None or max(len(run.spans) for run in found.runs) < _OF_LIST:
        return False
    lines = lines_of(text)
    whole = [part for part in parts if part.type is ContentType.JSON]
    size = sum(len(line) for part in whole for line in lines[part.start : part.end])
    return len(whole) > 1 or size * 2 < len(text)


def blocks_of(text: str, parts: Sequence[Part]) -> list[tuple[int, int, ContentType]]:
    """Return the runs of lines that are cut by themselves: more than one only in mixed text."""
    lines = lines_of(text)
    if len(parts) == 1:  # as most texts are: no need to see how long it is
        return [(0, len(lines), parts[0].type)]
    if parts[0].type is ContentType.TEST and all(part.type in _PRINTED for part in parts):
        return [(0, len(lines), ContentType.TEST)]
    whole = [(0, len(lines), prevailing(lines, parts))]
    runs: list[list[Part]] = []
    families: list[str] = []
    for part in parts:
        content = lines[part.start : part.end]
        # What is short is cut by lines, with its neighbours where these are too.
        long = sum(map(len, content)) >= _BLOCK
        family = _FAMILIES.get(part.type, _LINES) if long else _LINES
        if runs and (families[-1] == family or not any(content)):
            runs[-1].append(part)
        else:
            runs.append([part])
            families.append(family)
    if len(set(families)) < 2 or set(families) == {"diff", _LINES} or len(runs) > _MOST_BLOCKS:
        return whole
    return [(run[0].start, run[-1].end, prevailing(lines, run)) for run in runs]
