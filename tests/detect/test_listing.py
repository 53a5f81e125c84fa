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
