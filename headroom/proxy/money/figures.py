"""`Figures`: what the proxy has done, in numbers by model and name; never in content.

A name is a group and, behind a dot, a member of it: "requests.considered", "statuses.200".
"""

from __future__ import annotations

import threading
from typing import TYPE_CHECKING, Any

from headroom.proxy.modelname import shown
from headroom.tokens import tokenizer_for

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping

Key = tuple[str, str]
"""A model ("" where none is meant) and a name."""
Sums = dict[Key, float]

BASIS = "reported usage, counted savings, list prices"
OTHER = "(other)"
"""Stands for the models beyond the number that are told apart."""
UNKNOWN = "(none)"
"""Stands for requests that name no model."""
_MODELS = 50
_GROUPS = ("requests", "untouched", "texts", "tokens", "statuses", "calls", "retrievals", "cache")


class Figures:
    """Sums since the start of this process; may be used from any thread."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._sums: Sums = {}
        self._unsaved: Sums = {}
        self._models: set[str] = set()

    def add(self, more: Mapping[str, float], model: str | None = "") -> None:
        """Add to the sums of names.

        Args:
            more: what to add, by name.
            model: that it is about; None for a request that names none, "" for no request's model.
        """
        with self._lock:
            label = self._label(model)
            for name, value in more.items():
                if value:
                    key = label, name
                    self._sums[key] = self._sums.get(key, 0) + value
                    self._unsaved[key] = self._unsaved.get(key, 0) + value

    def all(self) -> Sums:
        """Return all sums."""
        with self._lock:
            return dict(self._sums)

    def unsaved(self) -> Sums:
        """Return what was added since the last call."""
        with self._lock:
            taken, self._unsaved = self._unsaved, {}
            return taken

    def put_back(self, taken: Sums) -> None:
        """Have the next call of `unsaved` return this as well: it could not be saved."""
        with self._lock:
            self._unsaved = added((self._unsaved, taken))

    def count(self, name: str) -> int:
        """Return the sum of a name over all models."""
        with self._lock:
            return round(sum(value for (_, each), value in self._sums.items() if each == name))

    def _label(self, model: str | None) -> str:
        if model == "" or model in self._models:
            return model
        name = shown(model or UNKNOWN)  # No database takes half characters.
        if name not in self._models and len(self._models) >= _MODELS:
            return OTHER
        self._models.add(name)
        return name


def added(several: Iterable[Mapping[Key, float]]) -> Sums:
    """Return the sums of sums."""
    total: dict[Key, float] = {}
    for sums in several:
        for key, value in sums.items():
            total[key] = total.get(key, 0.0) + value
    return total


def view(sums: Mapping[Key, float]) -> dict[str, Any]:
    """Return sums as `/stats` shows them; negative figures are losses and shown as such."""
    shown: dict[str, Any] = {group: {} for group in _GROUPS}
    models: dict[str, dict[str, float]] = {}
    for (model, name), value in sorted(sums.items()):
        group, _, member = name.partition(".")
        if group in shown:
            shown[group][member] = round(shown[group].get(member, 0) + value)
        if model:
            of_it = models.setdefault(model, {})
            of_it[name] = of_it.get(name, 0.0) + value
    shown["money"] = money(sums)
    shown["models"] = {model: _model(model, of_it) for model, of_it in models.items()}
    return shown


def money(sums: Mapping[Key, float]) -> dict[str, Any]:
    """Return what sums say about costs."""
    total: dict[str, float] = {}
    for (_, name), value in sums.items():
        total[name] = total.get(name, 0.0) + value
    return _money(total)


def _money(total: Mapping[str, float]) -> dict[str, Any]:
    def of(name: str) -> float:
        return total.get(f"money.{name}", 0.0)

    return {
        "basis": BASIS,
        "requests": round(of("requests")),
        "requests_without_usage": round(of("unreported")),
        "input_token_equivalents": {
            "direct": round(of("direct")),
            "through": round(of("through")),
            "saved": round(of("direct") - of("through")),
        },
        "dollars": {
            "direct": round(of("dollars_direct"), 6),
            "through": round(of("dollars_through"), 6),
            "saved": round(of("dollars_direct") - of("dollars_through"), 6),
            "requests_without_price": round(of("unpriced")),
        },
        "retrieved_tokens": round(of("fetched")),
        "conversations_stood_down": round(of("stood_down")),
    }


def _model(model: str, total: Mapping[str, float]) -> dict[str, Any]:
    exact = model not in (OTHER, UNKNOWN) and tokenizer_for(model).exact
    tokens = {name: round(value) for name, value in _members(total, "tokens")}
    return {"basis": "counted" if exact else "estimated", "tokens": tokens, "money": _money(total)}


def _members(total: Mapping[str, float], group: str) -> Iterator[tuple[str, float]]:
    for name, value in total.items():
        if name.startswith(f"{group}."):
            yield name.partition(".")[2], value
