"""Where spans of a document stand: headings, paragraphs, listings."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from headroom.elide import prose
from headroom.elide.prose.layout import place
from headroom.elide.prose.sentence import split


def layout(text, **options):
    spans = split(text)
    raw = [text[start:end] for start, end in spans]
    return raw, place(text, spans, raw, **options)


LISTING = """Opening a till
--------------

Put the key into the drawer and turn it twice to the right side:

------------------------
$ till open --drawer 3
$ till count
------------------------

to which the till replies

----------------
Opened the drawer with number 3 of the till
----------------

which is how it says that the coins have been counted and agree.

Closing a till
--------------

Turn the key back and take it out of the drawer before you leave.
"""


def test_the_rule_below_a_listing_makes_no_heading_of_its_last_line():
    raw, found = layout(LISTING)
    heads = [
        piece.split("\n")[0] for piece, level in zip(raw, found.level, strict=True) if level >= 0
    ]
    assert heads == ["Opening a till", "Closing a till"]
    said = next(at for at, piece in enumerate(raw) if piece.startswith("which is how"))
    assert raw[found.parent[said]].startswith("Opening a till")


@pytest.mark.parametrize(
    "text",
    [
        "--------------\nOpening a till\n--------------\n\nTurn the key twice to the right side.\n",
        "A till is here.\n\n--------------\n\nOpening a till\n--------------\n\nTurn the key.\n",
    ],
)
def test_titles_between_rules_and_rules_between_paragraphs_are_no_listings(text):
    raw, found = layout(text)
    at = next(at for at, piece in enumerate(raw) if "Opening a till" in piece)
    assert found.level[at] >= 0


def test_an_anchor_in_front_of_a_heading_does_not_hide_it():
    text = 'Before.\n\n<a id="till-open"></a>\n\n### `open`\n\nTurns the key to the right side.\n'
    raw, found = layout(text)
    at = next(at for at, piece in enumerate(raw) if "### `open`" in piece)
    assert found.level[at] == 3


def test_each_line_of_a_page_is_a_paragraph():
    text = "# Till\nTurn the key twice. Then wait.\nCount the coins. Write them down.\n"
    _, apart = layout(text)
    _, lined = layout(text, lined=True)
    assert len(set(apart.paragraph)) < len(set(lined.paragraph))


def test_an_overview_is_made_of_what_paragraphs_begin_with():
    words = ("drawer", "receipt", "ledger", "counter", "scale", "voucher", "basket", "invoice")
    lines = [
        (f"A {word} belongs to what a shop has to count each day.", f"Some keep {at} of a {word}.")
        for at, word in enumerate(words)
    ]
    text, spans = "What a shop counts.", [(0, 19)]
    for pair in lines:
        text += "\n"
        for said in pair:
            spans.append((len(text), len(text) + len(said)))
            text += f"{said} "
        text = text[:-1]
    query = "Summarise the main article of this page."
    lined, flat = (prose.rate(text, spans, query, lined=way).weights for way in (True, False))
    gained = [one - other for one, other in zip(lined, flat, strict=True)][3:]
    assert min(gained[::2]) > 0.5 > max(map(abs, gained[1::2]))


@given(st.text(alphabet="-ab\n .", max_size=120))
def test_any_rules_can_be_looked_at(text):
    raw, found = layout(text)
    assert len(found.level) == len(found.paragraph) == len(raw)
