"""Definitions: which lines of code say what a file defines, by their form in any language."""

from __future__ import annotations

import re

_MODIFIERS = (
    "export|default|declare|public|private|protected|internal|static|async|abstract|final|pub"
    "|unsafe|inline|virtual|extern|const|constexpr|explicit|friend|override|open|sealed|suspend"
    "|partial|readonly|local|data|inner|companion|synchronized|native|get|set"
)
_FLOW = (
    r"(?!(?:if|for|while|switch|catch|return|else|new|throw|await|delete|case|do|with|yield|when"
    r"|match|assert|raise|print|function|not|and|or|in|elif|until|unless)\b)"
)
_KEYWORDS = (
    "def|defp|defmodule|class|func|fn|fun|function|struct|interface|type|enum|trait|impl|sub"
    "|macro_rules!|module|namespace|object|protocol|union|record|extension|mixin|package"
)
_SQL = "table|view|function|procedure|trigger|index"
_GENERIC = r"(?:<(?:[^<>]|<[^<>]*>){0,80}>)?"
_LAMBDA = r"(?:function\b|\([^()]*\)\s*(?::[^=]{1,40})?=>|\w+\s*=>)"
_NOT_TYPED = r"(?!(?:return|else|new|throw|await)\b)"
_KEYWORD = (
    rf"\s*(?:(?:{_MODIFIERS})(?:\([\w ]+\))? )*(?:{_KEYWORDS}){_GENERIC}\*?\s+"
    r"(?:\([^()]{0,80}\)\s*)?([^\s(<{:=;,]+)"
)
_BOUND = (
    rf"\s*{_FLOW}(?:(?:{_MODIFIERS}|var|let|val)\s+)*([\w$.]+)\s*[=:<]-?\s*(?:async\s*)?{_LAMBDA}"
)
_MODIFIED = rf"\s*{_FLOW}(?:(?:{_MODIFIERS})\s+)+[^=;()]*?([\w$~]+)\s*(?:<[^<>]*>)?\([^;=]*$"
_METHOD = rf"\s+{_FLOW}(?:async |static |\*)?([#\w$]+)\([^()]*\)\s*\{{$"
_MEMBER = rf"\s*{_FLOW}[\w:<>,&*\[\]]+[ *&]+([\w:~]+)\([^;]*\)[\w\s]*\{{$"
_TYPED = rf"{_NOT_TYPED}[A-Za-z_][\w:<>,&*\[\] ]*[ *&]([\w:~]+)\([^;]{{0,200}}(?<![,;])$"
_FORMS = tuple(
    map(
        re.compile,
        (
            r"\s*function\s+(?:\[[^\[\]]{0,200}\]|[\w.]+)\s*=\s*([\w.]+)",
            _KEYWORD,
            r"#\s*define\s+(\w+)\(",
            r"[-+]\s*\([\w\s*<>,]{1,80}\)\s*([\w:]+)",
            r"\(def\w*\s+([^\s()]+)",
            rf"(?i)\s{{0,8}}create\s+(?:or\s+replace\s+)?(?:{_SQL})\s+([\w.\"`]+)",
            _BOUND,
            _MODIFIED,
            _METHOD,
            _MEMBER,
            _TYPED,
            rf"{_FLOW}([a-z]\w*)\([^;]*\)\s*(?:when\s.*)?->",
            r"([\w-]+)\s*\(\)\s*\{?$",
        ),
    )
)
_WIDEST = 300
"""Characters of a line that are looked at."""
_BEHIND = re.compile(r"\(|\{|\bwhere\b|\s=>|\s->|\s*=\s")


def defined(line: str) -> str:
    """Return the name of what begins to be defined on a line of code, or an empty string."""
    line = line[:_WIDEST].rstrip()
    for form in _FORMS:
        found = form.match(line)
        if found:
            return found[1]
    return ""


def head(line: str, name: str) -> str:
    """Return the line up to the name that it defines, and what belongs to that."""
    line = line.strip()
    end = line.find(name) + len(name)
    behind = _BEHIND.search(line, end)
    return line[: behind.start() if behind else len(line)].rstrip(" :")
