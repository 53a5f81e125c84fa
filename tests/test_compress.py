"""The one-call library: what `compress()` gives back and `expand()` undoes."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest

import headroom
from headroom import ConfigurationError, InputError, compress, expand

LOG = "\n".join(f"2025-03-01 10:00:{n:02} INFO web: request {n} took {n * 3} ms" for n in range(50))
MESSAGES = [
    {"role": "user", "content": "what happened?"},
    {"role": "tool", "tool_call_id": "c1", "content": LOG},
]


@pytest.mark.parametrize("profile", ["lossless", "balanced", "aggressive"])
def test_the_figures_of_a_result_agree(profile):
    result = compress(MESSAGES, profile=profile)
    assert result.tokens_before - result.tokens_after == result.tokens_saved > 0
    assert result.compression_ratio == pytest.approx(result.tokens_saved / result.tokens_before)
    assert result.savings_percent == round(100 * result.compression_ratio, 1)
    assert result.tokens_before == sum(outcome.tokens_before for outcome in result.outcomes)
    assert result.tokens_after == sum(outcome.tokens_after for outcome in result.outcomes)
    assert result.transforms_applied
    if profile == "lossless":
        assert result.refs == (), "nothing is stored where nothing is lost"


def test_nothing_to_do_saves_nothing():
    result = compress([])
    assert (result.messages, result.tokens_saved, result.compression_ratio) == ([], 0, 0.0)
    assert result.transforms_applied == []


def test_compressing_the_result_again_changes_nothing():
    once = compress(MESSAGES).messages
    assert compress(once).messages == once


def test_a_longer_conversation_begins_with_the_same_forms():
    first = compress(MESSAGES).messages
    more = compress([*MESSAGES, {"role": "assistant", "content": "ok"}, MESSAGES[1]]).messages
    assert more[: len(first)] == first


def test_an_unknown_model_compresses_all_the_same():
    for model in ("no-such-model", "", None):
        result = compress(MESSAGES, model)
        assert result.tokens_saved > 0
        assert expand(result.messages) == MESSAGES


def test_expand_of_foreign_text_is_that_text():
    for text in ("", "plain", "[headroom:unknown 1 line]\nx", "[headroom:text 9 lines]\nx"):
        assert expand(text) == text


def test_expand_of_a_block_that_does_not_decode_is_an_error():
    with pytest.raises(ValueError):
        expand("[headroom:json 1 line]\n{")


@pytest.mark.parametrize(
    "bad", ["text", b"bytes", None, 5, 1.5, {1}, object()], ids=lambda bad: type(bad).__name__
)
def test_what_holds_no_messages_is_refused(bad):
    with pytest.raises(InputError, match=type(bad).__name__):
        compress(bad)


@pytest.mark.parametrize(
    "wrong",
    [
        {"model": 5},
        {"query": 5},
        {"provider": "smoke-signal"},
        {"min_token": 3},
        {"min_tokens": -1},
    ],
    ids=str,
)
def test_wrong_arguments_are_refused_by_name(wrong):
    with pytest.raises(ConfigurationError):
        compress(MESSAGES, **wrong)


def test_the_function_survives_the_import_of_its_module():
    code = (
        "import headroom.compress\nfrom headroom import compress\n"
        "assert callable(compress) and callable(headroom.compress)\n"
    )
    subprocess.run(
        [sys.executable, "-c", code],
        check=True,
        cwd=Path(headroom.__file__).resolve().parents[1],
    )
