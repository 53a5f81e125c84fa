"""What belongs together around a line that a question names."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from headroom.core.types import ContentType
from headroom.elide.lines.by_line import by_line
from headroom.elide.lines.stanza import stanzas

POOLS = [
    line
    for n in range(60)
    for line in (
        f"pool-{n:02}:",
        f"  Present: {n}.4.1",
        f"  Offered: {n}.4.2",
        "  Mirrors:",
        f"    {n % 7} https://mirror.example/pool main",
        "    1 /srv/state",
    )
]
FINDINGS = [
    line
    for n in range(60)
    for line in (
        f"* Finding: [K{n:03}] something about rule {n}",
        f"  Weight: {'grave' if n in (23, 41) else 'slight'}",
        f"  More: https://rules.example/k{n}",
        f"  Spot: src/part_{n}.py:{n + 7}:3",
        "",
    )
]


def test_lines_set_in_below_a_line_belong_to_it():
    assert stanzas(["a:", "  b: 1", "    c", "d:"], [0]) == {1: 0, 2: 0}


def test_the_bracket_that_closes_a_block_belongs_to_it():
    assert stanzas(['"a": {', '  "b": 1', "},", '"c": {'], [0]) == {1: 0, 2: 0}


def test_a_line_that_is_set_in_belongs_to_the_line_above_it_with_its_neighbours():
    assert stanzas(["x", "a:", "  b: 1", "  c: 2", "", "d"], [3]) == {1: 3, 2: 3}


def test_fields_that_stand_together_belong_together():
    lines = ["Part: a", "Since: 1", "", "Part: b", "Since: 2", "Owner: c", "", "Part: d"]
    assert stanzas(lines, [3]) == {4: 3, 5: 3}


def test_a_log_whose_lines_begin_alike_is_no_stanza():
    assert stanzas([f"app: served {n}" for n in range(40)], [20]) == {}


def test_of_a_long_block_the_beginning_belongs_to_its_head():
    assert stanzas(["a:", *(f"  {n}" for n in range(99))], [0]) == dict.fromkeys(range(1, 16), 0)


def test_the_entry_that_a_question_names_stays_whole():
    made = by_line(
        "\n".join(POOLS), ContentType.LOG, "Which pool-31 is present, what offered?", 0.1
    )
    assert "pool-31:\n  Present: 31.4.1\n  Offered: 31.4.2\n" in made.body


def test_a_field_that_answers_brings_its_record():
    text = "\n".join(FINDINGS)
    made = by_line(text, ContentType.LOG, "Which ones are grave? Rule and spot.", 0.15)
    for n in (23, 41):
        assert f"[K{n:03}]" in made.body
        assert f"  Spot: src/part_{n}.py:{n + 7}:3" in made.body


@given(st.lists(st.sampled_from(["", "a", "  b", "\tc", "K: v", "    }", "  "]), max_size=40))
def test_stanzas_are_of_other_lines_that_exist(lines):
    for at, head in stanzas(lines, range(0, len(lines), 3)).items():
        assert at != head
        assert 0 <= at < len(lines)
        assert abs(at - head) <= 16
