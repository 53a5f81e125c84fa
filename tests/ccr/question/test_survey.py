"""Tests of `read`: which questions ask for an overview, and which for the headings of a text."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from headroom.ccr.question.survey import read


@pytest.mark.parametrize(
    "query",
    [
        "Summarise this log.",
        "What is in this file?",
        "List what is defined in here.",
        "What does this document cover?",
        "Sum this table up; point out outliers.",
        "Sum up the state of the shop from these four reports.",
        "Briefly: what do we see here?",
        "Give me the gist of it.",
        "What is this page about?",
        "What are the main problems in this report?",
        "How does the report look?",
        "Brief me on this data set.",
        "Condense these four reports.",
        "Which sections are there?",
        "Which functions live in this file?",
        "What is on this page?",
        "Have a look at this patch and tell me what it is about.",
    ],
)
def test_other_words_for_an_overview_are_known(query):
    assert read(query).survey


@pytest.mark.parametrize(
    "query",
    [
        "Which classes in the parser raise?",
        "Which functions are deprecated in this file?",
        "Tell me what it is about the timeout that fails.",
        "Which worker stopped at 10:03?",
        "What is in `config.toml`?",
        "What is said under 'Summary'?",
        'What does this page say about "Overview of pumps"?',
        "What happened to the lighthouse keeper?",
        "How did the keeper cross the frozen river?",
        "Which topics about pumps, valves, sieves and hoses were left for the second day?",
    ],
)
def test_a_question_on_one_thing_is_none_for_an_overview(query):
    assert not read(query).survey


def test_a_question_for_how_a_text_is_built_is_told_from_one_for_what_it_says():
    assert read("Outline this page for me.").structure
    assert read("What topics does this page cover?").structure
    assert not read("Summarise this page.").structure


def test_what_an_overview_is_to_be_of_is_looked_for():
    assert read("Give me an overview of the harbour.").relevance.terms == ("harbour",)


@given(st.text(max_size=200))
def test_any_question_is_read(query):
    assert read(query).relevance is not None
