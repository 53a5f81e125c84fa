"""The write-once ledger."""

from headroom.cache.ledger import MemoryLedger, Rehearsal, Sent


def test_the_first_form_stays():
    ledger = MemoryLedger()
    ledger.put(b"k", Sent("short", 10, 3))
    ledger.put(b"k", Sent(None, 10, 10))
    assert ledger.get(b"k") == Sent("short", 10, 3)


def test_entries_and_bytes_are_bounded():
    ledger = MemoryLedger(max_entries=3)
    for n in range(10):
        ledger.put(bytes([n]), Sent("x", 1, 1))
    assert len(ledger) == 3
    ledger = MemoryLedger(max_bytes=5_000)
    for n in range(100):
        ledger.put(bytes([n]), Sent("x" * 800, 1, 1))
    assert len(ledger) == 5


def test_unused_forms_are_forgotten_in_time():
    now = [0.0]
    ledger = MemoryLedger(ttl=10, clock=lambda: now[0])
    ledger.put(b"k", Sent(None, 1, 1))
    now[0] = 9
    assert ledger.get(b"k") is not None
    now[0] = 18
    assert ledger.get(b"k") is not None
    now[0] = 40
    assert ledger.get(b"k") is None


def test_a_rehearsal_has_what_the_ledger_has_and_puts_nothing_there():
    ledger = MemoryLedger()
    ledger.put(b"there", Sent("sent", 9, 1))
    rehearsal = Rehearsal(ledger)
    put = rehearsal.put_all({b"there": Sent("other", 9, 2), b"new": Sent("new", 9, 3)})
    assert put == [Sent("sent", 9, 1), Sent("new", 9, 3)]
    rehearsal.put(b"new", Sent("again", 9, 4))
    assert rehearsal.get_all([b"new", b"there", b"none"]) == [put[1], put[0], None]
    assert (ledger.get(b"new"), len(ledger)) == (None, 1)
    ledger.put(b"new", Sent("real", 9, 5))
    assert rehearsal.get(b"new") == Sent("real", 9, 5)
