"""`Finding`: one line of a diagnosis; and `World`, through which checks look at the machine."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping
    from pathlib import Path


class Level(StrEnum):
    """How bad it is."""

    OK = "ok"
    WARN = "warn"
    """It works, but not as it could, or as somebody may expect."""
    FAIL = "fail"
    """Something does not work until it is mended."""


@dataclass(frozen=True, slots=True)
class Finding:
    """What a check found."""

    area: str
    level: Level
    text: str
    fix: str = ""
    """What to do about it; there is one wherever the level is not `OK`."""

    def view(self) -> dict[str, str]:
        """Return this as JSON."""
        return {"area": self.area, "level": self.level, "text": self.text, "fix": self.fix}


@dataclass(frozen=True, slots=True)
class World:
    """This machine as checks see it."""

    environ: Mapping[str, str]
    home: Path
    folder: Path
    """Where the command was called."""
    health: Callable[[str], dict[str, Any] | None]
    """Returns what a proxy of ours says about its health at a URL, {} for any other answer, and
    None where nobody answers."""
    reach: Callable[[str], str | None] | None
    """Connects to the host of a URL, TLS included; returns what went wrong. None: do not."""
