"""Rankings: the first rows of what stands by a number that falls."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from headroom.core.types import ContentType
from headroom.detect import detect
from headroom.elide.lines.by_line import by_line
from headroom.elide.lines.ranking import TOP, ranked

SHARES = (55.67, 23.59, 4.72, 3.77, 2.83, 2.83, 1.89, 0.94, 0.94, 0.0, 0.0)
PROFILE = [
    "records.json    26.3 MB  load 1.512 s",
    "  %   cumulative   self",
    " time   seconds   seconds  name",
    *(
        f" {share:5.2f}    {n * 0.11:5.2f}  {share / 90:5.2f}  part_{n}"
        for n, share in enumerate(SHARES)
    ),
]


def test_the_first_rows_and_what_names_their_columns_count():
    weights = ranked(PROFILE)
    assert {1, 2, *range(3, 3 + TOP)} <= set(weights)
    rows = [weights[3 + n] for n in range(len(SHARES))]
    assert rows == sorted(rows, reverse=True)
    assert rows[-1] < rows[0] / 2
    assert 0 not in weights


def test_shares_in_brackets_and_thousands_with_commas_are_numbers():
    rows = [f"{n * n * n * 31:>12,} ({n * 7}.{n}%)  load.c:part_{n}" for n in range(9, 0, -1)]
    assert min(ranked(["Ir  file:function", *rows])) == 0


def test_what_counts_down_or_up_times_and_places_are_no_rankings():
    assert not ranked([f"{n} bottles" for n in range(20, 10, -1)])
    assert not ranked([f"{n} lines" for n in range(1, 30)])
    assert not ranked([f"2025-01-{n} it rained" for n in range(30, 1, -1)])
    assert not ranked([f"{n}:{n} it rained" for n in range(30, 1, -1)])
    assert not ranked([f"{n}.1.2 released" for n in range(30, 1, -1)])


def test_of_several_profiles_in_one_output_each_keeps_its_head():
    text = "\n".join(line.replace("part", f"p{n}") for n in range(4) for line in PROFILE)
    made = by_line(text, ContentType.TEXT, "Where does the time go?", 0.5)
    assert made is not None
    for n in range(4):
        assert f"p{n}_0" in made.body
        assert f"p{n}_1" in made.body


@given(st.lists(st.text(alphabet="0123456789.,% ()\tab", max_size=30), max_size=30))
def test_any_lines_get_an_answer(lines):
    assert set(ranked(lines)) <= set(range(len(lines)))


def test_calls_of_what_calls_itself_are_numbers_and_such_rows_are_no_source():
    rows = [
        f"{90_000 // (n + 1) + 700:>7}/{n + 3}    {9 / (n + 1):5.3f}    0.000   11.8{n}    2.9 "
        f"core.py:{100 + n}(part_{n})"
        for n in range(20)
    ]
    text = "\n".join(["   ncalls  tottime  percall  cumtime  percall filename(function)", *rows])
    assert min(ranked(text.split("\n"))) == 0
    assert detect(text) is not ContentType.CODE
