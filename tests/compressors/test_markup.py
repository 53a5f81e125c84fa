"""HTML and XML: tags in short, pages back to the character."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from headroom.compressors.markup import MarkupCompressor
from headroom.core.types import Context
from headroom.decode import expand_text
from headroom.detect.markup import claim

CTX = Context(count=len)
PIECES = st.sampled_from(
    [
        "<p>",
        "</p>",
        '<p class="a b">',
        '<a href="/x/Foo_Bar" title="Foo Bar">',
        "Foo Bar",
        "</a>",
        "<br>",
        "<br/>",
        "<B>",
        "</b>",
    ]
    * 2
    + [
        "<",
        ">",
        '"',
        "'",
        "</",
        "<a title='x'>",
        '<a class="">',
        "<p.a>",
        "</>",
        " title=.",
        "\n",
        "text",
        "<!-- <p> -->",
        "<x:y z=1>",
        "</x:y>",
    ]
    + [
        '<i title="Foo Bar" href="y">',
        '<td\nclass="a">',
        "</p >",
        "<script>if (a<b) x()</script>",
        "\r",
        "\0",
    ]
)


@given(st.lists(PIECES, max_size=40).map("".join))
def test_pages_are_given_back(text):
    made = MarkupCompressor().compress(text, CTX)
    assert made is None or expand_text(made.text) == text


def test_what_the_structure_says_is_left_out():
    text = '<ul class="nav wide">\n<li><a href="/wiki/Oslo" title="Oslo">Oslo</a></li>\n</ul>'
    made = MarkupCompressor().compress(text, CTX)
    assert made.text.split("\n")[1:] == [
        "<ul.nav.wide>",
        '<li><a href="/wiki/Oslo" title=.>Oslo</></>',
        "</>",
    ]


def test_a_page_that_uses_our_signs_is_left_alone():
    assert MarkupCompressor().compress("<p></>", CTX) is None
    assert MarkupCompressor().compress("<foo.bar></foo.bar>", CTX) is None


def test_a_few_tags_in_prose_make_no_page():
    assert list(claim(["Use <b>bold</b> for emphasis."] * 5 + ["word " * 60] * 40)) == []
