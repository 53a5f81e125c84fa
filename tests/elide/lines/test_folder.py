"""Lists of files, folder by folder."""

from __future__ import annotations

import re

from hypothesis import given
from hypothesis import strategies as st

from headroom.core.types import ContentType
from headroom.elide.lines.by_line import by_line
from headroom.elide.lines.folder import folders, remainder, weigh

FOUND = [f"src/part{f}/file{n}.py" for f in range(8) for n in range(3 * f + 2)]


def test_every_folder_shows_some_of_its_files():
    made = by_line("\n".join(FOUND), ContentType.LISTING, "", 0.3)
    assert all(f"src/part{f}/" in made.body for f in range(8))


def test_the_files_left_out_are_counted_by_folder():
    made = by_line("\n".join(FOUND), ContentType.LISTING, "", 0.3)
    counts = {m[2]: int(m[1]) for m in re.finditer(r"(\d+) in (\S+/)", made.summary)}
    for folder, count in counts.items():
        shown = sum(line.startswith(folder) for line in made.body.split("\n"))
        assert shown + count == sum(line.startswith(folder) for line in FOUND)


def test_files_below_the_name_of_their_folder_are_in_it():
    lines = ["src:", "a.py", "b.py", "", "src/core:", "total 8", "c.py"]
    assert folders(lines) == ["", "src/", "src/", "", "", "", "src/core/"]


def test_what_is_no_list_of_files_has_no_folders():
    assert folders(["some words", "more of them", "a/b.py"]) is None


@given(st.lists(st.text(alphabet="ab/: ", max_size=12), max_size=20), st.data())
def test_no_file_is_counted_twice_or_not_at_all(lines, data):
    of = folders(lines)
    if of is None:
        return
    assert len(weigh(of)) == len(lines)
    left = data.draw(st.sets(st.integers(0, len(lines) - 1))) if lines else set()
    said = remainder(of, sorted(left))
    counts = [
        int(part.split(" ")[0]) for part in said.removeprefix("left out: ").split("; ") if part
    ]
    assert sum(counts) == sum(bool(of[at]) for at in left)
