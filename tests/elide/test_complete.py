"""Whether all that the question names is shown is said where it can be."""

from __future__ import annotations

import json

import pytest
from hypothesis import given
from hypothesis import strategies as st

import headroom
from headroom.elide.complete import of_named

LINES = [f"10:00:{n % 60:02} GET /item/{n} from 10.0.0.{n % 50} took {n} ms" for n in range(200)]


@pytest.mark.parametrize(
    ("kept", "query", "said"),
    [
        (range(200), "What did `10.0.0.7` ask for?", ' (all 4 with "10.0.0.7")'),
        ([7, 57], "What did `10.0.0.7` ask for?", ' (2 of 4 with "10.0.0.7")'),
        ([], 'Is "/item/99" there?', ' (0 of 1 with "/item/99")'),
        ([99], 'Is "/item/99" there?', ' (the one with "/item/99")'),
        ([], "What of issue #123 and #45?", ""),
        ([7], "What did `172.16.0.1` ask for?", ""),
        ([7], "Which `GET` is slow?", ""),
        ([7], "Which request is slow?", ""),
        ([7], "", ""),
    ],
)
def test_how_much_is_kept_of_what_the_question_names_is_said(kept, query, said):
    assert of_named(LINES, kept, query) == said


@given(
    st.lists(st.text("ab1./", max_size=8), max_size=20),
    st.sets(st.integers(0, 19)),
    st.text("`ab1./ ", max_size=20),  # names in quotes, parts of each other
)
def test_what_is_said_is_counted(units, kept, query):
    said = of_named(units, kept, query)
    for part in said.strip(" ()").split(", ") if said else ():
        count, _, name = part.partition(" with ")
        have = [at for at, unit in enumerate(units) if json.loads(name) in unit]
        shown = sum(at in kept for at in have)
        every = "the one" if len(have) == 1 else f"all {len(have)}"
        assert count == (every if shown == len(have) else f"{shown} of {len(have)}")


@pytest.mark.parametrize(
    "text",
    [
        "\n".join(f"{line} {'ERROR' if n % 20 == 7 else 'INFO'}" for n, line in enumerate(LINES)),
        json.dumps([{"id": n, "from": f"10.0.0.{n % 50}", "ms": n * 7} for n in range(200)]),
        "\n".join(["id,from,ms", *(f"{n},10.0.0.{n % 50},{n * 7}" for n in range(400))]),
    ],
)
def test_it_stands_in_the_header_of_lines_records_and_rows(text):
    question = {"role": "user", "content": "Which requests came from `10.0.0.7`?"}
    made = headroom.compress([question, {"role": "tool", "content": text}], profile="aggressive")
    header, _, body = made.messages[1]["content"].partition("\n")
    kept = sum("10.0.0.7" in line for line in body.split("\n"))
    assert header.startswith("[headroom:excerpt ")
    assert 'with "10.0.0.7")' in header
    assert kept or "(0 of" in header
