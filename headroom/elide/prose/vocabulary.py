"""The words by which prose is read, as vocabulary.toml lists them."""

import tomllib
from functools import cache
from importlib.resources import files


def listed(of: str, what: str) -> list[str]:
    """Return the words of a list that has several of them on each line."""
    return " ".join(phrases(of, what)).split()


def phrases(of: str, what: str) -> list[str]:
    """Return the entries of a list, in order, with the blanks that they have."""
    return _table()[of][what]


@cache
def _table() -> dict[str, dict[str, list[str]]]:
    """Return vocabulary.toml, read once."""
    text = files("headroom.elide.prose").joinpath("vocabulary.toml").read_text("utf-8")
    return tomllib.loads(text)
