"""Upstreams that are known by name, their hosts and variables: the rows of `vendor.toml`."""

from __future__ import annotations

import tomllib
from functools import cache
from importlib.resources import files
from typing import Any


@cache
def rows() -> tuple[dict[str, Any], ...]:
    """Return a row for each upstream, read once."""
    text = files("headroom.config").joinpath("vendor.toml").read_text("utf-8")
    return tuple(tomllib.loads(text)["upstream"])


@cache
def variables() -> dict[str, str]:
    """Return the name of the environment variable of each upstream, by the upstream's name."""
    return {row["name"]: row["variable"] for row in rows()}


@cache
def hosts() -> dict[str, str]:
    """Return the vendor's own URL of each upstream that has one, by the upstream's name."""
    return {row["name"]: row["default"] for row in rows() if "default" in row}


@cache
def systems() -> dict[str, str]:
    """Return what OpenTelemetry's conventions call each upstream, by the upstream's name."""
    return {row["name"]: row["system"] for row in rows()}
