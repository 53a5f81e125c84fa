"""Reading and writing files and pipes byte by byte, and telling a request from plain text."""

from __future__ import annotations

import json
import sys
from pathlib import Path
from typing import Any

import click

_LISTS = ("messages", "contents", "input")
_ODD = "surrogateescape"


def read(source: str) -> str:
    """Return the text of a file, or of standard input for "-"; any bytes survive the round trip.

    Raises:
        click.UsageError: the file cannot be read.
    """
    if source == "-":
        return sys.stdin.buffer.read().decode("utf-8", _ODD)
    try:
        return Path(source).read_bytes().decode("utf-8", _ODD)
    except OSError as error:
        raise click.UsageError(f"cannot read {source}: {error.strerror}") from error


def write(text: str, target: str | None) -> None:
    """Write the text to a file, or to standard output; nothing is added.

    Raises:
        click.UsageError: the file cannot be written.
    """
    raw = text.encode("utf-8", _ODD)
    if target is None:
        sys.stdout.flush()
        sys.stdout.buffer.write(raw)
        sys.stdout.buffer.flush()
        return
    try:
        Path(target).write_bytes(raw)
    except OSError as error:
        raise click.UsageError(f"cannot write {target}: {error.strerror}") from error


def request(text: str) -> Any | None:
    """Return the decoded request body or list of messages that the text is, or None."""
    if text.lstrip(" \t\r\n")[:1] not in ("{", "["):
        return None
    try:
        value = json.loads(text)
    except (ValueError, RecursionError):
        return None
    items = value
    if isinstance(value, dict):
        items = next((value[key] for key in _LISTS if isinstance(value.get(key), list)), None)
    if not isinstance(items, list) or not items:
        return None
    roles = [isinstance(item, dict) and ("role" in item or "call_id" in item) for item in items]
    return value if all(roles) else None


def located(tree: Any, path: tuple[str | int, ...]) -> Any:
    """Return the value that an outcome's path leads to."""
    for key in path:
        tree = tree[key]
    return tree
