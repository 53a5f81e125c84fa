"""What a shell command prints: its pipelines, without quoted text and inline documents."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterator

_SCANNED = 8_000
"""Characters of a command in which inline documents are looked for."""
_LOOKED_AT = 400
"""Characters of the rest that count: an inline script has no bounds of its own."""
_INLINE = re.compile(r"<<-?[ \t]*['\"]?(\w+)")
_IN_QUOTES = re.compile(r"'[^']*'?|\"(?:[^\"\\]|\\.)*\"?", re.DOTALL)
_QUOTED = re.compile(rf"{_IN_QUOTES.pattern}|\\.", re.DOTALL)
_BREAKS = str.maketrans("|;&\n", "    ")
_CHAIN = re.compile(r"&&|\|\||[;\n]")
_PIPE = re.compile(r"\|&?")
_ASIDE = re.compile(r"\A(?:[({]\s*|sudo\s+|\w+=\S*\s+)+")
_ELSEWHERE = re.compile(r"(?<![\d&>])1?>>?\s*[^&>\s]")
_NAME = re.compile(r"(?![-'\"$]|\d+$|\d?>)[^'\"*?<>]+")
_EACH = re.compile(r"xargs\s+(?:-\S+\s+(?:\d+\s+|\{\}\s+)?)*")


def printed(command: str, reading: re.Pattern[str]) -> Iterator[list[str]]:
    """Yield, for each part of a command that prints files as they are, their names.

    A filter that reads another program's output (`make | tail -50`) prints no file, a search in
    one (`cat a | grep b`) not all of its lines, and `cat > a << EOF` nothing. Names in quotes, and
    those that another program finds, are missing.

    Args:
        command: as the shell is given it.
        reading: matches the beginning of a command that prints a file.
    """
    for stages in pipelines(command):
        if _prints_file(stages, reading):
            bare = _IN_QUOTES.sub("''", stages[0])
            words = bare.split()[1:] if reading.match(stages[0]) else []
            yield [word.rstrip(")}") for word in words if _NAME.fullmatch(word)]


def pipelines(command: str) -> Iterator[list[str]]:
    """Yield the pipelines of a command, each as the list of what it runs one after the other."""
    bare = _without_documents(command[:_SCANNED])[:_LOOKED_AT]
    masked = _QUOTED.sub(lambda quoted: quoted[0].translate(_BREAKS), bare)
    for part in _CHAIN.split(masked):
        yield [_ASIDE.sub("", stage.strip(), count=1) for stage in _PIPE.split(part)]


def _prints_file(stages: list[str], reading: re.Pattern[str]) -> bool:
    first, *others = stages
    if reading.match(first):
        if "<<" in first or _ELSEWHERE.search(first):
            return False
    elif not any(_of_each(stage, reading) for stage in others):
        return False
    return all(reading.match(stage) or _of_each(stage, reading) for stage in others)


def _of_each(stage: str, reading: re.Pattern[str]) -> bool:
    each = _EACH.match(stage)
    return each is not None and reading.match(stage, each.end()) is not None


def _without_documents(command: str) -> str:
    """Return the command without the lines of documents that stand in it (`<< EOF`)."""
    if "<<" not in command:
        return command
    kept: list[str] = []
    end: str | None = None
    for line in command.split("\n"):
        if end is not None:
            end = None if line.strip() == end else end
            continue
        kept.append(line)
        opened = _INLINE.search(line)
        end = opened[1] if opened else None
    return "\n".join(kept)
