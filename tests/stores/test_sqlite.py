"""What the store in a file does beyond the contract."""

from __future__ import annotations

import gc
import logging
import os
import sqlite3
from pathlib import Path

import pytest

from headroom.errors import ConfigurationError
from headroom.stores import StoreError, open_store
from headroom.stores import file as module
from tests.stores.test_contract import Clock

posix = pytest.mark.skipif(os.name != "posix", reason="modes are of POSIX")


@pytest.fixture
def path(tmp_path):
    return tmp_path / "made" / "originals.db"


@pytest.fixture
def clock():
    return Clock()


@pytest.fixture
def opened(path, clock):
    stores = []

    def open_one(**bounds):
        stores.append(open_store(f"sqlite:///{path}", clock=clock, **bounds))
        return stores[-1]

    yield open_one
    for store in stores:
        store.close()


def mode(file):
    return file.stat().st_mode & 0o777


def rows(path, query):
    connection = sqlite3.connect(path)
    try:
        return connection.execute(query).fetchall()
    finally:
        connection.close()


@posix
def test_nobody_else_can_read_the_file_or_its_directory(opened, path):
    opened().put("ref", "text")
    assert mode(path.parent) == 0o700
    assert {mode(file) for file in path.parent.iterdir()} == {0o600}


@posix
def test_nobody_else_can_read_the_file_for_a_moment(opened, path, monkeypatch):
    monkeypatch.setattr(module.SqliteFile, "_make_private", lambda _: None)
    opened()
    assert mode(path) == 0o600


@posix
def test_a_file_that_others_could_read_is_closed_to_them(opened, path):
    opened().close()
    path.chmod(0o644)
    opened().put("ref", "text")
    assert {mode(file) for file in path.parent.iterdir()} == {0o600}


@posix
def test_a_directory_that_was_there_keeps_its_mode(opened, path):
    path.parent.mkdir()
    path.parent.chmod(0o755)
    opened()
    assert mode(path.parent) == 0o755


def test_an_original_outlives_the_store(opened):
    first = opened()
    first.put("ref", "lone \ud800" * 1000)
    first.close()
    assert opened().get("ref") == "lone \ud800" * 1000


def test_two_stores_on_one_file_see_each_other(opened):
    one, other = opened(), opened()
    one.put("ref", "text")
    assert other.get("ref") == "text"


def test_a_long_text_lies_there_deflated(opened, path):
    opened().put("ref", "the same line again\n" * 1000)
    assert rows(path, "SELECT size < 1000, size = length(body) FROM originals") == [(1, 1)]


def test_uses_within_a_minute_are_not_written(opened, path, clock):
    store = opened()
    store.put("ref", "text")
    other = sqlite3.connect(path)

    def version():
        return other.execute("PRAGMA data_version").fetchone()

    before = version()
    for _ in range(3):
        clock.now += 19
        assert store.get("ref") == "text"
        store.put("ref", "text")
    assert version() == before
    clock.now += 19
    assert store.get("ref") == "text"
    assert version() != before
    other.close()


def test_a_clock_that_was_ahead_keeps_nothing_forever(opened, path, clock):
    store = opened(ttl=1000)
    clock.now += 10_000_000
    store.put("ref", "text")
    clock.now -= 10_000_000
    assert store.get("ref") == "text"
    clock.now += 1001
    assert store.get("ref") is None


def test_what_is_put_after_a_clock_was_ahead_stays_before_what_was_put_then(opened, path, clock):
    store = opened(max_entries=20)
    clock.now += 10_000_000
    for number in range(20):
        store.put(f"then {number}", "text")
    clock.now -= 10_000_000
    for number in range(10):
        clock.now += 1
        store.put(f"now {number}", "text")
        store.sweep()
    left = {ref for (ref,) in rows(path, "SELECT ref FROM originals")}
    assert {f"now {number}" for number in range(10)} < left
    assert len(left) == 20


def test_a_short_time_to_live_is_refreshed_more_often(opened, clock):
    store = opened(ttl=60)
    store.put("ref", "text")
    for _ in range(5):
        clock.now += 50
        assert store.get("ref") == "text"


def test_readers_and_a_writer_do_not_wait_for_each_other(opened, path):
    opened()
    assert rows(path, "PRAGMA journal_mode") == [("wal",)]


def test_of_several_all_are_in_the_file_or_none(opened, path):
    store = opened()
    store.put("there", "text")
    store.put_all({str(number): "text" for number in range(1200)})
    assert rows(path, "SELECT count(*) FROM originals") == [(1201,)]
    refused = "CREATE TRIGGER refuse BEFORE INSERT ON originals WHEN NEW.ref = 'last' "
    rows(path, refused + "BEGIN SELECT RAISE(ABORT, 'full'); END")
    with pytest.raises(StoreError):
        store.put_all({"first": "text", "last": "text"})
    assert (store.get("first"), store.get("there")) == (None, "text")


def test_several_at_once_count_for_the_sweep(opened, path, clock):
    store = opened(max_entries=80)
    for start in range(0, 1000, 100):
        store.put_all({str(number): "text" for number in range(start, start + 100)})
    assert rows(path, "SELECT count(*) FROM originals") == [(80,)]


def test_puts_sweep_now_and_then(opened, path, clock):
    store = opened(max_entries=80)
    for number in range(500):
        clock.now += 1
        store.put(str(number), "text")
    assert rows(path, "SELECT count(*) FROM originals")[0][0] <= 90


def test_a_tended_file_is_swept_by_who_tends_it(opened, path, clock):
    store = opened(max_entries=80)
    store.tend()
    for number in range(500):
        clock.now += 1
        store.put(str(number), "text")
    assert rows(path, "SELECT count(*) FROM originals") == [(500,)]
    store.tend()
    assert rows(path, "SELECT count(*) FROM originals") == [(80,)]


def test_what_was_put_is_written_through_by_who_tends_it(opened, path):
    store = opened()
    store.tend()
    before = path.stat().st_size
    for number in range(300):
        store.put(str(number), "text " * 400)
    assert path.stat().st_size == before
    store.tend()
    assert path.stat().st_size > before + 300 * 2_000
    assert store.get("299") == "text " * 400


def test_large_puts_sweep_early(opened, path, clock):
    store = opened(max_bytes=80_000)
    for number in range(200):
        clock.now += 1
        store.put(str(number), f"{number:1000}")  # below what is deflated
    assert 70_000 < rows(path, "SELECT sum(size) FROM originals")[0][0] <= 91_000


@pytest.mark.parametrize("garbage", [b"not a database " * 999, b"SQLite format 3\0" * 999])
def test_a_damaged_file_is_moved_aside_and_said(opened, path, garbage, caplog):
    path.parent.mkdir()
    path.write_bytes(garbage)
    with caplog.at_level(logging.ERROR, "headroom.stores"):
        store = opened()
    assert "damaged" in caplog.text
    assert "corrupt-1" in caplog.text
    assert Path(f"{path}.corrupt-1").read_bytes() == garbage
    store.put("ref", "text")
    assert store.get("ref") == "text"


def test_a_second_damaged_file_does_not_replace_the_first(opened, path):
    path.parent.mkdir()
    for number in (1, 2):
        path.write_bytes(b"garbage %d " % number * 99)
        opened().close()
    assert Path(f"{path}.corrupt-1").read_bytes() != Path(f"{path}.corrupt-2").read_bytes()


def damage(path):
    """Overwrite all but the first page, with no log left to heal it from."""
    size = path.stat().st_size
    with path.open("r+b") as file:
        file.seek(4096)
        file.write(b"\xa5" * (size - 4096))


@pytest.mark.parametrize("first", ["get", "put"])
def test_damage_that_shows_later_is_moved_aside_too(opened, path, first, caplog):
    store = opened()
    for number in range(100):
        store.put(str(number), str(number) * 300)
    store.close()
    damage(path)
    store = opened()
    with caplog.at_level(logging.ERROR, "headroom.stores"):
        if first == "get":
            assert store.get("5") is None
        store.put("new", "text")
    assert store.get("new") == "text"
    assert caplog.text.count("damaged") == 1
    assert Path(f"{path}.corrupt-1").exists()


def test_two_stores_move_a_damaged_file_aside_once(opened, path):
    store = opened()
    for number in range(100):
        store.put(str(number), str(number) * 300)
    store.close()
    damage(path)
    one, other = opened(), opened()
    one.put("a", "text")
    other.put("b", "text")
    assert (one.get("b"), other.get("a")) == ("text", "text")
    assert not Path(f"{path}.corrupt-2").exists()


def test_the_log_of_a_damaged_file_in_use_goes_with_it(opened, path):
    store = opened()
    for number in range(100):
        store.put(str(number), str(number) * 300)
    store.close()
    user = sqlite3.connect(path)
    user.execute("UPDATE originals SET used = used + 1 WHERE id = 1")
    user.commit()
    log = Path(f"{path}-wal").read_bytes()
    damage(path)
    store = opened()
    store.put("new", "text")
    user.close()
    assert Path(f"{path}.corrupt-1-wal").read_bytes() == log
    assert store.get("new") == "text"


def test_a_file_that_somebody_else_has_replaced_is_not_moved_aside(opened, path):
    store = opened()
    store.put("ref", "text")
    store._move_aside(sqlite3.DatabaseError("of the file before"))
    assert not Path(f"{path}.corrupt-1").exists()
    assert store.get("ref") == "text"


def test_a_file_that_is_gone_is_not_moved_aside(opened, path):
    store = opened()
    path.unlink()
    store._move_aside(sqlite3.DatabaseError("of the file before"))
    assert list(path.parent.glob("*.corrupt*")) == []


def test_a_platform_without_file_locks_has_a_store_too(opened, monkeypatch):
    monkeypatch.setattr(module, "fcntl", None)
    store = opened()
    store.put("ref", "text")
    assert store.get("ref") == "text"


def test_a_damaged_row_is_none_once_and_can_be_put_again(opened, path, caplog):
    store = opened()
    store.put("ref", "text")
    connection = sqlite3.connect(path)
    connection.execute("UPDATE originals SET body = x'ff'")
    connection.commit()
    connection.close()
    with caplog.at_level(logging.WARNING, "headroom.stores"):
        assert store.get("ref") is None
    assert "reading an original failed (failure 1)" in caplog.text
    store.put("ref", "text")
    assert store.get("ref") == "text"


def test_a_file_deleted_in_use_is_begun_anew(opened, path):
    store = opened()
    store.put("a", "text")
    for file in path.parent.iterdir():
        file.unlink()
    assert store.get("a") is None
    store.put("b", "text")
    assert opened().get("b") == "text"


def test_a_store_that_nobody_has_any_more_leaves_no_connection(path, clock):
    opened = []
    store = open_store(f"sqlite:///{path}", clock=clock)
    store.put("ref", "text")
    opened += [held.connection for held in store._idle]
    del store
    gc.collect()
    assert opened
    for connection in opened:
        with pytest.raises(sqlite3.ProgrammingError, match="closed"):
            connection.execute("SELECT 1")


def test_a_locked_file_is_read_but_refuses_a_put(opened, path, clock, monkeypatch, caplog):
    monkeypatch.setattr(module, "_PATIENCE", 0.01)
    store = opened()
    store.put("ref", "text")
    writer = sqlite3.connect(path, isolation_level=None)
    writer.execute("BEGIN IMMEDIATE")
    clock.now += 3600
    with caplog.at_level(logging.WARNING, "headroom.stores"):
        assert store.get("ref") == "text"
        with pytest.raises(StoreError, match="locked"):
            store.put("other", "text")
        assert store.sweep() == 0
    assert "noting a use failed (failure 1)" in caplog.text
    writer.execute("ROLLBACK")
    writer.close()
    store.put("other", "text")
    assert store.get("other") == "text"


def test_a_store_closed_while_it_is_at_work_leaves_no_connection(opened):
    store = opened()
    assert store._in_file(lambda _: store.close()) is None
    assert list(store._idle) == []


def test_a_closed_store_stores_nothing(opened):
    store = opened()
    store.close()
    assert store.get("ref") is None
    with pytest.raises(StoreError, match="closed"):
        store.put("ref", "text")


def test_who_names_a_store_by_a_path_is_told_its_url(tmp_path):
    with pytest.raises(ConfigurationError, match=f"'sqlite:///{tmp_path}/o'"):
        open_store(f"{tmp_path}/o")
    with pytest.raises(ConfigurationError, match="'sqlite:////path/to/file'"):
        open_store("file:/x")


def test_a_path_that_cannot_be_written_is_refused(tmp_path):
    (tmp_path / "file").touch()
    with pytest.raises(ConfigurationError, match="cannot keep originals"):
        open_store(f"sqlite:///{tmp_path}/file/originals.db")
    with pytest.raises(ConfigurationError, match=r"cannot keep originals in '.*': it is no file$"):
        open_store(f"sqlite:///{tmp_path}")


def test_three_slashes_are_relative_and_a_tilde_is_home(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("HOME", str(tmp_path / "home"))
    open_store("sqlite:///here/originals.db").close()
    open_store("sqlite:///~/originals.db").close()
    assert (tmp_path / "here" / "originals.db").exists()
    assert (tmp_path / "home" / "originals.db").exists()
