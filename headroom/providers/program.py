"""What a program runs that an agent wrote instead of single tool calls (code mode)."""

from __future__ import annotations

import json
import re

_CALL = re.compile(r"\btools?\.(?P<tool>[\w.]{1,200})\s*\(")
# Of a vector such as ["bash", "-lc", "..."] the third counts.
_COMMAND = re.compile(
    r"""\b(?:cmd|command)["']?\s*:\s*(?:\[\s*(?:["'][\w/]{1,20}["']\s*,\s*["']-\w{1,4}["']\s*,\s*)?)?"""
    r"""(?P<text>"(?:[^"\\]|\\.)*+"?|'(?:[^'\\]|\\.)*+'?|`(?:[^`\\]|\\.)*+`?)\s*[,})\]]""",
    re.DOTALL,
)
_ESCAPED = re.compile(r"\\(.)", re.DOTALL)


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
    commands = [_unquoted(found["text"]) for found in _COMMAND.finditer(code)]
    others = [name for name in called if not name.endswith(_SHELLS)]
    return "\n".join([*commands, *others]) or None


_SHELLS = ("exec_command", "shell", "shell_command", "bash")


def _unquoted(literal: str) -> str:
    inside = literal[1:-1]
    if literal.startswith('"'):
        try:
            return str(json.loads(literal, strict=False))
        except ValueError:
            pass
    return _ESCAPED.sub(lambda one: "\n" if one[1] == "n" else one[1], inside)
