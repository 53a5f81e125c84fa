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
