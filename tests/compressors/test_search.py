"""Search results and path lists: each path once."""

from __future__ import annotations

from hypothesis import given

from headroom.compressors.listing import ListingCompressor
from headroom.compressors.search import SearchCompressor
from headroom.core.types import Context
from headroom.decode import expand_text
from tests.choices import choices, several

CTX = Context(count=len)
PATHS = ("src/a.py", "b.txt", "C:/x y/z.c", "a-1-b.py", "12:3", "-", "--", "dir/")
TEXTS = ("", "x = 1", "-", ":", "a:1:b", "12:x", "3=y", " y", "\r", "--")


def hits(made):
    def line():
        path, number, text = made.one(PATHS), made.below(31), made.one(TEXTS)
        match made.below(5):
            case 0:
                return f"{path}:{number}:{text}"
            case 1:
                return f"{path}-{number}-{text}"
            case 2:
                return f"{path}:{text}"
            case 3:
                return f"{path}={number}={text}"
        return made.one(("--", "", "Binary file x matches", "src/a.py", "007:z"))

    return made.several(line, 1, 25)


@given(choices(160).map(hits))
def test_hits_are_given_back(lines):
    made = SearchCompressor().compress("\n".join(lines), CTX)
    assert made is None or expand_text(made.text) == "\n".join(lines)


@given(several(("a/b", "a/c/d", "a/", "/", "x", "", ":", "a/:", "./a", "a//b", "\r"), 1, 25))
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


def test_the_function_that_a_hit_is_in_keeps_its_mark():
    text = "a.c=9=int main(void)\na.c:10:hit\na.c=20=static int f(void)\na.c:21:hit\n"
    made = SearchCompressor().compress(text * 3, CTX)
    assert "9=int main(void)" in made.text.split("\n")
    assert "N=text is the function" in made.text
    assert expand_text(made.text) == text * 3
