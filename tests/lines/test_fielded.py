"""What stands in front of records in JSON becomes fields of them, and comes back."""

from __future__ import annotations

import json

import pytest
from hypothesis import given

from headroom.core.types import Context
from headroom.decode import expand_text
from headroom.engine.codec import fold_text
from headroom.engine.guard import Margin
from headroom.engine.router import ContentRouter
from headroom.lines.fielded import fielded, headed
from tests.choices import choices

CTX = Context(count=lambda text: len(text) // 3 + 1)
LINES = [
    f'2026-01-02T03:04:{at:02d}.123456789Z stdout F {{"level":"info","n":{at}}}' for at in range(40)
]


def test_the_head_is_a_field_and_its_time_another():
    made = fielded(LINES)
    assert made[3] == (
        '{"head":"~ stdout F ","logged":"2026-01-02T03:04:03.123456789Z","level":"info","n":3}'
    )
    assert headed(made) == LINES


def test_records_behind_a_prefix_fold_to_one_table():
    text = "\n".join(LINES)
    folded = fold_text(text, CTX, ContentRouter())
    assert folded.text.startswith("[headroom:fields 43 lines; ")
    assert 'head="~ stdout F "' in folded.text
    assert expand_text(folded.text) == text
    assert folded.tokens < 0.7 * CTX.count(text)


def test_what_stands_around_may_end_its_lines_in_cr_lf():
    text = "\r\n".join(LINES)
    folded = fold_text(text, CTX, ContentRouter())
    assert folded.text.startswith("[headroom:crlf ")
    assert expand_text(folded.text) == text


def test_records_with_blanks_keep_theirs():
    lines = [line.replace('":', '": ').replace(',"', ', "') for line in LINES]
    assert fielded(lines)[0].startswith('{"head": "~ stdout F ", "logged": "2026')
    folded = fold_text("\n".join(lines), CTX, ContentRouter())
    assert expand_text(folded.text) == "\n".join(lines)


def test_nothing_becomes_a_field_whose_name_is_taken():
    assert fielded([line.replace("level", "head") for line in LINES]) is None


def test_lines_without_a_record_stay_as_they_are():
    lines = ["-- Journal begins --", *LINES, "panic: out of memory"]
    made = fielded(lines)
    assert made[0] == lines[0]
    assert made[-1] == lines[-1]
    assert headed(made) == lines


def test_a_block_with_a_broken_head_is_refused():
    with pytest.raises(ValueError, match="stood in front"):
        expand_text('[headroom:fields 1 line; x]\n{"head":7}')
    with pytest.raises(ValueError, match="inside"):
        expand_text("[headroom:fields 2 lines; x]\n[headroom:fields 1 line; x]\na")


HEADS = ["2026-01-02T03:04:05Z ", "Jan 02 03:04:05 h a[1]: ", "~ ", "x\\", '"', "web-1 | ", "{", ""]
RECORDS = [{"a": 1}, {"a": "~", "b": None}, {}, {"head": 1}, {"é": ["\n"]}, {"a": 'x"y'}]


def prefixed_records(made):
    def line():
        record, spaced = made.one(RECORDS), made.below(2)
        separators = (", ", ": ") if spaced else (",", ":")
        spelled = json.dumps(record, separators=separators, ensure_ascii=bool(made.below(2)))
        return made.one(HEADS) + spelled + made.one(["", "", " ", "x"])

    return made.several(line, 0, 30)


@given(choices(120).map(prefixed_records))
def test_lines_come_back(lines):
    made = fielded(lines)
    assert made is None or headed(made) == lines
    text = "\n".join(lines)
    folded = fold_text(text, CTX, ContentRouter(), Margin(1, 0.0))
    assert folded is None or expand_text(folded.text) == folded.restores
    assert folded is None or folded.grade != "exact" or folded.restores == text
