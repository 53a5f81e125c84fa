"""Lineages: who shares a beginning shares keys exactly that far."""

from headroom.cache.aligner import CacheAligner
from headroom.cache.ledger import MemoryLedger, Sent
from headroom.core.types import Role, Segment


def segments(*texts, role=Role.TOOL):
    return [Segment(("messages", n, "content"), text, role, n) for n, text in enumerate(texts)]


def test_keys_agree_as_far_as_the_conversations_do():
    aligner = CacheAligner(MemoryLedger())
    one = aligner.keys(segments("a", "b", "c"))
    two = aligner.keys(segments("a", "b", "d", "c"))
    assert one[:2] == two[:2]
    assert not set(one[2:]) & set(two[2:])


def test_role_seed_and_borders_are_part_of_the_key():
    aligner = CacheAligner(MemoryLedger())
    keys = [
        aligner.keys(segments("ab"))[-1],
        aligner.keys(segments("ab"), "seed")[-1],
        aligner.keys(segments("ab", role=Role.USER))[-1],
        aligner.keys(segments("a", "b"))[-1],
        aligner.keys(segments("", "ab"))[-1],
    ]
    assert len(set(keys)) == len(keys)


def test_a_text_behind_a_message_that_is_gone_is_another():
    aligner = CacheAligner(MemoryLedger())
    user, output = segments("a", "b")
    moved = Segment(output.path, output.text, output.role, output.turn + 1)
    one, two = aligner.keys([user, output]), aligner.keys([user, moved])
    assert one[0] == two[0]
    assert one[1] != two[1]


def test_a_recorded_form_is_replayed_in_its_lineage_only():
    aligner = CacheAligner(MemoryLedger())
    main = aligner.keys(segments("system", "output"))
    other = aligner.keys(segments("other agent", "output"))
    aligner.record(main[1], Sent("short", 9, 2))
    assert aligner.replays(main) == [None, Sent("short", 9, 2)]
    assert aligner.replays(other) == [None, None]


def test_lone_surrogates_are_hashed_like_any_text():
    aligner = CacheAligner(MemoryLedger())
    assert aligner.keys(segments("\ud800")) != aligner.keys(segments("\udfff"))


def test_a_conversation_that_was_cut_is_known_by_what_the_user_said_first_and_by_its_results():
    aligner = CacheAligner(MemoryLedger())
    said = segments("sum up \ud800", role=Role.USER)
    results = segments("long output", "other")
    whole = [*segments("system", role=Role.SYSTEM), *said, *results]
    assert not aligner.opened(whole, "with")
    cut = Sent("short", 9, 2, refs=("ref",))
    aligner.record_all(aligner.opening(whole, "with"))
    aligner.record_all(aligner.closing(results[:1], [], [cut], "with"))
    assert aligner.opened([*segments("else", role=Role.SYSTEM), *said], "with")
    assert not aligner.opened(whole, "without")
    assert not aligner.opened(segments("another", role=Role.USER), "with")
    assert not aligner.opened(results, "with")
    assert aligner.cut(whole, "with", "without")
    assert not aligner.cut([*said, results[1]], "with", "without")
    # It went out under the other seed before: so it stays.
    keys = aligner.keys(whole, "without")
    aligner.record(keys[0], Sent(None, 1, 1))
    assert aligner.cut(whole, "with", "without")
    aligner.record(keys[2], Sent(None, 1, 1))
    assert not aligner.cut(whole, "with", "without")
