"""Counting: exact where it says so, labelled where it estimates, offline always."""

from __future__ import annotations

import tracemalloc

import pytest
from hypothesis import given
from hypothesis import strategies as st

from headroom.tokens import tokenizer_for
from headroom.tokens.estimate import EstimateTokenizer

MODELS = [
    "gpt-4o",
    "gpt-4",
    "claude-sonnet-4-5",
    "claude-3-5-haiku-latest",
    "gemini-2.5-pro",
    "models/gemini-2.0-flash",
    "llama-3",
    None,
]


@pytest.mark.parametrize(
    ("model", "text", "tokens"),
    [
        ("gpt-4o", "hello world", 2),
        ("gpt-4o", "", 0),
        ("gpt-4", "hello world", 2),
        ("openai/gpt-5-mini", "tiktoken is great!", 6),
        ("gpt-4", "antidisestablishmentarianism", 6),
        ("gpt-4o", "<|endoftext|>", 7),
    ],
)
def test_counts_are_those_of_the_vocabulary(model, text, tokens):
    tokenizer = tokenizer_for(model)
    assert tokenizer.exact
    assert tokenizer.count(text) == tokens


@pytest.mark.parametrize(
    ("model", "exact"),
    list(zip(MODELS, [True, True, False, False, False, False, False, True], strict=True)),
)
def test_estimates_are_labelled(model, exact):
    assert tokenizer_for(model).exact is exact


@given(st.text(max_size=200), st.sampled_from(MODELS))
def test_any_text_can_be_counted(text, model):
    tokenizer = tokenizer_for(model)
    assert (tokenizer.count(text) > 0) is (tokenizer.measure(text) > 0) is bool(text)
    assert tokenizer.count(text) <= max(1, 2 * len(text.encode()))


def test_lone_surrogates_can_be_counted():
    assert tokenizer_for("gpt-4o").count("a\ud800b") > 0


def test_the_fallback_is_near_the_truth_on_prose():
    text = "The quick brown fox jumps over the lazy dog, and nobody minds. " * 40
    assert 0.7 < EstimateTokenizer().count(text) / tokenizer_for("gpt-4o").count(text) < 1.4


def test_a_long_text_has_the_same_count_however_often_and_in_whatever_order_it_is_asked_for():
    tokenizer = tokenizer_for("gpt-4o")
    texts = [f"{n} apples and {n} pears\n" * 300 for n in range(100, 120)]
    first = [tokenizer.count(text) for text in texts]
    again = [tokenizer.count("".join(list(text))) for text in reversed(texts)]
    assert first == again[::-1]
    assert tokenizer.count("pear " * 3_000) != tokenizer.count("PEAR " * 3_000)


def test_names_of_models_are_not_held_however_long_they_are():
    tokenizer_for("gpt-4o")
    tracemalloc.start()
    try:
        for n in range(20):
            tokenizer_for(f"gpt-4o {n} " + "x" * 1_000_000)
        assert tracemalloc.get_traced_memory()[0] < 1_000_000
    finally:
        tracemalloc.stop()
