"""Which words of prose stay, by the scores of a model: pure, whatever the model is."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from headroom.elide import prose
from headroom.elide.choice import ALWAYS, STRONG, ranges
from headroom.elide.gapped import GAP, MIN_UNITS, Gapped, within
from headroom.elide.prose import sentence
from headroom.kompress.protect import droppable

if TYPE_CHECKING:
    from collections.abc import Sequence

    from headroom.kompress.model import Token
    from headroom.kompress.protect import Span

_WORD = re.compile(r"\S+")
_TOP = 255
_EXPENDABLE = 128
"""Rank from which a word stays whatever the budget: the better half by the model's scores."""
_SLACK = 1.25
"""So many times the budget is filled with sentences, for words in them to go again."""
_LIFT = 0.3
"""How much the mean rank of a sentence's words moves its weight, from -_LIFT/2 to +_LIFT/2."""
_RUN = 3
"""So many words in a row that go leave a mark; one or two do not, it would cost as much."""


def ranks(text: str, tokens: Sequence[Token]) -> bytes:
    """Return one rank for each word (run of non-space) of the text, 0 to 255.

    A word's score is the mean over its tokens; the ranks are the order of the scores, spread
    evenly, so they mean the same for probabilities and logits. A word without tokens ranks highest,
    and one that may not go in the better half: what is costly is done here, once for a text.
    """
    scores: list[float | None] = []
    at = 0
    words = _words(text)
    for start, end in words:
        while at and tokens[at - 1][1] > start:
            at -= 1
        total, count = 0.0, 0
        while at < len(tokens) and tokens[at][0] < end:
            if tokens[at][1] > start:
                total, count = total + tokens[at][2], count + 1
            at += 1
        scores.append(total / count if count else None)
    order = sorted({score for score in scores if score is not None})
    steps = max(len(order) - 1, 1)
    place: dict[float | None, int] = {score: _TOP * n // steps for n, score in enumerate(order)}
    place[None] = _TOP
    return bytes(
        place[score] if goes else _EXPENDABLE + place[score] // 2
        for score, goes in zip(scores, droppable(text, words), strict=True)
    )


def by_word(text: str, ranked: bytes, query: str, share: float) -> Gapped | None:
    """Return the sentences that matter without the words that matter least in them.

    `ranked` is what `ranks` made of the same text. About `share` of the characters stays. Words
    stay as they are and in order; those in the better half, and all of a sentence that answers the
    query, stay wherever their sentence does. None where nothing can go.
    """
    spans = sentence.split(text)
    words = _words(text)
    if len(spans) < MIN_UNITS or len(ranked) != len(words):
        return None
    members = _members(words, spans)
    asked = prose.weigh(text, spans, query)
    weights = _weights(asked, ranked, members)
    pieces = [text[a:b] for a, b in spans]
    kept: list[int] = []
    loose: list[int] = []
    size, room = 0, _SLACK
    for _ in range(2):  # as much more than the share as words can make up for, 1.25 times at most
        kept = within(weights, pieces, min(share * room, 1.0))
        size = sum(len(pieces[at]) for at in kept)
        loose = [
            n
            for at in kept
            if not query or asked[at] < STRONG
            for n in _lightest(ranked, *members[at])
        ]
        spare = sum(words[n][1] - words[n][0] + 1 for n in loose)
        if spare >= (1.0 - 1.0 / room) * size:
            break
        room = size / max(size - spare, 1)
    gone = _gone(words, ranked, loose, size - share * sum(map(len, pieces)))
    if len(kept) == len(spans) and not gone:
        return None
    out = [
        _shown(
            text,
            (spans[first][0], spans[last][1]),
            [words[n] for n in range(members[first][0], members[last][1]) if n in gone],
        )
        for first, last in ranges(kept)
    ]
    shown = sum(members[at][1] - members[at][0] for at in kept) - len(gone)
    return Gapped(
        f" {GAP.strip()}\n".join(out),
        _said(shown, len(words), len(kept), len(spans)),
        'lines="A-B"',
    )


def _said(words: int, of_words: int, sentences: int, of_sentences: int) -> str:
    return (
        f"{words:,} of {of_words:,} words from {sentences:,} of {of_sentences:,} sentences, "
        f'"{GAP.strip()}" stands for others, gaps of a word or two have no mark'
    )


def _words(text: str) -> list[Span]:
    return [match.span() for match in _WORD.finditer(text)]


def _members(words: Sequence[Span], spans: Sequence[Span]) -> list[Span]:
    """Return for each sentence the range of the words that begin in it."""
    out: list[Span] = []
    at = 0
    for start, end in spans:
        while at < len(words) and words[at][0] < start:
            at += 1
        first = at
        while at < len(words) and words[at][0] < end:
            at += 1
        out.append((first, at))
    return out


def _weights(weights: Sequence[float], ranked: bytes, members: Sequence[Span]) -> list[float]:
    """Return the weights of the sentences, moved by what the model thinks of their words."""
    return [
        min(weight * (1.0 - _LIFT / 2 + _LIFT * _mean(ranked, *member)), ALWAYS - 0.1)
        for weight, member in zip(weights, members, strict=True)
    ]


def _mean(ranked: bytes, first: int, last: int) -> float:
    """Return the mean rank of a range of words, 0 to 1."""
    return sum(ranked[first:last]) / (_TOP * (last - first)) if last > first else 0.5


def _lightest(ranked: bytes, first: int, last: int) -> list[int]:
    """Return the words of a sentence that may go, a third of it at most: the rest is to be read."""
    free = [n for n in range(first, last) if ranked[n] < _EXPENDABLE]
    most = (last - first) // 3
    return free if len(free) <= most else sorted(free, key=ranked.__getitem__)[:most]


def _gone(words: Sequence[Span], ranked: bytes, loose: Sequence[int], surplus: float) -> set[int]:
    """Return which of the loose words go so that the surplus of characters is spent."""
    gone: set[int] = set()
    for _, n in sorted((ranked[n], n) for n in loose):
        if surplus <= 0:
            break
        gone.add(n)
        surplus -= words[n][1] - words[n][0] + 1
    return gone


def _shown(text: str, span: Span, gone: Sequence[Span]) -> str:
    """Return a stretch of the text without some of its words and the white space before each."""
    out: list[str] = []
    position = span[0]
    for first, last in _runs(text, gone):
        start, end = gone[first][0], gone[last][1]
        out.append(text[position:start].rstrip(" \t"))
        if last - first + 1 >= _RUN:
            out.append(f" {GAP.strip()}")
        position = end
    out.append(text[position : span[1]])
    return "".join(out).strip("\n")


def _runs(text: str, gone: Sequence[Span]) -> list[Span]:
    """Return the ranges of words with nothing but spaces between them."""
    runs: list[Span] = []
    for at, (start, _) in enumerate(gone):
        if runs and not text[gone[at - 1][1] : start].strip(" \t"):
            runs[-1] = runs[-1][0], at
        else:
            runs.append((at, at))
    return runs
