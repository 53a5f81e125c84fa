"""Long file reads that the user lets us cut."""

import re

import pytest

from headroom import compress
from headroom.config import Options
from headroom.errors import ConfigurationError

CODE = "\n".join(
    line
    for n in range(150)
    for line in (
        f"def function_{n}(argument, other):",
        f'    """Return what number {n} makes of an argument."""',
        f"    total_{n} = sum(value * {n} for value in argument)",
        f"    if total_{n} > other:",
        f"        raise ValueError('number {n} is more than it may be')",
        f"    return total_{n} - other",
        "",
    )
)
PROSE = " ".join(
    f"The house at number {n} was built in {1700 + n} by a merchant who sold salt."
    for n in range(500)
)


def read(text, **options):
    call = {"name": "read", "arguments": '{"path": "src/a.py"}'}
    messages = [
        {"role": "user", "content": "What does function_70 raise?"},
        {
            "role": "assistant",
            "content": None,
            "tool_calls": [{"id": "c1", "type": "function", "function": call}],
        },
        {"role": "tool", "tool_call_id": "c1", "content": text},
    ]
    result = compress(messages, editing=True, **options)
    return result.messages[-1]["content"], result.outcomes[-1]


def test_a_long_read_stays_exact_unless_the_user_says_otherwise():
    assert read(CODE)[0] == CODE


def test_a_long_read_is_cut_to_whole_lines_of_it():
    after, outcome = read(CODE, long_reads=2_000)
    assert outcome.reason == "elided"
    assert outcome.tokens_after < 0.7 * outcome.tokens_before
    assert "number 70 is more than it may be" in after
    gaps = [line for line in after.split("\n")[1:] if line not in CODE.split("\n")]
    assert gaps
    assert all(re.search(r"…\d", line) for line in gaps)


def test_a_long_read_in_which_folded_text_stands_stays_exact():
    """Which forms are whose could not be told in a cut of it."""
    kept = f"{CODE}\n[headroom:log 1 line; N> names a line]\n1> done"
    assert read(kept, long_reads=2_000)[0] == kept


def test_a_shorter_read_stays_exact():
    assert read(CODE, long_reads=1_000_000)[0] == CODE


def test_text_that_is_only_cut_within_its_lines_stays_exact():
    assert read(PROSE, long_reads=100)[0] == PROSE


@pytest.mark.parametrize("more", [{"profile": "lossless"}, {"fold_only": ["read"]}])
def test_who_wants_nothing_left_out_has_long_reads_whole(more):
    assert read(CODE, long_reads=2_000, **more)[0] == CODE


@pytest.mark.parametrize("value", [0, -1, "many", 2.5])
def test_long_reads_are_a_number_of_tokens(value):
    with pytest.raises(ConfigurationError, match="long_reads"):
        Options.build({"long_reads": value})
