"""Logs and build output: lines that begin with a time, a level, a position in a file or a step."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

_START = re.compile(
    r"\n(?:[^\w\n]{0,3}+(?=[CDEFINTWcdefintw\u0130\u0131])"
    r"(?i:TRACE|DEBUG|INFO|NOTICE|WARN|WARNING|ERROR|FATAL|CRITICAL)\b"
    r"|[^\s:]++:[0-9]++:(?:[0-9]++:)?+ (?:\w++ )?(?i:note|warning|error)"
    r"|[^\s:()]++\([0-9]++(?:,[0-9]++)?+\): (?:\w++ )?(?i:note|warning|error)"
    r"|[^\S\n]++(?i:at \S|File \")|\x1b\[|\[ *+[0-9]{1,9}[.,][0-9]{3,6}s?\])"
)
"""How a line begins; the letters, dotless and dotted ones too, spare most lines the words."""
_STEP = re.compile(
    r"\n[^\S\n]*+(?=[A-ILNOPRSUVW#=>[gn-])(?:==> )?(?:"
    r"(?:Adding|Attempting|Building|Cloning|Collecting|Compiling|Configuring"
    r"|Copying|Creat(?:ed|ing)|Download(?:ed|ing)|Extracting|Fetch(?:ed|ing)|Fresh"
    r"|Found (?:existing|link)|Generating"
    r"|Install(?:ed|ing)|Linking|Locking|Obtaining|Packing|Preparing|Processing|Pulling"
    r"|Receiving|Remov(?:ed|ing)|Requirement already|Resolv(?:ed|ing)|Running|Selecting|Setting up"
    r"|Skipping link:|Stored"
    r"|Successfully|Uninstalling|Unpacking|Updating|Upgrading|Using|Verifying|Writing) \S"
    r"|(?:Get|Hit|Ign):[0-9]+ |go: [a-z]+ \S|Step [0-9]+/[0-9]+ |#[0-9]+ [0-9.]+ |> Task :"
    r"|\[ *[0-9]+%\] |-- (?:Found|Looking|Performing|Detecting|Check)|npm (?i:warn|http|info) )"
    r"|\n(?:ok|changed|skipping|failed|fatal|unreachable|included): \["
    r"|\n[0-9]+ (?:silly|verbose|http|timing|info|notice|warn|error) "
)
"""How a line begins that says what a package manager, a compiler or a build of an image does next,
or what became of a step on one of several machines.

They are words of the language as well, so that more lines of a text have to begin with one. By
the first letter most lines are told without all of the words.
"""
_TRACE = re.compile(
    r"\n(?:==[0-9]++==(?: |$)|#[0-9]++ ++(?:0x[0-9a-f]{6}|\S++ \(.*\) (?:at|from) )"
    r"|\t(?:from )?[^\s:]++(?<=\.go|\.rb):[0-9]|[^\S\n]++\|[^\S\n]++File \""
    r"|#[0-9]++ [^\s(]++(?<=\.php)\([0-9]++\): "
    r"|(?:\[pid +[0-9]++\] )?[ 0-9:.]*+[A-Za-z]\w*+\(.*\) ++= (?:-1 E|[0-9?]))",
    re.MULTILINE,
)
_TRACES = ("== ", "#", "\tfrom ", ".go:", "File ", ") = ", ")   ")
"""How a line of a stack begins, or of a list of the calls that a program made to the system, where
that is neither indented nor has a time; and what stands in such."""
_TIMES = (
    re.compile(r":(?<=[0-9]:)[0-9]{2}(?![0-9])"),
    re.compile(r"-(?<=[0-9]{4}-)[0-9]{2}-[0-9]{2}"),
)
"""What stands in a time and in a date, from its first sign on: that is found far faster."""
_HEAD = 72
"""Characters of a line in which its time has to stand."""
_SAMPLE = 120
"""About as many lines, spread over the text, are looked at."""
_MIN_LINES = 4
_SHARE = 6
"""One line in so many must begin like a log's: messages and stack traces go on for lines."""
_STEPS = 3
"""The same for lines that say what is done next."""


def claim(lines: Sequence[str]) -> Iterable[tuple[int, int]]:
    """Return all lines as one run if enough of them begin as those of logs do, else nothing."""
    filled = [line for line in lines[:: len(lines) // _SAMPLE + 1] if line]
    least = max(_MIN_LINES, -(-len(filled) // _SHARE))
    begun = _rows("\n".join(["", *[line[:_HEAD] for line in filled]]), _TIMES)
    if len(begun) < least:
        text = "\n".join(["", *filled])
        begun |= _rows(text, (_START,))
        if len(begun) < least and any(sign in text for sign in _TRACES):
            begun |= _rows(text, (_TRACE,))
        if len(begun) < least:
            begun = _rows(text, (_STEP,))
            least = max(_MIN_LINES, -(-len(filled) // _STEPS))
    return [(0, len(lines))] if len(begun) >= least else []


def _rows(text: str, patterns: Sequence[re.Pattern[str]]) -> set[int]:
    """Return which lines have one of the patterns; a line break stands before the first, line 1."""
    rows: set[int] = set()
    for pattern in patterns:
        row = last = 0
        for match in pattern.finditer(text):
            at = match.start() + 1
            row += text.count("\n", last, at)
            last = at
            rows.add(row)
    return rows
