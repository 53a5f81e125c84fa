"""What agents write around an output is told from the output, wherever it stands."""

from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from headroom.core.frame import _HEAD, _TAIL, _glance, _rows, framed
from tests.choices import several
from tests.core.frames import FRAMES

INNER = 'one line\n{"two": "lines"}'


@pytest.mark.parametrize("name", FRAMES)
def test_a_frame_is_told_by_its_own_bytes(name):
    head, tail = FRAMES[name]
    text = head + INNER + tail
    start, end = framed(text)
    assert (text[:start], text[start:end], text[end:]) == (head, INNER, tail)


@pytest.mark.parametrize("name", FRAMES)
@pytest.mark.parametrize("other", ["finished command", "reminder", "exit code", "truncated header"])
def test_frames_stand_in_frames(name, other):
    inner, outer = FRAMES[name], FRAMES[other]
    text = outer[0] + inner[0] + INNER + inner[1] + outer[1]
    start, end = framed(text)
    assert text[start:end] == INNER


@pytest.mark.parametrize(
    "text",
    [
        "",
        "\n",
        "Exit code 1\n",  # There is nothing inside.
        "Exit code one\nx",
        "x\nExit code 1\ny",
        "<untrusted_context>\nOutput: never closed",
        "closed only\n</untrusted_context>",
        "<html>\n<body>x</body>\n</html>",
        "<system-reminder>only this</system-reminder>",
        "a\n<system-reminder>in the middle</system-reminder>\nb",
        "Output:\nx",
    ],
)
def test_other_texts_have_no_frame(text):
    assert framed(text) == (0, len(text))


PIECES = (
    *(part for frame in FRAMES.values() for part in frame if part),
    *("x", "\n", "a line\n", "</"),
)


@given(several(PIECES, most=12).map("".join))
def test_bounds_lie_in_the_text_on_whole_lines(text):
    start, end = framed(text)
    assert 0 <= start <= end <= len(text)
    assert start in (0, len(text)) or text[start - 1] == "\n"
    assert end == len(text) or text[end] == "\n"


@given(several(PIECES, most=6).map("".join), st.text(min_size=1))
def test_around_other_contents_it_is_the_same_frame(text, other):
    start, end = framed(text)
    block = f"[headroom:x 0 lines]\n{other}\nend"
    made = text[:start] + block + text[end:]
    if start < end:
        assert framed(made) == (start, start + len(block))


@pytest.mark.parametrize(
    "piece",
    ["\n", "\n\n(", "\n[Current working directory", "<system-reminder>", "SECURITY NOTICE:\n", "x"],
)
def test_hostile_texts_are_read_in_bounded_time(piece):
    for head, tail in FRAMES.values():
        text = head + piece * 200_000 + tail
        start, end = framed(text)
        assert start <= end


SPELLED = st.text(st.sampled_from("\n[(<> -x/Eitsh"), max_size=30)


@settings(max_examples=60)
@given(st.lists(st.one_of(st.sampled_from(PIECES), SPELLED), max_size=6).map("".join))
def test_a_glance_passes_over_no_frame(text):
    heads, signs = _glance()
    seen = heads.match(text) or any(sign in text[-_TAIL:] for _, sign in signs)
    for row in _rows():
        head = row.head is None or row.head.match(text, 0, _HEAD)
        tail = row.tail is None or row.tail.search(text, max(0, len(text) - _TAIL))
        assert seen or not (head and tail)


def test_a_head_ends_with_its_own_element():
    head = "<system>The output was truncated.</system>\n<truncated-output>\n"
    text = f"{head}one\n</truncated-output>\n<system>Read it.</system>{head}"
    assert framed(text) == (len(head), len(head) + len("one"))
