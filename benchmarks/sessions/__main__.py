"""Replay sessions of agents through the proxy and direct, and price both.

python -m benchmarks.sessions [--json FILE] [--profile balanced] [--beside COMMAND]

Each turn of a session is one request with the history up to it, as an agent sends it: to Anthropic
with a breakpoint behind the newest block, to OpenAI as it is. What must hold: nothing that went out
once goes out in another form, and no session costs more than direct, but for one without a shell
that is too short for anything to be left out, by the tool that the proxy offers it. The exit status
is 1 if that does not hold. `--beside` names the command of another proxy, whose bill then stands
beside.

The sessions are made up, and fold better than most real output: they show that nothing gets dearer
and what kinds of sessions gain, not what a bill will say.
"""

from __future__ import annotations

import argparse
import json
import sys
import tempfile
from pathlib import Path
from typing import TYPE_CHECKING, Any

from rich.console import Console
from rich.table import Table

from benchmarks.sessions.provider import Bill, Provider
from benchmarks.sessions.script import Session, sessions
from benchmarks.standin import Beside, Client, Proxy
from headroom.proxy.money.price import price_of

if TYPE_CHECKING:
    from collections.abc import Iterator

_MODELS = {"chat": "gpt-5", "anthropic": "claude-sonnet-4-5"}
_PATHS = {"chat": "/v1/chat/completions", "anthropic": "/v1/messages"}
_TOOL = 150
"""Tokens of the tool that is offered, at the most."""
_SCHEMA = {"type": "object", "properties": {"query": {"type": "string"}}}


def messages(session: Session, wire: str) -> list[dict[str, Any]]:
    """Return a whole session as messages of a wire; the assistant's are what the model answers."""
    claude = wire == "anthropic"
    out: list[dict[str, Any]] = [_said("user", session.task, claude=claude)]
    for n, step in enumerate(session.steps):
        if claude:
            call = {
                "type": "tool_use",
                "id": f"toolu_{n}",
                "name": step.tool,
                "input": step.arguments,
            }
            out.append(
                {"role": "assistant", "content": [{"type": "text", "text": step.said}, call]}
            )
            result = {"type": "tool_result", "tool_use_id": f"toolu_{n}", "content": step.result}
            out.append({"role": "user", "content": [result]})
        else:
            function = {"name": step.tool, "arguments": json.dumps(step.arguments)}
            calls = [{"id": f"call_{n}", "type": "function", "function": function}]
            out.append({"role": "assistant", "content": step.said, "tool_calls": calls})
            out.append({"role": "tool", "tool_call_id": f"call_{n}", "content": step.result})
    return [*out, _said("assistant", "That is done.", claude=claude)]


def _said(role: str, text: str, *, claude: bool) -> dict[str, Any]:
    return {"role": role, "content": [{"type": "text", "text": text}] if claude else text}


def requests(session: Session, wire: str, name: str) -> Iterator[bytes]:
    """Yield the requests of a session, each as an agent would write it."""
    told = messages(session, wire)
    body: dict[str, Any] = {"model": _MODELS[wire]}
    for at, message in enumerate(told):
        if message["role"] != "assistant":
            continue
        history: list[dict[str, Any]] = json.loads(json.dumps(told[:at]))
        if wire == "anthropic":
            mark = {"cache_control": {"type": "ephemeral"}}
            history[-1]["content"][-1] |= mark
            body |= {"max_tokens": 1_000, "metadata": {"user_id": name}, "messages": history}
            body["system"] = [{"type": "text", "text": session.system, **mark}]
            body["tools"] = [{"name": each, "input_schema": _SCHEMA} for each in session.tools]
        else:
            system = {"role": "system", "content": session.system}
            body |= {"user": name, "messages": [system, *history]}
            functions = [{"name": each, "parameters": _SCHEMA} for each in session.tools]
            body["tools"] = [{"type": "function", "function": each} for each in functions]
        yield json.dumps(body).encode()


def replay(provider: Provider, port: int) -> dict[str, Bill]:
    """Send all sessions to a port on this machine, and return what the provider billed."""
    provider.bills.clear()
    client = Client(port)
    for session in sessions():
        for wire in _MODELS:
            for raw in requests(session, wire, f"{session.name}|{wire}"):
                client.post(_PATHS[wire], raw)
    client.close()
    return dict(provider.bills)


def rows(direct: dict[str, Bill], through: dict[str, Bill]) -> list[dict[str, Any]]:
    """Return a row for each session, and one for all of them together."""
    out: list[dict[str, Any]] = []
    for name, bill in direct.items():
        ours = through.get(name, Bill())
        session, _, wire = name.partition("|")
        out.append(
            {
                "session": session,
                "wire": wire,
                "requests": bill.requests,
                "direct": round(bill.cost),
                "through": round(ours.cost),
                "saved": round(1 - ours.cost / bill.cost, 4),
                "tokens_saved": round(1 - ours.tokens / bill.tokens, 4),
                "changed": ours.changed,
                "missing": bill.requests - ours.requests,
            }
        )
    sums = {
        key: sum(row[key] for row in out)
        for key in ("requests", "direct", "through", "changed", "missing")
    }
    tokens = sum(b.tokens for b in through.values()) / sum(b.tokens for b in direct.values())
    total = {"session": "all", "wire": "", **sums, "tokens_saved": round(1 - tokens, 4)}
    return [*out, {**total, "saved": round(1 - sums["through"] / sums["direct"], 4)}]


def _is_dearer(row: dict[str, Any]) -> bool:
    """Whether a session cost more than direct by more than our tool in each of its requests."""
    price = price_of(_MODELS[row["wire"]])
    tool = _TOOL * (price.write_5m + price.read * row["requests"])
    return bool(row["through"] - row["direct"] > tool)


def show(found: list[dict[str, Any]]) -> None:
    """Print the rows as a table."""
    table = Table(box=None, pad_edge=False)
    for column in ("session", "wire", "requests", "direct", "through", "saved", "tokens"):
        table.add_column(column, justify="left" if column in ("session", "wire") else "right")
    for row in found:
        figures = (row["requests"], row["direct"], row["through"])
        shares = (f"{row['saved']:.1%}", f"{row['tokens_saved']:.1%}")
        table.add_row(row["session"], row["wire"], *(f"{each:,}" for each in figures), *shares)
    Console().print(table)


def main(arguments: list[str] | None = None) -> int:
    """Run it; see the text above."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").splitlines()[0])
    parser.add_argument("--json", type=Path, help="write all figures there")
    parser.add_argument("--profile", default="balanced")
    parser.add_argument("--beside", help="another proxy, with {port} and {upstream}")
    asked = parser.parse_args(arguments)
    answers = {
        f"{session.name}|{wire}": [m for m in messages(session, wire) if m["role"] == "assistant"]
        for session in sessions()
        for wire in _MODELS
    }
    with Provider(answers) as provider, tempfile.TemporaryDirectory() as folder:
        direct = replay(provider, provider.port)
        with Proxy(provider.port, Path(folder), profile=asked.profile) as proxy:
            found = rows(direct, replay(provider, proxy.port))
        show(found)
        report: dict[str, Any] = {"sessions": found}
        if asked.beside:
            with Beside(asked.beside, provider.port) as other:
                report["beside"] = rows(direct, replay(provider, other.port))
            show(report["beside"])
    if asked.json:
        asked.json.write_text(json.dumps(report, indent=1), "utf-8")
    *each, _ = found
    wrong = [row for row in each if _is_dearer(row) or row["changed"] or row["missing"]]
    for row in wrong:
        print(f"{row['session']}, {row['wire']}: {row}", file=sys.stderr)
    return 1 if wrong else 0


if __name__ == "__main__":
    sys.exit(main())
