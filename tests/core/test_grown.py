"""A body read with the help of an earlier one is the body, and its edits are the same splices."""

from __future__ import annotations

import json

import pytest
from hypothesis import given

from headroom.core.grown import GrownDocument, shared_items
from headroom.core.jsonpatch import BytesDocument
from headroom.core.jsonspan import NotSpliceable
from headroom.core.types import Edit
from tests.choices import choices

STYLES = ({}, {"indent": 1}, {"separators": (",", ":")})


def string(made):
    return "".join(made.several(lambda: made.one('ab"\\ž\n '), 0, 6))


def value(made, depth=3):
    """A JSON value, with others in it down to some depth."""
    match made.below(8 if depth else 5):
        case 0:
            return None
        case 1:
            return made.one((False, True))
        case 2:
            return made.below(199) - 99
        case 5 | 6:
            return made.several(lambda: value(made, depth - 1), 0, 3)
        case 7:
            return {string(made): value(made, depth - 1) for _ in range(made.below(4))}
    return string(made)


def spelled(made, listed):
    """A body with those items, in some spelling."""
    fields = {"model": string(made), "messages": listed, "n": value(made)}
    return json.dumps(fields, ensure_ascii=made.one((False, True)), **made.one(STYLES)).encode()


def turns(made):
    """Two bodies of which the second may begin with items of the first, and more decisions."""
    first = made.several(lambda: value(made), 1, 5)
    later = first[: made.below(len(first) + 1)] + made.several(lambda: value(made), 1, 4)
    return spelled(made, first), spelled(made, later), made


TURNS = choices(256).map(turns)


def leaves(value, path):
    yield path
    items = (
        value.items()
        if isinstance(value, dict)
        else enumerate(value if isinstance(value, list) else ())
    )
    for key, below in items:
        yield from leaves(below, (*path, key))


@given(TURNS)
def test_reading_on_gives_what_reading_anew_gives(turns):
    *pair, made = turns
    earlier = GrownDocument(pair[0])
    same = shared_items(pair[1], earlier)
    document, plain = GrownDocument(pair[1], earlier, same), BytesDocument(pair[1])
    assert document.tree == plain.tree
    assert list(document.tree) == list(plain.tree)
    for n, (start, end) in enumerate(zip(document.starts, document.ends, strict=True)):
        assert json.loads(pair[1][start:end]) == document.tree["messages"][n]
    paths = [p for n, v in enumerate(plain.tree["messages"]) for p in leaves(v, ("messages", n))]
    paths += [("model",), ("n",)]
    edits = made.several(lambda: Edit(made.one(paths), string(made)), 0, 4)
    assert document.edit(edits).raw == plain.edit(edits).raw


@given(TURNS)
def test_items_are_shared_as_far_as_the_bytes_are(turns):
    *pair, _ = turns
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
