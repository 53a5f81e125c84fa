"""Why a provider's cache of prompts gave less than it had."""

from __future__ import annotations

import pytest

from headroom.proxy.money.account import Accounts, Saved
from headroom.proxy.money.usage import Usage

FIRST = Usage(fresh=10, written_5m=5000)
LONG = Usage(fresh=10, written_1h=5000)
HIT = Usage(fresh=10, read=5000, written_5m=200)
MISS = Usage(fresh=10, written_5m=5200)


def cache(*requests):
    """Return what is counted of the cache over requests, each a time and a usage."""
    now = [0.0]
    accounts = Accounts(clock=lambda: now[0])
    for now[0], usage in requests:
        accounts.record("claude-sonnet-4-5", Saved(b"a"), usage)
    return {
        name: value
        for (_, name), value in accounts._figures.all().items()
        if name.startswith("cache.")
    }


def test_reported_input_is_told_apart_by_where_it_came_from():
    found = cache((0, FIRST), (60, HIT), (90, Usage(read=5200, written_1h=7)))
    assert found == {
        "cache.fresh": 20,
        "cache.read": 10_200,
        "cache.written_5m": 5200,
        "cache.written_1h": 7,
    }


@pytest.mark.parametrize(
    ("first", "after", "why"),
    [
        (FIRST, 60, "changed"),
        (FIRST, 301, "expired"),
        (LONG, 301, "changed"),
        (LONG, 3601, "expired"),
    ],
)
def test_a_miss_is_put_down_to_the_time_that_passed_or_to_a_change(first, after, why):
    found = cache((0, first), (after, MISS))
    assert {name: value for name, value in found.items() if "missed" in name} == {
        f"cache.missed_{why}": 5000
    }


def test_a_use_makes_a_prefix_last_longer():
    found = cache((0, FIRST), (200, HIT), (450, HIT), (700, HIT))
    assert "cache.missed_expired" not in found


def test_without_a_cache_nothing_is_missed():
    assert set(cache((0, Usage(fresh=99)), (9, Usage(fresh=120)))) == {"cache.fresh"}
