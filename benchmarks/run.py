"""Measure everything that the README states.

python -m benchmarks.run [--json FILE] [--readme README.md] [--quick] [--only KIND] [--wheels]
"""

from __future__ import annotations

import argparse
import json
import os
import platform
import sys
from pathlib import Path
from typing import TYPE_CHECKING, Any

from rich.console import Console
from rich.progress import Progress, TextColumn

from benchmarks import measure
from benchmarks.corpus import KINDS
from benchmarks.retrieval import retrieval

if TYPE_CHECKING:
    from collections.abc import Callable

BEGIN, END = "<!-- benchmarks:begin -->", "<!-- benchmarks:end -->"


def run(*, quick: bool, only: str | None = None, wheels: bool = False) -> dict[str, Any]:
    """Return all figures; `quick` uses small texts and few rounds, `only` measures one kind."""
    size, rounds = (10_000, 3) if quick else (100_000, 20)
    kinds = tuple(KINDS) if only is None else (only,)
    growing = {} if only is None else {"kinds": kinds}
    largest = 100_000 if quick else 10_000_000
    errors = Console(stderr=True)
    figures: dict[str, Any] = {
        "machine": {
            "python": platform.python_version(),
            "cpus": os.cpu_count(),
            "system": platform.system(),
        }
    }
    steps: dict[str, Callable[[], Any]] = {
        "savings": lambda: list(measure.savings(size, with_real=only is None, kinds=kinds)),
        "speed": lambda: list(measure.speed(size, rounds, kinds)),
        "growth": lambda: list(measure.growth(largest, **growing)),
        "history": measure.history,
        "retrieval": lambda: retrieval(size, kinds),
        "startup": lambda: measure.startup(7 if quick else 11),
    }
    if wheels:
        steps["wheels"] = measure.wheels
    with Progress(
        TextColumn("{task.description}"),
        *Progress.get_default_columns()[1:],
        console=errors,
        transient=True,
        disable=not errors.is_terminal,
    ) as bar:
        task = bar.add_task("measuring", total=len(steps))
        for name, step in steps.items():
            bar.update(task, description=name)
            figures[name] = step()
            bar.advance(task)
    figures["summary"] = measure.summary(figures["savings"])
    return figures


def markdown(figures: dict[str, Any]) -> str:
    """Return the tables for the README."""
    speed = {row["kind"]: row for row in figures["speed"]}
    lines = [
        "| output | tokens | lossless | saved | comes back | default | saved | ms per 100 kB | lossless ms | times zlib |",
        "|---|---:|---:|---:|---|---:|---:|---:|---:|---:|",
    ]
    for row in figures["savings"]:
        title = row["kind"] if row["origin"] == "generated" else f"{row['kind']} (real)"
        back = row["grade"] if row["decoded"] and row["cut_decoded"] else "NO"
        took = _took(speed.get(row["kind"]) if row["origin"] == "generated" else None)
        lines.append(
            f"| {title} | {row['tokens_before']:,} | {row['tokens_after']:,} | {row['saved']:.1%} | {back} "
            f"| {row['cut_after']:,} | {row['cut_saved']:.1%} | {took} |"
        )
    asked = figures["retrieval"]
    past, start, total = figures["history"], figures["startup"], figures["summary"]
    grades = ", ".join(f"{count} {grade}" for grade, count in total["grades"].items())
    worst = max(row["worst_ratio_per_10x"] or 0 for row in figures["growth"])
    lines += [
        "",
        f"Of {total['texts']} texts: {grades}. All tokens together: {total['saved']:.1%} saved "
        f"losslessly, {total['cut_saved']:.1%} by default. "
        f"Ten times the input costs at most {worst:.1f} times the time. A request with {past['messages']} messages seen "
        f"before costs {past['ms_beyond_reading']:.1f} ms beyond reading them. Of {asked['facts']:,} facts that "
        f"`balanced` and `aggressive` left out, {asked['brought_back']:.1%} come back with a question that names "
        f"them, in {asked['most_tokens']} tokens at most; {asked['identical']} of {asked['originals']} originals come back "
        f"byte for byte. `import headroom` costs "
        f"{start['import_ms_over_python']:.0f} ms over bare Python, `headroom --version` takes {start['version_ms']:.0f} ms. "
        f"Python {figures['machine']['python']}, {figures['machine']['cpus']} cores.",
    ]
    return "\n".join(lines)


def _took(row: dict[str, Any] | None) -> str:
    if row is None:
        return " | | "
    return f"{row['ms_per_100k']:.1f} | {row['lossless_ms_per_100k']:.1f} | {row['times_zlib']:.1f}"


def into_readme(path: Path, table: str) -> bool:
    """Put the tables between the marks of a README; return whether the marks are there."""
    text = path.read_text("utf-8")
    if BEGIN not in text or END not in text:
        return False
    head, _, rest = text.partition(BEGIN)
    _, _, tail = rest.partition(END)
    path.write_text(f"{head}{BEGIN}\n{table}\n{END}{tail}", "utf-8")
    return True


def main(argv: list[str] | None = None) -> int:
    """Run the benchmarks; the exit status is 1 if a text did not come back."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--json", type=Path, help="write all figures there")
    parser.add_argument("--readme", type=Path, help="put the tables between the marks of this file")
    parser.add_argument("--quick", action="store_true", help="small texts, few rounds")
    parser.add_argument("--only", choices=KINDS, metavar="KIND", help="measure one kind")
    parser.add_argument("--wheels", action="store_true", help="also fetch and weigh the wheels")
    args = parser.parse_args(argv)
    figures = run(quick=args.quick, only=args.only, wheels=args.wheels)
    table = markdown(figures)
    print(table)
    if args.json:
        args.json.write_text(json.dumps(figures, indent=2) + "\n", "utf-8")
    if args.readme and not into_readme(args.readme, table):
        print(f"{args.readme} has no {BEGIN} ... {END}; left as it is", file=sys.stderr)
    return 1 if figures["summary"]["not_decoded"] else 0


if __name__ == "__main__":
    sys.exit(main())
