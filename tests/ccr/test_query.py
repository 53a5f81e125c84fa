import json
import re
import time

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from headroom.ccr.bound import HARD_BOUND, Bound
from headroom.ccr.query import answer

TEXT = "\n".join(f"line number {n}" for n in range(1, 61))
ROWS = [
    {"id": f"user_{n}", "age": 20 + n % 50, "note": "é" * 3, "at": {"x": n * 1.50}}
    for n in range(200)
]
DOCUMENT = json.dumps({"total": 200, "items": ROWS}, indent=2)


def test_nothing_asked_is_everything():
    assert answer(TEXT) == TEXT


@pytest.mark.parametrize(
    "asked",
    [
        {"query": "a", "lines": "1"},
        {"rows": "0", "path": "a"},
        {"lines": ""},
        {"lines": "0-3"},
        {"lines": "9-3"},
        {"lines": "x"},
        {"lines": "5:9-3"},
        {"lines": "1," * 20_000},
        {"rows": "1"},
        {"rows": "1:2-3"},
        {"path": "a.b"},
        {"query": "  "},
    ],
)
def test_what_cannot_be_answered_is_refused_with_a_reason(asked):
    with pytest.raises(ValueError, match=r"\w{3,}"):
        answer(TEXT, **asked)


def test_several_ranges_say_which_lines_they_are():
    assert answer(TEXT, lines="3, 7,10-11").split("\n") == [
        "line 3:", "line number 3", "line 7:", "line number 7",
        "lines 10-11:", "line number 10", "line number 11",
    ]  # fmt: skip


def test_lines_that_do_not_exist_are_named():
    shown = answer(TEXT, lines="59-80")
    assert shown.startswith("line number 59\nline number 60\n[")
    assert "60 lines" in shown
    assert "no line 61" in shown
    assert "no line 99" in answer(TEXT, lines="99")


def test_characters_of_a_line_can_be_asked_for():
    assert answer("abcdef\nx", lines="1:2-4") == "line 1, characters 2-4:\nbcd"
    assert "6 characters" in answer("abcdef\nx", lines="1:5-90")
    assert answer("abcdef\nx", lines="1:50-90") == "[the text has 2 lines; line 1 has 6 characters]"


def test_what_does_not_fit_can_be_asked_for_until_nothing_is_left():
    text = "\n".join(["short"] * 3 + ["x" * 450_000] + ["y" * 1000] * 300 + ["end"])
    shown, seen = answer(text), []
    for _ in range(20):
        body, _, last = shown.rpartition("\n")
        more = re.search(r'ask for lines="([^"]+)"', last)
        assert len(shown) <= HARD_BOUND + 300
        seen.append(body if more else shown)
        if not more:
            break
        shown = answer(text, lines=more[1])
    bare = [line for line in "\n".join(seen).split("\n") if not re.match(r"lines? \d", line)]
    assert "".join(bare) == text.replace("\n", "")


@pytest.mark.parametrize(
    "text",
    [
        DOCUMENT,
        json.dumps(ROWS),
        "\n".join(json.dumps(row) for row in ROWS) + "\n",
    ],
)
def test_rows_come_one_a_line_with_their_index(text):
    shown = answer(text, rows="0-1,7").split("\n")
    assert [int(line.split(":")[0]) for line in shown] == [0, 1, 7]
    assert [json.loads(line.split(":", 1)[1]) for line in shown] == [ROWS[0], ROWS[1], ROWS[7]]
    assert "200 rows" in answer(text, rows="198-300")
    assert "no row 300" in answer(text, rows="300")


@pytest.mark.parametrize("other", ["[1, 2]", "[]", "5", "null", '"words"'])
def test_any_value_may_be_a_row_among_objects(other):
    text = "\n".join([*map(json.dumps, ROWS[:3]), other, json.dumps(ROWS[3])])
    shown = answer(text, rows="2-4").split("\n")
    assert [int(line.split(":")[0]) for line in shown] == [2, 3, 4]
    assert [json.loads(line.split(":", 1)[1]) for line in shown] == [
        ROWS[2],
        json.loads(other),
        ROWS[3],
    ]
    assert answer(text, path="[4].id") == '"user_3"'


def test_lists_on_lines_are_rows():
    text = "\n".join(json.dumps([n, f"part {n}"]) for n in range(9))
    assert answer(text, rows="7") == '7: [7,"part 7"]'
    assert answer(text, path="[7][1]") == '"part 7"'
    with pytest.raises(ValueError, match="no rows"):
        answer("1\n2\n3", rows="1")


def test_rows_keep_the_spelling_of_numbers():
    assert (
        answer('[{"a": 1.50, "b": "x y"}, {"a": 1e5}]', rows="0-1")
        == '0: {"a":1.50,"b":"x y"}\n1: {"a":1e5}'
    )


@pytest.mark.parametrize(
    ("path", "value"),
    [
        ("items[3].id", '"user_3"'),
        ("items.3.id", '"user_3"'),
        ("$.items[3].at", '{"x":4.5}'),
        ('["items"][3]["id"]', '"user_3"'),
        ("$['items'][3]['id']", '"user_3"'),
        ("total", "200"),
    ],
)
def test_paths_lead_to_values(path, value):
    assert answer(DOCUMENT, path=path) == value


@pytest.mark.parametrize(
    ("path", "hint"),
    [
        ("items[3].nam", "id, age, note, at"),
        ("items[999]", "200 items"),
        ("total.x", "no list or object"),
        ("items.id", "200 items"),
    ],
)
def test_a_wrong_path_says_what_is_there(path, hint):
    with pytest.raises(ValueError, match=re.escape(hint)):
        answer(DOCUMENT, path=path)


def test_a_key_may_hold_a_dot():
    assert answer('{"a.b": {"c]": 1}}', path='["a.b"]["c]"]') == "1"


def test_a_query_gives_the_best_rows_within_the_limit():
    shown = answer(DOCUMENT, query="how old is user_77?")
    assert shown.startswith("77: {")
    assert len(answer(DOCUMENT, query="user age", bound=Bound(100))) < 600


def test_a_named_field_picks_the_rows_it_speaks_of():
    rows = json.dumps([{"id": n, "size": {"kb": n * 7 % 101}} for n in range(400)])
    assert re.match(r"\d+: .*\"kb\":100}", answer(rows, query="which has the highest `size.kb`?"))
    assert answer(rows, query="which has the lowest `size.kb`?").startswith('0: {"id":0')
    assert answer(rows, query="the one with `id` = 311").startswith('311: {"id":311')
    table = "\n".join(["name,score", *(f"n{n},{n * 7 % 997}" for n in range(900))])
    assert ",996" in answer(table, query="which name has the highest `score`?", bound=Bound(60))


@pytest.mark.parametrize(
    "path", ["$defs.town", "$.$defs.town", '["$defs"].town', '$["$defs"].town']
)
def test_a_key_may_begin_as_a_root_does(path):
    assert answer('{"$schema": "x", "$defs": {"town": {"type": "string"}}}', path=path) == (
        '{"type":"string"}'
    )


def test_values_of_a_document_without_rows_come_with_their_paths():
    text = json.dumps(
        {f"part{n}": {"owner": f"team {n}", "deep": [{"n": n}] * 9} for n in range(300)}
    )
    assert 'part44.owner: "team 44"' in answer(text, query="who owns part44.owner?")


def test_a_query_gives_passages_with_their_lines():
    text = "\n".join([*["filler"] * 400, "the needle is here", *["filler"] * 400])
    shown = answer(text, query="needle", bound=Bound(100))
    assert shown.startswith("lines 399-")
    assert "the needle is here" in shown
    assert "801 lines" in shown


def test_a_long_line_is_searched_in_pieces():
    text = "x " * 50_000 + "the needle is here " + "y " * 50_000
    shown = answer(text, query="needle")
    assert "the needle is here" in shown
    assert re.match(r"line 1, characters \d+-\d+:", shown)
    assert len(shown) < 3500


def test_without_a_hit_it_is_the_beginning_and_says_so():
    shown = answer(TEXT * 50, query="zeppelin")
    assert "line number 1\n" in shown
    assert "no line holds a word of the query" in shown


def test_a_short_text_is_given_whole():
    assert answer("a\nb", query="zeppelin") == "a\nb"


ANY = st.one_of(
    st.text(max_size=300),
    st.text(alphabet='{}[]",:1a\n \\', max_size=200),
    st.recursive(
        st.none() | st.booleans() | st.integers() | st.text(max_size=9),
        lambda inner: (
            st.lists(inner, max_size=4) | st.dictionaries(st.text(max_size=9), inner, max_size=4)
        ),
        max_leaves=20,
    ).map(json.dumps),
)


@settings(max_examples=200)
@given(
    ANY,
    st.sampled_from(["query", "lines", "rows", "path"]),
    st.text(max_size=40),
    st.none() | st.integers(1, 50),
)
@example("[" * 100_000, "query", "a", 1)
@example("[" * 100_000, "path", "0.0", 1)
@example('{"a":' * 2000 + "1" + "}" * 2000, "query", "`a.a` = 1 highest", 3)
@example('[{"a": NaN}, {"a": 1}]', "query", "highest `a`", 1)
@example("[" + "9" * 5000 + "]", "query", "9", 1)
@example("\ufeff[1]", "rows", "0", None)
def test_only_a_value_error_is_ever_raised(text, how, asked, limit):
    try:
        shown = answer(text, **{how: asked}, bound=Bound(limit))
    except ValueError:
        return
    assert shown == answer(text, **{how: asked}, bound=Bound(limit))


@settings(max_examples=200)
@given(st.text(alphabet=st.sampled_from("ab\n\r\x00\ud800é "), max_size=200), st.data())
def test_any_line_range_is_verbatim(text, data):
    split = text.split("\n")
    first = data.draw(st.integers(1, len(split)))
    last = data.draw(st.integers(first, len(split)))
    assert answer(text, lines=f"{first}-{last}") == "\n".join(split[first - 1 : last])


@settings(max_examples=100)
@given(
    st.lists(st.text(alphabet="ab é1", max_size=40), min_size=1, max_size=120), st.integers(1, 60)
)
def test_shown_passages_are_verbatim_lines_and_bounded(lines, limit):
    text = "\n".join(lines)
    shown = answer(text, query="ab aa 11", bound=Bound(limit))
    assert len(shown) <= max(len(text), limit * 3.5) + 200
    if shown != text:
        for block in re.finditer(r"^lines? (\d+)(?:-(\d+))?:\n", shown, re.MULTILINE):
            first, last = int(block[1]), int(block[2] or block[1])
            assert shown[block.end() :].startswith("\n".join(lines[first - 1 : last]))


@pytest.mark.parametrize(
    "text",
    [
        "a" * 5_000_000,
        "\n" * 1_000_000,
        "[" * 1_000_000,
        '{"a":1}\n' * 40_000,
        "[" + "[1]," * 60_000 + "1]",
        "1,2\n" * 100_000,
    ],
    ids=["one line", "empty lines", "open lists", "json lines", "small lists", "table"],
)
def test_hostile_texts_take_linear_time(text):
    began = time.process_time()
    answer(text, query="highest `1` needle aaaa")
    assert time.process_time() - began < 30  # a bound on complexity, not on speed


@pytest.mark.parametrize(("begin", "end", "levels"), [("[", "]", 900), ('{"a":', "}", 600)])
def test_a_value_that_nests_deeply_is_searched_and_cut(begin, end, levels):
    text = f'[{{"name": "needle"}}, {begin * levels}1{end * levels}]'
    assert "needle" in answer(text, query="needle")
    assert answer(text, query="1", bound=Bound(20, len))


@pytest.mark.parametrize(
    "text",
    [
        "HTTP/2 200\n\n{}\ndone",
        "Response: {}",
    ],
)
def test_rows_and_paths_reach_json_with_words_around_it(text):
    rows = [{"id": at, "name": f"part {at}", "note": "x" * 20} for at in range(40)]
    text = text.replace("{}", json.dumps({"items": rows}))
    assert answer(text, rows="7").startswith('7: {"id":7,')
    assert answer(text, path="items[3].name") == '"part 3"'
    with pytest.raises(ValueError, match="no key 'absent'"):
        answer(text, path="absent")


def test_rows_and_paths_reach_json_inside_a_string_of_json():
    rows = [{"id": at, "name": f"part {at}"} for at in range(40)]
    text = json.dumps({"content": [{"type": "text", "text": json.dumps(rows, indent=1)}]})
    assert answer(text, rows="7").startswith('7: {"id":7,')
    assert answer(text, path="[3].name") == '"part 3"'
    assert answer(text, path="content[0].type") == '"text"'


def test_what_stands_behind_the_last_line_break_is_no_line():
    text = "one\ntwo\n"
    assert answer(text, lines="1-9") == "one\ntwo\n\n[the text has 2 lines; there is no line 3]"
    assert answer(text, lines="9") == "[the text has 2 lines; there is no line 9]"
    assert answer(text, bound=Bound(50)) == text


def test_no_line_is_said_to_be_left_out_that_the_text_has_not():
    text = "\n".join(f"line {n}" for n in range(1, 301)) + "\n"
    assert answer(text) == text
    cut = answer(text, bound=Bound(200, len))
    assert re.search(r'the text has 300 lines; left out for length: ask for lines="\d+-300"', cut)
    assert answer(text, lines="300-301", bound=Bound(1_000, len)).startswith("line 300\n")
