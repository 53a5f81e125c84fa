"""SharedContext: hand-offs between agents of one process."""

import math
import threading
from pathlib import Path

import pytest

from benchmarks.corpus import generate
from headroom import ConfigurationError, InputError, SharedContext, expand, retrieve

ROWS = "\n".join(f"src/app/module.py:{n}:    value_{n} = compute({n})" for n in range(1, 200))


class Clock:
    def __init__(self):
        self.now = 1000.0

    def __call__(self):
        return self.now


def test_an_entry_gives_back_compressed_and_original():
    ctx = SharedContext()
    entry = ctx.put("research", ROWS, agent="researcher")
    assert ctx.get("research") == entry.compressed
    assert ctx.get("research", full=True) == ROWS
    assert expand(entry.compressed) == ROWS
    assert entry.agent == "researcher"
    assert entry.compressed_tokens < entry.original_tokens
    assert entry.transforms
    assert 0 < entry.savings_percent < 100


def test_what_a_hand_off_leaves_out_is_one_call_away_as_long_as_the_entry_is_there():
    ctx = SharedContext()
    entry = ctx.put("hits", ROWS)
    assert entry.savings_percent >= 80
    (ref,) = entry.originals
    assert f'headroom_retrieve("{ref}"' in entry.compressed
    assert str(ctx.retrieve(ref)) == str(retrieve(ref)) == expand(entry.compressed) == ROWS
    assert str(ctx.retrieve(ref, lines="150")) == ROWS.split("\n")[149]
    ctx.clear()
    assert not ctx.retrieve(ref).found
    assert not retrieve(ref).found


def test_the_same_content_put_again_answers_for_itself():
    ctx, other = SharedContext(), SharedContext()
    first = ctx.put("hits", ROWS)
    again = ctx.put("hits", ROWS)
    elsewhere = other.put("mine", ROWS)
    assert again.compressed == elsewhere.compressed == first.compressed
    assert again.originals == elsewhere.originals == first.originals
    (ref,) = first.originals
    assert str(ctx.retrieve(ref)) == str(retrieve(ref)) == ROWS
    ctx.clear()
    assert not ctx.retrieve(ref).found
    assert str(other.retrieve(ref)) == str(retrieve(ref)) == ROWS


def test_records_source_and_a_report_are_handed_on_in_a_fifth():
    ctx = SharedContext()
    here = Path(__file__).parent
    source = (here.parent / "headroom" / "stores" / "sqlite.py").read_text("utf-8")
    report = (here / "elide" / "prose" / "report.md").read_text("utf-8")
    entries = [
        ctx.put("records", generate("JSON records", 40_000)),
        ctx.put("source", source),
        ctx.put("report", report),
    ]
    assert sum(entry.savings_percent for entry in entries) / 3 >= 80
    for entry in entries:
        assert expand(entry.compressed) == entry.original


def test_nothing_is_left_out_where_all_is_to_be_kept():
    entry = SharedContext(keep=1.0).put("hits", ROWS)
    assert "headroom_retrieve" not in entry.compressed
    assert expand(entry.compressed) == ROWS


@pytest.mark.parametrize("keep", [0, -1, 1.5, True, "much"])
def test_a_share_is_above_nothing_and_at_most_all(keep):
    with pytest.raises(ConfigurationError, match="keep is "):
        SharedContext(keep=keep)


def test_an_unknown_key_is_none():
    ctx = SharedContext()
    assert ctx.get("nothing") is None
    assert ctx.get("nothing", full=True) is None
    assert ctx.get_entry("nothing") is None


def test_the_oldest_entry_makes_room_for_a_new_key():
    ctx = SharedContext(ttl=5, max_entries=2)
    for key in ("first", "second", "third"):
        ctx.put(key, f"data {key}")
    assert ctx.get("first") is None
    assert ctx.keys() == ["second", "third"]


def test_an_update_of_an_existing_key_evicts_nobody():
    ctx = SharedContext(max_entries=2)
    ctx.put("a", "1")
    ctx.put("b", "2")
    ctx.put("a", "3")
    assert sorted(ctx.keys()) == ["a", "b"]
    assert ctx.get("a") == "3"


def test_an_entry_is_gone_after_its_time():
    clock = Clock()
    ctx = SharedContext(ttl=5, clock=clock)
    ctx.put("a", "1")
    clock.now += 5
    assert ctx.get("a") == "1"
    clock.now += 1
    assert ctx.get("a") is None
    assert ctx.keys() == []
    assert ctx.stats().entries == 0


def test_stats_add_up_and_clear_forgets():
    ctx = SharedContext()
    one, two = ctx.put("a", ROWS), ctx.put("b", "short")
    stats = ctx.stats()
    assert stats.entries == 2
    assert stats.original_tokens == one.original_tokens + two.original_tokens
    assert stats.compressed_tokens == one.compressed_tokens + two.compressed_tokens
    assert stats.tokens_saved == stats.original_tokens - stats.compressed_tokens
    assert stats.savings_percent > 0
    ctx.clear()
    assert ctx.stats().entries == 0
    assert ctx.stats().savings_percent == 0


def test_entries_stand_under_one_lock():
    ctx = SharedContext(max_entries=10)
    assert isinstance(ctx._lock, type(threading.Lock()))
    threads = [
        threading.Thread(target=lambda n=n: [ctx.put(f"{n}-{i}", "x" * i) for i in range(30)])
        for n in range(4)
    ]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert len(ctx._entries) == 10


def test_wrong_arguments_are_refused_clearly():
    with pytest.raises(InputError, match="holds text"):
        SharedContext().put("a", {"not": "text"})
    for wrong in (0, -1, 1.5, True, "many", None):
        with pytest.raises(ConfigurationError, match="max_entries"):
            SharedContext(max_entries=wrong)
    for wrong in (-1, math.nan, "long", None):
        with pytest.raises(ConfigurationError, match="ttl"):
            SharedContext(ttl=wrong)
    with pytest.raises(ConfigurationError, match="model"):
        SharedContext(model=5)


def test_an_entry_may_stay_for_ever_and_its_tokens_be_counted_for_no_model():
    ctx = SharedContext(model=None, ttl=math.inf)
    assert ctx.put("rows", ROWS).savings_percent > 50
    assert ctx.get("rows", full=True) == ROWS
