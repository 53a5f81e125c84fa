"""The text of a web page: headings, paragraphs, lists, tables and code, without tags."""

from __future__ import annotations

import html
import re

_DROPPED = re.compile(
    r"<(script|style|svg|noscript|template|head)\b[^>]*>.*?</\1\s*>|<!--.*?-->|<!DOCTYPE[^>]*>",
    re.IGNORECASE | re.DOTALL,
)
_TITLE = re.compile(r"<title[^>]*>([^<]*)</title>", re.IGNORECASE)
_PRE = re.compile(r"<pre\b[^>]*>(.*?)</pre\s*>", re.IGNORECASE | re.DOTALL)
_HEADING = re.compile(r"<h([1-6])\b[^>]*>", re.IGNORECASE)
_ITEM = re.compile(r"<(?:li|dt)\b[^>]*>", re.IGNORECASE)
_CELL = re.compile(r"</t[dh]\s*>", re.IGNORECASE)
_BREAK = re.compile(
    r"</?(?:p|div|section|article|header|footer|nav|aside|main|ul|ol|dl|dd|tr|table|thead|tbody|"
    r"caption|blockquote|figure|figcaption|form|h[1-6]|hr|br|pre|li|dt|address|fieldset|details|"
    r"summary|option|select)\b[^>]*>",
    re.IGNORECASE,
)
_TAG = re.compile(r"<[/!?a-zA-Z][^<>]*>")
_BLANKS = re.compile(r"[ \t\r\f\v\u00a0]+")
_EMPTY = re.compile(r"\n[ \n\t]*\n")
_KEPT = "\0"


def text_of(page: str) -> str:
    """Return the text of a page, one block a line; any text comes out as some text."""
    title = _TITLE.search(page)
    page = _DROPPED.sub(" ", page)
    code: list[str] = []

    def put_aside(match: re.Match[str]) -> str:
        code.append(html.unescape(_TAG.sub("", match[1])).strip("\n"))
        return f"\n{_KEPT}{len(code) - 1}{_KEPT}\n"

    page = _PRE.sub(put_aside, page.replace(_KEPT, " "))
    page = page.replace("\n", " ")
    page = _HEADING.sub(lambda match: "\n" + "#" * int(match[1]) + " ", page)
    page = _CELL.sub("\t", _ITEM.sub("\n- ", page))
    page = _TAG.sub("", _BREAK.sub("\n", page))
    lines = (_BLANKS.sub(" ", line).strip() for line in html.unescape(page).split("\n"))
    text = "\n".join(line for line in lines if line)
    text = re.sub(rf"{_KEPT}([0-9]+){_KEPT}", lambda match: code[int(match[1])], text)
    head = f"{html.unescape(title[1]).strip()}\n" if title else ""
    return head + _EMPTY.sub("\n", text)
