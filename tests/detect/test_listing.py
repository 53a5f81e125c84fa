"""Lists of paths."""

from __future__ import annotations

import base64
import random

from headroom.detect.listing import claim


def test_encoded_bytes_are_no_paths():
    lines = base64.encodebytes(random.Random(4).randbytes(3_000)).decode().split()
    assert list(claim(["Picture:", *lines, "end"])) == []
    objects = [f".git/objects/{n:02x}/{n * 7919:038x}" for n in range(40)]
    assert list(claim(objects)) == [(0, 40)]


def test_rows_of_a_table_that_begin_like_paths_are_none():
    dates = [f"{n % 12 + 1}/{n % 28 + 1}/2004,11{n}.5,{n}00" for n in range(40)]
    assert list(claim(["Date,Open,Volume", *dates])) == []
    files = [f"src/cart{n}.py,{n},88" for n in range(40)]
    assert list(claim(files)) == []
    assert list(claim([f"src/cart,{n}.py" if n % 2 else f"src/cart{n}.py" for n in range(40)]))
