"""Lists and dictionaries as Python prints them, told in JSON.

[{'id': 1, 'ok': True, 'note': "it's late", 'size': (3, 4)}, ...]

{'id': 1, 'ok': True}           one a line, as a loop prints them
{'id': 2, 'ok': False}
"""

from __future__ import annotations

import json
import re

_BEGUN = re.compile(r"\s{0,9}+(?:[\[({]\s{0,40}+){1,3}+(?:'|-?[0-9])")
_TOKEN = re.compile(
    r"(?:'(?:[^'\\\n]|\\.)*+(?:'|(?P<open>))|\"(?:[^\"\\\n]|\\.)*+(?:\"|(?P<begun>)))|\b(?:True|False|None|nan|inf)\b"
    r"|\b(?:datetime\.)?(?:datetime|date|time|Decimal|UUID|Timestamp|PosixPath|np\.\w+)\([^()\n]*+\)"
    r"|<[^<>\n]*+>|,\s*(?=[\])}])|[()]"
)
_WORDS = {"True": "true", "False": "false", "None": "null", "nan": '"nan"', "inf": '"inf"'}
_ESCAPED = re.compile(r"\\(?:x([0-9a-fA-F]{2})|.)")
_LONGEST = 2_000_000
"""Characters of a text that is looked at."""


def may_be_literal(text: str) -> bool:
    """Whether a text may be a list or a dictionary as Python prints it; quick to tell."""
    return len(text) <= _LONGEST and _BEGUN.match(text) is not None and "'" in text


def as_json(text: str) -> str | None:
    """Return what a list or a dictionary of Python holds as JSON, or None where it is none.

    Several, one a line, become JSON Lines. Tuples become lists; what is no plain value stands as
    its text: "datetime.date(2026, 1, 2)".
    """
    if not may_be_literal(text):
        return None
    made = _TOKEN.sub(_in_json, text.strip())
    if _holds(made):
        return made
    lines = [line for line in made.split("\n") if line and not line.isspace()]
    return "\n".join(lines) if len(lines) > 1 and all(map(_holds, lines)) else None


def _holds(text: str) -> bool:
    """Whether a text is a list or an object in JSON."""
    try:
        return isinstance(json.loads(text), (list, dict))
    except (ValueError, RecursionError):
        return False


def _in_json(match: re.Match[str]) -> str:
    token = match[0]
    first = token[0]
    if first in "'\"":
        if match["open"] is not None or match["begun"] is not None:
            return "'"  # It does not end, and no JSON has that.
        inner = token[1:-1]
        if first == "'":
            inner = inner.replace("\\'", "'").replace('"', '\\"')
        return f'"{_ESCAPED.sub(_escape, inner)}"' if "\\" in inner else f'"{inner}"'
    if first == ",":
        return ""
    if first in "()":
        return "[" if first == "(" else "]"
    return _WORDS.get(token) or json.dumps(token, ensure_ascii=False)


def _escape(match: re.Match[str]) -> str:
    r"""Return an escape of Python's as JSON spells it: `\x1b` as `\u001b`."""
    if match[1]:
        return f"\\u00{match[1]}"
    return "'" if match[0] == "\\'" else match[0]
