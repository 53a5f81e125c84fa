"""Bringing originals back."""

from __future__ import annotations

import json

import pytest

import headroom
from headroom import InputError
from headroom.core.refs import ref_of
from headroom.engine.engine import Engine

ROWS = json.dumps(
    [{"id": n, "name": f"part {n}", "color": "grey", "price": n * 3.5} for n in range(300)]
)


@pytest.fixture
def ref():
    result = headroom.compress([{"role": "tool", "content": ROWS}], profile="balanced")
    return result.refs[0]


def test_the_whole_original_comes_back(ref):
    found = headroom.retrieve(ref)
    assert found.found
    assert str(found) == ROWS


def test_the_whole_is_whole_however_long_it_is():
    long = "\n".join(f"request {n * 7919} took {n % 91} ms" for n in range(12_000))
    result = headroom.compress([{"role": "tool", "content": long}], profile="balanced")
    assert len(long) > 250_000
    assert headroom.retrieve(result.refs[0]).text == long


def test_rows_a_path_and_the_best_hits_come_back(ref):
    assert "part 250" in str(headroom.retrieve(ref, rows="250"))
    assert "part 7" in str(headroom.retrieve(ref, path="[7].name"))
    hits = str(headroom.retrieve(ref, query="part 211"))
    assert "part 211" in hits
    assert len(hits) < 4_000


def test_a_miss_says_what_to_do_instead():
    missed = headroom.retrieve("0000000000")
    assert not missed.found
    assert missed.final
    assert "Run the tool" in str(missed)


@pytest.mark.parametrize("wrong", ["", "nope", "../../etc", 5, "ilou000000"])
def test_what_is_no_ref_is_an_error(wrong):
    with pytest.raises(InputError):
        headroom.retrieve(wrong)


@pytest.mark.parametrize(
    ("part", "same"),
    [
        ({"rows": 250}, {"rows": "250"}),
        ({"rows": [2, 5]}, {"rows": "2-5"}),
        ({"rows": (2, 5)}, {"rows": "2-5"}),
        ({"lines": 1, "limit": "40"}, {"lines": "1", "limit": 40}),
        ({"path": 7}, {"path": "[7]"}),
        ({"path": [7, "name"]}, {"path": "[7].name"}),
        ({"query": ["part", "211"]}, {"query": "part 211"}),
        ({"rows": "2-5", "limit": 40.0}, {"rows": "2-5", "limit": 40}),
        ({"rows": "rows 2–5"}, {"rows": "2-5"}),
    ],
)
def test_numbers_and_lists_are_understood_as_a_model_may_write_them(ref, part, same):
    assert headroom.retrieve(ref, **part) == headroom.retrieve(ref, **same)


def test_an_open_range_goes_to_the_end(ref):
    found = str(headroom.retrieve(ref, rows="298-"))
    assert [line.partition(":")[0] for line in found.split("\n")[:2]] == ["298", "299"]
    assert "300 rows" in found


def test_what_stands_around_a_ref_is_passed_over(ref):
    for written in (f"[{ref}]", f'headroom_retrieve("{ref}")', ref.upper()):
        assert headroom.retrieve(written, rows="1") == headroom.retrieve(ref, rows="1")


@pytest.mark.parametrize(
    "part",
    [
        {"query": 5},
        {"query": b"part"},
        {"lines": {}},
        {"rows": 1.5},
        {"path": {}},
        {"limit": 0},
        {"limit": True},
        {"limit": 1.5},
        {"limit": "many"},
    ],
)
def test_what_cannot_be_understood_is_named(ref, part):
    ((name, _),) = part.items()
    with pytest.raises(ValueError, match=f"^{name} "):
        headroom.retrieve(ref, **part)


@pytest.mark.parametrize("wire", [None, 5, "chat", ["anthropic"]])
def test_a_tool_for_no_wire_is_an_error(wire):
    with pytest.raises(headroom.ConfigurationError, match="no wire format"):
        headroom.retrieve_tool(wire)


def test_asking_in_two_ways_at_once_is_an_error(ref):
    with pytest.raises(ValueError, match=r"one of|only one|exactly"):
        headroom.retrieve(ref, query="x", lines="1-2")


def test_the_call_a_mark_of_a_table_names_answers():
    table = "id,name,state\n" + "".join(
        f"{n},part {n * n},{'ok' if n % 97 else 'failed'}\n" for n in range(400)
    )
    result = headroom.compress([{"role": "tool", "content": table}], profile="balanced")
    shown = result.messages[0]["content"]
    assert 'lines="A-B"' in shown
    assert "rows" not in shown.split("\n")[0]
    found = str(headroom.retrieve(result.refs[0], lines="195-196"))
    assert "194,part 37636,failed" in found


def test_a_query_of_a_page_is_answered_from_its_text():
    rows = "".join(
        f"<tr><td class='x'>Mill {n}</td><td>River {n * 7}</td></tr>" for n in range(300)
    )
    page = f"<html><body><table>{rows}</table></body></html>"
    store = Engine.default().store
    store.put(ref_of(page), page)
    answer = headroom.retrieve(ref_of(page), query="Mill 33").text
    assert "| Mill 33 | River 231" in answer
    assert "<td" not in answer
    assert headroom.retrieve(ref_of(page), lines="1").text.startswith("<html>")
