"""XML whose elements are records with elements for their fields, told in JSON.

<rows><row><id>1</id><city>Oslo</city></row>...</rows>        {"rows":{"row":[{"id":"1","city":...

Feeds, answers of services, exports of databases. Attributes are fields, too; names are local ones;
what an element says beside other fields is its "#text".
"""

from __future__ import annotations

import json
import re
from itertools import groupby
from typing import TYPE_CHECKING
from xml.etree import ElementTree as ET

if TYPE_CHECKING:
    from collections.abc import Iterator

_BEGUN = re.compile(r"[\ufeff\s]*+<(?:\?xml\b|[A-Za-z_])")
_PAGE = re.compile(r"<(?:html|!doctype|!entity|body|svg|plist)\b", re.IGNORECASE)
_HEAD = 1_000
_LONGEST = 2_000_000
"""Characters of a text that is looked at."""
_RECORDS, _FIELDS = 8, 2
"""Elements of a name that stand in one place at least, and elements in most of them."""
_COVERED = 0.6
"""Share of all elements that are in the records."""
_DEEPEST, _HIGHEST = 40, 8
"""Levels of elements, and those in which the records are looked for."""

_NUMBER = re.compile(r"-?(?:0|[1-9][0-9]{0,14})(?:\.[0-9]{1,15})?", re.ASCII)


def may_be_tagged(text: str) -> bool:
    """Whether a text may be XML with records; quick to tell."""
    if len(text) > _LONGEST or _BEGUN.match(text) is None or not text.rstrip().endswith(">"):
        return False
    return _PAGE.search(text, 0, _HEAD) is None and "<!ENTITY" not in text


def as_json(text: str) -> str | None:
    """Return what the records of an XML text hold as JSON, or None where it holds none.

    Documents, in which text stands between elements, hold none; nor do texts in which elements of
    several names take turns, as their order would be lost.
    """
    if not may_be_tagged(text):
        return None
    try:
        root = ET.fromstring(text.lstrip("\ufeff \t\r\n"))  # noqa: S314 - no entities, see above
        if not _has_records(root):
            return None
        return _object({_name(root): _value(root, 0)})
    except (ET.ParseError, ValueError, LookupError):
        return None


def _has_records(root: ET.Element) -> bool:
    """Whether most of the elements are in a list of elements with fields."""
    every = sum(1 for _ in root.iter())
    level = [root]
    for _ in range(_HIGHEST):
        named: dict[tuple[int, str], list[ET.Element]] = {}
        for number, parent in enumerate(level):
            for child in parent:
                named.setdefault((number, child.tag), []).append(child)
        for records in named.values():
            fields = sum(len(each) >= _FIELDS for each in records)
            if len(records) < _RECORDS or fields * 2 <= len(records):
                continue
            if sum(1 for each in records for _ in each.iter()) >= _COVERED * every:
                return True
        level = [child for parent in level for child in parent]
    return False


def _value(element: ET.Element, depth: int) -> str:
    """Return what an element says, in JSON.

    Raises:
        ValueError: text stands between elements, names take turns, or it nests too deeply.
    """
    said = (element.text or "").strip()
    if depth > _DEEPEST or (len(element) and said) or any(_tails(element)):
        raise ValueError("a document")
    fields = {_local(name): _plain(value) for name, value in element.attrib.items()}
    for name, same in groupby(element, _name):
        values = [_value(each, depth + 1) for each in same]
        if name in fields:
            raise ValueError("elements of several names take turns")
        fields[name] = f"[{','.join(values)}]" if len(values) > 1 else values[0]
    if not fields:
        return _plain(said)
    return _object({**fields, "#text": _plain(said)} if said else fields)


def _plain(said: str) -> str:
    """Return a value in JSON: a number is spelled as it was."""
    return said if _NUMBER.fullmatch(said) else json.dumps(said, ensure_ascii=False)


def _object(fields: dict[str, str]) -> str:
    return "{" + ",".join(f"{json.dumps(name)}:{value}" for name, value in fields.items()) + "}"


def _tails(element: ET.Element) -> Iterator[str]:
    return ((child.tail or "").strip() for child in element)


def _name(element: ET.Element) -> str:
    return _local(element.tag)


def _local(name: str) -> str:
    """Return a name without its namespace."""
    return name.rpartition("}")[2]
