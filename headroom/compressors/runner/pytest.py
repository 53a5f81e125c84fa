"""Lines of `pytest -v`: `file::class::test STATUS   [ 12%]`.

tests/test_a.py::TestB::       the file and class of the tests below
test_c                         a test that passed
test_d[                        parameters of this test below, one blank in front
 1-2]
test_e FAILED                  a test that did not pass
12%                            progress of the tests from here on
|line                          any other line
"""

from __future__ import annotations

import re
from collections import Counter
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Sequence

_STATUS = "PASSED|FAILED|ERROR|SKIPPED|XFAIL|XPASS"
_LINE = re.compile(rf"(.+?) ({_STATUS})( \(.*\))?(?:( +)\[ *([0-9]{{1,3}})%\])?")
_ROW = re.compile(rf"(.+?)(?: ({_STATUS})( \(.*\))?)?")
_PROGRESS = re.compile(r"([0-9]{1,3})%|no progress")
_WIDTH = re.compile(r"in column ([0-9]{1,4})")
_PASSED = "PASSED"
_MIN_PARAMETERS = 3


@dataclass(slots=True)
class _Test:
    line: str
    node: str = ""
    """The part up to the last "::" in front of any parameters."""
    name: str = ""
    status: str = ""
    progress: str | None = None

    @property
    def function(self) -> str:
        """The name up to its parameters, bracket included; "" where there are none."""
        return self.name[: self.name.find("[") + 1] if self.name.endswith("]") else ""


def encode(lines: Sequence[str]) -> tuple[list[str], str] | None:
    """Return body and note, or None where hardly a line is one of pytest's."""
    matches = [_LINE.fullmatch(line) for line in lines]
    widths = Counter(len(m[0]) for m in matches if m is not None and m[4])
    width = widths.most_common(1)[0][0] if widths else 0
    tests = [
        _Test(line) if match is None else _test(match, width)
        for line, match in zip(lines, matches, strict=True)
    ]
    if sum(bool(test.node) for test in tests) * 2 < len(tests):
        return None
    note = "tests below their file and class, PASSED unless said otherwise"
    if width:
        note += f"; N% is the progress from there on, in column {width}"
    return _write(tests), note


def _test(match: re.Match[str], width: int) -> _Test:
    """Return the test of a line, or just the line where the decoder would not rebuild it."""
    full, status, reason, progress = match[1], match[2], match[3] or "", match[5]
    cut = full.rfind("::", 0, full.find("[") if "[" in full else len(full)) + 2
    node, name = full[:cut], full[cut:]
    shown = status + reason
    test = _Test(match[0], node, name, "" if shown == _PASSED else shown, progress)
    if cut < 3 or "\t" in node or node[0] in " |" or not name or name[0] in " |[":
        return _Test(match[0])
    row = _ROW.fullmatch(_row(test))
    plain = row is not None and row[1] == name and (row[2] or _PASSED) == status
    if not plain or name.endswith(("::", "[")) or _PROGRESS.fullmatch(_row(test)):
        return _Test(match[0])
    return test if _line(full, shown, progress, width) == match[0] else _Test(match[0])


def _row(test: _Test) -> str:
    return f"{test.name} {test.status}" if test.status else test.name


def _line(full: str, status: str, progress: str | None, width: int) -> str:
    left = f"{full} {status}"
    if progress is None:
        return left
    share = f"[{progress:>3}%]"
    return left + " " * max(1, width - len(left) - len(share)) + share


def _write(tests: list[_Test]) -> list[str]:
    body: list[str] = []
    node: str | None = None
    progress: str | None = None
    at = 0
    while at < len(tests):
        test = tests[at]
        if not test.node:
            body.append(f"|{test.line}")
            at += 1
            continue
        if test.progress != progress:
            progress = test.progress
            body.append("no progress" if progress is None else f"{progress}%")
        if test.node != node:
            node = test.node
            body.append(node)
        end = at
        while end < len(tests) and _belongs(tests[end], test):
            end += 1
        if end - at < _MIN_PARAMETERS:
            body.append(_row(test))
            at += 1
            continue
        body.append(test.function)
        for other in tests[at:end]:
            if other.progress != progress:
                progress = other.progress
                body.append("no progress" if progress is None else f"{progress}%")
            body.append(f" {other.name[len(test.function) :]}")
        at = end
    return body


def _belongs(test: _Test, first: _Test) -> bool:
    """Whether a test is the same function as `first` with other parameters, and passed."""
    return (
        bool(first.function)
        and test.node == first.node
        and not test.status
        and test.function == first.function
    )


@dataclass(slots=True)
class _Reader:
    width: int
    node: str = ""
    function: str = ""
    progress: str | None = None
    out: list[str] = field(default_factory=list)

    def read(self, row: str) -> None:
        if row[:1] == "|":
            self.out.append(row[1:])
        elif row[:1] == " ":
            self.add(self.function + row[1:], _PASSED)
        elif (share := _PROGRESS.fullmatch(row)) is not None:
            self.progress = share[1]
        elif row.endswith("::"):
            self.node = row
        elif row.endswith("["):
            self.function = row
        elif (match := _ROW.fullmatch(row)) is not None:
            self.add(match[1], (match[2] or _PASSED) + (match[3] or ""))
        else:
            raise ValueError("an empty row among tests")

    def add(self, name: str, status: str) -> None:
        self.out.append(_line(self.node + name, status, self.progress, self.width))


def decode(lines: Sequence[str], note: str) -> list[str]:
    """Return pytest's lines.

    Raises:
        ValueError: malformed.
    """
    width = _WIDTH.search(note)
    reader = _Reader(int(width[1]) if width else 0)
    for row in lines:
        reader.read(row)
    return reader.out
