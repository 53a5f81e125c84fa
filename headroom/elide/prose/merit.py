"""What a span is worth whatever the question: its facts, its position, its novelty."""

import re
from bisect import bisect_right
from collections.abc import Sequence
from itertools import accumulate

from headroom.elide.prose.layout import ITEM, Layout
from headroom.elide.prose.piece import Pieces
from headroom.elide.prose.vocabulary import listed, phrases

_STRONG = frozenset(listed("merit", "strong"))
_VERDICTS = listed("merit", "verdict")
_VERDICT = frozenset((*_VERDICTS, *map(str.capitalize, _VERDICTS)))
_VERDICT_UNSPACED = phrases("merit", "verdict_unspaced")
_MAIN_SECTION, _SIDE_SECTION = (phrases("merit", f"{which}_section") for which in ("main", "side"))
_OF_MAIN, _OF_SIDE = 1.5, 0.45
_OF_POINT = 1.0  # of a span in a main section, beside what it says
_LEAD, _OF_LEAD = 3, 0.8  # sentences that a text begins with: they say what it is about
_ADVISORIES = ("cve", "ghsa", "rustsec", "pysec")
_OF_ADVISORY = 1.2  # of a span that names a known weakness, beside what it says
_OPENING = 80  # characters that tell one line from another
_TITLE = 120  # characters of a heading that are looked at
_OF_CODE = 0.6  # of a listing, for who asks for nothing in particular
_LINK = re.compile(
    r"\[[^\[\]\n]{0,300}+\]\([^()\s]{0,500}+\)|<a\b[^<>]*+>[^<]*+</a>|https?://\S+", re.IGNORECASE
)
_SIGNED, _OF_SIGNED = re.compile(r"-- \S[^<\n]*<[^<>\s]+@[^<>\s]+>"), 0.3
"""Who signed a release, and when: the same few people below each of them."""
_CODE = re.compile(r"\s*<(?:script|style|svg|!--|noscript|link|meta)", re.IGNORECASE)

_CJK_WORD = re.compile(r"[\u3040-\u30ff\u3400-\u9fff\uac00-\ud7af]")


def _by_longest_word(those: Sequence[str]) -> dict[str, list[str]]:
    """Return phrases by a word of theirs, in each spelling, that a text without them lacks."""
    found: dict[str, list[str]] = {}
    for phrase in those:
        word = max(phrase.split(), key=len)
        for spelled in {word, word.capitalize(), word.upper()}:
            found.setdefault(spelled, []).append(phrase)
    return found


_BOILERPLATE = _by_longest_word(phrases("merit", "boilerplate"))

# Prices of words, found by letting facts of encyclopedia articles survive a halving.
_OF_NEWS = 1.4  # of a span's facts in its worth
_OF_WORD = 0.1
_OF_NUMBER = 2.5
_OF_NAME = 1.0
_OF_FIRST_WORD = 0.9  # which is a name or an ordinary word with a capital
_ROW = ("<", "|")
_OF_ROW = 0.5  # of what distinguishes a table's row
_FADING = 0.15  # exponent: how fast a fact that is repeated loses value
_OVERHEAD = 15.0  # characters that a span costs beyond its own


def merit(pieces: Pieces, layout: Layout, sound: list[float]) -> list[float]:
    """Return what each span is worth whatever the question, about 0 to 4."""
    news = _news(pieces)
    dense = _holders(pieces, _VERDICT_UNSPACED)
    # Of the words of the lists few stand in a text: most spans have none of these.
    strong, verdict = pieces.seen.keys() & _STRONG, pieces.seen.keys() & _VERDICT
    advised = _advised(pieces)
    openings = [key[:_OPENING] for key in pieces.folded]
    again = _seen_before(openings)
    values: list[float] = []
    previous = -1
    each = zip(pieces.rows, news, layout.level, layout.paragraph, layout.order, sound, strict=True)
    for index, (row, new, level, paragraph, order, sure) in enumerate(each):
        value = _OF_NEWS * new
        if not strong.isdisjoint(row):
            value += 0.3
        if (verdict and not verdict.isdisjoint(row)) or index in dense:
            value += 0.5
        if index in advised:
            value += _OF_ADVISORY
        if level >= 0:
            value += 1.6 - 0.15 * level
        elif paragraph != previous:
            value += 0.25
        value += 0.4 / (1 + index) + 0.5 / (1 + order)
        previous = paragraph
        if not row or index in again:
            value *= 0.3
        values.append(value * sure)
    for index in _lead(pieces, layout):
        values[index] += _OF_LEAD * sound[index]
    shares = _sections(pieces, layout)
    return [
        value * share + (_OF_POINT * sure if share > 1.0 else 0.0)
        for value, share, sure in zip(values, shares, sound, strict=True)
    ]


def _seen_before(keys: list[str]) -> set[int]:
    """Return which keys there were before."""
    if len(set(keys)) == len(keys):
        return set()
    first = dict(zip(reversed(keys), range(len(keys) - 1, -1, -1), strict=True))
    return set(range(len(keys))).difference(first.values())


def _holders(pieces: Pieces, probes: Sequence[str]) -> set[int]:
    """Return the spans that have any of some words of scripts without spaces."""
    probes = [probe for probe in probes if pieces.foreign.issuperset(probe)]
    return {index for probe in probes for index in pieces.holders(probe)}


def _advised(pieces: Pieces) -> set[int]:
    """Return the spans that name an advisory by its number: a weakness, and who is hit by it."""
    names = [name for name in _ADVISORIES if name.upper() in pieces.seen]
    return {index for name in names for index in pieces.holders(f"{name}-")}


def _lead(pieces: Pieces, layout: Layout) -> list[int]:
    """Return the first sentences of the text, headings and labels left aside."""
    lead: list[int] = []
    for index, row in enumerate(pieces.rows):
        if len(lead) == _LEAD:
            break
        heading = 0 <= layout.level[index] < ITEM
        if not heading and not layout.chrome[index] and (len(row) > 5 or lead):
            lead.append(index)
    return lead


def _sections(pieces: Pieces, layout: Layout) -> list[float]:
    """Return what the section that a span stands in makes of its worth; 1 for most."""
    shares: list[float] = []
    titled = _titled(pieces, layout)
    for index, (raw, above) in enumerate(zip(pieces.raw, layout.parent, strict=True)):
        share = shares[above] if above >= 0 else 1.0
        if layout.level[index] > 0 and share == 1.0:
            share = titled.get(index, share)
        elif raw.startswith(("```", "~~~")):
            share *= _OF_CODE
        shares.append(share)
    return shares


def _titled(pieces: Pieces, layout: Layout) -> dict[int, float]:
    """Return what the titles of sections say of their worth, those left out that say nothing."""
    places = [index for index, level in enumerate(layout.level) if level > 0]
    titles = [pieces.raw[index][:_TITLE].lower() for index in places]
    # All at once: there are many stems, and hardly any title has one.
    joined = "\0".join(titles)
    starts = [0, *accumulate(len(title) + 1 for title in titles)]
    found: dict[int, float] = {}
    for stems, share in ((_SIDE_SECTION, _OF_SIDE), (_MAIN_SECTION, _OF_MAIN)):
        for stem in stems:
            at = joined.find(stem)
            while at >= 0:
                title = bisect_right(starts, at) - 1
                found[places[title]] = share
                at = joined.find(stem, starts[title + 1])
    return found


def _news(pieces: Pieces) -> list[float]:
    """Return for each span how many rare names and numbers it has for its length."""
    seen = pieces.seen
    price: dict[str, float] = {}
    fading = {count: count**_FADING for count in set(seen.values())}
    plain = {count: _OF_WORD / faded for count, faded in fading.items()}
    for word, count in seen.items():
        if word.islower():
            price[word] = plain[count] if len(word) > 4 else 0.0
        elif not word.isascii() and _CJK_WORD.match(word):
            price[word] = 0.5 if 1 < len(word) < 7 else 0.0
            price[word] += 1.0 if any(map(str.isdigit, word)) else 0.0
        elif word[0].isdigit():
            price[word] = _OF_NUMBER / fading[count]
        else:  # a name, unless it is a common word at the beginning of a sentence
            price[word] = (_OF_FIRST_WORD if word.lower() in seen else _OF_NAME) / fading[count]
    news = [
        sum(map(price.__getitem__, words)) / (len(raw) / _OVERHEAD + 1.0)
        for words, raw in zip(pieces.words, pieces.raw, strict=True)
    ]
    for index, raw in enumerate(pieces.raw):
        if raw[:1] in _ROW and raw.startswith(("<tr", "|")):  # a row: what the others do not have
            news[index] += _OF_ROW * sum(1.0 / seen[word] ** 2 for word in pieces.words[index])
    return news


def soundness(pieces: Pieces, chrome: list[bool]) -> list[float]:
    """Return 1 for running text, less for markup, lists of links and boilerplate."""
    sound: list[float] = []
    for raw, bare, frame in zip(pieces.raw, pieces.bare, chrome, strict=True):
        share = 0.4 if frame else 1.0
        if "<" not in raw and "://" not in raw and "](" not in raw:
            sound.append(share)
            continue
        if "](" in raw or "<a" in raw or "://" in raw:
            linked = sum(map(len, _LINK.findall(raw)))
            share *= 0.3 if linked > 0.6 * len(raw) else 1.0
        if "<" in raw and not raw.startswith("<tr"):
            visible = len(" ".join(bare.split()))
            share *= min(1.0, 0.15 + 1.2 * visible / len(raw)) * min(1.0, 0.3 + visible / 80.0)
            share = 0.02 if _CODE.match(raw) else share
            share *= _OF_SIGNED if _SIGNED.match(raw) else 1.0
        sound.append(share)
    found = pieces.seen.keys() & _BOILERPLATE.keys()
    found |= pieces.foreign & _BOILERPLATE.keys()
    for phrase in dict.fromkeys(phrase for word in found for phrase in _BOILERPLATE[word]):
        for index in pieces.holders(phrase):
            sound[index] *= 0.4
    return sound
