"""Answers keep their limit, whatever counts them and however long what they say about themselves."""

from __future__ import annotations

import json

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from headroom.ccr.bound import Bound, estimate
from headroom.ccr.query import answer
from headroom.tokens import tokenizer_for

COUNT = tokenizer_for("gpt-4o").count
LOG = "\n".join(
    f"10:{n // 60:02}:{n % 60:02} user {n * 7919} took {n * 37 % 91} ms" for n in range(900)
)
ROWS = json.dumps([{"id": n, "uuid": f"{n * 7919:032x}", "name": f"part {n}"} for n in range(400)])
ONE = json.dumps({"blob": "deadbeef" * 4_000, "name": "part"})
WIDE = "\n".join(f"第{n}行：设置并重新启动服务器，然后检查日志文件。" for n in range(500))


@pytest.mark.parametrize("text", [LOG, ROWS, ONE, WIDE], ids=["log", "rows", "one value", "wide"])
@pytest.mark.parametrize(
    "part",
    [
        {"query": "part 77 user 79190 服务器"},
        {"lines": "1-900"},
        {"rows": "0-300"},
        {"path": "blob"},
        {},
    ],
    ids=str,
)
@pytest.mark.parametrize("limit", [1, 7, 30, 100, 800, 5_000])
def test_no_answer_is_longer_than_its_limit(text, part, limit):
    try:
        shown = answer(text, **part, bound=Bound(limit, COUNT))
    except ValueError:
        assert "rows" in part or "path" in part or "lines" in part
        return
    assert COUNT(shown) <= limit
    if limit >= 100 and "query" not in part:
        assert COUNT(shown) >= min(limit, COUNT(answer(text, **part))) * 0.6


@pytest.mark.parametrize(
    ("limit", "said"),
    [
        (26, '[the text has 900 lines; left out for length: ask for lines="100-700"]'),
        (20, '[left out for length: ask for lines="100-700"]'),
        (10, "[the text has 900 lines]"),
        (4, "[cut]"),
    ],
)
def test_a_limit_that_no_line_fits_into_leaves_a_whole_one_about_what_is_left(limit, said):
    assert answer(LOG, lines="100-700", bound=Bound(limit, COUNT)) == said


def test_what_says_nothing_of_the_rest_is_cut_at_a_line_end():
    assert Bound(7, len).fit(lambda _: "one\ntwo\nthree", "") == "one"


def test_a_search_has_a_limit_of_its_own():
    assert 600 < COUNT(answer(LOG, query="user took", bound=Bound(count=COUNT))) <= 800
    assert COUNT(answer(LOG, bound=Bound(count=COUNT))) > 5_000


def test_what_is_left_out_for_length_is_named_exactly():
    shown = answer(LOG, lines="100-700", bound=Bound(300, COUNT))
    body, _, note = shown.rpartition("\n")
    kept = body.split("\n")
    assert kept == LOG.split("\n")[99 : 99 + len(kept)]
    assert f'ask for lines="{100 + len(kept)}-700"' in note


@pytest.mark.parametrize("limit", [0, -5])
def test_a_limit_is_a_positive_number(limit):
    with pytest.raises(ValueError, match="1 or more"):
        Bound(limit)


def test_few_counts_are_taken():
    counted = []

    def count(text):
        counted.append(len(text))
        return COUNT(text)

    answer(LOG, query="user took", bound=Bound(800, count))
    assert len(counted) <= 5
    assert max(counted) < 10_000


@settings(max_examples=150)
@given(
    st.lists(st.text(max_size=60), max_size=60),
    st.integers(1, 200),
    st.sampled_from(["a", "the `b`", "1 é 日本"]),
    st.sampled_from([estimate, len, COUNT, lambda text: text.count("\n") * 9]),
)
def test_the_limit_holds_for_any_text_and_any_way_of_counting(lines, limit, query, count):
    for part in ({"query": query}, {"lines": "1-60"}, {}):
        assert count(answer("\n".join(lines), **part, bound=Bound(limit, count))) <= limit


def test_an_answer_that_is_all_there_is_and_still_too_long_is_written_shorter():
    lines = [f"line {n} of the answer" for n in range(60)]

    def write(room):
        out = []
        for line in lines:
            if len(line) < room:
                out.append(line)
                room -= len(line)
        return "\n".join([*out, "[the end]"])

    shown = Bound(800, len).fit(write, "x" * 100)
    assert shown.endswith("[the end]")
    assert 600 < len(shown) <= 800
