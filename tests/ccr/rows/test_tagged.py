"""XML whose elements are records, told in JSON."""

from __future__ import annotations

import json
from xml.sax.saxutils import escape

import pytest
from hypothesis import given
from hypothesis import strategies as st

from headroom import compress, expand, retrieve
from headroom.ccr.query import answer
from headroom.ccr.rows.tagged import as_json

NAMES = ("id", "city", "note")
ROWS = [
    {"id": n, "city": f"Town {n * 7 % 31}", "note": "flooded" if n == 41 else "fine"}
    for n in range(90)
]
PLAIN = st.text(st.characters(exclude_categories=["Cc", "Cs"], exclude_characters="\ufffe\uffff"))


def xml(rows, around="rows"):
    body = "".join(
        "  <row>\n"
        + "".join(f"    <{key}>{escape(str(value))}</{key}>\n" for key, value in row.items())
        + "  </row>\n"
        for row in rows
    )
    return f'<?xml version="1.0"?>\n<{around}>\n{body}</{around}>\n'


def test_records_become_objects_in_a_list():
    assert json.loads(as_json(xml(ROWS))) == {"rows": {"row": ROWS}}


@given(st.lists(st.fixed_dictionaries(dict.fromkeys(NAMES, PLAIN)), min_size=8, max_size=12))
def test_what_fields_say_is_kept(rows):
    made = json.loads(as_json(xml(rows)))["rows"]["row"]
    for before, after in zip(rows, made, strict=True):
        for key in NAMES:
            assert str(after[key]).split() == before[key].split()


def test_a_number_is_spelled_as_it_was():
    rows = [{"a": "1.50", "b": "007"} for _ in range(8)]
    assert as_json(xml(rows)).count('{"a":1.50,"b":"007"}') == 8


def test_attributes_and_namespaces():
    entry = '<e:item id="4"><e:link href="x"/><e:size unit="MB">3</e:size></e:item>'
    text = f'<e:feed xmlns:e="urn:e"><e:title>all</e:title>{entry * 9}</e:feed>'
    feed = json.loads(as_json(text))["feed"]
    assert feed["title"] == "all"
    assert feed["item"][0] == {"id": 4, "link": {"href": "x"}, "size": {"unit": "MB", "#text": 3}}


@pytest.mark.parametrize(
    "text",
    [
        "",
        "<a>",
        "no markup",
        xml(ROWS[:5]),
        xml(ROWS)[:-3],
        "<html><body>" + xml(ROWS)[22:] + "</body></html>",
        "<doc>" + "<p>some <b>bold</b> and <i>slanted</i> words</p>" * 20 + "</doc>",
        "<!DOCTYPE x [<!ENTITY a 'b'>]>" + xml(ROWS)[22:],
        "<d>" + "<r><k>a</k><v>1</v><k>b</k><v>2</v></r>" * 20 + "</d>",
        "<s>" + '<case name="a" time="1"/>' * 40 + "</s>",
    ],
    ids=[
        "empty",
        "open",
        "plain",
        "few",
        "cut",
        "page",
        "document",
        "entity",
        "turns",
        "attributes",
    ],
)
def test_other_texts_hold_none(text):
    assert as_json(text) is None


@given(st.text(alphabet="<>/ab &;\"='[!?\n", max_size=200))
def test_any_text_is_read(text):
    assert as_json(text) is None


def test_records_are_cut_and_fetched_by_row():
    text = xml(ROWS * 4)
    messages = [{"role": "user", "content": "Which town is flooded?"}]
    messages.append({"role": "tool", "content": text})
    made = compress(messages, model="gpt-4o")
    shown = made.messages[-1]["content"]
    assert "told in JSON" in shown
    assert "flooded" in shown
    assert len(shown) < len(text) / 5
    assert expand(made.messages) == messages
    (ref,) = made.refs
    assert '"id":41,' in retrieve(ref, rows="41").text
    assert "Town" in retrieve(ref, path="rows.row[3].city").text
    assert "flooded" in retrieve(ref, query="flooded").text
    assert answer(text, lines="2").startswith("<rows>")
