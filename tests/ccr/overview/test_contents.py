"""Tests of overviews of documents by their headings."""

from __future__ import annotations

import re

import pytest

from headroom.ccr.bound import Bound
from headroom.ccr.query import matches

LIMIT = Bound(1_500, len)
FILLER = "The water rises in the evening and everybody waits for it at the old gate. "


def outlined(text, *shown):
    return matches(text, "Outline this document.", shown, LIMIT)


def document(mark):
    heads = [mark(f"Chapter {n} of pumps") for n in range(20)]
    return "\n\n".join(f"{head}\n\n{FILLER * 12}" for head in heads)


@pytest.mark.parametrize(
    "mark", [lambda head: f"## {head}", lambda head: f"{head}\n{'=' * len(head)}"]
)
def test_all_headings_are_listed_behind_their_numbers(mark):
    out = outlined(document(mark))
    assert all(f"Chapter {n} of pumps" in out for n in range(20))
    assert re.search(r"^\d+: \W*Chapter 1 of pumps$", out, re.MULTILINE)


def test_headings_that_were_not_shown_come_first():
    text = document(lambda head: f"## {head} " + "x" * 50)
    out = outlined(text, "\n".join(line for line in text.split("\n") if "Chapter 1" in line))
    assert all(f"Chapter {n} of" in out for n in (0, *range(2, 10)))
    assert "Chapter 19" not in out


def test_terms_with_what_they_mean_are_listed_too():
    terms = [f"--flag-{n} file" for n in range(12)]
    entries = (
        f"{term}\nReads the table of pumps from there and says so {n}."
        for n, term in enumerate(terms)
    )
    text = "\n".join(["# Pumps", "", "## Use", "", "## Options", "", *entries, FILLER * 60])
    assert all(term in outlined(text) for term in terms)


def test_upper_headings_come_before_what_stands_below_them():
    parts = (
        f"## Part {n}\n\n{FILLER}\n\n"
        + "\n\n".join(f"### Detail {n}.{k} {'of the valve ' * 4}\n\n{FILLER * 2}" for k in range(8))
        for n in range(9)
    )
    out = outlined("\n\n".join(parts))
    assert all(f"## Part {n}" in out for n in range(9))
    assert out.count("### Detail") < 72
