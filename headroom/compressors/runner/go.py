"""Lines of `go test -v`: `=== RUN   TestX` and later `--- PASS: TestX (0.00s)`.

    TestX          ran and passed in 0.00s, nothing printed in between
    TestX 0.25s    the same in 0.25s
     /sub          a subtest of it, likewise
    |line          a line that would be read as one of these

Every other line stands for itself, so a test that failed or printed stands as go wrote it.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Sequence

_RUN = "=== RUN   "
_RESULT = re.compile(r"( *)--- PASS: (\S+) \(([0-9]+\.[0-9]{2})s\)")
_ROW = re.compile(r"([A-Z]\S*)(?: ([0-9]+\.[0-9]{2})s)?")
_SUB = re.compile(r" (/\S+)(?: ([0-9]+\.[0-9]{2})s)?")
_NOTE = (
    'a name alone, " /" before a subtest: RUN of test and subtests, then PASS of each, '
    "in 0.00s unless said"
)


def encode(lines: Sequence[str]) -> tuple[list[str], str] | None:
    """Return body and note, or None where no test passed without a word."""
    body: list[str] = []
    at = folded = 0
    while at < len(lines):
        group = _group(lines, at)
        if group is None:
            line = lines[at]
            body.append(f"|{line}" if _special(line) else line)
            at += 1
            continue
        names, times = group
        root = names[0]
        for name, time in zip(names, times, strict=True):
            shown = name if name is root else f" {name[len(root) :]}"
            body.append(shown if time == "0.00" else f"{shown} {time}s")
        at += 2 * len(names)
        folded += 1
    return (body, _NOTE) if folded else None


def _special(line: str) -> bool:
    return line[:1] == "|" or _ROW.fullmatch(line) is not None or _SUB.fullmatch(line) is not None


def _group(lines: Sequence[str], at: int) -> tuple[list[str], list[str]] | None:
    """Return names and times of a test and its subtests, if their lines stand in regular order."""
    names: list[str] = []
    end = at
    while end < len(lines) and lines[end].startswith(_RUN):
        name = lines[end][len(_RUN) :]
        if names and not name.startswith(f"{names[0]}/"):
            break
        names.append(name)
        end += 1
    if not names or "/" in names[0] or not _ROW.fullmatch(names[0]):
        return None
    if any(not _SUB.fullmatch(f" {name[len(names[0]) :]}") for name in names[1:]):
        return None
    times = []
    for name in names:
        match = _RESULT.fullmatch(lines[end]) if end < len(lines) else None
        if match is None or match[2] != name or len(match[1]) != _indent(name):
            return None
        times.append(match[3])
        end += 1
    return names, times


def _indent(name: str) -> int:
    return 4 * name.count("/")


def decode(lines: Sequence[str], note: str) -> list[str]:  # noqa: ARG001 - pytest's decoder needs it
    """Return go's lines.

    Raises:
        ValueError: a subtest without its test.
    """
    out: list[str] = []
    names: list[str] = []
    times: list[str] = []
    for row in [*lines, "|"]:
        root, sub = _ROW.fullmatch(row), _SUB.fullmatch(row)
        if sub is not None:
            if not names:
                raise ValueError("a subtest without its test")
            names.append(names[0] + sub[1])
            times.append(sub[2] or "0.00")
            continue
        out += [f"{_RUN}{name}" for name in names]
        out += [
            f"{' ' * _indent(name)}--- PASS: {name} ({time}s)"
            for name, time in zip(names, times, strict=True)
        ]
        names, times = ([root[1]], [root[2] or "0.00"]) if root else ([], [])
        if root is None:
            out.append(row.removeprefix("|"))
    return out[:-1]
