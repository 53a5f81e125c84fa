"""Templates of lines: which wording each line shares with others, and what a gap is made of."""

from __future__ import annotations

import re
from collections import Counter
from typing import TYPE_CHECKING

from headroom.core.split import view_of
from headroom.lines.word import VALUE, header, key, reads_as_value, stamped, words

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence

_QUOTED = re.compile(r'"(?<![^\s(\[{,]")[^" \n]* [^"\n]*"')
_MIN_NAMED = 3
"""Lines that make a template worth naming."""
_WIDEST, _MOST = 60, 4
"""Characters of a template that are shown, and templates."""
_COUNTED, _TELLING = 8, 30
"""Characters that a count takes, and those of a template that tell which it is."""
_SELDOM, _MIN_FIXED = 2, 3
"""Lines or words so rare may be names; words that then have to be left in a line."""
_MIN_LETTERS = 4
_SERVICE = re.compile(r"[a-z][\w.-]{0,60} +\| ")
_STARS = re.compile(r"\*(?: \*)+")
_BRACKETED = re.compile(
    r"\[(?: *[0-9][^\]\n]{0,40}|(?<=[ \n]\[)[a-z][a-z_.-]{0,40}[0-9][a-z0-9_.-]{0,40})\]"
)
"""A number, or one of several hosts or workers: codes of errors have capitals."""
_BLOCK = 500_000
"""Characters that are split at once."""


def wordings(lines: Sequence[str]) -> list[str]:
    """Return the wording of each line: the line with `VALUE` for each value in it.

    Lines of the same wording are instances of one template. In a line whose wording is hardly
    ever met, a single word that is rare in the whole text is taken for a value as well: the name
    of a package or a host. One pass over all of the text, and one over the rare lines.
    """
    if not lines:
        return []
    text = view_of(lines).text
    if '"' in text:
        text = _QUOTED.sub(f'"{VALUE}"', text)
    if "[" in text:
        text = _BRACKETED.sub(f"[{VALUE}]", text)
    blocks = [block.replace("\n", " \n ").split(" ") for block in _blocks(text)]
    counts: Counter[str] = Counter()
    for parts in blocks:
        counts.update(parts)
    # Most words are plain; asking more of them costs as much as all the rest. Each is asked about
    # but once: to remember the answers would take a third longer.
    values = [word for word in counts if not word.isalpha() and reads_as_value(word)]
    known = dict.fromkeys(values, VALUE)
    out: list[str] = []
    for parts in blocks:
        out += " ".join(map(known.get, parts, parts)).split(" \n ")
    if len(out) > len(lines):  # some have line breaks inside
        return wordings([line.replace("\n", " ") for line in lines])
    seldom = max(_SELDOM, len(lines) // 100)
    rare = {word for word, count in counts.items() if count <= seldom}
    rare.difference_update(values, ("", VALUE))
    if sum(map(counts.__getitem__, [*values, VALUE])) <= seldom:
        rare.add(VALUE)
    lone = _named([wording for wording, n in Counter(out).items() if n <= _SELDOM], rare)
    return list(map(lone.get, out, out))


def _blocks(text: str) -> Iterator[str]:
    """Yield whole lines of a text, about `_BLOCK` characters at a time.

    Splitting does not let go of the interpreter, and other threads have requests to answer.
    """
    start = 0
    while (end := text.find("\n", start + _BLOCK)) > 0:
        yield text[start:end]
        start = end + 1
    yield text[start:] if start else text


def _named(wordings: Iterable[str], rare: set[str]) -> dict[str, str]:
    """Return wordings with their one rare word taken for a value, those that have just one."""
    named: dict[str, str] = {}
    for wording in wordings:
        parts = wording.split(" ")
        found = rare.intersection(parts)
        if len(found) != 1 or len(parts) - parts.count(VALUE) < _MIN_FIXED:
            continue
        (word,) = found
        if parts.count(word) == 1:
            parts[parts.index(word)] = VALUE
            named[wording] = " ".join(parts)
    return named


def kinds(
    wording: Sequence[str], lines: Sequence[str], left: Iterable[int], room: int
) -> list[tuple[int, str]]:
    """Return the templates that most lines of a gap share, with their exact counts.

    `left` are the lines in the gap, and `room` how many characters may be said; the commonest is
    cut to that, and what stands only once or twice is not named.
    """
    places = list(left)
    counts = Counter([wording[at] for at in places])
    out: list[tuple[int, str]] = []
    said: dict[str, int] = {}
    for template, count in counts.most_common(4 * _MOST):
        if count < _MIN_NAMED or len(out) == _MOST:
            break
        first = next(at for at in places if wording[at] == template)
        shown = _shown(template, lines[first])
        if shown in said:
            # They differ in what is not shown.
            at = said[shown]
            out[at] = (out[at][0] + count, shown)
            continue
        if len(shown) + _COUNTED > room:
            if out or room < _COUNTED + _TELLING:
                break
            shown = f"{shown[: room - _COUNTED - 1]}…"
        if sum(map(str.isalpha, shown)) >= _MIN_LETTERS:
            said[shown] = len(out)
            out.append((count, shown))
            room -= len(shown) + _COUNTED
    return sorted(out, key=lambda each: -each[0])


def _joined(parts: Sequence[str]) -> str:
    return _STARS.sub("*", " ".join(" ".join(parts).split()))


def _shown(template: str, line: str) -> str:
    """Return a template as people read it: its message, with `*` for values.

    Which of several services said it, as `docker compose logs` has it in front, is no part of that.
    """
    service = _SERVICE.match(line)
    if service is not None and "| " in template:
        line, template = line[service.end() :], template.partition("| ")[2]
    parts = words(line)
    size = header(parts, key(parts)) if stamped(parts) else 0
    opening = len(" ".join(parts[:size]).split(" ")) if size else 0
    parts = template.replace(VALUE, "*").split(" ")
    text = _joined(parts[opening:]).removeprefix("* ")
    if sum(map(str.isalpha, text)) < _MIN_LETTERS:
        # In a line of fields, "level=info id=7", there is no message behind what heads the line.
        text = _joined(parts)
    return text if len(text) <= _WIDEST else f"{text[: _WIDEST - 1]}…"
