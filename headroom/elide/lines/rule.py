"""Rules of linters and compilers: findings of one that hardly any other finding is of."""

from __future__ import annotations

import re
from collections import Counter
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

_CODE = re.compile(r"\b[A-Z]{1,4}[0-9]{3,5}\b")
"""The rule that a finding is of: `E501`, `TS2304`."""
_BEGINNING, _SELDOM, _EXAMPLES = 60, 20, 3
"""Characters in which it stands; a rule is rare if at most one finding in so many is of it, and
then so many of its findings tell of it."""


def of_rare_rules(texts: Sequence[str], beginning: int = _BEGINNING) -> Iterator[int]:
    """Yield the first few findings of each rule that hardly any finding is of.

    The code of a rule stands in so many characters at the `beginning` of a text.
    """
    matches = [_CODE.search(text, 0, beginning) for text in texts]
    rules = [match[0] if match else "" for match in matches]
    counts, met = Counter(rules), Counter[str]()
    for at, rule in enumerate(rules):
        met[rule] += 1
        if rule and counts[rule] * _SELDOM <= len(rules) and met[rule] <= _EXAMPLES:
            yield at
