"""Every option of `compress()`, with its default, its bounds and its help text."""

from __future__ import annotations

import difflib
from dataclasses import dataclass, field, fields, replace
from functools import cache
from typing import TYPE_CHECKING, Any

from headroom.errors import ConfigurationError

if TYPE_CHECKING:
    from collections.abc import Mapping

PROFILES = ("lossless", "balanced", "aggressive")
ENGINES = ("extractive", "ml")


def option(default: Any, text: str, **rules: Any) -> Any:
    """Declare an option: its default, its help text and what values it takes.

    Rules are `choices`, or `low` and `high` of a number, or `globs` for a list of patterns; an
    option without any is a switch. A default of None is a value too.
    """
    return field(default=default, metadata={"help": text, **rules})


@dataclass(frozen=True, slots=True)
class Options:
    """What may be touched and how hard to try; see each option's help in its metadata."""

    profile: str = option(
        "balanced",
        "How much may go: `lossless` drops nothing; `balanced` and `aggressive` leave out what "
        "matters least to the question and store the original.",
        choices=PROFILES,
    )
    target_tokens: int | None = option(
        None,
        "Most tokens that all texts together may have afterwards; what fits losslessly stays "
        "lossless. None: as the profile says.",
        low=1,
    )
    target_ratio: float | None = option(
        None,
        "As `target_tokens`, as a share of the tokens before: 0.2 keeps a fifth.",
        low=0,
        high=1,
    )
    engine: str = option(
        "extractive",
        "Who says which words of prose matter in the lossy profiles: `extractive` needs no model; "
        "`ml` asks one on this machine, if its scores are there, and never waits for it.",
        choices=ENGINES,
    )
    compress_user_messages: bool = option(False, "Also compress what the user typed.")
    compress_system_messages: bool = option(False, "Also compress system texts.")
    protect_recent: int = option(0, "Newest messages that are never changed.", low=0)
    min_tokens: int = option(100, "Texts with fewer tokens stay as they are.", low=0)
    max_chars: int = option(16_000_000, "Texts with more characters stay as they are.", low=0)
    editing: bool | None = option(
        None,
        "Whether the agent can edit files, so that file reads stay byte-exact; "
        "None finds out from its tools and calls.",
    )
    long_reads: int | None = option(
        None,
        "Tokens from which on file reads may be cut too although the agent can edit: whole lines "
        "stay as they are, the others are left out by ranges. None: never.",
        low=1,
    )
    protect: tuple[str, ...] = option(
        (),
        "Patterns (* and ?) of tools, commands and files whose outputs stay as they are.",
        globs=True,
    )
    allow: tuple[str, ...] = option(
        (),
        "Patterns of tools, commands and files whose outputs may be shortened although they "
        "are file reads.",
        globs=True,
    )
    fold_only: tuple[str, ...] = option(
        (),
        "Patterns of tools, commands and files whose outputs are only folded, never cut.",
        globs=True,
    )

    def folding(self) -> Options:
        """Return the same with nothing left out: texts are only folded."""
        return replace(self, profile="lossless", engine="extractive")

    def room(self, before: int) -> float | None:
        """Return the most tokens that may be left of so many; None where no budget was named."""
        named = [] if self.target_tokens is None else [float(self.target_tokens)]
        if self.target_ratio is not None:
            named.append(self.target_ratio * before)
        return min(named, default=None)

    @classmethod
    def build(cls, values: dict[str, Any]) -> Options:
        """Return checked options.

        Raises:
            ConfigurationError: an unknown name, or a value of the wrong type or out of bounds.
        """
        if not values and cls is Options:
            return _defaults()
        declared = {each.name: each for each in fields(cls)}
        for name, value in values.items():
            if name not in declared:
                near = difflib.get_close_matches(name, declared, 1)
                hint = (
                    f"; did you mean {near[0]!r}?" if near else f"; there are {', '.join(declared)}"
                )
                raise ConfigurationError(f"unknown option {name!r}{hint}")
            _check(name, value, declared[name].default, declared[name].metadata)
        chosen = cls(**values)
        if chosen.engine == "ml" and chosen.profile == "lossless":
            raise ConfigurationError(
                "option 'engine' is 'ml', which says what a lossy profile leaves out; "
                "set 'profile' to 'balanced' or 'aggressive' as well"
            )
        return chosen


@cache
def _defaults() -> Options:
    """Return the options that most calls have: nobody can change them."""
    return Options()


def _check(name: str, value: Any, default: Any, rules: Mapping[str, Any]) -> None:
    if value is None and default is None:
        return
    wanted = _wanted(value, rules)
    if wanted is not None:
        raise ConfigurationError(f"option {name!r} is {value!r}; it must be {wanted}")


def _wanted(value: Any, rules: Mapping[str, Any]) -> str | None:
    """Return what a value should have been, or None where it is all right."""
    if "choices" in rules:
        names = ", ".join(map(repr, rules["choices"]))
        return None if value in rules["choices"] else f"one of {names}"
    if "globs" in rules:
        listed = isinstance(value, (list, tuple)) and all(isinstance(each, str) for each in value)
        return None if listed else "a list of patterns such as ['git log*', 'mcp__db__*']"
    if "low" not in rules:
        return None if isinstance(value, bool) else "True or False"
    low, high = rules["low"], rules.get("high")
    if high is None:
        whole = isinstance(value, int) and not isinstance(value, bool) and value >= low
        return None if whole else f"a whole number >= {low}"
    number = isinstance(value, (int, float)) and not isinstance(value, bool)
    return None if number and low < value <= high else f"a number > {low} and <= {high}"
