"""The tools: what they answer, also to what no tool can understand."""

import re

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from headroom.mcp.tool import COMPRESS, RETRIEVE, STATS, tools
from headroom.mcp.toolbox import Toolbox
from headroom.stores import open_store

LOG = "\n".join(f"2026-01-01 INFO worker {n} did its work in {n * 7 % 13} ms" for n in range(400))


@pytest.fixture
def toolbox():
    store = open_store("memory:")
    return Toolbox(lambda: store)


def test_a_long_text_is_shortened_and_every_part_can_be_had_back(toolbox):
    answer = toolbox.call(COMPRESS, {"text": LOG})
    assert not answer.failed
    assert len(answer.text) < len(LOG) / 5
    ref = re.search(r'headroom_retrieve\("(\w{10})"', answer.text).group(1)
    assert toolbox.call(RETRIEVE, {"ref": ref}).text == LOG
    assert toolbox.call(RETRIEVE, {"ref": ref, "lines": "3-4"}).text == "\n".join(
        LOG.split("\n")[2:4]
    )
    assert "worker 77" in toolbox.call(RETRIEVE, {"ref": ref, "query": "worker 77"}).text


def test_what_the_question_is_about_stays(toolbox):
    text = LOG.replace("worker 211 did", "worker 211 lost its lease and did")
    answer = toolbox.call(COMPRESS, {"text": text, "question": "which worker lost its lease?"})
    assert "worker 211 lost its lease" in answer.text


def test_a_target_is_kept(toolbox):
    loose = toolbox.call(COMPRESS, {"text": LOG}).text
    tight = toolbox.call(COMPRESS, {"text": LOG, "target_tokens": 120}).text
    assert len(tight) < len(loose)


def test_a_short_text_is_not_sent_back(toolbox):
    answer = toolbox.call(COMPRESS, {"text": "two words"})
    assert not answer.failed
    assert "two words" not in answer.text
    assert "as it is" in answer.text


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (None, "object"),
        ([], "object"),
        ({}, "text is missing"),
        ({"text": ""}, "text is missing"),
        ({"text": 7}, "text is missing"),
        ({"content": "x", "text": "y"}, "no argument content"),
        ({"text": "x", "question": 1}, "question is a text"),
        ({"text": "x", "target_tokens": 0}, "target_tokens"),
        ({"text": "x", "target_tokens": "9"}, "target_tokens"),
        ({"text": "x" * 16_000_001}, "at most 16,000,000"),
    ],
)
def test_a_bad_argument_is_answered_with_what_to_do(toolbox, arguments, said):
    answer = toolbox.call(COMPRESS, arguments)
    assert answer.failed
    assert said in answer.text


def test_a_ref_that_is_not_stored_is_a_terminal_answer(toolbox):
    answer = toolbox.call(RETRIEVE, {"ref": "zzzzzzzzzz"})
    assert "asking once more will not help" in answer.text


def test_an_unknown_tool_is_told_which_there_are(toolbox):
    answer = toolbox.call("headroom_expand", {})
    assert answer.failed
    assert COMPRESS in answer.text


def test_the_figures_count_what_was_done_and_what_a_proxy_says(toolbox):
    toolbox.call(COMPRESS, {"text": LOG})
    toolbox.call(COMPRESS, {"text": "short"})
    text = toolbox.call(STATS, {}).text
    assert "1 texts shortened" in text
    assert "1 as short as they get" in text
    assert "none runs" in text
    assert "store: memory:" in text
    with_proxy = Toolbox(lambda: None, lambda: {"tokens": {"wire_before": 1000, "wire_after": 400}})
    assert (
        "1,000 -> 400 tokens of all requests (600 saved, 60.0%)" in with_proxy.call(STATS, {}).text
    )


def test_a_store_that_cannot_be_opened_is_an_answer(monkeypatch):
    answer = Toolbox(lambda: open_store("nonsense:")).call(COMPRESS, {"text": LOG})
    assert answer.failed
    assert "cannot tell a store" in answer.text


def test_the_password_of_a_store_is_never_said(toolbox, monkeypatch):
    monkeypatch.setenv("HEADROOM_STORE", "redis://me:secret@host/0")
    assert "secret" not in toolbox.call(STATS, {}).text


def test_the_definitions_are_small_and_complete():
    assert [each["name"] for each in tools()] == [COMPRESS, RETRIEVE, STATS]
    for each in tools():
        assert len(each["description"]) < 800
        assert each["annotations"]["readOnlyHint"] is True
        assert each["_meta"] == {
            "anthropic/alwaysLoad": True,
            "anthropic/maxResultSizeChars": 500_000,
        }
        assert "outputSchema" not in each


JSON = st.recursive(
    st.one_of(st.none(), st.booleans(), st.integers(), st.floats(), st.text()),
    lambda inner: st.one_of(st.lists(inner), st.dictionaries(st.text(), inner)),
    max_leaves=5,
)


@settings(max_examples=150)
@given(
    name=st.sampled_from([COMPRESS, RETRIEVE, STATS]),
    arguments=st.one_of(
        JSON,
        st.dictionaries(
            st.sampled_from(
                ["text", "question", "target_tokens", "ref", "lines", "query", "limit"]
            ),
            JSON,
        ),
    ),
)
def test_whatever_a_model_writes_it_gets_an_answer(name, arguments):
    store = open_store("memory:")
    assert isinstance(Toolbox(lambda: store).call(name, arguments).text, str)
