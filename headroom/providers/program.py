"""What a program runs that an agent wrote instead of single tool calls (code mode)."""

from __future__ import annotations

import json
import re
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Sequence

_CALL = re.compile(r"\btools?\.(?P<tool>[\w.]{1,200})\s*\(")
_LITERAL = r'"(?:[^"\\]|\\.){0,2000}+"|\'(?:[^\'\\]|\\.){0,2000}+\'|`(?:[^`\\]|\\.){0,2000}+`'
_COMMAND = re.compile(
    rf"\b(?:cmd|command)[\"']?\s*:\s*(?P<text>\[[^\]]{{0,2000}}+\]|{_LITERAL})", re.DOTALL
)
_LITERALS = re.compile(_LITERAL, re.DOTALL)
_ESCAPED = re.compile(r"\\(.)", re.DOTALL)
_SHELLS = ("exec_command", "shell", "shell_command", "bash")


def programmed(code: str) -> str | None:
    """Return the commands that a program gives to a shell and the tools that it calls, by lines.

    `text(await tools.exec_command({cmd: "cat a.py"}))` says `cat a.py`. A program that calls no
    tool says None. Commands that it puts together while it runs are not found.

    Args:
        code: JavaScript or TypeScript, in which the tools are the functions of `tools`.
    """
    called = [found["tool"] for found in _CALL.finditer(code)]
    if not called:
        return None
    commands = [_command(found["text"]) for found in _COMMAND.finditer(code)]
    others = [name for name in called if not name.endswith(_SHELLS)]
    return "\n".join([*filter(None, commands), *others]) or None


def joined(words: Sequence[str]) -> str:
    """Return an argument vector as a command; of `bash -lc CMD` only CMD counts."""
    if len(words) == 3 and words[1].startswith("-") and words[1].endswith("c"):
        return words[2]
    return " ".join(words)


def _command(text: str) -> str:
    if text.startswith("["):
        return joined([_unquoted(each) for each in _LITERALS.findall(text)])
    return _unquoted(text)


def _unquoted(literal: str) -> str:
    if literal.startswith('"'):
        try:
            return str(json.loads(literal, strict=False))
        except ValueError:
            pass
    return _ESCAPED.sub(lambda one: "\n" if one[1] == "n" else one[1], literal[1:-1])
