"""Reading and writing files and pipes byte by byte, and telling a request from plain text."""

from __future__ import annotations

import errno
import json
import os
import sys
from pathlib import Path
from typing import TYPE_CHECKING, Any, BinaryIO

import click

from headroom.core.document import LISTS

if TYPE_CHECKING:
    from collections.abc import Sequence

_ROLES = frozenset(("system", "developer", "user", "assistant", "tool", "function", "model"))
_SAID = ("content", "parts", "tool_calls", "function_call", "refusal", "audio")
_ODD = "surrogateescape"
MOST = 64_000_000
"""Bytes of a text that is read: as many as a proxy looks at in a request."""


class Mistake(click.ClickException):
    """What the user asked for cannot be done; shown as one line, and the status is 2."""

    exit_code = 2


def read(source: str) -> str:
    """Return the text of a file, or of standard input for "-"; any bytes survive the round trip.

    Raises:
        Mistake: it cannot be read, or is larger than `MOST`.
    """
    name = "standard input" if source == "-" else source
    try:
        if source == "-":
            raw = _standard_input().read(MOST + 1)
        else:
            with Path(source).open("rb") as file:
                raw = file.read(MOST + 1)
    except OSError as error:
        raise Mistake(f"cannot read {name}: {error.strerror}") from error
    except ValueError as error:
        raise Mistake(f"cannot read {name!r}: {error}") from error
    if len(raw) > MOST:
        raise Mistake(f"{name} has more than {MOST:,} bytes, the most that is read")
    return raw.decode("utf-8", _ODD)


def _standard_input() -> BinaryIO:
    if sys.stdin is None:
        raise OSError(errno.EBADF, "it is closed")
    return sys.stdin.buffer


def here() -> Path:
    """Return the folder in which the command was called.

    Raises:
        Mistake: it is gone.
    """
    try:
        return Path.cwd()
    except OSError as error:
        raise Mistake("the folder you are in is gone; change into one that is there") from error


def encoded(text: str) -> bytes:
    """Return the bytes of a text that `read` returned or that was made from one."""
    return text.encode("utf-8", _ODD)


def coloured(target: str | None) -> bool:
    """Whether what goes there may hold colours: a terminal, and `NO_COLOR` is not set."""
    terminal = sys.stdout is not None and sys.stdout.isatty()
    return target is None and terminal and not os.environ.get("NO_COLOR")


def table(heads: tuple[str, ...], rows: Sequence[tuple[str, ...]]) -> None:
    """Print a table: for people on a terminal with lines and colours, else plain in columns."""
    if coloured(None):
        from rich.console import Console  # noqa: PLC0415 - only here, and not light
        from rich.table import Table  # noqa: PLC0415
        from rich.text import Text  # noqa: PLC0415

        made = Table()
        for head in heads:
            made.add_column(head, overflow="fold")  # A path that is cut off says nothing.
        for row in rows:
            made.add_row(*map(Text, row))
        Console().print(made)
        return
    widths = [max(map(len, column)) for column in zip(heads, *rows, strict=True)]
    for row in (heads, *rows) if any(heads) else rows:
        cells = (cell.ljust(width) for cell, width in zip(row, widths, strict=True))
        click.echo("  ".join(cells).rstrip())


def write(text: str, target: str | None) -> None:
    """Write the text to a file, or to standard output; nothing is added but in a terminal.

    There a text whose last line is not ended gets a line end: else what follows, figures or the
    prompt, would stand in that line.

    Raises:
        Mistake: the file cannot be written, or standard output was closed by whoever called us.
    """
    raw = encoded(text)
    if target is None:
        if sys.stdout is None:
            raise Mistake("cannot write to standard output: it is closed")
        sys.stdout.flush()
        open_line = bool(raw) and not raw.endswith(b"\n") and sys.stdout.isatty()
        sys.stdout.buffer.write(raw + b"\n" if open_line else raw)
        sys.stdout.buffer.flush()
        return
    try:
        Path(target).write_bytes(raw)
    except OSError as error:
        raise Mistake(f"cannot write {target}: {error.strerror}") from error
    except ValueError as error:
        raise Mistake(f"cannot write {target!r}: {error}") from error


def request(text: str) -> Any | None:
    """Return the decoded request body or list of messages that the text is, or None.

    Records that merely have a field of that name (`"role": "admin"`) are no messages, and bytes
    that are not UTF-8 are no JSON.
    """
    if text.lstrip(" \t\r\n")[:1] not in ("{", "["):
        return None
    try:
        text.encode("utf-8")
        value = json.loads(text)
    except (ValueError, RecursionError):
        return None
    items = value
    if isinstance(value, dict):
        items = next((value[key] for key in LISTS if isinstance(value.get(key), list)), None)
    if not isinstance(items, list) or not items:
        return None
    if not any(map(_is_message, items)):
        return None
    return value if all(_is_message(item) or _is_item(item) for item in items) else None


def _is_message(item: Any) -> bool:
    if not isinstance(item, dict):
        return False
    role = item.get("role")
    if isinstance(role, str) and role in _ROLES:
        return any(key in item for key in _SAID)
    return "call_id" in item or isinstance(item.get("parts"), list)


def _is_item(item: Any) -> bool:
    """Whether it may stand between messages: a reasoning item, a reference, a built-in call."""
    return isinstance(item, dict) and "role" not in item and isinstance(item.get("type"), str)
