"""Test runners' output: grouped, and given back line by line."""

from __future__ import annotations

from itertools import product

from hypothesis import given
from hypothesis import strategies as st

from headroom.compressors.runner import RunnerCompressor, dots, go, pytest
from headroom.core import fold
from headroom.core.types import Context
from headroom.decode import expand_text

CTX = Context(count=len)

STATUS = st.sampled_from(["PASSED"] * 6 + ["FAILED", "SKIPPED (no network)", "XFAIL", "ERROR"])
NAMES = st.sampled_from(
    ["test_a", "test_b[1-x]", "test_b[2 y]", "test_b[]", "test_c FAILED", "test_d[a::b]"]
)
NODES = st.sampled_from(["tests/test_x.py::", "tests/test_x.py::TestY::", "tests/z.py::"])


def pytest_line(node, name, status, share, width=80):
    left = f"{node}{name} {status}"
    mark = f"[{share:>3}%]"
    return left + " " * max(1, width - len(left) - len(mark)) + mark


PYTEST = st.lists(
    st.one_of(
        st.builds(pytest_line, NODES, NAMES, STATUS, st.integers(0, 100)),
        st.builds(lambda n, m, s: f"{n}{m} {s}", NODES, NAMES, STATUS),
        st.sampled_from(["", "tests/a.py::", "12%", "|x", "no progress", "gibberish PASSED"]),
    ),
    min_size=1,
    max_size=40,
)


@given(PYTEST)
def test_pytest_lines_are_given_back(lines):
    made = pytest.encode(lines)
    assert made is None or pytest.decode(*made) == lines


SUBS = [subs for n in range(4) for subs in product(["one", "two/three", "x y", "t#01"], repeat=n)]
PRINTED = ["", "    a_test.go:3: hm", "TestA", " /x", "|y", "\n"]
TESTS = st.sampled_from(list(product(["TestA", "TestB_c", "ExampleD", "testx"], SUBS, PRINTED)))
"""One draw a test: one for each of its parts takes five times that."""
VERDICTS = [
    f"--- {word}: {{}} ({time}s)" for word in ("PASS",) * 3 + ("FAIL",) for time in ("0.00", "0.25")
]


@st.composite
def go_output(draw):
    lines = []
    for (root, subs, printed), verdicts in draw(
        st.lists(st.tuples(TESTS, st.integers(0, 8**4 - 1)), min_size=1, max_size=8)
    ):
        names = [root, *(f"{root}/{sub}" for sub in subs)]
        lines += [f"=== RUN   {name}" for name in names]
        lines += printed.splitlines()
        for at, name in enumerate(names):
            verdict = VERDICTS[verdicts >> 3 * at & 7]
            lines.append("    " * name.count("/") + verdict.format(name))
    return lines


@given(go_output())
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


@given(
    st.lists(
        st.one_of(
            st.builds(
                "{0} ({1}.{0}) ... {2}".format,
                NAMES,
                st.sampled_from(["a.TestB", "__main__.C"]),
                STATUS,
            ),
            st.builds(
                "{} ({}) ... {}".format,
                st.sampled_from(["test_a", "x"]),
                st.sampled_from(["a.B", "a.x"]),
                st.just("ok"),
            ),
            st.builds(
                "test {}{} ... {}".format,
                st.sampled_from(["", "a::", "a::b::"]),
                st.sampled_from(["x", "y_z"]),
                STATUS,
            ),
            st.sampled_from(["", "(x)", "|x", "running 3 tests", "test_a ... ok"]),
        ),
        min_size=1,
        max_size=30,
    )
)
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
