"""Folders of ours: those that had to be made go with the last thing in them."""

from __future__ import annotations

import itertools
import sys

import pytest

from headroom.edits.folder import occupy, vacate


@pytest.mark.parametrize("order", list(itertools.permutations(range(3))))
@pytest.mark.parametrize("back", list(itertools.permutations(range(3))))
def test_whoever_comes_first_and_goes_last_nothing_stays(tmp_path, order, back):
    folders = [tmp_path / "a" / "b" / "ours" / name for name in ("x", "y", "z")]
    for n in order:
        occupy(folders[n])
    assert all(folder.is_dir() for folder in folders)
    for n in back:
        vacate(folders[n])
    assert list(tmp_path.iterdir()) == []


@pytest.mark.skipif(sys.platform == "win32", reason="modes of POSIX")
def test_nobody_else_may_look_into_what_was_made(tmp_path):
    folder = tmp_path / "a" / "ours" / "x"
    occupy(folder)
    assert {each.stat().st_mode & 0o777 for each in (folder, *folder.parents[:2])} == {0o700}


def test_what_was_there_before_stays(tmp_path):
    (tmp_path / "a" / "b").mkdir(parents=True)
    occupy(tmp_path / "a" / "b" / "ours" / "x")
    vacate(tmp_path / "a" / "b" / "ours" / "x")
    assert list((tmp_path / "a" / "b").iterdir()) == []


def test_what_others_have_put_there_since_stays(tmp_path):
    folder = tmp_path / "a" / "ours" / "x"
    occupy(folder)
    theirs = tmp_path / "a" / "theirs"
    theirs.mkdir()
    vacate(folder)
    assert [each.name for each in tmp_path.rglob("*")] == ["a", "theirs"]


def test_a_folder_that_is_in_use_stays_and_goes_later(tmp_path):
    folder = tmp_path / "a" / "ours" / "x"
    occupy(folder)
    (folder / "used").write_text("")
    vacate(folder)
    assert folder.is_dir()
    (folder / "used").unlink()
    vacate(folder)
    vacate(folder)
    assert list(tmp_path.iterdir()) == []
