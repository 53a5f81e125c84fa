"""Heads of functions and types, as most languages write them."""

from __future__ import annotations

import re
from typing import NamedTuple

_LONGEST = 240
_BEFORE = r"(?:(?:@?[a-z][\w.]*(?:\([^()]*\)|<[^<>]*>)?|\[[^\[\]]*\]) +){0,6}?"
"""Modifiers and attributes on the same row."""
_NAME = r"(?:::)?[\w$][\w.$:?!\x27-]*"
_FUNCTION = re.compile(
    r"\(?"
    + _BEFORE
    + r"(?:(?:def|defp|defmacrop?|defun|defn-?|define|function\*?|func|fun|fn|sub|proc|procedure"
    r"|subroutine|macro|method|task|rpc|operator)(?:\s*<[^<>]*>)?(?:\s*\([^()]*\)(?=\s+\w))?"
    r"\s+\(?((?!(?:is|was|of|to|the|that|in|for|which)\b)"
    + _NAME
    + r"|[-+*/=<>!\[\]]{1,3}(?=[\s(]))"
    r"|(?:(init|deinit|constructor|destructor)[?!]?|function|func|fun) ?(?:<[^<>]*>)?[({])"
)
_TYPE = re.compile(
    r"(?:"
    + _BEFORE
    + r"(?:class|module|namespace|interface|struct|enum|trait|object|protocol|extension|record"
    r"|union|defmodule|defprotocol|defimpl|mixin|actor|impl|instance|contract|library|package)"
    r"|@(?:interface|implementation|protocol))\s+(" + _NAME + r")"
    r"(?![\w$])(?! (?:of|is|was|for|to|in|and)\b)"
)
_BRACED = re.compile(r"(?:[\w<>\[\],.:*&?~@$\x22]+ +){0,7}[*&]*([~\w$][\w$:.~]*) ?(?:<[^()]*>)?\(")
"""A function without a word that says so: its type, its name and its parameters."""
_ASSIGNED = re.compile(
    r"(?:[a-z]+ +){0,3}[\x22\x27\[]?([\w$][\w.$:-]*)[\x22\x27\]]? ?(?:: ?\w+ ?)?"
    r"(?:=|:|<-|:=|<<-) ?(?:async ?)?"
    r"(?:(?:function|fn|func|fun|lambda|proc|sub)\b|->|\\|\([^()]*\) ?(?::[^=]*)?[=-]>|\w+ ?=>)"
)
_RESULT = re.compile(r"function +(?:[\w.]+|\[[^\[\]]*\]) *= *(" + _NAME + r")")
"""A function after what it gives back, as MATLAB, Octave and Scilab write it."""
_METHOD = re.compile(r"[-+] ?\([^()]*\) ?(\w+)")
_CLAUSE = re.compile(r"([a-z]\w*)\(.*(?:->|:-)(?:\s*[\w{\[(].*)?$")
_CREATED = re.compile(
    r"create +(?:or +(?:replace|alter) +|temp\w* +|unique +|materialized +|global +)*"
    r"(table|view|function|procedure|trigger|type|index|package(?: body)?) +"
    r"(?:if +not +exists +)?([\w.\x22`\[\]]+)",
    re.IGNORECASE,
)
_WORD = re.compile(r"[\w$?!-]+")
_NO_NAMES = """
if for foreach forelse while switch catch using lock return when match guard unless until
elseif elif elsif else and or not new throw await assert super print echo do try case with
synchronized fixed checked unchecked yield sizeof typeof raise require include import from
repeat select loop let var const val
"""
_CONTROL = frozenset(_NO_NAMES.split())


class Header(NamedTuple):
    """What a row begins."""

    name: str
    is_type: bool
    is_clause: bool = False
    """Whether the same function may begin again with other arguments."""


def header(line: str, *, is_open: bool, is_braced: bool, is_outer: bool) -> Header | None:
    """Return what a row without white space in front begins, if that is a function or a type.

    `is_open` says that rows hang on it; `is_braced`, that they are between braces; `is_outer`, that
    it is not indented.
    """
    line = line[:_LONGEST]
    if found := _TYPE.match(line):
        return Header(_last(found[1]), is_type=True)
    if line[:9] == "function " and (found := _RESULT.match(line)):
        return Header(_last(found[1]), is_type=False)
    found = _FUNCTION.match(line)
    if found and (is_open or found[1] or found[2]):
        name = found[1] or found[2] or ""
        return Header(_last(name) or name, is_type=False)
    if line[0] in "cC" and (found := _CREATED.match(line)):
        is_type = found[1].lower() in {"table", "type", "package", "package body"}
        return Header(_last(found[2]), is_type=is_type)
    if is_outer and line[0].islower() and (found := _CLAUSE.match(line)):
        return Header(found[1], is_type=False, is_clause=True)
    return _wordless(line, is_braced=is_braced) if is_open else None


def _wordless(line: str, *, is_braced: bool) -> Header | None:
    """Return the function that a row begins without a word that says so."""
    found = _METHOD.match(line) or _ASSIGNED.match(line)
    if found is None and is_braced:
        found = _BRACED.match(line)
        words = line[: found.end(1)].split() if found else []
        if not words or not _CONTROL.isdisjoint((words[0], words[-1], found[1] if found else "")):
            return None
    return Header(_last(found[1]), is_type=False) if found else None


def _last(name: str) -> str:
    words: list[str] = _WORD.findall(name)
    return words[-1].strip("-") if words else ""
