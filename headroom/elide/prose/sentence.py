"""Sentence boundaries of prose, Markdown, reStructuredText and simple HTML."""

import bisect
import re
from collections.abc import Iterator

from headroom.elide.prose.paged import NUMBER
from headroom.elide.prose.vocabulary import listed, phrases

Span = tuple[int, int]

_OPAQUE = re.compile(r"````*+|~~~~*+|<!--|<(?P<tag>script|style|pre|svg|textarea)\b", re.IGNORECASE)
"""Begins with a letter of its own in each case: so a search passes quickly over the rest."""
_DEEPEST_FENCE = 12
"""Blanks before a fence at most."""
_LINE = re.compile(
    r"""(?P<head>[ ]{0,3}\#{1,6}[ \t]|={2,6}[ ]\S)|[ \t]*+(?:
      (?P<item>(?:[-*+•‣·][ \t]|\(?[0-9]{1,3}[.)][ \t]|\(?[a-z]\)[ \t]))
    | (?P<letter>[a-z]{1,2}[.)][ \t])
    | (?P<row>\|)
    | (?P<start>"[\w-]{1,40}"[ ]?:|[{}\[\]],?$|</?document\b|\.\.[ ]\w|:\w[^:`\n]{0,60}:[ ])
    | (?P<title>\[[0-9]{1,4}\][ \t][^\n]{1,120}$)
    )""",
    re.VERBOSE | re.MULTILINE,
)
_ALONE = frozenset(("title", "letter"))
"""What begins a block only after an empty line: it may be the end of a wrapped sentence."""
_LISTED = frozenset(("item", "letter"))
_WHOLE = frozenset(("head", "row", "title"))
_RULE = re.compile(r"[ \t]*+([=\-*+~^\"'`#_.:])\1{2,}+[ \t]*$", re.MULTILINE)

_RULES = "=-*+~^\"'`#_.:"
_LETTERED = frozenset(".)")
"""What follows a letter that begins an item of a list."""

_STOP = re.compile(r"[.!?][\"')\]*_`]{0,7}+(\s++)(?=[^\sa-z:;,.)\]}=+/|&%])")
"""Where a sentence may end: after a full stop and what closes, before what may begin the next."""
_WIDE_STOP = re.compile(
    r"[.!?…。！？｡।۔؟](?:"
    r"(?<=[.!?…])[\"')\]»”’*_`」』）]{0,7}+(\s++)(?=[^\sa-z:;,.)\]}=+/|&%])"
    r"|(?<=[。！？｡।۔؟])[。！？｡।۔؟]*+[」』”’）)\"'»\]]*+\s*+)"
)
"""The same for scripts of all kinds; without the group it is a full stop that needs no blank."""
_TAG_OR_GAP = re.compile(
    r"<(?P<close>/?)(?P<name>[a-zA-Z][a-zA-Z0-9]*+)[^<>]*+>"
    r"|(?<=[.!?…:\"')\]»”’*_`>。！？])\s++(?=\S)|[。！？｡।۔؟]++[」』”’）)\"'»\]]*+\s*+"
)
_TAG = re.compile(r"</?[a-zA-Z]")
_MARKUP_ONLY = re.compile(r"(?:<[^<>]*+>|\s++)++")
_TICKS = re.compile(r"`++")
_WORD_BEFORE = re.compile(r"(?:\w|\.(?=\w))+$")

_BLOCK_TAG_LIST = (
    "address article aside blockquote body br button caption center dd details div dl dt fieldset "
    "figcaption figure footer form h1 h2 h3 h4 h5 h6 head header hr html legend li link main meta "
    "nav ol option p section select summary table tbody tfoot thead title tr ul"
)
_BLOCK_TAGS = frozenset(_BLOCK_TAG_LIST.split())
_CLOSERS = "\"')]»”’*_`」』）"
_TERMINATORS = ".!?…"
_CONTINUES = ":;,.)]}=+/|&%"  # what no sentence begins with
_ABBREVIATIONS = frozenset(listed("sentence", "abbreviations"))
_BEFORE_ORDINAL = frozenset(listed("sentence", "ordinal"))
_ORDERED = tuple(phrases("sentence", "ordered"))

_SHORT_ITEM = 400  # characters
_LONGEST = 1_200  # characters of a unit without any full stop that is broken at line ends


def split(text: str) -> list[Span]:
    """Return the spans of the sentences, headings, list items and code blocks of `text`, in order.

    The spans do not overlap, none is empty, and only white space lies between them. Fenced code,
    `pre`, scripts and comments are one span each; tags belong to the span they open or close.
    Any text is accepted; time is linear in its length.
    """
    spans: list[Span] = []
    cursor = 0
    for start, end in _opaque(text):
        _prose(text, cursor, start, spans)
        spans.append((start, end))
        cursor = end
    _prose(text, cursor, len(text), spans)
    return _glue(text, _trimmed(text, spans))


def _trimmed(text: str, spans: list[Span]) -> list[Span]:
    """Return the spans without white space at their ends; what is nothing else is left out."""
    out: list[Span] = []
    for start, end in spans:
        if start < end and not text[start].isspace() and not text[end - 1].isspace():
            out.append((start, end))
            continue
        piece = text[start:end].rstrip()
        if piece:
            size = len(piece)
            stop = start + size
            out.append((stop - len(piece.lstrip()) if piece[0].isspace() else start, stop))
    return out


def _opaque(text: str) -> Iterator[Span]:
    """Yield the code blocks, scripts and comments that are never split."""
    if not any(sign[0] in text and sign in text for sign in ("<", "```", "~~~")):
        return
    lowered = ""
    dead: set[str] = set()  # closers known not to occur any more: keeps the search linear
    cursor = 0
    while match := _OPAQUE.search(text, cursor):
        start, begun = match.start(), cursor
        cursor = match.end()
        fence = match[0]
        if fence[0] != "<":
            start = _margin(text, begun, start)
            if start < 0 or (fence[0] == "~" and _text_above(text, start)):
                continue  # within a line, or the underline of a heading
            key = fence
            end = -1 if any(map(fence.startswith, dead)) else _fence_end(text, cursor, fence)
        elif tag := match["tag"]:
            key = "</" + tag.lower()
            lowered = lowered or _lower(text)
            end = lowered.find(key, cursor) if key not in dead else -1
            end = text.find(">", end) + 1 if end >= 0 else -1
        else:
            key = "-->"
            end = text.find(key, cursor) + len(key) if key not in dead else -1
            end = end if end > cursor else -1
        if end <= 0:
            dead.add(key)
            continue
        yield start, end
        cursor = end


def _margin(text: str, begun: int, at: int) -> int:
    """Return where the line of a fence begins, not before `begun`, or -1: it stands within one."""
    start = text.rfind("\n", max(begun - 1, at - _DEEPEST_FENCE - 1, 0), at) + 1
    if start == 0 and at > _DEEPEST_FENCE:
        return -1
    return start if start >= begun and not text[start:at].strip(" \t") else -1


def _lower(text: str) -> str:
    """Return `text` with its ASCII capitals lowered, of the same length."""
    lowered = text.lower()
    if len(lowered) == len(text):
        return lowered
    return text.translate(dict(zip(range(65, 91), range(97, 123), strict=True)))


def _text_above(text: str, start: int) -> bool:
    """Return whether the line before the one at `start` has text."""
    above = text.rfind("\n", 0, max(start - 1, 0)) + 1
    return start > 0 and not text[above : start - 1].isspace() and above < start - 1


def _fence_end(text: str, cursor: int, fence: str) -> int:
    """Return the end of the line that closes `fence`, or -1."""
    while (cursor := text.find("\n", cursor)) >= 0:
        cursor += 1
        stop = text.find("\n", cursor)
        stop = len(text) if stop < 0 else stop
        line = text[cursor:stop].strip()
        if line.startswith(fence) and not line.strip(fence[0]):
            return stop
    return -1


def _prose(text: str, start: int, end: int, out: list[Span]) -> None:
    """Append the units of a stretch without opaque blocks."""
    begin = start  # of the block being gathered
    lines = 0  # gathered so far
    listed = False  # whether it is an item of a list
    position = start
    for line in text[start:end].split("\n"):
        stop = position + len(line) + 1
        said = line.lstrip()
        if not said:
            _block(text, begin, position, out, listed=listed)
            begin, lines, listed = stop, 0, False
        elif said[0].isalpha() and said[1:2] not in _LETTERED and said[2:3] not in _LETTERED:
            lines += 1
        elif _is_rule(said):
            if lines == 1:
                out.append((begin, min(stop, end)))
            else:
                _block(text, begin, position, out, listed=listed)
                out.append((position, min(stop, end)))
            begin, lines, listed = stop, 0, False
        elif (match := _LINE.match(line)) and (lines == 0 or match.lastgroup not in _ALONE):
            _block(text, begin, position, out, listed=listed)
            begin, lines, listed = position, 1, match.lastgroup in _LISTED
            if match.lastgroup in _WHOLE:
                out.append((position, min(stop, end)))
                begin, lines = stop, 0
        else:
            lines += 1
        position = stop
    _block(text, begin, end, out, listed=listed)


def _is_rule(said: str) -> bool:
    """Return whether a line, without what it is indented by, is an underline or a rule."""
    return said[0] in _RULES and _RULE.fullmatch(said.rstrip("\r\n")) is not None


def _block(text: str, start: int, end: int, out: list[Span], *, listed: bool) -> None:
    """Append the sentences of a paragraph; a short list item stays whole."""
    if start >= end:
        return
    if listed and end - start <= _SHORT_ITEM:
        out.append((start, end))
        return
    cursor = start
    markup = text.find("<", start, end) >= 0 and _TAG.search(text, start, end) is not None
    for stop in (_marked_up if markup else _boundaries)(text, start, end):
        if stop > cursor:
            out += _bounded(text, cursor, stop) if stop - cursor > _LONGEST else ((cursor, stop),)
            cursor = stop
    out += _bounded(text, cursor, end)


def _bounded(text: str, start: int, end: int) -> Iterator[Span]:
    """Yield the span, broken at line ends where it is long and has several lines."""
    while end - start > _LONGEST:
        stop = text.rfind("\n", start, start + _LONGEST) + 1
        stop = stop or text.find("\n", start, end) + 1
        if not stop or stop <= start:
            break
        yield start, stop
        start = stop
    yield start, end


def _boundaries(text: str, start: int, end: int) -> Iterator[int]:
    """Yield the offsets at which a new sentence begins in text without tags."""
    code = _code_spans(text, start, end) if text.find("`", start, end) >= 0 else []
    code_starts = [span[0] for span in code]
    plain = text.isascii() or text[start:end].isascii()
    number = NUMBER.match(text, start, end)
    title = end if number is None else number.end()  # of a section, which follows its number
    for match in (_STOP if plain else _WIDE_STOP).finditer(text, start, end):
        at = match.start(1)
        if at == title:
            continue
        if code and _inside(code, code_starts, at if at >= 0 else match.start()):
            continue
        if at < 0 or _ends(text, start, at, match.end()):
            yield match.end()


def _marked_up(text: str, start: int, end: int) -> Iterator[int]:
    """Yield the offsets at which a new sentence, or a block of HTML, begins."""
    code = _code_spans(text, start, end) if text.find("`", start, end) >= 0 else []
    code_starts = [span[0] for span in code]
    tags_from = tags_to = -1  # the latest run of adjoining tags
    row = end  # where a table row that is still open began
    for match in _TAG_OR_GAP.finditer(text, start, end):
        at, after = match.span()
        if match["name"]:
            tags_from, tags_to = (at if at != tags_to else tags_from), after
            name = match["name"].lower()
            if name == "tr":
                row = end if match["close"] else at
            if name in _BLOCK_TAGS:
                yield after if match["close"] or name in {"br", "hr"} else at
            continue
        if row <= at < row + _LONGEST:
            continue
        if code and _inside(code, code_starts, at):
            continue
        if not text[at].isspace() or _ends(
            text, start, tags_from if at == tags_to else at, after
        ):  # a full stop of a script without spaces
            yield after


def _code_spans(text: str, start: int, end: int) -> list[Span]:
    """Return the inline code spans of a block."""
    runs = [match.span() for match in _TICKS.finditer(text, start, end)]
    partner: dict[int, int] = {}  # the next run of the same length
    following: dict[int, int] = {}
    for index in range(len(runs) - 1, -1, -1):
        width = runs[index][1] - runs[index][0]
        if width in following:
            partner[index] = following[width]
        following[width] = index
    spans: list[Span] = []
    index = 0
    while index < len(runs):
        closing = partner.get(index)
        if closing is not None:
            spans.append((runs[index][0], runs[closing][1]))
            index = closing
        index += 1
    return spans


def _inside(spans: list[Span], starts: list[int], offset: int) -> bool:
    """Return whether `offset` lies inside one of the sorted `spans`."""
    index = bisect.bisect_right(starts, offset) - 1
    return index >= 0 and offset < spans[index][1]


def _ends(text: str, start: int, at: int, after: int) -> bool:
    """Return whether the white space from `at` to `after` ends a sentence."""
    last = at - 1
    floor = max(start, at - 8)
    while last > floor and text[last] in _CLOSERS:
        last -= 1
    mark = text[last] if last >= start else ""
    following = text[after]
    if mark in "。！？":  # or there is none
        return True
    if mark not in _TERMINATORS or following.islower() or following in _CONTINUES:
        return False
    head = text[max(start, last - 24) : last]
    if mark == "." and last == at - 1 and (plain := head[head.rfind(" ") + 1 :]).isalnum():
        ordinal = plain.isdigit() and text.startswith(_ORDERED, after)
        return not ordinal and not _abbreviated(plain, head[: -len(plain)], following)
    follows = bool(head.rstrip(_TERMINATORS)[-1:].strip())  # or dots alone: they end nothing
    if mark != "." or last != at - 1 or not follows:
        return follows
    word = _WORD_BEFORE.search(head)
    if word is None or (word[0].isdigit() and text.startswith(_ORDERED, after)):
        return word is None
    return not _abbreviated(word[0], head[: word.start()], following)


def _abbreviated(word: str, before: str, following: str) -> bool:
    """Return whether a full stop after `word` is part of it."""
    if len(word) == 1 and word.isalpha() and word.isupper():
        return following.isalpha() or following == "("  # an initial
    folded = word.casefold()
    if word.isdigit() and len(word) <= 2:
        previous = before.split()[-1:]
        return not previous or previous[0].casefold() in _BEFORE_ORDINAL
    if folded in _ABBREVIATIONS:
        # These short forms are also ordinary words at the end of a sentence.
        return folded not in {"no", "art", "min", "max", "sec", "c", "v", "p"} or (
            following.isdigit() or folded in {"v", "c", "p"}
        )
    return False


def _glue(text: str, spans: list[Span]) -> list[Span]:
    """Return the spans with those of mere tags joined to the span they open or close."""
    if "<" not in text:
        return spans
    glued: list[Span] = []
    opened = -1  # where a run of opening tags waiting for its text begins
    for start, end in spans:
        bare = text[start] == "<" and _MARKUP_ONLY.fullmatch(text, start, end) is not None
        if bare and not text.startswith(("<document", "<!--"), start):
            if text[start + 1 : start + 2] == "/" and glued and opened < 0:
                glued[-1] = (glued[-1][0], end)
            elif opened < 0:
                opened = start
            continue
        glued.append((opened if opened >= 0 else start, end))
        opened = -1
    if opened >= 0:
        glued.append((opened, spans[-1][1]))
    return glued
