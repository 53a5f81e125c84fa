"""Token counting that needs no network: exact for OpenAI's models, labelled estimates for others.

Owns: vocabularies, estimates, the memo of counts. Does not own: what is counted.
"""

from __future__ import annotations

import re
import tomllib
from functools import cache
from importlib.resources import files
from typing import TYPE_CHECKING, Any

from headroom.core.memo import remembered
from headroom.tokens.bpe import VocabularyTokenizer
from headroom.tokens.estimate import EstimateTokenizer, ScaledTokenizer

if TYPE_CHECKING:
    from headroom.core.protocols import Tokenizer

DEFAULT = "gpt-4o"


def tokenizer_for(model: str | None = None) -> Tokenizer:
    """Return the tokenizer for a model's name; None counts as a current OpenAI model.

    `exact` says whether the counts are the provider's own. Where the vocabulary library is not
    installed or does not work, a formula of character classes stands in.
    """
    return _named(model or DEFAULT)


@remembered(256, 200)
def _named(model: str) -> Tokenizer:
    return _family(_row(model)["name"])


@cache
def _family(name: str) -> Tokenizer:
    row = next(row for row in _rows() if row["name"] == name)
    if "vocabulary" in row:
        return _exact(row["vocabulary"])
    return ScaledTokenizer(
        row["name"], _exact("o200k_base"), row["factors"], row.get("digits", 0.0)
    )


@cache
def _exact(vocabulary: str) -> VocabularyTokenizer:
    """Return the one of a vocabulary: families that are scaled from it share what it remembers."""
    return VocabularyTokenizer(vocabulary, EstimateTokenizer())


@cache
def _rows() -> list[dict[str, Any]]:
    text = files("headroom.tokens").joinpath("models.toml").read_text("utf-8")
    rows: list[dict[str, Any]] = tomllib.loads(text)["family"]
    return rows


def _row(model: str) -> dict[str, Any]:
    bare = model.lower().rsplit("/", 1)[-1]
    return next(row for row in _rows() if re.search(rf"(?:^|\.)(?:{row['pattern']})", bare))
