"""`Journal`: edits of other programs' files, each written down before it is made."""

from __future__ import annotations

import difflib
import os
import time
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from headroom.config.location import state_folder
from headroom.edits.disk import Disk
from headroom.edits.lock import locked
from headroom.edits.record import Record
from headroom.edits.shelf import Shelf
from headroom.edits.text import apply, is_empty, revert
from headroom.edits.version import Splice, Version, digest
from headroom.errors import EditError

if TYPE_CHECKING:
    from collections.abc import Sequence

    from headroom.core.protocols import Clock
    from headroom.edits.change import Change
    from headroom.edits.shelf import Unreadable
    from headroom.edits.text import Inverse


@dataclass(frozen=True, slots=True)
class Outcome:
    """What was done with a file, or would be."""

    owner: str
    file: Path
    before: bytes | None
    """Its content before; None: there was no file."""
    after: bytes | None
    """Its content afterwards; None: there is no file any more."""
    note: str = ""
    """Why it could not be done as it should be; empty where it was."""

    @property
    def changed(self) -> bool:
        """Whether the file is another one now."""
        return self.before != self.after

    def diff(self) -> str:
        """Return what changed, as a unified diff."""
        old, new = (
            (each or b"").decode("utf-8", "replace").splitlines()
            for each in (self.before, self.after)
        )
        was, will = (
            os.devnull if each is None else str(self.file) for each in (self.before, self.after)
        )
        lines = difflib.unified_diff(old, new, was, will, lineterm="")
        return "\n".join(lines)


class Journal:
    """Edits files so that every edit can be undone, also after a crash or further edits by others.

    Args:
        folder: where the records lie, readable only by their owner.
        clock: seconds since the epoch.
        disk: does the writing.

    An edit's record is on the disk before its file is touched and goes when it has been undone.
    Wherever a process dies in between, `undo` finds the file as it was or as it was to become.
    """

    def __init__(
        self,
        folder: Path,
        *,
        clock: Clock = time.time,  # noqa: TID251 - the default of an injected clock
        disk: Disk | None = None,
    ) -> None:
        self._folder = folder
        self._clock = clock
        self._disk = disk or Disk()
        self._shelf = Shelf(folder, self._disk)

    @classmethod
    def of_user(cls) -> Journal:
        """Return the journal that all commands of this user share."""
        return cls(state_folder() / "edits")

    def plan(self, owner: str, file: Path, kind: str, changes: Sequence[Change]) -> Outcome:
        """Return what `apply` would make of a file, without touching anything.

        Raises:
            EditError: the file cannot be edited safely.
        """
        target = _real(file)
        now = base = _read(target)
        if (known := self._shelf.of(owner, target)) is not None and now is not None:
            base = self._undone(known, now)[0]
        return Outcome(owner, file, now, _edited(target, base, kind, changes).after)

    def apply(self, owner: str, file: Path, kind: str, changes: Sequence[Change]) -> Outcome:
        """Make changes in a file; folders and the file itself are made when they are missing.

        Args:
            owner: who wants them; an earlier edit of the same owner in this file is undone first.
            file: a link to one is followed and stays a link.
            kind: format of the file: see `headroom.edits.text.FORMATS`.
            changes: all or none of them are made.

        Raises:
            EditError: the file is read-only, not of that format, or cannot be edited without
                guessing; nothing was changed.
        """
        target = _real(file)
        with locked(self._folder):
            known, now = self._shelf.of(owner, target), _read(target)
            same = known is not None and known.changes == tuple(changes)
            if known and same and now is not None and digest(now) == known.versions[0].after:
                return Outcome(owner, file, now, now)
            _check_writable(target)
            base = now
            if known:  # what is wanted now has to be possible before anything is taken back
                base = None if now is None else self._undone(known, now)[0]
            _edited(target, base, kind, changes)
            if known:
                self._undo(known)
            return Outcome(owner, file, now, self._apply(owner, target, kind, changes))

    def without(self, owner: str, file: Path) -> bytes | None:
        """Return what is in a file but for an owner's edit, without touching anything.

        Raises:
            EditError: it cannot be read, or not be told what is whose.
        """
        target = _real(file)
        known, now = self._shelf.of(owner, target), _read(target)
        return self._undone(known, now)[0] if known and now is not None else now

    def undo(self, owner: str | None = None) -> list[Outcome]:
        """Take edits back, the newest first, and say what became of each.

        Args:
            owner: whose; by default everybody's.

        An edit that cannot be taken back keeps its record, and its outcome has a note; so has one
        whose record cannot be used, which stops none of the others.
        """
        if not self._folder.exists():
            return []
        with locked(self._folder):
            records, unreadable = self._shelf.read()
            outcomes = []
            for record in reversed(records):
                if owner not in (None, record.owner):
                    continue
                # Undoing one edit may have written down another one anew.
                current = self._shelf.of(record.owner, record.file) or record
                outcomes.append(self._tried(current))
            for broken in unreadable:
                if broken.concerns(owner):
                    name = broken.owner or "somebody"
                    note = str(broken)
                    outcomes.append(Outcome(name, broken.file or broken.path, None, None, note))
            self._shelf.tidy()
            return outcomes

    def records(self) -> list[Record]:
        """Return all edits that can be undone and have not been, oldest first."""
        return self._shelf.read()[0]

    def unreadable(self) -> list[Unreadable]:
        """Return the records of edits that cannot be undone, since they cannot be used."""
        return self._shelf.read()[1]

    def _apply(
        self, owner: str, target: Path, kind: str, changes: Sequence[Change]
    ) -> bytes | None:
        before = _read(target)
        edit = _edited(target, before, kind, changes)
        if edit.after == before or edit.after is None:
            return before
        made = tuple(reversed([each for each in target.parents if not each.exists()]))
        version = Version.of(before, edit.after, edit.splices)
        # Records are undone newest first, so no two may have one time.
        when = max([self._clock(), *(record.when + 1e-3 for record in self.records())])
        record = Record(owner, target, kind, tuple(changes), edit.inverses, (version,), made, when)
        self._shelf.put(record)
        try:
            for folder in made:
                self._disk.mkdir(folder)
            self._write(record, edit.after)
        except OSError as error:
            self._undo(record)
            raise EditError(f"cannot write {target}: {error.strerror or error}") from error
        return edit.after

    def _tried(self, record: Record) -> Outcome:
        before = None
        try:
            before = _read(record.file)
            self._undo(record)
            after = _read(record.file)
        except (EditError, OSError) as error:
            return Outcome(record.owner, record.file, before, before, str(error))
        return Outcome(record.owner, record.file, before, after)

    def _undo(self, record: Record) -> None:
        """Take one edit back and its record away; when interrupted, it can be done once more."""
        self._disk.unlink(_beside(record))
        now = _read(record.file)
        if now is not None:
            content, later = self._undone(record, now)
            if content != now:
                _check_writable(record.file)
                for each in later:
                    self._shelf.put(each)
                if content is None:
                    self._disk.unlink(record.file)
                else:
                    self._write(record, content)
        for folder in reversed(record.made):
            self._disk.rmdir(folder)
        self._shelf.remove(record)

    def _undone(self, record: Record, now: bytes) -> tuple[bytes | None, list[Record]]:
        """Return a file's content without an edit, and the records of later ones in it, anew."""
        found = digest(now)
        for version in record.versions:
            chain = self._chain(record, version.after, found)
            if chain is not None:
                for _, later in reversed(chain):
                    now = later.back(now) or b""
                return _replayed(version.back(now), [each for each, _ in chain])
        if any(found == version.before for version in record.versions):
            return now, []
        text = revert(_decoded(record.file, now), record.kind, record.inverses)
        if record.made_the_file and is_empty(text, record.kind):
            return None, []
        return text.encode(), []

    def _chain(self, record: Record, start: str, end: str) -> list[tuple[Record, Version]] | None:
        """Return the later edits that, one on another, made `end` of `start`; None: others did."""
        others = [
            each
            for each in self.records()
            if each.file == record.file and each.owner != record.owner and each.when >= record.when
        ]
        chain: list[tuple[Record, Version]] = []
        while start != end:
            links = ((each, v) for each in others for v in each.versions if v.before == start)
            link = next(links, None)
            if link is None:
                return None
            chain.append(link)
            others.remove(link[0])
            start = link[1].after
        return chain

    def _write(self, record: Record, content: bytes) -> None:
        like = record.file.stat() if record.file.exists() else None
        beside = _beside(record)
        self._disk.write(beside, content, like=like)
        self._disk.replace(beside, record.file)


@dataclass(frozen=True, slots=True)
class _Edit:
    """What changes make of a content."""

    after: bytes | None
    inverses: tuple[Inverse, ...] = ()
    splices: tuple[Splice, ...] = ()


def _edited(target: Path, before: bytes | None, kind: str, changes: Sequence[Change]) -> _Edit:
    text = "" if before is None else _decoded(target, before)
    inverses: list[Inverse] = []
    splices = []
    for change in changes:
        try:
            changed, inverse = apply(text, kind, [change])
        except EditError as error:
            raise EditError(f"cannot edit {target}: {error}") from error
        if changed != text:
            splices.append(Splice.between(text, changed))
            inverses = [*inverse, *inverses]
            text = changed
    if not splices:
        return _Edit(before)
    return _Edit(text.encode(), tuple(inverses), tuple(splices))


def _replayed(content: bytes | None, chain: list[Record]) -> tuple[bytes | None, list[Record]]:
    """Return what later edits make of the content that was there before an earlier one."""
    anew = []
    for each in chain:
        edit = _edited(each.file, content, each.kind, each.changes)
        after = edit.after or b""
        anew.append(each.onto(Version.of(content, after, edit.splices)))
        content = after
    return content, anew


def _real(file: Path) -> Path:
    return Path(os.path.realpath(file))


def _beside(record: Record) -> Path:
    """Return where a record's file is written before it takes its place."""
    owner = "".join(each if each.isalnum() else "-" for each in record.owner)
    return record.file.with_name(f".{record.file.name}.headroom-{owner}")


def _read(target: Path) -> bytes | None:
    try:
        return target.read_bytes()
    except FileNotFoundError:
        return None
    except OSError as error:
        raise EditError(f"cannot read {target}: {error.strerror or error}") from error


def _decoded(target: Path, content: bytes) -> str:
    try:
        return content.decode()
    except UnicodeDecodeError as error:
        raise EditError(f"{target} is not UTF-8") from error


def _check_writable(target: Path) -> None:
    """Raise where a file must not be replaced: its mode counts, even for those it does not stop."""
    folder = next(each for each in target.parents if each.exists())
    for each in (target, folder):
        if each.exists() and not (each.stat().st_mode & 0o222 and os.access(each, os.W_OK)):
            raise EditError(f"{each} is read-only; nothing was changed")
