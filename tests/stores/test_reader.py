"""A file of originals that may be read and not written, as in the sandbox of an agent."""

from __future__ import annotations

import errno
import os
import sqlite3
from contextlib import closing

import pytest

from headroom.cli.main import main
from headroom.core.refs import ref_of
from headroom.errors import ConfigurationError
from headroom.stores import StoreError, file, open_store, open_to_read, reader
from headroom.stores.reader import SqliteReader
from tests.stores.test_contract import Clock

TEXT = "\n".join(f"line {number}" for number in range(1, 500))


@pytest.fixture
def path(tmp_path):
    return tmp_path / "originals.db"


@pytest.fixture
def url(path):
    return f"sqlite:///{path}"


@pytest.fixture
def sandbox(monkeypatch):
    """Let nothing be opened for writing, from when it is called."""

    def refuse(path, flags, mode=0o777):
        raise OSError(errno.EROFS, os.strerror(errno.EROFS), path)

    return lambda: monkeypatch.setattr(file.os, "open", refuse)


def test_what_was_put_is_read_where_nothing_may_be_written(url, sandbox):
    writer = open_store(url)
    writer.put("closed", TEXT)
    writer.close()
    again = open_store(url)
    again.put("in the log", "text")
    sandbox()
    with pytest.raises(ConfigurationError):
        open_store(url)
    store = open_to_read(url)
    assert store.get("closed") == TEXT
    assert store.get("in the log") == "text"
    assert store.get("unknown") is None
    again.put("later", "text")
    assert store.get("later") == "text"
    store.close()
    again.close()


def test_a_file_without_a_log_is_read_as_it_is(path, url, monkeypatch):
    writer = open_store(url)
    writer.put("ref", TEXT)
    writer.close()
    real = sqlite3.connect

    def connect(name, **options):
        if "immutable" not in name:  # what sqlite says where it may make no log beside the file
            raise sqlite3.OperationalError("unable to open database file")
        return real(name, **options)

    monkeypatch.setattr(reader.sqlite3, "connect", connect)
    store = SqliteReader(path, clock=Clock(), ttl=1e9)
    assert store.get("ref") == TEXT
    store.close()


def test_where_it_can_be_written_it_is_the_usual_store(url):
    store = open_to_read(url)
    store.put("ref", "text")
    assert store.get("ref") == "text"
    store.close()


def test_nothing_is_put_and_what_is_expired_is_gone(path, url):
    clock = Clock()
    writer = open_store(url, clock=clock)
    writer.put("ref", "text")
    writer.close()
    store = SqliteReader(path, clock=clock, ttl=100)
    assert store.get("ref") == "text"
    assert [*store.put_all({})] == []
    with pytest.raises(StoreError):
        store.put("other", "text")
    clock.now += 101
    assert store.get("ref") is None
    assert store.sweep() == 0
    store.close()
    assert store.get("ref") is None


def test_a_file_that_cannot_be_read_either_is_the_first_error(path, url, sandbox):
    sandbox()
    with pytest.raises(ConfigurationError, match="cannot keep originals"):
        open_to_read(url)
    path.write_bytes(b"this is no database at all")
    with pytest.raises(ConfigurationError, match="cannot keep originals"):
        open_to_read(url)
    with closing(sqlite3.connect(path.with_name("other.db"))) as other:
        other.execute("CREATE TABLE theirs (x)")
    with pytest.raises(ConfigurationError, match="cannot keep originals"):
        open_to_read(f"sqlite:///{path.with_name('other.db')}")
    with pytest.raises(ConfigurationError, match="cannot tell a store"):
        open_to_read("nonsense")


def test_commands_bring_back_what_another_process_stored(url, sandbox, monkeypatch, capsys):
    writer = open_store(url)
    writer.put(ref_of(TEXT), TEXT)
    writer.close()
    monkeypatch.setenv("HEADROOM_STORE", url)
    sandbox()
    with pytest.raises(SystemExit) as ended:
        main(["retrieve", ref_of(TEXT), "--lines", "7-8"])
    assert ended.value.code == 0
    assert capsys.readouterr().out == "line 7\nline 8"
