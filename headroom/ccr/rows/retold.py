"""Records in other notations than JSON, told in JSON: what Python prints, XML and YAML."""

from __future__ import annotations

from headroom.ccr.rows import dashed, literal, tagged


def retold(text: str) -> str | None:
    """Return the records of a text as JSON or JSON Lines, or None where it holds none."""
    return literal.as_json(text) or tagged.as_json(text) or dashed.as_json(text)
