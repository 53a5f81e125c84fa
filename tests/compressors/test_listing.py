"""Path lists: each directory said once, every path back in its place."""

from __future__ import annotations

import pytest

from headroom.compressors.listing import ListingCompressor
from headroom.core.types import Context
from headroom.decode import expand_text

CTX = Context(count=len)


def fold(text):
    made = ListingCompressor().compress(text, CTX)
    assert made is None or expand_text(made.text) == text
    return made


def test_a_directory_is_said_once_and_each_name_stays_whole():
    text = "\n".join(f"src/headroom/parts/file_{n}.py" for n in range(9))
    made = fold(text)
    assert made.text.count("src/headroom/parts") == 1
    assert all(f"file_{n}.py" in made.text for n in range(9))


@pytest.mark.parametrize(
    "lines",
    [
        [f"./a/{n}/x" for n in range(9)],
        [f"/a//b/{n}" for n in range(9)],
        [f"C:\\a\\b\\{n}" for n in range(9)],
        [f"a b/ c/{n} \r" for n in range(9)],
        ["a/b/c", "a/b/c", "a/b/", "a/b", "a", "", "/", "a/b/d"],
        [f"a/\ud800/{n}\0" for n in range(9)],
    ],
    ids=ascii,
)
def test_odd_paths_come_back(lines):
    fold("\n".join(lines))
