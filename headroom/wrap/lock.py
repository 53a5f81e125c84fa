"""Locks on files that vanish with the process that holds them, however it ends."""

from __future__ import annotations

import os
import sys
import threading
from contextlib import contextmanager, suppress
from typing import TYPE_CHECKING

from headroom.edits.folder import occupy

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

_POLL = 0.1
"""Seconds between looks where the system has no waiting for a lock that somebody else holds."""
_GONE = 1000
"""Times that others may take the folder away at the very moment."""
_TRIES = 50
"""Looks at a file that cannot be opened although that may only be because it is being removed."""


class FileLock:
    """A lock that this process holds on a file; closed files give it up."""

    def __init__(self, path: Path, handle: int) -> None:
        self.path = path
        self._handle: int | None = handle

    def release(self) -> None:
        """Give the lock up; the file stays."""
        if self._handle is not None:
            os.close(self._handle)
            self._handle = None


def acquire(path: Path, *, wait: bool = True) -> FileLock | None:
    """Return a lock on a file, which is made; None where another holds it and `wait` is False.

    Its folder may vanish while one waits, since whoever ends last takes it away; then it is made
    anew, too.

    Raises:
        OSError: it cannot be made here.
    """
    left, gone = _TRIES, 0
    while True:
        try:
            occupy(path.parent)
            handle = os.open(path, os.O_RDWR | os.O_CREAT, 0o600)
        except (FileNotFoundError, FileExistsError):
            # The second is what `mkdir` says of a folder that goes between its try and its look.
            gone += 1
            if gone == _GONE:
                raise
            continue
        except PermissionError:
            left -= 1
            if sys.platform != "win32" or not left:
                raise
            threading.Event().wait(_POLL / 10)  # It is being removed.
            continue
        if not _locked(handle, wait=wait, shared=False):
            os.close(handle)
            return None
        # Whoever held it may have removed the file meanwhile; then this lock means nothing.
        if _is_at(handle, path):
            return FileLock(path, handle)
        os.close(handle)


@contextmanager
def held(path: Path) -> Iterator[FileLock]:
    """Hold a lock for the length of a block."""
    lock = acquire(path)
    assert lock is not None
    try:
        yield lock
    finally:
        lock.release()


def is_held(path: Path) -> bool:
    """Whether some process holds a lock on a file."""
    try:
        handle = os.open(path, os.O_RDWR)
    except OSError:
        return False
    try:
        return not _locked(handle, wait=False, shared=True)
    finally:
        os.close(handle)


def wait_until_free(path: Path) -> None:
    """Return when no process holds a lock on a file; without such a file, at once."""
    try:
        handle = os.open(path, os.O_RDWR)
    except OSError:
        return
    try:
        _locked(handle, wait=True, shared=True)
    finally:
        os.close(handle)


def _is_at(handle: int, path: Path) -> bool:
    with suppress(OSError):
        return os.path.samestat(os.fstat(handle), path.stat())
    return False


if sys.platform == "win32":
    import msvcrt

    def _locked(handle: int, *, wait: bool, shared: bool) -> bool:  # noqa: ARG001 - no such mode
        while True:
            try:
                msvcrt.locking(handle, msvcrt.LK_NBLCK, 1)
            except OSError:
                if not wait:
                    return False
                threading.Event().wait(_POLL)
            else:
                return True
else:
    import fcntl

    def _locked(handle: int, *, wait: bool, shared: bool) -> bool:
        mode = fcntl.LOCK_SH if shared else fcntl.LOCK_EX
        try:
            fcntl.flock(handle, mode if wait else mode | fcntl.LOCK_NB)
        except BlockingIOError:
            return False
        return True
