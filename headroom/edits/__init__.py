"""Edits of other programs' files that can be taken back, whatever happens in between.

Owns: changing keys of JSON, TOML, YAML and `.env` files and blocks of lines without touching
anything else, and the journal from which each change is undone.
Does not own: which files and keys; nothing but `journal` and `disk` touches a file.
"""

from importlib import import_module
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from headroom.edits.change import Item, RemoveKey, SetKey
    from headroom.edits.journal import Journal, Outcome

__all__ = ["Item", "Journal", "Outcome", "RemoveKey", "SetKey"]

_JOURNAL = ("Journal", "Outcome")


def __getattr__(name: str) -> object:
    """Load what is asked for: all formats take 1.7 MB, and a proxy needs nothing but folders."""
    if name not in __all__:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    module = import_module(f"{__name__}.{'journal' if name in _JOURNAL else 'change'}")
    return getattr(module, name)
