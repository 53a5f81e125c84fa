"""What a shell command prints: its pipelines, without quoted text and inline documents."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterator

_SCANNED = 8_000
"""Characters of a command in which inline documents are looked for."""
_MOST = 64_000
"""Characters in which scripts that write files are looked for: what they write stands in them."""
_LOOKED_AT = 2_000
"""Characters of the rest that count: an inline script has no bounds of its own."""
_SHELLS = 3
"""Shells within shells that are looked into."""
_INLINE = re.compile(r"<<-?[ \t]*['\"]?(\w+)")
_SCRIPT = re.compile(r"(?:\A|[;&(\s])(?:python[\d.]*|node)\s+(?:-\s+)?<<[^|]*\Z")
"""A line that has a script run which is given as the document behind it."""
_INLINE_SCRIPT = re.compile(r"(?:python[\d.]*|py|node)\s+(?:-\w+\s+){0,4}-\w*[ce]\s+['\"]")
_IN_QUOTES = re.compile(r"'[^']*'?|\"(?:[^\"\\]|\\.)*\"?", re.DOTALL)
_QUOTED = re.compile(rf"{_IN_QUOTES.pattern}|\\.", re.DOTALL)
_BREAKS = str.maketrans("|;&\n", "    ")
_CHAIN = re.compile(r"&&|\|\||[;\n]")
_PIPE = re.compile(r"\|&?")
_ASIDE = re.compile(
    r"""\A(?:
      [({!]\s* | \w+=\S*\s+ | \\ | (?:then|do|else|if|while|until)\s+
    | (?:sudo|doas|command|builtin|exec|time|nice|nohup|stdbuf|timeout|env|busybox)\s+
      (?:-[ugk]\s+\S+\s+ | -\S+\s+ | \d\S*\s+)*
    | (?:docker|podman)(?:\s+compose)?\s+exec\s+(?:-[euw]\s+\S+\s+ | -\S+\s+)*\S+\s+
    | ssh\s+(?:-[bcDEeFIiJLlmOopQRSWw]\s+\S+\s+ | -\S+\s+)*\S+\s+ | wsl\s+(?:-\S+\s+)*
    | kubectl\s+exec\s[^'"]*?\s--\s+ | cmd(?:\.exe)?\s+/c\s+ | (?:/\w+)*/s?bin/
    )+""",
    re.VERBOSE,
)
"""What stands before the program that a part of a command runs."""
_SHELL = re.compile(
    r"""(?:(?:ba|z|da|k|a|fi)?sh|(?:pwsh|powershell)(?:\.exe)?)\s+(?:-\w+\s+)*?-\w*c(?:ommand)?\s+
    (?:'(?P<plain>[^']*)'? | "(?P<quoted>(?:[^"\\]|\\.)*)"?)""",
    re.VERBOSE | re.DOTALL | re.IGNORECASE,
)
"""A shell that is given a command as one word."""
_WORD = re.compile(r"'(?P<plain>[^']+)'|\"(?P<quoted>(?:[^\"\\]|\\.)+)\"", re.DOTALL)
_ESCAPED = re.compile(r"\\([\"\\$`])")
_ELSEWHERE = re.compile(r"(?<![\d&>])1?>>?\s*[^&>\s]")
_NAME = re.compile(r"(?!\.+$|\^$|[-'\"$]|\d[\d,$]*[pq]?$|\d?>)[^'\"*?<>]+")
_SEARCH = re.compile(r"[ef]?grep|rg")
_EACH = re.compile(r"xargs\s+(?:-\S+\s+(?:\d+\s+|\{\}\s+)?)*|find\s(?:.*\s)?-exec(?:dir)?\s+")


def printed(command: str, reading: re.Pattern[str]) -> Iterator[list[str]]:
    """Yield, for each part of a command that prints files as they are, their names.

    A filter that reads another program's output (`make | tail -50`) prints no file, a search in
    one (`cat a | grep b`) not all of its lines, unless much around each hit, and `cat > a << EOF`
    nothing. Names in quotes, and those that another program finds, are missing.

    Args:
        command: as the shell is given it.
        reading: matches the beginning of a command that prints a file.
    """
    for stages in pipelines(command):
        if _prints_file(stages, reading):
            bare = _IN_QUOTES.sub("''", stages[0])
            words = _operands(bare.split()) if reading.match(stages[0]) else []
            yield [word.rstrip(")}") for word in words if _NAME.fullmatch(word)]
    for opened, document in _apart(command[:_SCANNED])[1]:
        if _SCRIPT.search(opened) and reading.match(f'python -c "{document}"'):
            yield []


def _operands(words: list[str]) -> list[str]:
    """Return the words behind a program, of a search those behind what it looks for."""
    program, *others = words
    if _SEARCH.fullmatch(program) is None:
        return others
    told = (at for at, word in enumerate(others) if word[0] != "-" and not word.isdigit())
    return others[next(told, len(others)) + 1 :]


def changes(command: str, editing: re.Pattern[str], writing: re.Pattern[str]) -> bool:
    """Whether a part of a command changes or writes a file.

    Args:
        command: as the shell is given it.
        editing: matches the beginning of a command that does.
        writing: is found in a script that does.
    """
    opened = [line for line, document in _apart(command[:_MOST])[1] if writing.search(document)]
    if any(map(_SCRIPT.search, opened)):
        return True
    return any(
        editing.match(stage, each.end() if (each := _EACH.match(stage)) else 0)
        or (_INLINE_SCRIPT.match(stage) and writing.search(stage))
        for stages in pipelines(command)
        for stage in stages
    )


def pipelines(command: str, depth: int = _SHELLS) -> Iterator[list[str]]:
    """Yield the pipelines of a command, each as the list of what it runs one after the other.

    Of a shell that is given a command it is those of that command.
    """
    bare = _apart(command[:_SCANNED])[0][:_LOOKED_AT]
    masked = _QUOTED.sub(lambda quoted: quoted[0].translate(_BREAKS), bare)
    start = 0
    for end, after in (*(found.span() for found in _CHAIN.finditer(masked)), (len(masked),) * 2):
        parts = _PIPE.split(masked[start:end])
        first, *others = [_begun(stage) for stage in parts]
        inner = _given(_begun(bare[start : start + len(parts[0])])) if depth else None
        if inner is None:
            yield [first, *others]
        else:
            yield from ([*stages, *others] for stages in pipelines(inner, depth - 1))
        start = after


def _begun(stage: str) -> str:
    return _ASIDE.sub("", stage.strip(), count=1)


def _given(stage: str) -> str | None:
    """Return the command that a shell is given, where a stage is one that is.

    Of `ssh host 'cat a'` only the quoted word is left by now.
    """
    found = _SHELL.match(stage) or _WORD.fullmatch(stage)
    if found is None:
        return None
    return found["plain"] if found["plain"] is not None else _ESCAPED.sub(r"\1", found["quoted"])


def _prints_file(stages: list[str], reading: re.Pattern[str]) -> bool:
    first, *others = stages
    if reading.match(first):
        bare = _IN_QUOTES.sub("''", first)
        if "<<" in bare or _ELSEWHERE.search(bare):
            return False
    elif not any(_of_each(stage, reading) for stage in stages):
        return False
    return all(reading.match(stage) or _of_each(stage, reading) for stage in others)


def _of_each(stage: str, reading: re.Pattern[str]) -> bool:
    each = _EACH.match(stage)
    return each is not None and reading.match(stage, each.end()) is not None


def _apart(command: str) -> tuple[str, list[tuple[str, str]]]:
    """Return the command without the lines of documents that stand in it (`<< EOF`), and these.

    Of each document it is the line that announces it, and its text.
    """
    if "<<" not in command:
        return command, []
    kept: list[str] = []
    documents: list[tuple[str, list[str]]] = []
    end: str | None = None
    for line in command.split("\n"):
        if end is not None:
            end = None if line.strip() == end else end
            if end is not None:
                documents[-1][1].append(line)
            continue
        kept.append(line)
        opened = _INLINE.search(line)
        if opened:
            end = opened[1]
            documents.append((line, []))
    return "\n".join(kept), [(opened, "\n".join(lines)) for opened, lines in documents]
