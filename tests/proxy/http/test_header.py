"""Which headers are passed on."""

from __future__ import annotations

from itertools import product

from hypothesis import given

from headroom.proxy.http import header
from tests.choices import several

NAMES = (b"X-A", b"x-b", b"Authorization", b"TE", b"Host", b"Content-Length")
PAIRS = several(product(NAMES, (b"1", b"2", b"")), most=8)


@given(PAIRS)
def test_what_is_passed_on_keeps_order_spelling_and_repetitions(pairs):
    kept = [pair for pair in pairs if pair[0] in (b"X-A", b"x-b", b"Authorization")]
    assert header.to_upstream(pairs, None) == kept
    assert header.to_upstream(pairs, 3) == [*kept, (b"content-length", b"3")]


@given(PAIRS)
def test_an_answer_keeps_all_but_what_is_of_the_connection(pairs):
    assert header.to_client(pairs) == [(k.lower(), v) for k, v in pairs if k != b"TE"]


def test_names_in_connection_are_of_the_connection():
    pairs = [(b"Connection", b"close, X-A"), (b"x-a", b"1"), (b"x-b", b"2")]
    assert header.to_upstream(pairs, None) == header.to_client(pairs) == [(b"x-b", b"2")]


def test_changes_of_an_extension_are_made_in_place():
    pairs = [(b"A", b"1"), (b"b", b"2"), (b"c", b"3")]
    before = {"A": "1", "b": "2", "c": "3"}
    after = {"A": "1", "b": "new", "d": "4"}
    assert header.changed(pairs, before, after) == [(b"A", b"1"), (b"b", b"new"), (b"d", b"4")]
    assert header.changed(pairs, before, dict(before)) == pairs


def test_the_answer_to_a_handshake_says_nothing_of_a_body_or_of_the_socket():
    names = (
        b"Content-Length",
        b"Sec-WebSocket-Accept",
        b"Upgrade",
        b"X-Request-Id",
        b"Retry-After",
    )
    kept = header.of_handshake([(name, b"1") for name in names])
    assert kept == [(b"x-request-id", b"1"), (b"retry-after", b"1")]
