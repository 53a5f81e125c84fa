"""Records that stand one a line in other words than a table's."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from headroom import compress, retrieve
from headroom.core.types import ContentType
from headroom.elide.rows.by_record import by_record
from headroom.elide.rows.lined import lined

ROWS = [(n, f"part, no {n}", n * 7919 % 997, "it's" if n % 50 == 3 else None) for n in range(200)]


def value(cell):
    if cell is None:
        return "NULL"
    return str(cell) if isinstance(cell, int) else "'" + cell.replace("'", "''") + "'"


TUPLES = [f"({', '.join(map(value, row))})" for row in ROWS]
DUMP = ["BEGIN;", *(f"INSERT INTO part (id, name, size, note) VALUES {one};" for one in TUPLES)]
BELOW = ["INSERT INTO `part` (`id`, `name`, `size`, `note`) VALUES", *(f"{one}," for one in TUPLES)]
LOGFMT = [f'id={n} name="part, no {n}" size={size} note={note or ""}' for n, _, size, note in ROWS]


@pytest.mark.parametrize("lines", [DUMP, BELOW, LOGFMT], ids=["dump", "below", "logfmt"])
def test_rows_are_read_by_column(lines):
    table = lined("\n".join(lines))
    assert table.names == ["id", "name", "size", "note"]
    assert list(table.columns[1]) == [row[1] for row in ROWS]
    assert table.columns[2][5] == str(ROWS[5][2])
    assert table.columns[3][3] == "it's"


ITEMS = [f"- name: part, no {n}, size: {size}, note: {note or ''}" for n, _, size, note in ROWS]
COUNTED = [
    f"{n + 1}. **part, no {n}** - size: {size}; note: {note or ''}" for n, _, size, note in ROWS
]


@pytest.mark.parametrize(
    ("lines", "first"), [(ITEMS, "name"), (COUNTED, "item")], ids=["items", "counted"]
)
def test_items_of_a_list_that_say_the_same_of_something_are_rows(lines, first):
    table = lined("\n".join(["", *lines, ""]))
    assert table.names == [first, "size", "note"]
    assert table.columns[0][5] == ROWS[5][1]
    assert table.columns[1][5] == str(ROWS[5][2])
    assert table.columns[2][3] == "it's"
    assert table.rows[5] == (6, 7)


def test_items_with_one_number_each_are_rows_and_those_with_sentences_are_none():
    days = [f"* 2026-03-{n:02} - visits: {n * 37 % 101}" for n in range(1, 29)]
    assert lined("\n".join(days)).names == ["item", "visits"]
    notes = [
        f"* change {n}, note: it was {'slow' if n % 2 else 'broken'} before" for n in range(28)
    ]
    assert lined("\n".join(notes)) is None
    assert lined("\n".join(f"- fixed the {n}th fault of the parser" for n in range(40))) is None


@pytest.mark.parametrize("lines", [DUMP, BELOW, LOGFMT], ids=["dump", "below", "logfmt"])
def test_the_row_that_is_asked_for_stays_with_its_whole_line(lines):
    largest = max(ROWS, key=lambda row: row[2])
    text = "\n".join(lines)
    made = by_record(text, ContentType.CODE, "Which part has the largest size?", 0.2)
    assert lines[-200 + largest[0]] in made.body
    assert "size 0 to" in made.summary
    assert len(made.body) < 0.4 * len(text)


def test_a_dump_is_cut_by_rows_and_brought_back_by_lines():
    question = {"role": "user", "content": "What is the size of part, no 77?"}
    text = "\n".join(DUMP)
    made = compress([question, {"role": "tool", "tool_call_id": "c", "content": text}])
    shown = made.messages[1]["content"]
    assert TUPLES[77] in shown
    assert "rows: " in shown
    assert str(retrieve(made.refs[0])) == text


@pytest.mark.parametrize(
    "lines",
    [
        [],
        LOGFMT[:5],
        [*LOGFMT[:20], "and then it stopped"],
        [f"level=info msg=done n={n}" for n in range(30)],
        [f"x{n} = {n}" for n in range(30)],
        [*DUMP[:30], *(f"CREATE INDEX i{n} ON part (id);" for n in range(30))],
    ],
)
def test_other_texts_are_none(lines):
    assert lined("\n".join(lines)) is None


@given(st.lists(st.text(alphabet="INSERT TO VALUES(),'=ab1\"\\", max_size=40), max_size=14))
def test_any_text_is_read(lines):
    table = lined("\n".join(lines))
    assert table is None or len({len(cells) for cells in table.columns}) == 1


@pytest.mark.parametrize(
    "unit", ["INSERT INTO t VALUES (" + "(" * 500, "a=" + '"' * 900, "('" + "''" * 900]
)
def test_hostile_lines_take_no_time(unit):
    assert lined("\n".join([f"INSERT INTO t VALUES {unit}"] * 60)) is None
