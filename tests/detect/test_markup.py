"""HTML and XML are known by their end tags."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from headroom.detect.markup import claim


def test_a_page_is_one_run_of_all_its_lines():
    page = ["<ul>", *(f"<li>entry {at}</li>" for at in range(12)), "</ul>"]
    assert list(claim(page)) == [(0, len(page))]


def test_xml_is_claimed_like_html():
    suite = [
        "<testsuite>",
        *(f'<case n="{at}"><ok></ok></case>' for at in range(6)),
        "</testsuite>",
    ]
    assert list(claim(suite)) == [(0, len(suite))]


def test_a_page_without_line_breaks_is_claimed():
    assert list(claim(["<tr><td>1</td><td>2</td></tr>" * 8])) == [(0, 1)]


def test_a_page_of_plain_text_is_a_page_though_it_has_few_end_tags():
    said = [
        f"Release {at} of the till counts its coins, and tells so at night.<br>" for at in range(90)
    ]
    head = [
        "<html>",
        "<head><title>Till</title></head>",
        "<body><h1>News</h1>",
        "<div><p><b>Old</b>",
    ]
    page = [*head, *said, "</p></div>", "</body>", "</html>", ""]
    assert list(claim(page)) == [(0, len(page))]
    assert list(claim(page[:-3])) == []
    assert list(claim(["It said:", *page])) == []


def test_a_scrap_is_not_claimed():
    assert list(claim(["<p>short</p>"] * 3)) == []


def test_a_long_text_with_a_few_tags_is_not_claimed():
    assert list(claim(["word " * 100] * 50 + ["</b>"] * 10)) == []


@given(st.lists(st.sampled_from(["<p>", "</p>", "text", "", "x" * 400]), max_size=60))
def test_runs_lie_within_the_lines(lines):
    assert all(0 <= start < end <= len(lines) for start, end in claim(lines))


def test_messages_that_quote_a_page_are_no_page():
    quoted = [f"E   - <p>expected {at}</p> != <p>found {at}</p>" for at in range(20)]
    assert list(claim(["== FAILURES ==", *quoted, "20 failed"])) == []


def test_a_page_below_other_lines_is_a_run_of_its_own():
    page = ["<ul>", *(f"<li>entry {at}</li>" for at in range(12)), "</ul>"]
    assert list(claim(["HTTP/1.1 200 OK", "", *page, "done"])) == [(2, 2 + len(page))]


def test_a_mark_of_the_byte_order_may_stand_before_a_page():
    page = ["", "\ufeff<ul>", *(f"one more of {at}</li>" for at in range(12)), "</ul>"]
    assert list(claim(page)) == [(0, len(page))]


def test_a_document_of_markdown_with_badges_at_its_top_is_no_page():
    readme = ['<div align="center">', *('<a href="x"><img src="y"></a>',) * 12, "</div>", ""]
    for n in range(6):
        readme += [
            f"## Part {n}",
            "",
            "What it does, in a sentence.",
            "",
            "```sh",
            "run",
            "```",
            "",
        ]
    assert list(claim(readme)) == []
    assert list(claim(["<!DOCTYPE html>", *readme])) == [(0, len(readme) + 1)]


def test_the_tags_of_a_tool_between_lines_are_no_page():
    hits = ["14 matches"]
    for n in range(14):
        hits += [f'<match path="src/part{n}.py" line={n}>', f"total({n})", "</match>"]
    assert list(claim(hits)) == []
