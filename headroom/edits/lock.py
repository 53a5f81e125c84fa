"""One process at a time in a folder, which is there only while something is in it."""

from __future__ import annotations

import contextlib
import os
from pathlib import Path
from typing import TYPE_CHECKING

try:
    import fcntl
except ImportError:  # a platform without it: two commands at once are the user's to avoid
    fcntl = None  # type: ignore[assignment]

if TYPE_CHECKING:
    from collections.abc import Iterator

_NAME = ".lock"


@contextlib.contextmanager
def locked(folder: Path) -> Iterator[None]:
    """Keep other processes out of a folder, made before and removed after if it is empty then.

    The lock's file lists the folders that were made for it, so that they can go with it.
    """
    descriptor = _taken(folder)
    try:
        yield
    finally:
        if [each.name for each in folder.iterdir()] == [_NAME]:
            _remove(folder)
        os.close(descriptor)


def _taken(folder: Path) -> int:
    file = folder / _NAME
    while True:
        missing = [each for each in (folder, *folder.parents) if not each.exists()]
        folder.mkdir(mode=0o700, parents=True, exist_ok=True)
        with contextlib.suppress(FileNotFoundError):  # another process removed it just now
            descriptor = os.open(file, os.O_CREAT | os.O_RDWR, 0o600)
            if fcntl is not None:
                fcntl.flock(descriptor, fcntl.LOCK_EX)
            if file.exists() and file.stat().st_ino == os.fstat(descriptor).st_ino:
                if missing:
                    os.write(descriptor, "\n".join(map(str, missing)).encode())
                return descriptor
            os.close(descriptor)


def _remove(folder: Path) -> None:
    made = (folder / _NAME).read_text("utf-8").splitlines()
    (folder / _NAME).unlink()
    with contextlib.suppress(OSError):  # somebody else has begun to use one of them
        for each in made:
            Path(each).rmdir()
