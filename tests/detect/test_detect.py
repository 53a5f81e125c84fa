"""What kind of text is this?"""

from __future__ import annotations

import itertools
import json

import pytest

from headroom.core.types import ContentType
from headroom.detect import detect, split

LOG = "\n".join(f"2024-01-02 10:00:{n:02} INFO app: message number {n}" for n in range(8))
SEARCH = "\n".join(f"src/app/main.py:{n}: return value of {n}" for n in range(8))
PATHS = "\n".join(f"src/app/module_{n}/file_{n}.py" for n in range(12))
PYTEST = "\n".join(f"tests/test_a.py::test_{n} PASSED [ {n}%]" for n in range(9))
SOURCE = "import os\n\n\ndef main(argv):\n    for arg in argv:\n        print(arg)\n    return 0\n\n\nclass A:\n    x = f(1)\n"
PROSE = "It was a dark and stormy night.\nThe rain fell in torrents, except at odd times.\n" * 3


@pytest.mark.parametrize(
    ("text", "kind"),
    [
        (LOG, ContentType.LOG),
        (SEARCH, ContentType.SEARCH),
        (PATHS, ContentType.LISTING),
        (PYTEST, ContentType.TEST),
        (json.dumps([{"name": f"item {n}", "size": n} for n in range(9)]), ContentType.JSON),
        (SOURCE, ContentType.CODE),
        (PROSE, ContentType.TEXT),
        ("", ContentType.TEXT),
    ],
)
def test_the_kind_of_a_text_is_found(text, kind):
    assert detect(text) is kind


def test_parts_cover_every_line_of_a_mixture():
    text = "\n".join([PROSE, SEARCH, "and then", PYTEST, LOG, json.dumps({"a": ["b"] * 60})])
    parts = split(text)
    assert parts[0].start == 0
    assert parts[-1].end == text.count("\n") + 1
    assert all(a.end == b.start for a, b in itertools.pairwise(parts))
    assert {ContentType.SEARCH, ContentType.TEST, ContentType.JSON} <= {part.type for part in parts}


def test_messages_that_end_with_a_remark_in_brackets_are_no_source():
    lines = [
        f"fetch http GET 200 https://packages.example.org/{n} {n}ms (cache miss)" for n in range(90)
    ]
    assert detect("\n".join(lines)) is not ContentType.CODE
    code = [f"total = add(total, {n})" if n % 2 else f"print(total + {n})" for n in range(90)]
    assert detect("\n".join(code)) is ContentType.CODE


OBJECT = json.dumps({"names": [f"name {n}" for n in range(200)]})


@pytest.mark.parametrize(
    ("text", "kinds"),
    [
        (OBJECT, [ContentType.JSON]),
        (json.dumps(json.loads(OBJECT), indent=2), [ContentType.JSON]),
        (f"{OBJECT}\n{OBJECT}", [ContentType.JSON]),
        (f"{OBJECT}\nand more", [ContentType.JSON, ContentType.TEXT]),
        (f"The answer: {OBJECT}", [ContentType.JSON]),
        (f"The answer:\n{OBJECT}", [ContentType.TEXT, ContentType.JSON]),
        (f"{'so it is said ' * 20}: {OBJECT}", [ContentType.TEXT]),
        (OBJECT[:-1], [ContentType.TEXT]),
        ('{"a": 1}', [ContentType.TEXT]),
    ],
)
def test_json_is_found_where_it_is_all_of_a_text_and_where_it_is_a_part(text, kinds):
    assert [part.type for part in split(text)] == kinds


def test_a_file_with_numbers_and_bars_before_its_lines_is_code():
    lines = [f"{n} | " + line for n, line in enumerate(SOURCE.split("\n") * 3, 1)]
    assert detect("\n".join(lines)) is ContentType.CODE
    assert detect("\n".join(map(str.rstrip, lines))) is ContentType.CODE


def test_numbers_put_below_each_other_with_blanks_are_a_table():
    rows = [f"{n:5}, {n * 1.5:14.6f}, {-n / 7:12.6f}, {n:8}" for n in range(30)]
    assert detect("\n".join(["area, est pop, residual, key", *rows])) == ContentType.TABLE
    assert detect("\n".join([f"    {n}, f({n}), {n}, 4" for n in range(30)])) != ContentType.TABLE


def test_a_comma_within_brackets_divides_nothing():
    log = "\n".join(f"[0.{n}s][info][mill,start] Stones: {n * 3} sharp" for n in range(10, 19))
    assert all(part.type is not ContentType.TABLE for part in split(log))
    pairs = "\n".join(f"[vault] {n},{n * 3} sacks of barley" for n in range(1, 9))
    assert [part.type for part in split(pairs)] == [ContentType.TABLE]


def test_a_list_of_numbers_is_json_and_dates_in_brackets_are_a_log():
    for first in ("1", "-1.5e3", "0.25", "[7", "-Infinity"):
        closing = "]" if first.startswith("[") else ""
        numbers = ",\n  ".join([first + closing, *map(str, range(60))])
        assert detect(f"[\n  {numbers}\n]") is ContentType.JSON
    log = "\n".join(f"[2026-01-31 12:00:{n:02}] INFO step {n} is done" for n in range(20))
    assert detect(log) is ContentType.LOG
