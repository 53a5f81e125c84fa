"""Reports in XML: what failed stays, what passed is summed up."""

from __future__ import annotations

import re
from xml.sax.saxutils import quoteattr

from hypothesis import given

from headroom.elide.rows.by_element import by_element
from headroom.elide.rows.element import elements, fields
from tests.choices import several

TRACE = "\n".join(
    ["AssertionError: 3 != 4", *(f"\tat org.lib.Node{at}.run(Node{at}.java:9)" for at in range(90))]
)


def case(at, inner=""):
    head = f'<testcase classname="shop.Cart" name="case_{at}" time="{0.001 * (at % 7):.3f}"'
    return f"{head}>{inner}</testcase>" if inner else f"{head}/>"


def report(cases, glue=""):
    begun = (
        '<?xml version="1.0"?>',
        '<testsuites name="all">',
        '<testsuite name="shop" tests="200">',
    )
    return glue.join([*begun, *cases, "</testsuite>", "</testsuites>"])


CASES = [case(at) for at in range(200)]
CASES[57] = case(57, '<failure message="expected 3">shop/cart.py:41: AssertionError</failure>')
CASES[120] = case(120, '<skipped message="needs a network"/>')


def test_a_failure_on_one_line_stays_with_its_name_and_message():
    made = by_element(report(CASES), "which tests failed?", 0.36)
    assert CASES[57] in made.body.split("\n")
    assert made.body.startswith(
        '<?xml version="1.0"?>\n<testsuites name="all">\n<testsuite name="shop"'
    )
    assert len(made.body) < 0.1 * len(report(CASES))


def test_what_passed_is_counted():
    made = by_element(report(CASES), "which tests failed?", 0.36)
    assert "all 200 testcase: with failure (1), skipped (1);" in made.summary
    assert "classname shop.Cart in all" in made.summary


def test_marks_name_the_characters_of_the_line_that_are_left_out():
    text = report(CASES)
    made = by_element(text, "", 0.36)
    shown = "".join(line for line in made.body.split("\n") if not line.startswith("…"))
    gone = ""
    for line, start, end in re.findall(r"… (\d+):(\d+)-(\d+)", made.body):
        assert line == "1"
        gone += text[int(start) - 1 : int(end)]
    assert sorted(re.findall(r"case_\d+", shown + gone)) == sorted(re.findall(r"case_\d+", text))


def test_marks_name_lines_where_each_case_has_some():
    text = report(CASES, "\n")
    made = by_element(text, "", 0.36)
    first, last = map(int, re.search(r"… (\d+)-(\d+)", made.body).groups())
    assert all(line.startswith("<testcase") for line in text.split("\n")[first - 1 : last])
    assert CASES[57] in made.body


def test_all_that_failed_are_named_however_long_their_traces_are():
    cases = [case(at, f"<error>{TRACE}</error>") if at % 10 == 0 else case(at) for at in range(200)]
    made = by_element(report(cases), "", 0.2)
    for at in range(0, 200, 10):
        assert f'name="case_{at}"' in made.body
    assert made.body.count("AssertionError: 3 != 4") == 20
    assert len(made.body) < 0.5 * len(report(cases))


def test_the_file_that_a_finding_stands_in_is_named_above_it():
    files = []
    for at in range(40):
        grave = "error" if at == 31 else "warning"
        found = f'<error line="{at}" severity="{grave}" message={quoteattr("a > b")}/>' * 4
        files.append(f'<file name="src/mod{at}.js">{found}</file>')
    made = by_element(f"<checkstyle version='1'>{''.join(files)}</checkstyle>", "errors?", 0.36)
    assert '<file name="src/mod31.js">\n<error line="31" severity="error"' in made.body
    assert "severity warning (156), error (4)" in made.summary


def test_values_inside_a_record_are_fields_of_it():
    text = report(CASES)
    found = elements(text)
    assert fields(text, found, found.records[57])["failure"] == "expected 3"
    assert fields(text, found, found.records[57])["name"] == "case_57"


def test_documents_pages_and_broken_texts_are_no_reports():
    document = '<document index="{}" title="A">' + "A sentence of prose. " * 20 + "</document>"
    assert elements("<all>" + "".join(document.format(at) for at in range(20)) + "</all>") is None
    assert elements("<html><body>" + "<p a='1' b='2'/>" * 40 + "</body></html>") is None
    assert elements(report(CASES)[:-20]) is None
    assert elements(report(CASES).replace("</testsuite>", "</suite>")) is None
    assert elements("<!--" * 9 + report(CASES)) is None


PIECES = [
    "<a ",
    'b="1" c="2"',
    "/>",
    ">",
    "</a>",
    "<r>",
    "</r>",
    "<!--",
    "-->",
    "x",
    "\n",
    "<",
    '"',
]


@given(several(PIECES, 0, 80))
def test_any_text_is_read_or_left(pieces):
    text = "<r>" + "".join(pieces) + "</r>"
    found = elements(text)
    if found is not None:
        assert all(text[found.all[n].start] == "<" for n in found.records)
        assert all(text[found.all[n].end - 1] == ">" for n in found.records)
        by_element(text, "x", 0.3)


def test_a_long_line_of_a_failure_is_cut_with_a_mark():
    long = f"<failure message='no'>{TRACE}\n{'x' * 9_000}\nend</failure>"
    text = report([*CASES, case(200, long)])
    made = by_element(text, "", 0.36)
    for line, start, end in re.findall(r"… (\d+):(\d+)-(\d+)$", made.body, re.MULTILINE):
        assert int(end) <= len(text.split("\n")[int(line) - 1])
        assert int(start) < int(end)
    assert "x" * 4_000 not in made.body
