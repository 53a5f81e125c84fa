"""One process at a time in a folder, which is there only while something is in it."""

from __future__ import annotations

import contextlib
import os
from typing import TYPE_CHECKING

from headroom.edits.folder import occupy, vacate
from headroom.errors import EditError

try:
    import fcntl
except ImportError:  # a platform without it: two commands at once are the user's to avoid
    fcntl = None  # type: ignore[assignment]

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

_NAME = ".lock"
_TRIES = 1000
"""Times that others may take the folder away at the very moment."""


@contextlib.contextmanager
def locked(folder: Path) -> Iterator[None]:
    """Keep other processes out of a folder, made before and removed after if it is empty then.

    Raises:
        EditError: nothing can be written there.
    """
    try:
        descriptor = _taken(folder)
    except OSError as error:
        why = error.strerror or error
        raise EditError(
            f"no journal can be kept in {folder} ({why}); nothing was changed"
        ) from error
    try:
        yield
    finally:
        last = [each.name for each in folder.iterdir()] == [_NAME]
        if fcntl is None:  # There an open file cannot be removed, and nobody waits for it.
            os.close(descriptor)
        if last:
            _remove(folder)
        if fcntl is not None:
            os.close(descriptor)


def _taken(folder: Path) -> int:
    file = folder / _NAME
    for left in reversed(range(_TRIES)):
        try:
            occupy(folder)
            descriptor = os.open(file, os.O_CREAT | os.O_RDWR, 0o600)
            if fcntl is not None:
                fcntl.flock(descriptor, fcntl.LOCK_EX)
            if file.exists() and file.stat().st_ino == os.fstat(descriptor).st_ino:
                return descriptor
            os.close(descriptor)
        except (FileNotFoundError, FileExistsError):
            # Another process removed it just now, or it removed the folder between the try of
            # `mkdir` and its look, or nothing can be made here.
            if not left:
                raise
    raise TimeoutError(f"{file} is made and removed all the time")


def _remove(folder: Path) -> None:
    (folder / _NAME).unlink()
    vacate(folder)
