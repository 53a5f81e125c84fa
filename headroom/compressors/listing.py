"""`ListingCompressor`: lists of paths with each folder said once, as `ls -R` prints them.

A body line that ends in "/:" is a folder; the lines below it are names in it. Names above the
first folder, and below a lone ":", have no folder.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, ClassVar

from headroom.core import fold
from headroom.core.types import Compressed

if TYPE_CHECKING:
    from headroom.core.fold import Block
    from headroom.core.types import Context

_NOTE = "names below their folder"


class ListingCompressor:
    """Says each folder once, above the names in it."""

    name: ClassVar[str] = "listing"
    forms: ClassVar[frozenset[str]] = frozenset({"listing"})

    def compress(self, text: str, ctx: Context) -> Compressed | None:  # noqa: ARG002 - grouping needs no counts
        """Return the paths grouped by folder, or None where a line would be misread."""
        body: list[str] = []
        current, folders = "", 0
        for line in text.split("\n"):
            cut = line.rstrip("/").rfind("/") + 1
            folder, name = line[:cut], line[cut:]
            if folder != current:
                body.append(f"{folder}:")
                current, folders = folder, folders + 1
            if name.endswith("/:") or name == ":":
                return None
            body.append(name)
        if not folders:
            return None
        return Compressed(fold.block("listing", body, _NOTE), note=f"{folders} folders once each")

    def expand(self, block: Block) -> str:
        """Return the paths, one a line."""
        out: list[str] = []
        folder = ""
        for line in block.lines:
            if line.endswith("/:") or line == ":":
                folder = line[:-1]
            else:
                out.append(folder + line)
        return "\n".join(out)
