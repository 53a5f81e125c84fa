"""Tool outputs of every kind, made up from a seed: the same seed gives the same text everywhere."""

from __future__ import annotations

import csv
import difflib
import io
import json
from random import Random
from typing import TYPE_CHECKING

from benchmarks.corpus.toolchain import TOOLCHAIN

if TYPE_CHECKING:
    from collections.abc import Callable

_NAMES = (
    "anna ben carla david elif farid greta hugo ines jonas kira liam mona nils olga pablo".split()
)
_NOUNS = "order invoice user session cache index worker queue token report batch shard".split()
_VERBS = "created updated deleted fetched queued flushed retried rejected merged split".split()
_FILES = "main config router handler schema client server worker report session".split()
_WORDS = (
    "the a of and to in is that for with as on this by it from are be or an not can have was which "
    "when where each other after before while because through between under system value request "
    "result memory answer question number thread context model reader writer column signal"
).split()


def _sentence(r: Random, low: int = 8, high: int = 20) -> str:
    words = [r.choice(_WORDS) for _ in range(r.randint(low, high))]
    return " ".join(words).capitalize() + "."


def _short(lines: list[str], size: int) -> bool:
    """Whether the lines have fewer characters than wanted, judged by their average so far."""
    sample = lines[:: max(1, len(lines) // 200)]
    return not lines or sum(map(len, sample)) * len(lines) < size * len(sample)


def _path(r: Random) -> str:
    return f"src/{r.choice(_NOUNS)}s/{r.choice(_FILES)}_{r.choice(_NOUNS)}.py"


def _clock(second: int) -> str:
    return f"{second // 3600 % 24:02}:{second // 60 % 60:02}:{second % 60:02}"


def json_records(r: Random, size: int) -> str:
    """A JSON array of records, two blanks of indentation."""
    items = [
        {
            "id": 10_000 + n,
            "name": f"{r.choice(_NAMES)}.{r.choice(_NOUNS)}",
            "status": r.choice(["active", "active", "active", "suspended"]),
            "score": round(r.random() * 100, 2),
            "tags": r.sample(_NOUNS, 2),
            "address": {"city": r.choice(["Oslo", "Bergen"]), "zip": str(r.randint(1000, 9999))},
            "note": None if r.random() < 0.7 else _sentence(r, 3, 8),
        }
        for n in range(max(2, size // 320))
    ]
    return json.dumps(items, indent=2)


def json_lines(r: Random, size: int) -> str:
    """JSON Lines, as structured loggers write them."""
    return "\n".join(
        json.dumps(
            {
                "time": f"2025-03-01T{_clock(n * 3)}Z",
                "level": r.choice(["info", "info", "info", "warn", "error"]),
                "logger": f"app.{r.choice(_NOUNS)}",
                "msg": f"{r.choice(_NOUNS)} {r.choice(_VERBS)}",
                "duration_ms": r.randint(1, 900),
                "request_id": f"{r.getrandbits(64):016x}",
            }
        )
        for n in range(max(2, size // 165))
    )


def json_nested(r: Random, size: int) -> str:
    """One deep JSON object, compact, like a description of a cluster's pods."""
    pods = [
        {
            "metadata": {
                "name": f"{r.choice(_NOUNS)}-{r.getrandbits(32):08x}",
                "namespace": "shop",
                "labels": {"app": r.choice(_NOUNS), "tier": "backend"},
            },
            "spec": {
                "containers": [
                    {"name": "main", "image": f"registry/{r.choice(_NOUNS)}:1.{r.randint(0, 9)}"}
                ]
            },
            "status": {
                "phase": r.choice(["Running", "Running", "Pending"]),
                "podIP": f"10.0.{r.randint(0, 255)}.{r.randint(1, 254)}",
            },
        }
        for _ in range(max(2, size // 280))
    ]
    return json.dumps({"apiVersion": "v1", "kind": "List", "items": pods}, separators=(",", ":"))


def log_syslog(r: Random, size: int) -> str:
    """A syslog with a few services and their repeating messages."""
    return "\n".join(
        f"Mar  1 {_clock(n * 2)} node-3 {r.choice(['kernel', 'sshd[812]', 'systemd[1]', 'cron[91]'])}: "
        f"{r.choice(_NOUNS)} {r.choice(_VERBS)} by uid={r.choice([0, 1000])} in {r.randint(1, 99)} ms"
        for n in range(max(2, size // 85))
    )


def log_app(r: Random, size: int) -> str:
    """An application's log with levels and now and then a stack trace."""
    lines: list[str] = []
    trace = ["Traceback (most recent call last):"]
    for n in range(6):
        trace += [
            f'  File "/srv/app/{_path(r)}", line {40 + n}, in handle_{n}',
            f"    return step_{n}(request)",
        ]
    trace.append("ValueError: bad token")
    second = 0
    while _short(lines, size):
        second += r.randint(0, 2)
        level = r.choice(["INFO", "INFO", "INFO", "WARNING", "ERROR"])
        lines.append(
            f"2025-03-01 {_clock(second)},{r.randint(0, 999):03} {level} app.{r.choice(_NOUNS)}: {r.choice(_NOUNS)} {r.randint(1, 9999)} {r.choice(_VERBS)}"
        )
        if level == "ERROR" and r.random() < 0.3:
            lines += trace
    return "\n".join(lines)


def log_access(r: Random, size: int) -> str:
    """A web server's access log in combined format."""
    agents = [
        f"Mozilla/5.0 (X11; Linux x86_64) Client/{n}.0 ({r.choice(_NOUNS)}; like Gecko)"
        for n in range(5)
    ]
    return "\n".join(
        f"10.0.{r.randint(0, 9)}.{r.randint(1, 254)} - - [01/Mar/2025:{_clock(n)} +0000] "
        f'"GET /{r.choice(_NOUNS)}/{r.randint(1, 999)} HTTP/1.1" {r.choice([200, 200, 304, 404, 500])} '
        f'{r.randint(100, 99999)} "-" "{r.choice(agents)}"'
        for n in range(max(2, size // 165))
    )


def tests_pytest(r: Random, size: int) -> str:
    """The output of `pytest -v`, with a failure."""
    total = max(20, size // 90)
    lines = ["=" * 30 + " test session starts " + "=" * 30]
    for n in range(total):
        left = f"tests/test_{_FILES[n * 10 // total]}.py::Test{_NOUNS[n * 10 // total].title()}::test_{r.choice(_VERBS)}_{r.choice(_NOUNS)}[{n}] "
        left += "FAILED" if n == total // 2 else "PASSED"
        lines.append(left + f"[{n * 100 // total:>3}%]".rjust(max(7, 110 - len(left))))
    return "\n".join(
        [*lines, "E   AssertionError: assert 3 == 4", f"1 failed, {total - 1} passed in 2.31s"]
    )


def tests_go(r: Random, size: int) -> str:
    """The output of `go test -v`."""
    lines: list[str] = []
    for n in range(max(3, size // 230)):
        root = f"Test{r.choice(_VERBS).title()}{r.choice(_NOUNS).title()}{n}"
        names = [root, *(f"{root}/{r.choice(_NOUNS)}_{k}" for k in range(r.randint(0, 3)))]
        lines += [f"=== RUN   {name}" for name in names]
        lines += [f"{'    ' * name.count('/')}--- PASS: {name} (0.00s)" for name in names]
    return "\n".join([*lines, "PASS", "ok  \texample.org/app\t0.412s"])


def search_grep(r: Random, size: int) -> str:
    """The output of `grep -rn`."""
    lines: list[str] = []
    while _short(lines, size):
        path, number = _path(r), 0
        for _ in range(r.randint(2, 12)):
            number += r.randint(1, 40)
            lines.append(
                f"{path}:{number}:    {r.choice(_NOUNS)} = {r.choice(_VERBS)}({r.choice(_NOUNS)})"
            )
    return "\n".join(lines)


def listing_find(r: Random, size: int) -> str:
    """The output of `find`."""
    folders = sorted({f"./packages/{r.choice(_NOUNS)}/src/{r.choice(_FILES)}" for _ in range(40)})
    return "\n".join(
        f"{folder}/{r.choice(_NOUNS)}_{n}.ts"
        for folder in folders
        for n in range(max(1, size // 1700))
    )


def columns_ps(r: Random, size: int) -> str:
    """The output of `ps aux`."""
    rows = ["USER         PID %CPU %MEM    VSZ   RSS TTY      STAT START   TIME COMMAND"]
    rows += [
        f"{r.choice(['root', 'www-data', 'app']):<10}{n + 100:>6}{r.random() * 9:>5.1f}{r.random():>5.1f}"
        f"{r.randint(1000, 99999):>7}{r.randint(100, 9999):>6} ?        {r.choice(['Ss', 'S ', 'Sl'])}   10:0{r.randint(0, 9)}"
        f"   0:0{r.randint(0, 9)} /usr/bin/{r.choice(_NOUNS)} --{r.choice(_VERBS)}"
        for n in range(max(6, size // 95))
    ]
    return "\n".join(rows)


def table_csv(r: Random, size: int) -> str:
    """A CSV file."""
    out = io.StringIO()
    writer = csv.writer(out, lineterminator="\n")
    writer.writerow(["date", "station", "country", "temperature", "wind", "remark"])
    for n in range(max(4, size // 55)):
        writer.writerow(
            [
                f"2025-03-{n // 24 % 28 + 1:02}",
                f"S{n // 50:03}",
                "Norway",
                round(r.random() * 20, 1),
                r.randint(0, 30),
                r.choice(["", "calm", "storm, heavy"]),
            ]
        )
    return out.getvalue()


def table_markdown(r: Random, size: int) -> str:
    """A Markdown table with padded cells."""
    rows = [
        [r.choice(_NOUNS), r.choice(_VERBS), str(r.randint(1, 9999)), _sentence(r, 2, 5)]
        for _ in range(max(4, size // 70))
    ]
    rows.insert(0, ["what", "how", "count", "remark"])
    widths = [max(len(row[at]) for row in rows) for at in range(4)]
    lines = [
        "| " + " | ".join(cell.ljust(w) for cell, w in zip(row, widths, strict=True)) + " |"
        for row in rows
    ]
    return "\n".join([lines[0], "|" + "|".join("-" * (w + 2) for w in widths) + "|", *lines[1:]])


def source_code(r: Random, size: int) -> str:
    """A Python module."""
    out = ["import json", "import logging", "", "log = logging.getLogger(__name__)", ""]
    while _short(out, size):
        name, noun = f"{r.choice(_VERBS)}_{r.choice(_NOUNS)}_{len(out)}", r.choice(_NOUNS)
        out += [
            "",
            f"def {name}({noun}, limit={r.randint(1, 99)}):",
            f'    """{_sentence(r, 4, 9)}"""',
            f"    if not {noun}:",
            "        return None",
            f"    for item in {noun}[:limit]:",
            f'        log.info("{r.choice(_VERBS)} %s", item)',
            f"    return json.dumps({noun})",
            "",
        ]
    return "\n".join(out)


def source_numbered(r: Random, size: int) -> str:
    """The same with line numbers, as `cat -n` prints it."""
    lines = source_code(r, size * 4 // 5).split("\n")
    return "\n".join(f"{n:>6}\t{line}" for n, line in enumerate(lines, 1))


def diff_git(r: Random, size: int) -> str:
    """The output of `git diff` over a few files."""
    out: list[str] = []
    while _short(out, size):
        path, before = _path(r), source_code(r, 4000).split("\n")
        after = list(before)
        for _ in range(6):
            at = r.randrange(len(after))
            after[at : at + r.randint(0, 2)] = [
                f"    {r.choice(_NOUNS)} = {r.choice(_VERBS)}()" for _ in range(r.randint(0, 3))
            ]
        out += [
            f"diff --git a/{path} b/{path}",
            f"index {r.getrandbits(28):07x}..{r.getrandbits(28):07x} 100644",
        ]
        out += difflib.unified_diff(before, after, f"a/{path}", f"b/{path}", lineterm="")
    return "\n".join(out)


def page_html(r: Random, size: int) -> str:
    """A web page with navigation, links and paragraphs."""
    nav = [
        f'  <li class="nav-item"><a class="nav-link reference internal" href="/docs/{n}.html" title="{n}">{n}</a></li>'
        for n in _NOUNS
    ]
    out = ["<!DOCTYPE html>", '<html lang="en">', "<body>", "<ul>", *nav, "</ul>"]
    while _short(out, size):
        links = f'<a class="reference internal" href="#{r.choice(_NOUNS)}">{r.choice(_NOUNS)}</a>'
        out += [
            '<div class="section">',
            f"<h2>{_sentence(r, 2, 4)}</h2>",
            f"<p>{_sentence(r)} {links} {_sentence(r)}</p>",
            "</div>",
        ]
    return "\n".join([*out, "<ul>", *nav, "</ul>", "</body>", "</html>"])


def prose(r: Random, size: int) -> str:
    """Paragraphs of sentences; nothing in them repeats."""
    out: list[str] = []
    while _short(out, size):
        out.append(" ".join(_sentence(r) for _ in range(r.randint(3, 6))))
    return "\n\n".join(out)


def mixed(r: Random, size: int) -> str:
    """What a shell session prints: a log, a search, a listing and JSON, one after the other."""
    return "\n".join(
        make(r, size // 4) for make in (log_app, search_grep, columns_ps, json_records)
    )


KINDS: dict[str, Callable[[Random, int], str]] = {
    "JSON records": json_records,
    "JSON lines": json_lines,
    "JSON nested": json_nested,
    "syslog": log_syslog,
    "application log": log_app,
    "access log": log_access,
    "pytest -v": tests_pytest,
    "go test -v": tests_go,
    "grep -rn": search_grep,
    "find": listing_find,
    "ps aux": columns_ps,
    "CSV": table_csv,
    "Markdown table": table_markdown,
    "source": source_code,
    "source, numbered": source_numbered,
    "git diff": diff_git,
    "HTML": page_html,
    "prose": prose,
    "mixed": mixed,
    **TOOLCHAIN,
}


def generate(kind: str, size: int, seed: int = 7) -> str:
    """Return a text of about `size` characters of that kind.

    Raises:
        KeyError: there is no such kind.
    """
    return KINDS[kind](Random(f"{kind}/{seed}"), size)
