"""Asides that may go from sentences that stay."""

from __future__ import annotations

from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from headroom.elide.prose.clause import without_asides
from headroom.elide.prose.mark import marked
from headroom.elide.prose.sentence import split


def shortened(text, query="", kept=None):
    spans = split(text)
    kept = list(range(len(spans))) if kept is None else kept
    return marked(text, *without_asides(text, spans, kept, set(kept), query))


@pytest.mark.parametrize(
    ("text", "left"),
    [
        (
            "The old mill, which stood in a meadow full of flowers by the river, is gone.",
            "The old mill, …1 is gone.",
        ),
        (
            "The old mill (a building that everybody in the village liked a lot) is gone.",
            "The old mill …1 is gone.",
        ),
        (
            "The old mill — as everybody in the village will gladly tell you — is gone.",
            "The old mill …1 is gone.",
        ),
        (
            "磨坊已经不在了（那是村里每个人都非常喜欢的漂亮的老房子）现在很安静。",
            "磨坊已经不在了…1 现在很安静。",
        ),
    ],
)
def test_an_aside_without_facts_leaves_a_mark(text, left):
    assert shortened(text) == left


@pytest.mark.parametrize(
    "aside",
    [
        "which stood for 300 years in a meadow full of flowers",
        "which was built by the miller Ada Quill and her brothers",
        "which nobody of the village has not visited on a holiday",
        "which must be kept closed while the river is that high",
        "which should be opened by somebody from the town hall",
        "which is safe unless the river rises over the meadow",
        "which runs `grind` on the grain that is brought to it",
        'which is called "the giant" by everybody in the village',
        "which is described on https://mill.example for visitors",
    ],
)
def test_facts_negations_modals_and_code_are_never_lost(aside):
    text = f"The old mill, {aside}, is gone."
    assert shortened(text) == text


def test_what_is_asked_for_is_no_aside():
    text = "The old mill, which stood in a meadow full of flowers by the river, is gone."
    assert shortened(text, "What about the meadows?") == text


def test_code_tables_and_sentences_that_answer_stay_whole():
    aside = "(a building that everybody in the village liked a lot)"
    for text in (f"```\nmill {aside} x\n```", f"| mill {aside} x |", f"# Mill {aside} x"):
        assert shortened(text) == text
    text = f"The mill {aside} is gone."
    assert without_asides(text, [(0, len(text))], [0], set(), "") == ([(0, len(text))], [0])


PARTS = st.sampled_from(
    [
        "The ",
        "mill",
        ", which ",
        "(",
        ")",
        ", ",
        ". ",
        "word " * 9,
        "\n",
        " – ",
        "（",
        "）",
        "字" * 20,
    ]
)


@given(st.lists(PARTS, max_size=30).map("".join), st.sets(st.integers(0, 9)))
def test_spans_stay_in_order_and_lose_nothing_but_what_is_between(text, chosen):
    spans = split(text)
    kept = sorted(at for at in chosen if at < len(spans))
    out, left = without_asides(text, spans, kept, set(kept), "")
    assert all(a < b for a, b in out)
    assert all(one[1] <= two[0] for one, two in pairwise(out))
    assert "".join(text[a:b] for a, b in out).split() or not spans
    joined = "".join("".join(text[a:b].split()) for a, b in out)
    assert joined == "".join("".join(text[a:b].split()) for a, b in spans)
    assert set(left) <= set(range(len(out)))
