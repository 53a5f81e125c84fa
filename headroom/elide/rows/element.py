"""Elements of XML that are records, `<testcase name="..." time="...">`, and what is in them."""

from __future__ import annotations

import html
import re
from typing import NamedTuple

from headroom.detect.markup import left_open

_TAG = re.compile(
    r"<!--.*?-->|<!\[CDATA\[.*?\]\]>|<[?!][^<>]*>"
    r"|<(?P<close>/?)(?P<name>[A-Za-z_][\w.:-]*)"
    r"(?P<attributes>(?:[^<>\"']|\"[^\"<]*\"|'[^'<]*')*?)(?P<empty>/?)>",
    re.DOTALL,
)
_ATTRIBUTE = re.compile(r"([\w.:-]+)\s*=\s*(?:\"([^\"]*)\"|'([^']*)')")
_BEGUN = re.compile(r"[\ufeff\s]*<(?:\?xml\b|[A-Za-z_])")
_PAGE = re.compile(r"<(?:html|!doctype html|body|svg)\b", re.IGNORECASE)
_MIN_RECORDS, _MIN_ATTRIBUTES = 8, 2
_COVERED = 0.6
"""Share of the text that the records are, at least."""
_DEEPEST = 40
_VALUE = 300
"""Characters of what an element inside a record says that count as a value of it."""


class Element(NamedTuple):
    """An element, and where it stands."""

    name: str
    start: int
    content: int
    """Where its start tag ends."""
    end: int
    attributes: str
    above: tuple[int, ...]
    """The numbers of the elements that it stands in."""


class Elements(NamedTuple):
    """What an XML text consists of."""

    all: dict[int, Element]
    """By number: in the order of their start tags."""
    records: list[int]


def elements(text: str) -> Elements | None:
    """Return the elements of a text most of which are records with attributes, or None."""
    head = text[:1_000]
    if _BEGUN.match(head) is None or not text.rstrip().endswith(">") or _PAGE.search(head):
        return None
    if left_open(text):
        return None
    found = _parsed(text)
    if found is None:
        return None
    by_path: dict[tuple[str, ...], list[int]] = {}
    for number, each in found.items():
        path = (*(found[above].name for above in each.above), each.name)
        by_path.setdefault(path, []).append(number)
    for path in sorted(by_path, key=len, reverse=True):
        numbers = by_path[path]
        if len(numbers) < _MIN_RECORDS:
            continue
        own = [found[number] for number in numbers]
        covered = sum(each.end - each.start for each in own)
        told = sum(map(_is_told, own))
        if covered >= _COVERED * len(text) and told * 2 > len(own):
            return Elements(found, numbers)
    return None


def _is_told(record: Element) -> bool:
    """Whether a record says by its attributes what it is: of a document they are hardly a part."""
    size = len(record.attributes)
    return record.attributes.count("=") >= _MIN_ATTRIBUTES and 2 * size > record.end - record.start


def _parsed(text: str) -> dict[int, Element] | None:
    """Return all elements, or None where tags do not close each other."""
    opened: list[tuple[int, re.Match[str]]] = []
    found: dict[int, Element] = {}
    count = 0
    for tag in _TAG.finditer(text):
        name = tag["name"]
        if name is None:
            continue
        if tag["close"]:
            if not opened or opened[-1][1]["name"] != name:
                return None
            number, begun = opened.pop()
            found[number] = _element(begun, tag.end(), opened)
            continue
        if tag["empty"]:
            found[count] = _element(tag, tag.end(), opened)
        else:
            opened.append((count, tag))
            if len(opened) > _DEEPEST:
                return None
        count += 1
    return None if opened else dict(sorted(found.items()))


def _element(begun: re.Match[str], end: int, around: list[tuple[int, re.Match[str]]]) -> Element:
    above = tuple(number for number, _ in around)
    return Element(begun["name"], begun.start(), begun.end(), end, begun["attributes"], above)


def attributes(written: str) -> dict[str, str]:
    """Return the attributes of an element by their names."""
    return {
        name: html.unescape(double or single)
        for name, double, single in _ATTRIBUTE.findall(written)
    }


def fields(text: str, found: Elements, number: int) -> dict[str, str]:
    """Return what a record says: its attributes, and what the elements inside it do."""
    record = found.all[number]
    out = attributes(record.attributes)
    inside = number + 1
    while inside in found.all and found.all[inside].start < record.end:
        child = found.all[inside]
        inside += 1
        if child.above[-1] != number:
            continue
        own = attributes(child.attributes)
        said = html.unescape(text[child.content : min(child.end, child.content + _VALUE)])
        said = own.pop("message", "") or said.partition("</")[0].strip()
        out.setdefault(child.name, said[:_VALUE] or "yes")
    return out


def inside(found: Elements, number: int) -> set[str]:
    """Return the names of the elements inside a record."""
    record = found.all[number]
    names = set()
    at = number + 1
    while at in found.all and found.all[at].start < record.end:
        names.add(found.all[at].name)
        at += 1
    return names
