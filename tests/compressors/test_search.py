"""Search results and path lists: each path once."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from headroom.compressors.listing import ListingCompressor
from headroom.compressors.search import SearchCompressor
from headroom.core.types import Context
from headroom.decode import expand_text

CTX = Context(count=len)
PATHS = st.sampled_from(["src/a.py", "b.txt", "C:/x y/z.c", "a-1-b.py", "12:3", "-", "--", "dir/"])
TEXTS = st.sampled_from(["", "x = 1", "-", ":", "a:1:b", "12:x", " y", "\r", "--"])
HITS = st.lists(
    st.one_of(
        st.builds("{}:{}:{}".format, PATHS, st.integers(0, 30), TEXTS),
        st.builds("{}-{}-{}".format, PATHS, st.integers(0, 30), TEXTS),
        st.builds("{}:{}".format, PATHS, TEXTS),
        st.sampled_from(["--", "", "Binary file x matches", "src/a.py", "007:z"]),
    ),
    min_size=1,
    max_size=25,
)


@given(HITS)
def test_hits_are_given_back(lines):
    made = SearchCompressor().compress("\n".join(lines), CTX)
    assert made is None or expand_text(made.text) == "\n".join(lines)


@given(
    st.lists(
        st.sampled_from(["a/b", "a/c/d", "a/", "/", "x", "", ":", "a/:", "./a", "a//b", "\r"]),
        min_size=1,
        max_size=25,
    )
)
def test_paths_are_given_back(lines):
    made = ListingCompressor().compress("\n".join(lines), CTX)
    assert made is None or expand_text(made.text) == "\n".join(lines)


def test_a_path_is_said_once_above_its_hits_and_their_context():
    text = "src/a.py-9-before\nsrc/a.py:10:hit\nsrc/a.py-11-after\n--\nsrc/b.py:3:hit"
    made = SearchCompressor().compress(text, CTX)
    assert made.text.split("\n")[1:] == [
        "src/a.py",
        "9-before",
        "10:hit",
        "-after",
        "--",
        "src/b.py",
        "3:hit",
    ]
