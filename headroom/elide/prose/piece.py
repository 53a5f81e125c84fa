"""The spans of a text in the forms that their weights are computed from."""

import re
from bisect import bisect_right
from collections import Counter
from collections.abc import Sequence
from html import unescape
from itertools import accumulate, chain

_TAG = re.compile(r"<[^<>]*+>")
_NAMED = re.compile(r"<([A-Za-z][\w-]{0,40})>")
_CLOSED = re.compile(r"</([A-Za-z][\w-]{0,40})")
_UNCLOSED = frozenset("p br hr li dt dd tr td th thead tbody tfoot option wbr img input".split())  # noqa: SIM905
"""Elements of HTML that need no end."""
_MOST_NAMED = 200
_END = "\x00"
"""What stands between pieces while all of them are read."""
_BROKEN = "\u2010\n"
_HYPHEN = re.compile(r"\u2010\n[ \t]*")
"""Where a manual page breaks a word at the end of a line."""
_WORD = re.compile(r"[^\W_]+")
_SIGN = re.compile(rf"(?!{_END})[\W_]")
_APART = {code: " " for code in range(128) if not chr(code).isalnum()}
"""What parts words of ASCII; much faster than a pattern."""
_APART_INSIDE = {code: sign for code, sign in _APART.items() if chr(code) != _END}
_ASCII = bytes(range(128))
_PARTED = bytes(32 if code in _APART_INSIDE else code for code in range(256))
_MANY = 100
"""Signs beyond ASCII from which it is faster to look at each character."""


class Pieces:
    """One span or more as they are, without tags, and as words; an index of all of them."""

    def __init__(self, text: str, spans: Sequence[tuple[int, int]]) -> None:
        self.raw = [text[start:end] for start, end in spans]
        tag = _tags(text)
        self.bare = (
            [_bare(piece, tag) if "<" in piece else piece for piece in self.raw]
            if tag is not None
            else self.raw
        )
        # All at once: many spans are short, and a call for each costs more than its text.
        whole = (
            _END.join(piece.replace(_END, " ") for piece in self.bare)
            if _END in text
            else _END.join(self.bare)
        )
        if _BROKEN in text:
            whole = _HYPHEN.sub("", whole)
        parted, self.foreign = _parted(whole)
        """Its characters beyond ASCII."""
        self.rows = [piece.split() for piece in parted.split(_END)]
        # In order: sums over them are the same in every run.
        self.words = list(map(dict.fromkeys, self.rows))
        """The different words of each span."""
        self.seen = Counter(chain.from_iterable(self.words))
        """How many spans have a word."""
        folded = _spaced(whole.casefold())
        self.folded = folded.split(_END)
        self._joined = folded.replace(_END, "\n")
        self._starts: list[int] = []

    def holders(self, probe: str) -> list[int]:
        """Return the indices of the spans that contain the case-folded `probe`."""
        found: list[int] = []
        at = self._joined.find(probe)
        if at >= 0 and not self._starts:
            self._starts = [0, *accumulate(len(piece) + 1 for piece in self.folded)]
        while at >= 0:
            index = bisect_right(self._starts, at) - 1
            found.append(index)
            at = self._joined.find(probe, self._starts[index + 1])
        return found


def _parted(text: str) -> tuple[str, set[str]]:
    """Return a text with blanks for what parts words, the ends of pieces left, and its letters.

    The second value is every character beyond ASCII.
    """
    if text.isascii():
        return text.translate(_APART_INSIDE), set()
    # As bytes, of which a table is read at once: beyond ASCII most texts have a few signs.
    data = text.encode("utf-8", "surrogatepass")
    foreign = set(data.translate(None, _ASCII).decode("utf-8", "surrogatepass"))
    signs = [sign for sign in foreign if not sign.isalnum()]
    if len(signs) > _MANY:
        return _SIGN.sub(" ", text), foreign
    parted = data.translate(_PARTED).decode("utf-8", "surrogatepass")
    for sign in signs:
        parted = parted.replace(sign, " ")
    return parted, foreign


def _spaced(text: str) -> str:
    """Return a text with one blank for what stands between words."""
    for blank in "\n\t\r\xa0\u3000":
        text = text.replace(blank, " ")
    while "  " in text:  # each time half of them go: much faster than a pattern
        text = text.replace("  ", " ")
    return text


def _tags(text: str) -> re.Pattern[str] | None:
    """Return what matches the tags of a text, or None where there are none.

    `--edit-key <userID>` says what is to be filled in: such a name is never closed.
    """
    if "<" not in text:
        return None
    named = dict.fromkeys(_NAMED.findall(text))
    if named:
        closed = _CLOSED.findall(text)
        named = dict.fromkeys(name for name in named if name.lower() not in _UNCLOSED)
        for name in closed:
            named.pop(name, None)
    if not named:
        return _TAG
    return re.compile(f"<(?!(?:{'|'.join(list(named)[:_MOST_NAMED])})>)[^<>]*+>")


def _bare(piece: str, tag: re.Pattern[str]) -> str:
    """Return the text of a piece of HTML."""
    piece = tag.sub(" ", piece)
    return unescape(piece) if "&" in piece else piece


def words(text: str) -> list[str]:
    """Return the words of a text."""
    return text.translate(_APART).split() if text.isascii() else _WORD.findall(text)
