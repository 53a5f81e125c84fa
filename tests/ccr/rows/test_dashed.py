"""YAML that is a list of records, told in JSON."""

from __future__ import annotations

import json

import pytest
import yaml
from hypothesis import given
from hypothesis import strategies as st

from headroom import compress, expand, retrieve
from headroom.ccr.rows.dashed import as_json

PODS = [
    {
        "kind": "Pod",
        "metadata": {"name": f"web-{n}", "labels": {"app": "web", "zone": f"z{n % 3}"}},
        "ports": [{"port": 80 + n}, {"port": 443}],
        "phase": "Failed" if n == 41 else "Running",
        "ready": n != 41,
    }
    for n in range(90)
]
LIST = {"apiVersion": "v1", "items": PODS, "kind": "List"}
PLAIN = st.text(
    st.characters(min_codepoint=32, max_codepoint=0x2FF, exclude_characters="\x85"), max_size=12
)


def spelled(value):
    return yaml.dump(value, sort_keys=False, allow_unicode=True)


@pytest.mark.parametrize("value", [LIST, PODS], ids=["in an object", "alone"])
def test_records_become_objects_in_a_list(value):
    assert json.loads(as_json(spelled(value))) == value


@given(st.lists(st.fixed_dictionaries({"a": PLAIN, "b": PLAIN}), min_size=8, max_size=12))
def test_what_fields_say_is_kept(rows):
    made = as_json(spelled(rows))
    if made is not None:
        words = {True: "true", False: "false", None: "null"}
        for before, after in zip(
            rows, json.loads(made, parse_int=str, parse_float=str), strict=True
        ):
            assert {key: words.get(value, value) for key, value in after.items()} == before


def test_numbers_and_versions_are_spelled_as_they_were():
    text = "\n".join("- size: 1.50\n  code: 007\n  version: 1.2.3" for _ in range(9))
    assert as_json(text).count('{"size":1.50,"code":"007","version":"1.2.3"}') == 9


@pytest.mark.parametrize(
    "text",
    [
        "",
        "- name: a",
        "\n".join(f"- name: part {n}" for n in range(5)),
        "\n".join(f"# about {n}\n- name: part {n}\n  size: 3" for n in range(40)),
        "a: &x 1\n" + "\n".join(f"- name: *x\n  size: {n}" for n in range(40)),
        "\n".join(f"- name: !thing {n}\n  size: 3" for n in range(40)),
        "\n".join(f"name: part {n}\nsize: {n}" for n in range(40)),
        "\n".join(f"- the {n}th point: it is\n  told in words" for n in range(40)),
        "\n".join(f"- name: part {n}\n size: 3" for n in range(40)),
    ],
    ids=["empty", "one", "few", "comments", "names", "types", "none", "words", "broken"],
)
def test_other_texts_hold_none(text):
    assert as_json(text) is None


@given(st.text(alphabet="-: \n#ab[]{}'\"&*!|>", max_size=200))
def test_any_text_is_read(text):
    assert as_json("- a: 1\n" * 9 + text) is not False


def test_records_are_cut_and_fetched_by_row():
    text = spelled(LIST)
    messages = [{"role": "user", "content": "Which pod is not ready?"}]
    messages.append({"role": "tool", "content": text})
    made = compress(messages, model="gpt-4o")
    shown = made.messages[-1]["content"]
    assert "told in JSON" in shown
    assert "web-41" in shown
    assert len(shown) < len(text) / 3
    assert expand(made.messages) == messages
    (ref,) = made.refs
    assert "web-41" in retrieve(ref, rows="41").text
    assert retrieve(ref, path="items[3].metadata.name").text.strip('"') == "web-3"


def test_a_short_text_is_told_in_json_as_a_whole():
    text = spelled({"items": PODS[:16]})
    messages = [{"role": "user", "content": "Which pods are there?"}]
    messages.append({"role": "tool", "content": text})
    shown = compress(messages, model="gpt-4o").messages[-1]["content"]
    assert "told in JSON: all of it" in shown
    assert all(f"web-{n}" in shown for n in range(16))
    assert len(shown) < 0.6 * len(text)


def test_what_is_named_within_brackets_and_said_again_and_again_is_left_as_it_is():
    named = ", ".join(f"&a{n} [*a{n - 1}, *a{n - 1}, *a{n - 1}]" for n in range(1, 40))
    items = "".join(f"- id: {n}\n  town: Oslo\n" for n in range(20))
    assert as_json(items) is not None
    assert as_json(f"{items}- id: 20\n  town: [&a0 [x, x, x], {named}]\n") is None
