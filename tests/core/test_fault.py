"""What may be logged of an error."""

from __future__ import annotations

import re

from headroom.core.fault import told


def caught(work):
    try:
        work()
    except (KeyError, ValueError) as error:
        return error


def deep(levels):
    return {}["said"] if not levels else deep(levels - 1)


def test_it_is_the_kind_and_the_innermost_places():
    said = told(caught(lambda: deep(9)))
    assert re.fullmatch(
        r"KeyError at (core/test_fault\.py:\d+ \(deep\) < ){5}core/test_fault\.py:\d+ \(deep\)",
        said,
    )


def test_what_came_before_it_is_named():
    def work():
        try:
            deep(0)
        except KeyError as error:
            raise ValueError("said") from error

    assert re.search(r"^ValueError at .*\(work\).*, after KeyError$", told(caught(work)))


def test_an_error_that_was_never_raised_has_no_place():
    assert told(ValueError("said")) == "ValueError"
