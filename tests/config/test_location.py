"""Where files of ours lie."""

from __future__ import annotations

import sys
from pathlib import Path

import pytest

import headroom
from headroom.config import location
from headroom.errors import ConfigurationError

FOLDERS = {
    "XDG_DATA_HOME": (location.data_folder, ".local/share"),
    "XDG_STATE_HOME": (location.state_folder, ".local/state"),
    "XDG_CONFIG_HOME": (location.config_folder, ".config"),
}
XDG = pytest.mark.skipif(sys.platform in ("win32", "darwin"), reason="their own customs")


@XDG
@pytest.mark.parametrize("variable", FOLDERS)
def test_a_folder_is_where_its_variable_says_unless_that_is_relative(
    monkeypatch, tmp_path, variable
):
    folder, usual = FOLDERS[variable]
    monkeypatch.setenv("HOME", str(tmp_path))
    monkeypatch.setenv(variable, "/some/where")
    assert folder() == Path("/some/where/headroom")
    for value in ("", "here", "./here"):
        monkeypatch.setenv(variable, value)
        assert folder() == tmp_path / usual / "headroom"


@pytest.mark.parametrize(
    ("named", "place"),
    [
        ("sqlite:////var/forms", "/var/forms"),
        ("/var/forms", "/var/forms"),
        ("memory:", "memory:"),
        ("redis://host:1/0", "redis://host:1/0"),
    ],
)
def test_the_place_of_forms_may_be_written_as_that_of_originals_is(monkeypatch, named, place):
    monkeypatch.setenv("HEADROOM_LEDGER", named)
    assert location.ledger_place("sqlite:///o") == place


@pytest.mark.parametrize("named", ["postgres://me:secret@host/x", "sqlite://x", "file:///x"])
def test_a_url_that_is_no_place_of_forms_is_not_taken_for_a_path(monkeypatch, named):
    monkeypatch.setenv("HEADROOM_LEDGER", named)
    with pytest.raises(ConfigurationError, match="names no place that we know") as raised:
        location.ledger_place("sqlite:///o")
    assert "secret" not in str(raised.value)


@pytest.fixture
def homeless(monkeypatch):
    def unknown():
        raise RuntimeError("Could not determine home directory.")

    monkeypatch.setattr(Path, "home", unknown)
    for name in (*FOLDERS, "HEADROOM_STORE", "LOCALAPPDATA"):
        monkeypatch.delenv(name, raising=False)


@pytest.mark.parametrize("folder", [folder for folder, _ in FOLDERS.values()])
def test_without_a_home_no_folder_is_made_up(homeless, folder):
    with pytest.raises(ConfigurationError, match="set HOME"):
        folder()


def test_without_a_home_texts_are_shortened_and_come_back_in_this_process(homeless, caplog):
    rows = "\n".join(f'{{"id": {n}, "name": "part {n}"}}' for n in range(500))
    result = headroom.compress([{"role": "tool", "content": rows}])
    assert result.savings_percent > 80
    assert str(headroom.retrieve(result.refs[0])) == rows
    assert "originals are kept in this process alone" in caplog.text


@pytest.mark.parametrize(
    ("written", "url"),
    [
        ("/var/o.sqlite", "sqlite:////var/o.sqlite"),
        ("~/o.sqlite", "sqlite:///~/o.sqlite"),
        ("./o", "sqlite:///./o"),
        ("kept/o.sqlite", "sqlite:///kept/o.sqlite"),
        ("/odd:name", "sqlite:////odd:name"),
        (r"C:\kept\o", r"sqlite:///C:\kept\o"),
        ("memory:", "memory:"),
        ("redis://h:1/0", "redis://h:1/0"),
        ("sqlite:////var/o", "sqlite:////var/o"),
        ("memory", "memory"),
        ("postgres://h/x", "postgres://h/x"),
    ],
)
def test_a_store_may_be_written_as_the_path_of_its_file(monkeypatch, written, url):
    monkeypatch.setenv("HEADROOM_STORE", written)
    assert location.store_url() == url
