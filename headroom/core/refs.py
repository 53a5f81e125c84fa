"""Refs: short names of originals, the same for the same text in every process."""

from __future__ import annotations

import re
from hashlib import blake2b
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterator

_LETTERS = "0123456789abcdefghjkmnpqrstvwxyz"
"""Crockford's base 32: no letter is mistaken for a digit."""
_LENGTH = 10
"""50 bits: with a million originals, two share a ref with a chance of 1 in 2,000."""
_FORMS = 4
"""Forms of one original that are known of: more say little about what a reader has."""
REF = re.compile(rf"[{_LETTERS}]{{{_LENGTH}}}")
_WITHIN = re.compile(rf"(?<![0-9a-z]){REF.pattern}(?![0-9a-z])")
_MOST = 1_000
"""Characters in which a ref is looked for."""


def ref_of(text: str) -> str:
    """Return the ref of a text: ten letters and digits that follow from its content alone."""
    digest = blake2b(text.encode("utf-8", "surrogatepass"), digest_size=8).digest()
    number = int.from_bytes(digest, "big")
    return "".join([_LETTERS[number >> (5 * at) & 31] for at in range(_LENGTH)])


def ref_from(written: str) -> str | None:
    """Return the ref that somebody wrote, in brackets, in capitals or with the call around it.

    None where there is none, or where there are several.
    """
    found = {*_WITHIN.findall(written[:_MOST].lower())}
    return found.pop() if len(found) == 1 and len(written) <= _MOST else None


def shown_refs(ref: str) -> list[str]:
    """Return the refs under which the forms in which an original was shown lie beside it."""
    return list(each_shown_ref(ref))


def each_shown_ref(ref: str) -> Iterator[str]:
    """Yield the same one by one: the first is nearly always the one that is wanted."""
    for at in range(_FORMS):
        yield ref_of(f"{ref}\0shown\0{at}")


def ref_in(note: str) -> str:
    """Return the ref that the note of a block with gaps begins with.

    Raises:
        ValueError: there is none.
    """
    match = REF.match(note)
    if match is None or note[match.end() : match.end() + 1] != ":":
        raise ValueError("a text with gaps that names no original")
    return match[0]
