"""The text of web pages."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from headroom.elide.page import text_of

PAGE = """<!DOCTYPE html><html><head><title>Big &amp; small</title><style>p { color: red }</style></head>
<body><script>alert("no")</script><h2 class="x">Towers</h2><p>Of <b>Oslo</b>,
and <a href="/ben">others</a>.</p><ul><li>one</li><li>two</li></ul>
<table><tr><td>a</td><td>b</td></tr></table><pre>  x = 1
  y = 2</pre><!-- hidden --></body></html>"""


def test_headings_lists_tables_and_code_stay_and_tags_go():
    assert text_of(PAGE).split("\n") == [
        "Big & small",
        "## Towers",
        "Of Oslo, and others.",
        "- one",
        "- two",
        "a b",
        "  x = 1",
        "  y = 2",
    ]


@given(st.text(alphabet=st.sampled_from('<>/apretbodyh123 "=\n\0&;!-'), max_size=80))
def test_any_text_has_some_text(page):
    assert isinstance(text_of(page), str)
