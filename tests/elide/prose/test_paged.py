"""Documents that were set in pages, with numbered sections."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from headroom import compress
from headroom.elide.prose import sentence
from headroom.elide.prose.paged import edges, sections

NOUNS = ["route", "zone", "label", "cache", "record", "query", "server", "client", "path", "name"]


def body(n):
    return "\n".join(
        f"   {NOUNS[(n + 3 * k) % 10].capitalize()} {NOUNS[(n * k + n) % 10]} {NOUNS[k % 10]} of the"
        f" {NOUNS[(n * k) % 10]} waits for what\n   {NOUNS[(7 * n + k) % 10]}"
        f" {NOUNS[(n // 3 + k * k) % 10]} tells it about the {NOUNS[n * n % 10]}, and goes on."
        for k in range(1, 25)
    )


def rfc(count=30):
    out = ["RFC 9999", "", "Abstract", "", "   This memo tells how routes are drawn.", ""]
    out += ["Table of Contents", ""]
    out += [f"   {n}.1.  Details of option {n} ................{n}" for n in range(1, count)]
    for n in range(1, count):
        out += ["", f"{n}.  Option {n}", "", f"{n}.1.  Details of option {n}", "", body(n), ""]
        out += ["", f"Doe & Roe          Standards Track          [Page {n}]", "\f"]
        out += ["RFC 9999            Routes that are drawn            May 2026", ""]
    return "\n".join(out)


def read(text):
    spans = sentence.split(text)
    return spans, [text[start:end] for start, end in spans]


def test_titles_of_sections_are_whole_and_have_their_depth():
    text = rfc()
    spans, raw = read(text)
    found = {raw[at]: level for at, level in sections(text, spans, raw).items()}
    assert found["7.  Option 7"] == 1
    assert found["7.1.  Details of option 7"] == 2
    assert len(found) == 58


@pytest.mark.parametrize(
    "text",
    [
        "\n\n".join(f"{n}. Take part {n} out" for n in range(1, 20)),
        "\n".join(f"{n}.{n} of the parts are red" for n in range(1, 20)),
        "\n\n".join(f"{n}.5 litres are in the tank today." for n in range(1, 20)),
        "\n\n".join(f"{n}.1. Part {n} ........ {n}" for n in range(1, 20)),
    ],
    ids=["items", "lines", "sentences", "contents"],
)
def test_other_numbers_head_no_sections(text):
    assert sections(text, *read(text)) == {}


def test_what_stands_at_the_edges_of_pages_is_told():
    text = rfc()
    spans, raw = read(text)
    found = {raw[at] for at in edges(text, spans, raw)}
    assert "RFC 9999            Routes that are drawn            May 2026" in found
    assert "Doe & Roe          Standards Track          [Page 3]" in found
    assert not any(piece.endswith("and goes on.") for piece in found)
    plain = text.replace("\f", "").replace("[Page ", "[")
    assert edges(plain, *read(plain)) == set()


@given(st.text(alphabet="1.A \n\f[]Page", max_size=200))
def test_any_text_is_read(text):
    spans, raw = read(text)
    assert all(0 <= at < len(raw) for at in (*sections(text, spans, raw), *edges(text, spans, raw)))


def test_an_overview_names_every_section_and_no_page():
    messages = [{"role": "user", "content": "What is this RFC about? Give me the main points."}]
    messages.append({"role": "tool", "content": rfc()})
    shown = compress(messages, model="gpt-4o").messages[-1]["content"]
    assert len(shown) < 0.7 * len(rfc())
    assert all(f"{n}.1.  Details of option {n}\n" in shown for n in range(1, 30))
    assert "[Page " not in shown
