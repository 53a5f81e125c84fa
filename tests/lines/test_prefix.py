"""What stands in front of each line of somebody else's output."""

from __future__ import annotations

import pytest
from hypothesis import given

from headroom.lines.prefix import clock, prefixed
from tests.choices import several

RESTS = ["starting", "", '  File "a.py", line 3', '{"level":"info"}', "done: 3 | 4"]


def behind(head, count=24):
    return [head(at) + RESTS[at % len(RESTS)] for at in range(count)]


@pytest.mark.parametrize(
    ("head", "sources", "time"),
    [
        (
            lambda at: f"2026-01-02T03:04:{at:02d}.123456789Z std{'err' if at % 2 else 'out'} F ",
            {"stdout", "stderr"},
            "2026-01-02T03:04:03.123456789Z",
        ),
        (
            lambda at: f"test (3.12)\tRun {at // 12}\t2026-01-02T03:04:{at:02d}.1234567Z ",
            {"test (3.12) / Run 0", "test (3.12) / Run 1"},
            "2026-01-02T03:04:03.1234567Z",
        ),
        (lambda at: f"web-{at % 2}  | ", {"web-0", "web-1"}, ""),
        (
            lambda at: f"web-{at % 2}  | 2026-01-02T03:04:{at:02d}.1Z ",
            {"web-0", "web-1"},
            "2026-01-02T03:04:03.1Z",
        ),
        (lambda at: f"{at % 2}|web-{at % 2}    | ", {"0|web-0", "1|web-1"}, ""),
        (
            lambda at: f"[2026-01-02T03:04:{at:02d}.123Z] ",
            {""},
            "2026-01-02T03:04:03.123Z",
        ),
        (lambda at: f"03:04:{at:02d} web.{at % 2} | ", {"web.0", "web.1"}, "03:04:03"),
        (
            lambda at: f"[pod/web-7d9c-{at % 2}/app] ",
            {"pod/web-7d9c-0/app", "pod/web-7d9c-1/app"},
            "",
        ),
        (
            lambda at: f"2026-01-02T03:04:{at:02d}.123456+00:00 app[web.{at % 2}]: ",
            {"app[web.0]", "app[web.1]"},
            "2026-01-02T03:04:03.123456+00:00",
        ),
        (
            lambda at: f"2026-01-02T03:04:{at:02d}.1234567Z ",
            {""},
            "2026-01-02T03:04:03.1234567Z",
        ),
    ],
)
def test_source_time_and_what_was_printed_are_told_apart(head, sources, time):
    made = prefixed(behind(head))
    assert set(made.sources) == sources
    assert made.times[3] == time
    assert made.rests == behind(lambda _: "")


def test_lines_of_the_tool_itself_may_stand_between():
    lines = ["Attaching to web-1, db-1", *behind(lambda at: f"web-{at % 2}  | ")]
    made = prefixed(lines)
    assert made.sources[0] == ""
    assert made.rests[0] == lines[0]


def test_what_stands_in_front_of_records_may_be_anything_with_a_time():
    lines = [f'Jan 02 03:04:{at:02d} node3 web[41]: {{"n":{at}}}' for at in range(20)]
    made = prefixed(["-- Journal begins --", *lines])
    assert set(made.sources[1:]) == {"node3 web[41]"}
    assert made.rests[1] == '{"n":0}'
    assert made.records == 20


def test_containers_may_have_any_name_where_logs_stand_behind_it():
    names = ("shop_db ", "shop_api")
    lines = [f"{names[at % 2]} | 2026-01-02 03:04:05 INFO served {at}" for at in range(20)]
    made = prefixed(lines)
    assert set(made.sources) == {"shop_db", "shop_api"}
    assert made.rests[4] == "2026-01-02 03:04:05 INFO served 4"
    assert prefixed([line.replace(" |", "  |") if "db" in line else line for line in lines]) is None
    assert prefixed([f"{names[at % 2]} | {at}" for at in range(20)]) is None


def test_lines_may_lie_as_strings_in_files_of_records():
    lines = [
        f'{{"log":"step \\"{at}\\"\\n","stream":"stdout","time":"2026-01-02T03:04:05.{at}Z"}}'
        for at in range(20)
    ]
    made = prefixed(lines)
    assert made.rests[7] == 'step "7"'
    assert made.sources[7] == "stdout"
    assert made.times[7] == "2026-01-02T03:04:05.7Z"


def test_rows_of_tables_and_logs_with_a_time_of_their_own_have_no_prefix():
    assert prefixed([f"web-{at} | running | {at}" for at in range(20)]) is None
    assert prefixed([f"id      | {at}" for at in range(20)]) is None
    assert prefixed([f"2026-01-02T03:04:05Z INFO started {at}" for at in range(20)]) is None
    assert prefixed([f"src/a.py:{at}: x = {{}}" for at in range(20)]) is None


def test_a_time_is_shown_without_its_date():
    assert clock("2026-01-02T03:04:05.123456789Z") == "03:04:05.123"
    assert clock("Jan 02 03:04:05") == "03:04:05"
    assert clock("yesterday") == "yesterday"


FILED = '{"log":"a\\n","stream":"stderr","time":"2026-01-02T03:04:05Z"}'
PIECES = ["web-1  | ", "[pod/a/b] ", "", " ", "|", "x\t", "\ufeff", '{"', "}", "\n", FILED]


@given(several(PIECES, 0, 60))
def test_lines_are_taken_apart_one_by_one(pieces):
    lines = "".join(pieces).split("\n")
    made = prefixed(lines)
    if made is not None:
        assert len(made.rests) == len(made.sources) == len(made.times) == len(lines)
        assert all(map(str.endswith, lines, made.rests)) or '{"log"' in "".join(pieces)
