"""HTML and XML: tags in short, pages back to the character."""

from __future__ import annotations

import pytest
from hypothesis import given

from headroom.compressors.markup import MarkupCompressor
from headroom.core import fold
from headroom.core.types import Context
from headroom.decode import expand_text
from headroom.detect.markup import claim
from tests.choices import choices, several

CTX = Context(count=len)
PIECES = (
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
        '<p class="a b"id=x>',
        '<td style="text-align:right;padding:2px 4px" colspan="3">',
        '<td style="text-align:right;padding:2px 4px" colspan="3">',
        "<1>",
        "<2:b>",
        "</p >",
        "<script>if (a<b) x()</script>",
        "\r",
        "\0",
    ]
)


@given(several(PIECES, most=40).map("".join))
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


def test_a_long_start_tag_that_comes_again_is_named_where_it_stands_first():
    cell = '<td style="text-align:right;padding:2px 4px" colspan="3">'
    text = "\n".join(f"{cell}value {at}</td>" for at in range(4))
    made = MarkupCompressor().compress(text, CTX)
    assert made.text.split("\n")[1:] == [
        f"<1:{cell[1:]}value 0</>",
        "<1>value 1</>",
        "<1>value 2</>",
        "<1>value 3</>",
    ]
    assert "<N> is that tag again" in made.text.split("\n")[0]
    assert expand_text(made.text) == text


def test_a_page_with_numbers_in_angle_brackets_gets_no_names():
    cell = '<td style="text-align:right;padding:2px 4px" colspan="3">'
    text = "\n".join(f"{cell}value {at}</td>" for at in range(4)) + "\n<p>see <1></p>"
    made = MarkupCompressor().compress(text, CTX)
    assert made.text.count(cell) == 4
    assert expand_text(made.text) == text


def test_a_name_that_was_not_given_is_an_error():
    cell = '<td style="text-align:right;padding:2px 4px" colspan="3">'
    text = "\n".join(f"{cell}value {at}</td>" for at in range(4))
    block = next(iter(fold.scan(MarkupCompressor().compress(text, CTX).text)))
    broken = fold.Block(block.form, block.note, ("<9>value 1</>", *block.lines))
    with pytest.raises(ValueError, match="not named"):
        MarkupCompressor().expand(broken)


def test_a_class_list_without_a_blank_after_it_stays_as_it_is():
    text = '<p class="a b"id="x"><b>bold</b> text</p>'
    made = MarkupCompressor().compress(text, CTX)
    assert '<p class="a b"id="x">' in made.text
    assert expand_text(made.text) == text


@given(several(PIECES, 5, 40).map("".join), choices(16))
def test_broken_pages_are_given_back(text, made):
    cell = '<td style="text-align:right;padding:2px 4px" class="x">'
    page = f"{cell}a</td>{text}{cell}b</td>{text}{cell}c</td>"
    at, cut = made.below(len(page) + 1), made.below(31)
    new = "".join(made.several(lambda: made.one("<>/\"'= .:1a\n"), 0, 4))
    mutated = page[:at] + new + page[at + cut :]
    shorter = MarkupCompressor().compress(mutated, CTX)
    assert shorter is None or expand_text(shorter.text) == mutated


def test_the_header_explains_only_what_stands_in_the_page():
    items = "\n".join(f'<li class="item a{n}"><b class="c d">text {n}</b></li>' for n in range(20))
    made = MarkupCompressor().compress(f"<ul>\n{items}\n</ul>", CTX)
    assert "title=" not in made.text
    titled = items.replace("<b ", '<b title="text 3" ')
    made = MarkupCompressor().compress(f"<ul>\n{titled}\n</ul>", CTX)
    assert "title=." in made.text.split("\n")[0]
    assert "title=_" not in made.text
    assert expand_text(made.text) == f"<ul>\n{titled}\n</ul>"
