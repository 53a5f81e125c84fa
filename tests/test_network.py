"""With every socket refused, the whole library works: import, count, compress, expand."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest

import headroom

PROGRAM = """
import socket

def refuse(*args, **kwargs):
    raise AssertionError("a socket was asked for")

socket.socket = socket.create_connection = socket.getaddrinfo = socket.gethostbyname = refuse

import headroom
from headroom.tokens import tokenizer_for

{body}
"""


def runs_offline(body):
    done = subprocess.run(
        [sys.executable, "-c", PROGRAM.format(body=body)],
        capture_output=True,
        text=True,
        check=False,
        cwd=Path(headroom.__file__).resolve().parents[1],
    )
    assert done.returncode == 0, done.stderr
    return done.stdout


def test_refusing_sockets_is_noticed():
    with pytest.raises(AssertionError, match="a socket was asked for"):
        runs_offline("socket.create_connection(('example.org', 80))")


def test_for_every_family_tokens_are_counted_and_saved():
    models = ["gpt-4o", "gpt-4", "claude-sonnet-4-5", "gemini-2.5-pro", "llama-3", "nobody-1", None]
    body = f"""
messages = [{{"role": "tool", "content": "a line of some length\\n" * 99}}]
for model in {models!r}:
    result = headroom.compress(messages, model)
    assert result.tokens_saved > 0
    assert headroom.expand(result.messages) == messages
    print(tokenizer_for(model).count("hello world, twice"))
"""
    counts = runs_offline(body).split()
    assert len(counts) == len(models)
    assert all(int(tokens) > 0 for tokens in counts)


def test_every_kind_of_output_is_folded_and_comes_back():
    body = """
from benchmarks.corpus import KINDS, generate
for kind in KINDS:
    messages = [{"role": "tool", "content": generate(kind, 6000)}]
    result = headroom.compress(messages)
    if result.outcomes[0].grade in (None, "exact"):
        assert headroom.expand(result.messages) == messages, kind
print(len(KINDS))
"""
    assert int(runs_offline(body)) > 5


def test_a_shared_context_keeps_what_it_is_given():
    body = """
shared = headroom.SharedContext()
shared.put("log", "the same line again and again\\n" * 90)
print(shared.get("log", full=True).count("again and"))
"""
    assert runs_offline(body).strip() == "90"
