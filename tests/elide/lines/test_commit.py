"""Lists of commits: what stays of each."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from headroom.core.types import ContentType
from headroom.elide.lines.by_line import by_line
from headroom.elide.lines.commit import commits
from headroom.elide.lines.sheet import Sheet


def listed(count):
    lines = []
    for n in range(count):
        lines += [f"commit {n * 7919 % 2**40:040x}", "Author: A. Teller <at@shop.example>"]
        lines += [
            "Date:   Mon Mar 2 10:00:00 2026 +0000",
            "",
            f"    Let drawer {n} open again",
            "    ",
        ]
        lines += [
            f"    It was stuck since {n} coins had been put into it by a customer who",
            "    left.",
        ]
        lines += ["    ", f"    Origin: shop.example/{n}", "    Signed-off-by: A. Teller", ""]
        lines += [f" till{n}.c | {n + 3} ++-", f" 1 file changed, {n + 3} insertions(+)", ""]
    return lines


def test_the_subject_of_every_commit_stays_before_what_explains_it():
    lines = listed(40)
    made = by_line("\n".join(lines), ContentType.TEXT, "Summarise the recent commits.", 0.4)
    assert all(f"    Let drawer {n} open again" in made.body for n in range(40))
    assert made.body.count("Signed-off-by") < 10


def test_a_word_that_reads_like_a_commit_makes_no_list():
    assert commits(Sheet(["commit 1234567 was reverted", *["text"] * 20])) == {}
    assert commits(Sheet([f"commit {'a' * 40}", "", *["    text"] * 200])) == {}


@given(
    st.lists(
        st.sampled_from(
            (f"commit {'0' * 40}", "Author: x", "    subject", "    By: x", " 1 file changed")
        ),
        max_size=40,
    )
)
def test_any_lines_can_be_looked_at(lines):
    found = commits(Sheet(lines))
    assert all(0 <= at < len(lines) for at in found)
