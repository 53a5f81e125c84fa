"""Very long lines, cut inside."""

from __future__ import annotations

import re

from hypothesis import given
from hypothesis import strategies as st

from headroom.core.types import ContentType
from headroom.elide.lines.by_line import by_line
from headroom.elide.lines.by_piece import by_piece

MARK = re.compile(r"… ([0-9]+)(?::([0-9]+)-([0-9]+)|-([0-9]+))?")
ALPHABET = st.sampled_from("ab ;{}\t\x00é漢")


def restored(body, lines):
    """Return the text that marks and pieces describe: each mark is filled from the original."""
    text = "\n".join(lines)
    starts = [0]
    for line in lines:
        starts.append(starts[-1] + len(line) + 1)
    at = 0
    for line in body.split("\n"):
        mark = MARK.fullmatch(line)
        if mark is None:
            assert text.startswith(line, at)
            at += len(line)
        else:
            first, last = int(mark[1]), int(mark[4] or mark[1])
            start = starts[first - 1] + (int(mark[2]) - 1 if mark[2] else 0)
            assert start == at
            at = starts[first - 1] + int(mark[3]) if mark[3] else starts[last] - 1
        if at < len(text) and text[at] == "\n":
            at += 1
    return text[:at]


@given(
    st.lists(st.text(ALPHABET, min_size=1, max_size=12), min_size=1, max_size=8),
    st.lists(st.integers(1, 400), min_size=8, max_size=8),
    st.text(max_size=12),
    st.floats(0.01, 0.9),
)
def test_pieces_and_marks_cover_every_character(seeds, repeats, query, share):
    lines = [seed * count for seed, count in zip(seeds, repeats, strict=False)]
    made = by_piece(lines, ContentType.TEXT, query, share)
    if made is not None:
        assert restored(made.body, lines) == "\n".join(lines)


def test_what_the_question_names_is_kept_with_its_surroundings():
    line = "".join(f"function f{n}(a,b){{return a+b*{n}}};" for n in range(5000))
    made = by_line(line, ContentType.CODE, "what does f4711 return?", 0.3)
    assert "function f4711(a,b){return a+b*4711}" in made.body
    assert len(made.body) < 5000


def test_a_blob_is_named_by_its_characters():
    lines = ["before", "QUJD" * 40_000, *(f"line {n}" for n in range(20))]
    made = by_line("\n".join(lines), ContentType.TEXT, "", 0.3)
    marks = [MARK.fullmatch(line) for line in made.body.split("\n")]
    inside = [mark for mark in marks if mark and mark[2]]
    assert [mark[1] for mark in inside] == ["2"]
    assert int(inside[0][3]) - int(inside[0][2]) > 150_000
    assert "characters B to C of line A" in made.kept


def test_lines_of_usual_width_are_left_to_others():
    assert by_piece(["a", "b"], ContentType.TEXT, "", 0.3) is None
