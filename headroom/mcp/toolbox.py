"""`Toolbox`: what the tools answer. Whatever a model writes, it gets a text and never a crash."""

from __future__ import annotations

import threading
from typing import TYPE_CHECKING, Any

from headroom.ccr.call import Answer
from headroom.ccr.tool import NAME as RETRIEVE
from headroom.errors import HeadroomError
from headroom.mcp.tool import COMPRESS, STATS, tools

if TYPE_CHECKING:
    from collections.abc import Callable

    from headroom.compress import CompressResult
    from headroom.core.protocols import OriginalStore
    from headroom.engine.engine import Engine

_LONGEST = 16_000_000
"""Characters of a text that is shortened."""
_ARGUMENTS = {"text": str, "question": str, "target_tokens": int}


class Toolbox:
    """Answers calls; any thread may ask.

    Args:
        open_store: opens the store that proxies and commands of this machine share.
        proxy: returns a running proxy's figures, or None.

    Nothing is opened or imported before the first call or `warm`.
    """

    def __init__(
        self,
        open_store: Callable[[], OriginalStore],
        proxy: Callable[[], dict[str, Any] | None] = lambda: None,
    ) -> None:
        self._open = open_store
        self._proxy = proxy
        self._lock = threading.Lock()
        self._store: OriginalStore | None = None
        self._engine: Engine | None = None
        self._shortened = self._whole = self._before = self._after = self._retrieved = 0

    def call(self, name: str, arguments: Any) -> Answer:
        """Return the answer to a call of a tool; one that failed says what to do instead."""
        answers = {COMPRESS: self._compress, RETRIEVE: self._retrieve, STATS: self._stats}
        if name not in answers:
            known = ", ".join(each["name"] for each in tools())
            return Answer(f"there is no tool {name!r}; there are {known}", failed=True)
        try:
            return answers[name](arguments)
        except (HeadroomError, ValueError, TypeError) as error:
            return Answer(str(error), failed=True)

    def warm(self) -> None:
        """Do now what would otherwise keep the first call waiting."""
        from headroom.compress import compress_document  # noqa: F401, PLC0415 - heavy on purpose
        from headroom.tokens import tokenizer_for  # noqa: PLC0415

        tokenizer_for().count("warm")

    def close(self) -> None:
        """Let go of the store."""
        if self._store is not None:
            self._store.close()

    def _compress(self, arguments: Any) -> Answer:
        given = _given(arguments)
        result = self._shortening(given)
        with self._lock:
            if result.tokens_saved:
                self._shortened += 1
                self._before += result.tokens_before
                self._after += result.tokens_after
            else:
                self._whole += 1
        if not result.tokens_saved:
            said = f"Nothing could be left out of these {result.tokens_before:,} tokens"
            return Answer(f"{said}: the text is as short as it gets. Go on with it as it is.")
        missed = f"; {result.over_budget:,} more than asked for" if result.over_budget else ""
        figures = f"[{result.tokens_before:,} -> {result.tokens_after:,} tokens{missed}]"
        return Answer(f"{result.messages[0]['content']}\n{figures}")

    def _shortening(self, given: dict[str, Any]) -> CompressResult:
        from headroom.compress import compress_document  # noqa: PLC0415 - heavy
        from headroom.core.document import TreeDocument  # noqa: PLC0415
        from headroom.engine.engine import Call  # noqa: PLC0415

        options: dict[str, Any] = {"min_tokens": 0, "editing": False}
        if given.get("target_tokens"):
            options["target_tokens"] = given["target_tokens"]
        return compress_document(
            TreeDocument([{"role": "tool", "content": given["text"]}]),
            Call(None, "mcp", given.get("question") or None),
            options,
            provider="openai-chat",
            engine=self._engined(),
        )

    def _retrieve(self, arguments: Any) -> Answer:
        from headroom.retrieval import answer_call  # noqa: PLC0415 - heavy

        answer = answer_call(arguments, lambda _: self._stored())
        with self._lock:
            self._retrieved += not answer.failed
        return answer

    def _stats(self, _: Any) -> Answer:
        saved = self._before - self._after
        own = f"{self._shortened:,} texts shortened, {self._before:,} -> {self._after:,} tokens"
        rest = f"; {self._whole:,} as short as they get" if self._whole else ""
        own += f" ({saved:,} fewer wherever these stand in the place of those){rest}"
        lines = [f"this server: {own}; {self._retrieved:,} retrievals"]
        figures = self._proxy()
        lines.append(_proxied(figures) if figures else "proxies: none runs on this machine")
        lines.append(f"store: {_described()}")
        return Answer("\n".join(lines))

    def _engined(self) -> Engine:
        from headroom.engine.engine import Engine  # noqa: PLC0415 - heavy

        store = self._stored()
        with self._lock:
            if self._engine is None:
                self._engine = Engine(store=store)
            return self._engine

    def _stored(self) -> OriginalStore:
        with self._lock:
            if self._store is None:
                self._store = self._open()
            return self._store


def _given(arguments: Any) -> dict[str, Any]:
    """Return the arguments of a call that shortens a text.

    Raises:
        ValueError: they are not what the tool takes; the text says what it does take.
    """
    if not isinstance(arguments, dict):
        raise ValueError('the arguments are an object: {"text": "...", "question": "..."}')  # noqa: TRY004 - one kind of error for the caller
    given = {name: value for name, value in arguments.items() if value is not None}
    unknown = [str(name)[:40] for name in given if name not in _ARGUMENTS]
    if unknown:
        said = f"there is no argument {', '.join(unknown[:5])}"
        raise ValueError(f"{said}; the arguments are {', '.join(_ARGUMENTS)}")
    text = given.get("text")
    if not isinstance(text, str) or not text:
        raise ValueError("text is missing: the text to shorten, as it is")
    if len(text) > _LONGEST:
        raise ValueError(f"text has {len(text):,} characters; give at most {_LONGEST:,} at once")
    question = given.get("question", "")
    if not isinstance(question, str):
        raise ValueError("question is a text: what you want to know")  # noqa: TRY004 - as above
    target = given.get("target_tokens", 1)
    if not isinstance(target, int) or isinstance(target, bool) or target < 1:
        raise ValueError("target_tokens is a whole number of tokens, 1 or more")
    return given


def _proxied(figures: dict[str, Any]) -> str:
    tokens = figures.get("tokens", {})
    before, after = tokens.get("wire_before", 0), tokens.get("wire_after", 0)
    share = f", {1 - after / before:.1%}" if before else ""
    return (
        f"proxies: {before:,} -> {after:,} tokens of all requests ({before - after:,} saved{share})"
    )


def _described() -> str:
    """Return where originals lie, without a password."""
    from headroom.config.location import store_url  # noqa: PLC0415 - only where it is asked for

    scheme, separator, rest = store_url().partition("://")
    return f"{scheme}{separator}{rest.rpartition('@')[2]}"
