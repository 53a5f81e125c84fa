"""Reports whose entries stand between rules."""

from __future__ import annotations

from hypothesis import given

from headroom.elide.rows.by_ruled import by_ruled, ruled
from tests.choices import several

RULE = "-" * 50


def entry(at, grade="Low"):
    return [
        f">> Issue: [B{at % 3}01:asserted] Use of assert detected.",
        f"   Severity: {grade}   Confidence: High",
        f"   Location: src/mod{at}.py:{at * 7}:0",
        f"{at * 7}\tassert value > {at}",
        "",
        RULE,
    ]


def report(count=40, grave=(27,)):
    out = ["Run started: today", "", "Test results:"]
    for at in range(count):
        out += entry(at, "High" if at in grave else "Low")
    return "\n".join([*out, "", "Total issues:", "\tLow: 39", "\tHigh: 1", ""])


def cut(text, query="", share=0.35):
    return by_ruled(text, ruled(text), query, share)


def test_a_grave_entry_stays_whole():
    made = cut(report(), "what is there?")
    assert "\n".join(entry(27, "High")) in made.body
    assert len(made.body) < 0.5 * len(report())


def test_what_stands_above_and_below_the_entries_stays():
    made = cut(report())
    assert made.body.startswith("Run started: today\n\nTest results:\n>> Issue: ")
    assert made.body.endswith("\n\nTotal issues:\n\tLow: 39\n\tHigh: 1\n")


def test_entries_go_as_wholes_and_marks_name_their_lines():
    text = report()
    lines = text.split("\n")
    made = cut(text)
    shown = []
    for line in made.body.split("\n"):
        if line.startswith("… "):
            first, _, last = line[2:].partition("-")
            gone = lines[int(first) - 1 : int(last)]
            assert gone[0].startswith(">> Issue: ")
            assert gone[-1] == RULE
            shown += gone
        else:
            shown.append(line)
    assert shown == lines


def test_entries_left_out_are_counted_by_their_severity():
    made = cut(report())
    assert "all 40 entries: severity Low (39), High (1)" in made.summary
    kept = made.body.count("Severity: Low")
    assert made.summary.endswith(f"left out by severity: Low {39 - kept}")


def test_an_entry_that_the_question_names_stays():
    assert "src/mod13.py" in cut(report(), "what is wrong in src/mod13.py?").body


def test_titles_with_rules_below_them_and_other_texts_are_no_entries():
    titled = "\n".join(f"Chapter {at}\n{RULE}\nNote: text\n" for at in range(20))
    assert ruled(titled) is None
    assert ruled(f"\n{RULE}\n".join(["prose without any field"] * 20)) is None
    assert ruled(report(3)) is None
    assert ruled("") is None


PIECES = [f"\n{RULE}\n", "Key: a", "  Severity: High   Confidence: Low", "\n", "x", ">> Issue: b"]


@given(several(PIECES, 0, 90))
def test_any_text_is_read_or_left(pieces):
    text = "".join(pieces)
    found = ruled(text)
    if found is not None:
        lines = text.split("\n")
        assert all(0 <= a < b <= len(lines) for a, b in found.spans)
        made = by_ruled(text, found, "x", 0.3)
        assert made is None or made.body
