"""The figures of `/stats` in the text format that Prometheus reads."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

KIND = "text/plain; version=0.0.4; charset=utf-8"
_FAMILIES = {
    "requests": ("headroom_requests_total", "kind", "Requests by what became of them."),
    "untouched": ("headroom_untouched_total", "reason", "Requests relayed unread, by reason."),
    "texts": ("headroom_texts_total", "reason", "Texts by why they went out as they did."),
    "tokens": ("headroom_tokens_total", "basis", "Counted tokens before and after."),
    "cache": ("headroom_input_tokens_total", "kind", "Reported input by where it came from."),
    "missed": ("headroom_cache_missed_tokens_total", "why", "Of it, what a cache had had, by why."),
    "calls": ("headroom_calls_total", "outcome", "Calls of headroom_retrieve answered here."),
    "retrievals": ("headroom_retrievals_total", "outcome", "Originals asked for over HTTP."),
    "statuses": ("headroom_answers_total", "status", "Answers by status."),
}
_MISSED = "missed_"
"""How members of the group `cache` begin that are a part of others: in one family they would count
twice."""
_ESCAPES = str.maketrans({"\\": r"\\", '"': r"\"", "\n": r"\n"})


def exposition(figures: Mapping[str, Any]) -> str:
    """Return the figures as text, one line for each; the order is always the same."""
    return "".join(f"{line}\n" for line in _lines(figures))


def _lines(figures: Mapping[str, Any]) -> Iterator[str]:
    groups = {**figures, **_of_cache(figures["cache"])}
    for key, (name, label, text) in _FAMILIES.items():
        yield from (f"# HELP {name} {text}", f"# TYPE {name} counter")
        for value, count in sorted(groups[key].items()):
            yield f'{name}{{{label}="{_quoted(value)}"}} {count}'
    money = figures["money"]
    # Gauges: what is saved may fall.
    for unit in ("input_token_equivalents", "dollars"):
        name = f"headroom_{unit}"
        yield from (f"# HELP {name} Costs: {money['basis']}.", f"# TYPE {name} gauge")
        for way in ("direct", "through", "saved"):
            yield f'{name}{{way="{way}"}} {money[unit][way]}'
    yield from _of_models(figures["models"])
    name = "headroom_conversations_stood_down"
    yield from (
        f"# HELP {name} Conversations of which nothing more is left out.",
        f"# TYPE {name} gauge",
    )
    yield f"{name} {money['conversations_stood_down']}"


def _of_cache(cache: Mapping[str, int]) -> dict[str, dict[str, int]]:
    """Return the members of the group as two: all reported input, and what of it was missed."""
    missed = {name: count for name, count in cache.items() if name.startswith(_MISSED)}
    return {
        "cache": {name: count for name, count in cache.items() if name not in missed},
        "missed": {name.removeprefix(_MISSED): count for name, count in missed.items()},
    }


def _of_models(models: Mapping[str, Any]) -> Iterator[str]:
    name = "headroom_model_tokens_total"
    yield from (f"# HELP {name} Tokens before and after, by model.", f"# TYPE {name} counter")
    for model, of_it in models.items():
        for basis, count in sorted(of_it["tokens"].items()):
            yield f'{name}{{model="{_quoted(model)}",basis="{basis}"}} {count}'
    name = "headroom_model_dollars"
    yield from (f"# HELP {name} Costs, by model.", f"# TYPE {name} gauge")
    for model, of_it in models.items():
        for way in ("direct", "through", "saved"):
            dollars = of_it["money"]["dollars"][way]
            yield f'{name}{{model="{_quoted(model)}",way="{way}"}} {dollars}'


def _quoted(value: str) -> str:
    return value.translate(_ESCAPES)
