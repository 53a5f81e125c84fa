"""Hits of a search that come as records: what they weigh beside what stands around them."""

from __future__ import annotations

import json

import pytest
from hypothesis import given
from hypothesis import strategies as st

from headroom.core.types import ContentType
from headroom.elide.rows.by_record import by_record
from headroom.elide.rows.column import columns
from headroom.elide.rows.found import weights_of_hits


def ripgrep(files=6, each=12):
    out = []
    for f in range(files):
        path = {"text": f"src/part{f}.py"}
        out.append({"type": "begin", "data": {"path": path}})
        for n in range(each):
            said = {"text": f"    total = basket_price(item_{n}, {f})\n"}
            data = {"path": path, "lines": said, "line_number": 10 * n + f, "submatches": []}
            out.append({"type": "match", "data": data})
        stats = {"elapsed": {"nanos": 7919 * f % 997}, "bytes_searched": 31 ** (f + 2)}
        out.append({"type": "end", "data": {"path": path, "stats": stats}})
    out[40]["data"]["lines"]["text"] = "def basket_price(item, rate):\n"
    return out


def weights(records):
    return weights_of_hits(columns(records), [1.0] * len(records))


def test_definitions_and_the_first_hits_of_files_come_before_others_and_before_statistics():
    made = ripgrep()
    found = weights(made)
    assert max(range(len(made)), key=found.__getitem__) == 40
    first, second, end = found[1], found[2], found[13]
    assert first > second > end


def test_what_was_searched_for_need_not_be_asked_for_where_hits_are_records():
    text = "\n".join(map(json.dumps, ripgrep(9, 40)))
    made = by_record(text, ContentType.JSON, "Summarise these search results.", 0.2)
    assert "def basket_price(item, rate):" in made.body
    assert all(f"src/part{f}.py" in made.body for f in range(9))


@pytest.mark.parametrize(
    ("path", "number", "text"),
    [("path", "line", "text"), ("file", "lineNumber", "preview"), ("uri", "start_line", "content")],
)
def test_hits_are_known_by_what_their_keys_are_called(path, number, text):
    made = [
        {path: f"lib/part{n % 4}.go", number: n + 1, text: f"return price_of(item{n})"}
        for n in range(30)
    ]
    made[17][text] = "func price_of(item Item) int {"
    found = weights(made)
    assert max(range(30), key=found.__getitem__) == 17


@pytest.mark.parametrize(
    "records",
    [
        [],
        [{"path": f"a/b{n}.py", "size": n} for n in range(30)],
        [{"path": "to the lake", "line": n, "text": "blue"} for n in range(30)],
        [{"line": n, "text": f"word {n}"} for n in range(30)],
        [{"path": "a/b.py", "line": str(n), "text": "x"} for n in range(30)],
        [{"path": "a/b.py", "line": 1, "text": "x"}, *({"id": n} for n in range(30))],
        [{"path": "a/b.py", "line": n, "text": "x", "severity": "HIGH"} for n in range(30)],
        [{"path": "a/b.py", "line": n, "text": "x", "ruleId": "no-var"} for n in range(30)],
    ],
)
def test_other_records_are_no_hits(records):
    assert weights(records) is None


@given(
    st.lists(
        st.dictionaries(
            st.sampled_from(("path", "line", "text", "other")),
            st.one_of(st.integers(), st.text(max_size=9), st.just("a/b.c"), st.none()),
        ),
        max_size=20,
    )
)
def test_any_records_can_be_looked_at(records):
    found = weights(records)
    assert found is None or len(found) == len(records)
