"""`headroom stats`: what a running proxy has saved, and what it has cost."""

from __future__ import annotations

import json
from typing import Any

import click

from headroom.cli import stream

_PATIENCE = 5.0


@click.command()
@click.option("--url", default="http://127.0.0.1:8787", show_default=True, help="Of the proxy.")
@click.option("--token", envvar="HEADROOM_PROXY_TOKEN", help="The token of the proxy.")
@click.option("--json", "as_json", is_flag=True, help="Print all figures as JSON.")
def stats(url: str, token: str | None, *, as_json: bool) -> None:
    """Show whole wire, new input and money of a running proxy side by side, losses included."""
    figures = fetched(url.rstrip("/") + "/stats", token)
    if as_json:
        click.echo(json.dumps(figures, indent=2))
        return
    tokens, money = figures["tokens"], figures["money"]
    click.echo(f"{'':<14}{'direct':>14}{'through us':>14}{'saved':>14}{'share':>9}")
    rows: list[tuple[str, float, float, str]] = [
        ("whole wire", tokens.get("wire_before", 0), tokens.get("wire_after", 0), ",.0f"),
        ("new input", tokens.get("new_before", 0), tokens.get("new_after", 0), ",.0f"),
        ("price", *_pair(money["input_token_equivalents"]), ",.0f"),
        ("dollars", *_pair(money["dollars"]), ",.4f"),
    ]
    for name, direct, through, form in rows:
        saved = direct - through
        share = f"{saved / direct:.1%}" if direct else "-"
        click.echo(f"{name:<14}{direct:>14{form}}{through:>14{form}}{saved:>14{form}}{share:>9}")
    click.echo(
        "wire and new input in counted tokens; price in tokens of fresh input, "
        f"from {money['basis']}"
    )
    left = money["requests_without_usage"]
    if left:
        click.echo(f"{left} requests came back without usage; they are not in the price")
    down = money["conversations_stood_down"]
    if down:
        click.echo(f"{down} conversations cost more than direct and are shortened no further")


def _pair(figures: dict[str, float]) -> tuple[float, float]:
    return figures["direct"], figures["through"]


def fetched(url: str, token: str | None, *, patience: float = _PATIENCE) -> dict[str, Any]:
    """Return what a proxy answers at a URL.

    Raises:
        Mistake: nothing does, within so many seconds.
    """
    from urllib.error import URLError  # noqa: PLC0415 - `--help` is light
    from urllib.request import ProxyHandler, Request, build_opener  # noqa: PLC0415

    if not url.startswith(("http://", "https://")):
        raise stream.Mistake(f"{url!r} is no URL of a proxy")
    request = Request(url, headers={"x-headroom-token": token} if token else {})  # noqa: S310 - checked
    try:
        with build_opener(ProxyHandler({})).open(request, timeout=patience) as answer:
            figures: dict[str, Any] = json.loads(answer.read())
    except (URLError, OSError, ValueError) as error:
        raise stream.Mistake(f"no proxy answers at {url}: {error}") from error
    return figures
