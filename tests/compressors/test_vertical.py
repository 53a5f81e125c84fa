"""Records that stand a field a line: a row each, and given back to the letter."""

from __future__ import annotations

import pytest
from hypothesis import given

from headroom.compressors.vertical import VerticalCompressor
from headroom.core.types import Context
from headroom.decode import expand_text
from headroom.detect import detect
from headroom.detect.vertical import claim
from headroom.elide.rows.stacked import is_stacked, stacked
from tests.choices import choices

CTX = Context(count=len)
ROWS = [(at, f"town {at * 7 % 5}", "VA" if at % 9 else "MD", "") for at in range(1, 25)]
NAMES = ("id", "town", "state", "remark")


def psql(rows, names=NAMES):
    wide = max(map(len, names))
    out = []
    for number, row in rows:
        label = f"-[ RECORD {number} ]"
        base = "-" * (wide + 1) + "+" + "-" * 22
        out.append(label + base[len(label) :])
        out += [f"{name:<{wide}} | {value}" for name, value in zip(names, row, strict=True)]
    return out


def mysql(rows, names=NAMES):
    wide = max(map(len, names))
    out = []
    for number, row in rows:
        out.append(f"{'*' * 27} {number}. row {'*' * 27}")
        out += [f"{name:>{wide}}: {value}" for name, value in zip(names, row, strict=True)]
    return out


def parted(rows, names=NAMES, sign=": "):
    out = []
    for _, row in rows:
        out += [""] * bool(out)
        out += [f"{name}{sign}{value}" for name, value in zip(names, row, strict=True)]
    return out


def numbered(rows, first=1):
    return list(enumerate(rows, first))


SPELLINGS = [psql, mysql, parted]


@pytest.mark.parametrize("spell", SPELLINGS)
def test_each_record_is_a_row_below_the_names_of_its_fields(spell):
    text = "\n".join(spell(numbered(ROWS)))
    made = VerticalCompressor().compress(text, CTX)
    body = made.text.split("\n")
    assert body[1].split("\t")[:2] == ["id", "town"]
    assert body[2].split("\t")[:2] == ["1", "town 2"]
    assert len(body) <= len(ROWS) + 4
    assert expand_text(made.text) == text


def test_numbers_that_do_not_follow_each_other_are_a_column():
    rows = [(3, ROWS[2]), (8, ROWS[7]), (9, ROWS[8]), (98, ROWS[9]), (104, ROWS[10])]
    for spell in (psql, mysql):
        text = "\n".join(spell(rows))
        made = VerticalCompressor().compress(text, CTX)
        assert made.text.split("\n")[1].startswith("#\tid\t")
        assert made.text.split("\n")[5].startswith("98\t10\t")
        assert expand_text(made.text) == text


def test_a_record_with_other_fields_stays_as_it_was():
    lines = mysql(numbered(ROWS))
    lines.insert(8, "and more of the remark")
    text = "\n".join(lines)
    made = VerticalCompressor().compress(text, CTX)
    assert "= and more of the remark" in made.text
    assert expand_text(made.text) == text


def test_blanks_behind_empty_values_may_be_gone():
    text = "\n".join(line.rstrip() for line in mysql(numbered(ROWS)))
    made = VerticalCompressor().compress(text, CTX)
    assert "no blank behind those of empty values" in made.text
    assert expand_text(made.text) == text


def test_names_may_be_padded_in_any_way():
    lines = [
        line
        for at in range(8)
        for line in (
            *[""][: at and 1],
            f"processor\t: {at}",
            "vendor_id\t: x",
            f"cpu MHz\t\t: {at}.5",
        )
    ]
    made = VerticalCompressor().compress("\n".join(lines), CTX)
    assert r'names with ["processor\t: ","vendor_id\t: ","cpu MHz\t\t: "]' in made.text
    assert expand_text(made.text) == "\n".join(lines)


def test_records_are_found_amid_other_lines():
    lines = ["Query OK", "", *mysql(numbered(ROWS)), "24 rows in set (0.01 sec)", ""]
    assert list(claim(lines)) == [(2, len(lines) - 2)]
    assert detect("\n".join(lines)) == "table"
    grid = stacked("\n".join(lines))
    assert grid.names == list(NAMES)
    assert len(grid.rows) == len(ROWS)
    assert grid.columns[1][0] == "town 2"


def test_a_second_query_begins_another_run():
    lines = [*mysql(numbered(ROWS)), "24 rows in set", "", *mysql(numbered(ROWS[:6]))]
    assert list(claim(lines)) == [(0, 120), (122, 152)]


def test_records_of_several_queries_with_the_same_fields_are_one_table():
    lines = [*mysql(numbered(ROWS)), "24 rows in set", "", *mysql(numbered(ROWS[:6]))]
    grid = stacked("\n".join(lines))
    assert len(grid.rows) == 30
    assert grid.rows[24] == (122, 127)
    assert grid.columns[0][24] == "1"


def test_paragraphs_and_few_records_are_none():
    assert list(claim(["Note: a", "so it goes", "", "Warning: b", "and on"] * 9)) == []
    assert list(claim(mysql(numbered(ROWS[:3])))) == []
    assert not is_stacked("a: 1\nb: 2\n\n" * 9)
    assert is_stacked("\n".join(psql(numbered(ROWS))))


CELLS = ("12", "", '"', "= x", "# a", "a b ", " a", "x | y", "a: b", "a\tb", "é", "\r", "1. row")


def records(made):
    names = [made.one(("id", "a b", "size", "Mode", "x.y", "é"))]
    names += [f"f{at}" for at in range(1 + made.below(4))]
    rows = made.several(lambda: [made.one(CELLS) for _ in names], 4, 12)
    start = 1 + made.below(120)
    pairs = [(start + at * (1 + made.below(2)), row) for at, row in enumerate(rows)]
    spell = made.one((psql, mysql, parted, lambda rows, names: parted(rows, names, " = ")))
    lines = spell(pairs, names)
    if made.below(3) == 0:
        lines.insert(made.below(len(lines) + 1), made.one(("", "more", "-[ RECORD 1 ]", "a: b")))
    return [line.rstrip() for line in lines] if made.below(3) == 0 else lines


@given(choices(120).map(records))
def test_records_are_given_back(lines):
    text = "\n".join(lines)
    made = VerticalCompressor().compress(text, CTX)
    assert made is None or expand_text(made.text) == text


@pytest.mark.parametrize(
    "block",
    [
        "[headroom:vertical 2 lines; x]\na\tb\n1\t2",
        '[headroom:vertical 2 lines; names to the left, 3 wide, then ": "; each under "x"]\n#\ta\n1\t2',
        '[headroom:vertical 2 lines; names with ["a: "]; a blank line between them]\na\tb\n1\t2',
        '[headroom:vertical 2 lines; names with ["a: "]; each under "-[ RECORD 1 ]"]\n#\ta\nx\t2',
    ],
)
def test_a_malformed_block_is_refused(block):
    with pytest.raises(ValueError, match=r"record|rule|names"):
        expand_text(block)
