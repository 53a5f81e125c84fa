"""Stack traces: the frames that say where something went wrong, and those that are on the way."""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from headroom.core.split import view_of
from headroom.elide.lines.sheet import opened, opening

if TYPE_CHECKING:
    from collections.abc import Sequence
    from collections.abc import Set as AbstractSet

HEAD, NEAR, FAR, ROUTINE = 1.5, 1.1, 0.35, 0.03
"""Weights: what is thrown, the frames next to it, the frame at the other end, frames of others."""
_FRAMED = (
    r"\s+(?:at \S|by 0x|File \"|[0-9]+: +(?:0x[0-9a-f]+ - )?\S|from \S+:[0-9]"
    r"|\S+\.\w+:[0-9]+(?::in | in \S)|in \S+\.\w+:[0-9]+:in "
    r"|(?:async )?[\w.<>]+ \((?:file|node):)"
    r"|\s*#[0-9]+:? +\S|\s+\S+\.go:[0-9]+(?: \+0x|$)|created by "
)
_FRAME, _FRAMES = re.compile(_FRAMED), opening(r"(?=[ \t#c])(?:" + _FRAMED + ")")
_SURE = re.compile(
    r"\s+at .*[(:/][^\s]*[0-9]\)?|\s+at [\w.$<>]+\(|\s+(?:at|by) 0x|\s+File \""
    r"|\s+from \S+:[0-9]+|\s+\S+\.go:[0-9]+"
    r"|\s*#[0-9]+:? +(?:0x|\S+ ?\(|/\S+)|\s+[0-9]+: +(?:0x[0-9a-f]+ - )?[\w<]+::|.*:in "
    r"|\s+(?:async )?[\w.<>]+ \((?:file|node):\S+:[0-9]+\)"
)
_OTHERS = re.compile(
    r"site-packages|dist-packages|node_modules|node:|\(internal/|/usr/lib|/lib/python|<frozen|/rustc/"
    r"|\.cargo/|/pkg/mod/|/usr/local/go/|at (?:java|javax|jdk|sun|com\.sun|scala|kotlin|akka|groovy"
    r"|org\.(?:junit|apache|gradle|springframework|hibernate|jboss|eclipse))\."
    r"|at (?:System|Microsoft)\."
    r"|[: <](?:std|core|alloc|tokio)(?:\[[0-9a-f]+\])?::|<unknown>|__libc_start"
    r"|runtime[./]|testing\.tRunner|_pytest|pluggy|[/\"]unittest/"
    r"| at (?:\./nptl|\.\./sysdeps)/| in (?:\?\?|start_thread|clone3?) \("
)
_LINKS = opening(
    r"\s*(?:(?:Caused by|Suppressed|Wrapped by):? |Caused by:?$|The above exception"
    r"|During handling|goroutine [0-9]|\[?[Cc]ause\]?: |--- End of inner|thread '.*panicked at)"
)
_JOINT = re.compile(r"\s*(?:The above exception was|During handling of the above|Traceback \()")
_BEGUN_INSIDE = (
    re.compile(r'  File "(?<=\S[ \t]  File ")'),
    re.compile(r"\tat (?<=\S[ \t]\tat )"),
    re.compile(r"    at (?<=\S[ \t]    at )"),
)
"""One of these is in every frame that stands behind something else; what begins with a literal is
searched for fast."""
_INSIDE = re.compile(r"(?<=\S)[ \t](?=  File \"|\tat \S+\(|    at \S+ ?\()")
_OF_PROCESS = re.compile(r"==[0-9]{1,9}== {1,2}")
"""What valgrind puts before its lines."""
_GUTTER = re.compile(r"^ *(?:\| ?|(?=\+-))")
"""What Python draws in front of the lines of each exception in a group."""
_GROUPED = '|   File "'
_ADDRESS = re.compile(r"0x[0-9a-f]+\??")
_NUMBERED = re.compile(r"\s*#[0-9]")
_PLACE_IN = re.compile(r"\s*#?[0-9]+:? +|0x[0-9a-f]+|[+@] ?[0-9a-f]+$")
"""What differs in the frames of a function that calls itself."""
_PASSED = re.compile(r" \(.*\)")
"""What a function was called with, in a frame with a number: differs from thread to thread."""
_UNTOLD = "No locals."
"""Stands between two frames, where a debugger was asked for all that is known of each."""
_WAITING = re.compile(r"goroutine [0-9]+ \[(?!running)")
_THROWN = re.compile(r"\s+(?:\[\w+\]: )?\[?[\w.$]{0,80}(?:Error|Exception)\b(?: \[\w+\])?: \S")
"""What was thrown within something else that was thrown, set in among its frames."""
_STATE = re.compile(r"\s+java\.lang\.Thread\.State: ")
_STAMPED = re.compile(r"[\[<(]?[0-9]|[A-Z]{4,}\b|[+-]{3}|[=*_~-]{3}|Traceback|$")
"""How a line begins that is no part of a message any more."""
_NOTES, _OF_NOTE = 6, 0.93
"""Lines of a message below its first one, and the share of the one above that each weighs."""
_WITH_WORDS = ("\tat ", "\tfrom ")
"""How the places of other languages begin that stand below what was thrown."""
_WIDEST, _STAMP = 300, 10
"""Characters that are looked at, and those that lines of one message share."""
_NEAREST = 3
"""Frames that are shown of a trace which is nowhere in somebody's own code."""
_INNER = 3
"""Lines of code that may stand between two frames."""


@dataclass(slots=True)
class Traces:
    """What stack traces there are in a text."""

    weights: dict[int, float] = field(default_factory=dict)
    """Of every line that belongs to one."""
    frames: set[int] = field(default_factory=set)
    """The lines of frames, with the code shown below them."""
    again: set[int] = field(default_factory=set)
    """Those of traces that stood before, frame by frame."""
    joints: set[int] = field(default_factory=set)
    """The lines that only say that a trace follows, in the same words each time."""
    notes: dict[int, int] = field(default_factory=dict)
    """The further lines of what was thrown, and in which line that begins."""


def traces(lines: Sequence[str]) -> Traces:
    """Return the weights of all lines that belong to stack traces."""
    found = Traces()
    seen: set[tuple[str, ...]] = set()
    lines = _bare(lines)
    text = f"\n{view_of(lines).text}"
    frames, links = set(opened(text, _FRAMES)), set(opened(text, _LINKS))
    end = 0
    for at in sorted(frames | links):
        if at < end:
            continue
        line = lines[at]
        if at in frames and _SURE.match(line):
            end = _end(lines, at, links)
            _weigh(lines, at, end, found, seen)
        elif at in links:
            found.weights[at] = HEAD
            if _JOINT.match(line):
                found.joints.add(at)
            if line.endswith(":") and at + 1 < len(lines) and lines[at + 1]:
                # What went wrong is said below where: "panicked at src/main.rs:2:70:".
                found.weights[at + 1] = HEAD
    return found


def _bare(lines: Sequence[str]) -> Sequence[str]:
    """Return the lines of traces without what a logger put before them, cut to what is read."""
    out = [line[:_WIDEST] for line in lines] if max(map(len, lines), default=0) > _WIDEST else lines
    text = view_of(lines).text
    if "==    at 0x" in text:
        out = [_OF_PROCESS.sub("", line, count=1) for line in out]
    if _GROUPED in text:
        return [_GUTTER.sub("", line, count=1) for line in out]
    # Nearly all frames begin their line: in one pass of C code each, which takes a fraction of what
    # looking at every line does.
    if not any(begun.search(text) for begun in _BEGUN_INSIDE):
        return out
    out = list(out)
    cut, stamp = 0, ""
    for at, line in enumerate(lines):
        found = _INSIDE.search(line, 1, _WIDEST) if "  File" in line or "at " in line else None
        if found is not None and not line[: found.start()].isspace():
            cut, stamp = found.start(), line[:_STAMP]
        if cut and line[:_STAMP] == stamp:
            out[at] = line[cut : cut + _WIDEST]
        else:
            cut = 0
    return out


def _end(lines: Sequence[str], start: int, links: AbstractSet[int]) -> int:
    """Return where a run of frames ends; the code below a frame belongs to it.

    What the next exception is named by, set in below the frames of the first, is no part of it.
    """
    last = start
    at = start + 1
    numbered = lines[start][:1] == "#"
    while at < len(lines) and at - last <= _INNER and at not in links:
        line = lines[at]
        inside = line[:1].isspace() or (numbered and _goes_on(line)) or _called(lines, at)
        if not line or not inside:
            break
        if _FRAME.match(line):
            last = at
        at += 1
    python = lines[last].lstrip().startswith('File "')
    while python and last + 1 < len(lines) and lines[last + 1][:4] == "    ":
        last += 1
    return last + 1


def _goes_on(line: str) -> bool:
    """Whether a line at the margin belongs to a trace whose frames have numbers there."""
    return line == _UNTOLD or (_FRAME.match(line) is not None and not line.startswith("#0"))


def _called(lines: Sequence[str], at: int) -> bool:
    """Whether a line is the call above a Go place: "main.run(0x1)", "created by main.run"."""
    said = lines[at].endswith(")") or lines[at].startswith("created by ")
    if not said or at + 1 >= len(lines) or lines[at + 1][:1] != "\t":
        return False
    return not lines[at + 1].startswith(_WITH_WORDS)


def _weigh(
    lines: Sequence[str], start: int, end: int, found: Traces, seen: set[tuple[str, ...]]
) -> None:
    # Addresses differ from thread to thread.
    calls = start and _called(lines, start - 1)
    span = range(start - 1 if calls else start, end)
    body = tuple(_likeness(line) for line in lines[span.start : end])
    found.frames.update(span)
    if len(body) > 1 and body in seen:
        found.again.update(span)
        found.weights.update(dict.fromkeys(span, 0.0))
        if span.start:
            head = span.start - 1
            if calls and _WAITING.match(lines[head]):
                found.weights[head] = ROUTINE
            found.weights.setdefault(head, FAR)
        return
    seen.add(body)
    span = range(start, end)
    heads = [at for at in span if _FRAME.match(lines[at])]
    python = lines[start].lstrip().startswith('File "')
    nearest = heads[::-1] if python else heads
    own = [at for at in nearest if not _OTHERS.search(lines[at])] or nearest[:_NEAREST]
    # What calls itself is shown once.
    places: dict[str, int] = {}
    for at in own:
        places.setdefault(_PLACE_IN.sub("", lines[at]), at)
    own = list(places.values())
    weights = dict.fromkeys(heads, ROUTINE)
    weights |= dict.fromkeys(own, FAR * 0.6)
    weights[nearest[-1]] = FAR
    for rank, at in enumerate(own[:3]):
        weights[at] = NEAR - 0.2 * rank
    weights[nearest[0]] = NEAR
    last = ROUTINE
    for at in span:
        # What is called stands above its place.
        place = at + 1 if calls and _called(lines, at) else at
        last = weights.get(place, last * 0.95)
        inner = at not in weights and "r" in lines[at] and _THROWN.match(lines[at])
        found.weights[at] = HEAD if inner else last
    if start:
        found.weights.setdefault(start - 1, HEAD)
        if start > 1 and _STATE.match(lines[start - 1]):
            found.weights.setdefault(start - 2, HEAD)  # the name of the thread
        if python and _JOINT.match(lines[start - 1]):
            found.joints.add(start - 1)
    if python and end < len(lines) and lines[end] and not lines[end][0].isspace():
        _tell(lines, end, found)


def _tell(lines: Sequence[str], at: int, found: Traces) -> None:
    """Weigh what was thrown, and below it the rest of a message of several lines, and notes."""
    found.weights[at] = weight = HEAD
    for below in range(at + 1, min(at + 1 + _NOTES, len(lines))):
        if _STAMPED.match(lines[below]):
            return
        weight *= _OF_NOTE
        found.weights[below] = weight
        found.notes[below] = at


def _likeness(line: str) -> str:
    """Return what a line of a trace has in common with those of other threads at that place."""
    if _NUMBERED.match(line):
        line = _PASSED.sub("", line)
    return _ADDRESS.sub("0x", line)
