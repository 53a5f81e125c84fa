"""A hundred thousand inputs that nobody would send: no exception, nothing longer, all comes back."""

from __future__ import annotations

import json
import time
from random import Random

import pytest

from headroom import compress, expand
from headroom.core.types import Context
from headroom.decode import expand_text
from headroom.engine.codec import fold_text
from headroom.engine.guard import Margin
from headroom.engine.router import ContentRouter

CTX = Context(count=lambda text: len(text) // 3 + 1)
ROUTER = ContentRouter()
PIECES = [
    "\n",
    "\r\n",
    "\r",
    "\t",
    "\0",
    "\ud800",
    "\udcff",
    "\x1b[31m",
    "\x1b[2K",
    "\x08",
    "\u2028",
    "\x85",
    "{",
    "}",
    "[",
    "]",
    '"',
    ",",
    ":",
    "::",
    "|",
    "1|",
    "1> ",
    "= ",
    "v1 = ",
    "-",
    "--",
    "@@ -1 +1 @@",
    "@@ +2",
    "+",
    "diff --git a/x b/x",
    "[headroom:text 1 line]",
    "[headroom:",
    "12:",
    "src/a.py:1:",
    "10:00:00 ",
    "2025-01-01",
    "null",
    "1e999",
    "9" * 40,
    "tests/a.py::test_b PASSED",
    "=== RUN   TestA",
    "--- PASS: TestA (0.00s)",
    "     1\t",
    "é",
    "\U0001f600",
    "a",
    "b c",
    "   ",
    "{}",
    "[]",
    '{"a":1}',
    "<a href='x'>",
    "</a>",
    "drwxr-xr-x 2 root",
]


def hostile(r: Random) -> str:
    few = r.sample(PIECES, r.randint(1, 6))
    return "".join(r.choice(few) for _ in range(r.randint(0, 30)))


@pytest.mark.parametrize("seed", range(100))
def test_hostile_texts_come_back(seed):
    r = Random(seed)
    for _ in range(1000):
        text = hostile(r)
        folded = fold_text(text, CTX, ROUTER, Margin(1, 0.0))
        if folded is not None:
            assert expand_text(folded.text) == folded.restores
            assert len(folded.text.encode("utf-8", "surrogatepass")) < len(
                text.encode("utf-8", "surrogatepass")
            )
            assert folded.grade != "exact" or folded.restores == text


@pytest.mark.parametrize(
    "text",
    [
        "[" * 100_000,
        '{"a":' * 50_000,
        "[" * 50_000 + "]" * 50_000,
        "\n" * 300_000,
        " " * 300_000,
        '"' * 200_000,
        ("x," * 50_000 + "\n") * 3,
        '"' + '","' * 60_000,
        "\r" * 200_000,
        "a\x08" * 60_000,
        "=== RUN   A\n" * 20_000,
        "@@ -1 +1 @@\n" * 20_000,
        "diff --git a/x b/x\n" * 20_000,
        "1> x\n" * 20_000,
        "|" * 200_000,
        "- " * 100_000,
        ("a" * 50 + "\n") * 5_000,
        "<" * 200_000,
        "\x1b[" * 50_000,
        bytes(range(256)).decode("utf-8", "surrogateescape") * 500,
        "[headroom:text 999999999 lines]\n" * 5_000,
        "1*9999999|\n" * 100,
        "a" * 600_000 + "\x1b[K" * 100_000,
        "a" * 400_000 + "\x1b[2Kb" * 100_000,
        "b" * 400_000 + "\x1b[1K" * 100_000,
        json.dumps([{f"k{n}": n} for n in range(80_000)]),
    ],
    ids=lambda text: ascii(text[:12]),
)
def test_large_hostile_texts_come_back_soon(text):
    messages = [{"role": "tool", "content": text}]
    start = time.process_time()
    result = compress(messages, min_tokens=0)
    assert time.process_time() - start < 30  # a bound on complexity, not on speed
    assert len(result.messages[0]["content"]) <= len(text)
    assert result.tokens_after <= result.tokens_before
    (outcome,) = result.outcomes
    if outcome.grade == "exact":
        assert expand(result.messages) == messages


@pytest.mark.parametrize("lines", [5, 39_999, 999_999_999])
def test_forged_headers_are_read_in_one_pass(lines):
    text = f"[headroom:text {lines} lines; x]\n" * 40_000
    start = time.process_time()
    assert (expand(text) == text) == (lines >= 40_000)
    assert time.process_time() - start < 30  # as above


@pytest.mark.slow
def test_a_line_of_fifty_megabytes_passes():
    # Of few long values: how many there may be is asked of shorter lines.
    for line in ("x" * 50_000_000, json.dumps(["a b " * 100] * 123_000)):
        result = compress([{"role": "tool", "content": line}], max_chars=60_000_000)
        assert len(result.messages[0]["content"]) <= len(line)
        result = compress([{"role": "tool", "content": line}])
        assert result.outcomes[0].reason == "large"
