"""The log of a proxy, as text or as JSON: never with content."""

from __future__ import annotations

import json
import logging
import queue
from datetime import UTC, datetime
from logging.handlers import QueueHandler, QueueListener
from typing import TYPE_CHECKING, Any

from headroom.core.fault import told
from headroom.errors import ConfigurationError

if TYPE_CHECKING:
    from headroom.proxy.report import Report

_TEXT = "%(levelname)s %(name)s: %(message)s"
_MOST = 10_000
"""Lines that wait for whoever reads the log; further ones are dropped."""
_PATIENCE = 2.0
"""Seconds that are waited at the end for whoever reads the log."""
_requests = logging.getLogger("headroom.proxy.request")


def set_up(form: str | None) -> None:
    """Have this process log to standard error.

    Args:
        form: "text", or "json" for one object in each line, and a line for each request; None for
            warnings alone.
    """
    _requests.setLevel(logging.WARNING if form is None else logging.INFO)
    root = logging.getLogger()
    if root.handlers:  # Whoever runs us in a process of theirs has a log.
        return
    handler = logging.StreamHandler()
    handler.setFormatter(_Json() if form == "json" else _Text(_TEXT))
    # Nobody may have to wait because a terminal or a pipe does not take a line.
    waiting: queue.Queue[logging.LogRecord] = queue.Queue(_MOST)
    QueueListener(waiting, handler).start()
    root.addHandler(_Handler(waiting))


class RequestLog:
    """An `Observer` that writes a line for each request."""

    def finished(self, report: Report) -> None:
        """Write it."""
        _requests.info("request", extra={"said": report.line()})

    def close(self) -> None:
        """Return when all lines are written."""
        for handler in logging.getLogger().handlers:
            handler.flush()


class _Handler(QueueHandler):
    def __init__(self, lines: queue.Queue[logging.LogRecord]) -> None:
        super().__init__(lines)
        self._lines = lines

    def prepare(self, record: logging.LogRecord) -> logging.LogRecord:
        return record

    def enqueue(self, record: logging.LogRecord) -> None:
        try:
            self._lines.put_nowait(record)
        except queue.Full:
            return

    def flush(self) -> None:
        lines = self._lines
        with lines.all_tasks_done:
            lines.all_tasks_done.wait_for(lambda: not lines.unfinished_tasks, _PATIENCE)


class _Quiet(logging.Formatter):
    """Says of errors, whoever logs them, where they came up; what they say may be content."""

    def formatException(self, ei: Any) -> str:  # noqa: N802 - the name of the standard library
        """Return the kind of an error and where it came up; the words of those that hold none."""
        error = ei[1]
        if error is None:
            return ""
        said = told(error)
        return f"{said}: {error}" if isinstance(error, (OSError, ConfigurationError)) else said


class _Text(_Quiet):
    def format(self, record: logging.LogRecord) -> str:
        """Return a record as text; what is said of a request follows it, name by name."""
        said: dict[str, Any] | None = getattr(record, "said", None)
        line = super().format(record)
        if said is None:
            return line
        return f"{line} " + " ".join(f"{name}={_shown(value)}" for name, value in said.items())


class _Json(_Quiet):
    def format(self, record: logging.LogRecord) -> str:
        """Return a record as one line."""
        value: dict[str, Any] = {
            "time": datetime.fromtimestamp(record.created, UTC).isoformat(timespec="milliseconds"),
            "level": record.levelname.lower(),
            "logger": record.name,
            "message": record.getMessage(),
        }
        if record.exc_info:
            value["error"] = self.formatException(record.exc_info)
        return json.dumps(value | getattr(record, "said", {}))


def _shown(value: Any) -> str:
    if isinstance(value, dict):
        return ",".join(f"{name}:{count}" for name, count in value.items())
    text = str(value)
    # A client wrote the name of the model.
    return text if text.isprintable() and " " not in text else json.dumps(text)
