"""The words of a line, and which of them are values rather than wording."""

from __future__ import annotations

import re

from headroom.core.memo import remembered

VALUE = "\0"
"""Stands for any value in the key of a line."""

_HEX = re.compile(r"(?=[a-f]*[0-9])[0-9a-f]{6,}", re.ASCII)
_LONG = re.compile(r"[0-9a-zA-Z]{8,}", re.ASCII)
_NUMBERED = re.compile(r"[A-Za-z][0-9]{2,}", re.ASCII)
_POSITION = re.compile(r":[0-9]+(?::[0-9]+)?$", re.ASCII)
_DIGIT = re.compile(r"[0-9]", re.ASCII)
_DIGITS = b"0123456789"
_NUMERIC = re.compile(r"[0-9]++(?:[^0-9][0-9]++)*+", re.ASCII)
"""Numbers, times and dates: half of these are digits, which need not be counted."""
_WORDING = re.compile(r"[A-Za-z'’]+[,.]?", re.ASCII)
_COUNTED = re.compile(r"[A-Z]\w{0,20}\([0-9]{1,9}\)", re.ASCII)
"""What is counted by its name: GC(17), but not the manual page printf(3)."""
_TIME = re.compile(
    r"[0-9]:[0-9]{2}(?![0-9])|[0-9]{4}-[0-9]{2}-[0-9]{2}|^\[ ?[0-9]+\.[0-9]+\]", re.ASCII
)
_SAYS, _LABEL, _TIMED = 1, 2, 4
"""Of a word: it is of the wording, it labels what follows, it holds a time."""
_MERGED = ("[", '"')
_held = remembered(2048, 200)
_DENSE = 3
"""A value has a digit in every so many characters."""
_EDGE = "()[]{}<>\"'‘’`,;:.=!?|*"
_NAMED = "trace debug info notice warn warning error fatal critical severe panic"
_LEVELS = frozenset(_NAMED.split()) | frozenset(_NAMED.upper().split())


def words(line: str) -> list[str]:
    """Return the words between single blanks; a quoted stretch or a time in brackets is one word.

    Joining them with one blank gives the line back.
    """
    pieces = line.split(" ")
    if '"' not in line and "[" not in line:
        return pieces
    out: list[str] = []
    at, size = 0, len(pieces)
    while at < size:
        end = _end(pieces, at) if pieces[at][:1] in _MERGED else at
        out.append(pieces[at] if end == at else " ".join(pieces[at : end + 1]))
        at = end + 1
    return out


def _end(pieces: list[str], at: int) -> int:
    """Return the index of the piece that ends the word beginning at `at`."""
    piece, size = pieces[at], len(pieces)
    if piece[:1] == "[" and "]" not in piece:
        for end in range(at + 1, min(at + 3, size)):
            if pieces[end][-1:] == "]" and _DIGIT.search(pieces[end]):
                return end
        return at
    if piece[:1] != '"' or piece.count('"') % 2 == 0:
        return at
    end = at + 1
    while end < size and '"' not in pieces[end]:
        end += 1
    return at if end == size or pieces[end].count('"') % 2 == 0 else end


def reads_as_value(word: str) -> bool:
    """Whether a word is a number, a time, an id, a path with digits or a quoted string.

    A name that has a digit in it ("libc6:amd64", "uint64_t") is none: messages are made of names.
    """
    if "\t" in word:
        return False
    begins = word[:1]
    if begins.isdigit() and _NUMERIC.fullmatch(word):  # as most values do
        return True
    if begins == '"' and len(word) > 1 and word.rstrip(",;:)")[-1:] == '"':
        return True
    # Most words have no digit; what is stripped below is none.
    if _DIGIT.search(word) is None:
        return False
    bare = word.strip(_EDGE)
    if bare.isascii() and bare.isidentifier():
        return _HEX.fullmatch(bare) is not None or _NUMBERED.fullmatch(bare) is not None
    return (
        _NUMERIC.fullmatch(bare) is not None
        or (word[-1] == ")" and _COUNTED.fullmatch(word) is not None)
        or bare[:1] == "/"
        or "=" in bare
        or _digits(bare) * _DENSE >= len(bare)
        or _POSITION.search(bare) is not None
        or any(map(_HEX.fullmatch, _LONG.findall(bare)))
    )


def _digits(word: str) -> int:
    """Return how many characters of a word are digits."""
    raw = word.encode("utf-8", "surrogatepass")  # Bytes are left out far faster than letters.
    return len(raw) - len(raw.translate(None, _DIGITS))


is_value = _held(reads_as_value)
"""The same, for words among which most come again."""


def key(parts: list[str]) -> tuple[str, ...]:
    """Return the wording of a line: its words, with `VALUE` for each value."""
    return tuple([VALUE if is_value(word) else word for word in parts])


def stamped(parts: list[str]) -> bool:
    """Whether a line begins with a time, as the lines of a log do."""
    return any(_sort(word) & _TIMED for word in parts[:4])


def header(parts: list[str], wording: tuple[str, ...]) -> int:
    """Return how many words stand in front of the message: times, hosts, levels, loggers.

    The message begins with the first plain word after the time, a level or a label, unless a
    label follows that word; it has at least one word.
    """
    size, started, last = min(len(wording) - 1, 16), False, 0
    for at in range(size):
        sort, value = _sort(parts[at]), wording[at] == VALUE
        if sort & _SAYS and not value:
            if started and not _sort(parts[at + 1]) & _LABEL:
                break
            if not started and _sort(wording[at + 1]) & _SAYS:
                break
        started = started or sort & (_LABEL | _TIMED) != 0
        if value or sort & _LABEL:
            last = at + 1
    return last


@_held
def _sort(word: str) -> int:
    """Return what a word is: `_SAYS`, `_LABEL` and `_TIMED`, as far as they are true of it."""
    says = _LABEL * _is_label(word) | _TIMED * (_TIME.search(word) is not None)
    return says | _SAYS * _is_wording(word)


def _is_label(word: str) -> bool:
    return word[-1:] in (":", "]", "|") or word == "-" or word.strip("[]()<>") in _LEVELS


def _is_wording(word: str) -> bool:
    return (
        _WORDING.fullmatch(word) is not None
        and word not in _LEVELS
        and not (word.isupper() and len(word) > 1)
    )


def bare(wording: tuple[str, ...]) -> bool:
    """Whether no plain wording stands among the words."""
    return not any(_sort(word) & _SAYS for word in wording)
