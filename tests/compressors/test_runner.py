"""Test runners' output: grouped, and given back line by line."""

from __future__ import annotations

from itertools import product

from hypothesis import given

from headroom.compressors.runner import RunnerCompressor, dots, go, pytest
from headroom.core import fold
from headroom.core.types import Context
from headroom.decode import expand_text
from tests.choices import choices

CTX = Context(count=len)

STATUS = (*("PASSED",) * 6, "FAILED", "SKIPPED (no network)", "XFAIL", "ERROR")
NAMES = ("test_a", "test_b[1-x]", "test_b[2 y]", "test_b[]", "test_c FAILED", "test_d[a::b]")
NODES = ("tests/test_x.py::", "tests/test_x.py::TestY::", "tests/z.py::")


def pytest_line(node, name, status, share, width=80):
    left = f"{node}{name} {status}"
    mark = f"[{share:>3}%]"
    return left + " " * max(1, width - len(left) - len(mark)) + mark


def pytest_output(made):
    def line():
        node, name, status = made.one(NODES), made.one(NAMES), made.one(STATUS)
        match made.below(3):
            case 0:
                return pytest_line(node, name, status, made.below(101))
            case 1:
                return f"{node}{name} {status}"
        return made.one(("", "tests/a.py::", "12%", "|x", "no progress", "gibberish PASSED"))

    return made.several(line, 1, 40)


@given(choices(256).map(pytest_output))
def test_pytest_lines_are_given_back(lines):
    made = pytest.encode(lines)
    assert made is None or pytest.decode(*made) == lines


SUBS = [subs for n in range(4) for subs in product(["one", "two/three", "x y", "t#01"], repeat=n)]
PRINTED = ["", "    a_test.go:3: hm", "TestA", " /x", "|y", "\n"]
VERDICTS = [
    f"--- {word}: {{}} ({time}s)" for word in ("PASS",) * 3 + ("FAIL",) for time in ("0.00", "0.25")
]


def go_output(made):
    lines = []
    for _ in range(1 + made.below(8)):
        root = made.one(("TestA", "TestB_c", "ExampleD", "testx"))
        names = [root, *(f"{root}/{sub}" for sub in made.one(SUBS))]
        lines += [f"=== RUN   {name}" for name in names]
        lines += made.one(PRINTED).splitlines()
        for name in names:
            lines.append("    " * name.count("/") + made.one(VERDICTS).format(name))
    return lines


@given(choices(128).map(go_output))
def test_go_lines_are_given_back(lines):
    made = go.encode(lines)
    assert made is None or go.decode(*made) == lines


def test_the_file_is_said_once_and_passing_is_unsaid():
    lines = [pytest_line("tests/test_x.py::", f"test_{n}", "PASSED", n) for n in range(10)]
    lines[4] = pytest_line("tests/test_x.py::", "test_4", "FAILED", 4)
    text = "\n".join(lines)
    made = RunnerCompressor().compress(text, CTX)
    assert made.text.count("tests/test_x.py") == 1
    assert "PASSED\n" not in made.text
    assert "test_4 FAILED" in made.text
    assert expand_text(made.text) == text


def test_a_go_test_that_failed_stands_as_go_wrote_it():
    lines = ["=== RUN   TestA", "    a_test.go:3: no", "--- FAIL: TestA (0.00s)"]
    lines += [
        f"{x}Test{n}{y}"
        for n in range(5)
        for x, y in (("=== RUN   ", ""), ("--- PASS: ", " (0.00s)"))
    ]
    made = RunnerCompressor().compress("\n".join(lines), CTX)
    (block,) = fold.scan(made.text)
    assert list(block.lines[:3]) == lines[:3]
    assert list(block.lines[3:]) == [f"Test{n}" for n in range(5)]


def dotted_output(made):
    def line():
        name, status = made.one(NAMES), made.one(STATUS)
        match made.below(4):
            case 0:
                return f"{name} ({made.one(('a.TestB', '__main__.C'))}.{name}) ... {status}"
            case 1:
                return f"{made.one(('test_a', 'x'))} ({made.one(('a.B', 'a.x'))}) ... ok"
            case 2:
                return (
                    f"test {made.one(('', 'a::', 'a::b::'))}{made.one(('x', 'y_z'))} ... {status}"
                )
        return made.one(("", "(x)", "|x", "running 3 tests", "test_a ... ok"))

    return made.several(line, 1, 30)


@given(choices(192).map(dotted_output))
def test_lines_that_end_in_ok_are_given_back(lines):
    made = dots.encode(lines)
    assert made is None or dots.decode(*made) == lines


def test_classes_and_modules_are_said_once():
    lines = [f"test shop::cart::case_{n} ... ok" for n in range(8)]
    lines[3] = "test shop::cart::case_3 ... FAILED"
    made = RunnerCompressor().compress("\n".join(lines), CTX)
    assert made.text.split("\n")[1:6] == [
        "shop::cart::",
        "case_0",
        "case_1",
        "case_2",
        "case_3 ... FAILED",
    ]
    assert expand_text(made.text) == "\n".join(lines)
