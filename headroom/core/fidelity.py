"""What each grade promises, as a comparison that the guard runs on every result.

Exact is equality. Value-exact compares two JSON texts token by token: same structure, keys in the
same order, numbers in the same spelling, strings equal after decoding their escapes; only white
space between tokens and the spelling of escapes may differ. Display-exact compares what a terminal
would show.
"""

from __future__ import annotations

import re
from json.decoder import scanstring  # type: ignore[attr-defined] # not in the stubs
from typing import TYPE_CHECKING

from headroom.core.terminal import render
from headroom.core.types import Grade

if TYPE_CHECKING:
    from collections.abc import Iterator

_TOKEN = re.compile(r'[ \t\r\n]*(?:([{}\[\],:])|(")|([^ \t\r\n{}\[\],:"]+))')


def equivalent(grade: Grade, original: str, restored: str) -> bool:
    """Whether `restored` is as faithful to `original` as the grade promises."""
    if original == restored:
        return True
    match grade:
        case Grade.EXACT:
            return False
        case Grade.VALUE:
            try:
                return list(json_tokens(original)) == list(json_tokens(restored))
            except ValueError:
                return False
        case Grade.DISPLAY:
            return render(original) == render(restored)
        case Grade.STORED:
            return False


def json_tokens(text: str) -> Iterator[str | tuple[str]]:
    """Yield the tokens of a JSON text: strings decoded in a 1-tuple, the rest as spelled.

    Accepts several values in a row (JSON Lines). Nothing is checked but strings: this compares,
    it does not validate.

    Raises:
        ValueError: an unterminated or malformed string, or a character outside any token.
    """
    at, end = 0, len(text.rstrip(" \t\r\n"))
    while at < end:
        match = _TOKEN.match(text, at)
        if match is None:
            raise ValueError(f"no JSON token at {at}")
        at = match.end()
        if match[2]:
            value, at = scanstring(text, at, False)
            yield (value,)
        else:
            yield match[1] or match[3]
