"""Lists of files below folders: the folders stay, and what is large, new or asked for."""

from __future__ import annotations

from headroom.elide.lines.by_tree import by_tree
from headroom.lines.hierarchy import hierarchy


def cut(lines, query="", share=0.45):
    text = "\n".join(lines)
    return by_tree(text, hierarchy(lines), query, share)


def listing(folders=12, files=20):
    out = []
    for folder in range(folders):
        out += [f"src/mod{folder}:", "total 80"]
        for at in range(files):
            size = 912_345 if (folder, at) == (7, 13) else 100 + at
            day = 21 if (folder, at) == (3, 11) else 20
            out.append(f"-rw-r--r-- 1 ada staff {size:>6} Nov {day} 10:00 file{at}.py")
        out.append("")
    return out


def drawn(folders=12, files=20):
    out = ["src"]
    for folder in range(folders):
        out.append(f"├── mod{folder}")
        out += [f"│   ├── file{at}.py" for at in range(files)]
    return [*out, "└── main.py", "", "12 directories, 241 files"]


def usage(folders=12, files=20):
    out = []
    for folder in range(folders):
        out += [f"{4 + at}\tsrc/mod{folder}/file{at}.py" for at in range(files)]
        out.append(f"{300 + folder}\tsrc/mod{folder}")
    return [*out, "4800\tsrc"]


def test_each_folder_stays_with_its_total():
    made = cut(listing())
    for folder in range(12):
        assert f"src/mod{folder}:\ntotal 80" in made.body


def test_the_largest_and_the_newest_file_stay():
    made = cut(listing(), share=0.15)
    assert "912345 Nov 20 10:00 file13.py" in made.body
    assert "Nov 21 10:00 file11.py" in made.body


def test_a_file_that_the_question_names_stays_below_its_folder():
    made = cut(drawn(), "where is file17.py?", 0.2)
    assert made.body.count("    file17.py") == 12
    assert "  mod5" in made.body.split("\n")
    assert "file16.py" not in made.body


def test_what_is_drawn_becomes_blanks_and_totals_stay():
    made = cut(drawn())
    assert "├" not in made.body
    assert made.body.startswith("src\n  mod0\n    file0.py\n")
    assert made.body.endswith("12 directories, 241 files")
    assert "set in where lines were drawn" in made.kept


def test_marks_and_lines_are_all_of_the_list():
    made = cut(drawn())
    gaps = [line[2:].split("-") for line in made.body.split("\n") if line.startswith("… ")]
    gone = sum(int(gap[-1]) - int(gap[0]) + 1 for gap in gaps)
    assert made.body.count("\n") + 1 - len(gaps) + gone == len(drawn())


def test_folders_of_du_come_before_their_files():
    made = cut(usage(), "what takes the most space?")
    for folder in range(12):
        assert f"{300 + folder}\tsrc/mod{folder}" in made.body.split("\n")
    assert "4800\tsrc" in made.body
    assert len(made.body) < 0.3 * len("\n".join(usage()))


def test_what_is_left_out_is_counted_by_folder_and_kind():
    made = cut(listing())
    assert "all: 12 folders, 240 files (.py 240), 938,512 in all" in made.summary
    assert " in src/mod0/" in made.summary
