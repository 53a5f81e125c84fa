"""The text of markup that no parser should be given: tags taken out by pattern."""

import html
import re
from collections import Counter

_HIDDEN = re.compile(r"<(?:(script|style|svg|noscript|template)\b|!--)", re.IGNORECASE)
_BREAK = re.compile(
    r"</?(?:p|div|section|article|header|footer|nav|aside|main|ul|ol|dl|dd|tr|table|thead|tbody|"
    r"caption|blockquote|figure|figcaption|form|h[1-6]|hr|br|pre|li|dt|address|fieldset|details|"
    r"summary|option|select|title)\b[^<>]*>",
    re.IGNORECASE,
)
_TAG = re.compile(r"<[/!?a-zA-Z][^<>]*>")
_BLANKS = re.compile(r"[ \t\r\f\v\u00a0]+")

_FORMATTING = frozenset(
    (
        "a",
        "b",
        "big",
        "code",
        "em",
        "font",
        "i",
        "nobr",
        "s",
        "small",
        "strike",
        "strong",
        "tt",
        "u",
    )
)
_VOID_LIST = (
    "area base br col embed hr img input link meta param source track wbr p li dt dd tr td th "
    "option thead tbody"
)
_VOID = frozenset(_VOID_LIST.split())
_BEGUN = re.compile(r"<([a-zA-Z][a-zA-Z0-9]*)")
_OPENED = re.compile(r"<(/?)([a-zA-Z][a-zA-Z0-9]*)")
_MOST_FORMATS = 100
_MOST_OPTIONS = 4_000
_DEEPEST = 2_000
_WIDE = 50_000
_WIDEST = re.compile(rf"<[a-zA-Z][^<>]{{{_WIDE}}}")
_LONGEST = 20_000_000


def stripped(page: str) -> str:
    """Return the text between the tags, one block a line."""
    page = _BREAK.sub("\n", _without_hidden(page).replace("\n", " "))
    lines = (
        _BLANKS.sub(" ", line).strip() for line in html.unescape(_TAG.sub("", page)).split("\n")
    )
    return "\n".join(line for line in lines if line)


def _without_hidden(page: str) -> str:
    """Return the page without scripts, styles and comments."""
    low = page.lower() if len(page.lower()) == len(page) else page
    kept: list[str] = []
    unclosed: set[str] = set()  # closers that do not occur any more: keeps the search linear
    cursor = 0
    while match := _HIDDEN.search(page, cursor):
        closer = f"</{match[1].lower()}" if match[1] else "-->"
        end = -1 if closer in unclosed else low.find(closer, match.end())
        if end < 0:
            unclosed.add(closer)
            kept.append(page[cursor : match.end()])
            cursor = match.end()
            continue
        kept += page[cursor : match.start()], " "
        cursor = page.find(">", end) + 1 or len(page)
    return "".join((*kept, page[cursor:]))


def is_tame(page: str) -> bool:
    """Return whether a parser of HTML reads the page in linear time.

    The repair that the standard prescribes is quadratic in elements left open, most of all in
    those of formatting, in the attributes of one element and in the options of a list.
    """
    options = page.count("<option")
    if len(page) > _LONGEST or options > _MOST_OPTIONS:
        return False
    if len(page) > _WIDE and _WIDEST.search(page):
        return False
    # Of few elements too few can be open at once: most pages need not be followed tag by tag.
    opened: Counter[str] = Counter()
    for name, count in Counter(_BEGUN.findall(page)).items():
        opened[name.lower()] += count
    if sum(opened.values()) <= _DEEPEST:
        many = [name for name in _FORMATTING if opened[name] > _MOST_FORMATS]
        return all(_most_open(page, name) <= _MOST_FORMATS + 1 for name in many)
    open_of: dict[str, int] = {}
    depth = 0
    for close, name in _OPENED.findall(page):
        low = name.lower()
        if low in _VOID:
            continue
        count = open_of.get(low, 0)
        if close:
            if count:
                open_of[low] = count - 1
                depth -= 1
            continue
        open_of[low] = count + 1
        depth += 1
        if depth > _DEEPEST or (count > _MOST_FORMATS and low in _FORMATTING):
            return False
    return True


def _most_open(page: str, name: str) -> int:
    """Return how many elements of a name are open at once, at the most."""
    most = count = 0
    for close in re.findall(rf"<(/?){name}(?![a-zA-Z0-9])", page, re.IGNORECASE | re.ASCII):
        count = max(count - 1, 0) if close else count + 1
        most = max(most, count)
    return most
