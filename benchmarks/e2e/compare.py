"""What a run through headroom came to beside a run without it."""

from __future__ import annotations

import math
from collections import Counter
from dataclasses import dataclass
from functools import cache
from typing import TYPE_CHECKING

from benchmarks.e2e.provider import Asked, Log, common
from benchmarks.e2e.task import FACT, PROMPT, whole
from headroom.tokens import tokenizer_for

if TYPE_CHECKING:
    from benchmarks.e2e.agent import Agent
    from benchmarks.e2e.drive import Run


@dataclass(frozen=True)
class Row:
    """One line of the table.

    Attributes:
        wire: over which most of the requests came.
        direct: tokens of all prompts without headroom.
        through: with it, what it took to retrieve included.
        results: share of the tokens of tool results that was saved where they first arrived.
        retrieved: whether a detail that was left out came back; None where it was there all along.
        stable: whether nothing that was forwarded once was forwarded in another form later.
        lasting: whether it worked by its own settings, too, which were as before afterwards; None
            where it has none.
        faults: everything that should not be, in words.
    """

    wire: str
    direct: int
    through: int
    results: float
    edited: bool
    retrieved: bool | None
    stable: bool
    seconds: float
    lasting: bool | None
    faults: list[str]

    @property
    def saved(self) -> float:
        """Return the share of all tokens that was saved."""
        return 1 - self.through / self.direct if self.direct and self.through else 0.0


def compared(agent: Agent, direct: Run, through: Run, lasting: Run | None = None) -> Row:
    """Return the line for runs of an agent; `lasting` is one by its own settings."""
    results = _first(through.log)
    before, after = sum(map(_tokens, _first(direct.log)[:2])), sum(map(_tokens, results[:2]))
    gone = bool(results) and FACT not in results[0]
    retrieved = any(FACT in each for each in results[3:4]) if gone else None
    moved = changed(through.log)
    broken = _more_broken(direct.log, through.log)
    faults = [*_faults("direct", direct), *_faults("through", through), *moved]
    faults += [f"left behind: {each}" for each in through.left]
    faults += [f"settings changed: {each}" for each in sorted(through.rewritten - direct.rewritten)]
    wrong = _lasting(lasting, direct) if lasting else []
    faults += wrong
    odd = {*through.log.unknown} - {*direct.log.unknown}
    faults += [f"arrived only with headroom: {each}" for each in sorted(odd)]
    if agent.streams and not any(asked.streamed for asked in through.log.asked):
        faults.append("nothing was streamed")
    if broken:
        faults.append("the prompt's beginning changed more often than without headroom")
    if agent.tools and after >= before:
        faults.append("tool results did not arrive shortened")
    if retrieved is False:
        faults.append("what was left out did not come back")
    if retrieved and any("[headroom:" in each for each in results[3:4]):
        faults.append("what came back was shortened again")
    if results[2:3] and not whole(results[2]):
        faults.append("the file that was read did not arrive as it is")
    return Row(
        _wire(through.log),
        _sum(direct.log),
        _sum(through.log),
        1 - after / before if before and after else 0.0,
        through.corrected,
        retrieved,
        not (moved or broken),
        through.seconds,
        None if lasting is None else not wrong,
        faults,
    )


def _lasting(run: Run, direct: Run) -> list[str]:
    """Return what is wrong with a run by the agent's own settings and with what was left of them."""
    faults = _faults("persist", run) + [f"persist: left behind: {each}" for each in run.left]
    if not run.log.asked:
        faults.append("persist: nothing came through")
    kept = sorted(run.rewritten - direct.rewritten)
    return faults + [f"persist: settings are not as before: {each}" for each in kept]


def _faults(which: str, run: Run) -> list[str]:
    faults = [f"{which}: refused: {each}" for each in run.log.refused]
    if run.code != 0:
        said = run.said.strip().splitlines()
        faults.append(f"{which}: exit status {run.code}: {said[-1] if said else ''}")
    if not run.corrected:
        faults.append(f"{which}: the file was not corrected")
    return faults


def _first(log: Log) -> list[str]:
    """Return the results of the task's calls, in the form in which each first arrived."""
    found: list[str] = []
    for asked in log.asked:
        found += asked.view.results(PROMPT)[len(found) :]
    return found


def changed(log: Log) -> list[str]:
    """Return which results did not always arrive in their first form."""
    first = _first(log)
    every = (pair for asked in log.asked for pair in enumerate(asked.view.results(PROMPT)))
    wrong = sorted({at for at, text in every if text != first[at]})
    return [f"result {at} was forwarded in two forms" for at in wrong]


def breaks(log: Log) -> tuple[int, int]:
    """Return how many prompts follow on another one, and how many of them do not begin with all of it."""
    lines: dict[str, Asked] = {}
    following = broken = 0
    for asked in log.asked:
        key = asked.view.pieces[0] if asked.view.pieces else ""
        before = lines.get(key)
        if before:
            following += 1
            same = common(before.view.pieces, asked.view.pieces)
            broken += same < len(before.view.pieces)
        lines[key] = asked
    return following, broken


def _more_broken(direct: Log, through: Log) -> bool:
    """Say whether prompts changed at their beginning more often than the client itself does that.

    Some clients write a clock or a folder anew into each prompt. A turn more is one more of them.
    """
    following, broken = breaks(direct)
    further, worse = breaks(through)
    return worse > math.ceil(broken / max(following, 1) * further)


def _wire(log: Log) -> str:
    counts = Counter(asked.wire for asked in log.asked)
    return counts.most_common(1)[0][0] if counts else "-"


def _sum(log: Log) -> int:
    return sum(_tokens(piece) for asked in log.asked for piece in asked.view.pieces)


@cache
def _tokens(text: str) -> int:
    return tokenizer_for().count(text)
