"""Pages that are one long table are read as its rows."""

from __future__ import annotations

from hypothesis import given

from headroom.elide.rows.by_page import by_page
from tests.choices import several


def page(rows, head="<tr><th>Job</th><th>Owner</th><th>Seconds</th><th>State</th></tr>"):
    body = "\n".join(
        "<tr class='r'>" + "".join(f"<td class='c'><b>{cell}</b></td>" for cell in row) + "</tr>"
        for row in rows
    )
    return f"<html><body><h1>Jobs of May</h1><table>{head}{body}</table></body></html>"


ROWS = [
    (f"job-{at}", ("ada", "bo")[at % 2], 9_000 if at == 77 else at % 50, "ok") for at in range(150)
]
ROWS[40] = ("job-40", "bo", 3, "failed")


def test_rows_that_matter_stay_below_the_names_of_their_columns():
    made = by_page(page(ROWS), "which jobs failed?", 0.36)
    lines = made.body.split("\n")
    assert lines[:2] == ["# Jobs of May", "Job\tOwner\tSeconds\tState"]
    assert "job-40\tbo\t3\tfailed" in lines
    assert "job-77\tbo\t9000\tok" in lines
    assert len(made.body) < 0.1 * len(page(ROWS))


def test_columns_are_summed_up():
    made = by_page(page(ROWS), "which jobs failed?", 0.36)
    assert made.summary.startswith("all 150 rows: ")
    assert "State ok (149), failed (1)" in made.summary
    assert "Seconds 0 to 9000" in made.summary
    assert made.kept.startswith("a page as text, rows 0-2, ")
    assert "of 0-149 of its table" in made.kept


def test_a_table_without_names_has_numbers_for_them():
    made = by_page(page(ROWS, ""), "which jobs failed?", 0.36)
    assert "job-40\tbo\t3\tfailed" in made.body
    assert "column 4 ok (149)" in made.summary


def test_a_short_table_and_a_page_of_text_are_left_to_others():
    assert by_page(page(ROWS[:40]), "", 0.36) is None
    prose = "<p>" + "One sentence of many. " * 900 + "</p>"
    assert by_page(page(ROWS).replace("</body>", f"{prose}</body>"), "", 0.36) is None


PIECES = [
    "<tr>",
    "<td>",
    "a",
    "</td>",
    " | ",
    "|",
    "</tr>",
    "<table>",
    "\n",
    "<th>",
    "x y",
    "&#124;",
]


@given(several(PIECES, 0, 120))
def test_any_page_is_read_or_left(pieces):
    made = by_page("<tr><td>1</td><td>2</td></tr>" * 70 + "".join(pieces), "x", 0.3)
    assert made is None or made.body
