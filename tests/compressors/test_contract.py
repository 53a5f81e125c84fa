"""What every compressor must keep to, whatever it is fed."""

from __future__ import annotations

from contextlib import suppress

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from strategies import JSON, OUTPUTS, SHELLED, TEXTS, generated

from headroom import registry
from headroom.core import fold
from headroom.core.fold import Block
from headroom.core.types import Context
from headroom.decode import expand_text
from headroom.engine.codec import fold_text
from headroom.engine.guard import Margin, faithful
from headroom.engine.router import ContentRouter
from tests.choices import several

CTX = Context(count=lambda text: len(text) // 3 + 1)
ROUTER = ContentRouter()
NAMES = sorted(registry.COMPRESSORS)
FORGED = (
    *("", "a", "1> a", "1|b", "a\tb", "table 1: 2 rows", "=", "TestA", " /b"),
    "@@ +1 5 added lines",
)


@given(text=TEXTS)
def test_what_a_compressor_returns_decodes(text):
    if fold.marked(text):
        return
    for name in NAMES:  # each is fed the same texts: to make them takes longer than to fold them
        made = registry.compressor(name).compress(text, CTX)
        assert made is None or faithful(text, made), name


@given(text=JSON)
def test_json_decodes(text):
    if not fold.marked(text):
        made = registry.compressor("smart_crusher").compress(text, CTX)
        assert made is None or faithful(text, made)


@given(text=TEXTS)
def test_folded_text_comes_back_is_shorter_and_the_same_each_time(text):
    folded = fold_text(text, CTX, ROUTER, Margin(1, 0.0))
    assert folded == fold_text(text, CTX, ContentRouter(), Margin(1, 0.0))
    if folded is not None:
        assert expand_text(folded.text) == folded.restores
        assert len(folded.text.encode("utf-8", "surrogatepass")) < len(
            text.encode("utf-8", "surrogatepass")
        )
        assert folded.grade != "exact" or folded.restores == text


@given(
    text=TEXTS,
    cut=st.integers(0, 400),
    junk=st.sampled_from(["", "1|", "x\ty\tz", "9+99|", "= ", "\t", '"']),
)
def test_a_damaged_block_is_refused_or_decoded_but_never_breaks(text, cut, junk):
    folded = fold_text(text, CTX, ROUTER, Margin(1, 0.0))
    if folded is None:
        return
    lines = folded.text.split("\n")
    at = 1 + cut % len(lines)
    lines[at : at + 1] = [junk]
    try:
        expand_text("\n".join(lines))
    except ValueError:
        return


@given(
    note=st.sampled_from(
        [
            "",
            "x",
            "was commas",
            "aligned 0l3",
            ", {} mark its variable parts",
            "spelled compact",
            "in column 9",
        ]
    ),
    lines=several(FORGED, most=4),
)
def test_a_forged_block_is_refused_or_decoded(note, lines):
    for form, name in sorted(registry.FORMS.items()):
        with suppress(ValueError):
            text = registry.compressor(name).expand(Block(form, note, tuple(lines)))
            assert isinstance(text, str), form


@given(
    kind=st.sampled_from(["syslog", "application log", "access log", "pytest -v", "go test -v"]),
    seed=st.integers(0, 20),
    where=st.integers(0, 60),
    headed=st.booleans(),
)
def test_an_error_stays_readable_wherever_it_stands(kind, seed, where, headed):
    message = "disk /dev/sdb1 is full, giving up on shard nine"
    lines = list(generated(kind, 4000, seed))
    at = min(where, len(lines))
    stamp = " ".join(lines[max(at - 1, 0)].split(" ")[:3]) + " ERROR " if headed else ""
    lines.insert(at, stamp + message)
    folded = fold_text("\n".join(lines), CTX, ROUTER)
    assert folded is None or message in folded.text


def test_every_form_names_a_compressor_that_claims_it():
    for form, name in registry.FORMS.items():
        assert form in registry.compressor(name).forms
    assert {form for name in NAMES for form in registry.compressor(name).forms} == set(
        registry.FORMS
    )


NUMBERS = ["0", "1|", "1*3|", "1+3|", '"', '"\t', "", "9" * 30]


@given(text=OUTPUTS, at=st.integers(0, 99), junk=st.sampled_from(NUMBERS))
@settings(max_examples=300)
def test_expanding_a_malformed_block_raises_nothing_but_value_errors(text, at, junk):
    for name in NAMES:
        made = registry.compressor(name).compress(text, CTX)
        for block in fold.scan(made.text) if made is not None else ():
            if isinstance(block, Block) and block.lines:
                lines = list(block.lines)
                lines[at % len(lines)] = junk
                with suppress(ValueError):
                    registry.compressor(name).expand(Block(block.form, block.note, tuple(lines)))


@pytest.mark.parametrize(
    ("form", "note", "line"),
    [
        *(
            (form, "", line)
            for form in ("text", "log", "diff", "markup")
            for line in ("1|", "1*3|")
        ),
        ("columns", 'columns; " is the cell above; aligned 0l1 1l1', '"\t1'),
        ("columns", f"columns; aligned 0l1 {'9' * 30}l1", "a\tb"),
        ("json", "compact; spelled lines, spaced", "0"),
    ],
)
def test_a_block_that_refers_to_nothing_raises_nothing_but_value_errors(form, note, line):
    with suppress(ValueError):
        registry.compressor(registry.FORMS[form]).expand(Block(form, note, (line,)))


@given(text=SHELLED)
@settings(max_examples=500)
def test_what_a_shell_prints_is_folded_faithfully_twice_the_same(text):
    if not fold.marked(text):
        for name in NAMES:
            made = registry.compressor(name).compress(text, CTX)
            assert made is None or faithful(text, made)
            assert made == registry.compressor(name).compress(text, CTX)
