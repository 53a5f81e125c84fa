"""Asides of kept sentences that may go: clauses that add no fact, no rule and nothing asked for."""

import re
from collections.abc import Sequence
from collections.abc import Set as AbstractSet

from headroom.elide.prose.piece import words

Span = tuple[int, int]

_ASIDE = re.compile(
    r"\((?<=\s\()[^()]{40,300}\)|（[^（）]{16,150}）"
    r"|,(?<=\w,)\s(?:which|who|whose|where)\s[^,;:.!?()\n]{40,200}(?:,|(?=\.(?:\s|$)))"
    r"|—(?<=\w\s—)\s[^—–.!?()\n]{40,200}\s[—–](?=\s)"
    r"|–(?<=\w\s–)\s[^—–.!?()\n]{40,200}\s[—–](?=\s)"
)
"""Brackets, clauses that describe without restricting, and what stands between dashes.

Each begins with a sign, so that a search passes quickly over the rest.
"""
_COMMA = 2
"""Characters before a clause that stay: its comma and the blank after it."""
_FACT = re.compile(
    r"[0-9`\"“”„«»<>\[\]_/@#=一二三四五六七八九十百千万億亿]|\w\.\w"
    r"|[A-ZÀ-ÖØ-ÞА-Я]"
)
"""Numbers, quotations, code, links and names."""
_BOUND = re.compile(
    r"\b(?:not|no|nor|never|none|cannot|\w+n['’]t|without|only|must|shall|should|may|might|can|could|"
    r"would|unless|except|if|or|until|before|after|nicht|kein\w*|nie|ohne|nur|muss|müssen|soll\w*|"
    r"darf|dürfen|kann|wenn|oder|nunca|sin|sólo|solo|debe\w*|puede\w*|si|ni|ne|pas|jamais|sans|"
    r"doit|doivent|peut|ou|не|нет|никогда|без|только|должн\w*|может|если|или)\b|[不没無无未禁必須须]|ない",
    re.IGNORECASE,
)
"""Negations, modals and conditions: a sentence means something else without them."""
_SIGNS = ("（", "—", "–")
"""What an aside begins with, besides a bracket or a comma."""
_WHOLE = ("```", "~~~", "#", "|", "<")
"""Beginnings of what is no sentence."""
_WRAPPED = 60
"""Characters of an aside over several lines below which its mark costs what it saves."""


def without_asides(
    text: str, spans: Sequence[Span], kept: Sequence[int], loose: AbstractSet[int], query: str
) -> tuple[list[Span], list[int]]:
    """Return the spans with asides of the kept ones apart, and which of them to keep.

    Only those in `loose` lose any: in a sentence that answers the question an aside may be why.
    What names a number, a person, code, a negation, a modal or a word of the query is no aside.
    """
    asked = {word[:5].casefold() for word in words(query) if len(word) > 3}
    staying = set(kept)
    out: list[Span] = []
    left: list[int] = []
    for index, (begins, end) in enumerate(spans):
        if index not in staying:
            out.append((begins, end))
            continue
        start = begins
        if index in loose and not text.startswith(_WHOLE, begins):
            found = _ASIDE.finditer(text, begins, end) if _may_have(text[begins:end]) else ()
            for match in found:
                begin, stop = match.span()
                begin += _COMMA if text[begin] == "," else 0
                if start < begin and stop < end and _is_idle(text[begin:stop], asked):
                    left.append(len(out))
                    out += (start, _before(text, begin)), (begin, stop)
                    start = _after(text, stop)
        left.append(len(out))
        out.append((start, end))
    return out, left


def _may_have(sentence: str) -> bool:
    """Whether there can be an aside at all: much faster than to look for one."""
    return (
        ", wh" in sentence
        or "(" in sentence
        or ",\nwh" in sentence
        or (not sentence.isascii() and any(sign in sentence for sign in _SIGNS))
    )


def _is_idle(aside: str, asked: set[str]) -> bool:
    """Whether nothing in the aside is a fact, a rule or asked for."""
    if "\n" in aside and len(aside) < _WRAPPED:
        return False
    if _FACT.search(aside) or _BOUND.search(aside):
        return False
    return not any(word[:5].casefold() in asked for word in words(aside))


def _before(text: str, offset: int) -> int:
    """Return where the text before an aside ends."""
    return offset - 1 if text[offset - 1].isspace() else offset


def _after(text: str, offset: int) -> int:
    """Return where the text after an aside begins."""
    return offset + 1 if text[offset].isspace() else offset
