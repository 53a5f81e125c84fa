"""Where Headroom keeps what outlives a process, unless it is told otherwise."""

from __future__ import annotations

import os
import re
import sys
from pathlib import Path

from headroom.errors import ConfigurationError

STORE_VARIABLE = "HEADROOM_STORE"
MODEL_VARIABLE = "HEADROOM_MODEL"
LEDGER_VARIABLE = "HEADROOM_LEDGER"
DATA_VARIABLE = "XDG_DATA_HOME"
_DRIVE = re.compile(r"[A-Za-z]:[\\/]")


def store_url() -> str:
    """Return the URL of the store of originals that commands share.

    `HEADROOM_STORE` names another one: "memory:", "redis://host:port/db", or a file as "sqlite:///file"
    or by its path.
    """
    named = os.environ.get(STORE_VARIABLE)  # noqa: TID251 - this is the place that reads it
    return as_store(named) if named else usual_store()


def as_store(written: str) -> str:
    """Return the URL of a store, which may be written as the path of its file.

    What has neither a folder nor a home in it is none: a word may be a scheme that lacks its colon.
    """
    begins = written.startswith(("/", "~", "./", "../")) or _DRIVE.match(written)
    return f"sqlite:///{written}" if begins or ("/" in written and ":" not in written) else written


def usual_store() -> str:
    """Return the URL of the store of originals where `HEADROOM_STORE` names none."""
    return f"sqlite:///{data_folder() / 'originals.sqlite'}"


def ledger_place(store: str) -> str:
    """Return where proxies keep what they forwarded: a file, or the server that holds originals.

    Args:
        store: URL of the store of originals.

    `HEADROOM_LEDGER` names another file, "memory:" or "redis://host:port/db"; a file may be written
    as a URL, as that of originals is.

    Raises:
        ConfigurationError: it is a URL of something else, which as a path would name a folder here.
    """
    named = os.environ.get(LEDGER_VARIABLE)  # noqa: TID251 - as above
    if named:
        path = named.removeprefix("sqlite:///")
        if "://" in path and not path.startswith(("redis://", "rediss://")):
            raise ConfigurationError(
                f"{LEDGER_VARIABLE} names no place that we know; write 'memory:', the path of a "
                "file or 'redis://host:port/db'"
            )
        return path
    # Whoever shares originals between machines wants either of them to go on with a conversation.
    return store if store.startswith("redis") else str(data_folder() / "forms.sqlite")


def book_place(ledger: str) -> str:
    """Return where proxies keep what conversations cost: beside what was forwarded in them.

    Args:
        ledger: the place of the ledger: a file, "memory:" or "redis://host:port/db".
    """
    if ledger == "memory:" or ledger.startswith(("redis://", "rediss://")):
        return ledger
    return str(Path(ledger).expanduser().parent / "accounts.sqlite")


def home() -> Path:
    """Return this user's home folder.

    Raises:
        ConfigurationError: neither the environment nor the system knows one.
    """
    try:
        return Path.home()
    except RuntimeError as error:
        raise ConfigurationError("this user has no home folder; set HOME to one") from error


def data_folder() -> Path:
    """Return this user's folder for data, by the custom of the system; it may not exist yet.

    Raises:
        ConfigurationError: as `home`; so do the folders for state and settings.
    """
    if sys.platform == "win32":
        local = os.environ.get("LOCALAPPDATA")  # noqa: TID251 - as above
        return (Path(local) if local else home() / "AppData" / "Local") / "headroom"
    if sys.platform == "darwin":
        return home() / "Library" / "Application Support" / "headroom"
    return (_named(DATA_VARIABLE) or home() / ".local" / "share") / "headroom"


def state_folder() -> Path:
    """Return this user's folder for what programs note about themselves; it may not exist yet."""
    if sys.platform in ("win32", "darwin"):
        return data_folder()
    return (_named("XDG_STATE_HOME") or home() / ".local" / "state") / "headroom"


def config_folder() -> Path:
    """Return this user's folder for settings; it may not exist."""
    if sys.platform in ("win32", "darwin"):
        return data_folder()
    return (_named("XDG_CONFIG_HOME") or home() / ".config") / "headroom"


def _named(variable: str) -> Path | None:
    """Return the folder that a variable names; a relative one counts as none, as is the custom."""
    named = Path(os.environ.get(variable, ""))  # noqa: TID251 - as above
    return named if named.is_absolute() else None


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
