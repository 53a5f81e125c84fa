"""An original is found where a proxy keeps it, whatever `HEADROOM_STORE` says in which process."""

from __future__ import annotations

import os
import stat
import subprocess
import sys
from pathlib import Path

import pytest

import headroom
from headroom.config.location import state_folder, usual_store
from headroom.stores import open_store
from headroom.stores.elsewhere import Everywhere, announced, hidden, others

ROOT = Path(headroom.__file__).resolve().parent.parent
REF = "abcdefgh12"
HERE = "sqlite:////nowhere/here"


@pytest.fixture(autouse=True)
def home(tmp_path, monkeypatch):
    for name in ("XDG_DATA_HOME", "XDG_STATE_HOME"):
        monkeypatch.delenv(name, raising=False)
    monkeypatch.setenv("HOME", str(tmp_path / "home"))
    (tmp_path / "home").mkdir()
    return tmp_path / "home"


def kept(file, text="some text"):
    url = f"sqlite:///{file}"
    store = open_store(url)
    store.put(REF, text)
    store.close()
    return url


def test_a_store_is_known_as_long_as_its_proxy_runs_and_nothing_is_left(home, tmp_path):
    url = kept(tmp_path / "own.sqlite")
    with announced(url), announced(f"sqlite:///{tmp_path / 'next'}"):
        assert others(HERE) == [f"sqlite:///{tmp_path / 'next'}", url, usual_store()]
        assert others(url) == [f"sqlite:///{tmp_path / 'next'}", usual_store()]
        for note in (state_folder() / "stores").iterdir():
            assert stat.S_IMODE(note.stat().st_mode) == 0o600
    assert others(HERE) == [usual_store()]
    assert list(home.iterdir()) == []


def test_a_note_that_its_proxy_takes_back_meanwhile_is_passed_over(home, tmp_path, monkeypatch):
    url = kept(tmp_path / "own.sqlite")
    looked = Path.stat

    def stat_(path, **how):
        if path.name == "gone":
            raise FileNotFoundError(path)
        return looked(path, **how)

    with announced(f"sqlite:///{tmp_path / 'next'}"):
        (state_folder() / "stores" / "gone").write_bytes(b"memory:")
        monkeypatch.setattr(Path, "stat", stat_)
        with announced(url):
            assert url in others(HERE)


def test_what_everybody_knows_or_nobody_can_open_is_not_announced(home):
    for url in ("memory:", usual_store(), "nonsense"):
        with announced(url):
            assert list(home.iterdir()) == []


def test_who_keeps_originals_in_memory_looks_nowhere_else(tmp_path):
    with announced(kept(tmp_path / "own.sqlite")):
        assert others("memory:") == []


def test_a_password_is_not_written_down(home):
    for url in ("redis://me:hunter2@host:1/0", "redis://host:1/0?password=hunter2"):
        with announced(url):
            files = [each for each in home.rglob("*") if each.is_file()]
            assert not any("hunter2" in each.read_text() for each in files)
            assert hidden(others(HERE)[0])
            assert others(url) == [usual_store()]
            assert Everywhere(open_store(), HERE).get(REF) is None


def test_what_the_first_store_has_not_is_read_from_another_and_nothing_is_made_there(tmp_path):
    url = kept(tmp_path / "own.sqlite")
    gone = tmp_path / "gone.sqlite"
    with announced(url), announced(f"sqlite:///{gone}"):
        store = Everywhere(open_store(), HERE)
        assert store.get(REF) == "some text"
        assert store.get("0000000000") is None
        store.put("0000000000", "new")
        assert store.get("0000000000") == "new"
        del store  # nobody closes it: that is no leak
    assert not gone.exists()
    assert not Path(usual_store().removeprefix("sqlite:///")).exists()


def test_where_nothing_can_be_written_nothing_is_said(home, tmp_path):
    (home / ".local").write_text("in the way")
    with announced(kept(tmp_path / "own.sqlite")):
        assert others(HERE) == [usual_store()]


def test_what_killed_proxies_left_behind_does_not_pile_up(tmp_path):
    folder = state_folder() / "stores"
    folder.mkdir(parents=True)
    for number in range(40):
        note = folder / f"{number}-dead"
        note.write_text(f"sqlite:////nowhere/{number}")
        os.utime(note, (number, number))
    with announced(kept(tmp_path / "own.sqlite")):
        named = others(HERE)
        assert len(named) == 17
        assert named[0].endswith("own.sqlite")
        assert named[1].endswith("/39")


@pytest.mark.skipif(sys.platform == "win32", reason="signals of POSIX")
def test_a_command_finds_what_a_proxy_with_a_store_of_its_own_keeps(tmp_path):
    url = kept(tmp_path / "own.sqlite")
    usual = {name: value for name, value in os.environ.items() if name != "HEADROOM_STORE"}
    headroom_ = [sys.executable, "-m", "headroom"]
    ledger, found = str(tmp_path / "forms.sqlite"), []
    with subprocess.Popen(
        [*headroom_, "proxy", "--port", "0"],
        stdout=subprocess.PIPE,
        text=True,
        cwd=ROOT,
        env={**usual, "HEADROOM_STORE": url, "HEADROOM_LEDGER": ledger, "PYTHONUNBUFFERED": "1"},
    ) as proxy:
        proxy.stdout.readline()
        for environment in (usual, {**usual, "HEADROOM_STORE": f"sqlite:///{tmp_path / 'b'}"}):
            done = subprocess.run(
                [*headroom_, "retrieve", REF],
                capture_output=True,
                text=True,
                cwd=ROOT,
                env=environment,
                timeout=60,
                check=False,
            )
            found.append((done.returncode, done.stdout, done.stderr))
        proxy.terminate()
    assert found == [(0, "some text", "")] * 2
