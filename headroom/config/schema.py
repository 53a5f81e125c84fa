"""Every option of `compress()`, with its default, its bounds and its help text."""

from __future__ import annotations

import difflib
from dataclasses import dataclass, field, fields
from typing import Any

from headroom.errors import ConfigurationError

PROFILES = ("lossless", "balanced", "aggressive")
ENGINES = ("extractive", "ml")


def option(
    default: Any, text: str, *, low: int | None = None, choices: tuple[str, ...] = ()
) -> Any:
    """Declare an option: its default, its help text and what values it takes."""
    return field(default=default, metadata={"help": text, "low": low, "choices": choices})


@dataclass(frozen=True, slots=True)
class Options:
    """What may be touched and how hard to try; see each option's help in its metadata."""

    profile: str = option(
        "lossless",
        "How much may go: `lossless` drops nothing; `balanced` and `aggressive` leave out what "
        "matters least to the question and store the original.",
        choices=PROFILES,
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

    @classmethod
    def build(cls, values: dict[str, Any]) -> Options:
        """Return checked options.

        Raises:
            ConfigurationError: an unknown name, or a value of the wrong type or out of bounds.
        """
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


def _check(name: str, value: Any, default: Any, rules: Any) -> None:
    if rules["choices"]:
        if value not in rules["choices"]:
            allowed = ", ".join(map(repr, rules["choices"]))
            raise ConfigurationError(f"option {name!r} is {value!r}; it must be one of {allowed}")
    elif default is None or isinstance(default, bool):
        if not isinstance(value, bool) and not (default is None and value is None):
            raise ConfigurationError(f"option {name!r} is {value!r}; it must be True or False")
    elif isinstance(value, bool) or not isinstance(value, int) or value < rules["low"]:
        bound = rules["low"]
        raise ConfigurationError(
            f"option {name!r} is {value!r}; it must be a whole number >= {bound}"
        )
