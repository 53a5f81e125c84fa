"""Names and values on lines in turn: none stays without the other."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from headroom.elide.lines.by_pair import by_pair

VALUES = ["yes", "no", "", "0", "64", "16mb", "a b", "/var/lib/kept"]
PAIRS = [(f"store-{n % 7}-limit{n}", VALUES[n * 5 % 8]) for n in range(80)]
PAIRS[33] = ("eviction-policy", "oldest-first")
TEXT = "".join(f"{name}\n{value}\n" for name, value in PAIRS)
SHOWN = "".join(f'{2 * n + 1}) "{a}"\n{2 * n + 2}) "{b}"\n' for n, (a, b) in enumerate(PAIRS))


def shown(body, size):
    """Return which lines a body shows, as it numbers those that it does not."""
    at, found = 0, []
    for line in body.split("\n"):
        if line.startswith("… "):
            first, _, last = line[2:].partition("-")
            assert int(first) == at + 1
            at = int(last or first)
        else:
            found.append((at, line))
            at += 1
    assert at == size
    return found


@pytest.mark.parametrize("text", [TEXT, SHOWN])
@pytest.mark.parametrize("query", ["", "What is the eviction policy?", "Is limit12 set?"])
def test_a_name_stays_with_its_value_and_nothing_is_changed(text, query):
    made = by_pair(text, query, 0.5)
    lines = text.split("\n")
    kept = shown(made.body, len(lines))
    assert all(lines[at] == line for at, line in kept)
    places = {at for at, _ in kept if at < len(lines) - 1}
    assert places == {at ^ 1 for at in places}
    assert len(made.body) < 0.7 * len(text)
    assert "left out: " in made.summary


def test_what_is_asked_for_stays_and_little_beside():
    made = by_pair(TEXT, "What is the eviction policy?", 0.5)
    assert "eviction-policy\noldest-first" in made.body
    assert len(made.body) < 0.4 * len(TEXT)


def test_values_of_their_own_go_last_and_the_common_ones_are_counted():
    made = by_pair(TEXT, "", 0.3)
    assert "eviction-policy\noldest-first" in made.body
    assert " x no" in made.summary


@pytest.mark.parametrize(
    "text",
    [
        "\n".join(f"name-{n}" for n in range(80)),
        "\n".join(f"name-{n % 9}" for n in range(80)),
        "\n".join(f"line {n} of a text\nyes" for n in range(40)),
        TEXT + "one more\n",
        TEXT[:90],
    ],
)
def test_other_lists_are_no_pairs(text):
    assert by_pair(text, "", 0.5) is None


def test_many_blanks_take_no_longer_than_other_signs():
    text = TEXT + f"padded\n{' ' * 1_000_000}7) x\n"
    made = by_pair(text, "", 0.5)
    shown(made.body, len(text.split("\n")))


@given(st.text(st.sampled_from("ab-1\n ")), st.text(), st.floats(0, 1))
def test_any_text_is_taken(text, query, share):
    made = by_pair(text, query, share)
    if made is not None:
        shown(made.body, len(text.split("\n")))
