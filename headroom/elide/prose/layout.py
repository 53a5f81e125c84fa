"""Where each span of a text stands: its heading, its paragraph, navigation around it."""

import re
from collections.abc import Sequence
from typing import NamedTuple

from headroom.elide.prose.paged import edges, sections

_HEADING = re.compile(
    r"(?:<a\b[^<>]{0,200}>\s*(?:</a>\s*)?)*+(?P<hash>\#{1,6})[ \t]"
    r"|(?P<wiki>={2,6})[ ]?\S[^\n]*=$|(?:<[^<>]*+>\s*)*?<h(?P<tag>[1-6])\b"
    r"|(?P<top><title\b|<document\b|\"(?:title|heading|name)\"\s*:|\[\d{1,4}\][ ][^\n]{1,120}$)"
    r"|[^\n]{1,200}\n[ \t]*(?P<under>[=\-*+~^\"'`#_.:])(?P=under){2,}$"
    r"|(?P<minor>\*\*[^*\n]{1,80}\*\*:?$|[^\n<>|]{1,60}:$|(?:<[^<>]*+>\s*)*?<(?:dt|caption)\b)",
    re.IGNORECASE,
)
# Where the frame of a web page begins, and where its content does.
_FRAME = re.compile(
    r"<(?:(?P<chrome>nav|footer|aside)\b|(?:main|article|section|h1)\b|/(?:nav|footer|aside)\b"
    r"|(?:div|ul|ol|table|td)[^<>]*?[\s\"'](?:"
    r"(?P<role>(?:navigation|search|contentinfo|footer|sidebar|navbar|breadcrumbs?|related)[\"'\s])"
    r"|(?:main|document|content|body)[\"'\s]))",
    re.IGNORECASE,
)
_ROW = re.compile(r"\s*(?:<(?:table|tbody|thead|tr|td|th)\b|</|\|)", re.IGNORECASE)
_DASHES = re.compile(r"[|\s:\-+=]++$")
_LONGEST_HEADING = 2_500  # characters, its tags included
_FENCE = re.compile(r"```[\w+-]{0,20}$")
_RULE, _AS_LONG = "----", 3
"""A rule above or below a listing, and the characters by which one of a title differs from it."""
_MOST_LISTED = 60
"""Spans that a listing has at the most."""
_BEGINS = frozenset('#=<["*')
"""What a heading of one line begins with, unless it ends with a colon."""
_SECTION = 5  # the level of a line at the margin with all below it set in
ITEM = 6  # the level of an item at the margin whose text is set in
_TERM = 7  # the level of a term above its definition
_INDENT, _DEEP = 2, 40  # blanks by which the text of an item is set in, and most that count
_LONGEST_TERM, _TERM_WORDS = 60, 7
_WIDEST, _NO_SECTION = 100, frozenset("#<|=-*+>`[")
"""Characters of such a line, and with what it does not begin."""
_HEADER_ROW = 8  # the level of a table's first row


class Layout(NamedTuple):
    """Where each span stands; every list has one entry for each span."""

    parent: list[int]  # index of the heading above, or -1
    level: list[int]  # of a heading, 0 for a title, else -1
    paragraph: list[int]  # number of the paragraph
    order: list[int]  # place in its section, counted from the heading
    chrome: list[bool]  # whether it is navigation, a side bar or a footer


def place(
    text: str, spans: Sequence[tuple[int, int]], raw: list[str], *, lined: bool = False
) -> Layout:
    """Return the headings above each span and the paragraphs they form.

    Between paragraphs stands a blank line, or, where a text is `lined`, any line break.
    """
    layout = Layout([], [], [], [], _chrome(raw))
    stack: list[tuple[int, int]] = []  # (level, index) of the headings that are open
    ranks: dict[str, int] = {}  # of underline characters, by first appearance
    paragraph = order = last = before = 0
    needed = 0 if lined else 1
    listed = _listed(raw) if "`" in text and "```" in text else frozenset[int]()
    if _RULE in text:
        listed |= _between_rules(spans, raw)
    listed |= edges(text, spans, raw)
    numbered = sections(text, spans, raw)
    each = zip(raw, spans, layout.chrome, strict=True)
    for index, (piece, (start, end), frame) in enumerate(each):
        if frame:
            stack.clear()
        if index in numbered and not frame:
            level = numbered[index]
        elif not frame and _heads(text, start, end) and index not in listed:
            level = _SECTION
        elif frame or _is_running(piece) or index in listed:
            level = -1
        else:
            level = _level_of(text, start, piece, raw[index + 1 : index + 2], ranks)
        while stack and stack[-1][0] >= (level if level >= 0 else _HEADER_ROW):
            if level < 0 and _ROW.match(piece):
                break
            stack.pop()
        order = 0 if level >= 0 else order + 1
        apart = level >= 0 or before >= 0  # from what stands before, as headings are
        if apart or (start - last > needed and text.count("\n", last, start) > needed):
            paragraph += 1
        layout.parent.append(stack[-1][1] if stack else -1)
        layout.level.append(level)
        layout.paragraph.append(paragraph)
        layout.order.append(order)
        if level >= 0:
            stack.append((level, index))
        last, before = end, level
    return layout


def _listed(raw: list[str]) -> frozenset[int]:
    """Return the spans within fences of their own: a comment in a listing is no heading."""
    fences = [index for index, piece in enumerate(raw) if _FENCE.match(piece)]
    pairs = zip(fences[::2], fences[1::2], strict=False)
    return frozenset(index for first, last in pairs for index in range(first, last + 1))


def _between_rules(spans: Sequence[tuple[int, int]], raw: list[str]) -> frozenset[int]:
    """Return the spans of listings between two rules of one length, as AsciiDoc has them.

    The second one is no line under a heading. A rule with blank lines around it stands between
    paragraphs, and a line about as long as the rules above and below it is a title.
    """
    found: set[int] = set()
    last = -1
    for index, rule in enumerate(raw[:-1]):
        if index <= last or rule.strip("-") or len(rule) < len(_RULE):
            continue
        if spans[index + 1][0] != spans[index][1] + 1:
            continue
        closing = f"\n{rule}"
        for end in range(index + 1, min(index + _MOST_LISTED, len(raw))):
            if raw[end] == rule or raw[end].endswith(closing):
                title = raw[index + 1].partition("\n")[0]
                if end > index + 2 or abs(len(title) - len(rule)) > _AS_LONG:
                    found.update(range(index, end + 1))
                    last = end
                break
    return frozenset(found)


def _heads(text: str, start: int, end: int) -> bool:
    """Return whether a span is a line by itself at the margin, and what follows is set in."""
    if text[end : end + 1] != "\n" or end - start > _WIDEST or text[start] in _NO_SECTION:
        return False
    if text[max(0, start - 2) : start].strip("\n") or (start and text[start - 1] != "\n"):
        return False
    below = text[end : end + _DEEP].lstrip("\n")
    return below[:1] == "\t" or (below[:2] == "  " and "\n" not in text[start:end])


def _is_running(piece: str) -> bool:
    """Whether a glance tells that a span is a sentence, as most are, and nothing above others."""
    return (
        len(piece) > _LONGEST_TERM
        and piece[0].isalnum()
        and piece[-1] != ":"
        and "\n" not in piece
        and "<th" not in piece
    )


def _level_of(
    text: str, start: int, piece: str, below: Sequence[str], ranks: dict[str, int]
) -> int:
    """Return the level of what stands above others, from 0 for a title, or -1 for other spans."""
    following = below[0] if below else ""
    level = _level(piece, ranks, following)
    if level > 0 and piece[0] != "<" and text[max(0, start - 4) : start] == "    ":
        level = -1  # an indented line of code
    if level < 0:
        level = _TERM if _is_term(piece, following) else _hanging(text, start, piece)
    return level


def _is_term(piece: str, following: str) -> bool:
    """Return whether a span is a short line that names what the next one tells of."""
    return (
        0 < len(piece) <= _LONGEST_TERM
        and len(following) > 2 * len(piece)
        and (piece[-1].isalnum() or piece[-1] in ")]>\"'`")
        and "\n" not in piece
        and piece[0] not in "<-*+|[{(`#"
        and piece.count(" ") < _TERM_WORDS
        and following[0] not in "<|-*+`#"
    )


def _hanging(text: str, start: int, piece: str) -> int:
    """Return the level of an item as manual pages have them, its text indented, else -1."""
    broken = piece.find("\n")
    if broken < 0 or not (piece[0].isalpha() or piece[0] in "-<[") or piece.startswith("- "):
        return -1
    begin = text.rfind("\n", 0, start) + 1
    below = piece[broken + 1 : broken + 1 + _DEEP]
    deeper = len(below) - len(below.lstrip(" \t")) - (start - begin)
    if deeper < _INDENT or text[begin:start].strip():
        return -1
    return _TERM if start > begin else ITEM


def _chrome(raw: list[str]) -> list[bool]:
    """Return for each span whether it belongs to the frame of a web page."""
    if not any("<" in piece for piece in raw):
        return [False] * len(raw)
    flags: list[bool] = []
    inside = False
    for piece in raw:
        if "<" in piece:
            began, ended = -1, -1
            for match in _FRAME.finditer(piece, 0, _LONGEST_HEADING):
                began, ended = (
                    (match.start(), ended)
                    if match["chrome"] or match["role"]
                    else (began, match.end())
                )
            flags.append(began >= 0 if not inside else ended <= began)
            inside = began > ended if max(began, ended) >= 0 else inside
        else:
            flags.append(inside)
    return flags


def _level(piece: str, ranks: dict[str, int], following: str) -> int:
    """Return the level of a heading, from 0 for a title, or -1 for other spans."""
    if piece[:1] == "|":
        return _HEADER_ROW if "--" in following and _DASHES.match(following) else -1
    may_be = piece[:1] in _BEGINS or piece[-1:] == ":" or "\n" in piece
    match = _HEADING.match(piece) if may_be and len(piece) <= _LONGEST_HEADING else None
    if match is None:
        return _HEADER_ROW if "<th" in piece and "<td" not in piece and "<tr" in piece else -1
    if mark := match["hash"] or match["wiki"]:
        return len(mark)
    if match["top"] or match["tag"]:
        return int(match["tag"] or 0)
    if mark := match["under"]:
        return 1 + ranks.setdefault(mark, min(len(ranks), 5))
    return 7
