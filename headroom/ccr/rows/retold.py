"""Records in other notations than JSON, told in JSON: what Python prints, and XML."""

from __future__ import annotations

from headroom.ccr.rows import literal, tagged


def retold(text: str) -> str | None:
    """Return the records of a text as JSON or JSON Lines, or None where it holds none."""
    return literal.as_json(text) or tagged.as_json(text)
