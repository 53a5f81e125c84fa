"""The same inputs give the same bytes: in any process, in any order, on any number of threads."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parent.parent
PROGRAM = """
import hashlib, json, sys
from concurrent.futures import ThreadPoolExecutor
from benchmarks.corpus import KINDS, generate
from headroom import compress

def form(kind):
    messages = [
        {"role": "user", "content": "Which request failed, and what does `id` 17 say?"},
        {"role": "tool", "tool_call_id": "c", "content": generate(kind, 9_000)},
    ]
    made = [
        compress(messages, **options).messages
        for options in ({"profile": "balanced"}, {"profile": "aggressive"}, {"target_ratio": 0.1})
    ]
    return json.dumps(made)

with ThreadPoolExecutor(int(sys.argv[1])) as pool:
    forms = list(pool.map(form, KINDS))
print(hashlib.sha256("\\0".join(forms).encode()).hexdigest())
"""


def digest(seed: str, threads: str) -> str:
    environment = {**os.environ, "PYTHONHASHSEED": seed, "HEADROOM_STORE": "memory:"}
    done = subprocess.run(
        [sys.executable, "-c", PROGRAM, threads],
        capture_output=True,
        text=True,
        cwd=ROOT,
        env=environment,
        check=True,
    )
    return done.stdout


@pytest.fixture(scope="module")
def expected():
    return digest("0", "1")


@pytest.mark.parametrize(("seed", "threads"), [("1", "4"), ("random", "8")])
def test_hash_seeds_and_threads_change_no_byte(expected, seed, threads):
    assert digest(seed, threads) == expected
