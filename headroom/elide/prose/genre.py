"""Whether a text is meant to be read as sentences: articles, manuals, Markdown, changelogs."""

import re

_FENCED = re.compile(r"^ {0,3}```[^\n]*+\n.*?^ {0,3}```[^\n]*+$", re.MULTILINE | re.DOTALL)
_LINKS = re.compile(r"^ {0,3}(?:\[[^\]\n]{1,200}\]: |\[!\[|<)[^\n]*+$", re.MULTILINE)
"""Link definitions, badges and tags: what surrounds the text of a README."""
_HEADING = re.compile(r"^(?:#{1,6} \S|\S[^\n]{0,120}\n(?:={3,}|-{3,}|~{3,}|\*{3,})$)", re.MULTILINE)
_RUNNING = re.compile(
    r"(?:(?<!\S)[\"'(*_`“«¿¡]*+[^\W\d_](?:[^\W\d_]|[’'\-]|[^\x00-\x7f])*+[,;:.!?)\"'*_`]*+ ){5}"
    r"|[\u0e00-\u0eff\u1000-\u109f\u1780-\u17ff\u3040-\u30ff\u3400-\u9fff\uff0c]{10}"
)
"""Five words, or ten letters of a script without spaces, in a row: of what is not all ASCII."""
_SOURCE = re.compile(
    r"(?:async )?def \w+\(|class \w+.*[:{(]$|import [\w.{*\"']+|from \S+ import |package \w"
    r"|#include|#define|func[ (]\w|(?:pub )?(?:fn|struct|impl|mod|use|trait) \w|@\w+|[{}]\)?[;,]?$"
    r"|(?:export|const|let|var|function|public|private|static) \w|//|/\*| \*/|\s*[0-9]+[:\-\t]"
    r"|[^\s:]+[./][^\s:]*:[0-9]+"
)
"""Lines at the left margin that documents have in fences, or indented; lines with numbers."""
_STATEMENT = re.compile(
    r"\s+(?:return\b|raise |self\.|(?:def|if|elif|else|for|while|try|except|with)\b.*:$"
    r"|[\w.]+(?:\(.*\))? ?=)|.*[;{}]$"
)
_REPORT = re.compile(
    r"\b[0-9]+ (?:passed|failed|passing|failing)\b|^(?:(?:FAILED|ERROR) \S+::|--- FAIL|Tests?: )",
    re.MULTILINE,
)
"""Totals of a run of tests."""
_RAN = ("passed", "failed", "passing", "failing", "FAIL", "ERROR ", "Test")
"""What they have in them: much faster to look for."""
_WINDOW = 2_500
"""Characters that are looked at in the beginning, the middle and the end."""
_MOST = 500_000
_RUN = 0.45
"""Share of a text in running lines from which it counts as prose."""
_FEW, _LEAST = 0.2, 0.1
"""The same for a text with three headings or with six."""


def is_prose(text: str, *, code: bool = False) -> bool:
    """Return whether the text consists of sentences, its fenced code left aside.

    What reports a run of tests is none, however many words it uses, nor is source text with long
    comments. Of what reads as `code`, only a document with headings is prose.
    """
    text = text[:_MOST]
    text = _FENCED.sub("", text) if "```" in text else text
    middle = max(_WINDOW, len(text) // 2)
    end = max(len(text) - _WINDOW, middle + _WINDOW)
    bare = _LINKS.sub("", "\n".join((text[:_WINDOW], text[middle : middle + _WINDOW], text[end:])))
    lines = [line for line in bare.split("\n") if line.strip()]
    running = sum(len(line) for line in lines if _runs(line))
    headings = len(_HEADING.findall(bare))
    enough = _RUN if headings < 3 else _FEW if headings < 6 else _LEAST
    return (
        (headings > 2 or not code)
        and running > enough * sum(map(len, lines))
        and not _is_source(lines)
        and not (any(word in bare for word in _RAN) and _REPORT.search(bare))
    )


def _runs(line: str) -> bool:
    """Whether a line is running text, or a link of Markdown."""
    if "](" in line:
        return True
    if not line.isascii():
        return _RUNNING.search(line) is not None
    words = line.split()
    return len(words) > 4 and sum(map(str.isalpha, words)) * 2 > len(words)


def _is_source(lines: list[str]) -> bool:
    """Whether statements of a programming language begin at the margin."""
    declared = sum(map(bool, map(_SOURCE.match, lines)))
    stated = sum(map(bool, map(_STATEMENT.match, lines)))
    return declared > 1 and (declared + stated) * 5 > len(lines)
