"""Columns that follow from others: found, told in a title and read back."""

from __future__ import annotations

import json

import pytest
from hypothesis import given
from hypothesis import strategies as st

from headroom.compressors.smart_crusher import SmartCrusher
from headroom.core.types import Context, Grade
from headroom.decode import expand_text
from headroom.records.derived import Source
from headroom.records.table import Column
from tests.choices import choices

WORDS = ("a", "b/c", "x::y", "x::y::z", "12", "3@4@5", "", "null", 'q"q', "é-1", "T", "\t", "\n")


def crush(records, query=""):
    text = json.dumps(records)
    made = SmartCrusher().compress(text, Context(count=len, query=query))
    assert made.grade is Grade.EXACT
    assert expand_text(made.text) == text
    return made.text.split("\n")


def titles(records, query=""):
    return crush(records, query)[2].split("\t")


@pytest.mark.parametrize(
    ("made", "title"),
    [
        (lambda n: {"made_at": f"day {n}", "seen_at": f"day {n}"}, "seen_at=made_at"),
        (lambda n: {"begin": 37 * n, "end": 37 * n, "x": {"y": n % 2}}, "end=begin"),
        (
            lambda n: {"name": f"test_{n}", "nodeid": f"tests/a.py::T::test_{n}"},
            'name=nodeid behind last "::"',
        ),
        (
            lambda n: {"key": f"HAT{n}@2024-05-{n}", "flight": f"HAT{n}"},
            'flight=key before "@"',
        ),
        (
            lambda n: {"title": f"M {n}.1 - {n} km N of X - Y", "place": f"{n} km N of X - Y"},
            'place=title behind " - "',
        ),
        (
            lambda n: {"file": f"a{n}.tar.gz", "stem": f"a{n}.tar"},
            'stem=file before last "."',
        ),
        (
            lambda n: {"at": {"id": 700 + n}, "url": f"https://x.org/i/{700 + n}/all"},
            'url="https://x.org/i/"+at.id+"/all"',
        ),
    ],
    ids=lambda each: each if isinstance(each, str) else "",
)
def test_a_column_that_another_tells_has_no_cells(made, title):
    assert title in titles([made(n) for n in range(101, 131)])


def test_the_note_says_how_to_read_it():
    rows = [{"path": f"src/deep/{n}/file_{n}.py", "name": f"file_{n}.py"} for n in range(9)]
    assert "a=b: column a follows from column b" in crush(rows)[0]
    assert "follows" not in crush([{"a": n, "b": 7 * n % 5} for n in range(9)])[0]


def test_a_path_without_the_sign_is_its_own_name():
    rows = [{"path": f"src/{n}.py", "name": f"{n}.py"} for n in range(101, 131)]
    rows[4] = {"path": "setup.py", "name": "setup.py"}
    assert 'name=path behind last "/"' in titles(rows)


def test_a_column_may_follow_from_one_that_follows_from_a_third():
    page = "https://api.x.org/repos/o/r/issues/"
    rows = [{"url": f"{page}{n}", "events": f"{page}{n}/events", "at": n} for n in range(900, 930)]
    assert titles(rows) == [f'url="{page}"+at', 'events=url+"/events"', "at"]


def test_columns_that_follow_from_each_other_are_refused():
    rows = [{"path": f"src/deep/{n}/file_{n}.py", "name": f"file_{n}.py"} for n in range(9)]
    block = "\n".join(crush(rows)).replace("path\tname=path", "path=name\tname=path")
    with pytest.raises(ValueError, match="follows from itself"):
        expand_text(block)


def test_what_most_follows_from_stays_itself():
    rows = [
        {
            "url": f"https://api.x.org/repos/o/r/issues/{n}",
            "labels_url": f"https://api.x.org/repos/o/r/issues/{n}/labels{{/name}}",
            "events_url": f"https://api.x.org/repos/o/r/issues/{n}/events",
        }
        for n in range(100, 109)
    ]
    assert titles(rows) == [
        "url",
        'labels_url=url+"/labels{/name}"',
        'events_url=url+"/events"',
    ]


def test_an_address_that_the_question_names_is_shown():
    rows = [{"id": f"nc{n}", "detail": f"https://x.org/feed/{n}/nc{n}"} for n in range(9)]
    rows = [{**row, "page": f"https://x.org/event/page/{row['id']}"} for row in rows]
    assert any(title.startswith("page=") for title in titles(rows))
    assert "page" in titles(rows, query="What is the page of nc7?")


def test_only_addresses_are_put_together():
    rows = [{"id": 7000 + n, "name": f"part number {7000 + n}"} for n in range(9)]
    assert titles(rows) == ["id", "name"]


def test_numbers_of_two_spellings_are_not_the_same():
    rows = [{"count_one": 100 + n, "count_two": float(100 + n)} for n in range(9)]
    assert titles(rows) == ["count_one", "count_two"]


@pytest.mark.parametrize("key", ["true", "null", "two words", "é"])
def test_a_name_that_reads_like_a_value_is_not_referred_to(key):
    rows = [{key: f"a long value {n}", "other": f"a long value {n}"} for n in range(9)]
    assert len(titles(rows)) == 2
    assert not any("=" in title for title in titles(rows))


def row_of(made):
    """A record whose values follow from one of them, or nearly do."""
    word, sign, rest = made.one(WORDS), made.one(("/", "::", " - ", "@")), made.one(WORDS)
    whole = f"{word}{sign}{rest}"
    record = {
        "a": whole,
        "b": made.one((word, rest, whole)),
        "c": made.one((whole, rest)),
        "d": made.below(200),
        "e": made.below(2),
    }
    record["f"] = f"https://x/{record['d']}/{made.one(('', '', 'y'))}"
    record["g"] = {"h": record["d"], "i": made.one((word, record["f"]))}
    for key in made.several(lambda: made.one("abcdef"), 0, 2):
        record.pop(key, None)
    return record


@given(choices(160).map(lambda made: made.several(lambda: row_of(made), 3, 12)))
def test_records_come_back_whatever_follows(records):
    text = json.dumps(records)
    made = SmartCrusher().compress(text, Context(count=len))
    if made is not None and made.grade is Grade.EXACT:
        assert expand_text(made.text) == text


@given(
    st.builds(
        Source,
        st.lists(st.from_regex(r"\A[a-z_$@][a-z0-9_-]{2,6}\Z"), min_size=1, max_size=3)
        .filter(lambda keys: keys not in (["true"], ["null"], ["false"]))
        .map(tuple),
        before=st.text(max_size=5),
        after=st.text(max_size=5),
    )
)
def test_a_title_is_read_back(source):
    assert Column.parse(Column(("x",), source=source).show()) == Column(("x",), source=source)


@pytest.mark.parametrize("title", ["a=b behind", "a=b behind ''", 'a=b amid "x"', "a=b c", "a=b."])
def test_a_title_that_says_no_source_is_refused(title):
    with pytest.raises(ValueError):
        Column.parse(title)


def test_a_column_that_follows_from_none_is_refused():
    rows = [{"path": f"src/deep/{n}/file_{n}.py", "name": f"file_{n}.py"} for n in range(9)]
    block = "\n".join(crush(rows)).replace("name=path behind", "name=pith behind")
    with pytest.raises(ValueError, match="follows from pith"):
        expand_text(block)
