"""More tool outputs made up from a seed: compilers, searches with context, containers, commits."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence
    from random import Random

_PARTS = "parser lexer buffer socket thread config render packet storage codec".split()
_ACTS = "open close flush parse encode resize attach release".split()
_AUTHORS = ("Greta Holm <greta@example.org>", "Jonas Vik <jonas@example.org>")
_TOPICS = (
    "Handle an empty answer",
    "Keep the order of the fields",
    "Say which file is missing",
    "Drop a copy that nobody reads",
)


def _fill(size: int, make: Callable[[int], list[str]]) -> str:
    """Return the lines of `make(0)`, `make(1)`, ... up to about `size` characters."""
    lines: list[str] = []
    length = n = 0
    while length < size:
        fresh = make(n)
        lines += fresh
        length += sum(map(len, fresh)) + len(fresh)
        n += 1
    return "\n".join(lines)


def compiler_warnings(r: Random, size: int) -> str:
    """The warnings of a C compiler, each with its source line and caret."""

    def warning(_: int) -> list[str]:
        name, line = f"{r.choice(_ACTS)}_{r.choice(_PARTS)}", r.randint(10, 900)
        return [
            f"src/{r.choice(_PARTS)}.c:{line}:12: warning: unused variable '{name}' [-Wunused-variable]",
            f"{line:>5} |     size_t {name} = 0;",
            f"      |            ^{'~' * (len(name) - 1)}",
        ]

    return _fill(size, warning)


def search_heading(r: Random, size: int) -> str:
    """The output of `rg --heading -n`: a path, then its numbered hits."""

    def file(n: int) -> list[str]:
        path = f"lib/{r.choice(_PARTS)}/{r.choice(_ACTS)}_{n}.ts"
        numbers = sorted(r.sample(range(1, 600), r.randint(2, 7)))
        hits = [f"{k}:  await {r.choice(_ACTS)}({r.choice(_PARTS)}, {k});" for k in numbers]
        return [path, *hits, ""]

    return _fill(size, file)


def search_context(r: Random, size: int) -> str:
    """The output of `grep -rn -C 2`: hits with lines around them, groups apart by `--`."""

    def group(_: int) -> list[str]:
        path, at = f"lib/{r.choice(_PARTS)}/{r.choice(_ACTS)}.py", r.randint(3, 800)
        around = [
            f"{path}{':' if k == 2 else '-'}{at + k}{':' if k == 2 else '-'}    {r.choice(_ACTS)}({r.choice(_PARTS)})"
            for k in range(5)
        ]
        return [*around, "--"]

    return _fill(size, group)


def columns_docker(r: Random, size: int) -> str:
    """The output of `docker ps`."""
    head = f"{'CONTAINER ID':<15}{'IMAGE':<26}{'COMMAND':<25}{'CREATED':<15}{'STATUS':<16}{'PORTS':<25}NAMES"

    command = '"docker-entrypoint.s…"'

    def row(n: int) -> list[str]:
        image = f"registry.local/{r.choice(_PARTS)}:{r.randint(1, 4)}"
        up, port = f"Up {r.randint(2, 59)} minutes", f"0.0.0.0:{8000 + n}->80/tcp"
        line = (
            f"{r.getrandbits(48):012x}   {image:<26}{command:<25}{'2 hours ago':<15}"
            f"{up:<16}{port:<25}{r.choice(_PARTS)}-{n}"
        )
        return [line]

    return head + "\n" + _fill(size, row)


def table_tsv(r: Random, size: int) -> str:
    """A table with tabs between its cells."""
    return "sample\tbatch\tstate\treading\n" + _fill(
        size,
        lambda n: [
            f"N{n:05}\tbatch-{n // 40}\t{r.choice(['ok', 'ok', 'drift'])}\t{r.random() * 9:.3f}"
        ],
    )


def table_boxed(r: Random, size: int) -> str:
    """A table as DuckDB draws it."""
    names = ("part", "state", "count", "mean_ms")
    rows = [
        (
            f"{r.choice(_PARTS)}-{n}",
            r.choice(["ok", "ok", "drift"]),
            str(r.randint(1, 90_000)),
            f"{r.random() * 90:.4f}",
        )
        for n in range(max(2, size // 60))
    ]
    widths = [max(map(len, column)) for column in zip(names, *rows, strict=True)]

    def frame(signs: str) -> str:
        return signs[0] + signs[1].join("─" * (width + 2) for width in widths) + signs[2]

    head = [f"{name:^{width}}" for name, width in zip(names, widths, strict=True)]
    body = [
        [
            f"{cell:<{width}}" if at < 2 else f"{cell:>{width}}"
            for at, (cell, width) in enumerate(zip(row, widths, strict=True))
        ]
        for row in rows
    ]
    lines = [f"│ {' │ '.join(cells)} │" for cells in (head, *body)]
    return "\n".join([frame("┌┬┐"), lines[0], frame("├┼┤"), *lines[1:], frame("└┴┘")])


def menu_on_page(names: Sequence[str], handle: int) -> list[str]:
    """Return a list of links as Playwright's server shows it; the handles of these from one on."""
    return [
        line
        for n, name in enumerate(names)
        for line in (
            f"      - listitem [ref=e{10 + n}]:",
            f'        - link "{name}" [ref=e{handle + n}] [cursor=pointer]:',
            f"          - /url: /{name.lower()}",
        )
    ]


def row_on_page(handle: int, cells: Sequence[str]) -> list[str]:
    """Return a row of three cells and two buttons as Playwright's server shows it."""
    return [
        f'      - row "{" ".join(cells)} Edit Delete" [ref=e{handle}]:',
        *(f'        - cell "{cell}" [ref=e{handle + k}]' for k, cell in enumerate(cells, 1)),
        f'        - cell "Edit Delete" [ref=e{handle + 4}]:',
        f'          - button "Edit" [ref=e{handle + 5}] [cursor=pointer]',
        f'          - button "Delete" [ref=e{handle + 6}] [cursor=pointer]',
    ]


def page_snapshot(r: Random, size: int) -> str:
    """A page as Playwright's server shows it to an agent: a menu, and a table with buttons."""
    head = [
        "- generic [active] [ref=e1]:",
        "  - banner [ref=e2]:",
        "    - list [ref=e3]:",
        *menu_on_page(_PARTS, 30),
        "  - main [ref=e4]:",
        '    - searchbox "Find a part" [ref=e5]',
        "    - table [ref=e6]:",
    ]

    def row(n: int) -> list[str]:
        part, at = f"{r.choice(_PARTS)}-{n}", 100 + 10 * n
        cells = (part, f"{r.randint(1, 900)} ms", r.choice(["ok", "ok", "drift"]))
        return row_on_page(at, cells)

    return "\n".join(head) + "\n" + _fill(size, row)


def commits_git(r: Random, size: int) -> str:
    """The output of `git log --stat`."""

    def commit(n: int) -> list[str]:
        paths = sorted(f"src/{part}/{r.choice(_ACTS)}.rs" for part in r.sample(_PARTS, 2))
        stats = [f" {path:<26} | {r.randint(1, 9):>2} {'+' * r.randint(1, 6)}-" for path in paths]
        return [
            f"commit {r.getrandbits(160):040x}",
            f"Author: {r.choice(_AUTHORS)}",
            f"Date:   Mon Mar {n % 28 + 1} 10:{r.randint(10, 59)}:00 2025 +0100",
            "",
            f"    {r.choice(_TOPICS)} in {r.choice(_PARTS)}",
            "",
            *stats,
            f" {len(paths)} files changed, {r.randint(2, 30)} insertions(+), {len(paths)} deletions(-)",
            "",
        ]

    return _fill(size, commit)


def traces_python(r: Random, size: int) -> str:
    """Tracebacks of a few callers that end in a few errors."""
    frames = [
        [
            f'  File "/srv/app/{part}.py", line {r.randint(10, 400)}, in {act}',
            f"    return {part}.{act}(request, retry=False)",
        ]
        for part in _PARTS
        for act in _ACTS[:3]
    ]

    def trace(_: int) -> list[str]:
        called = [line for frame in r.sample(frames, 6) for line in frame]
        ends = [
            f"KeyError: '{r.choice(_PARTS)}'",
            f"TimeoutError: no answer in {r.randint(1, 60)} s",
        ]
        return ["Traceback (most recent call last):", *called, r.choice(ends), ""]

    return _fill(size, trace)


TOOLCHAIN: dict[str, Callable[[Random, int], str]] = {
    "compiler warnings": compiler_warnings,
    "rg --heading": search_heading,
    "grep -C 2": search_context,
    "docker ps": columns_docker,
    "TSV": table_tsv,
    "git log --stat": commits_git,
    "tracebacks": traces_python,
    "DuckDB": table_boxed,
    "page snapshot": page_snapshot,
}
