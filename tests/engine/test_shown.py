"""Tests of `keep`: what a reader got lies beside the original, and searches go by it."""

from __future__ import annotations

import headroom
from headroom import registry
from headroom.core import fold
from headroom.core.document import TreeDocument
from headroom.core.refs import shown_refs
from headroom.decode import expand_text
from headroom.engine.engine import Engine
from headroom.engine.shown import keep
from headroom.errors import HeadroomError
from headroom.retrieval import retrieve_from
from headroom.shared_context import SharedContext

TOWNS = ["Asker", "Bergen", "Drammen", "Elverum", "Fauske", "Gol", "Hamar", "Kirkenes"]
STORY = "\n".join(
    " ".join(
        f"In {1700 + 13 * row + at} the people of {TOWNS[(row + at) % 8]} built the bridge number "
        f"{row * 10 + at} over the river, and it was as good as any that had stood there before."
        for at in range(6)
    )
    for row in range(14)
)


class Kept(dict):
    """A store of originals."""

    def put(self, ref, text):
        self.setdefault(ref, text)


class Full(Kept):
    """A store that holds nothing more."""

    def put(self, ref, text):
        raise HeadroomError("full")


class Whole(Kept):
    """A store that takes several at once."""

    def __init__(self, *given):
        super().__init__(*given)
        self.together = []

    def put_all(self, originals):
        self.together.append([*originals])
        known = [ref for ref in originals if ref in self]
        self.update({**originals, **self})
        return known


def shortened(**options):
    Engine.default.cache_clear()
    messages = [
        {"role": "user", "content": "Summarise this article."},
        {"role": "tool", "content": STORY},
    ]
    return headroom.compress(messages, **options)


def test_what_is_kept_is_the_body_that_the_reader_got():
    for options in ({"profile": "balanced"}, {"target_ratio": 0.2}):
        result = shortened(**options)
        (ref,) = result.refs
        store = Kept()
        keep({}, [result.messages[1]["content"]], store)
        (block,) = fold.scan(result.messages[1]["content"])
        assert store == {shown_refs(ref)[0]: "\n".join(block.lines)}


def test_both_are_stored_at_once_where_a_store_can():
    store = Whole()
    result = Engine(store=store).run(
        TreeDocument([{"role": "user", "content": "Sum up."}, {"role": "tool", "content": STORY}]),
        registry.provider("openai-chat"),
    )
    ((ref,),) = (each.refs for each in result.outcomes if each.refs)
    assert store.together == [[ref, shown_refs(ref)[0]]]
    assert store[ref] == STORY


def test_it_is_no_ref_of_the_result():
    result = shortened(profile="balanced")
    (ref,) = result.refs
    assert Engine.default().store.get(shown_refs(ref)[0]) is not None
    assert headroom.retrieve(ref).text == STORY


def test_an_overview_brings_what_was_not_shown():
    shown = "\n".join(STORY.split("\n")[:7])
    original = {"0123456789": STORY}
    whole = {**original, shown_refs("0123456789")[0]: shown}
    query = "What are the key facts in this text?"
    with_shown = retrieve_from(Kept(whole), "0123456789", query=query).text
    unknown = retrieve_from(Kept(original), "0123456789", query=query).text
    assert any(f"\n{row}: " in f"\n{unknown}" for row in range(1, 8))
    assert not any(f"\n{row}: " in f"\n{with_shown}" for row in range(1, 8))
    assert all(f"\n{row}: " in f"\n{with_shown}" for row in range(8, 15))


def test_of_several_forms_only_what_all_have_is_known():
    halves = ["\n".join(STORY.split("\n")[start : start + 9]) for start in (0, 5)]
    cut = [
        fold.block("excerpt", half.split("\n"), "0123456789: some lines")
        for half in (*halves, halves[0])
    ]
    for made in (Kept, Whole):
        store, at_once = made({"0123456789": STORY}), made({"0123456789": STORY})
        for text in cut:
            keep({}, [text], store)
        keep({}, cut, at_once)
        assert [*store.values()] == [*at_once.values()] == [STORY, *halves]
    answer = retrieve_from(store, "0123456789", query="Summarise this article.").text
    assert all(f"\n{row}: " not in f"\n{answer}" for row in range(6, 10))
    assert f"\n{1}: " in f"\n{answer}"


def test_a_question_of_its_own_still_finds_what_was_shown():
    whole = Kept({"0123456789": STORY, shown_refs("0123456789")[0]: STORY[:3000]})
    found = retrieve_from(whole, "0123456789", query="When was bridge number 12 built?").text
    assert "bridge number 12 " in found


def test_a_broken_or_full_store_changes_nothing_else():
    result = shortened(profile="balanced")
    keep({}, [result.messages[1]["content"]], Full())
    broken = fold.block("json", ["no table"], "columns once")
    whole = Kept({"0123456789": STORY, shown_refs("0123456789")[0]: broken})
    plain = Kept({"0123456789": STORY})
    asked = [retrieve_from(store, "0123456789", query="Asker 1700") for store in (whole, plain)]
    assert asked[0] == asked[1]


def test_a_shared_context_holds_it_beside_its_originals():
    context = SharedContext()
    entry = context.put("story", STORY)
    (ref,) = entry.originals
    assert [*entry.shown] == [shown_refs(ref)[0]]
    assert expand_text(entry.shown[shown_refs(ref)[0]]) in expand_text(entry.compressed)
    assert context.retrieve(ref, query="Summarise this.").found
