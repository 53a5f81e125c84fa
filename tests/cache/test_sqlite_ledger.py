"""The write-once ledger in a file: the same contract, and it outlives processes."""

from __future__ import annotations

import sqlite3
import subprocess
import sys
import threading
from pathlib import Path

import pytest

import headroom
from headroom.cache.ledger import Sent
from headroom.cache.sqlite import SqliteLedger
from headroom.errors import ConfigurationError
from tests.cache.test_contract import FORMS


class Clock:
    now = 0.0

    def __call__(self):
        return self.now


def opened(path, clock=None, **bounds):
    return SqliteLedger(path / "forms.sqlite", clock=clock or Clock(), **bounds)


def test_forms_are_there_after_a_restart_also_for_the_process_beside(tmp_path):
    one, two = opened(tmp_path), opened(tmp_path)
    keys = [bytes([n]) for n in range(len(FORMS))]
    one.put_all(dict(zip(keys, FORMS, strict=True)))
    assert two.get_all(keys) == FORMS
    one.close()
    assert opened(tmp_path).get_all(keys) == FORMS


def test_of_two_processes_the_first_wins(tmp_path):
    one, two = opened(tmp_path), opened(tmp_path)
    assert two.get(b"k") is None
    one.put(b"k", FORMS[0])
    assert two.put_all({b"k": FORMS[1]}) == [FORMS[0]]
    assert two.get(b"k") == FORMS[0]


def test_more_keys_than_one_question_takes(tmp_path):
    ledger = opened(tmp_path)
    keys = [n.to_bytes(4, "big") for n in range(2500)]
    ledger.put_all(dict.fromkeys(keys, FORMS[0]))
    assert opened(tmp_path).get_all([*keys, b"other"]) == [*[FORMS[0]] * 2500, None]


def test_what_is_used_stays_and_what_is_not_goes(tmp_path):
    clock = Clock()
    ledger = opened(tmp_path, clock, ttl=100)
    ledger.put_all({b"used": FORMS[0], b"not": FORMS[1]})
    for clock.now in range(0, 300, 20):
        assert ledger.get(b"used") == FORMS[0]
    ledger.sweep()
    assert opened(tmp_path, clock).get_all([b"used", b"not"]) == [FORMS[0], None]


def test_entries_and_bytes_are_bounded(tmp_path):
    clock = Clock()
    ledger = opened(tmp_path, clock, max_entries=10)
    for clock.now in range(50):
        ledger.put(bytes([int(clock.now)]), FORMS[0])
    ledger.sweep()
    there = opened(tmp_path, clock).get_all([bytes([n]) for n in range(50)])
    assert there == [None] * 40 + [FORMS[0]] * 10


def test_all_of_a_request_is_recorded_or_nothing(tmp_path):
    ledgers = [opened(tmp_path) for _ in range(4)]
    keys = [bytes([n]) for n in range(200)]
    told = {}

    def race(number):
        mine = dict.fromkeys(keys, Sent(f"form {number}", 5, 2))
        told[number] = ledgers[number].put_all(mine)

    threads = [threading.Thread(target=race, args=(n,)) for n in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert len({sent for each in told.values() for sent in each}) == 1


def test_a_process_that_is_killed_has_recorded_what_it_was_told(tmp_path):
    code = (
        "import os, signal, sys\n"
        "from pathlib import Path\n"
        "from headroom.cache.sqlite import SqliteLedger\n"
        "from headroom.cache.ledger import Sent\n"
        "ledger = SqliteLedger(Path(sys.argv[1]), clock=lambda: 0.0)\n"
        "ledger.put_all({b'k': Sent('short', 9, 2)})\n"
        "os.kill(os.getpid(), signal.SIGKILL)\n"
    )
    path = tmp_path / "forms.sqlite"
    done = subprocess.run(
        [sys.executable, "-c", code, str(path)],
        check=False,
        cwd=Path(headroom.__file__).resolve().parents[1],
    )
    assert done.returncode != 0
    assert opened(tmp_path).get(b"k") == Sent("short", 9, 2)


def test_a_file_that_fails_costs_nothing_but_the_memory_of_it(tmp_path, monkeypatch, caplog):
    ledger = opened(tmp_path)

    def fail(_):
        raise sqlite3.OperationalError("disk full")

    monkeypatch.setattr(ledger, "_in_file", fail)
    assert ledger.put_all({b"k": FORMS[0]}) == [FORMS[0]]
    assert ledger.get_all([b"k", b"other"]) == [FORMS[0], None]
    assert "disk full" in caplog.text


def test_a_damaged_file_is_moved_aside_and_a_fresh_one_begun(tmp_path):
    opened(tmp_path).put(b"k", FORMS[0])
    for part in ("-wal", "-shm"):
        (tmp_path / f"forms.sqlite{part}").unlink(missing_ok=True)
    (tmp_path / "forms.sqlite").write_bytes(b"no database" * 999)
    ledger = opened(tmp_path)
    assert ledger.get(b"k") is None
    ledger.put(b"k", FORMS[1])
    assert ledger.get(b"k") == FORMS[1]
    assert (tmp_path / "forms.sqlite.corrupt-1").exists()


def test_the_file_is_private_and_no_other_programs(tmp_path):
    opened(tmp_path)
    assert (tmp_path / "forms.sqlite").stat().st_mode & 0o777 == 0o600
    other = tmp_path / "other.sqlite"
    connection = sqlite3.connect(other)
    connection.execute("CREATE TABLE theirs (x)")
    connection.close()
    with pytest.raises(ConfigurationError, match="another program"):
        SqliteLedger(other, clock=Clock())
