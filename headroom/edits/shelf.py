"""`Shelf`: the folder in which a journal keeps its records, a file for each edit."""

from __future__ import annotations

import hashlib
import json
import re
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from headroom.edits.record import Record
from headroom.errors import EditError

if TYPE_CHECKING:
    from headroom.edits.disk import Disk

_TOLD = re.compile(r'^ "(owner|file)": ("(?:[^"\\\n]|\\.)*"),$', re.MULTILINE)
"""Lines at the head of a record; what is cut off behind them does not make them wrong."""


@dataclass(frozen=True, slots=True)
class Unreadable:
    """A record that cannot be used, so that its edit is left for a person to take back."""

    path: Path
    why: str
    owner: str | None = None
    """Whose edit it was; None where the record does not tell."""
    file: Path | None = None
    """What was edited; None where the record does not tell."""

    @property
    def remedy(self) -> str:
        """What to do about it."""
        where = self.file or "the settings it was about"
        return (
            f"take what is ours (it names headroom or http://127.0.0.1) out of {where} by hand "
            f"and remove {self.path}"
        )

    def __str__(self) -> str:
        """Return what is wrong and what to do about it."""
        return f"its record {self.path} cannot be used: {self.why}; without it, {self.remedy}"

    def concerns(self, owner: str | None) -> bool:
        """Whether it may be about an edit of this owner; None stands for any."""
        return owner is None or self.owner in (None, owner)


class Shelf:
    """Keeps records on a disk; each is whole or not there."""

    def __init__(self, folder: Path, disk: Disk) -> None:
        self._folder = folder
        self._disk = disk

    def read(self) -> tuple[list[Record], list[Unreadable]]:
        """Return all records, oldest first, and those that cannot be used."""
        found: list[Record] = []
        broken = []
        for path in sorted(self._folder.glob("*.json")):
            try:
                found.append(_read(path))
            except EditError as error:
                broken.append(Unreadable(path, str(error), *_told(path)))
        return sorted(found, key=lambda record: record.when), broken

    def of(self, owner: str, file: Path) -> Record | None:
        """Return the record of an owner's edit of a file, None where there is none.

        Raises:
            EditError: it is there and cannot be used.
        """
        path = self._path(owner, file)
        if not path.exists():
            return None
        try:
            return _read(path)
        except EditError as error:
            broken = Unreadable(path, str(error), owner, file)
            raise EditError(f"{file} was edited before, and {broken}") from error

    def put(self, record: Record) -> None:
        """Have a record on the disk."""
        path = self._path(record.owner, record.file)
        fresh = path.with_suffix(".new")
        self._disk.write(fresh, record.pack())
        self._disk.replace(fresh, path)

    def remove(self, record: Record) -> None:
        """Take a record away."""
        self._disk.unlink(self._path(record.owner, record.file))

    def tidy(self) -> None:
        """Remove what processes left that died while they wrote."""
        for rest in self._folder.glob("*.new"):
            self._disk.unlink(rest)

    def _path(self, owner: str, file: Path) -> Path:
        name = hashlib.sha256(f"{owner}\0{file}".encode("utf-8", "surrogateescape")).hexdigest()
        return self._folder / f"{name[:20]}.json"


def _read(path: Path) -> Record:
    try:
        return Record.unpack(path.read_bytes())
    except OSError as error:
        raise EditError(f"it cannot be read: {error.strerror or error}") from error


def _told(path: Path) -> tuple[str | None, Path | None]:
    """Return the owner and the file that a broken record still names."""
    try:
        text = path.read_bytes().decode("utf-8", "replace")
    except OSError:
        return None, None
    named = dict(_TOLD.findall(text))
    try:
        owner, file = (json.loads(named.get(each, "null")) for each in ("owner", "file"))
    except ValueError:
        return None, None
    return owner, None if file is None else Path(file)
