"""What a manual says of an option that a question names."""

from __future__ import annotations

from headroom.elide.prose import weigh
from headroom.elide.prose.option import optioned

MANUAL = "\n".join(
    ["NAME", "       grind - grind corn", "", "OPTIONS"]
    + [
        line
        for letter in "abcdefghijklmnopqrst"
        for line in (
            f"       -{letter}, --{letter * 3}=SIZE",
            f"              Sets what stone {letter} does,",
            "              as a miller would.",
            "",
        )
    ]
    + ["       -L     turn to the left", "", "       -l     turn to the right", ""]
)
LINES = [
    (m, m + len(line))
    for m, line in zip(
        [sum(len(x) + 1 for x in MANUAL.split("\n")[:n]) for n in range(MANUAL.count("\n") + 1)],
        MANUAL.split("\n"),
        strict=True,
    )
    if line
]


def said(query):
    return [MANUAL[a:b] for a, b in (LINES[at] for at in optioned(MANUAL, LINES, query))]


def test_the_entry_of_an_option_is_found_as_it_is_spelled():
    assert said("Waarvoor dient -L?") == ["       -L     turn to the left"]
    assert said("What is --kkk for?") == [
        "       -k, --kkk=SIZE",
        "              Sets what stone k does,",
        "              as a miller would.",
    ]


def test_an_option_that_is_part_of_another_or_far_into_its_line_begins_no_entry():
    far = " ".join(["grinds"] * 60)
    text = f"-x9 is another\n{far} -x\n{far} and -x, --ex\n  -x, --ex  turns it"
    lines, at = [], 0
    for line in text.split("\n"):
        lines.append((at, at + len(line)))
        at += len(line) + 1
    assert list(optioned(text, lines, "What is -x for?")) == [3]


def test_a_question_without_an_option_finds_none():
    assert said("What is the well-known use of it?") == []
    assert said("What does -Z do?") == []


def test_an_entry_that_is_asked_for_weighs_most():
    weights = weigh(MANUAL, LINES, "Was macht -L?")
    assert max(range(len(LINES)), key=weights.__getitem__) == len(LINES) - 2
