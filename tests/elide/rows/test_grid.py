"""Tables taken apart into lines and cells."""

from __future__ import annotations

import re

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from headroom.elide.rows.grid import aligned, grid, is_table


def rows_of(table):
    return [list(row) for row in zip(*table.columns, strict=True)]


@pytest.mark.parametrize("mark", [",", "\t", ";"])
def test_a_table_has_names_and_rows(mark):
    text = "\n".join([f"id{mark}name", *(f"{n}{mark}part {n}" for n in range(5))])
    found = grid(text + "\n")
    assert found.names == ["id", "name"]
    assert found.rows == [(n + 1, n + 2) for n in range(5)]
    assert rows_of(found)[4] == ["4", "part 4"]


def test_a_quoted_cell_may_hold_marks_and_line_breaks():
    text = 'a,"b\nb",c\n' + "\n".join(f'{n},"x, ""y""\n{n}",z' for n in range(5))
    found = grid(text)
    assert found.head == 2
    assert found.names == ["a", "b\nb", "c"]
    assert found.rows[1] == (4, 6)
    assert rows_of(found)[1] == ["1", 'x, "y"\n1', "z"]


def test_quotes_may_be_escaped_by_backslashes():
    text = '"disc","size"\n' + "\n".join(f'"{n}","{n}\\""' for n in range(5))
    assert rows_of(grid(text))[3] == ["3", '3"']


def test_a_markdown_table_keeps_its_rule_with_its_head():
    text = "| a | b |\n|---|:-:|\n" + "\n".join(f"| {n} | x {n} |" for n in range(5))
    found = grid(text)
    assert (found.head, found.names, rows_of(found)[2]) == (2, ["a", "b"], ["2", "x 2"])


def test_a_table_is_told_from_talk_by_its_quoted_cells():
    rows = "\n".join(f'"{n}","a\nb"' for n in range(8))
    assert is_table(f'"id","what"\n{rows}')
    assert not is_table('"No", she said, "that is\nnot so", and left.\nHe stayed.\n' * 5)


def test_lines_around_a_table_are_no_rows():
    text = "Report of May\n\na,b,c\n" + "\n".join(f"{n},{n},{n}" for n in range(9)) + "\n(9 rows)"
    found = grid(text)
    assert found.head == 3
    assert len(found.rows) == 9


@pytest.mark.parametrize("text", ["", "no table", "a,b\nc\nd\ne\nf\ng", '"' * 7, "|", "a,b"])
def test_what_is_no_table_is_declined(text):
    assert grid(text) is None or grid(text).rows == []


@given(st.text(st.sampled_from('ab,;|\t"\\\n\r \x00-'), max_size=80))
def test_rows_are_runs_of_whole_lines_in_order(text):
    found = grid(text)
    if found is not None:
        ends = [end for _, end in found.rows]
        assert [first for first, _ in found.rows] == [found.head, *ends[:-1]][: len(ends)]
        assert [len(column) for column in found.columns] == [len(ends)] * len(found.names)


cells = st.text(st.characters(codec="utf-8", exclude_characters="\r\0"), max_size=6)


@settings(max_examples=settings.default.max_examples // 5)
@given(st.lists(st.tuples(cells, cells, cells), min_size=8, max_size=20))
def test_cells_are_what_a_writer_wrote(rows):
    quote = lambda cell: '"' + cell.replace('"', '""') + '"'  # noqa: E731
    text = "\n".join(",".join(map(quote, row)) for row in [("a", "b", "c"), *rows])
    if "\\" not in text:
        assert rows_of(grid(text)) == [list(row) for row in rows]


def test_a_line_of_a_box_in_quotes_is_what_it_is():
    rows = [[f"{n}", "│", "─ ┃"] for n in range(9)]
    text = "\n".join(",".join(f'"{cell}"' for cell in row) for row in [["a", "b", "c"], *rows])
    assert rows_of(grid(text)) == rows


def test_aligned_columns_have_the_names_above_them_or_numbers():
    rows = [f"{n:<4}  item-{n:<6} {n * 7:>8}" for n in range(9)]
    bare = aligned("\n".join(rows))
    assert bare.names == ["column 1", "column 2", "column 3"]
    assert rows_of(bare)[3] == ["3", "item-3", "21"]
    named = aligned("\n".join([f"{'NO':<4}  {'WHAT':<11} {'SIZE':>8}", *rows]))
    assert named.names == ["NO", "WHAT", "SIZE"]
    assert named.rows[0] == (1, 2)


def test_names_that_are_wider_than_the_cells_below_them_are_whole():
    text = " num   #containers      #litres  cellar\n" + "-" * 44 + "\n"
    text += "".join(
        f"{n:>3}: {n * 37:>11} {n * 410:>12}  vault{n % 3}.east\n" for n in range(1, 40)
    )
    table = aligned(text)
    assert table is not None
    assert table.names == ["num", "#containers", "#litres", "cellar"]


def test_names_may_stand_above_a_rule():
    rows = [f"ii  pkg-{n:<8}  {n}.0   all" for n in range(9)]
    head = ["Desired", "||/ Name         Version Arch", "+++-============-=======-===="]
    found = aligned("\n".join([*head, *rows]))
    assert found.names[:2] == ["||/", "Name"]
    assert rows_of(found)[2][1] == "pkg-2"


@pytest.mark.parametrize("text", ["", "a  b", "one\ntwo\nthree", "x  y  z\n" * 3])
def test_what_has_no_columns_is_declined(text):
    assert aligned(text) is None


def test_a_pipe_behind_a_backslash_divides_nothing():
    text = "| a | b |\n|---|---|\n" + "\n".join(rf"| {n} | x \| y |" for n in range(5))
    assert rows_of(grid(text))[0] == ["0", r"x \| y"]


@given(st.text(st.sampled_from("ab1 \t|-+\n"), max_size=120))
def test_aligned_rows_are_whole_lines_in_order(text):
    found = aligned(text)
    for n, (start, end) in enumerate(found.rows if found else ()):
        assert start + 1 == end <= len(found.lines)
        assert len(rows_of(found)[n]) == len(found.names)


@pytest.mark.parametrize("rows", [3, 499, 500, 501, 1300])
def test_a_table_of_any_length_keeps_each_cell_in_its_place(rows):
    body = [f"{n},{'ab'[n % 2]},{n * n % 11}" for n in range(rows)]
    found = grid("\n".join(["id,side,rest", *body]))
    assert found is not None
    assert found.rows == [(n, n + 1) for n in range(1, rows + 1)]
    assert [",".join(cells) for cells in zip(*found.columns, strict=True)] == body


def test_quoted_cells_of_a_long_table_are_bare():
    body = [f'{n},"a, {n % 3}"' for n in range(1200)]
    found = grid("\n".join(["id,text", *body]))
    assert found is not None
    assert found.columns[1] == [f"a, {n % 3}" for n in range(1200)]


def test_a_rule_of_dashes_tells_apart_columns_that_are_mostly_empty():
    rows = [
        f"{n * 3:>7}  {n:>6}  {n + 40:>6}    {'' if n % 4 else n:>6} step-{n:<4}" for n in range(12)
    ]
    head = ["seconds    size   calls    errors step", "-------  ------  ------    ------ ---------"]
    found = aligned("\n".join([*head, *rows]))
    assert found.names == ["seconds", "size", "calls", "errors", "step"]
    assert rows_of(found)[4] == ["12", "4", "44", "4", "step-4"]
    assert rows_of(found)[5] == ["15", "5", "45", "", "step-5"]


def test_cells_with_pipes_between_them_alone_are_a_table():
    rows = ["name|crew, by age|weight", *(f"crate {n}|crew {n % 3}, old|{n * 7}" for n in range(9))]
    assert is_table("\n".join(rows))
    assert grid("\n".join(rows)).names == ["name", "crew, by age", "weight"]
    assert not is_table("\n".join(f"{n} | a || b" if n % 2 else f"{n} | c" for n in range(20)))
    assert not is_table("\n".join(f"{n} | print(a)" for n in range(20)))


@pytest.mark.parametrize(
    ("text", "size"),
    [
        (
            "\n".join(f"{n}|alice{n}|{'active' if n % 3 else 'locked'}|1{n}.5" for n in range(40)),
            40,
        ),
        ("\n".join(f"{n * 4}\t/srv/shop/file{n}.py" for n in range(40)), 40),
        ("\n".join(f"2025-03-{1 + n % 28:02},{n * 7},EUR" for n in range(40)), 40),
        ("\n".join(f"Oslo;{'open' if n % 2 else 'shut'};x{n}" for n in range(40)), 40),
    ],
)
def test_a_first_row_that_reads_like_those_below_it_is_a_row(text, size):
    found = grid(text)
    assert (found.head, len(found.rows), found.names[:2]) == (0, size, ["column 1", "column 2"])
    assert " ".join(rows_of(found)[0]) == re.sub(r"[|,;\t]", " ", text.split("\n")[0])


@pytest.mark.parametrize(
    "head",
    [
        "country,2019,2020,2021",
        "country,1,2,3",
        "country,2021,total,share",
        "name,a,b,",
        ",a,b,c",
        "open,a,b,c",
    ],
)
def test_years_and_numbers_may_be_names(head):
    rows = "\n".join(f"land {n},{n * 9},{n * 7},{n}" for n in range(30))
    assert grid(f"{head}\n{rows}").names == head.split(",")


def test_names_that_stand_again_further_down_are_names():
    part = "id,state\n" + "\n".join(f"x{n},{'open' if n % 2 else 'shut'}" for n in range(30))
    assert grid(f"{part}\n{part}").names == ["id", "state"]


def test_cells_over_several_lines_below_bare_names_are_a_table():
    cells = [f'{n},"Fix ""x{n}""","line one\nline two, of {n}",{n}.50' for n in range(20)]
    text = "\n".join(["id,title,note,price", *cells])
    assert is_table(text)
    assert len(grid(text).rows) == 20
    assert is_table(text.replace("\n", "\r\n"))


@pytest.mark.parametrize(
    "text",
    [
        "\n".join(["id,title,price", *(f'{n},"a, b",{n}' for n in range(20))]),
        "\n".join(["a, b, c", *(f'print(a, "x{n}\n", c)' for n in range(20))]),
        "\n".join(
            ["First, second, third", *(f'He said, "no {n}, \nnever", so.' for n in range(9))]
        ),
        "x,y,z\n" + '"""\n' * 40,
    ],
)
def test_lines_that_tell_a_table_themselves_and_talk_are_left_to_others(text):
    assert not is_table(text)


def test_words_that_all_rows_have_in_line_below_one_name_are_one_cell():
    states = ["Up 3 hours (healthy)"] * 9 + ["Up 3 hours (unhealthy)"]
    text = "\n".join(
        ["NAME      CREATED       STATUS                   PORTS"]
        + [f"shop-{n:<4} 3 hours ago   {state:<24} 80{n:02}/tcp" for n, state in enumerate(states)]
    )
    made = aligned(text)
    assert made.names == ["NAME", "CREATED", "STATUS", "PORTS"]
    assert set(made.columns[1]) == {"3 hours ago"}
    assert made.columns[2] == states
