"""A file of originals that can be read and not written, as in the sandbox of an agent's commands."""

from __future__ import annotations

import errno
import os
import sqlite3
from contextlib import closing

import pytest
from click.testing import CliRunner

from headroom.cli.main import main
from headroom.core.refs import ref_of
from headroom.errors import ConfigurationError
from headroom.stores import StoreError, open_reader, open_store
from headroom.stores.reader import SqliteReader
from tests.stores.test_contract import Clock

TEXTS = {ref_of(text): text for text in ("short", "a line of a long text\n" * 500)}


@pytest.fixture
def path(tmp_path):
    return tmp_path / "originals.sqlite"


@pytest.fixture
def url(path):
    return f"sqlite:///{path}"


@pytest.fixture
def sealed(monkeypatch):
    """Call this, and nothing can be written beside a file any more."""
    real = os.open

    def seal():
        def refused(name, flags, *more, **named):
            if flags & (os.O_WRONLY | os.O_RDWR | os.O_CREAT):
                raise OSError(errno.EROFS, "Read-only file system", str(name))
            return real(name, flags, *more, **named)

        monkeypatch.setattr(os, "open", refused)

    return seal


@pytest.mark.parametrize("in_use", [True, False])
def test_what_cannot_be_written_can_still_be_read(url, sealed, in_use):
    store = open_store(url)
    store.put_all(TEXTS)
    if not in_use:
        store.close()
    sealed()
    with pytest.raises(ConfigurationError, match="cannot keep originals"):
        open_store(url)
    reader = open_reader(url)
    assert isinstance(reader, SqliteReader)
    assert {ref: reader.get(ref) for ref in TEXTS} == TEXTS
    assert reader.get("0123456789") is None
    with pytest.raises(StoreError, match="only be read"):
        reader.put("0123456789", "text")
    assert reader.sweep() == 0
    reader.close()
    store.close()


def test_what_can_be_written_is_opened_as_ever(url):
    reader = open_reader(url)
    assert not isinstance(reader, SqliteReader)
    reader.close()


def test_an_original_is_gone_in_time_there_too(url, path):
    clock = Clock()
    with closing(open_store(url, clock=clock, ttl=100.0)) as store:
        store.put_all(TEXTS)
    reader = SqliteReader(path, clock=clock, ttl=100.0)
    clock.now += 99
    assert {ref: reader.get(ref) for ref in TEXTS} == TEXTS
    clock.now += 2
    assert [reader.get(ref) for ref in TEXTS] == [None, None]


def test_a_file_that_is_not_there_or_not_ours_is_still_an_error(url, path, sealed):
    with closing(sqlite3.connect(path)) as connection:
        connection.execute("CREATE TABLE others (a)")
    with pytest.raises(ConfigurationError, match="another program"):
        open_reader(url)
    path.unlink()
    sealed()
    with pytest.raises(ConfigurationError, match="cannot keep originals"):
        open_reader(url)
    with pytest.raises(StoreError, match="cannot read"):
        SqliteReader(path, clock=Clock(), ttl=1.0)


def test_a_damaged_text_is_none(url, path):
    with closing(open_store(url)) as store:
        store.put_all(TEXTS)
    with closing(sqlite3.connect(path)) as connection:
        connection.execute("UPDATE originals SET body = x'07'")
        connection.commit()
    reader = SqliteReader(path, clock=Clock(), ttl=1e12)
    assert [reader.get(ref) for ref in TEXTS] == [None, None]


def test_a_command_in_a_sandbox_brings_an_original_back(url, sealed, monkeypatch):
    with closing(open_store(url)) as store:
        store.put_all(TEXTS)
    monkeypatch.setenv("HEADROOM_STORE", url)
    sealed()
    ref = ref_of("a line of a long text\n" * 500)
    done = CliRunner().invoke(main, ["retrieve", ref, "--lines", "1-2"])
    assert (done.exit_code, done.stdout.split("\n")) == (0, ["a line of a long text"] * 2)
