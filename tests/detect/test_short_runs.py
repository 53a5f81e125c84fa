"""Runs of just enough lines are found wherever they stand, and shorter ones are not."""

from __future__ import annotations

import pytest

from headroom.core.types import ContentType
from headroom.detect import split

SAID = [f"The rain of day {n} fell in torrents; nobody minded" for n in range(40)]
CODE = [f"        self.total = self.add(values[{n}])" for n in range(40)]
RUNS = {
    "comma": (ContentType.TABLE, [f"{n},name of item {n},{n * 7},a value" for n in range(5)]),
    "quoted": (
        ContentType.TABLE,
        [f'{n},"a name, and more of {n}",{n * 7},a value' for n in range(5)],
    ),
    "tab": (ContentType.TABLE, [f"{n}\tname of item number {n}\t{n * 7}" for n in range(5)]),
    "pipe": (ContentType.TABLE, [f"| {n} | name of item number {n} | 70 |" for n in range(5)]),
    "pytest": (ContentType.TEST, [f"tests/test_a.py::test_{n} PASSED [ {n}%]" for n in range(6)]),
    "unittest": (ContentType.TEST, [f"test_{n} (tests.test_a.Case) ... ok" for n in range(6)]),
    "go": (
        ContentType.TEST,
        ["=== RUN   TestA", "a", "b", "c", "d", "--- PASS: TestA (0.00s)"],
    ),
}


def _found(lines: list[str], kind: ContentType) -> list[tuple[int, int]]:
    return [(part.start, part.end) for part in split("\n".join(lines)) if part.type is kind]


@pytest.mark.parametrize("around", [SAID, CODE], ids=["prose", "code"])
@pytest.mark.parametrize(("kind", "run"), RUNS.values(), ids=RUNS)
def test_a_run_of_just_enough_lines_is_found_wherever_it_begins(around, kind, run):
    for before in range(13):
        lines = [*around[:before], "", *run, "", *around[before:]]
        assert _found(lines, kind) == [(before + 1, before + 1 + len(run))]


@pytest.mark.parametrize(("kind", "run"), RUNS.values(), ids=RUNS)
def test_a_run_of_one_line_less_is_none(kind, run):
    short = run[:-2] + run[-1:]
    for before in range(7):
        assert _found([*SAID[:before], "", *short, "", *SAID[before:]], kind) == []


ROWS = [f"name-{n}     {n * 1000:<8} running   2 days ago" for n in range(8)]


@pytest.mark.parametrize("sign", ["\t", "\x07", "\x7f", "\xa0", "\u200b"])
def test_a_line_with_what_cannot_be_printed_is_no_row(sign):
    rows = [*ROWS]
    rows[5] = rows[5].replace("running", f"run{sign}ing")
    assert _found(ROWS, ContentType.COLUMNS) == [(0, 8)]
    assert _found(rows, ContentType.COLUMNS) == [(0, 5)]


def test_json_with_an_empty_line_behind_it_is_all_one_value():
    value = '{\n  "names": [\n' + ",\n".join(f'    "name {n}"' for n in range(40)) + "\n  ]\n}"
    assert _found(f"{value}\n".split("\n"), ContentType.JSON) == [(0, value.count("\n") + 1)]


def test_json_behind_the_braces_of_source_is_found():
    record = '{"name": "a record", "of": ["several", "values"]}'
    value = f"[{', '.join([record] * 40)}]"
    lines = [*(f"if (a[{n}]) {{" for n in range(20)), "", f"const data = {value}"]
    assert _found(lines, ContentType.JSON) == [(21, 22)]
