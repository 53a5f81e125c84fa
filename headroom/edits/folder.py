"""Folders of ours that are there only while something is in them, and those made around them.

A note in the folder above them says which folders had to be made, so that they can go as well; it
serves all that lies there, whoever comes first and goes last.
"""

from __future__ import annotations

import contextlib
from pathlib import Path

_NOTE = ".made"


def occupy(folder: Path) -> None:
    """Make a folder that only its owner may enter, if it is not there."""
    above = folder.parent
    missing = [each for each in (above, *above.parents) if not each.exists()]
    for each in (*reversed(missing), folder):
        each.mkdir(mode=0o700, exist_ok=True)
    if missing:
        (above / _NOTE).write_text("\n".join(map(str, missing)), "utf-8")


def vacate(folder: Path) -> None:
    """Remove a folder if it is empty, and then those made for it that are empty by now."""
    above = folder.parent
    note = above / _NOTE
    with contextlib.suppress(OSError):
        folder.rmdir()
        if [each.name for each in above.iterdir()] != [_NOTE]:
            return
        made = note.read_text("utf-8")
        note.unlink()
        try:
            above.rmdir()
        except OSError:  # somebody has come meanwhile
            note.write_text(made, "utf-8")
            return
        for each in made.splitlines()[1:]:
            Path(each).rmdir()
