"""JSON: tables, compact forms, and everything exactly back."""

from __future__ import annotations

import json

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from headroom.compressors.smart_crusher import SmartCrusher
from headroom.core import fold
from headroom.core.types import ContentType, Context, Grade
from headroom.decode import expand_text
from headroom.detect import detect
from headroom.engine.codec import fold_text
from headroom.engine.router import ContentRouter
from headroom.records.section import decode
from headroom.tokens import tokenizer_for
from headroom.tokens.estimate import EstimateTokenizer

CTX = Context(count=len)


def crush(text):
    made = SmartCrusher().compress(text, CTX)
    if made is not None and made.grade is Grade.EXACT:
        assert expand_text(made.text) == text
    return made


def test_keys_and_constants_are_said_once():
    text = json.dumps(
        [{"id": n, "kind": "node", "city": "Oslo" if n % 2 else "Bergen"} for n in range(9)]
    )
    made = crush(text)
    assert made.text.count('"kind"') + made.text.count("kind") == 1
    assert made.text.count("node") == 1
    assert made.grade is Grade.EXACT


@pytest.mark.parametrize(
    "value",
    [
        [{"a": 1.0}, {"a": 1}, {"a": 10**30}],
        [{"a": None}, {"a": ""}, {}, {"a": "null"}, {"a": []}, {"a": {}}],
        [{"a": {"b": {"c": n}}, "d": [1, n]} for n in range(6)],
        [{"type": "x", "v": 1}, {"type": "y", "w": [{"k": 1}, {"k": 2}]}, 5, "s", None],
        {"items": [{"id": n, "tags": ["a", "b"]} for n in range(5)], "next": None},
        [{"b": 1, "a": 2}, {"a": 1, "b": 2}],
        ["line one", "line two", "line one"],
        [[1, 2], [3, 4]],
        {"deep": [[[{"a": 1}, {"a": 2}]]]},
        [{"t": "table 1"}, {"t": "table 2"}],
        [{"x": "a\tb", "y": 'q"q'}, {"x": "\u2028", "y": "\x7f"}],
    ],
    ids=str,
)
@pytest.mark.parametrize("indent", [None, 2, 4])
def test_values_come_back_as_they_were(value, indent):
    for ascii_only in (True, False):
        made = crush(json.dumps(value, indent=indent, ensure_ascii=ascii_only))
        assert made is None or made.grade is Grade.EXACT


def entries(keys, said, path=("id",)):
    """Objects under keys, each of which says something at a path."""
    made = {}
    for n, (key, own) in enumerate(zip(keys, said, strict=True)):
        held = record = {}
        for name in path[:-1]:
            held = held.setdefault(name, {})
        held[path[-1]] = own
        made[key] = record | {"city": f"Oslo {n}", "size": n * n}
    return made


NINE = [str(1234567000 + n * n) for n in range(9)]


@pytest.mark.parametrize("path", [("id",), ("user", "id"), ("user", "own-id")])
def test_a_key_that_its_record_repeats_is_said_once(path):
    text = json.dumps(entries(NINE, NINE, path))
    made = crush(text)
    assert f"9 entries by {'.'.join(path)}\n" in made.text
    assert all(made.text.count(key) == 1 for key in NINE)
    assert made.grade is Grade.EXACT


@pytest.mark.parametrize(
    ("said", "path"),
    [
        (NINE, ("key",)),
        (NINE, ("a b",)),
        ([*NINE[:-1], "other"], ("id",)),
        ([*NINE[:-1], None], ("id",)),
        ([int(key) for key in NINE], ("id",)),
    ],
)
def test_a_key_that_no_column_says_as_it_is_has_a_cell_of_its_own(said, path):
    made = crush(json.dumps(entries(NINE, said, path)))
    assert "9 entries by key\n" in made.text
    assert made.grade is Grade.EXACT


def test_a_number_in_an_odd_spelling_is_no_key():
    numbers = [f"{n}.10" for n in range(9)]
    text = json.dumps(entries(numbers, numbers))
    for each in numbers:
        text = text.replace(f'"id": "{each}"', f'"id": {each}')
    made = crush(text)
    assert "9 entries by key\n" in made.text


@given(
    st.lists(st.text(max_size=5), min_size=4, max_size=9, unique=True),
    st.lists(st.sampled_from(["id", "a", "b.c", "key", ""]), min_size=1, max_size=3),
)
def test_whatever_the_keys_are_they_come_back(keys, path):
    crush(json.dumps(entries(keys, keys, path)))


@pytest.mark.parametrize("by", ["nowhere", "city.id", "city.O", "size", "city.", "ci ty"])
def test_entries_by_a_column_that_says_no_keys_are_refused(by):
    rows = ["city\tsize", *(f"Oslo {n}\t{n}" for n in range(4))]
    with pytest.raises(ValueError, match=r"key|table|record|name"):
        decode([f"table 1: 4 entries by {by}", *rows], 0)


def test_irregular_white_space_is_graded_value_exact():
    text = '[ {"a":1,  "b":"x/y"},\n{"a" : 2, "b":"x\\/y"},{"a":3,"b":"z"} ]'
    made = SmartCrusher().compress(text, CTX)
    assert made.grade is Grade.VALUE
    assert json.loads(made.restores) == json.loads(text)
    assert expand_text(made.text) == made.restores


def test_duplicate_keys_are_not_lost():
    text = '[{"a":1,"a":2},{"a":3,"a":4},{"a":5,"a":6}]'
    made = SmartCrusher().compress(text, CTX)
    assert made is None or expand_text(made.text) == text


@pytest.mark.parametrize(
    "text", ["", "{", "nope", "[1,]", "NaN", '{"a":1} x', "[" * 5000 + "]" * 5000]
)
def test_what_is_no_json_is_declined(text):
    assert SmartCrusher().compress(text, CTX) is None


def test_json_lines_become_one_table():
    text = "\n".join(json.dumps({"t": n, "level": "info", "msg": f"m{n}"}) for n in range(8))
    assert crush(text).text.count("level") == 1


@pytest.mark.parametrize("before", ["Result: ", 'found "x" = ', "> ", "12 hits (first page) "])
@pytest.mark.parametrize("indent", [None, 2])
def test_json_behind_a_few_words_is_found(before, indent):
    text = before + json.dumps(
        [{"id": n, "name": f"item {n}", "kind": "part"} for n in range(40)], indent=indent
    )
    assert detect(text) is ContentType.JSON
    made = crush(text)
    assert made.text.count("kind") == 1
    assert expand_text(made.text) == text
    assert fold_text(f"Here you are.\n{text}\nThat is all.", CTX, ContentRouter()) is not None


COUNTS = (tokenizer_for("gpt-4o").count, tokenizer_for("gpt-4").count, EstimateTokenizer().count)


@settings(max_examples=60)
@given(st.sampled_from('{["'), st.text(st.sampled_from('"{}[]:, \n/aZé中9'), max_size=40))
def test_a_header_above_json_adds_tokens_to_it(begins, rest):
    text = begins + rest.replace("\n", "")
    headed = fold.block("json", [text], "compact JSON; spelled compact")
    assert all(count(headed) > count(text) for count in COUNTS)


@pytest.mark.parametrize(
    ("more", "said"),
    [
        ({}, "columns once; spelled"),
        ({"kind": "node"}, "columns once; those with = have no cells; spelled"),
        ({"city": "Oslo town"}, 'columns once; " repeats the cell above; spelled'),
        ({"gone": 1}, "columns once; an empty cell is a missing key; spelled"),
        ({"at": {"x": 1, "y": 2}}, "columns once; a{b,c} is written [b,c]; spelled"),
    ],
)
def test_the_header_explains_only_what_stands_in_the_tables(more, said):
    records = [{"id": n * 7 % 11, "size": n * n} for n in range(12)]
    for n, record in enumerate(records):
        record |= {
            key: f"{value}{n // 6}" if key == "city" else value for key, value in more.items()
        }
        if "gone" in record and n % 3:
            del record["gone"]
        if "at" in record:
            record["at"] = {"x": n, "y": n * n % 7} if n % 4 else None
    assert said in crush(json.dumps(records)).text.split("\n")[0]
