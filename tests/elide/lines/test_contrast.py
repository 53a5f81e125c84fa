"""The lines of a failure in which two values differ."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from headroom.core.types import ContentType
from headroom.elide.lines.by_line import by_line
from headroom.elide.lines.contrast import contrasts
from headroom.elide.lines.sheet import Sheet

KEYS = [f"   'key{n}': {n}," for n in range(40)]
UNITTEST = [
    "AssertionError: {'key0'[165 chars]17': 'seventeen'} != {'key0'[165 chars]17': 17}",
    *KEYS[:17],
    "-  'key17': 'seventeen',",
    "+  'key17': 17,",
    *KEYS[18:],
]
PYTEST = [
    "E   AssertionError: assert {'key0': 0} == {'key0': 1}",
    "E     Full diff:",
    *(f"E     {key}" for key in KEYS),
    "E   -     'price': 19.98,",
    "E   ?               ^^",
    "E   +     'price': 19.89,",
    *(f"E     {key}" for key in KEYS),
]
UNIFIED = [
    "Failed asserting that two arrays are identical.",
    "--- Expected",
    "+++ Actual",
    "@@ @@",
    *KEYS,
    "-    'invoice' => 'INV-77'",
    "+    'invoice' => 'INV-78'",
    *KEYS,
]


@pytest.mark.parametrize("report", [UNITTEST, PYTEST, UNIFIED])
def test_lines_in_which_values_differ_stay_before_those_in_which_they_do_not(report):
    passed = [f"test_part_{n} (shop.Basket) ... ok" for n in range(60)]
    run = [*passed, "FAIL: test_sum (shop.Basket)", *report, "Ran 61 tests in 0.2s", "FAILED"]
    made = by_line("\n".join(run), ContentType.TEST, "What is wrong?", 0.2)
    signed = [line for line in report if line.removeprefix("E").lstrip()[:2] in ("- ", "+ ")]
    assert len(signed) == 2
    assert all(line in made.body for line in signed)
    assert sum(key in made.body for key in KEYS) < 20


@pytest.mark.parametrize(
    "lines",
    [
        ["Expected:", *(f"- item {n}" for n in range(20))],
        ["+ make install", "+ cd part", "error: assertion failed"],
        ["- a", *["x"] * 30, "+ b"],
        ["no word that compares", "- one", "+ other"],
    ],
)
def test_lists_and_traces_of_a_shell_compare_nothing(lines):
    assert contrasts(Sheet(lines)) == {}


@given(
    st.lists(st.sampled_from(("- a", "+ b", "  c", "E   - d", "Expected", "---", "")), max_size=40)
)
def test_only_lines_with_a_sign_are_told(lines):
    found = contrasts(Sheet(lines))
    assert all("-" in lines[at] or "+" in lines[at] for at in found)
