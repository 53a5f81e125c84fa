"""`headroom stats`: what proxies have saved, and what they have cost."""

from __future__ import annotations

import json
import re
from dataclasses import dataclass
from datetime import date
from typing import TYPE_CHECKING, Any

import click

from headroom.cli import stream
from headroom.config.port import URL
from headroom.errors import HeadroomError

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

_PATIENCE = 5.0
_LOCKED = (401, 403)
_DAYS = re.compile(r"(\d{1,5})d")
_HEAD = ("", "direct", "through us", "saved", "share")
_BY_MODEL = ("saved by model", "requests", "whole wire", "new input", "price", "dollars")
_UNSEEN = (
    "no request was seen yet: start an agent with headroom wrap AGENT, or headroom proxy and point "
    "a client at it"
)
_UNSEEN_SINCE = "no request was seen since then; without --since all are shown"
_BASIS = "wire and new input in {} tokens; price in tokens of fresh input, from {}"


@dataclass(frozen=True, slots=True)
class Line:
    """One pair of figures; what is saved may be negative."""

    name: str
    direct: float
    through: float
    form: str = ",.0f"

    @property
    def cells(self) -> tuple[str, ...]:
        """The name, both figures, what is saved of the first, and its share of it."""
        saved = self.direct - self.through
        share = f"{saved / self.direct:.1%}" if self.direct else "n/a"
        return (self.name, *(f"{x:{self.form}}" for x in (self.direct, self.through, saved)), share)


def _since(_: click.Context, __: click.Parameter, value: str | None) -> int | None:
    """Return the first day that is meant, counted from 1970."""
    import time  # noqa: PLC0415 - `--help` is light

    if value is None:
        return None
    days = _DAYS.fullmatch(value)
    if days:
        return int(time.time() // 86_400) - int(days[1])
    try:
        return date.fromisoformat(value).toordinal() - date(1970, 1, 1).toordinal()
    except ValueError as error:
        raise click.BadParameter(
            f"{value!r} is neither a number of days (7d) nor a date (2026-01-31)"
        ) from error


@click.command()
@click.option("--url", help="Ask a running proxy, for what it has done since it was started.")
@click.option("--token", envvar="HEADROOM_PROXY_TOKEN", help="The token of that proxy.")
@click.option(
    "--store", metavar="URL", help="As in `headroom proxy --store`: redis://host:port/db."
)
@click.option(
    "--since",
    callback=_since,
    metavar="DAYS",
    help="Only from then on: 7d, or 2026-01-31; days are UTC.",
)
@click.option("--json", "as_json", is_flag=True, help="Print all figures as JSON.")
def stats(
    url: str | None, token: str | None, store: str | None, since: int | None, *, as_json: bool
) -> None:
    """Show whole wire, new input and money side by side, losses included, of all proxies so far."""
    if url is not None and since is not None:
        raise click.UsageError("--since is about what is kept, --url about one running proxy")
    figures = _kept(store, since) if url is None else fetched(url.rstrip("/") + "/stats", token)
    if as_json:
        click.echo(json.dumps(figures, indent=2))
        return
    # A request that nobody answered leaves a name behind, and nothing else.
    models = {name: each for name, each in figures.get("models", {}).items() if _tells(each)}
    _print(_HEAD, [line.cells for line in _lines(figures)])
    if models:
        _print(_BY_MODEL, [_of_model(name, of_it) for name, of_it in models.items()])
    kinds = sorted({of_it["basis"] for of_it in models.values()})
    click.echo(_BASIS.format(" and ".join(kinds) or "counted", figures["money"]["basis"]))
    for note in _notes(figures):
        click.echo(note)
    if not (models or figures.get("requests")):
        click.echo(_UNSEEN if since is None else _UNSEEN_SINCE)


def _lines(figures: dict[str, Any]) -> Iterator[Line]:
    tokens, money = figures["tokens"], figures["money"]
    for name, key in (("whole wire", "wire"), ("new input", "new")):
        yield Line(name, tokens.get(f"{key}_before", 0), tokens.get(f"{key}_after", 0))
    yield Line("price", *_pair(money["input_token_equivalents"]))
    yield Line("dollars", *_pair(money["dollars"]), ",.4f")


def _tells(of_it: dict[str, Any]) -> bool:
    """Whether anything but zeros is known of a model."""
    money = of_it["money"]
    left_out = money["requests_without_usage"] or money["dollars"]["requests_without_price"]
    return bool(money["requests"] or left_out or any(of_it["tokens"].values()))


def _of_model(model: str, of_it: dict[str, Any]) -> tuple[str, ...]:
    """Return a line of the table by model: what is saved, as shares and as amounts."""
    wire, new, price, dollars = (line.cells for line in _lines(of_it))
    saved = wire[-1], new[-1], price[-2], dollars[-2]
    return (model, f"{of_it['money']['requests']:,}", *saved)


def _notes(figures: dict[str, Any]) -> Iterator[str]:
    money, cache = figures["money"], figures.get("cache", {})
    if left := money["requests_without_usage"]:
        yield f"not in the price: {_many(left, 'request')} without usage in the answer"
    if left := money["dollars"]["requests_without_price"]:
        yield f"not in the dollars: {_many(left, 'request')} for models without a price"
    if down := money["conversations_stood_down"]:
        why = "cost more than direct, so that nothing more is left out"
        yield f"{_many(down, 'conversation')} {why}"
    missed = [
        f"{cache[f'missed_{why}']:,} {text}" for why, text in _MISSED if cache.get(f"missed_{why}")
    ]
    if missed:
        yield f"tokens that the provider's cache had and did not give: {', '.join(missed)}"


def _many(count: int, what: str) -> str:
    return f"{count:,} {what}" if count == 1 else f"{count:,} {what}s"


_MISSED = (("expired", "had expired"), ("changed", "behind a change of the prompt"))


def _print(head: Sequence[str], rows: Sequence[tuple[str, ...]]) -> None:
    """Print rows as a table in a terminal, where losses are red; as text in columns elsewhere."""
    if not stream.coloured(None):
        width = max(14, *(len(row[0]) + 1 for row in rows))
        for row in (head, *rows):
            click.echo(f"{row[0]:<{width}}" + "".join(f"{cell:>14}" for cell in row[1:]))
        return
    from rich.console import Console  # noqa: PLC0415 - only a terminal is drawn on
    from rich.table import Table  # noqa: PLC0415
    from rich.text import Text  # noqa: PLC0415

    table = Table(*head, box=None, pad_edge=False)
    for column in table.columns[1:]:
        column.justify = "right"
    for name, *cells in rows:
        # A client wrote the name of the model: it is no markup.
        styled = [Text(cell, style="bold red" if cell.startswith("-") else "") for cell in cells]
        table.add_row(Text(name), *styled)
    console = Console()
    console.print(table)
    console.print()


def _pair(figures: dict[str, float]) -> tuple[float, float]:
    return figures["direct"], figures["through"]


def _kept(store: str | None, since: int | None) -> dict[str, Any]:
    """Return the figures of all proxies that kept them where we look."""
    from pathlib import Path  # noqa: PLC0415 - `--help` is light

    from headroom.config.location import as_store, book_place, ledger_place, store_url  # noqa: PLC0415
    from headroom.proxy.money.book import open_book  # noqa: PLC0415
    from headroom.proxy.money.figures import view  # noqa: PLC0415

    store = None if store is None else as_store(store)
    if store is not None and "://" not in store and store != "memory:":
        raise stream.Mistake(f"{store!r} is no store; one is redis://host:port/db")
    place = book_place(ledger_place(store or store_url()))
    if place == "memory:":
        raise stream.Mistake("proxies keep nothing here (HEADROOM_LEDGER); ask one with --url")
    if "://" not in place and not Path(place).exists():
        return view({})
    try:
        book = open_book(place)
        assert book is not None
        sums, failing = book.sums(since), book.failing
        book.close()
    except HeadroomError as error:
        raise stream.Mistake(str(error)) from error
    if failing:
        name = place.partition("://")[2].rpartition("@")[2] or place
        raise stream.Mistake(f"the figures at {name} cannot be read; see headroom doctor")
    return view(sums)


def fetched(url: str, token: str | None, *, patience: float = _PATIENCE) -> dict[str, Any]:
    """Return what a proxy answers at a URL.

    Raises:
        Mistake: nothing does, within so many seconds.
    """
    from http.client import HTTPException  # noqa: PLC0415 - `--help` is light
    from urllib.error import HTTPError, URLError  # noqa: PLC0415
    from urllib.request import ProxyHandler, Request, build_opener  # noqa: PLC0415

    if not url.startswith(("http://", "https://")):
        asked = url.removesuffix("/stats")
        raise stream.Mistake(f"{asked!r} is no URL of a proxy; one is {URL}")
    request = Request(url, headers={"x-headroom-token": token} if token else {})  # noqa: S310 - checked
    try:
        with build_opener(ProxyHandler({})).open(request, timeout=patience) as answer:
            figures: dict[str, Any] = json.loads(answer.read())
    except HTTPError as error:
        error.close()
        hint = "; name its --token" if error.code in _LOCKED else ""
        raise stream.Mistake(f"{url} answers {error.code} {error.reason}{hint}") from error
    except (URLError, OSError, HTTPException, ValueError) as error:
        why = getattr(error, "reason", error)
        said = getattr(why, "strerror", None) or why
        raise stream.Mistake(f"no proxy answers at {url}: {said}") from error
    if not isinstance(figures, dict) or "tokens" not in figures:
        raise stream.Mistake(f"what answers at {url} is no proxy of ours")
    return figures
