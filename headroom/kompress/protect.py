"""Words of prose that never go, because a sentence without them says something else."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

Span = tuple[int, int]

_PLAIN = re.compile(r"[^\W\d_]{1,24}(?:-[^\W\d_]{1,24})?")
"""What may go: letters alone. A stop or comma at a word holds the sentence together."""
_WHOLE = re.compile(
    r"(?P<ticks>`{1,3})(?!`)[^\n]{1,400}?(?<!`)(?P=ticks)(?!`)"
    r"|!?\[[^\[\]\n]{0,400}\]\([^()\s]{0,600}\)|\[[^\[\]\n]{1,400}\]\[[^\[\]\n]{0,80}\]"
    r"|<[^<>\n]{1,400}>"
    r'|"[^"\n]{1,600}"|“[^”\n]{1,600}”|„[^“”\n]{1,600}[“”]|«[^»\n]{1,600}»|»[^«\n]{1,600}«'
    r"|‘[^’\n]{1,300}’(?!\w)|(?<!\w)'[^'\n]{1,300}'(?!\w)|\*\*[^*\n]{1,300}\*\*"
)
"""Code, links, tags, quotations and what is set in bold: all of it or nothing."""
_APART = re.compile(r"[ \t]*(?:#{1,6}[ \t]|[|>])|(?:\t| {4,})\S|.*\w[ \t]*:[ \t]*$")
"""Lines that are no running text: headings, rows, quotations, code, "as follows:"."""
_FENCE = re.compile(r"[ \t]*(?:`{3}|~{3})|[ \t]*<(?:pre|script|style|code)\b", re.IGNORECASE)

_SHORT = 3
"""Letters of an article or a preposition."""

_NEGATIONS = (
    "no not nor none never neither nothing nobody nowhere cannot without hardly barely scarcely "
    "rarely seldom except unless instead lack lacks lacking fail fails failed false "
    "nicht nie niemals nichts niemand kein keine keinen keinem keiner keines ohne weder kaum "
    "außer sondern statt non ne pas jamais rien aucun aucune sans ni sauf nunca jamás nada nadie "
    "ningún ninguna ninguno sin tampoco salvo não nem nenhum nenhuma sem mai niente nessuno "
    "nessuna senza né не ни нет нельзя без никогда никто ничто ничего кроме"
)
_MODALS = (
    "must shall should may might can could will would need needs ought have has had required "
    "allowed forbidden optional only muss müssen musst soll sollen sollte darf dürfen kann können "
    "könnte wird werden würde nur doit doivent peut peuvent devrait faut seulement debe deben "
    "puede pueden debería solo sólo deve devono può possono dovrebbe devem pode podem só "
    "должен должна должно должны может могут можно нужно только"
)
_AMOUNTS = (
    "all any some each every both either few fewer many more most much less least several half "
    "once twice zero one two three four five six seven eight nine ten eleven twelve twenty thirty "
    "forty fifty sixty hundred thousand million billion dozen first second third last next "
    "before after until till since during above below under over between within than up down "
    "if then else when while because alle jede jeder jedes einige wenige viele mehr weniger ein "
    "eins zwei drei vier fünf sechs sieben acht neun zehn hundert tausend vor nach bis seit wenn "
    "als un deux trois quatre cinq six sept huit neuf dix cent mille tous toutes chaque avant "
    "après si dos tres cuatro cinco seis siete ocho nueve diez cien mil todo todos cada antes "
    "después hasta due tre quattro sei sette otto nove dieci cento tutti ogni prima dopo se dois "
    "três quatro sete oito dez depois один два три четыре пять шесть семь восемь девять десять "
    "сто тысяча все каждый до после если"
)
_PROTECTED = frozenset(f"{_NEGATIONS} {_MODALS} {_AMOUNTS}".split())
"""Negations, modals, amounts, order and conditions, in the languages of the sentence splitter."""


def droppable(text: str, words: Sequence[Span]) -> list[bool]:
    """Return for each word, in order, whether the text may be shown without it.

    A word may go only if it is made of small letters of a script that has capitals, stands in
    running text behind another word of its line, and is neither protected nor in code, a link, a
    tag, a quotation or bold print. What stands next to a name or a number stays with it: it may be
    its unit, and "between New France and the British" is looked for as it is.
    """
    spelled = [text[start:end] for start, end in words]
    plain = [_goes(word) for word in spelled]
    for at, word in enumerate(spelled):
        number = any(map(str.isdigit, word))
        if number or word != word.lower():
            _keep_around(plain, spelled, at)
        if number and at + 2 < len(plain):
            plain[at + 2] = False
    _except(plain, words, _whole(text))
    _except(plain, words, _apart(text))
    before = 0
    for at, (start, end) in enumerate(words):
        if not at or "\n" in text[before:start]:
            plain[at] = False  # what a line begins with says what sort of line it is
        before = end
    return plain


def _keep_around(plain: list[bool], words: Sequence[str], at: int) -> None:
    """Keep the neighbours of a fact, and a short word between a neighbour and whatever is next."""
    for step in (-1, 1):
        near, far = at + step, at + 2 * step
        if 0 <= near < len(plain):
            plain[near] = False
        if 0 <= far < len(plain) and len(words[far]) <= _SHORT:
            plain[far] = False


def _goes(word: str) -> bool:
    if _PLAIN.fullmatch(word) is None or word in _PROTECTED:
        return False
    return word == word.lower() and word != word.upper()


def _whole(text: str) -> Iterator[Span]:
    for match in _WHOLE.finditer(text):
        yield match.span()


def _apart(text: str) -> Iterator[Span]:
    """Yield the lines that are no running text, and fenced code."""
    position, fence = 0, ""
    for line in text.split("\n"):
        end = position + len(line)
        opens = _FENCE.match(line)
        if fence:
            yield position, end
            fence = "" if _closes(line, fence) else fence
        elif opens is not None:
            yield position, end
            mark = opens[0].strip().lower()
            closer = mark if mark[0] in "`~" else f"</{mark[1:]}"
            fence = closer if closer not in line[opens.end() :].lower() else ""
        elif _APART.match(line[:2000]) is not None:
            yield position, end
        position = end + 1


def _closes(line: str, fence: str) -> bool:
    return fence in line.lower() if fence[0] == "<" else line.lstrip().startswith(fence)


def _except(plain: list[bool], words: Sequence[Span], spans: Iterator[Span]) -> None:
    """Set False what one of the ordered spans touches."""
    at = 0
    for start, end in spans:
        while at < len(words) and words[at][1] <= start:
            at += 1
        while at < len(words) and words[at][0] < end:
            plain[at] = False
            at += 1
        at = max(at - 1, 0)
