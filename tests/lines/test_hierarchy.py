"""What `tree`, `ls -lR` and `du -a` list."""

from __future__ import annotations

from hypothesis import given

from headroom.lines.hierarchy import hierarchy
from tests.choices import several

TREE = """\
src
├── app
│   ├── main.py
│   └── config.py -> ../config.py
├── [       1204 Nov 20 10:00]  run.sh
└── lib
    ├── io
    │   └── disk.py
    └── net.py
"""


def tree(times=3):
    return (TREE * times + "\n6 directories, 9 files\n").split("\n")


def listing(stamps):
    out = []
    for folder in ("src", "src/lib"):
        out += [f"{folder}:", "total 12"]
        out += [
            f"-rw-r--r-- 1 ada staff {at * 100:>6} {stamp} {at}.py"
            for at, stamp in enumerate(stamps, 1)
        ]
        out += ["drwxr-xr-x 2 ada staff   4096 Nov 20 10:00 deep", ""]
    return out


def test_a_name_stands_below_the_folders_that_are_drawn_above_it():
    found = hierarchy(tree())
    paths = {entry.path: entry for entry in found.entries}
    assert found.drawn
    assert paths["src/lib/io/disk.py"].depth == 3
    assert paths["src/lib"].is_folder
    assert not paths["src/lib/net.py"].is_folder
    assert not paths["src/app/config.py"].is_folder
    assert paths["src/run.sh"].size == 1204


def test_blanks_of_tree_may_not_break_a_line():
    lines = [line.replace("│   ", "│\u00a0\u00a0 ") for line in tree()]
    assert [each.path for each in hierarchy(lines).entries] == [
        each.path for each in hierarchy(tree()).entries
    ]


def test_entries_of_ls_stand_in_the_folder_named_above_them():
    found = hierarchy(listing(["Nov 20 10:00"] * 6))
    assert found.entries[0].path == "src"
    assert found.entries[1].path == "src/1.py"
    assert found.entries[1].size == 100
    assert found.entries[-1].path == "src/lib/deep"
    assert found.entries[-1].is_folder


def test_a_time_without_a_year_is_later_than_one_with():
    stamps = ["Nov 20  2024", "Dec 30 10:00", "Jan  2 09:00", "Jan 12 08:00", "Oct  1 10:00"] * 2
    files = [entry for entry in hierarchy(listing(stamps)).entries if not entry.is_folder][:5]
    order = sorted(range(5), key=lambda at: files[at].time)
    assert [stamps[at] for at in order] == [
        *("Nov 20  2024", "Oct  1 10:00", "Dec 30 10:00", "Jan  2 09:00", "Jan 12 08:00")
    ]


def test_what_du_counts_below_is_a_folder():
    lines = [f"{at + 4}K\tsrc/lib/{at}.py" for at in range(12)] + ["1.5M\tsrc/lib", "2M\tsrc"]
    found = hierarchy(lines)
    assert [entry.path for entry in found.entries if entry.is_folder] == ["src/lib", "src"]
    assert found.entries[-1].size == 2 * 2**20
    assert found.totalled


def test_other_texts_list_no_files():
    assert hierarchy(["1\tone", "2\ttwo"] * 10) is None
    assert hierarchy([f"{at}\tword {at}" for at in range(40)]) is None
    assert hierarchy(listing([])[:9]) is None
    assert hierarchy(["# Title", "", "text"] * 9) is None


PIECES = [
    "│   ",
    "├── ",
    "└── ",
    "a.py",
    "[ 12 ]  ",
    "\n",
    "src:",
    "4K\ta/b",
    " -> ",
    "total 4",
    "/",
]


@given(several(PIECES, 0, 80))
def test_any_text_is_read_or_left(pieces):
    lines = "".join(pieces).split("\n")
    found = hierarchy(lines)
    if found is not None:
        assert all(0 <= entry.line < len(lines) for entry in found.entries)
        assert len({entry.line for entry in found.entries}) == len(found.entries)
