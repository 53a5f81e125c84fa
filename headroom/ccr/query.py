"""What an original says: whole, by lines, rows or path, or the passages that answer a question."""

from __future__ import annotations

import json
import re
from contextlib import suppress
from heapq import nlargest
from typing import TYPE_CHECKING, Any

from headroom.ccr.bm25 import Relevance, best, choose, passages, weigh
from headroom.ccr.record import DEEPEST, Steps, children, record_list
from headroom.core.jsonspan import Item, NotSpliceable, locate, skip_blank

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

HARD_BOUND = 200_000
"""Characters that no answer exceeds by more than what it says about itself."""
TOKENS, CHARACTERS_PER_TOKEN = 800, 3.5
"""Default limit of a search, and the estimate that makes characters of it."""
_WIDE = re.compile("[\u0900-\uffff]")
"""Letters that are about a token each."""
_ASK = re.compile(r"\s*(\d{1,12})\s*(?:-\s*(\d{1,12})\s*|:\s*(\d{1,12})\s*-\s*(\d{1,12})\s*)?")
_STEP = re.compile(r'\.?\[(?:(\d{1,12})|("[^"\\]*(?:\\.[^"\\]*)*"))\]|\.?([^.\[\]]+)', re.DOTALL)
_INDEX, _PLAIN_KEY = re.compile(r"0|[1-9][0-9]{0,11}"), re.compile(r"[^.\[\]\s]{1,100}")
_LEAF = 600
"""Characters of a JSON value that are searched and shown as one."""
_ROW = re.compile(r"[^\[]*\[(\d+)\]")
_FIELD = re.compile(r"`([^`\n]{1,200})`")
_EQUAL = re.compile(
    r"`([^`\n]{1,200})`\s*(?:=+|:|is|equals)?\s*(\"[^\"\n]*\"|`[^`\n]*`|[\w./:@#%+'-]*\w)"
)
_EXTREME = re.compile(
    r"(?i)\b(?:(lowest|smallest|least|minimum|min|shortest|earliest|fewest)"
    r"|highest|largest|greatest|biggest|most|maximum|max|longest|latest)\b"
)
_AMOUNT = re.compile(r"[+-]?\d{1,300}(?:\.\d{1,300})?(?:[eE][+-]?\d{1,2})?")
_ESCAPE = re.compile(r"\\u([0-9a-fA-F]{4})")
_BLANKS = re.compile(r'("[^"\\]*(?:\\.[^"\\]*)*")|[ \t\n\r]+')


def answer(
    original: str,
    *,
    query: str | None = None,
    lines: str | None = None,
    rows: str | None = None,
    path: str | None = None,
    limit: int | None = None,
) -> str:
    """Return the asked part of a text, or all of it, at most as many tokens as `limit`.

    A query is words, ids or "quoted strings"; it gives the best passages or records, in 800 tokens
    unless told. Lines read "40-88" or "3,7,40-88", counted from 1, and "5:1-900" for characters of
    line 5; rows "0-9", records of a list in JSON or JSON Lines, counted from 0; a path
    "items[3].name" or "items.3.name".

    Raises:
        ValueError: more than one thing is asked, or something that cannot be read or is not there.
    """
    if sum(part is not None for part in (query, lines, rows, path)) > 1:
        raise ValueError("ask for one of query, lines, rows and path, not for several")
    if limit is not None and limit < 1:
        raise ValueError("limit is a number of tokens, 1 or more")
    room = HARD_BOUND
    if limit is not None or query is not None:
        sample = original[:20_000] or " "
        wide = len(_WIDE.findall(sample))
        rate = len(sample) / (wide + (len(sample) - wide) / CHARACTERS_PER_TOKEN)
        room = min(room, int(min(limit or TOKENS, HARD_BOUND) * rate))
    if query is not None:
        return _search(original, query, room)
    if rows is not None:
        return _rows(original, rows, room)
    if path is not None:
        return _value(original, path, room)
    whole = f"1-{original.count(chr(10)) + 1}"
    return _lines(original, whole if lines is None else lines, room)


def _ranges(asked: str, what: str) -> Iterator[tuple[int, int, tuple[int, int] | None]]:
    """Yield the first and last item of each range and, where asked, the characters of it."""
    for part in asked.split(","):
        match = _ASK.fullmatch(part)
        if match is None:
            raise ValueError(f'{what} reads "40-88" or "3,7,40-88", not {asked[:60]!r}')
        first, last = int(match[1]), int(match[2] or match[1])
        within = (int(match[3]), int(match[4])) if match[3] else None
        if last < first or (within and not 0 < within[0] <= within[1]):
            raise ValueError(f"{what}: {part.strip()!r} runs backwards")
        yield first, last, within


def _lines(text: str, asked: str, room: int) -> str:
    ranges = list(_ranges(asked, "lines"))
    if any(first < 1 for first, _, _ in ranges):
        raise ValueError("lines are counted from 1")
    split = text.split("\n")
    out = _Output(room, "line", 1)
    for first, last, within in ranges:
        if first > len(split):
            out.notes.append(f"there is no line {first}")
        elif within:
            out.piece(split[first - 1], first, within[0] - 1, within[1])
        else:
            end = min(last, len(split))
            if len(ranges) > 1:
                out.write(f"line {first}:" if first == end else f"lines {first}-{end}:")
            out.run(split, first - 1, end - 1)
            if last > end:
                out.notes.append(f"there is no line {end + 1}")
    return out.finish(f"the text has {len(split)} lines")


def _rows(text: str, asked: str, room: int) -> str:
    ranges = list(_ranges(asked, "rows"))
    if any(within for _, _, within in ranges):
        raise ValueError('rows reads "0-9" or "3,7,40-88"; ask for a part of a row with path')
    table = _table(text)
    if table is None or not table[1]:
        raise ValueError("there are no rows: no list of records in JSON; ask with lines or query")
    records = [f"{at}: {record}" for at, record in enumerate(table[1])]
    out = _Output(room, "row", 0)
    for first, last, _ in ranges:
        out.run(records, first, min(last, len(records) - 1))
        if last >= len(records):
            out.notes.append(f"there is no row {max(first, len(records))}")
    return out.finish(f"there are {len(records)} rows, 0-{len(records) - 1}")


class _Output:
    """Items written one after the other until the room is used up."""

    def __init__(self, room: int, what: str, base: int) -> None:
        self._room, self._what, self._base = room, what, base
        self._parts: list[str] = []
        self._left: list[str] = []
        self.notes: list[str] = []
        """What the last line says."""

    def write(self, text: str) -> None:
        """Write something, unless what is asked before it did not fit."""
        if not self._left:
            self._parts.append(text)
            self._room -= len(text) + 1

    def run(self, items: Sequence[str], first: int, last: int) -> None:
        """Write items[first..last], as many as fit."""
        at = first
        while at <= last and not self._left and len(items[at]) <= self._room:
            self.write(items[at])
            at += 1
        if at <= last and not self._parts and self._base:
            self.piece(items[at], at + 1, 0, len(items[at]))
            at += 1
        elif at <= last and not self._parts:
            self.notes.append(f"row {at} is too long; ask for its parts with path")
            at += 1
        if at <= last:
            self._left.append(f"{at + self._base}-{last + self._base}")

    def piece(self, item: str, name: int, start: int, end: int) -> None:
        """Write characters start..end of one line, as many as fit."""
        if end > len(item):
            self.notes.append(f"line {name} has {len(item)} characters")
        end = min(end, len(item))
        fits = min(end, start + max(self._room, 0))
        self.write(f"line {name}, characters {start + 1}-{fits}:")
        self.write(item[start:fits])
        if fits < end:
            self._left.append(f"{name}:{fits + 1}-{end}")

    def finish(self, size: str) -> str:
        """Return what was written and, where something is missing, a last line about it."""
        if self._left:
            left = ",".join(self._left)
            self.notes.append(f'left out for length: ask for {self._what}s="{left}"')
        if self.notes:
            self._parts.append(f"[{'; '.join([size, *self.notes[:5], *self.notes[5:][-1:]])}]")
        return "\n".join(self._parts)


def _search(text: str, query: str, room: int) -> str:
    if not query.strip():
        raise ValueError("the query is empty")
    if len(text) <= room:
        return text
    relevance = Relevance(query)
    table = _table(text)
    if table is None:
        asks = _EXTREME.search(query) or _EQUAL.search(query)
        rated = _rated(_cells(text), query) if asks else []
        return "\n".join(passages(text, relevance, room, rated))
    tree, records, values = table
    if sum(map(len, records)) * 4 < len(text):
        return "\n".join(_leaves(tree, relevance, [], room))
    texts = [_ESCAPE.sub(lambda match: chr(int(match[1], 16)), record) for record in records]
    scores = relevance.scores(texts)
    weigh(relevance, texts, scores)
    top = max(scores) or 1.0
    for at, share in enumerate(_rated(values, query)):
        scores[at] += share * top
    ranked = best(scores)
    if any(len(records[at]) * 2 > room for at in ranked[:3] or [0]):
        return "\n".join(_leaves(tree, relevance, scores, room))
    shown = []
    for at in ranked or range(len(records)):
        if len(records[at]) + 8 < room:
            shown.append(f"{at}: {records[at]}")
            room -= len(shown[-1]) + 1
    kind = f"the best of {len(ranked)} that match" if ranked else "no row holds a word of the query"
    return "\n".join([*shown, f"[{kind}; there are {len(records)}; ask for any with rows]"])


def _leaves(tree: Any, relevance: Relevance, rated: list[float], room: int) -> Iterator[str]:
    """Yield the values of a JSON text that match best, each behind its path."""
    leaves: list[str] = []
    stack: list[tuple[str, Any]] = [("", tree)]
    while stack:
        path, value = stack.pop()
        if isinstance(value, dict | list) and value:
            if len(path) < _LEAF:
                stack += reversed([(path + _spelled(step), v) for step, v in children(value)])
                continue
            value = "(more inside)"
        text = value if isinstance(value, _Number) else json.dumps(value, ensure_ascii=False)
        name = path.removeprefix(".")
        leaves.append(f"{name}: {text[:_LEAF]}")
        rest = range(_LEAF, len(text), _LEAF)
        leaves += (f"{name}, from character {at}: {text[at : at + _LEAF]}" for at in rest)
    scores = relevance.scores(leaves)
    for at, leaf in enumerate(leaves if rated else ()):
        row = _ROW.match(leaf)
        scores[at] += rated[int(row[1])] / 2 if row and int(row[1]) < len(rated) else 0.0
    for first, last in choose(leaves, scores, room):
        yield from leaves[first : last + 1]
    yield f"[of {len(leaves)} values; ask for any with path]"


def _spelled(step: str | int) -> str:
    plain = isinstance(step, str) and _PLAIN_KEY.fullmatch(step)
    return f".{step}" if plain else f"[{json.dumps(step)[:_LEAF]}]"


def _cells(text: str) -> list[dict[str, str]]:
    """Return the cells of each line of a table by column; nothing where it is none."""
    lines = text.split("\n")
    for mark in (",", "\t", ";", "|"):
        names = [name.strip(' "') for name in lines[0].split(mark)]
        if len(names) > 1 and all(mark in line for line in lines[1:8]):
            rows = ([cell.strip(' "') for cell in line.split(mark)] for line in lines)
            return [dict(zip(names, row, strict=False)) for row in rows]
    return []


def _rated(records: Sequence[Any], query: str) -> list[float]:
    """Return what the fields that a query names say for each record: `age` = 7, highest `size`."""
    out = [0.0] * len(records)
    for name, wanted in _EQUAL.findall(query)[:8]:
        steps = _named(name)
        for at, record in enumerate(records):
            out[at] += 0.8 * (_dig(record, steps) == wanted.strip("\"`'"))
    extreme = _EXTREME.search(query)
    for name in _FIELD.findall(query)[:8]:
        steps = _named(name) if extreme else ()
        found = ((_dig(record, steps), -at) for at, record in enumerate(records))
        known = ((float(value), at) for value, at in found if _AMOUNT.fullmatch(value))
        sign = -1 if extreme and extreme[1] else 1
        for rank, (_, at) in enumerate(nlargest(3, ((sign * value, at) for value, at in known))):
            out[-at] += 1.2 - rank / 10
    return out


def _named(field: str) -> Steps:
    with suppress(ValueError):
        return _steps(field)
    return ()


def _dig(value: Any, steps: Steps) -> str:
    for step in steps:
        if isinstance(value, dict):
            value = value.get(str(step))
        elif isinstance(value, list) and isinstance(step, int) and step < len(value):
            value = value[step]
        else:
            return ""
    return value if isinstance(value, str) else json.dumps(value) if value in (True, False) else ""


class _Number(str):
    """A number of a JSON text, as it is spelled there."""

    __slots__ = ()


def _loaded(text: str) -> Any:
    """Return the decoded list or object that a text is, or None."""
    with suppress(ValueError, RecursionError):
        if text.lstrip().startswith(("{", "[")):
            return json.loads(text, parse_float=_Number, parse_int=_Number)
    return None


def _json(text: str) -> tuple[str, Any] | None:
    """Return a text as one JSON value, JSON Lines as a list, and what it decodes to; or None."""
    tree = _loaded(text)
    if tree is not None:
        return text, tree
    records = [line for line in text.split("\n") if line and not line.isspace()]
    tree = []
    for record in records if len(records) > 1 else ():
        value = _loaded(record)
        if not isinstance(value, dict):
            return None
        tree.append(value)
    return (f"[{','.join(records)}]", tree) if tree else None


def _table(text: str) -> tuple[Any, list[str], list[Any]] | None:
    """Return the value of a JSON text, its records on one line each, and their values; or None."""
    known = _json(text)
    if known is None:
        return None
    (text, tree), steps = known, record_list(known[1])
    if steps is None:
        return tree, [], []
    try:
        start, values = skip_blank(text, 0), tree
        for step in steps:
            start, values = _item(text, start, step).start, values[step]
        spans = locate(text, start, {-1: {}}).items
    except NotSpliceable:
        return tree, [], []
    return tree, [_BLANKS.sub(r"\1", text[item.start : item.end]) for item in spans], values


def _item(text: str, start: int, step: str | int) -> Item:
    """Return where the value behind one step stands, or raise a ValueError that says what does."""
    kind = text[start : start + 1]
    if kind not in ("{", "["):
        raise ValueError(f"nothing is inside {text[start : start + 40]!r}: it is no list or object")
    items = locate(text, start, {-1: {}}).items
    if kind == "[":
        if not isinstance(step, int) or step >= len(items):
            raise ValueError(f"{step!r} is not in the list: it has {len(items)} items, from 0")
        return items[step]
    for item in reversed(items):
        if item.key == str(step):
            return item
    keys = ", ".join(dict.fromkeys(str(item.key) for item in items))
    raise ValueError(f"there is no key {str(step)[:80]!r} here; the keys are: {keys[:1500]}")


def _value(text: str, path: str, room: int) -> str:
    known = _json(text)
    if known is None:
        raise ValueError("the text is not JSON, so it has no paths; ask with lines or query")
    text = known[0].rstrip()
    start, end = skip_blank(text, 0), len(text)
    for step in _steps(path):
        _, _, start, end = _item(text, start, step)
    value = _BLANKS.sub(r"\1", text[start:end])
    cut = f"{value[:room]}\n[cut, of {len(value)} characters; ask for a deeper path]"
    return value if len(value) <= room else cut


def _steps(path: str) -> Steps:
    rest, at = path.strip().removeprefix("$"), 0
    steps: list[str | int] = []
    while at < len(rest):
        match = _STEP.match(rest, at)
        if match is None or len(steps) == DEEPEST:
            raise ValueError(f"path reads items[3].name or items.3.name, not {path[:60]!r}")
        number, quoted, name = match.groups()
        number = number or (name if name and _INDEX.fullmatch(name) else None)
        steps.append(int(number) if number else json.loads(quoted) if quoted else name)
        at = match.end()
    return tuple(steps)
