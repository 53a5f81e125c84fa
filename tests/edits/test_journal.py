"""The journal: whatever happens between an edit and its undoing, nothing of ours stays."""

import itertools
import json
import os
import stat
from pathlib import Path

import pytest
from corpus import CASES, IDS, data

from headroom.edits import Item, Journal, RemoveKey, SetKey, lock
from headroom.edits.disk import Disk
from headroom.errors import EditError

ENDINGS = {"json": "json", "toml": "toml", "yaml": "yaml"}
ONE = {
    "json": [
        SetKey(("mcpServers", "headroom"), {"command": "x", "args": ["y"]}),
        SetKey(("env", "URL"), "z"),
    ],
    "toml": [
        SetKey(("mcp_servers", "headroom"), {"command": "x", "args": ["y"]}),
        SetKey(("openai_base_url",), "z"),
    ],
    "yaml": [
        SetKey(("mcpServers", Item("headroom")), {"command": "x", "args": ["y"]}),
        SetKey(("ANTHROPIC_HOST",), "z"),
    ],
}
TWO = {kind: [SetKey(("other", "key"), True), *changes[1:]] for kind, changes in ONE.items()}


class Killed(BaseException):
    pass


class Mortal(Disk):
    """A disk of a process that dies at one of its steps: before it, or with half of it done."""

    def __init__(self, steps):
        self.left = steps

    def step(self, half=lambda: None):
        self.left -= 1
        if self.left < 0:
            half()
            raise Killed

    def write(self, file, content, *, like=None):
        self.step(lambda: file.write_bytes(content[: len(content) // 2]))
        super().write(file, content, like=like)

    def replace(self, source, target):
        self.step()
        super().replace(source, target)

    def unlink(self, file):
        self.step()
        super().unlink(file)

    def mkdir(self, folder):
        self.step()
        super().mkdir(folder)

    def rmdir(self, folder):
        self.step()
        super().rmdir(folder)


class Ticking:
    def __init__(self):
        self.now = 0.0

    def __call__(self):
        self.now += 1
        return self.now


@pytest.fixture
def home(tmp_path):
    folder = tmp_path / "home"
    folder.mkdir()
    return folder


@pytest.fixture
def journal(tmp_path):
    return Journal(tmp_path / "state", clock=Ticking())


def test_the_journal_leaves_no_folder_behind(tmp_path, home):
    before = tree(tmp_path)
    journal = Journal(tmp_path / "deep" / "state", clock=Ticking())
    journal.apply("x", home / "config", "json", ONE["json"])
    journal.undo()
    assert tree(tmp_path) == before


def tree(folder):
    """All that can be seen of a folder: names, modes, links, contents."""
    found = {}
    for each in sorted(folder.rglob("*")):
        mode = each.lstat().st_mode
        body = (
            each.readlink() if each.is_symlink() else each.read_bytes() if each.is_file() else None
        )
        found[str(each.relative_to(folder))] = (stat.S_IMODE(mode), body)
    return found


def records(journal):
    if not journal._folder.exists():
        return []
    return sorted(each for each in journal._folder.iterdir() if each.name != ".lock")


@pytest.mark.parametrize(("kind", "name", "text"), CASES, ids=IDS)
def test_an_edit_is_undone_to_the_byte(journal, home, kind, name, text):
    file = home / f"config.{kind}"
    file.write_bytes(text.encode())
    file.chmod(0o640)
    before = tree(home)
    outcome = journal.apply("mcp x", file, kind, ONE[kind])
    assert outcome.changed
    assert stat.S_IMODE(file.stat().st_mode) == 0o640
    assert [each.note for each in journal.undo()] == [""]
    assert tree(home) == before
    assert not records(journal)


@pytest.mark.parametrize(("kind", "name", "text"), CASES, ids=IDS)
@pytest.mark.parametrize("first", ["wrap", "mcp"])
def test_two_edits_of_one_file_are_undone_in_any_order(journal, home, kind, name, text, first):
    file = home / f"config.{kind}"
    file.write_bytes(text.encode())
    before = tree(home)
    journal.apply("wrap", file, kind, ONE[kind])
    journal.apply("mcp", file, kind, TWO[kind])
    journal.undo(first)
    left = data(kind, file.read_bytes().decode())
    assert ("other" in left) == (first == "wrap")
    journal.undo()
    assert tree(home) == before
    assert not records(journal)


def test_a_file_and_folders_that_were_made_go_again(journal, home):
    file = home / "a" / "b" / "config.json"
    journal.apply("mcp x", file, "json", ONE["json"])
    assert stat.S_IMODE(file.stat().st_mode) == 0o600
    journal.undo()
    assert tree(home) == {}


def test_a_made_folder_stays_where_somebody_else_uses_it(journal, home):
    file = home / "a" / "config.json"
    journal.apply("mcp x", file, "json", ONE["json"])
    (home / "a" / "theirs").write_text("x")
    journal.undo()
    assert list(tree(home)) == ["a", "a/theirs"]


def test_a_made_file_stays_with_what_others_put_into_it(journal, home):
    file = home / "config.json"
    journal.apply("mcp x", file, "json", ONE["json"])
    other = Journal(home / "other")
    other.apply("somebody", file, "json", [SetKey(("theirs",), 1)])
    journal.undo()
    assert data("json", file.read_text()) == {"theirs": 1}


@pytest.mark.parametrize(("kind", "name", "text"), CASES, ids=IDS)
def test_what_the_user_edited_since_stays_and_only_ours_goes(journal, home, kind, name, text):
    file = home / f"config.{kind}"
    file.write_bytes(text.encode())
    journal.apply("mcp x", file, kind, ONE[kind])
    theirs = [SetKey(("theirs", "deep"), "x")]
    Journal(home / "other").apply("the user", file, kind, theirs)
    assert [each.note for each in journal.undo()] == [""]
    plain = home / "plain"
    plain.write_bytes(text.encode())
    Journal(home / "other").apply("the user", plain, kind, theirs)
    assert data(kind, file.read_bytes().decode()) == data(kind, plain.read_bytes().decode())


@pytest.mark.parametrize("kind", list(ONE))
@pytest.mark.parametrize("exists", [True, False])
def test_a_process_that_dies_at_any_step_leaves_nothing_that_undo_does_not_repair(
    tmp_path, kind, exists
):
    text = next(
        text
        for each, name, text in CASES
        if (each, name) in (("json", "comments"), ("toml", "tables"), ("yaml", "extensions"))
        and each == kind
    )
    survived = False
    for steps in itertools.count():
        home, state = tmp_path / str(steps) / "home", tmp_path / str(steps) / "state"
        home.mkdir(parents=True)
        file = home / "config" if exists else home / "new" / "config"
        if exists:
            file.write_text(text)
        before = tree(home)
        try:
            Journal(state, disk=Mortal(steps)).apply("wrap x", file, kind, ONE[kind])
            survived = True
        except Killed:
            pass
        now = file.read_bytes() if file.exists() else None
        assert now in (
            text.encode() if exists else None,
            Journal(home / "x")
            .plan("y", home / "nothing" if not exists else file, kind, ONE[kind])
            .after,
            now if survived else object(),
        )
        Journal(state).undo()
        assert tree(home) == before, steps
        assert not records(Journal(state))
        if survived:
            break
    assert steps > 3


def test_an_undo_that_dies_at_any_step_can_be_done_again(tmp_path):
    text = '// mine\n{"a": 1}\n'
    for steps in itertools.count():
        home, state = tmp_path / str(steps) / "home", tmp_path / str(steps) / "state"
        home.mkdir(parents=True)
        file, made = home / "config", home / "new" / "config"
        file.write_text(text)
        before = tree(home)
        journal = Journal(state, clock=Ticking())
        journal.apply("one", file, "json", ONE["json"])
        journal.apply("two", file, "json", TWO["json"])
        journal.apply("two", made, "json", TWO["json"])
        try:
            Journal(state, disk=Mortal(steps)).undo("one")
            Journal(state, disk=Mortal(steps)).undo()
        except Killed:
            Journal(state).undo("one")
            Journal(state).undo()
            assert tree(home) == before, steps
            assert not records(Journal(state))
        else:
            break
    assert tree(home) == before
    assert steps > 5


def test_a_damaged_write_to_the_journal_is_no_record(tmp_path, home):
    file = home / "config"
    file.write_text("{}")
    with pytest.raises(Killed):
        Journal(tmp_path / "state", disk=Mortal(0)).apply("x", file, "json", ONE["json"])
    assert file.read_text() == "{}"
    assert Journal(tmp_path / "state").undo() == []


def test_the_same_edit_again_changes_nothing_and_another_one_takes_its_place(journal, home):
    file = home / "config"
    file.write_text('{"env": {"URL": "mine"}}')
    journal.apply("wrap x", file, "json", [SetKey(("env", "URL"), "http://127.0.0.1:1")])
    assert not journal.apply(
        "wrap x", file, "json", [SetKey(("env", "URL"), "http://127.0.0.1:1")]
    ).changed
    journal.apply("wrap x", file, "json", [SetKey(("env", "URL"), "http://127.0.0.1:2")])
    assert len(records(journal)) == 1
    journal.undo()
    assert file.read_text() == '{"env": {"URL": "mine"}}'


def test_a_plan_touches_nothing_and_shows_what_an_edit_would_do(journal, home):
    file = home / "config"
    file.write_text('{\n  "a": 1\n}\n')
    before = tree(home)
    outcome = journal.plan("x", file, "json", [SetKey(("b",), 2)])
    assert tree(home) == before
    assert '+  "b": 2' in outcome.diff().splitlines()
    assert not journal._folder.exists()
    assert journal.apply("x", file, "json", [SetKey(("b",), 2)]).after == outcome.after


def test_a_plan_of_another_edit_starts_from_what_was_there_before_ours(journal, home):
    file = home / "config"
    file.write_text("{}")
    journal.apply("x", file, "json", [SetKey(("b",), 2)])
    fresh = Journal(home / "n").plan("x", home / "m", "json", [SetKey(("c",), 3)])
    assert json.loads(journal.plan("x", file, "json", [SetKey(("c",), 3)]).after) == {"c": 3}
    assert json.loads(fresh.after) == {"c": 3}


@pytest.mark.parametrize("what", ["file", "folder"])
def test_what_is_read_only_stays_as_it_is_and_the_error_names_it(journal, home, what):
    file = home / "d" / "config"
    file.parent.mkdir()
    file.write_text("{}")
    (file if what == "file" else file.parent).chmod(0o444 if what == "file" else 0o555)
    before = tree(home)
    with pytest.raises(EditError, match="read-only"):
        journal.apply("x", file, "json", ONE["json"])
    file.parent.chmod(0o755) if what == "folder" else None
    assert what == "folder" or tree(home) == before
    assert file.read_text() == "{}"
    assert not records(journal)


@pytest.mark.parametrize("content", [b"\xff\xfe{\0}\0", b"{", b'{"mcpServers": []}'])
def test_what_cannot_be_edited_is_left_alone(journal, home, content):
    file = home / "config"
    file.write_bytes(content)
    with pytest.raises(EditError, match="config"):
        journal.apply("x", file, "json", ONE["json"])
    assert file.read_bytes() == content
    assert not records(journal)


def test_a_link_stays_a_link(journal, home):
    (home / "real").mkdir()
    (home / "real" / "config").write_text("{}")
    (home / "config").symlink_to("real/config")
    before = tree(home)
    journal.apply("x", home / "config", "json", ONE["json"])
    assert (home / "config").is_symlink()
    assert "headroom" in (home / "real" / "config").read_text()
    journal.undo("x")
    assert tree(home) == before


def test_a_file_that_its_user_deleted_stays_deleted(journal, home):
    file = home / "config"
    file.write_text("{}")
    journal.apply("x", file, "json", ONE["json"])
    file.unlink()
    journal.undo()
    assert tree(home) == {}
    assert not records(journal)


def test_a_file_that_its_user_broke_keeps_its_record_and_says_so(journal, home):
    file = home / "config"
    file.write_text("{}")
    journal.apply("x", file, "json", ONE["json"])
    file.write_text("{ broken")
    (outcome,) = journal.undo()
    assert "JSON" in outcome.note
    assert file.read_text() == "{ broken"
    assert len(records(journal)) == 1


def test_nobody_else_can_read_the_journal(journal, home):
    (home / "config").write_text('{"apiKey": "secret"}')
    journal.apply("x", home / "config", "json", ONE["json"])
    assert stat.S_IMODE(journal._folder.stat().st_mode) == 0o700
    assert {stat.S_IMODE(each.stat().st_mode) for each in journal._folder.iterdir()} == {0o600}


def test_records_say_who_did_what_where(journal, home):
    journal.apply("mcp claude", home / "config", "json", [*ONE["json"], RemoveKey(("old",))])
    (record,) = journal.records()
    assert (record.owner, record.file) == ("mcp claude", Path(os.path.realpath(home / "config")))
    assert record.keys == ["mcpServers.headroom", "env.URL", "old"]


def newer(text):
    return text.replace('"form": 1', '"form": 2')


def cut_off(text):
    return text[: text.index('"kind"')]


def other_values(text):
    return text.replace('"versions": [', '"versions": [7, ')


@pytest.mark.parametrize("spoil", [newer, cut_off, other_values])
def test_a_record_that_cannot_be_used_stops_no_other_and_names_its_file(journal, home, spoil):
    before = tree(home)
    journal.apply("wrap a", home / "one", "json", ONE["json"])
    (path,) = records(journal)
    journal.apply("mcp b", home / "two", "json", ONE["json"])
    good = path.read_text()
    path.write_text(spoil(good))
    assert [each.owner for each in journal.records()] == ["mcp b"]
    assert [(each.owner, each.file) for each in journal.unreadable()] == [("wrap a", home / "one")]
    done, left = journal.undo()
    assert (done.file, done.note, (home / "two").exists()) == (home / "two", "", False)
    assert (left.owner, left.file, left.changed) == ("wrap a", home / "one", False)
    assert str(path) in left.note
    assert f"out of {home / 'one'} by hand and remove {path}" in left.note
    assert journal.undo("mcp b") == []
    path.write_text(good)
    assert [each.note for each in journal.undo()] == [""]
    assert tree(home) == before


@pytest.mark.parametrize("content", [b"", b"\xff\xfe", b"[]", b'{"form": 1}', b"[" * 100_000])
def test_a_record_that_tells_nothing_may_be_anybodys(journal, home, content):
    journal.apply("wrap a", home / "one", "json", ONE["json"])
    (path,) = records(journal)
    path.write_bytes(content)
    (left,) = journal.undo("mcp b")
    assert left.file == path
    assert "the settings it was about" in left.note


def test_no_edit_is_made_over_one_whose_record_cannot_be_used(journal, home):
    journal.apply("x", home / "config", "json", ONE["json"])
    (path,) = records(journal)
    path.write_text("{}")
    before = (home / "config").read_bytes()
    with pytest.raises(EditError, match=rf"config was edited before.*{path.name}"):
        journal.apply("x", home / "config", "json", TWO["json"])
    assert (home / "config").read_bytes() == before


def test_a_file_that_cannot_be_read_any_more_stops_no_other(journal, home):
    journal.apply("x", home / "one", "json", ONE["json"])
    journal.apply("y", home / "two", "json", ONE["json"])
    (home / "two").unlink()
    (home / "two").mkdir()
    left, done = journal.undo()
    assert (left.owner, done.owner, done.note) == ("y", "x", "")
    assert "cannot read" in left.note
    assert not (home / "one").exists()


def test_where_no_journal_can_be_kept_nothing_is_edited(tmp_path, home):
    (tmp_path / "file").write_text("")
    journal = Journal(tmp_path / "file" / "state")
    with pytest.raises(EditError, match=r"no journal can be kept in .*state"):
        journal.apply("x", home / "config", "json", ONE["json"])
    assert not (home / "config").exists()


def test_a_folder_that_another_process_takes_away_meanwhile_is_made_again(tmp_path, monkeypatch):
    gone = iter([FileNotFoundError(2, "No such file or directory")])
    real = lock.occupy

    def occupy(folder):
        if (error := next(gone, None)) is not None:
            raise error
        real(folder)

    monkeypatch.setattr(lock, "occupy", occupy)
    with lock.locked(tmp_path / "a" / "state"):
        assert (tmp_path / "a" / "state" / ".lock").exists()
    assert list(tmp_path.iterdir()) == []


def test_without_locks_of_the_system_a_file_is_closed_before_it_is_removed(
    tmp_path, home, monkeypatch
):
    closed = []
    real_close, real_remove = os.close, lock._remove

    def remove(folder):
        closed.append("removed")
        real_remove(folder)

    def close(descriptor):
        closed.append("closed")
        real_close(descriptor)

    monkeypatch.setattr(lock, "fcntl", None)
    monkeypatch.setattr(lock, "_remove", remove)
    monkeypatch.setattr(lock.os, "close", close)
    with lock.locked(tmp_path / "state"):
        closed.clear()
    assert closed == ["closed", "removed"]
    assert not (tmp_path / "state").exists()


def test_without_owners_of_files_a_file_is_still_written(journal, home, monkeypatch):
    for name in ("fchown", "getuid", "getgid"):
        monkeypatch.delattr(os, name, raising=False)
    (home / "config").write_text("{}")
    assert journal.apply("x", home / "config", "json", ONE["json"]).changed
    journal.undo()
    assert (home / "config").read_text() == "{}"


def test_undoing_nothing_touches_no_folder(tmp_path):
    assert Journal(tmp_path / "state").undo() == []
    assert list(tmp_path.iterdir()) == []


def test_the_journal_keeps_what_was_exchanged_and_no_copy_of_the_file(journal, home):
    file = home / "config"
    file.write_text('{"apiKey": "canary-1", "env": {"URL": "old"}, "other": "canary-2"}')
    journal.apply("x", file, "json", ONE["json"])
    journal.apply("y", file, "json", [SetKey(("more",), 1)])
    kept = b"".join(each.read_bytes() for each in records(journal))
    assert b"canary" not in kept
    assert b"old" in kept
    journal.undo("x")
    assert b"canary" not in b"".join(each.read_bytes() for each in records(journal))
    journal.undo()
    assert file.read_text() == '{"apiKey": "canary-1", "env": {"URL": "old"}, "other": "canary-2"}'
