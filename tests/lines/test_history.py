"""Histories with a graph beside them."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from headroom.core.types import ContentType
from headroom.detect import split
from headroom.elide.rows.by_entry import by_entry
from headroom.lines.history import drawn, plain


def commit(n):
    """Return a commit beside a second branch, every other one on that."""
    head = ("* | ", "| * ")[n % 2]
    return [
        f"{head}commit {n * 7919:040x}",
        f"| | Author: Ines {n % 4} <ines{n % 4}@example.org>",
        f"| | Date:   Mon Mar {n % 28 + 1} 10:00:00 2025 +0100",
        "| | ",
        f"| |     mend the {'hinge' if n == 37 else 'gate'} of stall {n}",
        "| | ",
    ]


FULL = [
    "*   commit 00ff00ff",
    "|\\  Merge: 0a 0b",
    "| | ",
    *(x for n in range(60) for x in commit(n)),
]
SHORT = [f"{('* | ', '| * ')[n % 2 if n else 0]}{n * 7919 + 2**28:07x} mend {n}" for n in range(60)]


def test_its_bars_are_no_table():
    for lines in (FULL, [x.replace("* | ", "* ", 1) if n == 0 else x for n, x in enumerate(SHORT)]):
        assert [part.type for part in split("\n".join(lines))] == [ContentType.LOG]


def test_the_drawing_is_told_apart_from_what_it_stands_beside():
    assert drawn(FULL) == len(FULL)
    assert plain(FULL)[:5] == [
        "commit 00ff00ff",
        "Merge: 0a 0b",
        "",
        f"commit {0:040x}",
        plain(FULL)[4],
    ]
    assert plain(FULL)[4].startswith("Author: Ines 0")


def test_lists_with_stars_and_commits_without_a_graph_are_none():
    assert drawn(["* commit to a date", "* deliver"]) == 0
    assert drawn([f"commit {1:040x}", "Author: x"]) == 0
    assert drawn(["* 00ff00f first", "| * 00ff00e second", "$ "]) == 2


def test_commits_beside_a_graph_stay_or_go_as_a_whole():
    made = by_entry("\n".join(FULL), "which commit mended the hinge?", 0.2)
    assert f"commit {37 * 7919:040x}\n" in made.body
    assert "mend the hinge of stall 37" in made.body
    heads = [line for line in made.body.splitlines() if "commit " in line]
    texts = [line for line in made.body.splitlines() if "mend the " in line]
    assert len(heads) == len(texts) + 1 < 30  # and the merge


@given(st.lists(st.text("*|\\/ _ab0\n", max_size=12), max_size=20))
def test_any_lines_are_taken(lines):
    assert 0 <= drawn(lines) <= len(lines)
    assert all(line.endswith(rest) for line, rest in zip(lines, plain(lines), strict=True))
