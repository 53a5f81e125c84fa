"""Records with a field a line: whole entries stay, the others are named by their lines."""

from __future__ import annotations

import re
import time

import pytest
from hypothesis import given
from hypothesis import strategies as st

from headroom.elide.rows.by_entry import by_entry

GAP = re.compile(r"… ([0-9]+)-([0-9]+)")


def crate(n):
    return [
        f"Label       : crate-{n:03}",
        f"Weight      : {4_000 + n * 37 % 900}",
        f"Packed by   : crew {n % 7}",
        f"Licence     : {'open' if n % 5 else 'closed'}",
        "Notes       :",
        f"Stacked in hall {n % 3}; nothing above it.",
    ]


CRATES = [line for n in range(80) for line in crate(n)]
COMMITS = [
    line
    for n in range(60)
    for line in (
        f"commit {n * 7919:040x}",
        f"Author:     Ines {n % 4} <ines{n % 4}@example.org>",
        f"AuthorDate: Mon Mar {n % 28 + 1} 10:00:00 2025 +0100",
        "",
        f"    mend the {'hinge' if n == 37 else 'gate'} of stall {n}",
        "",
        f" {n % 5 + 1} files changed, {n * 11 + 3} insertions(+)",
        "",
    )
]


def kept(lines, query, share=0.3):
    made = by_entry("\n".join(lines), query, share)
    assert made is not None
    return made


def test_the_entry_that_a_question_names_stays_whole():
    made = kept(CRATES, "Who packed crate-044, and under which licence?")
    assert "\n".join(crate(44)) in made.body
    assert len(made.body) < 0.4 * len("\n".join(CRATES))


def test_the_extreme_of_a_field_stays_with_the_name_of_its_entry():
    lines = list(CRATES)
    lines[6 * 51 + 1] = "Weight      : 99000"
    made = kept(lines, "Which crate is the heaviest?")
    assert "crate-051\nWeight      : 99000" in made.body


def test_what_is_no_field_tells_of_its_entry_too():
    made = kept(COMMITS, 'Which commit says "mend the hinge of stall 37"?')
    assert f"commit {37 * 7919:040x}" in made.body


def test_counts_in_an_entry_are_compared():
    lines = list(COMMITS)
    lines[8 * 20 + 6] = " 2 files changed, 70000000 insertions(+)"
    made = kept(lines, "Which commit added the most lines?")
    assert f"commit {20 * 7919:040x}" in made.body


def test_a_title_above_the_fields_belongs_to_them():
    lines = []
    for n in range(30):
        lines += [f"{n * 4096:x}-{n * 4096 + 4095:x} r--p /lib/part-{n}.so", f"Size: {n + 40} kB"]
        lines += [f"Rss: {n * 7 % 31} kB", f"Pss: {n % 5} kB", "Shared: 0 kB"]
    made = kept(lines, "What is the Size of /lib/part-17.so?")
    assert "/lib/part-17.so\nSize: 57 kB" in made.body


@pytest.mark.parametrize(
    "lines",
    [
        [f"2025-03-01 10:00:{n % 60:02} INFO app: request {n} served" for n in range(200)],
        [line for n in range(60) for line in (f"Mar {n} 2025 10:00 main", f"INFO: lane {n} open")],
        [
            line
            for n in range(60)
            for line in ("TASK [x] ***", "ok: [a]", "changed: [b]", "ok: [c]")
        ],
        ["It was a dark and stormy night.", "The rain fell in torrents.", "Nobody came."] * 30,
        [""] * 500,
        ["Label : a"],
        [],
    ],
)
def test_logs_and_texts_have_no_entries(lines):
    assert by_entry("\n".join(lines), "What went wrong?", 0.3) is None


@given(
    st.lists(
        st.sampled_from(["Name : a", "Name : b", "Size : 7", "Kind : x", "text", "", "  Kind : y"]),
        max_size=80,
    )
)
def test_kept_lines_and_gaps_are_all_lines(lines):
    made = by_entry("\n".join(lines), "Which is the largest?", 0.2)
    if made is None:
        return
    at = 0
    for line in made.body.split("\n"):
        gap = GAP.fullmatch(line)
        if gap:
            assert int(gap[1]) == at + 1
            at = int(gap[2])
        else:
            assert line == lines[at]
            at += 1
    assert at == len(lines)


def test_a_large_text_without_entries_takes_no_time():
    lines = [f"word{n % 9} {n}" for n in range(200_000)]
    started = time.process_time()
    assert by_entry("\n".join(lines), "", 0.2) is None
    assert time.process_time() - started < 2
