"""The questions that one message asks: each has its own answer, in a place of its own."""

from __future__ import annotations

import re

_ASKING = (
    "which|what|how|who|whose|where|when|why|whether|may|can|could|must|should|does|do|did|is|are|was|were|if"
    "|wie|was|wer|wo|wann|warum|welche[rsmn]?|ob|kann|muss|darf|ist|gilt|läuft"
    "|qué|cómo|cuánt[oa]s?|cuándo|dónde|cuál(?:es)?|quién|por qué"
    "|quel(?:le)?s?|combien|comment|quand|pourquoi|où"
    "|сколько|как|какой|какая|какие|когда|где|почему|кто"
)
"""Words that a question begins with."""
_LEADING = (
    "in|at|on|to|from|by|for|with|after|before|under|since|until|ab|seit|bis|mit|von"
    "|en|a|de|con|à|avec"
)
"""Words that may stand in front of these."""
_PARTS = re.compile(
    rf"(?i)[?!;？！]\s*|\.\s+(?=[^\W\d_])"
    rf"|(?:,|,?\s\b(?:and|or|und|oder|y|o|e|et|ou|и|или))\s(?=¿?(?:(?:{_LEADING})\s)?(?:{_ASKING})\b)"
)
"""Where another question begins."""
_MOST = 5


def parts(query: str) -> list[str]:
    """Return the questions that a short message asks, as they are written; linear."""
    return [part for part in _PARTS.split(query) if part and not part.isspace()][:_MOST]


def in_parts(query: str) -> bool:
    """Whether a message asks more than one question: "..., and how often?"."""
    return len(parts(query)) > 1
