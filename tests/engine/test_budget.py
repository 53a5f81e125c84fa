"""Budgets: at most so many tokens, spent where the question is."""

from __future__ import annotations

import itertools

import pytest
from hypothesis import given
from hypothesis import strategies as st

import headroom
from headroom.engine.budget import allot

LOG = "\n".join(
    f"10:{n // 60:02}:{n % 60:02} INFO app.web: request {n * 7919 % 10007} took {n * 37 % 91} ms"
    for n in range(500)
)
NOTES = "\n".join(
    f"Item {n}: the {word} of the {place} was last inspected by team {n * 31 % 17}."
    for n, (word, place) in enumerate(
        itertools.product(
            ("valve", "pump", "filter", "motor", "gauge"), map("ward{}".format, range(60))
        )
    )
)


def chat(*outputs, question="Which team inspected the pump of ward7?"):
    texts = [
        {"role": "tool", "tool_call_id": f"c{at}", "content": text}
        for at, text in enumerate(outputs)
    ]
    return [{"role": "user", "content": question}, *texts]


@pytest.mark.parametrize("ratio", [0.5, 0.2, 0.1])
def test_a_ratio_is_met_and_most_of_it_is_used(ratio):
    result = headroom.compress(chat(LOG, NOTES), target_ratio=ratio)
    assert result.tokens_after <= ratio * result.tokens_before
    assert result.tokens_after >= 0.6 * ratio * result.tokens_before
    assert headroom.expand(result.messages) == chat(LOG, NOTES)


def test_tokens_are_a_budget_for_everything_together():
    result = headroom.compress(chat(LOG, NOTES), target_tokens=2_000)
    assert result.tokens_after <= 2_000


def test_what_fits_losslessly_stays_lossless():
    lossless = headroom.compress(chat(LOG), profile="lossless")
    result = headroom.compress(chat(LOG), target_tokens=lossless.tokens_after)
    assert result.messages == lossless.messages
    assert not result.refs


def test_the_text_that_the_question_is_about_gets_more_of_the_room():
    def share(outcome):
        return outcome.tokens_after / outcome.tokens_before

    _, log, notes = headroom.compress(chat(LOG, NOTES), target_ratio=0.2).outcomes
    assert share(notes) > 1.3 * share(log)
    assert "ward7" in headroom.compress(chat(LOG, NOTES), target_ratio=0.1).messages[2]["content"]


def test_errors_may_exceed_a_budget():
    lines = LOG.split("\n")
    lines[250] = "10:04:10 ERROR app.web: shard nine is on fire"
    shown = headroom.compress(chat("\n".join(lines)), target_tokens=60).messages[1]["content"]
    assert lines[250] in shown


@pytest.mark.parametrize(
    ("asked", "missed"),
    [
        ({}, False),
        ({"target_ratio": 0.9}, False),
        ({"target_tokens": 1}, True),
        ({"target_ratio": 0.0001, "target_tokens": 9_999}, True),
        ({"target_tokens": 1, "profile": "lossless"}, True),
    ],
)
def test_a_budget_that_cannot_be_kept_is_told_by_how_much(asked, missed):
    result = headroom.compress(chat(LOG), **asked)
    assert (result.over_budget > 0) is missed
    if missed:
        share = asked.get("target_ratio", 1) * result.tokens_before
        room = int(min(asked["target_tokens"], share))
        assert result.over_budget == result.tokens_after - room


def test_a_lossless_profile_leaves_nothing_out_for_a_budget():
    assert not headroom.compress(chat(LOG), profile="lossless", target_tokens=10).refs


def test_a_longer_conversation_keeps_the_forms_of_its_beginning():
    first = headroom.compress(chat(LOG), target_ratio=0.3).messages
    assert headroom.compress(chat(LOG, NOTES), target_ratio=0.3).messages[:2] == first


def test_patterns_of_the_user_keep_outputs_whole_or_folded():
    call = {"id": "c0", "type": "function", "function": {"name": "run", "arguments": "{}"}}
    messages = [{"role": "assistant", "content": None, "tool_calls": [call]}, *chat(LOG)[1:]]
    assert headroom.compress(messages).outcomes[-1].reason == "elided"
    assert headroom.compress(messages, fold_only=["run"]).outcomes[-1].reason == "folded"
    assert headroom.compress(messages, protect=["r?n"]).outcomes[-1].reason == "protected"


@pytest.mark.parametrize(
    "bad",
    [
        {"target_tokens": 0},
        {"target_tokens": 1.5},
        {"target_ratio": 0},
        {"target_ratio": 1.1},
        {"target_ratio": "half"},
        {"protect": "git*"},
        {"protect": [3]},
    ],
)
def test_a_bad_value_says_what_it_must_be(bad):
    (name,) = bad
    with pytest.raises(headroom.ConfigurationError, match=f"'{name}'.*must be"):
        headroom.compress([], **bad)


@given(
    st.lists(st.tuples(st.integers(0, 10_000), st.floats(0, 50)), max_size=12),
    st.floats(0, 50_000),
)
def test_no_text_is_allotted_more_than_its_size_nor_all_more_than_the_room(texts, room):
    sizes, scores = [size for size, _ in texts], [score for _, score in texts]
    out = allot(sizes, scores, room)
    assert all(0 <= got <= size + 1e-6 for got, size in zip(out, sizes, strict=True))
    assert sum(out) <= room + 1e-6
    assert sum(out) == pytest.approx(min(room, sum(sizes)), abs=1e-3)


@pytest.mark.parametrize("ratio", [0.2, 0.09, 0.08])
def test_what_is_only_cut_in_large_pieces_is_cut_until_it_fits(ratio):
    step = "    step_{} = {}(value, {}, limit) or {}(value)"
    verbs = ["load", "parse", "check", "merge", "write", "fetch", "split", "join", "order", "count"]
    code = ["import os", ""]
    for n in range(10):
        name = verbs[n * 7 % 10]
        code += [f"def {name}_{n}(value, limit={n}):", f'    """Return what to {name}."""']
        code += [step.format(k, verbs[k * n % 10], k, verbs[(k + n) % 10]) for k in range(3 + n)]
        code += ["    return value", ""]
    words = [
        "the",
        "old",
        "river",
        "town",
        "grew",
        "along",
        "its",
        "eastern",
        "bank",
        "while",
        "traders",
        "moved",
        "grain",
    ]
    sentences = [
        " ".join(words[(n * k + k) % 12] for k in range(1, 9 + n % 13)).capitalize() + "."
        for n in range(45)
    ]
    prose = "\n\n".join(" ".join(sentences[at : at + 5]) for at in range(0, 45, 5))
    texts = chat("\n".join(code), prose, question="What failed, and why?")
    result = headroom.compress(texts, target_ratio=ratio)
    assert result.tokens_after <= ratio * result.tokens_before
