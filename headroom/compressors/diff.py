"""`DiffCompressor`: unified diffs with each path said once and nothing that can be counted.

    diff PATH 1a2b..3c4d 100644          the four lines that head a changed file
    diff PATH new 100644 0000..3c4d      a new one; "deleted" likewise
    @@ +48 context                       a hunk from line 48 of the new file on; the old line and
                                         both lengths follow from the hunks of this file
    @@ +48 "                             the same context as the hunk above
    @@ +1 120 added lines                a hunk of nothing else, its lines without their sign

Lines and blocks that come again are pointers, as in a "text" block.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, ClassVar

from headroom.core import fold
from headroom.core.split import lines_of
from headroom.core.types import Compressed
from headroom.detect.diff import HUNK, body_end, header, lengths
from headroom.lines.body import decode, encode

if TYPE_CHECKING:
    from collections.abc import Sequence

    from headroom.core.fold import Block
    from headroom.core.types import Context

_HEAD = re.compile(r"diff --git a/(\S+) b/(\S+)")
_INDEX = re.compile(r"index ([0-9a-f]+\.\.[0-9a-f]+)( [0-7]{6})?")
_MODE = re.compile(r"(new|deleted) file mode ([0-7]{6})")
_FILE = re.compile(r"diff (\S+)(?: (new|deleted) ([0-7]{6}))? ([0-9a-f]+\.\.[0-9a-f]+)( [0-7]{6})?")
_SHORT = re.compile(r"@@ \+([0-9]{1,9})(?: (.*))?", re.ASCII)
_ONLY = re.compile(r"([0-9]{1,7}) (added|removed) lines?", re.ASCII)
_SAID_ONCE = "+"
"""The sign that may be said once, above its lines: what is gone must not read like what is not."""
_LEAST_ALONE = 5
"""Lines of one sign from which it is said once: for fewer, the words would take as much."""
_DITTO = '"'
_SCANNED = ("+", "-", "@@")
"""How lines begin that no other line stands for: what changed, and where."""
_NULL = "/dev/null"
_NOTE = (
    'diff FILE index; @@ +N is a hunk from new line N on, its lengths left out, " the context above'
)
_NOTE_SIGNS = '; below "N added lines" these stand without their sign'


@dataclass(slots=True)
class _Counter:
    """What follows from the hunks of a file so far."""

    offset: int = 0
    """New line minus old line, behind the last hunk."""
    context: str | None = None

    def old(self, new: int, removed: int, added: int) -> int:
        """Return the old start; a side without lines counts from the line in front of it."""
        return new - self.offset + (added == 0) - (removed == 0)


class DiffCompressor:
    """Says of a diff only what cannot be counted, and repeated blocks of context once."""

    name: ClassVar[str] = "diff"
    forms: ClassVar[frozenset[str]] = frozenset({"diff"})

    def compress(self, text: str, ctx: Context) -> Compressed | None:  # noqa: ARG002 - needs no counts
        """Return the diff in short, or None where a line would be misread."""
        lines = lines_of(text)
        if any(_special(line) for line in lines if line[:1] in "d@"):
            return None
        short = _Shortener(lines).run()
        body = encode(short, deep=False, apart=_SCANNED)
        note = _NOTE + _NOTE_SIGNS * any(map(_of_one_sign, short))
        shown, note = (short, note) if body is None else (body.lines, f"{note}; {body.note}")
        return Compressed(fold.block("diff", shown, note), note="headers and lengths short")

    def expand(self, block: Block) -> str:
        """Return the diff.

        Raises:
            ValueError: the block is malformed.
        """
        lines, note = list(block.lines), block.note.removeprefix(_NOTE).removeprefix(_NOTE_SIGNS)
        if note:
            lines = decode(lines, note.removeprefix("; "))
        return "\n".join(_Restorer(lines).run())


def _of_one_sign(line: str) -> bool:
    """Whether a line heads a hunk whose lines all have one sign, which is said there alone."""
    found = _SHORT.fullmatch(line) if line[:4] == "@@ +" else None
    return found is not None and _ONLY.fullmatch(found[2] or "") is not None


def _special(line: str) -> bool:
    """Whether a line of the original reads like one of ours."""
    if line[:4] == "diff":
        return _FILE.fullmatch(line) is not None
    return line[:4] == "@@ +" and _SHORT.fullmatch(line) is not None


@dataclass(slots=True)
class _Shortener:
    lines: Sequence[str]
    out: list[str] = field(default_factory=list)
    counter: _Counter = field(default_factory=_Counter)

    def run(self) -> list[str]:
        at = 0
        while at < len(self.lines):
            line = self.lines[at]
            if line.startswith("diff --git "):
                at = self.head(at)
            elif line[:4] == "@@ -":
                at = self.hunk(at)
            else:
                if line[:4] == "+++ ":
                    self.counter = _Counter()
                self.out.append(line)
                at += 1
        return self.out

    def head(self, at: int) -> int:
        self.counter = _Counter()
        for size in (4, 5):
            group = list(self.lines[at : at + size])
            short = _short_head(group)
            if short is not None and _long_head(short) == group:
                self.out.append(short)
                return at + size
        self.out.append(self.lines[at])
        return at + 1

    def hunk(self, at: int) -> int:
        line, end = self.lines[at], body_end(self.lines, at + 1)
        match, body = HUNK.fullmatch(line), list(self.lines[at + 1 : end])
        short, shown = line, body
        if match is not None:
            short, shown = _short_hunk(match, body, self.counter)
        if short == line or _long_hunk(short, body, self.counter) != line:
            self.counter = _Counter()
            short, shown = line, body
        self.out += [short, *shown]
        return end


def _short_hunk(match: re.Match[str], body: list[str], counter: _Counter) -> tuple[str, list[str]]:
    """Return header and body of a hunk in short; the header in full where it would be misread."""
    context: str | None = match[5]
    few = len(body) < _LEAST_ALONE
    if not (context or few) and all(text[0] == _SAID_ONCE for text in body):
        return f"@@ +{match[3]} {len(body)} added lines", [text[1:] for text in body]
    if context is None:
        return f"@@ +{match[3]}", body
    if context == _DITTO or _ONLY.fullmatch(context):
        return match[0], body
    shown = _DITTO if context == counter.context else context
    return f"@@ +{match[3]} {shown}", body


def _short_head(group: Sequence[str]) -> str | None:
    head = _HEAD.fullmatch(group[0])
    mode = _MODE.fullmatch(group[1]) if len(group) == 5 else None
    index = _INDEX.fullmatch(group[-3]) if len(group) > 3 else None
    if head is None or index is None or (mode is None and len(group) == 5):
        return None
    kind = f" {mode[1]} {mode[2]}" if mode else ""
    return f"diff {head[2]}{kind} {index[1]}{index[2] or ''}"


def _long_head(short: str) -> list[str] | None:
    match = _FILE.fullmatch(short)
    if match is None:
        return None
    path, kind, mode, index, suffix = match.groups()
    lines = [f"diff --git a/{path} b/{path}"]
    if kind:
        lines.append(f"{kind} file mode {mode}")
    lines.append(f"index {index}{suffix or ''}")
    lines.append(f"--- {_NULL if kind == 'new' else f'a/{path}'}")
    lines.append(f"+++ {_NULL if kind == 'deleted' else f'b/{path}'}")
    return lines


def _long_hunk(short: str, body: Sequence[str], counter: _Counter) -> str | None:
    """Return the hunk's header in full, and count its lines in."""
    match = _SHORT.fullmatch(short)
    if match is None:
        return None
    removed, added = lengths(body)
    context = match[2]
    if context == _DITTO:
        context = counter.context
    elif context is not None and _ONLY.fullmatch(context):
        context = None
    new = int(match[1])
    old = counter.old(new, removed, added)
    counter.offset += added - removed
    counter.context = context
    return header((old, new), (removed, added), context)


@dataclass(slots=True)
class _Restorer:
    lines: Sequence[str]
    out: list[str] = field(default_factory=list)
    counter: _Counter = field(default_factory=_Counter)

    def run(self) -> list[str]:
        at = 0
        while at < len(self.lines):
            line = self.lines[at]
            at += 1
            if line[:5] == "diff " and (head := _long_head(line)) is not None:
                self.counter = _Counter()
                self.out += head
            elif line[:4] == "@@ +" and (match := _SHORT.fullmatch(line)) is not None:
                at = self.hunk(line, match, at)
            else:
                if line.startswith(("diff --git ", "@@ -", "+++ ")):
                    self.counter = _Counter()
                self.out.append(line)
        return self.out

    def hunk(self, line: str, match: re.Match[str], at: int) -> int:
        only = _ONLY.fullmatch(match[2] or "")
        if only is None:
            end = body_end(self.lines, at)
            body = list(self.lines[at:end])
        else:
            end = at + int(only[1])
            if end > len(self.lines):
                raise ValueError("a hunk with fewer lines than it says")
            sign = "+" if only[2] == "added" else "-"
            body = [sign + text for text in self.lines[at:end]]
        restored = _long_hunk(line, body, self.counter)
        self.out += [restored or line, *body]
        return end
