"""What a report came to stays."""

from __future__ import annotations

import pytest

from headroom.elide.lines.log import appraise
from headroom.elide.lines.sheet import Sheet
from headroom.elide.lines.template import wordings

STEPS = [f"[{n % 3}] ^pattern {n} of the gate, {n * 37 % 101} hinges$" for n in range(120)]


def weights(lines):
    return appraise(Sheet(lines), wordings(lines)).weights


@pytest.mark.parametrize(
    "said",
    [
        "Lines: 1392 lines, 0 ignored, 0 matched, 1392 missed",
        "== 5 passed, 2 failed, 1 left out in 3.21s ==",
        "3 added, 4 changed, 1,200 removed",
    ],
)
def test_a_line_of_several_numbers_near_the_end_is_what_it_came_to(said):
    lines = [*STEPS, "`-", "", said, "[processed in 0.04 sec]", "", "More is not printed."]
    found = weights(lines)
    assert found[122] > 1.2
    assert found[122] > 2 * max(found[20:110])


def test_numbers_in_every_line_are_no_totals():
    lines = [f"{n} stones, {n * 7 % 31} planks, {n * 3 % 17} ropes" for n in range(60)]
    assert max(weights(lines)[10:-10]) < 1.0


def test_an_error_that_is_told_in_paragraphs_keeps_them():
    lines = [f"2026-11-22T16:41:40.{n:03}Z [DEBUG] using part {n} of the gate" for n in range(80)]
    lines += ["", "Error: Invalid value for input variable", "", "  on main.tf line 2:"]
    lines += ['   2: variable "sizes" { type = map(number) }', "", "A number is", "required.", ""]
    found = weights(lines)
    assert min(found[at] for at in (83, 84, 86, 87)) > 2 * max(found[20:70])
