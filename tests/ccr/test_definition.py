"""Tests of `defined`: lines that define something, in many languages."""

from __future__ import annotations

import time

import pytest

from headroom.ccr.definition import defined, head


@pytest.mark.parametrize(
    ("line", "name"),
    [
        ("def read_line(self, size: int = 4) -> str:", "read_line"),
        ("    async def close(self):", "close"),
        ("class Reader(Base):", "Reader"),
        ("function bOK = read_line(path)", "read_line"),
        ("  function [line, size] = readLine (this, path)", "readLine"),
        ("func (r *Reader) ReadLine(p []byte) (int, error) {", "ReadLine"),
        ("pub(crate) fn read_line<R: Read>(reader: R) -> Result<()> {", "read_line"),
        ("impl<'de, R: Read<'de>> Reader<R> {", "Reader"),
        ("export default async function readLine(path) {", "readLine"),
        ("const readLine = async (path) => {", "readLine"),
        ("exports.readLine = function (path) {", "exports.readLine"),
        ("  readLine(path) {", "readLine"),
        ("    public static List<String> readLines(Path path) throws IOException {", "readLines"),
        ("static int read_line(struct reader *r, char *buf)", "read_line"),
        ("    int size() const override {", "size"),
        ("- (void)readLineFrom:(NSString *)path {", "readLineFrom:"),
        ("read_line(Path, Options) when is_list(Path) ->", "read_line"),
        ("sub read_line {", "read_line"),
        ("read_line() {", "read_line"),
        ("#define READ_LINE(buffer) \\", "READ_LINE"),
        ("(defun read-line (path)", "read-line"),
        ("CREATE TABLE readers (", "readers"),
        ("fun readLine(path: String): String {", "readLine"),
    ],
)
def test_a_definition_is_known_by_its_form(line, name):
    assert defined(line) == name


@pytest.mark.parametrize(
    "line",
    [
        "    return read_line(path)",
        "    if (ready(path)) {",
        "    while (more()) {",
        "    } else if (done(path)) {",
        "    total = total + 1",
        "    read_line(path, size);",
        "The function reads one line.",
        "2026-01-04 12:00:00 started (pid 4)",
        "",
    ],
)
def test_what_uses_something_defines_nothing(line):
    assert defined(line) == ""


def test_the_head_of_a_definition_ends_with_its_name():
    assert head("    pub fn read_line<R: Read>(reader: R) {", "read_line") == (
        "pub fn read_line<R: Read>"
    )
    assert head("class Reader:", "Reader") == "class Reader"


@pytest.mark.parametrize(
    "line", ["public " * 100_000, "a" * 1_000_000, "(" * 500_000, "x<" * 9_999]
)
def test_long_lines_take_no_long_time(line):
    began = time.process_time()
    defined(line)
    assert time.process_time() - began < 2  # a bound on complexity, not on speed
