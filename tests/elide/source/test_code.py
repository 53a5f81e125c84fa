import sys

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from sources import CPP, GO, JAVA, JAVASCRIPT, PERL, PYTHON, RUST, SHELL, TYPESCRIPT, C
from weighing import weights

from headroom.elide.source import grammar
from headroom.elide.source.code import weigh

OUTLINES = [
    (PYTHON, ["import decimal", "LIMIT: Final = 250", "RATES = {", "class Account:", "        balance: int = 0,", "    fee = 3", "    @cached", "    def withdraw(self, amount: int) -> int:"], ["        self.owner = owner", "            total += step", '    "c": 3,', "    It is never negative."]),
    (GO, ["package main", 'var ErrEmpty = errors.New("empty")', "type Queue struct {", "\tlimit int", "func (q *Queue) Pop() (string, error) {", "// ErrEmpty says that nothing is there."], ["\tfirst := q.items[0]", "\tq := &Queue{}", "// It is never wrapped."]),
    (JAVASCRIPT, ["const path = require('path');", " * Joins parts.", "exports.join = function join(parts) {", "const split = (text) => {", "  get size() {"], ["  const clean = parts.filter(Boolean);", " * @param {string[]} parts"]),
    (TYPESCRIPT, ["export interface Circle extends Shape {", "  readonly radius: number;", 'export type Name = "circle" | "square";', "  scale: number,", "): number {"], ["  const radius = shape.radius * scale;"]),
    (RUST, ["use std::fmt;", "/// A point.", "#[derive(Debug, Clone)]", "pub struct Point {", "    x: i32,", "impl fmt::Display for Point {", "pub const ORIGIN: Point = Point { x: 0, y: 0 };"], ['        write!(f, "{}", text)']),
    (JAVA, ["package org.example.bank;", "    private static final int LIMIT = 10;", "    @Override", "    public String toString() {"], ['        String text = "bank";', "            sum += amount;"]),
    (C, ["#include <stdio.h>", "#define SIZE 16", "typedef struct ring {", "    int tail;", "static int ring_push(ring_t *ring, int value)"], ["    ring->head = next;"]),
    (CPP, ["MY_NAMESPACE_BEGIN", "namespace detail {", "template <typename T>", "class Stack {", "    void push(const T& value) {", "    int count_ = 0;", "int Reader::next(int from) {"], ["        ++count_;", "    auto where = from + 1;"]),
    (PERL, ["package Shop::Basket;", "use strict;", "our $LIMIT = 20;", "sub add {", "sub count {"], ["    my $self = shift;", "Shop::Basket - what is bought"]),
    (SHELL, ["build() {", "function deploy {", "set -euo pipefail"], ["  make all"]),
]  # fmt: skip
NAMES = ["python", "go", "javascript", "typescript", "rust", "java", "c", "cpp", "perl", "shell"]


@pytest.mark.parametrize(("text", "high", "low"), OUTLINES, ids=NAMES)
def test_an_outline_is_heavy_and_bodies_are_light(text, high, low):
    found = weights(text)
    assert {line: found[line] for line in high if found[line] < 0.7} == {}
    assert {line: found[line] for line in low if found[line] > 0.35} == {}


@pytest.mark.parametrize("name", NAMES[:-1])
def test_a_language_is_told_by_its_text(name):
    text = OUTLINES[NAMES.index(name)][0]
    found = grammar.parsed(text.split("\n"), text.encode())
    (one,) = (one for one in grammar.grammars() if one.name == name)
    assert found is not None
    assert found.row is one.row


@pytest.mark.parametrize("mark", ["{:6}\t{}", "{}: {}", "{:>4}→{}", "{:3}| {}"])
def test_line_numbers_in_front_change_nothing(mark):
    lines = PYTHON.split("\n")
    numbered = [mark.format(at, line) for at, line in enumerate(lines, 120)]
    assert weigh(numbered, "`withdraw`") == weigh(lines, "`withdraw`")


def test_errors_and_returns_weigh_more_than_their_surroundings():
    found = weights(PYTHON)
    assert found['            raise ValueError("not enough money")'] == 0.3
    assert found["        return total"] == 0.25
    assert found["            total += step"] < 0.2


def test_a_closing_bracket_weighs_what_it_closes():
    found = weigh(GO.split("\n"), "")
    assert found is not None
    rows = GO.split("\n")
    assert found[rows.index("\treturn first, nil") + 1] == found[rows.index("\treturn first, nil")]


@pytest.mark.parametrize(
    "text",
    [
        "",
        "\n\n\n",
        '{\n  "a": 1,\n  "b": [1, 2, 3],\n  "c": {}\n}',
        "The class of the import was public. It is for those who return.\n" * 20,
        "2026-01-01 12:00:00 INFO started\n" * 20,
        "a,b,c\n1,2,3\n4,5,6\n7,8,9",
        "diff --git a/x.py b/x.py\n--- a/x.py\n+++ b/x.py\n@@ -1,2 +1,2 @@\n import a\n-import b\n@@ -9,1 +9,1 @@\n",
        "# Guide\n\nUse it so:\n\n```python\nimport a\n\ndef f():\n    return 1\n```\n\n```\nx\n```\n",
    ],
)
def test_other_texts_are_declined(text):
    assert weigh(text.split("\n"), "import") is None


def test_a_text_of_more_than_two_million_characters_is_declined():
    assert weigh(["import a"] * 300_000, "") is None


def test_a_text_too_long_to_parse_is_read_by_its_indentation():
    found = weigh((PYTHON * 400).split("\n"), "`_book`")
    assert found is not None
    assert found[PYTHON.split("\n").index("            total += step")] >= 0.9


def test_without_any_grammar_the_indentation_is_enough(monkeypatch):
    monkeypatch.setitem(sys.modules, "tree_sitter", None)
    grammar._core.cache_clear()
    grammar._binding.cache_clear()
    grammar._installed.cache_clear()
    try:
        found = weights(PYTHON, "How does `_book` work?")
    finally:
        grammar._core.cache_clear()
        grammar._binding.cache_clear()
        grammar._installed.cache_clear()
    assert found["class Account:"] >= 0.9
    assert found["            total += step"] >= 0.9
    assert found["        self.owner = owner"] <= 0.2


@pytest.mark.parametrize(
    "text",
    [
        "a<" * 50_000,
        "int f(int a) {\n" + "a<" * 50_000 + "\n}\n",
        "function f() {\n" * 5_000,
        "def f():\n" + "(" * 100_000,
        "f(() => {\n" * 8_000 + "})\n" * 8_000,
        "class A {\n" * 3_000,
        "import a\n" * 5_000 + '"""',
        "\n" * 100_000,
        "def f(): return 1\n" * 10_000,
        "\ud800 def f():\n  return\0 1\r\nimport a\nclass B:\n" * 5,
        "{" * 200_000,
        "function f(a){return a}/**/" * 10_000,
        "import a\ndef f():\n" + ")" * 200_000 + "x",
    ],
)
def test_hostile_texts_are_weighed_or_declined(text):
    lines = text.split("\n")
    found = weigh(lines, "How does `f` work?")
    assert found is None or len(found) == len(lines)


PIECES = st.sampled_from([line for text, _, _ in OUTLINES for line in text.split("\n")])


@given(st.lists(PIECES | st.text(max_size=12), max_size=40), st.text(max_size=30))
@settings(max_examples=60)
def test_any_lines_are_weighed_the_same_each_time_or_declined(lines, query):
    found = weigh(lines, query)
    assert found == weigh(lines, query)
    assert found is None or (len(found) == len(lines) and all(0 <= one <= 1 for one in found))


def test_of_many_imports_those_behind_the_first_say_little_unless_they_are_asked_for():
    head, *rest = JAVA.strip().split("\n")
    text = [head, *(f"import org.example.part{n}.Thing{n};" for n in range(60)), *rest]
    found = weigh(text, "How is the bank told?")
    assert found[3] > found[50]
    asked = weigh(text, "What does it import?")
    assert asked[40] == pytest.approx(asked[3], rel=0.05)
    assert weigh(text, "Where is `Thing50` used?")[51] > found[51]
