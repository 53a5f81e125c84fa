"""Of what git says of a working tree, changed files stay before those that it does not know."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from headroom.core.types import ContentType
from headroom.elide.lines.by_line import by_line
from headroom.elide.lines.worktree import changed

EDITED = [f"shop/cart/part_{n:02}.py" for n in range(30)]
UNKNOWN = [f"{chr(97 + n % 26) * (n % 5 + 3)}{n}.out" for n in range(70)]
LONG = "\n".join(
    [
        "On branch main",
        "",
        "Changes not staged for commit:",
        *(f"\tmodified:   {name}" for name in EDITED),
        "",
        "Untracked files:",
        *(f"\t{name}" for name in UNKNOWN),
        "",
    ]
)
BRIEF = "\n".join([*(f" M {name}" for name in EDITED), *(f"?? {name}" for name in UNKNOWN), ""])


@pytest.mark.parametrize("text", [LONG, BRIEF])
@pytest.mark.parametrize("query", ["", "Commit my changes."])
def test_changed_files_stay(text, query):
    made = by_line(text, ContentType.TEXT, query, 0.7)
    assert all(name in made.body for name in EDITED)
    assert not all(name in made.body for name in UNKNOWN)


def test_other_lists_name_no_changed_files():
    for text in ("?? what\n" * 3, "\n".join(f"AB {n}" for n in range(30)), "M  a\nand prose\n" * 9):
        assert changed(text.split("\n"), text) == []


@given(st.text(st.sampled_from("M ?a\n\t:")))
def test_any_text_is_looked_at(text):
    lines = text.split("\n")
    assert all(0 <= at < len(lines) for at in changed(lines, text))


def test_what_only_one_of_two_folders_has_stays_among_files_that_differ():
    lines = [f"Files old/lib/part{n}.js and new/lib/part{n}.js differ" for n in range(70)]
    lines[40] = "Only in new/lib: voucher.js"
    query = "Which files exist only in the newer version?"
    made = by_line("\n".join(lines), ContentType.TEXT, query, 0.2)
    assert lines[40] in made.body
