"""Packed request bodies."""

from __future__ import annotations

import gzip

import pytest
from hypothesis import given
from hypothesis import strategies as st

from headroom.proxy.coding import CodingError, decode, encode, zstd


@given(body=st.binary(max_size=4000))
def test_what_is_packed_is_unpacked(body):
    for name in (None, "", "identity", "gzip", "GZIP", "x-gzip", "zstd"):
        packed = encode(body, name)
        assert decode(packed, name, 4000) == body, name
        assert encode(body, name) == packed, name


def test_a_body_of_several_members_is_one_body():
    assert decode(gzip.compress(b"a") + gzip.compress(b"b"), "gzip", 9) == b"ab"
    assert decode(zstd.compress(b"a") + zstd.compress(b"b"), "zstd", 9) == b"ab"


@pytest.mark.parametrize("name", ["gzip", "zstd"])
def test_a_bomb_is_not_unpacked(name):
    bomb = encode(b"\0" * 50_000_000, name)
    with pytest.raises(CodingError, match="more than 1000 bytes"):
        decode(bomb, name, 1000)


@given(body=st.binary(min_size=1, max_size=300))
def test_what_is_no_such_body_is_refused_and_nothing_worse(body):
    for name in ("gzip", "zstd", "br"):
        with pytest.raises(CodingError):
            decode(b"?" + body, name, 1000)


@pytest.mark.parametrize("name", ["gzip", "zstd"])
def test_a_body_that_is_cut_off_is_refused(name):
    with pytest.raises(CodingError):
        decode(encode(b"some text" * 99, name)[:-6], name, 9999)
