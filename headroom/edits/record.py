"""`Record`: what a journal knows about one edited file, enough to undo the edit at any time."""

from __future__ import annotations

import json
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

from headroom.edits.change import Change, RemoveKey, SetKey, packed, spelled, unpacked
from headroom.edits.text import Inverse
from headroom.edits.version import Version
from headroom.errors import EditError

_FORM = 1


@dataclass(frozen=True, slots=True)
class Record:
    """One edit of one file."""

    owner: str
    """Who made it: "wrap codex", "mcp claude"."""
    file: Path
    """The file itself, not a link to it."""
    kind: str
    """Name of its format."""
    changes: tuple[Change, ...]
    inverses: tuple[Inverse, ...]
    versions: tuple[Version, ...]
    """What the edit may have turned into what; the newest first."""
    made: tuple[Path, ...] = ()
    """Folders that the edit made, outermost first."""
    when: float = 0.0
    """Seconds since the epoch."""

    @property
    def keys(self) -> list[str]:
        """What was changed in the file, as people read it."""
        return [spelled(change.path) for change in self.changes]

    @property
    def made_the_file(self) -> bool:
        """Whether there was no file before."""
        return all(each.before is None for each in self.versions)

    def onto(self, version: Version) -> Record:
        """Return the record of the same edit made on another content."""
        return replace(self, versions=(version, *self.versions[:1]))

    def pack(self) -> bytes:
        """Return what is written into the journal."""
        data = {
            "form": _FORM,
            "owner": self.owner,
            "file": str(self.file),
            "kind": self.kind,
            "changes": [_packed(change) for change in self.changes],
            "inverses": [inverse.pack() for inverse in self.inverses],
            "versions": [each.pack() for each in self.versions],
            "made": [str(folder) for folder in self.made],
            "when": self.when,
        }
        return json.dumps(data, indent=1).encode()

    @classmethod
    def unpack(cls, content: bytes) -> Record:
        """Return the record that `pack` wrote.

        Raises:
            EditError: it is damaged, or a newer version of this program wrote it.
        """
        try:
            data = json.loads(content)
            if data["form"] != _FORM:
                raise EditError(f"it has form {data['form']}: use the version that wrote it")
            return cls(
                data["owner"],
                Path(data["file"]),
                data["kind"],
                tuple(map(_unpacked, data["changes"])),
                tuple(map(Inverse.unpack, data["inverses"])),
                tuple(map(Version.unpack, data["versions"])),
                tuple(map(Path, data["made"])),
                data["when"],
            )
        except (ValueError, LookupError, TypeError, AttributeError, RecursionError) as error:
            raise EditError(f"it is damaged: {error!r}") from error


def _packed(change: Change) -> dict[str, Any]:
    if isinstance(change, RemoveKey):
        return {"remove": packed(change.path)}
    return {"set": packed(change.path), "value": change.value, "keep": change.keep}


def _unpacked(data: dict[str, Any]) -> Change:
    if "remove" in data:
        return RemoveKey(unpacked(data["remove"]))
    return SetKey(unpacked(data["set"]), data["value"], data.get("keep", False))
