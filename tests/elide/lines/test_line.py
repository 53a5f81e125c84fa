"""Which lines matter."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from headroom.core.types import ContentType
from headroom.elide.lines.line import weigh

LOG = [f"10:00:{n:02} INFO app: request {n} served" for n in range(30)]


def top(lines, kind, query="", count=3):
    weights = weigh(lines, kind, query)
    return [lines[at] for at in sorted(range(len(lines)), key=lambda at: -weights[at])[:count]]


def test_a_failure_among_routine_lines_is_heaviest():
    lines = [*LOG[:15], "10:00:15 ERROR app: disk is full", *LOG[15:]]
    assert "10:00:15 ERROR app: disk is full" in top(lines, ContentType.LOG)


def test_no_errors_is_no_failure():
    lines = [*LOG[:15], "10:00:15 INFO app: 0 errors", *LOG[15:]]
    failing = [*LOG[:15], "10:00:15 INFO app: disk errors", *LOG[15:]]
    assert weigh(lines, ContentType.LOG, "")[15] < weigh(failing, ContentType.LOG, "")[15]


def test_the_totals_of_a_run_are_heavy():
    lines = [
        *(f"tests/test_a.py::test_{n} PASSED" for n in range(30)),
        "1 failed, 29 passed in 3.1s",
    ]
    assert top(lines, ContentType.TEST, count=1) == ["1 failed, 29 passed in 3.1s"]


def test_what_the_question_names_is_heaviest():
    assert top(LOG, ContentType.LOG, "what about request 17?", 1) == [LOG[17]]


def test_definitions_come_before_uses_in_search_results():
    lines = [f"src/a.py:{n}:    parse(x)" for n in range(20)]
    lines[8] = "src/a.py:8:def parse(x):"
    assert lines[8] in top(lines, ContentType.SEARCH, count=2)


def test_the_heading_above_a_hit_is_kept_with_it():
    lines = ["# Changes"]
    for n in range(12):
        lines += [f"## 3.{n}.0", "- small things", "- more small things"]
    lines[23] = "- `hasattr` is no longer called"
    assert {"## 3.7.0", lines[23]} <= set(
        top(lines, ContentType.TEXT, "what changed about `hasattr`?", 6)
    )


def test_names_that_were_listed_beside_a_search_stay():
    names = ["CHANGELOG.md", "README.md", "dist", "lib", "lib:", "./conf.d/", "parse.js"]
    hits = [f"lib/parse.js:{n}:    comma: options.comma && {n}" for n in range(60)]
    assert set(names) <= set(top([*names, *hits], ContentType.SEARCH, "comma format", 12))
    many = [f"part{n}.js" for n in range(300)]
    assert not set(many) & set(top([*many, *hits], ContentType.SEARCH, "comma format", 12))


@given(
    st.lists(st.text(max_size=30), max_size=20),
    st.sampled_from(list(ContentType)),
    st.text(max_size=20),
)
def test_any_lines_can_be_weighed(lines, kind, query):
    weights = weigh(lines, kind, query)
    assert len(weights) == len(lines)
    assert all(weight >= 0 for weight in weights)


def test_a_comment_around_a_change_weighs_less_than_the_change():
    lines = ["diff --git a/a.py b/a.py", "--- a/a.py", "+++ b/a.py", "@@ -1,4 +1,4 @@"]
    lines += [" import os", "     # Free what was held.", "-    os.close(held)", "+    os.close(9)"]
    weights = weigh(lines, ContentType.DIFF, "")
    assert weights[5] < min(weights[6:])


def test_other_words_for_those_of_a_question_tell_lines_apart_where_these_do_not():
    lines = [*LOG[:15], "10:00:15 INFO app: config read from /srv/app.d", *LOG[15:]]
    query = "Where do its settings come from?"
    assert top(lines, ContentType.LOG, query, 1) == [lines[15]]


def test_a_message_of_several_lines_is_asked_about_as_a_whole():
    thrown = [
        "Traceback (most recent call last):",
        '  File "/srv/shop/store.py", line 14, in put',
        "    raise Refused(fault)",
        "shop.Refused: the shop says no",
        "[the statement: insert into basket]",
        "[the parameters: 4711, 'x7']",
    ]
    lines = [*LOG, *thrown, *LOG]
    said = weigh(lines, ContentType.LOG, "Which statement was it?")
    plain = weigh(lines, ContentType.LOG, "")
    assert all(said[at] > plain[at] + 0.5 for at in (33, 34, 35))


def test_of_a_failure_that_is_asked_for_by_its_name_each_line_counts():
    lines = []
    for n in range(12):
        lines += [f"{'_' * 20} test_drawer_{n} {'_' * 20}", f"till.py:{n + 9}: in test_drawer_{n}"]
        lines += [f"    lift(coin_{n})", f"money.py:{n + 40}: in lift", f"    turn(key_{n})"]
        lines += [f"E   StuckError: drawer {n} does not open"]
    lines += [f"FAILED till.py::test_drawer_{n} - StuckError" for n in range(12)]
    lines += ["12 failed in 0.3s"]
    weights = weigh(lines, ContentType.TEST, "Which line raises in `test_drawer_10`?")
    others = [weights[at] for at, line in enumerate(lines) if "turn(key_9)" in line]
    assert weights[lines.index("    turn(key_10)")] > 1.5 * max(others)
    assert weights[lines.index("    lift(coin_10)")] > max(others)
    errors = [weights[at] for at, line in enumerate(lines) if line.endswith("9 does not open")]
    assert weights[lines.index("    turn(key_10)")] > max(errors)


def test_white_space_in_a_diff_is_read_in_time_that_grows_with_its_length():
    lines = ["@@ -1,2 +1,2 @@", "+" + " " * 40_000 + "x", "-" + "\t" * 40_000, "+}"]
    _, said, blank, bracket = weigh(lines, ContentType.DIFF, "")
    assert said > blank == bracket


def test_a_long_word_in_a_diff_is_read_in_time_that_grows_with_its_length():
    word = "a1_" * 100_000
    lines = ["@@ -1,3 +1,3 @@", f"+{word}", f"+{word}(", "+" + "1" * 300_000 + "("]
    _, said, call, number = weigh(lines, ContentType.DIFF, "")
    assert call > said == number
