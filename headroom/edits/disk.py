"""`Disk`: the few writing steps that a journal takes, each complete or not done at all."""

from __future__ import annotations

import contextlib
import os
import stat
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from pathlib import Path

PRIVATE = 0o600


class Disk:
    """Writes to the file system of this machine."""

    def write(self, file: Path, content: bytes, *, like: os.stat_result | None = None) -> None:
        """Write a new file and wait until it is on the disk.

        Args:
            file: is overwritten.
            content: all of it.
            like: whose mode and owner it gets; by default only its owner may read it.
        """
        flags = os.O_WRONLY | os.O_CREAT | os.O_TRUNC | getattr(os, "O_NOFOLLOW", 0)
        descriptor = os.open(file, flags | getattr(os, "O_BINARY", 0), PRIVATE)
        with os.fdopen(descriptor, "wb") as stream:
            if like is not None and hasattr(os, "fchown"):
                if (like.st_uid, like.st_gid) != (os.getuid(), os.getgid()):
                    with contextlib.suppress(PermissionError):
                        os.fchown(descriptor, like.st_uid, like.st_gid)
                os.fchmod(descriptor, stat.S_IMODE(like.st_mode))
            stream.write(content)
            stream.flush()
            os.fsync(descriptor)

    def replace(self, source: Path, target: Path) -> None:
        """Put a file in the place of another at once."""
        source.replace(target)
        self._settle(target.parent)

    def unlink(self, file: Path) -> None:
        """Take a file away, if it is there."""
        file.unlink(missing_ok=True)
        self._settle(file.parent)

    def mkdir(self, folder: Path) -> None:
        """Make a folder that only its owner may enter, if it is not there."""
        folder.mkdir(mode=0o700, exist_ok=True)
        self._settle(folder.parent)

    def rmdir(self, folder: Path) -> None:
        """Take a folder away, if it is empty."""
        with contextlib.suppress(OSError):
            folder.rmdir()

    @staticmethod
    def _settle(folder: Path) -> None:
        """Wait until what a folder lists is on the disk, where that can be asked for."""
        with contextlib.suppress(OSError):
            descriptor = os.open(folder, os.O_RDONLY)
            try:
                os.fsync(descriptor)
            finally:
                os.close(descriptor)
