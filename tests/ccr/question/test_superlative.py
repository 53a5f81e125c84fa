"""Questions ask for extremes in the same words of texts, rows and what was left out."""

from __future__ import annotations

import json

import pytest

from headroom.ccr.query import answer
from headroom.ccr.question.superlative import superlative
from headroom.elide.extreme import extremes

find = superlative(("earliest",), ("top",))


@pytest.mark.parametrize("word", ["lowest", "Fewest", "min", "fastest", "coldest", "earliest"])
def test_the_least_is_told_from_the_most(word):
    assert find(f"which has the {word} of all?")[1] == word.lower()


@pytest.mark.parametrize("word", ["highest", "most", "slowest", "Busiest", "topmost", "top"])
def test_the_most_has_no_first_group(word):
    found = find(f"which is the {word} of all?")
    assert found[0] == word.lower()
    assert found[1] is None


@pytest.mark.parametrize("text", ["almost all", "a maximal set", "stop", "the interest", "latest"])
def test_words_that_only_look_so_are_none(text):
    assert find(text) is None


def test_a_word_that_one_knows_the_others_know_too():
    sizes = [7 * n % 41 for n in range(40)]
    lines = [f"host{n} signal {size}" for n, size in enumerate(sizes)]
    weights = extremes(lines, "Which host has the weakest signal?")
    assert max(weights, key=weights.get) == sizes.index(min(sizes))
    rows = json.dumps([{"host": f"host{n}", "signal": size} for n, size in enumerate(sizes)])
    assert f"host{sizes.index(max(sizes))}" in answer(rows, query="the strongest signal")
