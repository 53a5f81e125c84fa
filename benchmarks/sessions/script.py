"""Sessions of agents as scripts: what each asked for, said, called and got; made up from a seed."""

from __future__ import annotations

import json
from dataclasses import dataclass
from random import Random
from typing import TYPE_CHECKING, Any

from benchmarks.corpus import generate
from benchmarks.corpus.toolchain import menu_on_page, row_on_page

if TYPE_CHECKING:
    from collections.abc import Iterator

_SYSTEM = (
    "You are an assistant who works with tools. Look before you act, say in a sentence what you do "
    "next, make one call at a time, and end with what you found and what you changed. "
)
_RULES = (
    "Rule {0}: before {1} is changed, say what will change and wait for a yes; never promise {2}; "
    "where the record says otherwise than the customer, the record counts. "
)


@dataclass(frozen=True, slots=True)
class Step:
    """A call of a tool, what was said before it, and what it brought."""

    said: str
    tool: str
    arguments: dict[str, Any]
    result: str


@dataclass(frozen=True, slots=True)
class Session:
    """A task and the steps in which an agent did it."""

    name: str
    system: str
    task: str
    tools: tuple[str, ...]
    steps: tuple[Step, ...]


def sessions() -> Iterator[Session]:
    """Yield the sessions: with a shell, with an editor, and with neither; short ones and long."""
    yield _fixing()
    yield _editing()
    yield _operating()
    yield _researching()
    yield _analysing()
    yield _browsing()
    for name, orders in (("service, short", 3), ("service", 9), ("service, long", 20)):
        yield _serving(name, orders)


def _shell(said: str, command: str, result: str) -> Step:
    return Step(said, "bash", {"command": command}, result)


def _fixing() -> Session:
    steps = [
        _shell("First, what is here.", "ls -R src tests", generate("find", 1_200)),
        _shell("What changed lately?", "git log --oneline | head -20", _commits(20)),
    ]
    for n in range(6):
        at = f"src/part_{n}.py"
        steps += [
            _shell(
                f"Run the tests of part {n}.",
                f"make test PART={n}",
                generate("pytest -v", 9_000, n),
            ),
            _shell("Who calls it?", f"grep -rn part_{n} src", generate("grep -rn", 5_000, n)),
            _shell("Read it.", f"cat {at}", generate("source", 6_000, n)),
            _shell("Change it.", f"sed -i 's/{n} <= size/{n} < size/' {at}", ""),
            _shell("See the change.", "git diff", generate("git diff", 2_500, n)),
        ]
    task = "Tests of six parts fail since last week. Find out why, and mend them."
    return Session("fix, with a shell", _SYSTEM, task, ("bash",), tuple(steps))


def _editing() -> Session:
    steps = [_shell("First, what is here.", "git ls-files", generate("find", 4_000, 3))]
    for n in range(7):
        path = f"src/module_{n}.ts"
        source = generate("source", 7_000, 10 + n)
        steps += [
            Step(f"Read {path}.", "read", {"path": path}, source),
            Step(
                "Rename it.", "edit", {"path": path, "old": f"old{n}", "new": f"new{n}"}, "Edited."
            ),
            _shell("Does it build?", "npm run build", generate("compiler warnings", 6_000, n)),
            Step("Look again.", "read", {"path": path}, source.replace("total", f"sum_{n}")),
        ]
    task = "Rename the totals in all modules, and make the build pass again."
    tools = ("bash", "edit", "read", "write")
    return Session("edit, with an editor", _SYSTEM, task, tools, tuple(steps))


def _operating() -> Session:
    steps = []
    for n, kind in enumerate(("application log", "docker ps", "JSON records", "access log") * 3):
        tool = ("query_logs", "list_containers", "get_metrics", "query_logs")[n % 4]
        arguments = {"service": f"shop-{n // 4}", "since": f"{n}h"}
        steps.append(Step("Look there next.", tool, arguments, generate(kind, 7_000, n)))
    task = "Orders have failed since noon. Which service is at fault, and since when?"
    tools = ("get_metrics", "list_containers", "query_logs")
    return Session("operate, without a shell", _SYSTEM, task, tools, tuple(steps))


def _researching() -> Session:
    steps = []
    for n in range(6):
        found = [
            {
                "path": f"page-{n}-{k}.html",
                "score": 90 - k,
                "snippet": generate("prose", 200, 9 * n + k),
            }
            for k in range(8)
        ]
        steps += [
            Step(
                "Search.",
                "search",
                {"query": f"limits of part {n}"},
                json.dumps({"results": found}),
            ),
            Step("Read it.", "fetch", {"path": f"page-{n}-0.html"}, generate("HTML", 12_000, n)),
        ]
    task = "Which limits do the parts have, and what happens beyond them?"
    return Session("research, without a shell", _SYSTEM, task, ("fetch", "search"), tuple(steps))


def _analysing() -> Session:
    steps = []
    for n in range(10):
        rows = generate("CSV" if n % 2 else "JSON records", 6_000, n)
        query = f"SELECT * FROM sales WHERE month = {n + 1}"
        steps.append(Step(f"Month {n + 1}.", "run_sql", {"query": query}, rows))
    task = "In which month did the margin fall, and for which products?"
    return Session("analyse, without a shell", _SYSTEM, task, ("run_sql",), tuple(steps))


def _browsing() -> Session:
    """Records of a panel are mended one after the other; each click brings the page again."""
    records = [[f"part-{n}", f"10.0.{n % 4}.{n}", "3600"] for n in range(24)]
    said = {"element": "the panel", "url": "http://panel.example/records"}
    steps = [Step("Open the panel.", "browser_navigate", said, _page(records))]
    for n in range(3, 24, 3):
        row = f"Edit button of {records[n][0]}"
        steps.append(
            Step("Open the next.", "browser_click", {"element": row}, _page(records, opened=n))
        )
        records[n][2] = "300"
        saved = {"element": "Save record"}
        steps.append(Step("Save it.", "browser_click", saved, _page(records, saved=n)))
    task = "Set the time to live of every third record of the panel to 300."
    tools = ("browser_click", "browser_navigate", "browser_type")
    return Session("browse, without a shell", _SYSTEM, task, tools, tuple(steps))


def _page(records: list[list[str]], opened: int | None = None, saved: int | None = None) -> str:
    """Return a page as Playwright's server shows it: a menu, a table, and what a click brought."""
    menu = ("Overview", "Domains", "Records", "Certificates", "Billing", "Support")
    out = ["- generic [active] [ref=e1]:", "  - banner [ref=e2]:", "    - list [ref=e3]:"]
    out += menu_on_page(menu, 20)
    out += [
        "  - main [ref=e4]:",
        '    - heading "Records" [level=1] [ref=e5]',
        "    - table [ref=e6]:",
    ]
    for n, cells in enumerate(records):
        out += row_on_page(100 + 10 * n, cells)
    if opened is not None:
        out += [
            '  - dialog "Edit record" [ref=e900]:',
            f'    - textbox "Time to live" [ref=e901]: {records[opened][2]}',
            '    - button "Save record" [ref=e902] [cursor=pointer]',
        ]
    if saved is not None:
        out.append(f"  - status [ref=e903]: Record {records[saved][0]} was saved.")
    return "\n".join(["### Page state", "- Page Title: Records", "```yaml", *out, "```"])


def _serving(name: str, orders: int) -> Session:
    things = ("orders", "addresses", "refunds", "bookings", "seats")
    rules = [_RULES.format(n, things[n % 5], things[n * 3 % 5]) for n in range(45)]
    random = Random(orders)
    steps = []
    for _ in range(orders):
        number = f"W{random.randrange(10**7):07}"
        steps.append(Step("I'll look it up.", "get_order", {"id": number}, _order(random, number)))
    task = "Hello, a lamp that I ordered came broken. I do not know which order it was in."
    tools = ("calculate", "cancel_order", "get_order", "get_user", "return_items")
    return Session(name, _SYSTEM + "".join(rules), task, tools, tuple(steps))


def _order(random: Random, number: str) -> str:
    names = ("lamp", "chair", "kettle", "clock", "shelf", "rug")
    items = [
        {
            "name": random.choice(names),
            "item_id": str(random.randrange(10**9, 10**10)),
            "price": random.randrange(500, 30_000) / 100,
            "options": {"colour": random.choice(("red", "grey")), "size": random.choice("SML")},
        }
        for _ in range(random.randrange(1, 9))
    ]
    address = {"street": f"{random.randrange(1, 99)} Elm Street", "city": "Springfield"}
    return json.dumps(
        {"order_id": number, "status": "delivered", "address": address, "items": items}
    )


def _commits(count: int) -> str:
    random = Random(5)
    return "\n".join(
        f"{random.randrange(16**7):07x} Change how part {n * 7 % 13} counts" for n in range(count)
    )
