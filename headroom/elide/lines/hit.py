"""Hits of a search as rows: in which file, at which line, and how much each of them matters."""

from __future__ import annotations

import re
from collections import Counter
from itertools import chain
from typing import TYPE_CHECKING, NamedTuple

from headroom.ccr.question.bm25 import Relevance
from headroom.detect.search import BARE, HIT, SEPARATOR, context, is_path
from headroom.elide.lines.answer import BESIDE, answered, asks_one, told_of
from headroom.elide.lines.rule import of_rare_rules
from headroom.elide.lines.sheet import Sheet
from headroom.elide.lines.signal import graded
from headroom.elide.lines.template import wordings

if TYPE_CHECKING:
    from collections.abc import Sequence

HIT_WEIGHT = 2.0
"""Weight of the hit that the question is most about."""
_UNDER = re.compile(r"(?:[ \t]{0,12}(?:[Ll]ine |L)?(?=[0-9]+: ))?([0-9]{1,9})([:=-])", re.ASCII)
"""What begins a hit below its path: a number; one that is set in has a blank after it. The line of
the function that it is in, as `git grep -p` gives it, has a "="."""
_TAG = re.compile(
    r"<[a-z][\w-]{0,40}\s[^<>]{0,80}?\b(?:path|file|filename|uri)=[\"'](?P<path>[^<>\"']{1,300})[\"']"
    r"[^<>]{0,80}?\bline(?:_?number|no|_?start)?=[\"']?(?P<line>[0-9]{1,9})\b[^<>]{0,80}>$",
    re.IGNORECASE,
)
"""What stands above a hit that an agent's tool puts between tags."""
_UNDER_BEGINS = frozenset("0123456789 \tLl")
_IN_DOUBT = 0.8
"""Part of its usual share that a search gets whose answer may be none: it has few of the words."""
_MIN_HITS, _FEW_WITHIN = 4, 5
"""Hits of a search at least; one row in so many at most is of the files that a question names."""
_MOST_OTHERS = 0.1
"""Share of the lines that may be neither hits nor what belongs to them."""
_DEFINED = re.compile(
    r"(?:(?:async|pub(?:\(\w+\))?|export|default|static|const|public|private|protected|abstract"
    r"|final|inline|extern|unsafe|declare|open|internal|override|suspend|data|sealed) )*"
    r"(?:def|class|fn|fun|func|function|interface|struct|enum|type|trait|impl|sub|proc|module"
    r"|namespace|extension|protocol|mixin|typealias|macro_rules!|#define)[ (<]\S"
)
_VALUE = re.compile(
    r"(\s*)(?:(?:export|const|let|var|static|final|pub) )*(?:[\w$]+\.)?([\w$]+)"
    r"(?: ?: ?[\w\[\]. ]{1,40})? ?:?=(?![=~>])"
)
"""Where a name is given a value: how far in, and which."""
_OF_VALUE, _OF_INNER_VALUE = 0.6, 0.3
"""What that weighs at the margin, and further in."""
_USES = re.compile(
    r"(?i)\b(?:us(?:ed?|es|ing|ages?)|call(?:s|ed|ers?|ing)?|refer\w*|everywhere|all)\b"
)
"""What asks for many hits: that the definition stands out does not answer it."""
_NAME = re.compile(r"[A-Za-z_$][\w$]{2,60}")
_PART = re.compile(r"[A-Z]?[a-z]{3,60}|[A-Z]{4,60}")
_LOOKED, _NEARLY_ALL = 8, 0.95
"""Hits whose words are looked for in the others, and the share of hits that have what was searched
for, be it a part of a name, as grep finds it; not all, where some lines were cut."""
_ENOUGH = 200
"""Hits from which what was searched for is guessed."""
_ASIDE = re.compile(
    r"(?i)(?:^|[/\\._-])(?:tests?|specs?|vendor|node_modules|dist|build|docs?|examples?|fixtures?"
    r"|changelog|changes|history|news|__pycache__|locales?|i18n)(?=[/\\._-]|$)|\.(?:md|rst|lock|min\.js|map)$"
)
_REMARK = re.compile(
    r"(?:[0-9]+:\s*)?(?:fatal error|error|warning|note|info|[A-Z]{1,4}[0-9]{3,5})\b"
)
"""How a linter or a compiler goes on after the place: its output is read like a search."""
_SAYS, _OF_SAYING = re.compile(r"(?<!\w)[\"'](?:[^\"'\s]+ ){2}[^\"'\s]"), 0.25
"""A message in quotes: what somebody is told there, in words that a question may mean."""
_AGAIN = 0.8
"""Part of its weight that a text has at its second place, twice over: at each more it has less."""
_COMMENT = re.compile(r"(?://|#(?!define|\[)|\*|/\*|--|;|<!--|\"\"\")")
_COMMENT_BEGINS = frozenset('/#*-;<"')
_OF_SOUGHT, _OF_DEFINITION = 0.9, 0.6
"""What a row weighs that has what was searched for, and one that defines something."""
_OF_FIRST, _OF_MANY, _OF_FURTHER = 0.5, 0.3, 0.1
"""What the first hit of a file weighs, what it does more the more hits that has, and any other."""
_OF_COMMENT, _OF_ASIDE = 0.75, 0.85
"""Parts of their weight that comments have, and rows of tests, documents and the like."""
_OF_LONE = 0.5
"""What a finding weighs that no other is worded like; less the more there are."""
_OF_NEXT, _FADING, _OF_CONTEXT = 0.4, 0.8, 0.5
"""Parts of the weight of a hit that the row beside it gets, that each further one has of that, and
that context keeps of its own."""


class Row(NamedTuple):
    """What a line of search results is."""

    file: str
    number: str
    """The line in that file, or "" where the search gave none."""
    text: str
    what: str
    """"hit", "context", "heading", "tag" around a hit, or "between": separators, blank lines."""


def rows(lines: Sequence[str]) -> list[Row] | None:
    """Return the lines as rows, or None where they are no search results."""
    if len(lines) > 1 and (_TAG.match(lines[0]) or _TAG.match(lines[1])):
        return _tagged(lines)
    lines = _unversioned(lines)
    # A line with neither sign is no hit and no context: by these most texts are told at once.
    loose = [line for line in lines if ":" not in line and "-" not in line and line.strip(" ")]
    if len(loose) > _MOST_OTHERS * len(lines) and not _headed(lines):
        return None
    found = _prefixed(lines) or _headed(lines)
    if not found or sum(row.what == "hit" for row in found) < _MIN_HITS:
        return None
    others = sum(1 for row in found if not row.file and row.text.strip(" -"))
    return found if others <= _MOST_OTHERS * len(lines) else None


def _tagged(lines: Sequence[str]) -> list[Row] | None:
    """Return rows that stand between tags which say where they are, or None where few do."""
    out: list[Row] = []
    tag: re.Match[str] | None = None
    for line in lines:
        opens = _TAG.match(line)
        tag = opens or tag
        if tag is None or (opens is None and line.startswith("</")):
            file = tag["path"] if tag else ""
            out.append(Row(file, "", line, "tag" if tag else "between"))
            tag = None
        else:
            out.append(Row(tag["path"], tag["line"], line, "tag" if opens else "hit"))
    hits = sum(row.what == "hit" for row in out)
    others = sum(1 for row in out if row.what == "between" and row.text.strip())
    return out if hits >= _MIN_HITS and others <= max(1, _MOST_OTHERS * len(out)) else None


def _unversioned(lines: Sequence[str]) -> Sequence[str]:
    """Return the lines without the revision that `git grep PATTERN v1.2` puts before each path."""
    revision = lines[0].partition(":")[0] + ":" if lines else ""
    size = len(revision)
    if size < 2 or " " in revision or _is_hit(lines[0]) or not _is_hit(lines[0][size:]):
        return lines
    return [line[size:] if line.startswith(revision) else line for line in lines]


def _is_hit(line: str) -> bool:
    match = HIT.match(line)
    return match is not None and is_path(match[1])


def _prefixed(lines: Sequence[str]) -> list[Row] | None:
    """Return rows that each begin with their path, as grep and rg write to a pipe.

    None where there is no hit, and no rows where most lines are something else.
    """
    found = [HIT.match(line) for line in lines]
    paths = {path for path in {match[1] for match in found if match} if is_path(path)}
    if paths:
        read = [_row(line, match, paths) for line, match in zip(lines, found, strict=True)]
    else:
        read = [_bare(line) for line in lines]
    if not any(row is not None and row.what == "hit" for row in read):
        return None
    others = [line for line, row in zip(lines, read, strict=True) if row is None]
    if sum(map(bool, (line.strip(" -") for line in others))) > _MOST_OTHERS * len(lines):
        return []
    out: list[Row] = []
    file = ""
    for line, row in zip(lines, read, strict=True):
        file = file if row is None else row.file
        between = file if line in ("", SEPARATOR) else ""
        out.append(Row(between, "", line, "between") if row is None else row)
    return out


def _row(line: str, match: re.Match[str] | None, paths: set[str]) -> Row | None:
    if match is not None and match[1] in paths:
        return Row(match[1], match[2], line[match.end() :], "hit")
    around = context(line, paths)
    return None if around is None else Row(*around, "context")


def _bare(line: str) -> Row | None:
    """Return a hit without a line number."""
    match = BARE.match(line)
    if match is None or not is_path(match[1]):
        return None
    return Row(match[1], "", line[match.end() :], "hit")


def _headed(lines: Sequence[str]) -> list[Row] | None:
    """Return rows that stand below the path of their file, as rg writes to a terminal."""
    out: list[Row] = []
    file = ""
    under = [_UNDER.match(line) if line[:1] in _UNDER_BEGINS else None for line in lines]
    if not any(under):
        return None
    for line, match, below in zip(lines, under, [*under[1:], None], strict=True):
        if match is not None and file:
            what = "hit" if match[2] == ":" else "context"
            out.append(Row(file, match[1], line[match.end() :], what))
        elif line and match is None and line != SEPARATOR and below is not None:
            file = line.removesuffix(":")
            out.append(Row(file, "", "", "heading"))
        else:
            out.append(Row(file if line in ("", SEPARATOR) else "", "", line, "between"))
    heads = {row.file for row in out if row.what == "heading"}
    return out if heads and sum(map(is_path, heads)) * 2 > len(heads) else None


def weigh(found: Sequence[Row], query: str) -> tuple[list[float], float]:
    """Return a weight for each row: the question, definitions, the first of each file.

    With it comes the part of their usual share that rows get: less where a few answer the question.
    """
    asked, within, beside = _asked(found, query)
    clear = beside < 1.0
    term = sought([row.text for row in found if row.what == "hit"])
    named = [0.0] * len(found)
    if term and term.lower() not in query.lower():
        named = _scaled(Relevance(f"`{term}`").scores([row.text for row in found]))
    counts = Counter([row.file for row in found if row.what == "hit"])
    most = max(counts.values(), default=1)
    files = {row.file for row in found}
    aside = {file: _OF_ASIDE if _ASIDE.search(file) else 1.0 for file in files}
    seen = Counter[str]()
    met: set[str] = set()
    out = []
    bare = [row.text.strip() for row in found]
    for row, text, score, name, inside in zip(found, bare, asked, named, within, strict=True):
        answer = HIT_WEIGHT * inside + HIT_WEIGHT * score
        weight = answer + _OF_SOUGHT * name * name
        weight += _OF_DEFINITION if _DEFINED.match(text) else 0.0
        if term and term in text and (given := _VALUE.match(row.text)) and given[2] == term:
            weight += _OF_VALUE if given[1] == "" else _OF_INNER_VALUE
        file = row.file
        if row.what == "hit":
            weight += _OF_FURTHER if file in met else _OF_FIRST + _OF_MANY * counts[file] / most
            met.add(file)
        if text in seen:
            # What answers does so at each of its places.
            rest = _AGAIN / (1 + seen[text])
            weight = rest * weight + ((1 - rest) * answer if clear else 0.0)
        seen[text] += 1
        if ('"' in text or "'" in text) and _SAYS.search(text):
            weight += _OF_SAYING
        if text[:1] in _COMMENT_BEGINS and _COMMENT.match(text):
            weight *= _OF_COMMENT
        out.append(weight * aside[file])
    if sum(map(bool, map(_REMARK.match, bare))) * 3 > len(bare):
        out = _as_findings(found, bare, out)
    return _surrounded(found, out), beside


def _as_findings(
    found: Sequence[Row], bare: Sequence[str], weights: Sequence[float]
) -> list[float]:
    """Return the weights of what a linter found: more for what is grave, and for rare rules."""
    texts = [row.text for row in found]
    grades, wording = graded(Sheet(texts)), wordings(texts)
    alike = Counter(wording)
    out = [
        weight + grade + _OF_LONE / alike[template]
        for weight, grade, template in zip(weights, grades, wording, strict=True)
    ]
    for at in of_rare_rules(bare):
        out[at] += HIT_WEIGHT
    return out


def _asked(found: Sequence[Row], query: str) -> tuple[list[float], list[bool], float]:
    """Return how much rows are about the question, which are of its file, and their share."""
    within = _within(found, query)
    if not query:
        return [0.0] * len(found), within, 1.0
    texts = [f"{row.file}:{row.number}:{row.text}" for row in found]
    relevance = Relevance(query)
    asked = _scaled(relevance.scores(texts))
    clear = asks_one(query, relevance) and not _USES.search(query) and answered(asked)
    told = not clear or relevance.named or told_of(relevance, Sheet(texts))
    if not (clear or relevance.named or relevance.survey):
        asked = _scaled(Relevance(query, wide=True).scores(texts))
    beside = BESIDE if clear and told else _IN_DOUBT if clear else 1.0
    return asked, within, BESIDE if any(within) else beside


def _within(found: Sequence[Row], query: str) -> list[bool]:
    """Return which rows are of a file that the question names by its path, if these are few."""
    files = {row.file for row in found if "/" in row.file and row.file in query}
    within = [row.file in files for row in found] if files else [False] * len(found)
    return within if sum(within) * _FEW_WITHIN <= len(found) else [False] * len(found)


def _surrounded(found: Sequence[Row], weights: list[float]) -> list[float]:
    """Return weights where context has a share of what the hit next to it weighs."""
    out = list(weights)
    if "context" not in [row.what for row in found]:
        return out
    for way in (range(len(found)), range(len(found) - 1, -1, -1)):
        hit, share = 0.0, 0.0
        for at in way:
            if found[at].what == "hit":
                hit, share = weights[at], _OF_NEXT
            elif found[at].what == "context":
                out[at] = max(out[at] * _OF_CONTEXT, hit * share)
                share *= _FADING
            else:
                hit = 0.0
    return out


def _scaled(scores: list[float]) -> list[float]:
    most = max(scores, default=0.0) or 1.0
    return [score / most for score in scores]


def sought(texts: Sequence[str]) -> str:
    """Return the name that most hits share: what was searched for; "" where they share none."""
    # A name is counted once a text, however it is spelled there.
    found = [set(_NAME.findall(text[:200])) for text in texts[:_ENOUGH]]
    spelled = Counter(chain.from_iterable(found))
    lowered = "\n".join(spelled).lower().split("\n")
    totals: dict[str, int] = {}
    for low, count in zip(lowered, spelled.values(), strict=False):
        totals[low] = totals.get(low, 0) + count
    most = 0.6 * len(found)
    spellings: dict[str, list[str]] = {}
    for low, name in zip(lowered, spelled, strict=False):
        if totals[low] >= most:
            spellings.setdefault(low, []).append(name)
    best: tuple[float, int, str] = (0.0, 0, "")
    for alike in spellings.values():
        count = sum(map(spelled.__getitem__, alike))
        if count >= most and len(alike) > 1:
            count = sum(not names.isdisjoint(alike) for names in found)
        if count >= most:
            best = max(best, (count, len(alike[0]), alike[0].lower()))
    shared = max(spellings.get(best[2], [""]), key=lambda name: (spelled[name], name))
    return shared or _part_of_all(texts[:_ENOUGH])


def _part_of_all(texts: Sequence[str]) -> str:
    """Return the longest part of a name that all texts but a few have; "" where there is none."""
    lowered = [text.lower() for text in texts]
    parts: set[str] = set()
    for text in texts[:_LOOKED]:
        parts.update(map(str.lower, _PART.findall(text[:200])))
    # One that is no part of the first three is of few: most are told by that.
    likely = [part for part in parts if sum(part in text for text in lowered[:3]) > 1]
    for part in sorted(likely, key=lambda part: (-len(part), part)):
        if sum(part in text for text in lowered) >= _NEARLY_ALL * len(texts):
            return part
    return ""
