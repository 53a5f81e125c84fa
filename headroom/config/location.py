"""Where Headroom keeps what outlives a process, unless it is told otherwise."""

from __future__ import annotations

import os
import sys
from pathlib import Path

STORE_VARIABLE = "HEADROOM_STORE"
MODEL_VARIABLE = "HEADROOM_MODEL"
LEDGER_VARIABLE = "HEADROOM_LEDGER"


def store_url() -> str:
    """Return the URL of the store of originals that commands share.

    `HEADROOM_STORE` names another one: "memory:", "sqlite:///file" or "redis://host:port/db".
    """
    named = os.environ.get(STORE_VARIABLE)  # noqa: TID251 - this is the place that reads it
    return named or f"sqlite:///{data_folder() / 'originals.sqlite'}"


def ledger_place(store: str) -> str:
    """Return where proxies keep what they forwarded: a file, or the server that holds originals.

    Args:
        store: URL of the store of originals.

    `HEADROOM_LEDGER` names another file, "memory:" or "redis://host:port/db".
    """
    named = os.environ.get(LEDGER_VARIABLE)  # noqa: TID251 - as above
    if named:
        return named
    # Whoever shares originals between machines wants either of them to go on with a conversation.
    return store if store.startswith("redis") else str(data_folder() / "forms.sqlite")


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


def state_folder() -> Path:
    """Return this user's folder for what programs note about themselves; it may not exist yet."""
    if sys.platform in ("win32", "darwin"):
        return data_folder()
    base = os.environ.get("XDG_STATE_HOME")  # noqa: TID251 - as above
    return Path(base or Path.home() / ".local" / "state") / "headroom"


def config_folder() -> Path:
    """Return this user's folder for settings; it may not exist."""
    if sys.platform in ("win32", "darwin"):
        return data_folder()
    base = os.environ.get("XDG_CONFIG_HOME")  # noqa: TID251 - as above
    return Path(base or Path.home() / ".config") / "headroom"


def model_folder() -> Path | None:
    """Return the folder that `HEADROOM_MODEL` names for a model of one's own, or None."""
    named = os.environ.get(MODEL_VARIABLE)  # noqa: TID251 - as above
    return Path(os.path.expanduser(named)) if named else None  # noqa: PTH111 - never raises


def hub_cache() -> Path:
    """Return the folder in which the hub's own programs keep what they downloaded.

    `HF_HUB_CACHE`, else `HF_HOME/hub`, else `huggingface/hub` in the cache folder, as they have it.
    """
    environment = os.environ  # noqa: TID251 - as above
    if named := environment.get("HF_HUB_CACHE"):
        return Path(os.path.expanduser(named))  # noqa: PTH111 - as above
    base = environment.get("XDG_CACHE_HOME") or "~/.cache"
    home = environment.get("HF_HOME") or f"{base}/huggingface"
    return Path(os.path.expanduser(home)) / "hub"  # noqa: PTH111 - as above
