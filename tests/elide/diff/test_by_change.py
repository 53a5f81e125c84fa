"""Changes that are marked line by line, without the heads of a diff."""

from __future__ import annotations

import re

import headroom
from headroom.elide.diff.by_change import by_change, is_change

BODY = [f"     let part_{n} = count({n}, drawer, till);" for n in range(30)]
CHANGES = "\n".join(
    line
    for n in range(5)
    for line in (
        f"Diff in src/cart_{n}.rs:10{n}:",
        *BODY,
        f'-    show(total, "coins {n}");',
        f'+    show(total, "copper coins {n}");',
        f"+    count_{n}(total);",
        *BODY,
    )
)


def test_what_comes_and_goes_stays_with_what_names_the_place():
    assert not is_change(CHANGES)  # hardly any line of it changes
    text = re.sub(r" +let part_(?:[4-9]|\d\d) .*\n", "", CHANGES)
    assert is_change(text)
    made = by_change(text)
    assert made is not None
    lines = text.split("\n")
    assert [line for line in made.body.split("\n") if line[0] in "+-D"] == [
        line for line in lines if line[0] in "+-D"
    ]
    gaps = re.findall(r"^… (\d+)(?:-(\d+))?$", made.body, re.MULTILINE)
    gone = sum(int(last or first) - int(first) + 1 for first, last in gaps)
    assert gone + sum("…" not in line for line in made.body.split("\n")) == len(lines)


def test_other_lines_that_begin_with_signs_are_no_changes():
    assert not is_change("\n".join(["+----+----+", "| a  | b  |", "+----+----+"] * 9))
    assert not is_change("\n".join(f"- item {n}" for n in range(30)))
    assert not is_change("\n".join(["+ 1", "-1", "- 2.5", "+3"] * 9))
    assert not is_change("@@ -1,2 +1,2 @@\n-a\n+b\n-c\n+d\n")
    assert not is_change("")


def test_a_formatter_s_changes_are_not_outlined_like_source():
    text = "\n".join(
        line
        for n in range(8)
        for line in (
            f"Diff in src/cart_{n}.rs:10{n}:",
            f"fn test_{n}() {{",
            *BODY[:8],
            f'-    for text in &["1.2.{n}", "2.{n}.1"] {{',
            "+    for text in &[",
            f'+        "1.2.{n}",',
            f'+        "2.{n}.1",',
            "+    ] {",
            *BODY[8:12],
        )
    )
    messages = [{"role": "user", "content": "Format it."}, {"role": "tool", "content": text}]
    shown = headroom.compress(messages, model="gpt-4o").messages[1]["content"]
    assert all(line in shown for line in text.split("\n") if line[0] in "+-")
