"""Prose and pages with gaps."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from headroom.elide.prose.by_sentence import by_sentence, of_page

REPORT = (Path(__file__).parent / "report.md").read_text(encoding="utf-8")
FILLER = "\n\n".join(
    f"The river of valley {n} is wide. It was mild there, and the road was long." for n in range(30)
)


@pytest.mark.parametrize("share", [0.25, 0.3])
def test_a_report_without_a_question_keeps_headings_figures_and_advice(share):
    made = by_sentence(REPORT, "", share)
    assert made is not None
    assert len(made.body) < (share + 0.12) * len(REPORT)
    for part in (
        *("# Queue Backends", "## 4. Results", "## 5. Risks", "## 6. Recommendations"),
        *("184,000", "61,000 EUR", "We recommend NATS JetStream"),
        "1. Adopt NATS JetStream 2.10",
    ):
        assert part in made.body
    for part in ("rich literature", "We thank everybody", "stakeholders informed"):
        assert part not in made.body


def test_a_question_gets_its_answer_out_of_the_same_report():
    made = by_sentence(REPORT, "Which client library is no longer maintained?", 0.25)
    assert made is not None
    assert "its last release was in March 2023" in made.body
    made = by_sentence(REPORT, "What does `max_file_store` say?", 0.25)
    assert made is not None
    assert "max_file_store: 400GB" in made.body


def test_the_note_says_how_to_read_the_marks():
    made = by_sentence(FILLER, "What about valley 7?", 0.3)
    assert made is not None
    assert "valley 7" in made.body
    assert re.search(r"[0-9]+ of 60 sentences", made.kept)
    assert "…A-B" in made.kept
    assert made.call == 'lines="A-B"'


def test_a_short_text_stays_whole():
    assert by_sentence("One is. Two is.", "", 0.1) is None


PAGE = (
    "<html><body><main><h1>Mills</h1>"
    + "".join(f"<p>Mill {n} is on river {n * 7}.</p>" for n in range(60))
    + "</main></body></html>"
)


def test_a_page_that_is_short_without_its_tags_is_complete():
    made = of_page(PAGE, "", 0.95)
    assert made is not None
    assert "…" not in made.body
    assert made.body.count("Mill ") == 60


def test_a_long_page_keeps_what_is_asked_for_and_says_that_lines_are_of_its_source():
    made = of_page(PAGE, "Where is Mill 33?", 0.2)
    assert made is not None
    assert "Mill 33 is on river 231." in made.body
    assert "…" in made.body
    assert len(made.body) < 0.3 * len(PAGE)
    assert "of its source" in made.call


def test_a_page_that_says_nothing_is_left_to_its_source():
    assert of_page("<html><script>" + "var x = 1;" * 900 + "</script></html>", "", 0.4) is None


PARTS = st.sampled_from(
    [
        "# A\n\n",
        "Owls hunt at night. ",
        "It rained (as ever). ",
        "\n\n",
        "- one\n",
        "| a | b |\n",
        "```\nx\n```\n",
        "雨。",
    ]
)


@given(st.lists(PARTS, max_size=60).map("".join), st.text(max_size=12), st.floats(0.05, 0.95))
def test_any_text_is_cut_or_stays(text, query, share):
    made = by_sentence(text, query, share)
    assert made is None or made.body == by_sentence(text, query, share).body


@given(st.text(max_size=200), st.text(max_size=12), st.floats(0.05, 0.95))
def test_any_page_is_cut_or_stays(text, query, share):
    made = of_page(f"<p>{text}", query, share)
    assert made is None or isinstance(made.body, str)


def test_what_is_asked_decides_how_much_stays_unless_the_share_is_exact():
    place, overview = "What does `max_file_store` say?", "Summarise this report."
    sizes = [len(by_sentence(REPORT, query, 0.4).body) for query in (place, "", overview)]
    assert sizes == sorted(set(sizes))
    sizes = [len(by_sentence(REPORT, asked, 0.4, exact=True).body) for asked in (place, overview)]
    assert max(sizes) < 1.2 * min(sizes)
