"""Where a model's files lie on this machine; nothing here can download."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from headroom.config.location import MODEL_VARIABLE, hub_cache, model_folder

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

MODEL_REPOSITORY = "chopratejas/kompress-v2-base"
MODEL_REVISION = "b1563631b35bfdcee37587ad530147497d820d4c"
TOKENIZER_REPOSITORY = "answerdotai/ModernBERT-base"
TOKENIZER_REVISION = "8949b909ec900327062f0ebf497f51aef5e6f0c8"
SMALL, FULL = "onnx/kompress-int8-wo.onnx", "onnx/kompress-fp32.onnx"
"""With 8-bit weights, which not every runtime can run, and without."""
TOKENIZER = "tokenizer.json"
_MEGABYTES = {SMALL: 261, FULL: 601, TOKENIZER: 2}
"""What each file has, at these revisions."""
FETCH = "headroom model fetch"


@dataclass(frozen=True, slots=True)
class Place:
    """One place at which a model may lie."""

    model: Path
    tokenizer: Path

    @property
    def missing(self) -> tuple[Path, ...]:
        """The files that are not there."""
        return tuple(path for path in (self.model, self.tokenizer) if not path.is_file())


def places() -> list[Place]:
    """Return where a model may lie, best first.

    The folder that `HEADROOM_MODEL` names is the only place where it is set: whoever names a model
    does not want another one. Otherwise it is the hub's cache, at the pinned revisions.
    """
    named = model_folder()
    if named is not None:
        return list(_in_folder(named))
    cache = hub_cache()
    model = snapshot(cache, MODEL_REPOSITORY, MODEL_REVISION)
    tokenizer = snapshot(cache, TOKENIZER_REPOSITORY, TOKENIZER_REVISION) / TOKENIZER
    return [Place(model / name, tokenizer) for name in (SMALL, FULL)]


def found() -> list[Place]:
    """Return the places at which everything is there, best first."""
    return [place for place in places() if not place.missing]


def advice() -> str:
    """Return in one sentence what is missing and what to do about it."""
    named = model_folder()
    if named is not None:
        return (
            f"{MODEL_VARIABLE} names {named}, which lacks a {TOKENIZER} or a file *.onnx; "
            f"correct it, or unset it and run `{FETCH}`"
        )
    return f"no model in {hub_cache()}; `{FETCH}` downloads it once ({size(SMALL)})"


def size(model: str) -> str:
    """Return how much is downloaded for a model, its tokenizer included."""
    return f"{_MEGABYTES[model] + _MEGABYTES[TOKENIZER]} MB"


def snapshot(cache: Path, repository: str, revision: str) -> Path:
    """Return the folder of one revision of a repository in the hub's cache."""
    return cache / f"models--{repository.replace('/', '--')}" / "snapshots" / revision


def _in_folder(folder: Path) -> Iterator[Place]:
    """Yield every model in a folder: ours by name first, then what else is there, by name."""
    ours = (SMALL, FULL, SMALL.partition("/")[2], FULL.partition("/")[2])
    known = [folder / name for name in ours if (folder / name).is_file()]
    others = [*folder.glob("*.onnx"), *folder.glob("onnx/*.onnx")]
    for model in dict.fromkeys([*known, *sorted(others)]):
        yield Place(model, folder / TOKENIZER)
