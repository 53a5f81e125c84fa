"""Tables below remarks, with missing cells, or with blanks between the cells."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from headroom.core.types import ContentType
from headroom.elide.rows.by_record import by_record
from headroom.elide.rows.loose import is_remarked, loose

REMARKS = "# Codes of places\n#\n# Two columns or three.\n#code\tplace\tnote\n"
FAR = "\tfar off"
ROWS = "".join(f"C{n:02}\tPlace {n}{FAR if n == 31 else ''}\n" for n in range(60))


def test_a_table_of_tabs_below_remarks_is_read_with_the_names_above_it():
    table = loose(REMARKS + ROWS)
    assert table is not None
    assert is_remarked(REMARKS + ROWS)
    assert table.names == ["code", "place", "note"]
    assert table.head == 4
    assert len(table.rows) == 60
    assert table.columns[2][31] == "far off"
    assert table.columns[2][30] == ""


def test_remarks_between_rows_and_below_them_are_no_rows():
    table = loose(REMARKS + ROWS.replace("C20", "# more\nC20") + "# the end\n")
    assert table is not None
    assert len(table.rows) == 60


def test_a_row_that_is_asked_for_stays_with_the_remarks():
    made = by_record(REMARKS + ROWS, ContentType.TABLE, "Which code has Place 47?", 0.3)
    assert made is not None
    assert "C47\tPlace 47" in made.body
    assert made.body.startswith(REMARKS)
    assert len(made.body) < len(REMARKS + ROWS) / 2


def test_columns_of_figures_with_blanks_between_are_read():
    text = "".join(f"{n * 13 % 97:>5} src/part-{n}.c\n" for n in range(30))
    table = loose(text)
    assert table is not None
    assert len(table.columns) == 2
    assert table.columns[1][3] == "src/part-3.c"


def test_columns_below_names_are_read_though_the_last_is_as_wide_as_it_likes():
    text = "USER PID %CPU COMMAND\n"
    text += "".join(f"u{n % 3} {n} {n / 10} run --n {n} {'x' * n}\n" for n in range(40))
    table = loose(text)
    assert table is not None
    assert table.names == ["USER", "PID", "%CPU", "COMMAND"]
    assert table.columns[3][5] == "run --n 5 xxxxx"


def test_prose_keys_and_code_are_no_tables():
    prose = "It rained for 3 days and then it did not rain any more in that year.\n" * 20
    keys = "".join(f"net.ipv4.key{n} = {n}\n" for n in range(30))
    code = "".join(f"    value_{n} = call({n})\n" for n in range(30))
    assert loose(prose) is None
    assert loose(keys) is None
    assert loose(code) is None
    calls = "".join(f"{n} open({', '.join('abcde'[: n % 5])}) = {n}\n" for n in range(30))
    assert loose(calls) is None


@given(st.text(alphabet="ab1 \t\n#", max_size=300))
def test_rows_are_lines_of_the_text_in_their_order(text):
    table = loose(text)
    if table is not None:
        firsts = [a for a, _ in table.rows]
        assert firsts == sorted(set(firsts))
        assert all(b == a + 1 for a, b in table.rows)
        assert {len(column) for column in table.columns} == {len(table.rows)}
        assert len(table.names) == len(table.columns)
