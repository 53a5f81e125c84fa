"""Heads of definitions in many languages."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from headroom.elide.source.header import header

FUNCTIONS = [
    ("private static function load(array $rows): int", "load"),
    ("public async Task<bool> Run(Options options)", "Run"),
    ("protected internal override Dictionary<string, int> Find(string key)", "Find"),
    ("- (void)animate:(id<Context>)context", "animate"),
    ("+ (instancetype)shared", "shared"),
    ("def self.find(name)", "find"),
    ("def valid?", "valid?"),
    ("function stringx.lfind(s, sub)", "lfind"),
    ("local function trim(s)", "trim"),
    ("local trim = function(s)", "trim"),
    ("override suspend fun <T> String.parse(at: Int): T {", "parse"),
    ("@objc public init(name: String) {", "init"),
    ("mutating func push(_ x: Int) {", "push"),
    ("defp parse(text) do", "parse"),
    ("build() {", "build"),
    ("__git_words () {", "__git_words"),
    ("Future<void> close() async {", "close"),
    ("export const split = (text) => {", "split"),
    ("total <- function(x) {", "total"),
    ("(defun square (x)", "square"),
    ("CREATE OR REPLACE FUNCTION app.total(a int)", "total"),
    ("encode(Value, Config) ->", "encode"),
    ("function bOK = set_paths(root, machine)", "set_paths"),
    ("function [rows, total] = split_rows (text)", "split_rows"),
]
TYPES = [
    ("abstract class Table", "Table"),
    ("public sealed interface Shape extends Named {", "Shape"),
    ("data class Point(val x: Int)", "Point"),
    ("namespace Bank.Core", "Core"),
    ("defmodule Shop.Basket do", "Basket"),
    ("@implementation Animator {", "Animator"),
    ("extension Array where Element: Named {", "Array"),
    ("create table if not exists orders (", "orders"),
]
NOTHING = [
    "if (a > b) {",
    "} else if (ready(x)) {",
    "foreach ($rows as $row) {",
    "return render(rows) {",
    "while (next()) {",
    "switch (kind(x)) {",
    "using (var a = open(b)) {",
    "the function of the class is to say so",
    "total = 1",
    "catch (Error error) {",
]


def read(line):
    return header(line, is_open=True, is_braced=line[-1] not in ")o", is_outer=True) or header(
        line, is_open=True, is_braced=True, is_outer=True
    )


@pytest.mark.parametrize(("line", "name"), FUNCTIONS)
def test_the_head_of_a_function_is_read_with_its_name(line, name):
    found = read(line)
    assert found is not None
    assert (found.name, found.is_type) == (name, False)


@pytest.mark.parametrize(("line", "name"), TYPES)
def test_the_head_of_a_type_is_read_with_its_name(line, name):
    found = read(line)
    assert found is not None
    assert (found.name, found.is_type) == (name, True)


@pytest.mark.parametrize("line", NOTHING)
def test_statements_and_sentences_begin_nothing(line):
    assert read(line) is None


def test_a_call_without_a_block_begins_nothing():
    assert header("render(rows)", is_open=False, is_braced=False, is_outer=True) is None


@given(st.text(min_size=1).map(str.strip).filter(bool), st.booleans(), st.booleans())
def test_any_line_is_read_or_not(line, is_open, is_braced):
    found = header(line, is_open=is_open, is_braced=is_braced, is_outer=True)
    assert found is None or isinstance(found.name, str)
