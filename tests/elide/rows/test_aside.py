"""Long texts in records of which the question asks for something else."""

from __future__ import annotations

import json

import pytest
from hypothesis import given
from hypothesis import strategies as st

from headroom import compress, expand
from headroom.elide.rows.aside import without_asides

TEXT = " ".join(f"Part {n} of the manual tells how step {n * 7} is done." for n in range(60))
PACKAGES = [
    {
        "metadata": {
            "name": f"package-{n}",
            "licence": f"Licence {n}",
            "description": f"{n} {TEXT}",
        },
        "tags": [TEXT, "short"],
    }
    for n in range(12)
]


def test_long_texts_go_where_the_question_names_other_fields():
    made, gone = without_asides({"installed": PACKAGES}, "What is the `metadata.licence` of x?")
    assert len(json.dumps(made)) < 0.3 * len(json.dumps(PACKAGES))
    assert gone > 12 * 2 * 2000
    assert made["installed"][3]["metadata"]["licence"] == "Licence 3"
    assert made["installed"][3]["metadata"]["description"].startswith("3 Part 0 of the manual")
    assert made["installed"][3]["tags"][1] == "short"


@pytest.mark.parametrize(
    "query",
    [
        "What is the `metadata.description` of package-3?",
        "What is step 21?",
        "What is the `size` of package-3?",
        "",
    ],
)
def test_they_stay_where_they_may_be_what_is_asked_for(query):
    assert without_asides(PACKAGES, query) == (PACKAGES, 0)


LEAF = st.none() | st.integers() | st.text("ab", max_size=5) | st.just("~" + "x" * 800)
VALUE = st.recursive(
    LEAF,
    lambda inner: (
        st.lists(inner, max_size=4) | st.dictionaries(st.sampled_from("abc"), inner, max_size=3)
    ),
)


@given(VALUE, st.sampled_from(("`a`", "`a.b`", "a", "")))
def test_nothing_but_long_texts_changes(value, query):
    made, gone = without_asides(value, query)
    assert json.dumps(made).count("~xxx") == json.dumps(value).count("~xxx")
    assert bool(gone) == (made != value)


def test_the_answer_stays_and_the_rest_comes_back():
    text = json.dumps({"installed": PACKAGES})
    messages = [{"role": "user", "content": "What is the `metadata.licence` of `package-7`?"}]
    messages.append({"role": "tool", "content": text})
    made = compress(messages, model="gpt-4o")
    shown = made.messages[-1]["content"]
    assert "Licence 7" in shown
    assert len(shown) < len(text) / 5
    assert expand(made.messages) == messages
