"""A folder of links: what an agent leaves in it comes home, and nothing of the user's is lost."""

from __future__ import annotations

import sys

import pytest

from headroom.wrap import mirror

pytestmark = pytest.mark.skipif(sys.platform == "win32", reason="links of POSIX")


@pytest.fixture
def folders(tmp_path):
    original, made = tmp_path / "data", tmp_path / "private"
    (original / "settings").mkdir(parents=True)
    (original / "settings" / "providers.json").write_text("theirs")
    (original / "state").write_text("old")
    mirror.make(made, original, "settings/providers.json", "ours")
    return original, made


def rewritten(file, text):
    """Write a file as programs do that want it whole or not at all: a link is replaced."""
    (file.parent / "x.tmp").write_text(text)
    (file.parent / "x.tmp").replace(file)


def test_a_file_that_was_written_anew_takes_the_place_of_the_old_one(folders):
    original, made = folders
    rewritten(made / "state", "new")
    (made / "fresh").write_text("fresh")
    mirror.take_home(made, original, "settings/providers.json")
    assert (original / "state").read_text() == "new"
    assert (original / "fresh").read_text() == "fresh"
    assert (original / "settings" / "providers.json").read_text() == "theirs"
    assert sorted(each.name for each in original.iterdir()) == ["fresh", "settings", "state"]


def test_a_link_of_the_users_stays_one(folders, tmp_path):
    original, made = folders
    (tmp_path / "dotfiles").mkdir()
    (original / "state").rename(tmp_path / "dotfiles" / "state")
    (original / "state").symlink_to(tmp_path / "dotfiles" / "state")
    rewritten(made / "state", "new")
    mirror.take_home(made, original, "settings/providers.json")
    assert (original / "state").is_symlink()
    assert (tmp_path / "dotfiles" / "state").read_text() == "new"


def test_where_a_file_cannot_be_moved_the_old_one_is_not_lost(folders, monkeypatch):
    original, made = folders
    rewritten(made / "state", "new")

    def full(*_):
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(mirror.shutil, "move", full)
    mirror.take_home(made, original, "settings/providers.json")
    assert (original / "state").read_text() == "old"
    assert sorted(each.name for each in original.iterdir()) == ["settings", "state"]
