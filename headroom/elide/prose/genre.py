"""Whether a text is meant to be read as sentences: articles, manuals, Markdown, changelogs."""

import re
from collections import Counter

_FENCE = re.compile(r"(```|~~~)([^\n]*+)")
_TILDES = "~~~"
"""A fence where it names a language."""
_MARGIN = 3
"""Blanks before a fence, or before what surrounds a text, at most."""
_LINK = re.compile(r" {0,3}(?:\[[^\]\n]{1,200}\]: |\[!\[|<)")
_LINK_SIGNS = ("[", "<", " ")
"""Link definitions, badges and tags: what surrounds the text of a README."""
_HEADING = re.compile(r"#{1,6} \S")
_HEADED = re.compile(r"\n(?:#{1,6} |===|---|~~~|\*\*\*)")
"""How a heading of Markdown begins, or the line under one."""
_SECTION = re.compile(r"\n\n#{2,4} [^\W\d_][^\n]*\n\n")
"""A heading of Markdown with blank lines around it, as comments of source hardly have them."""
_UNDERLINES = frozenset(("===", "---", "~~~", "***"))
_TITLE = 121
"""Characters of an underlined heading at most."""
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
    r"|[\w.]+(?:\(.*\))? ?=)"
)
_CLOSES = (";", "{", "}")
"""What lines are set in by, or end with, where they are statements."""
_REPORT = re.compile(
    r"\b[0-9]+ (?:passed|failed|passing|failing)\b|^(?:(?:FAILED|ERROR) \S+::|--- FAIL|Tests?: )"
    r"|^(?:ERROR|FAIL): \w+ \(|^Ran [0-9]+ tests? in "
)
"""Lines with totals of a run of tests."""
_RAN = ("passed", "failed", "passing", "failing", "FAIL", "ERROR", "Test", "Ran ")
"""What they have in them: much faster to look for."""
_POINTED = re.compile(r"\s*(?:--> |╭─\[|┌─ )\S*[./\\]\S*:[0-9]+:[0-9]+\b")
_GUTTER = re.compile(r" *[0-9]* [|│]")
"""How compilers point at a place in a file, and what stands beside the lines that they quote."""
_LOCATED = re.compile(r"\S*[./]\S*[:(][0-9]+(?:[,:][0-9]+)?[):\-]|\S+(?: +\([0-9]\w*\))? +--? \S")
"""Lines that begin with a place in a file, or with a name and a dash."""
_NO_SHAPE = ("-", "*", "*)", "+", "•", "o", "|", ">", "##", "<", "/")
"""What the lines of documents often begin with, all of them different: items, rows, headings."""
_NUMBERED = re.compile(r"[¶§]|[¶§(\[]{0,2}[0-9]{1,4}[a-z]?[.)\]:]{0,2}")
"""The number of a paragraph."""
_DIGITS = str.maketrans("123456789", "0" * 9)
_QUOTES = ("'", '"', "`", "‘", "“")
_COMMIT, _NEARLY = re.compile(r"(?=[0-9a-f]*[0-9])[0-9a-f]{7,40} \S"), 0.8
"""A line of a history, and the share of the lines that are some."""
_ALIKE, _HALF, _ALL_BUT = 3, 0.5, 0.6
"""Lines that make a shape; share of the lines and of the characters in shapes of a report."""
_GLANCE = 100
"""Characters of a line in which its first two words mostly stand."""
_LOOKS = 60
"""Lines of which the shape is looked at, or up to twice as many."""
_WINDOW = 2_500
"""Characters that are looked at in the beginning, the middle and the end."""
_LONG, _BEGINNING = 3 * _WINDOW, 200
"""Characters of a text of which the windows show little, and those of a line that are looked at."""
_MOST = 500_000
_RUN = 0.45
"""Share of a text in running lines from which it counts as prose."""
_FEW, _LEAST, _SOME = 0.2, 0.1, 3
"""The same for a text with so many headings, and for one with twice as many."""
_PARAGRAPHS = 0.3
"""The same of paragraphs on one line each, from which code between them is an example."""
_DECLARED = 2
"""Declarations that source text has at least."""


def is_prose(text: str, *, code: bool = False) -> bool:
    """Return whether the text consists of sentences, its fenced code left aside.

    What reports a run of tests is none, however many words it uses, nor is source text with long
    comments, nor what has a line for each thing it tells of, most of them alike. Of what reads as
    `code`, only a document with headings is prose.
    """
    text = text[:_MOST]
    text = _unfenced(text) if ("`" in text and "```" in text) or "\n~~~" in text else text
    middle = max(_WINDOW, len(text) // 2)
    end = max(len(text) - _WINDOW, middle + _WINDOW)
    seen = "\n".join(("", text[:_WINDOW], text[middle : middle + _WINDOW], text[end:]))
    sections = len(_SECTION.findall(text)) if code else 0
    if code and len(_HEADED.findall(seen)) < _SOME and sections < _SOME:
        return False
    bare = [
        "" if line.startswith(_LINK_SIGNS) and _LINK.match(line) else line
        for line in seen[1:].split("\n")
    ]
    headings = _headings(bare)
    if code and headings < _SOME and sections < _SOME:
        return False
    lines = [line for line in bare if line and not line.isspace()]
    enough = _RUN if headings < _SOME else _FEW if headings < 2 * _SOME else _LEAST
    return (
        _is_running(lines, enough)
        and (not _is_source(lines) or _has_paragraphs(lines))
        and not _is_report(bare)
        and not _is_diagnosis(lines)
        and not _is_history(lines)
        and not _is_listing(lines)
        and not (len(text) > _LONG and _is_listing(_spread(text)))
    )


def is_document(text: str) -> bool:
    """Whether a text with code in it is a document, and sure to be no source text.

    A quick answer to what would else be asked of a parser: headings, sentences and fences tell.
    """
    fences = text.count("\n```") if "`" in text else 0
    return fences >= 2 * _SOME and is_prose(text, code=True)


def _spread(text: str) -> list[str]:
    """Return the beginnings of lines from all over a text: long ones leave few to the windows."""
    found = []
    for nth in range(_LOOKS):
        start = text.rfind("\n", 0, nth * len(text) // _LOOKS) + 1
        end = text.find("\n", start, start + _BEGINNING)
        line = text[start : end if end >= 0 else start + _BEGINNING]
        if line and not line.isspace():
            found.append(line)
    return found


def _unfenced(text: str) -> str:
    """Return a text without its fenced code; a fence that is not closed stays."""
    out: list[str] = []
    kept, opened, sign = 0, -1, ""
    for match in _FENCE.finditer(text):
        at = match.start()
        begin = text.rfind("\n", max(0, at - _MARGIN - 1), at) + 1
        if (begin == 0 and at > _MARGIN) or text[begin:at].strip(" "):
            continue  # within a line
        if opened < 0:
            if match[1] == _TILDES and not match[2].lstrip("~ ")[:1].isalpha():
                continue  # the line under a heading
            opened, sign = begin, match[1]
        elif match[1] == sign:
            out.append(text[kept:opened])
            kept, opened = match.end(), -1
    out.append(text[kept:])
    return "".join(out)


def _headings(lines: list[str]) -> int:
    """Return how many lines are headings of Markdown, or have a line under them.

    Lines of the same level that follow upon each other are a comment.
    """
    count = 0
    above = ""
    signs, alone = "", True  # of the heading that the line before was, else none
    for line in lines:
        underlined = (
            line[:3] in _UNDERLINES
            and 0 < len(above) <= _TITLE
            and not above[0].isspace()
            and not line.strip(line[0])
        )
        level = _HEADING.match(line) if line[:1] == "#" else None
        if signs and line.rstrip() == signs.rstrip():
            continue  # a blank line of a comment
        if level and level[0][:-1] == signs:  # lines of a comment, not one heading after another
            count -= alone
            alone, above = False, ""
            continue
        signs, alone = (level[0][:-1], True) if level else ("", True)
        if underlined or level:
            count += 1
            above = ""
        else:
            above = line
    return count


def _is_running(lines: list[str], share: float) -> bool:
    """Whether more than a share of the characters is running text."""
    left = share * sum(map(len, lines))
    for line in lines:
        if _runs(line):
            left -= len(line)
            if left < 0:
                return True
    return False


def _has_paragraphs(lines: list[str]) -> bool:
    """Whether much of the text are long lines of words at the margin, and so no comments."""
    long = [line for line in lines if len(line) > _TITLE and line[0].isalpha()]
    return sum(len(line) for line in long if _runs(line)) > _PARAGRAPHS * sum(map(len, lines))


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
    if declared < _DECLARED:
        return False
    stated = sum(
        line.endswith(_CLOSES) or (line[0].isspace() and _STATEMENT.match(line) is not None)
        for line in lines
    )
    return (declared + stated) * 5 > len(lines)


_TAP = 5
_ASSERTION = re.compile(r"^(?:not )?ok [0-9]+\b", re.MULTILINE)
"""An assertion in the Test Anything Protocol, of which a run has many."""


def _is_report(lines: list[str]) -> bool:
    """Whether the totals of a run of tests are told."""
    bare = "\n".join(lines)
    if bare.count("\nok ") + bare.count("\nnot ok ") >= _TAP and _ASSERTION.search(bare):
        return True
    said = [word for word in _RAN if word in bare]
    for word in said:
        at = bare.find(word)
        while at >= 0:
            end = bare.find("\n", at)
            end = end if end >= 0 else len(bare)
            if _REPORT.search(bare[bare.rfind("\n", 0, at) + 1 : end]):
                return True
            at = bare.find(word, end)
    return False


def _is_diagnosis(lines: list[str]) -> bool:
    """Whether a compiler quotes the lines that it complains of, however much it says of them."""
    quoted = sum(" |" in line or "│" in line for line in lines)
    if quoted < _SOME or quoted < _LEAST * len(lines):
        return False
    beside = sum(map(bool, map(_GUTTER.match, lines)))
    return beside >= _SOME and any(map(_POINTED.match, lines))


def _is_history(lines: list[str]) -> bool:
    """Whether lines name a commit each, as `git log --oneline` and `git reflog` print them."""
    looked = lines[:: max(1, len(lines) // _LOOKS)]
    return sum(map(bool, map(_COMMIT.match, looked))) >= _NEARLY * len(looked)


def _is_listing(lines: list[str]) -> bool:
    """Whether most lines begin like others: messages of a tool, hits, names with descriptions."""
    different = list(dict.fromkeys(lines))  # what stands twice is as it was written once
    looked = different[:: max(1, len(different) // _LOOKS)]
    # Lines of running text are told fast, and are like no others: mostly they settle it.
    plain = list(map(_plain_shape, looked))
    settled = Counter(plain)
    settled[""] = 0
    others = settled.pop(None, 0)
    if others + sum(n for n in settled.values() if n >= _ALIKE) < _HALF * len(looked):
        return False
    shapes = [
        _shape(line) if said is None else said for line, said in zip(looked, plain, strict=True)
    ]
    counts = Counter(shapes)
    counts[""] = 0
    alike = [line for line, shape in zip(looked, shapes, strict=True) if counts[shape] >= _ALIKE]
    if len(alike) < _HALF * len(looked):
        return False
    return sum(map(len, alike)) > _ALL_BUT * sum(map(len, looked))


def _plain_shape(line: str) -> str | None:
    """Return the first two words of a line, "" if its first says nothing, None for other lines."""
    begins = _begins(line)
    first = begins[0]
    if len(begins) > 1 and first.isalpha() and begins[1].isalpha():
        return f"{first} {begins[1]}"  # as lines of running text do
    if first in _NO_SHAPE or first.startswith(_NO_SHAPE[-3:]) or first[0] == "|":
        return ""
    return None


def _shape(line: str) -> str:
    """Return how a line begins, numbers, names and places left aside; "" if that says nothing."""
    begins = _begins(line)
    first, second = begins[0], begins[1] if len(begins) > 1 else ""
    placed = ("." in first or "/" in first) and (":" in first or "(" in first)
    if (placed or second[:1] in ("-", "(")) and _LOCATED.match(line.lstrip()):
        return "@"
    if first[-1] == ":" and not first[0].isdigit():
        return first
    if first[0] in _QUOTES or "/" in first:
        return ""
    if _NUMBERED.fullmatch(first) and len(line) > _GLANCE and _runs(line):
        return ""
    told = "'" if second.startswith(_QUOTES) or "/" in second else _numberless(second)
    return f"{_numberless(first)} {told}"


def _begins(line: str) -> list[str]:
    """Return the first two words of a line, and what may follow; of a long line not all of it."""
    begins = line[:_GLANCE].split(None, 2)
    return begins if len(begins) > 2 or len(line) <= _GLANCE else line.split(None, 2)


def _numberless(word: str) -> str:
    return word if word.isalpha() else word.translate(_DIGITS)
