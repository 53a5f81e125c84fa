"""Keys and tables of TOML set and removed; lines stay in their places."""

from __future__ import annotations

import json
import re
import tomllib
from typing import TYPE_CHECKING, Any

from headroom.core.document import value_at
from headroom.edits.change import Raw
from headroom.edits.line import (
    BOM,
    after_newline,
    before_newline,
    cut_lines,
    insert_after,
    insert_before,
    last_line_end,
    newline,
)
from headroom.edits.tomlnode import Statement, statements
from headroom.errors import EditError

if TYPE_CHECKING:
    from collections.abc import Iterator

    from headroom.edits.change import Place

_BARE = re.compile(r"[A-Za-z0-9_-]+")


def parse(text: str) -> Any:
    """Return the data.

    Raises:
        EditError: this is no TOML.
    """
    try:
        return tomllib.loads(text.removeprefix(BOM))
    except (tomllib.TOMLDecodeError, RecursionError) as error:
        raise EditError(f"this is no TOML: {error}") from error


def _parses(text: str) -> bool:
    try:
        parse(text)
    except EditError:
        return False
    return True


def raw(text: str, place: Place) -> str:
    """Return how the value at a place is spelled; of a table, its lines after a line end.

    Raises:
        EditError: the table has no header of its own.
    """
    for each in statements(text):
        if each.place == place and each.value:
            return text[slice(*each.value)]
    parts = _under(text, place) if place else []
    if any(each.header[: len(place)] != place for each in parts):
        raise EditError(f"{'.'.join(map(str, place))} is a table without a header of its own")
    return "".join(newline(text) + text[each.start : each.end] for each in parts)


def put(text: str, place: Place, value: Any) -> str:
    """Return the text with another value at a place that has one.

    Raises:
        EditError: the value stands within another one, such as an inline table with comments.
    """
    lines = isinstance(value, Raw) and value.text[:1] in ("\r", "\n")
    for each in statements(text) if not lines else ():
        if each.value and each.place == place[: len(each.place)]:
            spelled = _within(text, each, place, value)
            return text[: each.value[0]] + spelled + text[each.value[1] :]
    parts = _under(text, place)
    first, last = parts[0], parts[-1]
    known = statements(text)
    together = known.index(last) - known.index(first) + 1 == len(parts)
    if first.value is None and together and (lines or isinstance(value, dict)):
        table = value.text.lstrip() if isinstance(value, Raw) else _headed(text, place, value)
        return text[: first.start] + table + text[last.end :]
    if isinstance(place[-1], int):
        raise EditError(f"{'.'.join(map(str, place))} is a table whose parts stand apart")
    return add(drop(text, place), place[:-1], place[-1], value)


def add(text: str, parent: Place, key: str | None, value: Any) -> str:
    """Return the text with one more key in a table, or one more element of a list."""
    for each in statements(text):
        if each.value and each.place == parent[: len(each.place)]:
            place = (*parent, len(value_at(parse(text), parent)) if key is None else key)
            spelled = _within(text, each, place, value)
            return text[: each.value[0]] + spelled + text[each.value[1] :]
    if isinstance(value, Raw) and value.text[:1] in ("\r", "\n"):
        return _section(text, value.text.lstrip())
    names = tuple(step for step in parent if isinstance(step, str))
    if key is None:
        return _section(text, _table(text, f"[[{_dotted(names)}]]", value))
    if _is_tables(value):
        blocks = [_table(text, f"[[{_dotted((*names, key))}]]", each) for each in value]
        return _section(text, (newline(text) * 2).join(blocks))
    if isinstance(value, dict):
        section = _section(text, _table(text, *_descended((*names, key), value)))
        if _parses(section):
            return section
    return _pair(text, parent, key, value)


def drop(text: str, place: Place) -> str:
    """Return the text without the pair or the table at a place."""
    parts = _under(text, place)
    if not parts:
        for each in statements(text):
            if each.value and each.place == place[: len(each.place)]:
                spelled = _within(text, each, place, None)
                return text[: each.value[0]] + spelled + text[each.value[1] :]
    for first, last in reversed(list(_runs(text, place))):
        start, end = first.start, last.end
        if first.value is None:  # a blank line before a header belongs to it
            line = before_newline(text, start)
            start = line if before_newline(text, line) < line else start
        if first.value is None and not text[:start].strip(BOM):  # at the top: the one behind it
            after = after_newline(text, end)
            end = after if after_newline(text, after) > after else end
        text = cut_lines(text, start, end)
    return text


def _runs(text: str, place: Place) -> Iterator[tuple[Statement, Statement]]:
    """Yield the first and last of the statements under a place that follow one another.

    A header begins another run.
    """
    first: Statement | None = None
    last: Statement | None = None
    for each in statements(text):
        under = each.place[: len(place)] == place
        if first and last and (not under or each.value is None):
            yield first, last
            first = None
        if under:
            first, last = first or each, each
    if first and last:
        yield first, last


def _under(text: str, place: Place) -> list[Statement]:
    return [each for each in statements(text) if each.place[: len(place)] == place]


def _pair(text: str, parent: Place, key: str, value: Any) -> str:
    known = statements(text)
    spelled = _spelled(value)
    own = [each for each in known if each.header == parent]
    if own or not parent:
        last = own[-1] if own else None
        line = f"{_dotted((key,))} = {spelled}"
        if last is None:
            if not known:
                return insert_after(text, last_line_end(text), line)
            return insert_before(text, _top(text), line)
        return insert_after(text, last.end, line)
    # A table that exists only by dotted keys can get no header: one more dotted key goes there.
    dotted = [each for each in known if each.value and each.place[: len(parent)] == parent]
    dotted = [each for each in dotted if len(each.header) < len(parent)]
    if dotted:
        keys = (*parent[len(dotted[-1].header) :], key)
        line = f"{_dotted(tuple(map(str, keys)))} = {spelled}"
        return insert_after(text, dotted[-1].end, line)
    names = tuple(step for step in parent if isinstance(step, str))
    return _section(text, _table(text, f"[{_dotted(names)}]", {key: value}))


def _top(text: str) -> int:
    """Return where the first line starts: before any header, keys belong to no table."""
    return len(BOM) if text.startswith(BOM) else 0


def _section(text: str, lines: str) -> str:
    """Return the text with lines at its end, after a blank one."""
    end = last_line_end(text)
    if not text[:end].lstrip(BOM):
        return insert_after(text, end, lines)
    return insert_after(text, end, newline(text) + lines)


def _descended(names: tuple[str, ...], value: dict[str, Any]) -> tuple[str, dict[str, Any]]:
    """Return the header and pairs of a table: tables with nothing but one table get none."""
    while len(value) == 1 and isinstance(next(iter(value.values())), dict):
        ((name, value),) = value.items()
        names = (*names, name)
    return f"[{_dotted(names)}]", value


def _headed(text: str, place: Place, value: dict[str, Any]) -> str:
    """Return a table under the header that its place asks for."""
    header = _dotted(tuple(step for step in place if isinstance(step, str)))
    return _table(text, f"[[{header}]]" if isinstance(place[-1], int) else f"[{header}]", value)


def _table(text: str, header: str, value: dict[str, Any]) -> str:
    pairs = [f"{_dotted((key,))} = {_spelled(each)}" for key, each in value.items()]
    return newline(text).join([header, *pairs])


def _is_tables(value: Any) -> bool:
    return isinstance(value, list) and bool(value) and all(isinstance(v, dict) for v in value)


def _dotted(names: tuple[str, ...]) -> str:
    return ".".join(each if _BARE.fullmatch(each) else _text(each) for each in names)


def _spelled(value: Any) -> str:
    """Return a value on one line.

    Raises:
        EditError: TOML has no such value.
    """
    match value:
        case Raw():
            return value.text
        case bool():
            return "true" if value else "false"
        case str():
            return _text(value)
        case int() | float():
            return repr(value)
        case list():
            return f"[{', '.join(map(_spelled, value))}]"
        case dict():
            pairs = ", ".join(
                f"{_dotted((key,))} = {_spelled(each)}" for key, each in value.items()
            )
            return f"{{ {pairs} }}" if pairs else "{}"
    raise EditError(f"TOML has no value for {value!r}")


def _text(value: str) -> str:
    return json.dumps(value, ensure_ascii=False).replace("\x7f", "\\u007f")


def _within(text: str, holder: Statement, place: Place, value: Any) -> str:
    """Return the new spelling of a value in which one part is another, or gone if that is None."""
    rest = place[len(holder.place) :]
    if not rest:
        return _spelled(value)
    assert holder.value is not None
    spelled = text[slice(*holder.value)]
    if "\n" in spelled:
        raise EditError(f"{'.'.join(map(str, place))} stands within a value of several lines")
    whole = {"it": tomllib.loads(f"it = {spelled}")["it"]}
    inner = value_at(whole["it"], rest[:-1])
    if value is None:
        del inner[rest[-1]]
    elif isinstance(rest[-1], int) and rest[-1] == len(inner):
        inner.append(_plain(value))
    else:
        inner[rest[-1]] = _plain(value)
    return _spelled(whole["it"])


def _plain(value: Any) -> Any:
    return tomllib.loads(f"it = {value.text}")["it"] if isinstance(value, Raw) else value
