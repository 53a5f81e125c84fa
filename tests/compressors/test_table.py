"""Delimited tables: shorter, and given back cell by cell."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from headroom.compressors.table import TableCompressor
from headroom.core.fold import Block
from headroom.core.types import Context
from headroom.decode import expand_text
from headroom.detect.table import claim, fields
from tests.choices import choices, several

CTX = Context(count=len)
CELLS = (
    *("# a=b", "Oslo", "12.5", "", '"', '""', '"a,b"', "a=b", "= x", " padded ", "x;y"),
    *('"q""q"', "|", "\r"),
)


def table(made):
    delimiter, width = made.one((",", ";", "\t", "|")), 2 + made.below(4)
    rows = made.several(lambda: [made.one(CELLS) for _ in range(width)], 2, 12)
    match made.one(("plain", "all", "padded")):
        case "all":
            rows = [['"' + cell.replace('"', '""') + '"' for cell in row] for row in rows]
        case "padded":
            rows = [[f" {cell:<8} " for cell in row] for row in rows]
    lines = [delimiter.join(row) for row in rows]
    around = delimiter == "|" and made.below(2) == 0
    return [f"|{line}|" for line in lines] if around else lines


@given(choices(80).map(table))
def test_tables_are_given_back(lines):
    text = "\n".join(lines)
    made = TableCompressor().compress(text, CTX)
    assert made is None or expand_text(made.text) == text


def test_padding_that_no_row_fills_any_more_is_given_back():
    rows = [
        ("name", "kind", "size"),
        *((f"n{at}", "a file" if at % 2 else "dir", str(at * 7)) for at in range(30)),
    ]
    text = "\n".join(f"| {a:<30} | {b:<12} | {c:>9} |" for a, b, c in rows)
    made = TableCompressor().compress(text, CTX)
    assert expand_text(made.text) == text
    assert len(made.text) < len(text) // 2
    assert "padded to 30,12,r9" in made.text


@given(several('ab,"; ', most=40).map("".join), st.sampled_from(",;"))
def test_joined_fields_are_the_line(line, delimiter):
    assert delimiter.join(fields(line, delimiter)) == line


def test_constant_columns_are_said_once_and_repeated_cells_are_dittos():
    text = "city,state,zip\n" + "\n".join(
        f"{city},VA,{n}" for n, city in enumerate(["Oslo", "Oslo", "Bergen"], 20118)
    )
    made = TableCompressor().compress(text, CTX)
    assert made.text.split("\n")[1:] == [
        "city\tstate=VA\tzip",
        "Oslo\t20118",
        '"\t20119',
        "Bergen\t20120",
    ]


def test_a_value_that_stays_for_rows_is_said_where_it_changes():
    states = ["Virginia"] * 12 + ["Maryland"] * 15 + ["DC"] + ["Maryland"] * 13
    text = "zip;state\n" + "\n".join(f"{n};{state}" for n, state in enumerate(states, 20118))
    lines = TableCompressor().compress(text, CTX).text.split("\n")
    assert "but for rows that end with another" in lines[0]
    assert lines[1] == "zip\tstate=Maryland"
    assert lines[2] == "# state=Virginia"
    assert "# state=Maryland" in lines
    assert "20145\tstate=DC" in lines


@pytest.mark.parametrize(
    ("note", "lines"),
    [
        ("a table; was commas", ()),
        ("a table", ("a\tb",)),
        ("a table; was commas", ("a\tb", "1")),
        ("a table; a column with = has it; was commas", ("a\tb=1", "2\tc=3")),
        ("a table; a column with = has it; was commas", ("a\tb=1", "# c=3")),
    ],
)
def test_a_malformed_table_is_an_error(note, lines):
    with pytest.raises(ValueError):
        TableCompressor().expand(Block("table", note, lines))


def test_a_markdown_table_loses_its_padding_only():
    text = (
        "| Name  | Size |\n| ----- | ---- |\n| alpha | 1    |\n| b     | 22   |\n| c     | 333  |"
    )
    made = TableCompressor().compress(text, CTX)
    assert "alpha\t1\n" in made.text
    assert expand_text(made.text) == text


def test_prose_and_code_are_no_tables():
    prose = [
        "When it rains, it pours.",
        "If so, stay in.",
        "Then, go out.",
        "Well, perhaps.",
        "No, never.",
    ] * 3
    code = ["foo(a, b);", "bar(c, d);", "baz(e, f);", "qux(g, h);", "fiz(i, j);"] * 4
    assert list(claim(prose)) == list(claim(code)) == []


@given(
    st.lists(st.tuples(st.sampled_from(["a", "bcd", "", "e f"]), st.integers(0, 10**6)), min_size=4)
)
def test_names_in_the_middle_of_padded_cells_are_given_back(rows):
    cells = [("kind", "number"), *((kind, str(number)) for kind, number in rows)]
    widths = [max(len(row[at]) for row in cells) for at in (0, 1)]

    def middle(name, width):
        return (" " * ((width - len(name)) // 2) + name).ljust(width)

    head = [middle(name, width) for name, width in zip(cells[0], widths, strict=True)]
    body = [[f"{cell:<{w}}" for cell, w in zip(row, widths, strict=True)] for row in cells[1:]]
    rule = [["-" * width for width in widths]]
    text = "\n".join("| " + " | ".join(row) + " |" for row in [head, *rule, *body])
    made = TableCompressor().compress(text, CTX)
    if made is not None:
        assert expand_text(made.text) == text


def test_a_table_as_sqlite_draws_it_loses_its_padding():
    lines = ["|  rank   | pay  |", "|---------|------|"]
    lines += [f"| {f'level {n % 3}':<7} | {1000 + n:<4} |" for n in range(40)]
    made = TableCompressor().compress("\n".join(lines), CTX)
    assert made.text.split("\n")[1] == "rank\tpay"
    assert expand_text(made.text) == "\n".join(lines)


QUOTED = ("Oslo", "", 'a "b"', "x;y", "1", "NA")


@given(
    choices(128).map(
        lambda made: made.several(
            lambda: (made.one(QUOTED), made.below(90), made.one(("NA", 'NA"', "2.5"))), 4, 20
        )
    ),
    st.sampled_from([",", ";", "\t"]),
)
def test_columns_of_texts_in_quotes_beside_bare_numbers_are_given_back(rows, mark):
    def quoted(cell):
        return '"' + cell.replace('"', '""') + '"'

    lines = [mark.join(map(quoted, ("", "city", "rate")))]
    lines += [mark.join([quoted(str(n)), quoted(c), r]) for n, (c, _, r) in enumerate(rows)]
    made = TableCompressor().compress("\n".join(lines), CTX)
    if made is not None:
        assert expand_text(made.text) == "\n".join(lines)


def test_texts_in_quotes_beside_bare_numbers_lose_their_quotes():
    lines = ['"","city","rate"', *(f'"{n}","Town {n % 9}",{n * 7 % 50}' for n in range(1, 60))]
    made = TableCompressor().compress("\n".join(lines), CTX)
    assert "names and columns 1,2 quoted" in made.text
    assert made.text.count('"') == 0
    assert expand_text(made.text) == "\n".join(lines)


UNALIGNED = "\n".join(
    [
        "id|town|state|remark",
        *(f'{at}|Oslo|{"open" if at % 9 else "shut"}|a "b' for at in range(30)),
    ]
)


def test_bars_alone_divide_a_table_in_which_nothing_is_quoted():
    assert list(claim([*UNALIGNED.split("\n"), "(30 rows)"])) == [(0, 31)]
    made = TableCompressor().compress(UNALIGNED, CTX)
    assert made.text.split("\n")[1] == 'id\ttown=Oslo\tstate=open\tremark=a "b'
    assert made.text.split("\n")[2] == "0\tstate=shut"
    assert expand_text(made.text) == UNALIGNED


def test_a_row_of_values_between_bars_names_nothing():
    text = "\n".join(f"{at}|Oslo|open||{at * 7}.5" for at in range(30))
    made = TableCompressor().compress(text, CTX)
    assert made.text.split("\n")[1] == "0\tOslo\topen\t\t0.5"
    assert "=" not in made.text.partition("\n")[2]
    assert expand_text(made.text) == text


def test_commands_with_pipes_are_no_table():
    lines = [f"cat file{at} | sort | uniq -c | head -n {at}" for at in range(20)]
    assert list(claim(lines)) == []
