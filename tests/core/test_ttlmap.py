"""The bounded map behind ledgers and memos."""

from headroom.core.ttlmap import BoundedMap


def test_the_least_recently_used_entry_goes_first():
    held = BoundedMap(2)
    held.put("a", 1)
    held.put("b", 2)
    assert held.get("a") == 1
    held.put("c", 3)
    assert held.get("b") is None
    assert (held.get("a"), held.get("c")) == (1, 3)
    assert len(held) == 2


def test_the_total_size_is_bounded_but_one_entry_always_stays():
    held = BoundedMap(100, max_size=10, size=len)
    held.put("a", "12345")
    held.put("b", "12345")
    held.put("c", "1")
    assert held.get("a") is None
    assert held.get("b") == "12345"
    held.put("d", "x" * 50)
    assert held.get("d") == "x" * 50
    assert len(held) == 1


def test_replacing_an_entry_replaces_its_size():
    held = BoundedMap(100, max_size=10, size=len)
    for _ in range(5):
        held.put("a", "1234567")
    held.put("b", "123")
    assert held.get("a") == "1234567"


def test_use_renews_an_entry_and_age_ends_it():
    now = [0.0]
    held = BoundedMap(10, ttl=5, clock=lambda: now[0])
    held.put("a", 1)
    now[0] = 4
    assert held.get("a") == 1
    now[0] = 8
    assert held.get("a") == 1
    now[0] = 14
    assert held.get("a") is None
    assert len(held) == 0
