"""`headroom demo`: what becomes of real outputs of this very machine."""

from __future__ import annotations

import json
import time
from dataclasses import asdict, dataclass, replace
from typing import TYPE_CHECKING

import click

from headroom.cli.sample import SAMPLES, Missing

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from rich.console import Console

    from headroom.cli.sample import Sample
    from headroom.compress import CompressResult

_EXCERPT = 6
_NEXT = (
    "From Python:  headroom.compress(messages, model=...).messages",
    "From a shell: your-command | headroom compress | headroom expand",
)


@dataclass(frozen=True, slots=True)
class Row:
    """One sample, measured."""

    title: str
    before: int = 0
    after: int = 0
    grade: str = ""
    cut: int = 0
    """Tokens after the default profile, which leaves out what can be had back with one call."""
    decoded: bool | None = None
    """Whether `expand` gave the original back, in the grade; None for a sample that is missing."""
    milliseconds: float = 0.0
    missing: str = ""
    folded: str = ""
    original: str = ""

    @property
    def saved(self) -> float:
        """Share of the tokens saved without leaving anything out, 0 to 100."""
        return 100 * (self.before - self.after) / self.before if self.before else 0.0

    @property
    def saved_by_cutting(self) -> float:
        """Share of the tokens saved by the default profile, 0 to 100."""
        return 100 * (self.before - self.cut) / self.before if self.before else 0.0


@click.command()
@click.option("--json", "as_json", is_flag=True, help="Print the figures as JSON.")
def demo(*, as_json: bool) -> None:
    """Compress real outputs of this machine and prove that they come back."""
    from rich.console import Console  # noqa: PLC0415 - only the demo draws
    from rich.progress import track  # noqa: PLC0415

    console, errors = Console(soft_wrap=True), Console(stderr=True)
    steps = track(
        SAMPLES,
        "Measuring",
        console=errors,
        transient=True,
        disable=not errors.is_terminal or as_json,
    )
    rows = [_measure(sample.title, text) for sample, text in _produced(steps)]
    if as_json:
        hidden = ("folded", "original")
        shown = [{k: v for k, v in asdict(row).items() if k not in hidden} for row in rows]
        click.echo(json.dumps(shown, indent=2))
        return
    _table(console, rows)
    best = max(rows, key=lambda row: row.before - row.after, default=None)
    if best is not None and best.folded:
        _excerpt(console, best)
    console.print("\n" + "\n".join(_NEXT), highlight=False)


def _produced(samples: Iterable[Sample]) -> Iterator[tuple[Sample, str | Missing]]:
    for sample in samples:
        try:
            yield sample, sample.produce()
        except Missing as why:
            yield sample, why


def _measure(title: str, text: str | Missing) -> Row:
    import headroom  # noqa: PLC0415
    from headroom.core.fidelity import equivalent  # noqa: PLC0415
    from headroom.decode import expand_text  # noqa: PLC0415

    if isinstance(text, Missing):
        return Row(title, missing=str(text))
    headroom.compress([{"role": "tool", "content": "load the vocabulary"}], min_tokens=0)
    result = _compressed(text, "lossless")
    start = time.perf_counter()
    cut = _compressed(text, "balanced")
    took = 1000 * (time.perf_counter() - start)
    grade = result.outcomes[0].grade
    back = expand_text(result.messages[0]["content"])
    decoded = back == text if grade is None else equivalent(grade, text, back)
    return Row(
        title,
        result.tokens_before,
        result.tokens_after,
        str(grade or "unchanged"),
        cut.tokens_after,
        decoded,
        took,
        folded=cut.messages[0]["content"] if cut.tokens_saved else "",
        original=text,
    )


def _compressed(text: str, profile: str) -> CompressResult:
    """Compress as `headroom compress` does, but for the originals, which are kept in memory."""
    from headroom.compress import compress_document  # noqa: PLC0415 - only the demo compresses
    from headroom.core.document import TreeDocument  # noqa: PLC0415
    from headroom.engine.engine import Call, Engine  # noqa: PLC0415

    document = TreeDocument([{"role": "tool", "content": text}])
    options = {"profile": profile, "min_tokens": 0}
    return compress_document(document, Call("gpt-4o", "demo"), options, engine=Engine())


def _table(console: Console, rows: list[Row]) -> None:
    from rich import box  # noqa: PLC0415
    from rich.table import Table  # noqa: PLC0415

    table = Table(box=box.SIMPLE_HEAD if console.is_terminal else None, pad_edge=False)
    table.add_column("output")
    for name in ("tokens", "lossless", "saved"):
        table.add_column(name, justify="right")
    table.add_column("comes back")
    for name in ("default", "saved", "ms"):
        table.add_column(name, justify="right")
    measured = [row for row in rows if row.decoded is not None]
    for row in measured:
        verdict = row.grade if row.decoded else "NOT DECODED"
        table.add_row(
            row.title,
            f"{row.before:,}",
            f"{row.after:,}",
            f"{row.saved:.1f} %",
            verdict,
            f"{row.cut:,}",
            f"{row.saved_by_cutting:.1f} %",
            f"{row.milliseconds:.0f}",
            style=None if row.decoded else "bold red",
        )
    total = Row("all", *(sum(getattr(r, name) for r in rows) for name in ("before", "after")))
    total = replace(total, cut=sum(row.cut for row in rows))
    took = sum(row.milliseconds for row in rows)
    table.add_section()
    table.add_row(
        total.title,
        f"{total.before:,}",
        f"{total.after:,}",
        f"{total.saved:.1f} %",
        f"{sum(bool(row.decoded) for row in measured)} of {len(measured)}",
        f"{total.cut:,}",
        f"{total.saved_by_cutting:.1f} %",
        f"{took:.0f}",
        style="bold",
    )
    console.print(table)
    # In a cell of its own a reason would make every row of the table narrow.
    for row in rows:
        if row.missing:
            console.print(f"{row.title} is skipped: {row.missing}", style="dim", highlight=False)


def _excerpt(console: Console, row: Row) -> None:
    console.print(f"\n{row.title}, before:", style="bold", highlight=False)
    for line in row.original.split("\n")[:_EXCERPT]:
        console.print(f"  {line[:100]}", markup=False, highlight=False)
    console.print(f"{row.title}, after:", style="bold", highlight=False)
    for line in row.folded.split("\n")[: _EXCERPT + 1]:
        console.print(f"  {line[:140]}", markup=False, highlight=False)
