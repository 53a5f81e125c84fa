"""Results of a search in plain text: whatever else goes, one can go on to each of them."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from headroom.elide.prose.by_sentence import by_sentence
from headroom.elide.prose.found import found

WORDS = ["harbour", "crane", "lamp", "pilot", "tide", "rope", "gate", "crew"]


def results(label):
    return "\n\n".join(
        f"[{n + 1}] The {word} of the port\n{label}https://port.example/{word}.html\n"
        f"The {word} was bought in {1900 + n} and is looked after by the crew of the day. Nobody "
        f"else may use the {word}. It is kept in order by a plan that the council has made. In winter "
        f"the {word} rests for {n + 3} weeks. A book about the {word} lies in the office of the port. "
        f"Guests may look at the {word} on Sundays from ten to four, but for the days of the fair."
        for n, word in enumerate(WORDS)
    )


@pytest.mark.parametrize("label", ["URL: ", "Link: ", "**Source:** ", "url="])
def test_titles_and_links_of_all_results_stay(label):
    text = results(label)
    body = by_sentence(text, "Who looks after the crane?", 0.55).body
    assert len(body) < 0.9 * len(text)
    for word in WORDS:
        assert f"The {word} of the port" in body
        assert f"https://port.example/{word}.html" in body


@pytest.mark.parametrize(
    "pieces",
    [
        ["URL: https://a.example", "text", "Link: https://b.example"],
        ["See https://a.example for more."] * 5,
        ["URL: https://a.example"] * 50,
        ["url: none"] * 5,
    ],
)
def test_other_texts_hold_none(pieces):
    assert found(pieces) == []


@given(
    st.lists(st.sampled_from(["URL: https://a.example/1", "a title", "", "x" * 400]), max_size=20)
)
def test_what_is_found_is_in_order_and_in_range(pieces):
    told = found(pieces)
    assert told == sorted(set(told))
    assert all(0 <= at < len(pieces) for at in told)
