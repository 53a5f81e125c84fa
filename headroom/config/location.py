"""Where Headroom keeps what outlives a process, unless it is told otherwise."""

from __future__ import annotations

import os
import sys
from pathlib import Path

STORE_VARIABLE = "HEADROOM_STORE"


def store_url() -> str:
    """Return the URL of the store of originals that commands share.

    `HEADROOM_STORE` names another one: "memory:", "sqlite:///file" or "redis://host:port/db".
    """
    named = os.environ.get(STORE_VARIABLE)  # noqa: TID251 - this is the place that reads it
    return named or f"sqlite:///{data_folder() / 'originals.sqlite'}"


def data_folder() -> Path:
    """Return this user's folder for data, by the custom of the system; it may not exist yet."""
    environment = os.environ  # noqa: TID251 - as above
    if sys.platform == "win32":
        base = environment.get("LOCALAPPDATA") or Path.home() / "AppData" / "Local"
    elif sys.platform == "darwin":
        base = Path.home() / "Library" / "Application Support"
    else:
        base = environment.get("XDG_DATA_HOME") or Path.home() / ".local" / "share"
    return Path(base) / "headroom"
