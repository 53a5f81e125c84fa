"""The task that every agent gets: its files, its prompt, and what the model does turn by turn.

The model runs a build with a long output, asks for a report, reads a file, fetches a detail of the
build that was left out, if it was, corrects the file and checks it.
"""

from __future__ import annotations

import hashlib
import json
import re
from dataclasses import dataclass
from typing import TYPE_CHECKING

from benchmarks.e2e import tool
from benchmarks.e2e.view import Call, Turn, View, digest

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

PROMPT = "Build this project with `sh build.sh`, correct what is wrong in totals.py, and check it."
TITLE = "A wrong total"
DONE = "The total is right now."
WRONG = "        total += entry.price * entry.count - 1"
RIGHT = "        total += entry.price * entry.count"
BUNDLES, WANTED = 104, 42
_REF = re.compile(
    r"(?P<shell>(?:[\w./-]+ -m )?[\w./-]*headroom) retrieve (?P<ref>\w+)"
    r"|headroom_retrieve\(\\*\"(?P<asked>\w+)"
)
_BLOCK = """totals.py
```python
<<<<<<< SEARCH
{old}
=======
{new}
>>>>>>> REPLACE
```
"""


def checksum(bundle: int) -> str:
    """Return the fact that a build prints of a bundle."""
    return hashlib.sha256(f"bundle {bundle}".encode()).hexdigest()[:12]


FACT = checksum(WANTED)


def files() -> dict[str, str]:
    """Return the project: names and contents."""
    build = [
        f"[{9 + n // 60:02}:{n % 60:02}:07] packed bundle-{n:03} ({n * 37 % 900 + 100} kB) checksum {checksum(n)}"
        for n in range(BUNDLES)
    ]
    build.insert(70, "[10:10:30] ERROR totals.py:14: running_total() returned 41, expected 42")
    build.append(f"[11:00:00] build finished: {BUNDLES} bundles, 1 error")
    report = [
        {
            "id": n,
            "bundle": f"bundle-{n:03}",
            "status": "packed",
            "owner": f"team-{n % 7}",
            "size": n * 37 % 900 + 100,
        }
        for n in range(100)
    ]
    return {
        "totals.py": _source(),
        "build.sh": "cat <<'END'\n" + "\n".join(build) + "\nEND\n",
        "report.sh": "cat <<'END'\n" + json.dumps(report, indent=1) + "\nEND\n",
        "check.sh": f"if grep -q 'entry.count - 1' totals.py; then echo wrong; exit 1; fi\n"
        f"for n in $(seq 1 60); do echo \"test_case_$n (tests.test_totals.Totals) ... ok\"; done\necho '{DONE}'\n",
    }


def _source() -> str:
    """Return a module that is long enough to be shortened, were it not about to be edited."""
    names = "mean spread middle lowest highest median_price first_price last_price".split()
    others = "".join(
        f"\n\ndef {name}_of_{part}(entries: list[Entry], *, rounded: bool = False) -> float:\n"
        f'    """Return the {name} of the {part} prices, in cents."""\n'
        f"    prices = sorted(entry.price for entry in entries if entry.count > {number})\n"
        f"    value = {name}(prices) if prices else 0.0\n"
        f"    return round(value, {number}) if rounded else value\n"
        for number, name in enumerate(names)
        for part in ("open", "paid")
    )
    return (
        '"""Totals of an order."""\n\nfrom dataclasses import dataclass\n\n\n@dataclass\nclass Entry:\n'
        "    price: int\n    count: int\n\n\ndef running_total(entries: list[Entry]) -> int:\n"
        f"    total = 0\n    for entry in entries:\n{WRONG}\n    return total\n{others}"
    )


@dataclass(frozen=True)
class Task:
    """The task in one folder."""

    folder: Path

    def prepare(self) -> None:
        """Write the project."""
        self.folder.mkdir(parents=True, exist_ok=True)
        for name, text in files().items():
            (self.folder / name).write_text(text, "utf-8")

    def corrected(self) -> bool:
        """Say whether totals.py is exactly as it should be."""
        text = (self.folder / "totals.py").read_text("utf-8")
        return text == files()["totals.py"].replace(WRONG, RIGHT)

    def turn(self, view: View) -> Turn:
        """Return the model's next turn: what follows from the request alone."""
        ident = digest([view.model, view.pieces])
        if view.schema is not None:
            return Turn(ident, view.model, json.dumps(tool.filled(view.schema, {})))
        if not view.tools:
            return Turn(ident, view.model, self._without_tools(view))
        results = view.results(PROMPT)
        call = self._call(view, results, ident) if view.said(PROMPT) else None
        text = f"I call {call.tool.name}." if call else DONE
        return Turn(ident, view.model, text, [call] if call else [])

    def _without_tools(self, view: View) -> str:
        """Return an edit as a text where the prompt asks for that, else a title."""
        asked = view.said(PROMPT) and any("SEARCH/REPLACE" in each for each in view.pieces)
        old = WRONG if view.said(WRONG) else "the file is not in the request"
        return _BLOCK.format(old=old, new=RIGHT) if asked else TITLE

    def _call(self, view: View, results: list[str], ident: str) -> Call | None:
        tools, path = view.tools, str(self.folder / "totals.py")
        mark = marked(results)
        steps: list[Callable[[], Call | None]] = [
            lambda: tool.shell(tools, "sh build.sh", ident),
            lambda: tool.shell(tools, "sh report.sh", ident),
            lambda: tool.read(tools, path, ident),
            *([lambda: self._retrieval(view, mark, ident)] if mark else []),
            lambda: tool.edit(tools, tool.Edit(path, seen(results[2]), RIGHT), ident),
            lambda: tool.shell(tools, "sh check.sh", ident),
            lambda: tool.finish(tools, DONE, ident),
        ]
        return steps[len(results)]() if len(results) < len(steps) else None

    def _retrieval(self, view: View, mark: re.Match[str], ident: str) -> Call | None:
        query = f"bundle-{WANTED:03}"
        if mark["asked"]:
            return tool.retrieve(view.tools, mark["asked"], query, ident)
        return tool.shell(
            view.tools, f"{mark['shell']} retrieve {mark['ref']} --query {query}", ident
        )


def marked(results: list[str]) -> re.Match[str] | None:
    """Return how a text says that what it left out of the build can be fetched."""
    return next(
        (found for text in results[:1] if FACT not in text and (found := _REF.search(text))), None
    )


def seen(text: str) -> str:
    """Return the wrong line as the model was shown it, or a line that is in no file."""
    return WRONG if WRONG in text else "the line is not in what was read"


def whole(text: str) -> bool:
    """Say whether a text holds all lines of the file that is edited, in JSON or not."""
    lines = files()["totals.py"].splitlines()
    return all(
        line in text or json.dumps(line)[1:-1] in text.replace("\\\\", "\\") for line in lines
    )
