"""Values that stand out among their like where these are deep in records."""

from __future__ import annotations

import json

from hypothesis import given
from hypothesis import strategies as st

from headroom.core.types import ContentType
from headroom.elide.rows.by_record import by_record
from headroom.elide.rows.column import columns
from headroom.elide.rows.within import rare_cells, rare_within, standing_out


def schema(deprecated):
    """Types of which one field may be deprecated."""
    return [
        {
            "kind": "OBJECT",
            "name": f"Type{n}",
            "fields": [
                {"name": f"field{k}", "type": "String", "isDeprecated": (n, k) == deprecated}
                for k in range(8)
            ],
        }
        for n in range(30)
    ]


def test_the_record_with_the_one_value_of_its_kind_is_found():
    found = rare_within(schema((17, 5)), "Give me an overview.")
    assert list(found) == [17]
    assert found[17] < rare_within(schema((17, 5)), "Which fields are deprecated?")[17]


def test_where_all_are_alike_or_all_differ_nothing_stands_out():
    assert rare_within(schema(None), "") == {}
    assert rare_within([{"n": n} for n in range(40)], "") == {}


def test_a_field_deep_in_a_record_is_kept_when_the_question_asks_for_its_kind():
    text = json.dumps({"types": schema((17, 5))})
    made = by_record(text, ContentType.JSON, "Which fields are deprecated?", 0.2)
    assert '"name":"field5","type":"String","isDeprecated":true' in made.body


def test_the_paths_of_cells_that_stand_out_name_their_records():
    rows = [{"id": n, "note": "waiting for parts" if n == 9 else None} for n in range(20)]
    assert list(rare_cells(columns(rows), "jobs")) == ["jobs[9].note"]


@given(
    st.recursive(
        st.none() | st.booleans() | st.text(max_size=3) | st.integers(),
        lambda inner: (
            st.lists(inner, max_size=4) | st.dictionaries(st.text(max_size=2), inner, max_size=3)
        ),
        max_leaves=40,
    )
)
def test_any_value_is_looked_through(value):
    records = value if isinstance(value, list) else [value]
    assert all(0 <= at < len(records) for at in rare_within(records, "any"))


@given(st.lists(st.sampled_from("abc"), max_size=60))
def test_what_stands_out_is_seldom(texts):
    found = [value for _, value, _ in standing_out(("", t, n) for n, t in enumerate(texts))]
    assert all(texts.count(each) * 10 <= len(texts) for each in found)


def test_such_a_cell_stays_where_values_of_records_are_left_out_too():
    trace = [f"/usr/share/gems/runner-3.12/lib/runner/part_{n}.rb:{n}:in `step'" for n in range(60)]
    tests = [
        {
            "id": f"spec[{n}]",
            "description": f"allocates bin number {n} of the warehouse in the usual order",
            "status": "passed",
            "pending_message": None,
            "exception": {"class": "RuntimeError", "message": "no depot", "backtrace": trace}
            if n in (12, 20)
            else None,
        }
        for n in range(28)
    ]
    tests[23]["pending_message"] = "waiting for WMS-2291"
    made = by_record(json.dumps({"tests": tests}), ContentType.JSON, "What was put off?", 0.2)
    assert '"…" names what is left out' in made.kept
    assert "waiting for WMS-2291" in made.body
