"""How a file of originals gets its tables."""

from __future__ import annotations

import contextlib
import sqlite3

import pytest

from headroom.errors import ConfigurationError
from headroom.stores import StoreError, open_store
from headroom.stores.sqlite import SqliteStore


@pytest.fixture
def path(tmp_path):
    return tmp_path / "originals.db"


@pytest.fixture
def url(path):
    store = open_store(f"sqlite:///{path}")
    store.put("ref", "text")
    store.close()
    return f"sqlite:///{path}"


def run(path, statement):
    with contextlib.closing(sqlite3.connect(path, isolation_level=None)) as connection:
        return connection.execute(statement).fetchall()


def test_a_database_of_another_program_is_refused_untouched(path):
    path.touch(0o644)
    run(path, "CREATE TABLE theirs (x)")
    before = path.read_bytes(), path.stat().st_mode
    with pytest.raises(ConfigurationError, match="another program"):
        open_store(f"sqlite:///{path}")
    assert (path.read_bytes(), path.stat().st_mode) == before


def test_a_file_of_a_version_to_come_is_refused(path, url):
    run(path, "UPDATE schema_version SET version = 99")
    with pytest.raises(ConfigurationError, match=r"version 99.*update Headroom"):
        open_store(url)


def test_a_file_that_becomes_unusable_in_use_breaks_no_request(path, url):
    store = open_store(url)
    for file in path.parent.iterdir():
        file.unlink()
    run(path, "CREATE TABLE theirs (x)")
    assert store.get("ref") is None
    assert store.sweep() == 0
    with pytest.raises(StoreError, match="another program"):
        store.put("ref", "text")
    store.close()


def test_a_file_of_an_earlier_version_is_brought_up_to_date(path, url, monkeypatch):
    step = ("ALTER TABLE originals ADD COLUMN note TEXT",)
    monkeypatch.setattr(SqliteStore, "steps", (*SqliteStore.steps, step))
    store = open_store(url)
    assert store.get("ref") == "text"
    store.close()
    assert run(path, "SELECT version FROM schema_version") == [(2,)]
    assert run(path, "SELECT note FROM originals") == [(None,)]


def test_a_step_that_fails_changes_nothing(path, url, monkeypatch):
    step = ("ALTER TABLE originals ADD COLUMN note TEXT", "SELECT * FROM nowhere")
    monkeypatch.setattr(SqliteStore, "steps", (*SqliteStore.steps, step))
    with pytest.raises(StoreError, match="nowhere"):
        open_store(url)
    assert run(path, "SELECT version FROM schema_version") == [(1,)]
    with pytest.raises(sqlite3.OperationalError):
        run(path, "SELECT note FROM originals")
