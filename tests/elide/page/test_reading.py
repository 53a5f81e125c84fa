"""The text of web pages."""

from __future__ import annotations

import time

import pytest
from hypothesis import given
from hypothesis import strategies as st

from headroom.elide.page import text_of

PAGE = """<!DOCTYPE html><html><head><title>Big &amp; small</title><style>p { color: red }</style></head>
<body><script>alert("no")</script><h2 class="x">Towers</h2><p>Of <b>Oslo</b>,
and <a href="/ben">others</a>.</p><ul><li>one</li><li>two<ol><li>a<li>b</ol></li></ul>
<table><tr><td>a</td><td>b</td></tr></table><pre>  x = 1
  y = 2</pre><!-- hidden --></body></html>"""
SENTENCE = "<p>The mill stood by the river until the flood took it, and nobody built it again.</p>"
ARTICLE = f"<h1>Mill</h1>{SENTENCE * 6}"
MENU = '<nav><a href="/">Home</a> <a href="/about">About us</a></nav>'


def lines(page):
    return text_of(page).split("\n")


def test_headings_lists_tables_and_code_stay_and_tags_go():
    assert lines(PAGE) == [
        *("Big & small", "## Towers", "Of Oslo, and others.", "- one", "- two", "  1. a", "  2. b"),
        *("| a | b", "```", "  x = 1", "  y = 2", "```"),
    ]


def test_menus_banners_and_footers_go_where_there_is_a_main_part():
    cookies = '<div id="cookie-bar"><p>We set cookies. <button>Fine</button></p></div>'
    for wrapper in ("main", "article", 'div id="content"', "div"):
        close = wrapper.split()[0]
        page = f"<body>{MENU}{cookies}<{wrapper}>{ARTICLE}{MENU}{cookies}</{close}><footer>© Mill</footer>"
        text = text_of(page)
        assert text.count("stood by the river") == 6, wrapper
        assert "cookies" not in text, wrapper
        assert "About us" not in text, wrapper


def test_a_page_without_a_main_part_keeps_all_of_its_text():
    hits = "".join(
        f'<div><a href="https://s{n}.org/p">Hit {n}</a> Snippet {n}.</div>' for n in (1, 2)
    )
    assert lines(f"<body>{MENU}{hits}<footer>2 hits</footer></body>") == [
        "[Home](/) About us",
        "[Hit 1](https://s1.org/p) Snippet 1.",
        "[Hit 2](https://s2.org/p) Snippet 2.",
        "2 hits",
    ]


@pytest.mark.parametrize(
    ("link", "shown"),
    [
        ('<a href="https://peps.example/8">PEP 8</a>', "[PEP 8](https://peps.example/8)"),
        ('<a href="/elsewhere/17">mill</a>', "mill"),  # of the same site, in a sentence
        ('<a href="#below">below</a>', "below"),
        ('<a href="mailto:a@b.example">Ada</a>', "Ada"),
        ('<a href="javascript:go()">go</a>', "go"),
        ('<a href="https://x.example/">https://x.example/</a>', "https://x.example/"),
        ("<a>nowhere</a>", "nowhere"),
    ],
)
def test_a_sentence_keeps_the_links_that_its_words_do_not_tell(link, shown):
    assert lines(f"<p>As the long and old text on it in {link} says.</p>") == [
        f"As the long and old text on it in {shown} says."
    ]


def test_a_list_of_links_keeps_those_of_its_own_site():
    assert lines('<ul><li><a href="/d/77">Report</a><li><a href="/wiki/Mill">Mill</a></ul>') == [
        "- [Report](/d/77)",
        "- Mill",
    ]


def test_a_cell_over_several_rows_is_said_in_each():
    page = (
        "<table><tr><th>Year</th><th>Cup</th></tr><tr><td rowspan=2>2005</td><td>A</td></tr>"
        "<tr><td>B</td></tr><tr><td colspan=2>Since then none</td></tr></table>"
    )
    assert lines(page) == ["| Year | Cup", "|--", "| 2005 | A", "| 2005 | B", "Since then none"]


def test_rows_without_their_table_are_rows():
    page = "<TR><TH>id</TH><TH>boat</TH></TR>\n<TR><TD>1</TD><TD>Ada</TD></TR>\n"
    assert lines(page) == ["| id | boat", "|--", "| 1 | Ada"]


def test_a_table_for_layout_reads_as_blocks():
    page = "<table><tr><td><table><tr><td>a<td>b</table></td><td><p>c</p></td></tr></table>"
    assert lines(page) == ["| a | b", "c"]


def test_fields_images_and_powers_say_what_they_are():
    page = (
        '<p>x<sup>2</sup> <img alt="A mill by a river"><img alt="logo"></p>'
        '<form><label>Name <input placeholder="Yours"></label><input type=hidden value=k3y>'
        f"<select>{''.join(f'<option>c{n}' for n in range(9))}</select></form>"
    )
    assert lines(page) == [
        "x^2 [image: A mill by a river]",
        "Name [Yours] [c0 | c1 | c2 | c3 | c4 | c5 | … of 9]",
    ]


def test_an_app_without_text_shows_its_description_and_its_data():
    page = (
        '<head><title>Shop</title><meta name="description" content="Flour"></head><div id="app"></div>'
        '<script type="application/ld+json">{"name": "Rye", "offers": {"price": 3.20}, "x": [null]}'
        "</script><script type='application/json'>{broken</script>"
    )
    assert lines(page) == ["Shop", "Flour", "name: Rye", "price: 3.2"]


def test_feeds_drawings_and_other_xml_read_as_an_outline():
    feed = (
        '<?xml version="1.0"?><rss xmlns:a="u"><item id="4"><title>Flood</title><!-- no -->'
        "<description><![CDATA[<p>Big <b>one</b></p>]]></description><e/></item></rss>"
    )
    assert lines(feed) == [
        *("rss", '  item id="4"', "    title: Flood", "    description: Big one", "    e"),
    ]
    drawing = '<svg><title>Chart</title><path d="M0 0 1 1"/><text x="1">42 &lt;</text></svg>'
    assert lines(drawing) == ["svg", "  title: Chart", "  path", '  text x="1": 42 <']


TAGS = st.sampled_from(
    [
        *("<p>", "</p>", "<table>", "<tr>", "<td rowspan=3>", "</td>", "</table>", "<ul>", "<li>"),
        *("<a href=/x>", "</a>", "<pre>", "</pre>", "<h1>", "<nav>", "<main>", "<select>", "<sup>"),
        *(
            "<?xml ?>",
            "<![CDATA[",
            "]]>",
            "<!--",
            "-->",
            "<script>",
            "<svg>",
            "<br>",
            "<img alt='a b'>",
        ),
        *(
            "word ",
            "2",
            "&amp;",
            "\0",
            "\ud800",
            "\n",
            "<",
            ">",
            "<template>",
            "<option>",
            "</body>",
        ),
    ]
)


@given(st.one_of(st.text(max_size=60), st.lists(TAGS, max_size=40).map("".join)))
def test_any_text_has_some_text(page):
    assert isinstance(text_of(page), str)


@given(st.lists(st.sampled_from(["oak", "elm", "ash", "yew"]), min_size=1, max_size=20))
def test_all_words_stay_in_their_order(words):
    page = "".join(f"<{tag}>{word} " for tag, word in zip("pdbiu" * 4, words, strict=False))
    assert text_of(page).split() == words


@pytest.mark.parametrize(
    "page",
    [
        "<div>" * 300_000,
        "".join(f"<p><font size={n}>" for n in range(3_000)),
        "<p " + " ".join(f"a{n}=1" for n in range(50_000)) + ">",
        "<select>" + "<option>x" * 100_000,
        "<font>" * 200 + "<script>" * 200_000,
        "<?xml ?>" + "<![CDATA[" * 200_000,
        "<?xml ?><a " + "x" * 200_000 + " y>",
        "<table><tr>" + "<td>x" * 100_000,
        "<div class=navbar>" * 1_900 + SENTENCE * 500,
        "<ul><li>" * 1_900 + "word " * 20_000,
    ],
    ids=lambda page: repr(page[:20]),
)
def test_hostile_pages_take_linear_time(page):
    started = time.process_time()
    text_of(page)
    assert time.process_time() - started < 30  # a bound on complexity, not on speed


def test_sections_beside_the_largest_one_are_read_too():
    small = "".join(f"<div><h2>Part {n}</h2><p>Few words on pumps.</p></div>" for n in range(4))
    page = f"<html><body><div>{small}<div><h2>Use</h2>{SENTENCE * 60}</div></div></body></html>"
    found = lines(page)
    assert all(f"## Part {n}" in found for n in range(4))
    assert "## Use" in found


def test_a_line_of_code_that_begins_as_a_heading_stands_between_fences():
    page = f"<body>{ARTICLE}<h2>Setup</h2><pre># reboot</pre><pre>make</pre></body>"
    assert lines(page)[-5:] == ["## Setup", "```", "# reboot", "```", "make"]


@pytest.mark.parametrize("name", ["guimenu", "nav-path", "share-label", "related-link", "submenu"])
@pytest.mark.parametrize("tag", ["span", "b", "a", "td"])
def test_what_stands_inside_a_sentence_or_a_cell_stays_whatever_it_is_called(tag, name):
    part = f'<{tag} class="{name}">Approve plan</{tag}>'
    inside = f"<table><tr>{part}<td>accepts the plan</td></tr></table>"
    if tag != "td":
        inside = f"<p>Choose {part} in the list, and the plan is accepted by all who see it.</p>"
    rest = "".join(
        f"<p>Paragraph {n} tells of what a plan is made of, at length.</p>" for n in range(9)
    )
    assert "Approve plan" in text_of(f"<html><body><h1>Plans</h1>{inside}{rest}</body></html>")


def test_a_short_block_that_is_no_list_of_links_stays():
    rest = "".join(
        f"<p>Paragraph {n} tells of what a share is made of, at length.</p>" for n in range(9)
    )
    block = '<div class="share-price">A share costs 23.10 today.</div>'
    links = '<div class="share-links"><a href="/x">Post</a> <a href="/y">Mail</a></div>'
    shown = text_of(f"<html><body><h1>Shares</h1>{block}{links}{rest}</body></html>")
    assert "A share costs 23.10 today." in shown
    assert "Mail" not in shown


@pytest.mark.parametrize("tag", ["iframe", "script", "style", "textarea", "title"])
def test_an_element_that_ends_where_it_begins_takes_in_nothing_of_what_follows(tag):
    page = (
        f"<html><body><p>Before.</p><{tag} class='x' src='y'/><p>The rest of it.</p></body></html>"
    )
    assert text_of(page).split("\n")[-2:] == ["Before.", "The rest of it."]


def test_an_anchor_that_ends_where_it_begins_links_nothing_of_what_follows():
    page = '<body><h2><a class="anchor" id="usage"/>Usage</h2><p>Call <a href="/x/9f">this or that</a>.</p></body>'
    assert text_of(page).split("\n")[0] == "## Usage"
    assert "Call " in text_of(page).split("\n")[1]
