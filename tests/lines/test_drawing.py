"""Trees drawn in front of names become blanks, and come back."""

from __future__ import annotations

import pytest
from hypothesis import given

from headroom.compressors.tree import TreeCompressor
from headroom.core.types import Context
from headroom.decode import expand_text
from headroom.detect.tree import claim
from headroom.lines.drawing import STYLES, depth_of, drawn, set_in
from tests.choices import choices

TREE = [
    *("src", "├── app.py", "├── lib", "│   ├── io", "│   │   └── disk.py", "│   └── net.py"),
    *("└── main.py", "", "3 directories, 4 files"),
]
CTX = Context(count=len)


def test_names_are_set_in_by_two_blanks_for_each_folder():
    made, style = set_in(TREE)
    assert made[:6] == ["src", "  app.py", "  lib", "    io", "      disk.py", "    net.py"]
    assert made[7:] == ["", "3 directories, 4 files"]
    assert style == "lines"
    assert drawn(made, style) == TREE


def test_trees_in_plain_signs_and_with_hard_blanks_come_back():
    for signs in STYLES.values():
        lines = [
            line.replace("│   ", signs.bar)
            .replace("├── ", signs.branch)
            .replace("└── ", signs.last)
            for line in TREE
        ]
        made = set_in(lines)
        assert made is not None
        assert drawn(*made) == lines


def test_a_tree_is_found_with_its_root_amid_other_lines():
    lines = ["The files:", "", *TREE[:7], "", "And no more."]
    assert list(claim(lines)) == [(2, 9)]
    assert depth_of("│   └── net.py") == 2
    assert depth_of("| a | b |") == 0


def test_a_tree_with_a_gap_is_left_as_it_is():
    assert set_in([*TREE[:6], *TREE[7:]]) is None
    assert TreeCompressor().compress("no tree\nat all", CTX) is None


def test_an_unknown_style_is_refused():
    with pytest.raises(ValueError, match="style of a tree"):
        drawn(["a"], "paint")
    with pytest.raises(ValueError, match="how it was drawn"):
        expand_text("[headroom:tree 1 line; x]\na")


NAMES = ("a.py", "b c", "é", "-> x", "[ 12]  y", "├ z", ". ")


def trees(made):
    signs = made.one(tuple(STYLES.values()))
    depths, depth = [], 1
    for _ in range(made.below(24)):
        depths.append(depth)
        depth = 1 + made.below(depth + 1)
    out = []
    for at, own in enumerate(depths):
        below = depths[at + 1 :]

        def more(level, below=below):
            after = next((each for each in below if each <= level), 0)
            return after == level

        ahead = "".join(signs.bar if more(level) else signs.blank for level in range(1, own))
        out.append(ahead + (signs.branch if more(own) else signs.last) + made.one(NAMES))
    lines = ["root", *out]
    if made.below(4) == 0:
        lines.insert(made.below(len(lines) + 1), made.one(("", " x", "    y", "│   z", "\u00a0")))
    return lines


@given(choices(120).map(trees))
def test_trees_are_given_back(lines):
    text = "\n".join(lines)
    made = TreeCompressor().compress(text, CTX)
    assert made is None or expand_text(made.text) == text
    assert (
        set_in(lines) is not None
        or len(lines) < 2
        or any(not line or line[0] in " │\u00a0" for line in lines)
    )
