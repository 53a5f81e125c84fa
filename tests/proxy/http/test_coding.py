"""Packed bodies."""

from __future__ import annotations

import gzip
import tracemalloc

import pytest
from hypothesis import given
from hypothesis import strategies as st

from headroom.proxy.http.coding import CodingError, decode, encode, unpacker, zstd

CODINGS = ("gzip", "deflate", "zstd", "br")


@given(body=st.binary(max_size=4000))
def test_what_is_packed_is_unpacked(body):
    for name in (None, "", "identity", "gzip", "GZIP", "x-gzip", *CODINGS):
        packed = encode(body, name)
        assert decode(packed, name, 4000) == body, name
        assert encode(body, name) == packed, name


def test_a_body_of_several_members_is_one_body():
    assert decode(gzip.compress(b"a") + gzip.compress(b"b"), "gzip", 9) == b"ab"
    assert decode(zstd.compress(b"a") + zstd.compress(b"b"), "zstd", 9) == b"ab"


@pytest.mark.parametrize("name", ["gzip", "zstd"])
def test_a_body_of_many_members_is_read_once_or_refused(name):
    member = encode(b"x" * 40, name)
    assert decode(member * 9_000, name, 400_000) == b"x" * 360_000
    with pytest.raises(CodingError, match="more than 10000 members"):
        decode(member * 100_000, name, 64_000_000)


@pytest.mark.parametrize("name", CODINGS)
def test_a_bomb_is_not_unpacked(name):
    bomb = encode(b"\0" * 50_000_000, name)
    tracemalloc.start()
    try:
        with pytest.raises(CodingError, match="more than 1000 bytes"):
            decode(bomb, name, 1000)
        assert tracemalloc.get_traced_memory()[1] < 1_000_000
    finally:
        tracemalloc.stop()


@pytest.mark.parametrize("name", CODINGS)
def test_a_bomb_in_an_answer_is_not_unpacked(name):
    bomb = encode(b"\0" * 100_000_000, name)
    with pytest.raises(CodingError, match="a chunk of the body"):
        unpacker(name).decompress(bomb)


@given(body=st.binary(min_size=1, max_size=300))
def test_what_is_no_such_body_is_refused_and_nothing_worse(body):
    for name in (*CODINGS, "lzma"):
        with pytest.raises(CodingError):
            decode(b"?" + body, name, 1000)


@pytest.mark.parametrize("name", CODINGS)
def test_a_body_that_is_cut_off_is_refused(name):
    with pytest.raises(CodingError):
        decode(encode(b"some text" * 99, name)[:-6], name, 9999)


@given(body=st.binary(max_size=4000), size=st.integers(1, 500))
def test_an_answer_is_unpacked_as_it_comes(body, size):
    for name in CODINGS:
        packed, unpack = encode(body, name), unpacker(name)
        pieces = [unpack.decompress(packed[n : n + size]) for n in range(0, len(packed), size)]
        assert b"".join(pieces) == body, name


@pytest.mark.parametrize("name", ["gzip", "zstd"])
@pytest.mark.parametrize("size", [1, 7, 999])
def test_an_answer_of_several_members_is_unpacked_as_it_comes(name, size):
    packed = b"".join(encode(event, name) for event in (b"one", b"", b"two" * 50)) + b"\0" * 9
    unpack = unpacker(name)
    pieces = [unpack.decompress(packed[n : n + size]) for n in range(0, len(packed), size)]
    assert b"".join(pieces) == b"one" + b"two" * 50


@pytest.mark.parametrize("name", CODINGS)
def test_what_follows_a_member_and_is_none_is_refused(name):
    unpack = unpacker(name)
    assert unpack.decompress(encode(b"one", name)) == b"one"
    with pytest.raises(CodingError):
        unpack.decompress(b"two and more than a head of a member has")
