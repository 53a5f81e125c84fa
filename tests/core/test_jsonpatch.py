"""Splicing bytes: edited values change, every other byte stays."""

from __future__ import annotations

import json
import re
import struct
from math import isfinite
from random import Random

import pytest
from hypothesis import given

from headroom.core.document import TreeDocument
from headroom.core.jsonpatch import BytesDocument, identical
from headroom.core.jsonspan import NotSpliceable
from headroom.core.types import Edit
from tests.choices import choices

ODD = ("\u2028", "\U0001f600", "a/b", 'q"q', "\\", "\x7f")
FLOATS = (0.0, -0.0, 1.0, 0.1, 1e5, 1e16, 2.0**53, 5e-324, 1.7976931348623157e308)
BLANKS = ["", " ", "\n", "\t\r\n  "]


def string(made):
    return made.text(6) if made.below(2) else made.one(ODD)


def number(made):
    match made.below(4):
        case 0:
            return made.below(200) - 100
        case 1:
            return made.below(2 ** made.one((16, 32, 64, 128))) - 2 ** made.one((8, 31, 63))
        case 2:
            return made.one(FLOATS)
    (found,) = struct.unpack("<d", made.below(2**64).to_bytes(8, "little"))
    return found if isfinite(found) else 1.5


def value(made, depth=4):
    """A JSON value, with others in it down to some depth."""
    match made.below(11 if depth else 6):
        case 0:
            return None
        case 1:
            return made.one((False, True))
        case 2 | 3:
            return number(made)
        case 6 | 7 | 8:
            return made.several(lambda: value(made, depth - 1), 0, 4)
        case 9 | 10:
            return {string(made): value(made, depth - 1) for _ in range(made.below(5))}
    return string(made)


def holding(made):
    """A value that is a string or has one."""
    match made.below(3):
        case 0:
            return string(made)
        case 1:
            return [string(made), value(made)]
    return {"value": value(made), "text": string(made)}


def container(made):
    """A list or an object with something in it."""
    if made.below(2):
        return made.several(lambda: value(made, 3), 1, 5)
    return {string(made): value(made, 3) for _ in range(1 + made.below(5))}


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


def bodies(kind=value):
    """Bodies, each with decisions about what is done to it."""

    def body(made):
        rng = Random(made.below(2**32))
        text = rng.choice(BLANKS) + spelled(rng, kind(made)) + rng.choice(BLANKS)
        return text.encode(), made

    return choices(384).map(body)


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


@given(bodies())
def test_edits_do_to_the_bytes_what_they_do_to_the_tree(body):
    raw, made = body
    document = BytesDocument(raw)
    every = list(paths(document.tree))
    edits = made.several(lambda: Edit(made.one(every), value(made)), 0, 3)
    try:
        wanted = TreeDocument(json.loads(raw)).edit(edits).tree
    except LookupError:
        with pytest.raises(LookupError):
            document.edit(edits)
        return
    edited = document.edit(edits)
    assert identical(json.loads(edited.raw), wanted)
    assert identical(edited.tree, wanted)


@given(bodies(holding))
def test_bytes_outside_of_an_edited_string_stay(body):
    raw, made = body
    document = BytesDocument(raw)
    strings = [p for p in paths(document.tree) if isinstance(reach(document.tree, p), str)]
    path = made.one(strings)
    mark = "a mark that stands nowhere else"
    before, found, after = document.edit([Edit(path, mark)]).raw.partition(
        json.dumps(mark).encode()
    )
    assert found
    assert raw.startswith(before)
    assert raw.endswith(after)


@given(bodies(holding))
def test_every_byte_between_several_edited_values_stays(body):
    raw, made = body
    document = BytesDocument(raw)
    plain = [p for p in paths(document.tree) if isinstance(reach(document.tree, p), (str, int))]
    chosen = list(dict.fromkeys(made.several(lambda: made.one(plain), 1, 4)))
    marks = [f"mark-{n}-of-an-edit" for n in range(len(chosen))]
    marked = document.edit([Edit(path, mark) for path, mark in zip(chosen, marks, strict=True)])
    at = 0
    for segment in re.split(rb'"mark-\d-of-an-edit"', marked.raw):
        at = raw.index(segment, at) + len(segment)
    olds = [reach(document.tree, path) for path in chosen]
    spliced = marked.edit([Edit(p, old) for p, old in zip(chosen, olds, strict=True)])
    assert identical(spliced.tree, document.tree)


@given(bodies(container))
def test_items_that_come_and_go_leave_the_bytes_of_the_others(body):
    raw, made = body
    old = json.loads(raw)
    places = list(old) if isinstance(old, dict) else list(range(len(old)))
    gone = made.one([*places, None])
    new = [(key, reach(old, (key,))) for key in places if key != gone]
    new.insert(made.below(len(new) + 1), ("a new key of the object", value(made)))
    tree = dict(new) if isinstance(old, dict) else [item for _, item in new]
    rewritten = BytesDocument(raw).rewrite(tree)
    assert identical(json.loads(rewritten.raw), tree)
    assert identical(rewritten.tree, tree)


@given(bodies())
def test_a_rewritten_body_is_the_new_tree(body):
    raw, made = body
    new = value(made)
    assert identical(BytesDocument(raw).rewrite(new).tree, new)


@given(bodies())
def test_a_small_rewrite_keeps_the_other_bytes(body):
    raw, made = body
    document = BytesDocument(raw)
    chosen = made.one(list(paths(document.tree)))
    wanted = TreeDocument(json.loads(raw)).edit([Edit(chosen, "new")]).tree
    assert document.rewrite(wanted).raw == document.edit([Edit(chosen, "new")]).raw or identical(
        document.tree, wanted
    )


@given(bodies())
def test_mutilated_bodies_are_refused_or_right(body):
    raw, made = body
    at = made.below(len(raw) + 1)
    broken = (
        raw[:at],
        raw[:at] + raw[at + 1 :],
        raw[:at] + bytes(made.several(lambda: made.below(256), 0, 2)) + raw[at:],
    )[made.below(3)]
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
