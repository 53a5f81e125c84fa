"""Names that are on one side of a diff alone."""

from hypothesis import given
from hypothesis import strategies as st

from headroom.elide.diff.by_hunk import by_hunk
from headroom.elide.diff.news import news

LINES = st.lists(
    st.tuples(st.sampled_from("+- @"), st.text("abcd_$- (", max_size=12)).map("".join), max_size=30
)


def test_the_first_line_with_a_new_name_and_one_with_a_name_that_is_gone_weigh_more():
    lines = [
        "--- a/gate.py",
        "+++ b/gate.py",
        "@@ -1,4 +1,5 @@",
        " width = measure(gate)",
        "-close_slowly(gate)",
        "+close(gate, width)",
        "+close(gate, quietly=True)",
        "+measure(gate, quietly=True)",
    ]
    found = news(lines)
    assert found[6] > 0
    assert found[4] > 0
    assert 7 not in found
    assert not {0, 1, 2, 3} & found.keys()


@given(LINES)
def test_only_changed_lines_are_news(lines):
    assert all(lines[row][0] in "+-" and worth > 0 for row, worth in news(lines).items())


def test_of_a_long_change_what_is_new_stays_where_little_may():
    rows = "".join(
        f"-    paint(wall, {n}, coats)\n+    paint(wall, {n + 1}, coats)\n" for n in range(60)
    )
    text = (
        "--- a/house.py\n+++ b/house.py\n@@ -1,60 +1,61 @@\n"
        f"{rows}+    varnish(wall, gloss='none')\n"
    )
    made = by_hunk(text, "What else is done to the house from now on?", 0.2)
    assert "varnish(wall" in made.body
    assert len(made.body) < len(text) / 2
