"""Lines that end in `... ok`: `python -m unittest -v` and `cargo test`.

(pkg.test_a.TestB)       the class of the tests below, as unittest names it
pkg::tests::             the module of the tests below, as cargo names it
test_c                   a test that passed
test_d ... FAIL          a test that did not
|line                    any other line
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Sequence

_UNITTEST = re.compile(r"(\w+) \(([\w.]+)\) \.\.\. (.+)")
_CARGO = re.compile(r"test ((?:[\w<>]+::)*)([\w<>]+) \.\.\. (.+)")
_ROW = re.compile(r"([\w<>]+)(?: \.\.\. (.+))?")
_PASSED = "ok"
_NOTE = "tests below their class or module, ok unless said otherwise"
_NAMED = "; each class is followed by the test's name once more"


@dataclass(frozen=True, slots=True)
class _Test:
    group: str
    name: str
    status: str


def encode(lines: Sequence[str]) -> tuple[list[str], str] | None:
    """Return body and note, or None where hardly a line reports a test."""
    named = any(
        match[2].endswith(f".{match[1]}") for match in map(_UNITTEST.fullmatch, lines) if match
    )
    tests = [_test(line, named=named) for line in lines]
    if sum(test is not None for test in tests) * 2 < len(tests):
        return None
    body: list[str] = []
    group = None
    for line, test in zip(lines, tests, strict=True):
        if test is None:
            body.append(f"|{line}")
            continue
        if test.group != group:
            group = test.group
            body.append(group)
        body.append(test.name if test.status == _PASSED else f"{test.name} ... {test.status}")
    return body, _NOTE + (_NAMED if named else "")


def _test(line: str, *, named: bool) -> _Test | None:
    """Return the test of a line, or None where the decoder would not rebuild it."""
    if match := _UNITTEST.fullmatch(line):
        group = f"({match[2].removesuffix(f'.{match[1]}') if named else match[2]})"
        test = _Test(group, match[1], match[3])
    elif (match := _CARGO.fullmatch(line)) and match[1]:
        test = _Test(match[1], match[2], match[3])
    else:
        return None
    return test if _line(test, named=named) == line else None


def _line(test: _Test, *, named: bool) -> str:
    if test.group.endswith("::"):
        return f"test {test.group}{test.name} ... {test.status}"
    group = f"{test.group[:-1]}.{test.name})" if named else test.group
    return f"{test.name} {group} ... {test.status}"


def decode(lines: Sequence[str], note: str) -> list[str]:
    """Return the runner's lines.

    Raises:
        ValueError: malformed.
    """
    out: list[str] = []
    group = ""
    for row in lines:
        if row[:1] == "|":
            out.append(row[1:])
        elif row[:1] == "(" or row.endswith("::"):
            group = row
        elif match := _ROW.fullmatch(row):
            test = _Test(group, match[1], match[2] or _PASSED)
            out.append(_line(test, named=note.endswith(_NAMED)))
        else:
            raise ValueError("a row that is no test")
    return out
