"""Tables of records: titles, kinds, and what stands where."""

from __future__ import annotations

import json

from hypothesis import given
from hypothesis import strategies as st

from headroom.records.section import decode, encode_list

SHORT = st.sampled_from(["warning", "Oslo town", "x", 7, None])
ITEMS = st.one_of(
    st.builds(lambda a, b: {"kind": "first", "a": a, "b": b}, SHORT, SHORT),
    st.builds(lambda a, c: {"kind": "second", "a": a, "c": c}, SHORT, SHORT),
    st.sampled_from([None, 3, "other"]),
)


def dump(value):
    return json.dumps(value, separators=(",", ":"))


@given(st.lists(ITEMS, max_size=40))
def test_a_ditto_repeats_the_row_right_above_and_no_other(items):
    made = encode_list(1, items, dump)
    if made is None:
        return
    assert decode(made.lines, 0) == (1, items, len(made.lines))
    kinds = "kinds" in made.lines[0]
    heads = int(made.lines[0].split()[-2]) if kinds else 1
    above = None
    for line in made.lines[1 + heads :]:
        name, *cells = line.split("\t") if kinds else ("", *line.split("\t"))
        if '"' in cells:
            assert above == name
        above = None if line.startswith("= ") else name
