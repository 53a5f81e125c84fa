"""Changes in texts: what they make of them, and that taking them back leaves no trace."""

import itertools
import json
import re
import tomllib

import pytest
import yaml
from corpus import CASES, IDS, data
from hypothesis import given, settings
from hypothesis import strategies as st

from headroom.edits import Item, RemoveKey, SetKey
from headroom.edits.change import find, value_at
from headroom.edits.text import FORMATS, Inverse, apply, is_empty, revert
from headroom.errors import EditError

SERVER = {"command": "/usr/bin/python3", "args": ["-m", "headroom", "mcp", "serve"]}
PATHS = {
    "json": [("mcpServers", "headroom"), ("env", "URL"), ("a b", "c.d", "é")],
    "toml": [
        ("mcp_servers", "headroom"),
        ("openai_base_url",),
        ("env", "URL"),
        ("providers", Item("mistral"), "api_base"),
        ("servers", Item("headroom")),
    ],
    "yaml": [
        ("extensions", "headroom"),
        ("ANTHROPIC_HOST",),
        ("mcpServers", Item("headroom")),
        ("models", Item("a"), "apiBase"),
    ],
}
CHANGES = [(kind, name, text, path) for kind, name, text in CASES for path in PATHS[kind]]


def value_for(path):
    return SERVER if "headroom" in str(path[-1]) else "http://127.0.0.1:8787/v1"


def lookup(kind, text, path):
    place, rest = find(data(kind, text), path)
    assert not rest
    return value_at(data(kind, text), place)


@pytest.mark.parametrize(
    ("kind", "name", "text", "path"), CHANGES, ids=[f"{c[0]}: {c[1]} {c[3]}" for c in CHANGES]
)
def test_a_key_is_set_and_taken_back_without_a_trace(kind, name, text, path):
    value = value_for(path)
    changed, inverses = apply(text, kind, [SetKey(path, value)])
    found = lookup(kind, changed, path)
    assert found == value or (isinstance(path[-1], Item) and value.items() <= found.items())
    assert revert(changed, kind, inverses) == text


@pytest.mark.parametrize(
    ("kind", "name", "text", "path"), CHANGES, ids=[f"{c[0]}: {c[1]} {c[3]}" for c in CHANGES]
)
def test_nothing_but_the_key_changes(kind, name, text, path):
    changed, inverses = apply(text, kind, [SetKey(path, value_for(path))])
    if inverses and inverses[0].raw is None:
        kept = re.sub(r" ?(\{\s*\}|\[\]|null|~)", "", text)  # an empty container may be opened
        rest = iter(changed)
        assert all(letter in rest for letter in kept)
    assert changed.count("\r\n") == changed.count("\n") or "\r" not in text


@pytest.mark.parametrize(("kind", "name", "text"), CASES, ids=IDS)
def test_setting_what_is_so_already_changes_nothing(kind, name, text):
    for path in PATHS[kind]:
        once, _ = apply(text, kind, [SetKey(path, value_for(path))])
        assert apply(once, kind, [SetKey(path, value_for(path))]) == (once, [])


@pytest.mark.parametrize(("kind", "name", "text"), CASES, ids=IDS)
def test_several_changes_go_back_together_and_in_either_order(kind, name, text):
    one, two = (SetKey(path, value_for(path)) for path in PATHS[kind][:2])
    both, inverses = apply(text, kind, [one, two])
    assert revert(both, kind, inverses) == text
    first, undo_first = apply(text, kind, [one])
    second, undo_second = apply(first, kind, [two])
    assert data(kind, revert(second, kind, undo_first)) == data(kind, apply(text, kind, [two])[0])
    back = revert(revert(second, kind, undo_first), kind, undo_second)
    assert data(kind, back) == data(kind, text)


@pytest.mark.parametrize(("kind", "name", "text"), CASES, ids=IDS)
def test_what_others_added_since_stays(kind, name, text):
    for path, theirs in itertools.product(PATHS[kind], [("theirs", "x"), (PATHS[kind][0][0], "x")]):
        if isinstance(path[1:2] and path[1], Item) and theirs[0] == path[0]:
            continue
        changed, inverses = apply(text, kind, [SetKey(path, value_for(path))])
        edited, _ = apply(changed, kind, [SetKey(theirs, "y")])
        wanted, _ = apply(text, kind, [SetKey(theirs, "y")])
        back = revert(edited, kind, inverses)
        assert data(kind, back) == data(kind, wanted)
        # TOML has a place of its own for keys without a table, so the order may be another.
        assert back == wanted or kind == "toml"


@pytest.mark.parametrize(
    ("kind", "text"), [("json", '{"u": "old"}'), ("toml", 'u = "old"\n'), ("yaml", "u: old\n")]
)
def test_a_value_that_somebody_changed_since_is_theirs(kind, text):
    changed, inverses = apply(text, kind, [SetKey(("u",), "ours")])
    edited = changed.replace("ours", "theirs")
    assert revert(edited, kind, inverses) == edited


@pytest.mark.parametrize("kind", ["json", "toml", "yaml"])
def test_a_table_of_ours_goes_whatever_was_put_into_it(kind):
    path = PATHS[kind][0]
    changed, inverses = apply("", kind, [SetKey(path, SERVER)])
    edited, _ = apply(changed, kind, [SetKey((*path, "disabled"), True)])
    assert is_empty(revert(edited, kind, inverses), kind)


@pytest.mark.parametrize(
    ("kind", "text"),
    [
        ("json", "{"),
        ("json", '{"a": 1 "b": 2}'),
        ("json", '{"mcpServers": {"headroom": 1, "headroom": 2}}'),
        ("json", "[]"),
        ("json", '{"mcpServers": []}'),
        ("json", '{"mcpServers": "x"}'),
        ("json", "{} {}"),
        ("json", "[" * 5000),
        ("toml", "a = "),
        ("toml", "mcp_servers = 1\n"),
        ("toml", "mcp_servers = { x = { a = [\n1\n] } }\n"),
        ("yaml", "a: b: c"),
        ("yaml", "extensions: text\n"),
        ("yaml", "extensions:\n  - a\n"),
        ("yaml", "a: &x {b: 1}\nc: *x\n"),
        ("yaml", "a: 1\n---\nb: 2\n"),
        ("yaml", "\tx: 1\n"),
        ("yaml", "[" * 1100),
    ],
)
def test_what_is_not_understood_is_refused(kind, text):
    with pytest.raises(EditError):
        apply(text, kind, [SetKey(PATHS[kind][0], SERVER)])


@pytest.mark.parametrize(("kind", "name", "text"), CASES, ids=IDS)
def test_a_removed_key_comes_back_with_its_value(kind, name, text):
    for key in data(kind, text):
        try:
            changed, inverses = apply(text, kind, [RemoveKey((key,))])
        except EditError:
            continue  # what cannot be taken away alone is refused
        assert key not in data(kind, changed)
        if kind == "toml" and isinstance(data(kind, text)[key], (dict, list)):
            continue
        assert data(kind, revert(changed, kind, inverses)) == data(kind, text)


@pytest.mark.parametrize("kind", ["block", "markdown"])
@settings(max_examples=200)
@given(
    before=st.text(st.sampled_from("ab #>\n")),
    content=st.text(st.sampled_from("xy z\n")),
    end=st.sampled_from(["\n", "\r\n"]),
)
def test_a_block_comes_and_goes(kind, before, content, end):
    before = before.replace("\n", end)
    changed, inverses = apply(before, kind, [SetKey(("rules",), content)])
    assert content in changed.replace("\r\n", "\n")
    assert revert(changed, kind, inverses) == before
    end = "\r\n" if "\r" in changed else "\n"
    above, below = f"above{end}", f"{end}below"
    assert revert(above + changed + below, kind, inverses) == above + before + below


def test_a_variable_comes_and_goes():
    text = "# mine\nexport GEMINI_API_KEY='k'\nGOOGLE_GEMINI_BASE_URL=https://old # mine\n"
    changed, inverses = apply(
        text,
        "dotenv",
        [SetKey(("GOOGLE_GEMINI_BASE_URL",), "http://127.0.0.1:1"), SetKey(("NEW",), "a b")],
    )
    assert (
        changed
        == "# mine\nexport GEMINI_API_KEY='k'\nGOOGLE_GEMINI_BASE_URL=http://127.0.0.1:1 # mine\nNEW=\"a b\"\n"
    )
    assert revert(changed, "dotenv", inverses) == text


def test_an_inverse_survives_being_written_down():
    _, inverses = apply("", "yaml", [SetKey(("mcpServers", Item("headroom")), SERVER)])
    assert [Inverse.unpack(json.loads(json.dumps(each.pack()))) for each in inverses] == inverses


SCALARS = st.one_of(
    st.booleans(),
    st.integers(-(10**6), 10**6),
    st.text(
        st.characters(
            codec="utf-8",
            exclude_characters="\x7f\x85\ufeff\u2028\u2029",
            exclude_categories=["Cc"],
        ),
        max_size=6,
    ),
)
KEYS = st.text(st.sampled_from("abé_-. "), min_size=1, max_size=4)
TREES = st.recursive(
    SCALARS,
    lambda inner: st.one_of(st.lists(inner, max_size=3), st.dictionaries(KEYS, inner, max_size=3)),
    max_leaves=8,
)
OBJECTS = st.dictionaries(KEYS, TREES, max_size=4)
STEPS = st.lists(KEYS, min_size=1, max_size=3).map(tuple)


def written(kind, tree, draw):
    if kind == "json":
        indent = draw(st.sampled_from([None, 2, 4, "\t"]))
        text = json.dumps(tree, indent=indent, ensure_ascii=draw(st.booleans())) + draw(
            st.sampled_from(["", "\n"])
        )
    elif kind == "yaml":
        text = yaml.safe_dump(
            tree,
            default_flow_style=draw(st.sampled_from([None, False])),
            allow_unicode=True,
            indent=draw(st.sampled_from([2, 4])),
        )
    else:
        text = ""
        for key, value in tree.items():
            text = apply(text, "toml", [SetKey((key,), value)])[0]
    return text.replace("\n", draw(st.sampled_from(["\n", "\r\n"])))


@pytest.mark.parametrize("kind", ["json", "toml"])
@settings(max_examples=150)
@given(inputs=st.data())
def test_whatever_is_set_anywhere_is_there_and_goes_back_without_a_trace(kind, inputs):
    check_a_random_change(kind, inputs)


@settings(max_examples=80)
@given(inputs=st.data())
def test_whatever_is_set_in_yaml_is_there_and_goes_back(inputs):
    check_a_random_change("yaml", inputs)


def check_a_random_change(kind, inputs):
    tree, path, value = inputs.draw(OBJECTS), inputs.draw(STEPS), inputs.draw(TREES)
    text = written(kind, tree, inputs.draw)
    assert data(kind, text) == tree
    try:
        changed, inverses = apply(text, kind, [SetKey(path, value)])
    except EditError:
        return
    place, rest = find(data(kind, changed), path)
    assert (not rest and value_at(data(kind, changed), place) == value) or value in ({}, [])
    back = revert(changed, kind, inverses)
    assert data(kind, back) == tree
    replaced = bool(inverses) and inverses[0].raw is not None
    if kind != "yaml" and not (replaced and isinstance(value_at(tree, place), (dict, list))):
        assert back == text or (replaced and isinstance(value, dict))


@settings(max_examples=400)
@given(st.text(st.sampled_from("{}[]\":,/*\\ \n'ab1")))
def test_hostile_json_is_read_or_refused(text):
    try:
        FORMATS["json"].parse(text)
    except EditError:
        return
    try:
        changed, inverses = apply(text, "json", [SetKey(("x",), 1)])
    except EditError:
        return
    assert FORMATS["json"].parse(changed)["x"] == 1
    assert FORMATS["json"].parse(revert(changed, "json", inverses)) == FORMATS["json"].parse(text)


@settings(max_examples=400)
@given(st.text(st.sampled_from("[]=.\"'#\n ab1")))
def test_hostile_toml_is_read_or_refused(text):
    try:
        before = tomllib.loads(text)
    except ValueError:
        return
    try:
        changed, inverses = apply(text, "toml", [SetKey(("x", "y"), 1)])
    except EditError:
        return
    assert tomllib.loads(changed)["x"]["y"] == 1
    assert tomllib.loads(revert(changed, "toml", inverses)) == before


@pytest.mark.parametrize(
    ("kind", "text", "expected"),
    [
        ("yaml", "\ufeffa:\n  x: 1\nb: 2\n", "\ufeffa:\n  c: d\nb: 2\n"),
        ("yaml", "s:\n- name: x\n  a:\n    y: 1\n  b: 2\n", None),
        ("toml", "[a]\nx = 1\n\n# mine\n[b]\ny = 2\n", '[a]\nc = "d"\n\n# mine\n[b]\ny = 2\n'),
    ],
)
def test_a_table_is_replaced_in_its_place(kind, text, expected):
    path = ("a",) if expected else ("s", Item("x"), "a")
    changed, inverses = apply(text, kind, [SetKey(path, {"c": "d"})])
    assert changed == (expected or "s:\n- name: x\n  a:\n    c: d\n  b: 2\n")
    assert revert(changed, kind, inverses) == text or kind == "yaml"
    assert data(kind, revert(changed, kind, inverses)) == data(kind, text)


def test_what_is_read_is_the_readers_own():
    for kind, text in (
        ("json", '{"a": {"b": []}}'),
        ("toml", "[a]\nb = []\n"),
        ("yaml", "a: {b: []}\n"),
    ):
        FORMATS[kind].parse(text)["a"]["b"].append("changed")
        apply(text, kind, [SetKey(("c",), 1)])
        FORMATS[kind].parse(text)["a"]["b"].append("changed")
        assert FORMATS[kind].parse(text) == {"a": {"b": []}}


@pytest.mark.parametrize(
    ("kind", "text", "path"),
    [
        ("json", '{"a":' * 5000 + "1" + "}" * 5000, ("x",)),
        ("json", '{"a":' * 300 + "1" + "}" * 300, ("x",)),
        ("toml", "a = " + "[" * 3000 + "]" * 3000, ("x",)),
        ("json", "/*" * 100_000 + "*/{}{}", ("x",)),
        ("json", '{"a": "' + "\\" * 200_001, ("x",)),
        ("yaml", 'a: "\0"', ("x",)),
    ],
)
def test_hostile_files_are_refused_at_once(kind, text, path):
    with pytest.raises(EditError):
        apply(text, kind, [SetKey(path, 1)])


def test_a_large_file_is_edited_in_moments():
    text = json.dumps({f"/p/{n}": {"history": ["x" * 50] * 10} for n in range(3000)}, indent=2)
    changed, inverses = apply(text, "json", [SetKey(("mcpServers", "headroom"), SERVER)])
    assert revert(changed, "json", inverses) == text


def test_a_comment_without_a_line_end_stays_a_comment():
    changed, _ = apply("// mine", "json", [SetKey(("a",), 1)])
    assert changed == '// mine\n{\n  "a": 1\n}\n'
