"""`TokenModel`: how much each token of a text matters, by a model that runs on this machine.

The packages of the extra `[ml]` are imported and the files read when the first text is scored,
not before. Nothing here can download.
"""

from __future__ import annotations

import importlib
import math
import re
from typing import TYPE_CHECKING, Any, Protocol

from headroom.errors import ModelError
from headroom.kompress import location

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Sequence

    from headroom.kompress.location import Place

WINDOW = 512
"""Tokens that the model sees at once."""
OVERLAP = 64
"""Tokens that two windows share: each has neighbours on both sides in one of them."""
_THREADS = 1
"""One thread leaves the other cores to requests, and sums in one order."""
_INPUTS = {"input_ids", "attention_mask"}
_SURROGATE = re.compile("[\ud800-\udfff]")

Token = tuple[int, int, float]
"""Where a token starts and ends in the text, and how much it matters."""


class Scorer(Protocol):
    """Whatever says how much the tokens of a text matter."""

    def __call__(self, text: str, stopped: Callable[[], bool]) -> list[Token]:
        """Return the scored tokens in order; as soon as `stopped()`, any beginning of them.

        Raises:
            ModelError: the text cannot be scored.
        """
        ...


class TokenModel:
    """A token-classification model in ONNX form with its tokenizer.

    Args:
        place: where its files lie.

    Raises:
        ModelError: a package is missing, or the files are not such a model.
    """

    def __init__(self, place: Place) -> None:
        runtime, tokenizers, self._numpy = map(_package, ("onnxruntime", "tokenizers", "numpy"))
        try:
            self._session = runtime.InferenceSession(
                str(place.model), _settings(runtime), providers=["CPUExecutionProvider"]
            )
            self._tokenizer = tokenizers.Tokenizer.from_file(str(place.tokenizer))
        except Exception as error:
            raise ModelError(f"cannot load {place.model}: {_line(error)}") from error
        self._tokenizer.enable_truncation(WINDOW, stride=OVERLAP)
        self._tokenizer.no_padding()
        given = {each.name for each in self._session.get_inputs()}
        if given != _INPUTS:
            raise ModelError(f"{place.model} takes {sorted(given)}, not {sorted(_INPUTS)}")
        self.place = place

    def __call__(self, text: str, stopped: Callable[[], bool]) -> list[Token]:
        """Return the tokens of a text with their scores; a special token is none.

        A token that two windows see has the score from the one where it stands further inside.
        """
        # The tokenizer takes UTF-8 alone; another letter of the same width keeps the offsets.
        encoded = self._tokenizer.encode(_SURROGATE.sub("?", text))
        best: dict[tuple[int, int], tuple[int, float]] = {}
        for window in (encoded, *encoded.overflowing):
            if stopped():
                break
            for span, inside, score in _tokens(window, self._run(window)):
                if inside > best.get(span, (-1, 0.0))[0]:
                    best[span] = inside, score
        return [(*span, score) for span, (_, score) in sorted(best.items())]

    def _run(self, window: Any) -> list[float]:
        """Return the scores of a window; on one thread, several at once would be no faster."""
        ids = self._numpy.array([window.ids], "int64")
        mask = self._numpy.array([window.attention_mask], "int64")
        try:
            (scores, *_) = self._session.run(None, {"input_ids": ids, "attention_mask": mask})
        except Exception as error:
            raise ModelError(f"{self.place.model} failed: {_line(error)}") from error
        if scores.shape != ids.shape:
            raise ModelError(f"{self.place.model} gave scores of shape {scores.shape}")
        listed: list[float] = scores[0].tolist()
        if not all(map(math.isfinite, listed)):
            raise ModelError(f"{self.place.model} gave scores that are no numbers")
        return listed


def load() -> TokenModel:
    """Return the first model on this machine that can be used.

    Raises:
        ModelError: there is none, or none of them can be used.
    """
    reasons = []
    for place in location.found():
        try:
            return TokenModel(place)
        except ModelError as error:  # this runtime may lack an operation of the small one
            reasons.append(str(error))
    raise ModelError("; ".join(reasons) or location.advice())


def _package(name: str) -> Any:
    try:
        return importlib.import_module(name)
    except ImportError as error:
        said = f"{error}" if error.name == name else f"{name} cannot be imported: {error}"
        raise ModelError(f"{said}; the model needs pip install 'headroom[ml]'") from error


def _settings(runtime: Any) -> Any:
    settings = runtime.SessionOptions()
    settings.intra_op_num_threads = settings.inter_op_num_threads = _THREADS
    settings.enable_cpu_mem_arena = False  # gives memory back after a long text
    settings.add_session_config_entry("session.intra_op.allow_spinning", "0")
    settings.log_severity_level = 4  # what matters is raised; the rest would go to our terminal
    return settings


def _tokens(window: Any, scores: Sequence[float]) -> Iterator[tuple[tuple[int, int], int, float]]:
    """Yield span, distance to the nearer edge of the window, and score of its real tokens."""
    last = len(window.ids) - 1
    rows = zip(window.offsets, window.special_tokens_mask, strict=True)
    for at, ((start, end), special) in enumerate(rows):
        if not special and end > start:
            yield (start, end), min(at, last - at), scores[at]


def _line(error: Exception) -> str:
    """Return the first line of what a library says."""
    return str(error).partition("\n")[0][:300]
