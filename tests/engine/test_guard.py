"""What a shorter form has to gain to be used."""

from __future__ import annotations

import pytest

from headroom.core.types import Compressed, ContentType, Context
from headroom.engine.codec import fold_text
from headroom.engine.guard import Margin, shorter
from headroom.engine.router import ContentRouter

TEXT = "word " * 1_000


@pytest.mark.parametrize(
    ("before", "after", "worth"),
    [(100, 88, True), (100, 89, False), (1_000, 980, True), (1_000, 981, False), (9, 0, False)],
)
def test_a_gain_is_some_tokens_and_some_share(before, after, worth):
    assert Margin().met(before, after) is worth


@pytest.mark.parametrize(("words", "used"), [(981, False), (980, True), (400, True)])
def test_a_form_that_gains_too_little_is_not_used(words, used):
    def run(name, text, ctx, below):
        made = Compressed("word " * words)
        return made if shorter(made, text, ctx, below) else None

    ctx = Context(lambda text: len(text.split()))
    folded = fold_text(TEXT, ctx, ContentRouter(), run=run, kind=ContentType.TEXT)
    assert (folded is not None) is used
