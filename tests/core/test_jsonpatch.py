"""Splicing bytes: edited values change, every other byte stays."""

from __future__ import annotations

import json
import re
from random import Random

import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from headroom.core.document import TreeDocument
from headroom.core.jsonpatch import BytesDocument, identical
from headroom.core.jsonspan import NotSpliceable
from headroom.core.types import Edit

TEXTS = st.text(max_size=6) | st.sampled_from(["\u2028", "\U0001f600", "a/b", 'q"q', "\\", "\x7f"])
VALUES = st.recursive(
    st.none()
    | st.booleans()
    | st.integers()
    | st.floats(allow_nan=False, allow_infinity=False)
    | TEXTS,
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(TEXTS, inner, max_size=4),
    max_leaves=12,
)
HOLDING = (
    TEXTS
    | st.tuples(TEXTS, VALUES).map(list)
    | st.builds(lambda text, value: {"value": value, "text": text}, TEXTS, VALUES)
)
"""Values that are or have a string: to draw others until one has is slow."""
BLANKS = ["", " ", "\n", "\t\r\n  "]


def spelled(rng, value):
    """Spell a value as JSON in some odd way."""
    gap = rng.choice(BLANKS)
    if isinstance(value, dict):
        pairs = [
            f"{gap}{spelled(rng, key)}{gap}:{rng.choice(BLANKS)}{spelled(rng, item)}"
            for key, item in value.items()
        ]
        return "{" + f"{rng.choice(BLANKS)},".join(pairs) + rng.choice(BLANKS) + "}"
    if isinstance(value, list):
        items = [gap + spelled(rng, item) for item in value]
        return "[" + f"{gap},".join(items) + rng.choice(BLANKS) + "]"
    if isinstance(value, str):
        plain = rng.random() < 0.5 or any("\ud800" <= c <= "\udfff" for c in value)
        text = json.dumps(value, ensure_ascii=plain)
        return text.replace("/", "\\/") if rng.random() < 0.5 else text
    return json.dumps(value)


@st.composite
def bodies(draw, values=VALUES):
    value = draw(values)
    rng = Random(draw(st.integers(0, 2**32)))  # one draw: one for each blank takes far longer
    return (rng.choice(BLANKS) + spelled(rng, value) + rng.choice(BLANKS)).encode()


def paths(value, here=()):
    yield here
    items = (
        value.items()
        if isinstance(value, dict)
        else enumerate(value)
        if isinstance(value, list)
        else ()
    )
    for key, item in items:
        yield from paths(item, (*here, key))
    if isinstance(value, list):
        yield (*here, len(value))


@given(bodies(), st.data())
def test_edits_do_to_the_bytes_what_they_do_to_the_tree(raw, data):
    document = BytesDocument(raw)
    chosen = data.draw(st.lists(st.sampled_from(list(paths(document.tree))), max_size=3))
    edits = [Edit(path, data.draw(VALUES)) for path in chosen]
    try:
        wanted = TreeDocument(json.loads(raw)).edit(edits).tree
    except LookupError:
        with pytest.raises(LookupError):
            document.edit(edits)
        return
    made = document.edit(edits)
    assert identical(json.loads(made.raw), wanted)
    assert identical(made.tree, wanted)


@given(bodies(HOLDING), st.data())
def test_bytes_outside_of_an_edited_string_stay(raw, data):
    document = BytesDocument(raw)
    strings = [p for p in paths(document.tree) if isinstance(reach(document.tree, p), str)]
    path = data.draw(st.sampled_from(strings))
    mark = "a mark that stands nowhere else"
    before, found, after = document.edit([Edit(path, mark)]).raw.partition(
        json.dumps(mark).encode()
    )
    assert found
    assert raw.startswith(before)
    assert raw.endswith(after)


@given(bodies(HOLDING), st.data())
def test_every_byte_between_several_edited_values_stays(raw, data):
    document = BytesDocument(raw)
    plain = [p for p in paths(document.tree) if isinstance(reach(document.tree, p), (str, int))]
    chosen = data.draw(st.lists(st.sampled_from(plain), min_size=1, max_size=4, unique=True))
    marks = [f"mark-{n}-of-an-edit" for n in range(len(chosen))]
    made = document.edit([Edit(path, mark) for path, mark in zip(chosen, marks, strict=True)])
    at = 0
    for segment in re.split(rb'"mark-\d-of-an-edit"', made.raw):
        at = raw.index(segment, at) + len(segment)
    olds = [reach(document.tree, path) for path in chosen]
    spliced = made.edit([Edit(p, old) for p, old in zip(chosen, olds, strict=True)])
    assert identical(spliced.tree, document.tree)


@given(bodies(), st.data())
def test_items_that_come_and_go_leave_the_bytes_of_the_others(raw, data):
    old = json.loads(raw)
    assume(isinstance(old, (dict, list)) and old)
    places = list(old) if isinstance(old, dict) else list(range(len(old)))
    gone = data.draw(st.sampled_from([*places, None]))
    new = [(key, reach(old, (key,))) for key in places if key != gone]
    at = data.draw(st.integers(0, len(new)))
    new.insert(at, ("a new key of the object", data.draw(VALUES)))
    tree = dict(new) if isinstance(old, dict) else [value for _, value in new]
    made = BytesDocument(raw).rewrite(tree)
    assert identical(json.loads(made.raw), tree)
    assert identical(made.tree, tree)


@given(bodies(), VALUES)
def test_a_rewritten_body_is_the_new_tree(raw, value):
    assert identical(BytesDocument(raw).rewrite(value).tree, value)


@given(bodies(), st.data())
def test_a_small_rewrite_keeps_the_other_bytes(raw, data):
    document = BytesDocument(raw)
    chosen = data.draw(st.sampled_from(list(paths(document.tree))))
    wanted = TreeDocument(json.loads(raw)).edit([Edit(chosen, "new")]).tree
    assert document.rewrite(wanted).raw == document.edit([Edit(chosen, "new")]).raw or identical(
        document.tree, wanted
    )


@given(bodies(), st.data())
def test_mutilated_bodies_are_refused_or_right(raw, data):
    at = data.draw(st.integers(0, len(raw)))
    kind = data.draw(st.sampled_from(["cut", "drop", "insert"]))
    broken = {
        "cut": raw[:at],
        "drop": raw[:at] + raw[at + 1 :],
        "insert": raw[:at] + data.draw(st.binary(max_size=2)) + raw[at:],
    }[kind]
    try:
        document = BytesDocument(broken)
    except NotSpliceable:
        return
    assert identical(document.tree, json.loads(broken))


def reach(tree, path):
    for key in path:
        if isinstance(tree, list) and key == len(tree):
            return None
        tree = tree[key]
    return tree


def test_no_edits_give_the_same_document():
    document = BytesDocument(b'{"a": [1]}')
    assert document.edit([]) is document
    assert document.rewrite({"a": [1]}) is document


def test_numbers_and_duplicates_elsewhere_keep_their_spelling():
    raw = b'{"n": [1.0, 1E5, 123456789012345678901234567890], "d": {"x": 1, "x": 2}, "s": "a"}'
    made = BytesDocument(raw).edit([Edit(("s",), "b")]).raw
    assert made == raw.replace(b'"a"', b'"b"')


def test_appended_items_follow_the_spacing_of_the_list():
    assert BytesDocument(b'{"m": [1,  2]}').edit([Edit(("m", 2), 3)]).raw == b'{"m": [1,  2,  3]}'
    assert BytesDocument(b'{"m":[]}').edit([Edit(("m", 0), "x")]).raw == b'{"m":["x"]}'


def test_escapes_follow_the_body():
    assert (
        BytesDocument('{"a": "ü", "b": ""}'.encode())
        .edit([Edit(("b",), "ö")])
        .raw.decode()
        .endswith('"ö"}')
    )
    assert b"\\u00f6" in BytesDocument(b'{"b": ""}').edit([Edit(("b",), "\u00f6")]).raw
    assert (
        b"\\ud800"
        in BytesDocument('{"a": "ü", "b": ""}'.encode()).edit([Edit(("b",), "\ud800")]).raw
    )


@pytest.mark.parametrize(
    "raw",
    [
        b"",
        b"\xff",
        b"\xef\xbb\xbf{}",
        b"NaN",
        b"[Infinity]",
        b"{} {}",
        b'"a\nb"',
        b"[" * 200_000,
        b"[1,]",
        b"{'a':1}",
    ],
)
def test_what_is_not_strict_json_is_refused(raw):
    with pytest.raises(NotSpliceable):
        BytesDocument(raw)


def test_a_duplicate_key_on_the_path_is_refused():
    with pytest.raises(NotSpliceable, match="stands twice"):
        BytesDocument(b'{"a": 1, "a": {"b": 1}}').edit([Edit(("a", "b"), 2)])


@pytest.mark.parametrize("path", [("x",), ("a", 5), ("a", 0, "y"), ("s", 0)])
def test_a_path_that_leads_nowhere_is_an_error(path):
    with pytest.raises(LookupError):
        BytesDocument(b'{"a": [1], "s": "t"}').edit([Edit(path, 1)])


def test_a_duplicate_key_beside_the_path_keeps_its_bytes():
    raw = b'{"a": 1, "a": 2, "b": [3]}'
    assert BytesDocument(raw).edit([Edit(("b", 0), 4)]).raw == raw.replace(b"3", b"4")
    assert BytesDocument(raw).rewrite({"a": 2, "b": [4]}).raw == raw.replace(b"3", b"4")


@pytest.mark.parametrize(
    ("raw", "tree", "made"),
    [
        (b"[1.0, 1E5,  3]", [1.0, 3], b"[1.0,  3]"),
        (b"[1.0, 1E5, 3]", [1e5, 3], b"[1E5, 3]"),
        (b"[1.0, 1E5]", [1.0], b"[1.0]"),
        (b"[1.0,1E5]", [1.0, "x", 1e5], b'[1.0,"x",1E5]'),
        (b"[1E5]", ["x", 1e5], b'["x",1E5]'),
        (b'{ "a" : 1.0 , "b":1E5}', {"b": 1e5}, b'{ "b":1E5}'),
        (b'{"a": 1E5}', {"a": 1e5, "b": [1, 2]}, b'{"a": 1E5,"b": [1,2]}'),
        (b'{"a": 1E5, "z": 0}', {"n": 1, "a": 1e5}, b'{"n": 1, "a": 1E5}'),
        (b'{"a": 1E5, "b": 0}', {"b": 0, "a": 1e5}, b'{"b": 0, "a": 100000.0}'),
        (b"[\n  1E5\n]", [1e5, 2], b"[\n  1E5,\n  2\n]"),
        (b"{}", {"a": 1}, b'{"a":1}'),
        (b"[1E5]", [], b"[]"),
        (b'{"a": 1E5}', {1: 2}, b'{"1": 2}'),
        (b"[1]", [True], b"[true]"),
        (b"[1]", [1.0], b"[1.0]"),
        (b"[0.0]", [-0.0], b"[-0.0]"),
    ],
)
def test_a_rewrite_changes_as_little_as_the_structure_allows(raw, tree, made):
    assert BytesDocument(raw).rewrite(tree).raw == made


@pytest.mark.parametrize("value", [float("nan"), float("inf"), {1, 2}, object(), b"bytes"])
def test_a_new_value_that_is_not_json_is_refused(value):
    with pytest.raises(NotSpliceable, match="not JSON"):
        BytesDocument(b"[1]").edit([Edit((0,), value)])
    with pytest.raises(NotSpliceable, match="not JSON"):
        BytesDocument(b"[1]").rewrite([value])


def test_a_path_or_value_without_end_is_an_error_of_ours():
    deep = []
    for _ in range(100_000):
        deep = [deep]
    with pytest.raises(NotSpliceable):
        BytesDocument(b"[1]").edit([Edit((0,), deep)])
    with pytest.raises((NotSpliceable, LookupError)):
        BytesDocument(b"[1]").edit([Edit((0,) * 100_000, 1)])


def test_a_key_that_is_no_index_is_a_lookup_error():
    with pytest.raises(LookupError):
        BytesDocument(b"[1]").edit([Edit(("x",), 1)])
