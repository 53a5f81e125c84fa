import pytest

from headroom.elide.diff.by_hunk import by_hunk
from headroom.elide.diff.focus import Asked, Focus, Worth

FILES = [Asked(("src/tax.py",), 0), Asked(("src/cart.py", "src/basket.py"), 9)]


def focus(query, lines=(), files=FILES):
    return Focus(lines, query, files).files


@pytest.mark.parametrize(
    ("query", "files"),
    [
        ("What gets defined in tax.py?", {0}),
        ("Which functions are removed from src/basket.py?", {1}),
        ("Show what changes in `cart.py`.", {1}),
        ("What changes in tax.py and in cart.py?", set()),
        ("What changes in syntax.py?", set()),
        ("What changes?", set()),
        ("", set()),
    ],
)
def test_a_question_is_about_the_files_that_it_names(query, files):
    assert focus(query) == files


@pytest.mark.parametrize(
    "query",
    [
        "Why does the test in tax.py fail?",
        "Who else uses what changes in tax.py?",
        "Review the change of tax.py?",
        "Can you move the rates of tax.py into a table?",
        "Refactor tax.py",
        "Is tax.py done? " + "Then go on with the plan. " * 50,
    ],
)
def test_a_task_or_a_question_of_cause_is_about_all_files(query):
    assert focus(query) == set()


def test_a_question_that_names_a_commit_is_about_its_files():
    lines = ["commit 1f00ba7c", "diff", "", "commit 2f00ba7c", "diff", ""]
    files = [Asked(("a.py",), 1), Asked(("b.py",), 4)]
    assert focus("What changes in 2f00ba7?", lines, files) == {1}
    assert focus("What changes in 9f00ba7?", lines, files) == set()


def test_what_a_question_asks_for_weighs_more():
    assert Worth("What gets defined?").of("+def total(self):") == 3.0
    assert Worth("What changes?").of("+export function total() {") == 0.5
    assert Worth("What changes?").of("+error Empty(uint256 count);") == 0.5
    assert Worth("Is a new exception raised?").of('+    raise ValueError("empty")') == 3.0
    assert Worth("What gets defined?").of("+    total += 1") == 0.0


def changes(path, name):
    rows = [f"+    {name}_{at} = {at}" for at in range(20)]
    return [
        *(f"diff --git a/{path} b/{path}", f"--- a/{path}", f"+++ b/{path}"),
        *("@@ -1,2 +1,22 @@", " import os", *rows, " import sys"),
    ]


def test_other_files_are_counted_when_a_question_names_one():
    diff = "\n".join([*changes("src/tax.py", "rate"), *changes("src/cart.py", "item")])
    made = by_hunk(diff, "Which rates are new in tax.py?", 0.56)
    assert made is not None
    assert "rate_19 = 19" in made.body
    assert "item_1" not in made.body
    assert "+++ b/src/cart.py\n… 30-52: 20 lines added, 0 removed" in made.body
    assert "mostly of other files" in made.kept


def test_another_file_stays_when_it_changes_what_the_question_names():
    diff = "\n".join([*changes("src/tax.py", "rate"), *changes("src/cart.py", "item")])
    made = by_hunk(diff, "What becomes of `item_3` in tax.py?", 0.56)
    assert made is not None
    assert "item_3 = 3" in made.body


def test_a_log_of_many_commits_keeps_some_of_what_is_asked_for():
    log = []
    for at in range(40):
        log += [f"commit {at:040x}", "Author: Ann <ann@example.org>", "", f"    Step {at}", ""]
        log += [f"diff --git a/f{at}.py b/f{at}.py", f"--- a/f{at}.py", f"+++ b/f{at}.py"]
        log += ["@@ -1 +1 @@", "-old", f"+raise ValueError({at})" if at == 30 else "+new", ""]
    made = by_hunk("\n".join(log), "Which error is new in f30.py?", 0.31)
    assert made is not None
    assert "+raise ValueError(30)" in made.body
