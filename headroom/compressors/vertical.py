r"""`VerticalCompressor`: records that stand a field a line, a row each.

    #<TAB>id<TAB>state=VA<TAB>town   the names of the fields; "#" is the number in the rule above
    7<TAB>20118<TAB>Middleburg       a record: `"` is the value above
    # state=MD                       from here on records have that value
    = -[ RECORD 9 ]---               a line as it was

The note says how names are padded and what stands behind them, and the first rule.
"""

from __future__ import annotations

import json
import re
from itertools import pairwise
from typing import TYPE_CHECKING, ClassVar

from headroom.core import fold
from headroom.core.split import lines_of
from headroom.core.types import Compressed
from headroom.records.column import explain, misread, plan, render, restore
from headroom.records.vertical import Layout, Vertical, vertical

if TYPE_CHECKING:
    from collections.abc import Sequence

    from headroom.core.fold import Block
    from headroom.core.types import Context

_NUMBER = "#"
_NOTE = "records of a field a line, a row each"
_STRING = r'"(?:[^"\\]|\\.)*"'
_PADDED = re.compile(
    rf"; names (to the left|to the right), ([0-9]{{1,3}}) wide, then ({_STRING})"
    rf"|; names with (\[{_STRING}(?:,{_STRING})*\])"
)
_TRIMMED = "; no blank behind those of empty values"
_BLANK = "; a blank line between them"
_RULED = re.compile(rf"; (each|counted on) under ({_STRING})$")
_SIDES = {"to the left": str.ljust, "to the right": str.rjust}


class VerticalCompressor:
    """Says the names of fields once."""

    name: ClassVar[str] = "vertical"
    forms: ClassVar[frozenset[str]] = frozenset({"vertical"})

    def compress(self, text: str, ctx: Context) -> Compressed | None:
        """Return the records as rows, or None where the text does not consist of such."""
        lines = lines_of(text)
        found = vertical(lines)
        if found is None:
            return None
        names = found.layout.names
        values = [None if each is None or _is_misread(each) else each for each in found.values]
        numbered = bool(found.numbers) and not _counted_on(found, values)
        if _NUMBER in names or any("\t" in name for name in names):
            return None
        head = [_NUMBER, *names] if numbered else names
        shown, rows = _rows(lines, found, values, numbered=numbered)
        columns = plan(head, [row for row in rows if row is not None], ctx.count)
        note = _NOTE + "".join(f"; {said}" for said in explain(columns)) + _spelled(found.layout)
        if found.layout.rule:
            way = "each" if numbered else "counted on"
            note += f"; {way} under {json.dumps(found.layout.rule)}"
        block = fold.block("vertical", render(shown, rows, columns), note)
        return Compressed(block, note=f"{len(found.spans)} records of {len(names)} fields")

    def expand(self, block: Block) -> str:
        """Return the records, a field a line.

        Raises:
            ValueError: the block is malformed.
        """
        ruled = _RULED.search(block.note)
        rows = restore(block.lines, "\t", hoists="=" in block.note)
        names = next(rows)
        numbered = ruled is not None and ruled[1] == "each"
        layout = _layout(block.note, list(names)[numbered:], json.loads(ruled[2]) if ruled else "")
        out: list[str] = []
        number = 0
        for row in rows:
            if isinstance(row, str):
                out.append(row)
                continue
            if ruled is not None:
                number = _whole(row[0]) if numbered else number or _first(layout)
                out.append(layout.head(number))
                number += 1
            elif out:
                out.append("")
            out += layout.fields(row[numbered:])
        return "\n".join(out)


def _is_misread(values: Sequence[str]) -> bool:
    """Whether values would be taken for others, or for marks."""
    return any("\t" in value for value in values) or misread(values)


def _counted_on(found: Vertical, values: Sequence[list[str] | None]) -> bool:
    """Whether all records are written alike, and each has the number behind the one before."""
    steps = all(after == before + 1 for before, after in pairwise(found.numbers))
    return steps and None not in values


def _rows(
    lines: Sequence[str],
    found: Vertical,
    values: Sequence[list[str] | None],
    *,
    numbered: bool,
) -> tuple[list[str], list[list[str] | None]]:
    """Return lines and rows as `render` takes them: a row a record, or a line that is none."""
    shown: list[str] = []
    rows: list[list[str] | None] = []
    for at, ((first, end), own) in enumerate(zip(found.spans, values, strict=True)):
        if own is None:
            shown += lines[first:end]
            rows += [None] * (end - first)
        else:
            shown.append("")
            rows.append([str(found.numbers[at]), *own] if numbered else own)
    return shown, rows


def _spelled(layout: Layout) -> str:
    """Return what the note says about how names are written."""
    names = layout.names
    width = max(map(len, names))
    text = f"; names with {json.dumps(layout.prefixes, separators=(',', ':'))}"
    behind = layout.prefixes[0][-_tail(layout.prefixes[0]) :]
    for side, pad in _SIDES.items():
        first = layout.prefixes[0]
        # Padded to the widest, which need not be among these any more.
        wide = (
            max(width, len(first) - len(behind))
            if side == "to the left"
            else len(first) - len(behind)
        )
        if all(
            pad(name, wide) + behind == own
            for name, own in zip(names, layout.prefixes, strict=True)
        ):
            text = f"; names {side}, {wide} wide, then {json.dumps(behind)}"
            break
    return text + _TRIMMED * layout.trimmed + _BLANK * (not layout.rule)


def _tail(prefix: str) -> int:
    """Return the length of the sign behind a name, with the blanks around it."""
    bare = prefix.rstrip(" ")
    sign = bare[-1:]
    return len(prefix) - len(bare) + 1 + (sign in "|=" and bare[-2:-1] == " ")


def _layout(note: str, names: Sequence[str], rule: str) -> Layout:
    found = _PADDED.search(note)
    if found is None:
        raise ValueError("the note of records does not say how their names are written")
    if found[4]:
        prefixes = json.loads(found[4])
    else:
        pad, width, behind = _SIDES[found[1]], int(found[2]), json.loads(found[3])
        prefixes = [pad(name, width) + behind for name in names]
    if len(prefixes) != len(names):
        raise ValueError("a record with a wrong number of fields")
    return Layout(tuple(prefixes), rule, _TRIMMED in note)


def _first(layout: Layout) -> int:
    """Return the number in the first rule."""
    found = re.search(r"[0-9]+", layout.rule)
    return _whole(found[0] if found else "")


def _whole(cell: str) -> int:
    if not cell.isdecimal() or not cell.isascii() or len(cell) > 9 or str(int(cell)) != cell:
        raise ValueError(f"no number of a record: {cell[:20]!r}")
    return int(cell)
