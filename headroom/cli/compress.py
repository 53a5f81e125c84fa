"""`headroom compress`: shorten a text or a request body."""

from __future__ import annotations

import difflib
import json
import sys
from dataclasses import asdict
from typing import TYPE_CHECKING, Any

import click

from headroom.cli import stream
from headroom.cli.reason import unchanged
from headroom.config.schema import ENGINES, PROFILES, Options
from headroom.core.document import TreeDocument, value_at
from headroom.core.result import Reason
from headroom.errors import HeadroomError

if TYPE_CHECKING:
    from collections.abc import Iterator

    from headroom.compress import CompressResult
    from headroom.core.protocols import Document, OriginalStore
    from headroom.engine.engine import Call

_DIFF_LINES = 4000
_COLOURS = {"-": "red", "+": "green", "@": "cyan"}


@click.command()
@click.argument("source", default="-", metavar="[FILE|-]")
@click.option("--query", help="What the reader is after.")
@click.option(
    "--profile",
    type=click.Choice(PROFILES),
    default="balanced",
    show_default=True,
    help="How much may go.",
)
@click.option(
    "--target-tokens", type=click.IntRange(min=1), help="Most tokens that may be left, about."
)
@click.option(
    "--target-ratio",
    type=click.FloatRange(0, 1, min_open=True),
    help="Most of the tokens that may be left, about: 0.2 keeps a fifth.",
)
@click.option(
    "--engine",
    type=click.Choice(ENGINES),
    default="extractive",
    show_default=True,
    help="Who says which words of prose matter; `ml` waits for a model on this machine.",
)
@click.option("--model", default="gpt-4o", show_default=True, help="Whose tokens are counted.")
@click.option("--json", "as_json", is_flag=True, help="Print text, figures and outcomes as JSON.")
@click.option("--diff", "as_diff", is_flag=True, help="Print what changed instead of the result.")
@click.option("-o", "--output", metavar="FILE", help="Write there instead of standard output.")
def compress(source: str, output: str | None, **asked: Any) -> None:
    """Shorten a text, or every tool output in a JSON request body; `headroom expand` undoes it.

    The result goes to standard output, one line of figures to standard error.
    """
    show = {name: asked.pop(name) for name in ("as_json", "as_diff")}
    if all(show.values()):
        raise click.UsageError("--json and --diff are two ways to print; name one")
    call = {name: asked.pop(name) for name in ("model", "query")}
    text = stream.read(source)
    body = stream.request(text)
    messages = [{"role": "tool", "content": text}] if body is None else body
    try:
        if body is None:
            # Whoever reads a text in a terminal, or has a shell, has a command; a model has a tool.
            own = {**call, "shell": "headroom retrieve"}
            result = _run(TreeDocument(messages), own, {**asked, "min_tokens": 0})
        else:
            result = _run(_document(stream.encoded(text)), call, asked)
    except HeadroomError as error:
        raise stream.Mistake(str(error)) from error
    basis = _basis(call["model"], result)
    if show["as_json"]:
        report = _report(result, basis=basis, plain=body is None)
        stream.write(json.dumps(report, indent=2) + "\n", output)
    elif show["as_diff"]:
        lines = _changes(messages, result)
        if stream.coloured(output):
            lines = (click.style(line, fg=_COLOURS.get(line[:1])) for line in lines)
        stream.write("".join(f"{line}\n" for line in lines), output)
    else:
        raw = getattr(result.document, "raw", None)
        stream.write(result.messages[0]["content"] if raw is None else raw.decode(), output)
    click.echo(_figures(result, basis), err=True)


def _document(raw: bytes) -> Document:
    """Return a request body that can be edited; every byte outside the shortened texts stays.

    Raises:
        NotSpliceable: the body cannot be edited without guessing.
    """
    from headroom.core.jsonpatch import BytesDocument  # noqa: PLC0415 - only where there is one

    return BytesDocument(raw)


def _run(document: Document, call: dict[str, Any], options: dict[str, Any]) -> CompressResult:
    """Compress with the store that `headroom retrieve` reads; lossless needs none."""
    from headroom.compress import compress_document  # noqa: PLC0415 - see above
    from headroom.engine.engine import Call, Engine  # noqa: PLC0415

    named = Call(call["model"], "compress", call["query"], shell=call.get("shell"))
    store = None if options["profile"] == "lossless" else _store()
    if store is None:
        whole = {**options, "profile": "lossless"}
        if options["profile"] != "lossless":
            whole["engine"] = "extractive"
        return compress_document(document, named, whole)
    try:
        if options["engine"] != "ml":
            return compress_document(document, named, options, engine=Engine(store=store))
        return _refined(document, named, options, store)
    finally:
        store.close()


def _store() -> OriginalStore | None:
    """Return the store; None, and a line about it, where nobody could fetch an original from it.

    What printed the text may be over by now: whoever reads our output gets it all the same.
    """
    from headroom.config.location import STORE_VARIABLE, store_url  # noqa: PLC0415 - see above
    from headroom.stores import open_store  # noqa: PLC0415

    try:
        url = store_url()
        if url != "memory:":
            return open_store(url)
        why = f"{STORE_VARIABLE} keeps originals in this process, which ends now"
    except HeadroomError as error:
        why = f"{error}; {STORE_VARIABLE} names another place"
    click.echo(f"nothing is left out: {why}", err=True)
    return None


def _refined(
    document: Document, call: Call, options: dict[str, Any], store: OriginalStore
) -> CompressResult:
    """Compress with the model: whoever runs this command waits for it."""
    from headroom.compress import compress_document  # noqa: PLC0415 - see above
    from headroom.engine.engine import Engine  # noqa: PLC0415
    from headroom.kompress import Kompress  # noqa: PLC0415

    kompress = Kompress()
    if sys.stderr is not None and sys.stderr.isatty():
        click.echo("asking the model: a second or two for each 450 tokens", err=True)
    engine = Engine(store=store, refine=kompress.now)
    result = compress_document(document, call, options, engine=engine)
    for reason in kompress.reasons:
        click.echo(f"without the model: {reason}", err=True)
    return result


def _basis(model: str, result: CompressResult) -> str:
    """Return what the figures are, in the word that `headroom stats` has for it."""
    from headroom.tokens import tokenizer_for  # noqa: PLC0415 - `--help` is light

    exact = not _has_large(result) and tokenizer_for(model).exact
    return "counted" if exact else "estimated"


def _has_large(result: CompressResult) -> bool:
    """Whether a text was too long to be looked at, or to be counted."""
    return any(outcome.reason is Reason.LARGE for outcome in result.outcomes)


def _figures(result: CompressResult, basis: str) -> str:
    grades = sorted({str(o.grade) for o in result.outcomes if o.grade is not None})
    how = " and ".join(grades) or f"nothing changed: {unchanged(result.outcomes)}"
    if grades and _has_large(result):
        how += f": texts of more than {Options().max_chars:,} characters stay as they are"
    what = "tokens" if basis == "counted" else f"{basis} tokens"
    missed = f"; {result.over_budget:,} more than asked for" if result.over_budget else ""
    return (
        f"{result.tokens_before:,} -> {result.tokens_after:,} {what} "
        f"({result.savings_percent} % saved), {how}{missed}"
    )


def _report(result: CompressResult, *, basis: str, plain: bool) -> dict[str, Any]:
    return {
        "text" if plain else "body": result.messages[0]["content"] if plain else result.messages,
        "basis": basis,
        "tokens_before": result.tokens_before,
        "tokens_after": result.tokens_after,
        "tokens_saved": result.tokens_saved,
        "compression_ratio": round(result.compression_ratio, 4),
        "over_budget": result.over_budget,
        "unchanged_because": unchanged(result.outcomes),
        "transforms_applied": result.transforms_applied,
        "outcomes": [asdict(outcome) for outcome in result.outcomes],
    }


def _changes(messages: Any, result: CompressResult) -> Iterator[str]:
    changed = [outcome for outcome in result.outcomes if outcome.grade is not None]
    for outcome in changed:
        where = "/".join(map(str, outcome.path))
        figures = f"{outcome.tokens_before:,} -> {outcome.tokens_after:,} tokens"
        yield f"@@ {where}: {figures}, {outcome.compressor}, {outcome.grade} @@"
        before = value_at(messages, outcome.path).split("\n")
        after = value_at(result.messages, outcome.path).split("\n")
        if len(before) + len(after) > _DIFF_LINES:
            yield f"({len(before):,} lines became {len(after):,}; too many to compare)"
            continue
        yield from list(difflib.unified_diff(before, after, lineterm="", n=1))[2:]
    if not changed:
        yield "nothing changed: " + ", ".join(sorted({str(o.reason) for o in result.outcomes}))
