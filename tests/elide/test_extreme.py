"""The row with the largest or smallest number, where a question asks for it."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from headroom.elide.extreme import _COMPOUND, _MAY_BE_COMPOUND, _measured, extremes, slow

TABLE = [
    "120 calls in 0.2 seconds",
    "",
    "   ncalls  tottime  cumtime  function",
    *(f"  {n}/{n}    0.0{n}    9.{99 - n}  shop.py:{n}(step)" for n in range(10, 60)),
]


def heaviest(lines, query):
    found = extremes(lines, query)
    return max(found, key=found.get)


def test_a_column_that_the_question_names_is_the_one_that_is_compared():
    assert TABLE[heaviest(TABLE, "Which function has the highest tottime?")].endswith("59(step)")
    assert TABLE[heaviest(TABLE, "Which function has the highest cumtime?")].endswith("10(step)")
    assert TABLE[heaviest(TABLE, "Which has the lowest tottime?")].endswith("10(step)")


def test_durations_are_compared_in_one_unit_and_not_with_clock_times():
    lines = [f"2026-01-02 10:00:{n:02} [{9000 + n}] took {n + 10} ms" for n in range(40)]
    lines[17] = "2026-01-02 10:00:17 [9017] took 1.5 s"
    assert heaviest(lines, "Which request took longest?") == 17


def test_times_that_lines_begin_with_are_durations_unless_they_only_grow():
    lines = [f"     0.0000{n} read({n}, 4096) = {n * 100}" for n in range(10, 50)]
    lines[5] = "     0.003857 brk(0x12934000) = 0x12934000"
    assert heaviest(lines, "How long did the slowest call take?") == 5
    stamps = [
        f"[{n}.{n:06}] a{n} took {60 - n} ms".replace("[", "").replace("]", "") for n in range(40)
    ]
    assert heaviest(stamps, "How long did the slowest call take?") == 0


def test_the_time_at_the_end_of_a_system_call_is_a_duration():
    lines = [f"read({n}, 4096) = {n * 100} <0.0000{n}>" for n in range(10, 50)]
    lines[3] = "futex(1) = 0 <2.013000>"
    assert heaviest(lines, "Which call took the longest?") == 3


def test_sizes_are_compared_with_their_units():
    lines = [f"image-{n} {n + 900} MB" for n in range(30)]
    lines[12] = "image-12 1.4 GB"
    assert heaviest(lines, "Which is the largest image?") == 12


def test_nothing_is_weighed_unless_the_question_asks_for_an_extreme():
    assert extremes(TABLE, "What does shop.py do?") == {}


@given(st.lists(st.text(max_size=60), max_size=30), st.text(max_size=40))
def test_any_lines_can_be_compared(lines, words):
    found = extremes(lines, f"the largest {words}, the longest time")
    assert all(0 <= at < len(lines) and weight > 0 for at, weight in found.items())


def test_times_in_several_units_are_compared_by_how_long_they_are():
    lines = [f"built part {n} in {n % 50 + 1}s" for n in range(60)]
    lines[20], lines[40] = "built part 20 in 1m 12s", "built part 40 (0:12:41.3)"
    assert heaviest(lines, "Which part took longest?") == 40
    lines[40] = "built part 40 in 2s"
    assert heaviest(lines, "Which part took longest?") == 20


def test_the_largest_count_of_a_list_of_counts_is_found():
    lines = [f"src/part{n}.py:{n * 31 % 97}" for n in range(97)]
    assert lines[heaviest(lines, "Which file has the most matches?")].endswith(":96")


TIMED = st.lists(
    st.sampled_from(
        (
            "took",
            "in ",
            "(",
            "time",
            "=",
            ": ",
            " ",
            "1",
            "12",
            ":",
            ":05",
            ".5",
            "h ",
            "m",
            "s",
            "x",
        )
    ),
    max_size=14,
).map("".join)


@given(TIMED)
def test_a_time_in_several_units_is_passed_over_by_no_glance(text):
    assert _MAY_BE_COMPOUND.search(text) or not _COMPOUND.search(text)


@given(
    st.lists(
        st.tuples(st.integers(0, 9_999), st.sampled_from(("ms", "s", " min", "x"))), max_size=30
    )
)
def test_each_line_counts_with_the_longest_time_in_it(parts):
    lines = [f"part {at}: {n}{unit}, then 1ms" for at, (n, unit) in enumerate(parts)]
    scale = {"ms": 1e-3, "s": 1.0, " min": 60.0, "x": 0.0}
    longest = [max(n * scale[unit], 1e-3) for n, unit in parts]
    assert [-at for _, at in _measured(lines, "longest")] == list(range(len(lines)))
    assert [value for value, _ in _measured(lines, "longest")] == pytest.approx(longest)


def test_the_time_since_the_start_is_no_duration():
    lines = [f"[{n * 1.3:.3f}s][info][gc] GC({n}) Pause Young {3 + n % 7}.25ms" for n in range(90)]
    lines[30] = "[39.000s][info][gc] GC(30) Pause Young 812.4ms"
    assert heaviest(lines, "What is the longest pause?") == 30
    lines = [f"{90 - n}.5s call tests/test_{n}.py" for n in range(60)]
    assert heaviest(lines, "Which test is the slowest?") == 0


def test_a_field_named_after_a_time_holds_one():
    lines = [f'<testcase classname="shop.Cart" name="t{n}" time="0.{n}"/>' for n in range(10, 90)]
    lines[33] = '<testcase classname="shop.Cart" name="t43" time="42.500"/>'
    assert extremes(lines, "Which test is the slowest?")[33] > 2
    lines = [f"level=info path=/a/{n} status=200 duration={n % 50 + 1}" for n in range(80)]
    lines[12] = "level=info path=/a/12 status=200 duration=900"
    assert heaviest(lines, "Which request took longest?") == 12


def test_a_line_that_took_far_longer_than_the_others_is_found_unasked():
    lines = [
        f'time=10:{n // 60:02}:{n % 60:02} msg="request done" dur={n * 7 % 50 + 2}ms'
        for n in range(300)
    ]
    assert slow("\n".join(lines)) == []
    lines[222] = 'time=10:03:42 msg="request done" dur=4800ms'
    lines[40] = 'time=10:00:40 msg="request done" dur=2.5s'
    assert slow("\n".join(lines)) == [40, 222]
    steady = [f"step {n} took {'9000' if n % 3 else '4'} ms" for n in range(60)]
    assert slow("\n".join(steady)) == []


@given(st.lists(st.text(alphabet="took 0123456789ms.", max_size=30), max_size=40))
def test_any_lines_may_be_timed(lines):
    assert all(0 <= at < len(lines) for at in slow("\n".join(lines)))


def test_a_field_that_the_question_names_is_the_one_that_is_compared():
    lines = [f'<class hits="{900 - n}" line-rate="0.{50 + n}" size="{n}"/>' for n in range(40)]
    assert heaviest(lines, "Which class has the lowest line rate?") == 0
    assert heaviest(lines, "Which one has the most hits?") == 0
    assert heaviest(lines, "Which class is the largest?") == 39
    cases = [f'<case name="n{n}" lines="{99 - n}" time="0.0{n:02}"/>' for n in range(40)]
    assert heaviest(cases, "Which case took longest?") == 39


def test_figures_with_which_a_hash_begins_are_no_numbers():
    lines = [f"{n}b{n % 7}e{n}fa4d{n:03}9 sheep {n % 50} {n + 3}" for n in range(100, 200)]
    lines[40] = "140b0e140fa4d1409 sheep 977 143"
    assert heaviest(lines, "Which is the largest?") == 40


def test_groups_of_thousands_are_one_number():
    lines = [f"barn {chr(97 + n % 26)} holds {n},{900 - n:03} grains" for n in range(1, 60)]
    lines[7] = "barn h holds 1,000,001 grains"
    assert heaviest(lines, "Which barn holds the most?") == 7
    sized = [f"sack {chr(97 + n % 26)} ({n},{900 - n:03}B)" for n in range(1, 60)]
    assert heaviest(sized, "Which is the largest in bytes?") == 58


def test_what_took_longest_is_told_by_times_and_not_by_a_column_that_another_word_names():
    lines = ["-- Performing test of 3 kinds"]
    lines += [f"-- 1{n} 2{n} 3{n} done" for n in range(9)]
    took = (0.01, 0.22, 0.23, 2.75, 0.32, 1.25)
    lines += [
        f"{n}/6 Test #{n}: part_{n} ...   Passed    {each} sec" for n, each in enumerate(took)
    ]
    found = extremes(lines, "Which test took the longest, and how many are there?")
    assert max(found, key=found.__getitem__) == 13
