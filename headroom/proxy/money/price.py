"""What a request costs, and what it would have cost without us: pure, from `price.toml`.

Costs are in tokens of fresh input, so that they add up for models whose price nobody told us.
"""

from __future__ import annotations

import re
import tomllib
from dataclasses import dataclass
from functools import cache
from importlib.resources import files
from typing import TYPE_CHECKING, Any

from headroom.core.memo import remembered

if TYPE_CHECKING:
    from headroom.proxy.money.usage import Usage

_PER_MILLION = 1_000_000


@dataclass(frozen=True, slots=True)
class Price:
    """The rates of one family of models."""

    read: float
    """Input from a cache, over fresh input."""
    write_5m: float = 1.0
    write_1h: float = 1.0
    dollars: float | None = None
    """A million tokens of fresh input; None where that is not known."""
    output: float = 0.0
    """Output, over fresh input; 0.0 where that is not known."""

    def cost(self, usage: Usage) -> float:
        """Return what a request cost, in tokens of fresh input."""
        return (
            usage.fresh
            + self.read * usage.read
            + self.write_5m * usage.written_5m
            + self.write_1h * usage.written_1h
            + self.output * usage.output
        )

    def worth(self, usage: Usage, old: float, new: float) -> float:
        """Return what more tokens would have cost in a request, in tokens of fresh input.

        Args:
            usage: of the request.
            old: tokens more in what was sent before: read from the cache if anything was.
            new: tokens more in what was sent for the first time: written if anything was.
        """
        fresh = 1.0
        if usage.written_1h:
            fresh = self.write_1h
        elif usage.written_5m:
            fresh = self.write_5m
        return old * (self.read if usage.read else fresh) + new * fresh


def price_of(model: str | None) -> Price:
    """Return the rates for a model's name."""
    return _price((model or "").lower().rsplit("/", 1)[-1])


@remembered(64, 200)
def _price(name: str) -> Price:
    row = next(row for row in _rows() if re.search(row["pattern"], name))
    dollars = row.get("input")
    return Price(
        row["read"],
        row.get("write_5m", 1.0),
        row.get("write_1h", 1.0),
        dollars,
        row["output"] / dollars if dollars and "output" in row else 0.0,
    )


def in_dollars(price: Price, cost: float) -> float | None:
    """Return a cost in US dollars, or None where the price is not known."""
    return None if price.dollars is None else cost * price.dollars / _PER_MILLION


@cache
def _rows() -> list[dict[str, Any]]:
    text = files("headroom.proxy.money").joinpath("price.toml").read_text("utf-8")
    rows: list[dict[str, Any]] = tomllib.loads(text)["price"]
    return rows
