"""The four wires: how each writes requests and answers, and what its provider refuses."""

from __future__ import annotations

from typing import TYPE_CHECKING, Protocol

if TYPE_CHECKING:
    from collections.abc import Iterator

    from benchmarks.e2e.view import Json, Turn, View


class Wire(Protocol):
    """A module of this package."""

    def view(self, body: Json) -> View:
        """Return what a request says.

        Raises:
            RefusedError: the provider would refuse it.
        """
        ...

    def answer(self, turn: Turn) -> Json:
        """Return a whole answer."""
        ...

    def events(self, turn: Turn, body: Json) -> Iterator[tuple[str, Json]]:
        """Yield the events of a streamed answer, with their names ("" for none)."""
        ...

    def error(self, status: int, message: str) -> Json:
        """Return the body of a failure."""
        ...
