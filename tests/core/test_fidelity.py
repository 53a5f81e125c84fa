"""What the grades promise."""

from __future__ import annotations

import pytest

from headroom.core.fidelity import equivalent
from headroom.core.types import Grade


@pytest.mark.parametrize(
    ("a", "b", "same"),
    [
        ('{"a": 1}', '{"a":1}', True),
        ('"\\u00e9"', '"é"', True),
        ("1.0", "1", False),
        ("1e5", "100000", False),
        ('{"a":1,"b":2}', '{"b":2,"a":1}', False),
        ('{"a":1,"a":1}', '{"a":1}', False),
        ("[1,2]", "[1 2]", False),
        ('"a b"', '"a  b"', False),
        ('"open', '"open ', False),
    ],
)
def test_value_exact_compares_token_by_token(a, b, same):
    assert equivalent(Grade.VALUE, a, b) is same
    assert equivalent(Grade.EXACT, a, b) is False


def test_display_exact_compares_what_a_terminal_shows():
    assert equivalent(Grade.DISPLAY, "\x1b[31mred\x1b[0m", "red")
    assert not equivalent(Grade.DISPLAY, "red", "blue")


def test_a_text_is_as_faithful_as_its_least_faithful_part():
    grades = [Grade.EXACT, Grade.VALUE, Grade.DISPLAY, Grade.STORED]
    for at, one in enumerate(grades):
        for other in grades[at:]:
            assert one.joined(other) is other.joined(one) is other
