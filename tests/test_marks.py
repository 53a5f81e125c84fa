"""Every mark of something left out names what `retrieve` returns as it was; the rest is shown.

What a form promises is checked here on what a reader sees, whichever elider wrote it: with lines
and rows named one by one, shown and named are the original; a search result, a diff and prose
promise less, and that is what is asked of them.
"""

from __future__ import annotations

import json
import re
from collections import Counter

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

import headroom
from benchmarks.corpus import KINDS, generate
from headroom.core import fold

NOTE = re.compile(r"(?P<ref>\w{10}): (?P<said>.*); the rest is stored: (?P<call>.*)", re.DOTALL)
CALL = re.compile(r'headroom_retrieve\("(\w+)", .* or query="\.\.\."\)')
SUMMARY = re.compile(r"all \d+ (?:rows|entries): |left out: ")
LINE = re.compile(r"\s*… ((\d+)(?:-(\d+))?)(?:: .*)?")
COMMENT = re.compile(r"\s*\S{0,4}\s*…((\d+)(?:-(\d+))?)(?: \(\d+-\d+ of the file\))?")
PIECE = re.compile(r"… ((\d+:\d+-\d+)|\d+(?:-\d+)?)")
REMARK = re.compile(
    r"… (?P<count>[\d,]+) (?:(?:more )?hits? in .*|lines around hits) \[(?P<within>in )?(?P<at>[\d,-]+)\]"
)
SENTENCE = re.compile(r"…(?:(\d+):(\d+)-(\d+)|(\d+)(?:-(\d+))?)?")
BY_ROW = {"JSON records", "JSON lines", "JSON nested"}
BY_LINE = {"syslog", "application log", "access log", "go test -v", "git log --stat"}
BY_TABLE = {"CSV", "TSV", "Markdown table"}
BY_COMMENT = {"source", "source, numbered"}
BY_HIT = {"grep -rn", "grep -C 2"}


def cut(text, profile="balanced", query="Which request failed?"):
    """The ref, what the note says was kept, and the shown text with every form in it undone."""
    messages = [{"role": "user", "content": query}, {"role": "tool", "content": text}]
    shown = headroom.compress(messages, profile=profile).messages[1]["content"]
    blocks = [each for each in fold.scan(shown) if not isinstance(each, str)]
    if len(blocks) != 1 or blocks[0].form != "excerpt":
        return None
    note = NOTE.fullmatch(blocks[0].note)
    assert CALL.fullmatch(note["call"])[1] == note["ref"]
    return note["ref"], note["said"], headroom.expand("\n".join(blocks[0].lines))


def asked(ref, **part):
    """What `retrieve` returns, every time."""
    found = headroom.retrieve(ref, **part)
    assert found.found
    assert found == headroom.retrieve(ref, **part)
    return found.text


def numbers(said):
    """The lines or rows that a list such as "0-3, 17" names."""
    found = []
    for part in said.split(","):
        first, _, last = part.strip().partition("-")
        found += range(int(first), int(last or first) + 1)
    return found


def bare(body):
    """The body without the lines that sum up what was left out."""
    lines = body.split("\n")
    while SUMMARY.match(lines[-1]):
        lines.pop()
    return lines


def rebuilt(ref, lines, mark):
    """The original: shown lines as they stand, and what `retrieve` returns for every mark."""
    out = []
    for line in lines:
        found = mark.fullmatch(line)
        if found is None:
            out.append(line)
            continue
        out.append(asked(ref, lines=found[1]))
        assert out[-1].count("\n") == int(found[3] or found[2]) - int(found[2])
    return "\n".join(out)


def whole(number):
    return int(number.replace(",", ""))


def lines_are_all_there(ref, said, body, text):
    assert rebuilt(ref, bare(body), LINE) == text


def code_is_all_there(ref, said, body, text):
    assert rebuilt(ref, bare(body), COMMENT) == text


def pieces_are_all_there(ref, said, body, text):
    """Long lines are cut within, so what is shown and named has to be all of the characters."""
    out = []
    for line in body.split("\n"):
        mark = PIECE.fullmatch(line)
        found = asked(ref, lines=mark[1]) if mark else line
        out.append(found.partition("\n")[2] if mark and mark[2] else found)
    assert "".join(out).replace("\n", "") == text.replace("\n", "")


def a_table_is_its_named_lines(ref, said, body, text):
    listed = re.fullmatch(r"lines ([\d, -]+) of (\d+)", said)
    lines = text.removesuffix("\n").split("\n")
    assert int(listed[2]) == len(lines)
    assert bare(body) == [lines[at - 1] for at in numbers(listed[1])]
    left = sorted({*range(1, len(lines) + 1)} - {*numbers(listed[1])})
    for at in (left[0], left[-1]):
        assert asked(ref, lines=str(at)) == lines[at - 1]
    assert asked(ref, lines=f"1-{len(lines)}") == "\n".join(lines)


def records_are_its_named_rows(ref, said, body, text):
    listed = re.match(r"rows ([\d, -]+) of 0-(\d+)", said)
    rows = asked(ref, rows=f"0-{listed[2]}").split("\n")
    assert [int(row.partition(": ")[0]) for row in rows] == [*range(int(listed[2]) + 1)]
    values = [json.loads(row.partition(": ")[2]) for row in rows]
    assert values == records(text)
    kept = numbers(listed[1])
    shown = records("\n".join(bare(body)))
    assert len(shown) == len(kept)
    for at, value in zip(kept, shown, strict=True):
        agree(value, values[at])


def records(body):
    try:
        value = json.loads(body)
    except ValueError:
        return [json.loads(line) for line in body.split("\n") if line]
    while isinstance(value, dict):
        value = max(value.values(), key=lambda inner: len(json.dumps(inner)))
    return value


def agree(shown, value):
    """A record is shown as it is; of one that lost values, the others are, and keys are named."""
    if isinstance(shown, dict):
        assert {*shown} - {"…"} <= {*value}
        assert "…" in shown or {*shown} == {*value}
        for key in {*shown} - {"…"}:
            agree(shown[key], value[key])
    elif isinstance(shown, str) and "…" in shown:
        assert isinstance(value, str)
        assert value.startswith(shown.partition("…")[0].rstrip())
    elif not isinstance(shown, list) or not any("…" in str(item) for item in shown):
        assert shown == value


def hits_are_shown_or_counted(ref, said, body, text):
    """Every line of a result is shown, or a remark names it or the stretch that it stands in."""
    lines, rows = text.split("\n"), body.split("\n")
    shown = [row for row in rows if not REMARK.fullmatch(row)]
    remarks = [found for row in rows if (found := REMARK.fullmatch(row))]
    assert not Counter(shown) - Counter(lines)
    named, within = set(), set()
    for remark in remarks:
        where = numbers(remark["at"])
        (within if remark["within"] else named).update(where)
        assert (
            asked(ref, lines=f"{where[0]}-{where[-1]}").split("\n")
            == (lines[where[0] - 1 : where[-1]])
        )
    left = Counter(line for at, line in enumerate(lines, 1) if at not in named) - Counter(shown)
    loose = Counter(lines[at - 1] for at in within - named)
    assert [line for line in left - loose if line.strip("-")] == []
    kept, every = re.match(r"([\d,]+) of ([\d,]+) hits", said).groups()
    counted = sum(whole(each["count"]) for each in remarks if "around" not in each[0])
    assert whole(kept) + counted == whole(every)


def changes_are_shown_or_named(ref, said, body, text):
    """Every changed line stands in what is shown, in order, or under a mark; hunks say where."""
    lines, rows, at = text.split("\n"), body.split("\n"), 0
    for row in rows:
        mark = LINE.fullmatch(row)
        if mark:
            first, last = int(mark[2]), int(mark[3] or mark[2])
            assert first > at
            assert asked(ref, lines=mark[1]) == "\n".join(lines[first - 1 : last])
            assert not [line for line in lines[at : first - 1] if line[:1] in "+-" and line]
            at = last
        elif not row.startswith("@@ "):
            found = lines.index(row, at)
            assert not [line for line in lines[at:found] if line[:1] in "+-" and line]
            at = found + 1
    assert "every changed line" not in said or not any(map(LINE.fullmatch, rows))


def sentences_are_shown_or_named(ref, said, body, text):
    """What stands between two shown pieces stands in the lines that the mark between them names."""
    begins = [0]
    for line in text.split("\n"):
        begins.append(begins[-1] + len(line) + 1)
    at = last = 0
    shown = SENTENCE.sub("\x00", body).split("\x00")
    for piece, mark in zip(shown, [None, *SENTENCE.finditer(body)], strict=True):
        bare_piece = piece.strip()
        start, end = at, len(text)
        if mark:
            first = int(mark[1] or mark[4] or last)
            last = int(mark[1] or mark[5] or mark[4] or last)
            assert asked(ref, lines=f"{first}-{last}") == "\n".join(
                text.split("\n")[first - 1 : last]
            )
            start, end = max(at, begins[first - 1]), begins[last]
            assert not text[at:start].strip()
        found = text.find(bare_piece, start) if bare_piece else at
        assert found >= 0
        if bare_piece:
            assert not text[end:found].strip()
            assert mark or not text[at:found].strip()
            at = found + len(bare_piece)


def a_page_says_where_its_source_is(ref, said, body, text):
    lines = text.split("\n")
    assert asked(ref, lines=f"1-{min(9, len(lines))}") == "\n".join(lines[:9])


FORMS = {
    r'.* "… A-B" stands for lines A to B': lines_are_all_there,
    r'.* "…A-B" stands for the others': code_is_all_there,
    r'.* "… A:B-C" for characters B to C of line A': pieces_are_all_there,
    r"lines [\d, -]+ of \d+": a_table_is_its_named_lines,
    r'rows [\d, -]+ of 0-\d+(?:; "…" names what is left out)?': records_are_its_named_rows,
    r'.* hits, "\[A-B\]" are lines of this output': hits_are_shown_or_counted,
    r"(?:every )?changed lines? without .*|every changed line.*": changes_are_shown_or_named,
    r".* sentences, …A-B: cut from lines A-B, …: more of that line": sentences_are_shown_or_named,
    r"a page as text.*": a_page_says_where_its_source_is,
}
EXPECTED = {
    **dict.fromkeys(BY_ROW, records_are_its_named_rows),
    **dict.fromkeys(BY_LINE, lines_are_all_there),
    **dict.fromkeys(BY_TABLE, a_table_is_its_named_lines),
    **dict.fromkeys(BY_COMMENT, code_is_all_there),
    **dict.fromkeys(BY_HIT, hits_are_shown_or_counted),
    "git diff": changes_are_shown_or_named,
    "prose": sentences_are_shown_or_named,
}


def check(made, text):
    """Check a text with gaps by what its first line promises; return how."""
    ref, said, body = made
    assert asked(ref) == text
    found = [promise for form, promise in FORMS.items() if re.fullmatch(form, said)]
    assert len(found) == 1, f"a form of marks that nobody checks: {said}"
    found[0](ref, said, body, text)
    return found[0]


@pytest.mark.parametrize("kind", KINDS)
@pytest.mark.parametrize("profile", ["balanced", "aggressive"])
def test_what_a_mark_names_comes_back_as_it_was(kind, profile):
    text = generate(kind, 14_000)
    made = cut(text, profile)
    assert made is not None or kind not in EXPECTED
    if made is not None:
        promise = check(made, text)
        assert promise is EXPECTED.get(kind, promise)


def test_the_lines_of_a_long_line_of_data_come_back_by_characters():
    words = " ".join(f"entry-{n * 7919 % 10007}=value{n}" for n in range(900))
    text = "\n".join(["first line", "second line", words, *(f"tail {n}" for n in range(9))])
    made = cut(text, query="What is entry-4242?")
    assert check(made, text) is pieces_are_all_there


def test_each_part_of_a_mixed_text_has_marks_of_its_own():
    text = "\n".join(
        [generate("syslog", 9_000), generate("JSON records", 9_000), generate("syslog", 9_000, 8)]
    )
    messages = [{"role": "user", "content": "What failed?"}, {"role": "tool", "content": text}]
    shown = headroom.compress(messages, profile="balanced").messages[1]["content"]
    blocks = [
        each for each in fold.scan(shown) if not isinstance(each, str) and each.form == "excerpt"
    ]
    assert len(blocks) > 1
    for block in blocks:
        note = NOTE.fullmatch(block.note)
        original = asked(note["ref"])
        assert original in text
        check((note["ref"], note["said"], headroom.expand("\n".join(block.lines))), original)


ROW = st.sampled_from(["", "ok", "… 3-4", "  … 7", "ERROR: disk is full", "request took 9 ms " * 4])


@settings(max_examples=60, suppress_health_check=[HealthCheck.too_slow])
@given(st.lists(st.tuples(ROW, st.integers(0, 9)), min_size=60, max_size=160), st.booleans())
def test_marks_and_shown_lines_together_are_the_original(rows, aggressive):
    text = "\n".join(f"{line} {n * 7919}" if n else f"{line}." for line, n in rows)
    made = cut(text, "aggressive" if aggressive else "balanced")
    # Prose has marks within lines, which such lines as these cannot be told from.
    if made is not None and "sentences" not in made[1]:
        check(made, text)


def test_asking_again_and_again_changes_nothing():
    text = generate("application log", 14_000)
    ref, _, _ = cut(text)
    parts = ({}, {"lines": "3-9"}, {"query": "what failed"}, {"limit": 50})
    first = [headroom.retrieve(ref, **part) for part in parts]
    assert [headroom.retrieve(ref, **part) for part in parts * 3] == first * 3
    assert cut(text)[0] == ref
