"""A private folder that looks like another one but for one file, and taking home what changed.

All else in it are links, so that what an agent writes there lands where it always does.
"""

from __future__ import annotations

import shutil
from contextlib import suppress
from pathlib import Path, PurePosixPath
from typing import TYPE_CHECKING

from headroom.errors import AgentError
from headroom.wrap.lease import private

if TYPE_CHECKING:
    from collections.abc import Iterator


def make(folder: Path, original: Path, file: str, text: str) -> None:
    """Make the folder, with `text` in place of one file.

    Raises:
        AgentError: links cannot be made here.
    """
    private(folder, file, text)
    for real, mirrored, name in _levels(folder, original, file):
        mirrored.mkdir(exist_ok=True, mode=0o700)
        for each in real.iterdir() if real.is_dir() else ():
            if each.name == name:
                continue
            try:
                (mirrored / each.name).symlink_to(each.resolve(), each.is_dir())
            except OSError as error:
                raise AgentError(f"cannot link to {each}: {error.strerror}") from error


def take_home(folder: Path, original: Path, file: str) -> None:
    """Move what was made in the folder besides the file to where the original has its place."""
    for real, mirrored, name in _levels(folder, original, file):
        for each in mirrored.iterdir() if mirrored.is_dir() else ():
            target = real / each.name
            if each.name == name or each.is_symlink():
                continue
            with suppress(OSError):
                if each.is_file() and target.is_file():
                    # It was written anew in place of the link: what it has now is what counts.
                    _replaced(target.resolve(), each)
                elif not target.exists():
                    real.mkdir(parents=True, exist_ok=True, mode=0o700)
                    shutil.move(each, target)


def _replaced(file: Path, by: Path) -> None:
    """Put a file in the place of another, which stays as it is if that fails."""
    beside = file.with_name(f".{file.name}.headroom")
    try:
        shutil.move(by, beside)
        beside.replace(file)
    finally:
        beside.unlink(missing_ok=True)


def _levels(folder: Path, original: Path, file: str) -> Iterator[tuple[Path, Path, str]]:
    """Yield each folder on the way to the file: the real one, ours, and what comes next."""
    for name in PurePosixPath(file).parts:
        yield original, folder, name
        original, folder = original / name, folder / name
