"""`expand_messages`: the way back for a whole request, pointers across messages included."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from headroom import registry
from headroom.core.document import TreeDocument
from headroom.core.letter import folded
from headroom.core.types import Edit
from headroom.decode import expand_text
from headroom.engine.pointer import told
from headroom.providers import sniff

if TYPE_CHECKING:
    from headroom.decode import Redeem


def expand_messages(messages: Any, redeem: Redeem | None = None) -> Any:
    """Return the messages with every form undone; what holds none stays the same object.

    Raises:
        ValueError: a block claims to be ours but does not decode.
    """
    document = TreeDocument(messages)
    known: dict[tuple[int, int], str] = {}
    sent: dict[tuple[int, int], str] = {}
    parts: dict[int, int] = {}
    edits = []
    for segment in registry.provider(sniff(messages)).segments(document.tree):
        part = parts[segment.turn] = parts.get(segment.turn, 0) + 1
        text = segment.text
        if folded(text):
            text = expand_with(text, known, redeem, sent)
            if text != segment.text:
                edits.append(Edit(segment.path, text))
        known[segment.turn + 1, part] = text
        sent[segment.turn + 1, part] = segment.text
    return document.edit(edits).tree if edits else messages


def expand_with(
    text: str,
    known: dict[tuple[int, int], str],
    redeem: Redeem | None = None,
    sent: dict[tuple[int, int], str] | None = None,
) -> str:
    """Return the text with its blocks undone.

    Args:
        text: what may hold blocks.
        known: the originals by message and part.
        redeem: returns what is stored under a ref.
        sent: the texts as they stand in the request, where they are not the originals.
    """
    standing = known if sent is None else sent
    return told(
        text,
        lambda *at: known.get(at),
        lambda *at: standing.get(at),
        lambda block: expand_text(block, redeem),
    )
