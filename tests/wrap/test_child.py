"""Arguments and variables of an agent: ours are added, the user's stay."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from headroom.errors import AgentError
from headroom.wrap import agent, document
from headroom.wrap.child import build
from headroom.wrap.plan import make_plan
from headroom.wrap.source import Surroundings, flags

HOME = Path("/home/ann")
BASES = ("http://127.0.0.1:1",)
WORDS = st.lists(
    st.text(max_size=8) | st.sampled_from(["--", "-c", "--settings=", "--model", "{url}", "a=b"]),
    max_size=6,
)
VALUES = st.recursive(
    st.none() | st.booleans() | st.integers() | st.text(),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(), inner, max_size=3),
    max_leaves=8,
)


SPECS = {name: agent.load(name) for name in ("claude", "codex", "gemini")}
FEW = settings(max_examples=150)


def child(name, arguments, environment=None):
    around = Surroundings(environment or {}, HOME, HOME, tuple(arguments), lambda _: None)
    return build(make_plan(SPECS[name], around), BASES, "/run")


@FEW
@given(WORDS)
def test_arguments_of_the_user_follow_ours_in_their_order(words):
    words = [word for word in words if not word.startswith(("-c", "--settings"))]
    for name in ("claude", "codex", "gemini"):
        assert list(child(name, words).arguments)[-len(words) or 99 :] == words


@FEW
@given(st.dictionaries(st.text(min_size=1), VALUES, max_size=4), WORDS)
def test_settings_handed_over_keep_all_but_the_address(said, rest):
    rest = [word for word in rest if not word.startswith("--settings")]
    said.pop("env", None)
    given_ = ["--settings", json.dumps(said), *rest]
    flag, text, *others = child("claude", given_).arguments
    assert (flag, others) == ("--settings", rest)
    assert json.loads(text) == {**said, "env": {"ANTHROPIC_BASE_URL": BASES[0]}}


@pytest.mark.parametrize("written", [["--settings", "{}"], ["--settings={}"]])
def test_a_flag_is_understood_in_both_spellings(written):
    text = '{"env":{"ANTHROPIC_BASE_URL":"http://127.0.0.1:1"}}'
    found = child("claude", [*written, "x"]).arguments
    assert found in (("--settings", text, "x"), (f"--settings={text}", "x"))


def test_what_follows_two_dashes_is_no_flag():
    assert child("claude", ["--", "--settings", "nonsense"]).arguments[2:] == (
        "--",
        "--settings",
        "nonsense",
    )
    assert flags(("-c", "a=1", "--", "-c", "b=2"), "-c") == [(0, "a=1")]


def test_settings_that_are_no_object_are_refused():
    with pytest.raises(AgentError, match="--settings is no JSON object"):
        child("claude", ["--settings", "[1]"])


@FEW
@given(
    VALUES,
    st.lists(st.text("abc", min_size=1, max_size=2), min_size=1, max_size=4),
    VALUES,
)
def test_a_value_is_found_where_it_was_put_and_nothing_else_changed(value, names, new):
    table = value if isinstance(value, dict) else {}
    before = json.dumps(table)
    made = document.with_value(table, tuple(names), new)
    assert document.find(made, tuple(names)) == new
    assert json.dumps(table) == before
    assert {key: made[key] for key in made if key != names[0]} == {
        key: table[key] for key in table if key != names[0]
    }


@FEW
@given(VALUES)
def test_laid_over_nothing_a_value_stays(value):
    table = {"a": value}
    assert document.merged({}, table) == table
    assert document.merged(table, {}) == table
    assert document.merged(table, table) == table
