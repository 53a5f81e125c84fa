"""Which texts are read as sentences."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from headroom.elide.prose.genre import (
    _begins,
    _is_listing,
    _plain_shape,
    _shape,
    is_document,
    is_prose,
)

WRAPPED = """The mill stood by the river until the flood took it away and
nobody rebuilt it. Its stones were carried to the village where
they became the walls of a school. The teacher planted a pear
tree there that still bears fruit.
"""
README = """# Mill

[![Build](https://example.org/b.svg)](https://example.org)

## Use

```sh
mill --grind=fine wheat.txt
mill --grind=coarse rye.txt
```

## Notes

- Stones must be dressed once a year, or the flour gets warm.
- `--water=low` halves the speed.
"""
SOURCE = '''"""Grind what the user gives to us and say what came of it in the end."""

import sys
from mill import Stone


def grind(grain):
    """Return flour from the grain that is given, fine or coarse as the stone is set."""
    # The stone is turned on before the grain falls, as it would else be blocked for good.
    stone = Stone()
    return stone.turn(grain)
'''
BUILD = "\n".join(f"[{n}/40] Linking CXX object src/part{n}.cc.o -> lib{n}.a" for n in range(40))
TESTS = (
    "All of the tests that were collected ran to their end.\n" * 9 + "3 failed, 4 passed in 2s\n"
)


@pytest.mark.parametrize(
    "text",
    [
        WRAPPED * 4,
        README,
        "Die Mühle stand am Fluss, bis die große Flut sie nahm und niemand sie wieder baute.\n" * 5,
        "وقفت الطاحونة بجانب النهر حتى جاء الفيضان الكبير وأخذها بعيدا عن القرية القديمة.\n" * 5,
        "नदी के किनारे एक पुरानी चक्की थी जो बाढ़ में बह गई और फिर कभी नहीं बनी।\n" * 5,
        "磨坊一直矗立在河边直到洪水把它冲走再也没有人重建它。\n" * 5,
    ],
)
def test_running_text_in_any_language_and_markdown_is_prose(text):
    assert is_prose(text)


SAID = ["Grind what is left of the wheat", "Dress the stones before the winter", "Turn the wheel"]
HISTORY = "\n".join(
    f"{7919 * n + 2**26:x} {SAID[n % 3]} as {n} of us have asked" for n in range(40)
)


@pytest.mark.parametrize(
    "text", ["", "\n \n", SOURCE, SOURCE * 9, BUILD, TESTS, HISTORY, "a,b,c\n1,2,3\n"]
)
def test_source_and_reports_of_programs_are_not(text):
    assert not is_prose(text)


def test_what_reads_as_code_is_prose_only_with_headings():
    assert is_prose(README, code=True)
    assert not is_prose(WRAPPED, code=True)


def test_fenced_code_under_headings_makes_a_document_and_not_source_text():
    section = f"## Part\n\n{WRAPPED}\n```python\ndef grind(grain):\n    return grain\n```\n\n"
    assert is_document(section * 4)
    assert not is_document(section)
    assert not is_document(SOURCE * 9)
    assert not is_document(WRAPPED * 9)


def test_code_in_fences_does_not_count_and_a_fence_that_stays_open_does():
    code = "x = [1, 2]\n" * 40
    assert is_prose(f"{WRAPPED}\n```\n{code}```\n")
    assert not is_prose(f"{WRAPPED}\n```\n{code}")
    assert not is_prose(f"{WRAPPED}\nSay ```\n{code}```\n")


@given(st.text(max_size=300))
def test_any_text_gets_an_answer(text):
    assert is_prose(text) in (True, False)


@pytest.mark.parametrize(
    "line",
    [
        "ok {0} - grinds the wheat of every farmer in the valley",
        "mill/stone{0}.ts({0},7): error M{0}: the stone is not round enough to turn",
        "mill-part{0} - turns the wheat of a farmer into flour",
        "  Line {0}: the miller set the stone and it did turn",
        "Trying pattern rule with stem 'wheat{0}' for all that is there.",
        "v1.2:mill/stone.py:{0}:    the stone is set so that it does not turn",
    ],
)
def test_lines_that_begin_alike_are_a_listing_and_no_prose(line):
    assert not is_prose("\n".join(line.format(at) for at in range(10, 70)))


def test_items_that_begin_alike_are_prose():
    notes = (f"- Fixed the stone of mill {at} so that it turns in every wind" for at in range(60))
    assert is_prose("\n".join(notes))


def test_the_messages_of_a_verbose_installer_are_no_prose_however_wide_they_are():
    link = "https://packages.example.org/ab/cd/" + "0123456789abcdef" * 12
    lines = [f"Looking for the versions of part {n} that would do here" for n in range(9)]
    lines += [
        f"  Skipping link: none of the tags of this wheel are compatible with that one {link}{n}"
        if n % 3
        else f"  Found link {link}{n} that was taken from the page of the index (needs version 3)"
        for n in range(300)
    ]
    lines += [f"Cleaning up what was left of part {n} and of its folder" for n in range(9)]
    assert not is_prose("\n".join(lines))


BEGINNINGS = st.lists(
    st.sampled_from(("The", "mill", "12", "a.py:3:", "warning:", "-", "'x'", "é", "v2", "o")),
    min_size=1,
    max_size=3,
).map(" ".join)


@given(st.lists(BEGINNINGS, max_size=14))
def test_a_listing_is_told_by_the_shapes_of_all_its_lines(lines):
    looked = list(dict.fromkeys(lines))
    shapes = [_plain_shape(line) for line in looked]
    shapes = [
        _shape(line) if shape is None else shape for line, shape in zip(looked, shapes, strict=True)
    ]
    alike = [
        line
        for line, shape in zip(looked, shapes, strict=True)
        if shape and shapes.count(shape) >= 3
    ]
    most = sum(map(len, alike)) > 0.6 * sum(map(len, looked))
    assert _is_listing(lines) == (2 * len(alike) >= len(looked) and most)


@given(st.lists(st.sampled_from(("word", " ", "\t", "x" * 60)), max_size=20).map("".join))
def test_the_first_two_words_of_a_long_line_are_seen_in_its_beginning(line):
    assert _begins(line)[:2] == line.split(None, 2)[:2]


def test_lines_of_a_comment_are_no_headings():
    classdef = "classdef Crate < handle\n"
    for n in range(12):
        classdef += "".join(
            f"  ## Returns what crate {n} weighs in the hall, with all that lies on it as well.\n"
            "  ## The weight is that of an empty hall if nobody has stacked anything there yet.\n"
            f"  function w = weigh_{n} (this)\n    w = this.part{n} + {n};\n  endfunction\n\n"
        )
    licence = (
        "##\n## This file is part of the shop.\n##\n## It may be used by anybody who asks.\n" * 8
    )
    assert not is_prose(licence + classdef, code=True)
    document = "".join(
        f"## Crate {n}\n\nThe crate was stacked in the hall and nobody has weighed it since.\n\n"
        for n in range(12)
    )
    assert is_prose(document, code=True)


def test_paragraphs_with_code_between_them_are_prose_though_it_is_not_fenced():
    told = (
        "A gate may have a rule, which is looked at each time that somebody wants to go through it,"
        " and which says who may pass and for how long the gate stays open behind the last one. "
    )
    code = "gate north {\n  open = 6;\n  close = 22;\n}\n"
    guide = "".join(f"# {n}. Rules\n\n{told * 2}\n\n{code}\n" for n in range(1, 6))
    assert is_prose(guide, code=True)
    assert not is_prose("".join(f"# {n}. Rules\n\n{code * 6}\n" for n in range(1, 6)), code=True)


def test_messages_that_begin_alike_are_no_prose_where_something_else_comes_at_the_end():
    waits = "".join(
        f"Waiting <Boat name='{n}' at=pier_{n}.c:{n}> since the tide of noon went out took 0.{n} s\n"
        for n in range(80)
    )
    names = ("Anna", "Bert", "Cleo", "Dora", "Emil", "Fritz", "Gero", "Hilde", "Ivo", "Jana")
    deeds = ("left", "came", "sank", "slept", "sailed", "waited")
    end = "".join(f"{name} {deed} because of the fog\n" for name in names for deed in deeds)
    assert 7_500 < len(waits + end) < 10_000
    assert not is_prose(waits + end)


def test_a_changelog_of_items_in_brackets_is_prose():
    items = "".join(
        f"    *) {kind}: the door might stay open when the wind blew from the north,\n"
        f"       now it closes {n} seconds after everybody has left the house.\n\n"
        for n in range(6)
        for kind in ("Bugfix", "Change", "Feature")
    )
    assert is_prose(f"Changes with Porter 2.4                         3 May 2021\n\n{items}")


def test_code_between_tildes_is_left_aside_like_any_other():
    code = "#include <till.h>\nusing namespace till;\nint open();\nint close();\n" * 6
    text = f"# Till\n\n{WRAPPED}\n## Use\n\n~~~~~~cpp\n{code}~~~~~~\n\n## Notes\n\n{WRAPPED}"
    assert is_prose(text)
    assert is_prose(text.replace("~~~~~~", "```"))


def test_tildes_below_a_heading_open_nothing():
    text = f"Till\n~~~~\n\n{WRAPPED}\nNotes\n~~~~~\n\n{WRAPPED}\nUse\n~~~\n\n{WRAPPED}"
    assert is_prose(text)


def test_sections_far_apart_make_a_document_of_what_looks_like_code():
    items = "".join(
        f"* Let the drawer hold more coins than before in shop {n}\n" for n in range(90)
    )
    text = f"import this\n\n## Notes\n\n{items}\n## Fixes\n\n{items}\n## Thanks\n\n{WRAPPED}"
    assert is_prose(text, code=True)
    assert not is_prose(text.replace("## ", "// "), code=True)


def test_failures_of_unittest_are_a_report_though_lines_are_drawn_below_them():
    failure = (
        "{0}\nERROR: test_ignore_{1} (tests.test_parser.TestDynamic.test_ignore)\n{2}\n"
        "Unexpected end of the input was found by this parser here\nExpected one of the others\n"
    )
    text = "".join(failure.format("=" * 70, n, "-" * 70) for n in range(4))
    assert not is_prose(text + "Ran 1251 tests in 10.867s\nFAILED (errors=4)\n")
    assert not is_prose(text, code=True)
    assert is_prose(text.replace("ERROR: ", "About "))


def test_what_a_compiler_complains_of_is_no_prose_though_it_says_much():
    words = [
        "the",
        "feature",
        "of",
        "this",
        "package",
        "should",
        "not",
        "be",
        "named",
        "there",
        "unless",
        "its",
        "manifest",
        "says",
        "so",
        "and",
        "a",
        "build",
        "script",
        "prints",
        "it",
        "before",
        "anything",
        "else",
        "is",
        "compiled",
        "from",
        "that",
        "folder",
    ]

    def said(n, k):
        return " ".join(words[(n * 5 + k * 3 + i * (k + 1)) % len(words)] for i in range(12))

    told = ["".join(f"   {said(n, k)}\n" for k in range(4)) for n in range(3, 9)]
    quoted = (
        "  --> src/part{0}.rs:{0}4:13\n   |\n{0}4 | #![lint_{0}, allow(it))]\n   |    ^^^\n   |\n"
    )
    assert is_prose("".join(f"{each}\n" for each in told))
    assert not is_prose("".join(quoted.format(n) + each for n, each in enumerate(told, 3)))


@pytest.mark.parametrize("mark", ["¶{0}", "§ {0}", "{0}.", "[{0}]", "({0})"])
def test_numbered_paragraphs_are_prose_and_numbered_messages_a_listing(mark):
    said = (
        "The miller who has been given the stone of the village keeps it in good order and "
        "tells the council of every farmer whose wheat was turned away without a reason"
    )
    assert is_prose("\n\n".join(f"{mark.format(n)} ({n % 4}) {said}" for n in range(40)))
    brief = "\n".join(f"{mark.format(n)} ({n % 4}) stone turned with no wheat" for n in range(60))
    assert not is_prose(brief)


def test_a_run_in_the_test_anything_protocol_is_no_document():
    lines = ["TAP version 13"]
    for n in range(1, 60):
        lines += [f"# throws an error when part {n} of it is missing"] * (n % 4 == 1)
        lines += [f"ok {n} should be deeply equivalent to what was there before"]
    assert not is_prose("\n".join([*lines, "1..59", "# tests 59"]))
