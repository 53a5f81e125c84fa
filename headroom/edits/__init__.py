"""Edits of other programs' files that can be taken back, whatever happens in between.

Owns: changing keys of JSON, TOML, YAML and `.env` files and blocks of lines without touching
anything else, and the journal from which each change is undone.
Does not own: which files and keys; nothing but `journal` and `disk` touches a file.
"""

from headroom.edits.change import Item, RemoveKey, SetKey
from headroom.edits.journal import Journal, Outcome

__all__ = ["Item", "Journal", "Outcome", "RemoveKey", "SetKey"]
