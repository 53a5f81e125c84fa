"""A body read with the help of an earlier one is the body, and its edits are the same splices."""

from __future__ import annotations

import json

import pytest
from hypothesis import given
from hypothesis import strategies as st

from headroom.core.grown import GrownDocument, shared_items
from headroom.core.jsonpatch import BytesDocument
from headroom.core.jsonspan import NotSpliceable
from headroom.core.types import Edit

STRINGS = st.text(st.sampled_from('ab"\\ž\n '), max_size=6)
VALUES = st.recursive(
    st.none() | st.booleans() | st.integers(-99, 99) | STRINGS,
    lambda below: st.lists(below, max_size=3) | st.dictionaries(STRINGS, below, max_size=3),
    max_leaves=6,
)


@st.composite
def spelled(draw, listed):
    """A body with those items, in some spelling."""
    style = draw(st.sampled_from(({}, {"indent": 1}, {"separators": (",", ":")})))
    fields = {"model": draw(STRINGS), "messages": listed, "n": draw(VALUES)}
    return json.dumps(fields, ensure_ascii=draw(st.booleans()), **style).encode()


@st.composite
def turns(draw):
    first = draw(st.lists(VALUES, min_size=1, max_size=5))
    later = first[: draw(st.integers(0, len(first)))] + draw(
        st.lists(VALUES, min_size=1, max_size=4)
    )
    return draw(spelled(first)), draw(spelled(later))


def leaves(value, path):
    yield path
    items = (
        value.items()
        if isinstance(value, dict)
        else enumerate(value if isinstance(value, list) else ())
    )
    for key, below in items:
        yield from leaves(below, (*path, key))


@given(turns(), st.data())
def test_reading_on_gives_what_reading_anew_gives(pair, data):
    earlier = GrownDocument(pair[0])
    same = shared_items(pair[1], earlier)
    document, plain = GrownDocument(pair[1], earlier, same), BytesDocument(pair[1])
    assert document.tree == plain.tree
    assert list(document.tree) == list(plain.tree)
    for n, (start, end) in enumerate(zip(document.starts, document.ends, strict=True)):
        assert json.loads(pair[1][start:end]) == document.tree["messages"][n]
    paths = [p for n, v in enumerate(plain.tree["messages"]) for p in leaves(v, ("messages", n))]
    chosen = data.draw(st.lists(st.sampled_from([*paths, ("model",), ("n",)]), max_size=4))
    edits = [Edit(path, data.draw(STRINGS)) for path in chosen]
    assert document.edit(edits).raw == plain.edit(edits).raw


@given(turns())
def test_items_are_shared_as_far_as_the_bytes_are(pair):
    earlier = GrownDocument(pair[0])
    same = shared_items(pair[1], earlier)
    ends = earlier.ends
    assert same == 0 or pair[1][: ends[same - 1]] == pair[0][: ends[same - 1]]
    assert same == len(ends) or pair[1][: ends[same]] != pair[0][: ends[same]]
    for beyond in range(len(ends) + 2):
        assert shared_items(pair[1], earlier, beyond) == (same if same > beyond else 0)


def test_an_item_that_goes_on_is_not_the_earlier_one():
    earlier = GrownDocument(b'{"messages":[1]}')
    raw = b'{"messages":[12]}'
    with pytest.raises(NotSpliceable):
        GrownDocument(raw, earlier, shared_items(raw, earlier))


def test_edits_that_are_no_replacement_in_an_item_are_left_to_the_plain_way():
    raw = b'{"messages":[{"content":["a"]}],"x":"y"}'
    document = GrownDocument(raw)
    for path in (("x",), ("messages", 0), ("messages", 1), ("messages", 0, "content", 1)):
        edits = [Edit(path, "new")]
        assert document.edit_further(edits, ()) is None
        assert document.edit(edits).raw == BytesDocument(raw).edit(edits).raw
    with pytest.raises(LookupError):
        document.edit([Edit(("messages", 0, "role"), "new")])
    with pytest.raises(LookupError):
        document.edit([Edit(("messages", 0, "content", 0, "deep"), "new")])


def test_a_key_that_stands_twice_is_not_spliced():
    document = GrownDocument(b'{"messages":[{"content":"a","content":"b"}]}')
    with pytest.raises(NotSpliceable):
        document.edit([Edit(("messages", 0, "content"), "new")])


def test_deep_nesting_is_refused():
    with pytest.raises(NotSpliceable):
        GrownDocument(b'{"messages":[' + b"[" * 100_000 + b"]" * 100_000 + b"]}")
