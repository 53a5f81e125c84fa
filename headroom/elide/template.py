"""Templates of lines: which wording each line shares with others, and what a gap is made of."""

from __future__ import annotations

import re
from collections import Counter
from typing import TYPE_CHECKING

from headroom.lines.word import VALUE, header, is_value, key, stamped, words

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence
    from collections.abc import Set as AbstractSet

_QUOTED = re.compile(r'"(?<![^\s(\[{,]")[^" \n]* [^"\n]*"')
_MIN_NAMED = 3
"""Lines that make a template worth naming."""
_WIDEST, _MOST = 60, 4
"""Characters of a template that are shown, and templates."""
_SELDOM, _MIN_FIXED = 2, 3
"""Lines or words so rare may be names; words that then have to be left in a line."""
_MIN_LETTERS = 4
_STARS = re.compile(r"\*(?: \*)+")
_BRACKETED = re.compile(r"\[ *[0-9][^\]\n]{0,40}\]")


def wordings(lines: Sequence[str]) -> list[str]:
    """Return the wording of each line: the line with `VALUE` for each value in it.

    Lines of the same wording are instances of one template. In a line whose wording is hardly
    ever met, a single word that is rare in the whole text is taken for a value as well: the name
    of a package or a host. One pass over all of the text, and one over the rare lines.
    """
    if not lines:
        return []
    text = "\n".join(lines)
    if text.count("\n") >= len(lines):
        text = "\n".join(line.replace("\n", " ") for line in lines)
    if '"' in text:
        text = _QUOTED.sub(f'"{VALUE}"', text)
    if "[" in text:
        text = _BRACKETED.sub(f"[{VALUE}]", text)
    parts = text.replace("\n", " \n ").split(" ")
    counts = Counter(parts)
    # Most words are plain; asking more of them costs as much as all the rest.
    values = [word for word in counts if not word.isalpha() and is_value(word)]
    known = dict.fromkeys(values, VALUE)
    out = " ".join(map(known.get, parts, parts)).split(" \n ")
    seldom = max(_SELDOM, len(lines) // 100)
    rare = {word for word, count in counts.items() if count <= seldom}
    rare.difference_update(values, ("", VALUE))
    if sum(map(counts.__getitem__, [*values, VALUE])) <= seldom:
        rare.add(VALUE)
    lone = {wording: _named(wording, rare) for wording, n in Counter(out).items() if n <= _SELDOM}
    return list(map(lone.get, out, out))


def _named(wording: str, rare: AbstractSet[str]) -> str:
    """Return a wording with its one rare word taken for a value, where it has just one."""
    parts = wording.split(" ")
    found = list(filter(rare.__contains__, parts))
    if len(found) != 1 or len(parts) - parts.count(VALUE) < _MIN_FIXED:
        return wording
    parts[parts.index(found[0])] = VALUE
    return " ".join(parts)


def kinds(
    wording: Sequence[str], lines: Sequence[str], left: Iterable[int], room: int
) -> list[tuple[int, str]]:
    """Return the templates that most lines of a gap share, with their exact counts.

    `left` are the lines in the gap, and `room` how many characters may be said; what stands only
    once or twice is not named.
    """
    places = list(left)
    counts = Counter([wording[at] for at in places])
    first = {wording[at]: at for at in reversed(places)}
    out: list[tuple[int, str]] = []
    for template, count in counts.most_common(2 * _MOST):
        if count < _MIN_NAMED or len(out) == _MOST:
            break
        shown = _shown(template, lines[first[template]])
        if len(shown) + 8 > room:
            break
        if sum(map(str.isalpha, shown)) >= _MIN_LETTERS:
            out.append((count, shown))
            room -= len(shown) + 8
    return out


def _shown(template: str, line: str) -> str:
    """Return a template as people read it: its message, with `*` for values."""
    parts = words(line)
    size = header(parts, key(parts)) if stamped(parts) else 0
    opening = len(" ".join(parts[:size]).split(" ")) if size else 0
    said = template.replace(VALUE, "*").split(" ")[opening:]
    text = _STARS.sub("*", " ".join(" ".join(said).split())).removeprefix("* ")
    return text if len(text) <= _WIDEST else f"{text[: _WIDEST - 1]}…"
