"""The measurements: savings, speed, growth with size and history, import time and memory.

Every time is also given as a ratio to something measured in the same run, so that figures of two
machines can be compared.
"""

from __future__ import annotations

import json
import math
import re
import statistics
import subprocess
import sys
import tempfile
import time
import tomllib
import zlib
from collections import Counter
from functools import partial
from itertools import pairwise
from pathlib import Path
from typing import TYPE_CHECKING, Any

import headroom
from benchmarks.corpus import KINDS, generate, real
from headroom.core.fidelity import equivalent
from headroom.core.result import Reason
from headroom.core.types import Grade
from headroom.engine.engine import Engine

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator

ROOT = Path(__file__).resolve().parent.parent
_SIZES = (1_000, 10_000, 100_000, 1_000_000, 10_000_000)
_GROWING = ("JSON records", "application log", "grep -rn", "CSV", "git diff", "HTML", "prose")


def savings(
    size: int, *, with_real: bool, kinds: Iterable[str] = tuple(KINDS)
) -> Iterator[dict[str, Any]]:
    """Yield, for each text, tokens before and after and whether `expand` gave it back.

    Measured are the `lossless` profile and the default one, whose figures begin with "cut_".
    """
    texts = [("generated", kind, generate(kind, size)) for kind in kinds]
    if with_real:
        texts += [("real", title, text) for title, text in real().items()]
    for origin, title, text in texts:
        messages = [{"role": "tool", "content": text}]
        Engine.default.cache_clear()
        cut = headroom.compress(messages, min_tokens=0)
        restored = headroom.expand(cut.messages[0]["content"])
        result = headroom.compress(messages, min_tokens=0, profile="lossless")
        outcome = result.outcomes[0]
        back = headroom.expand(result.messages[0]["content"])
        yield {
            "origin": origin,
            "kind": title,
            "tokens_before": result.tokens_before,
            "tokens_after": result.tokens_after,
            "saved": round(result.compression_ratio, 4),
            "grade": str(outcome.grade) if outcome.grade else "unchanged",
            "decoded": back == text
            if outcome.grade is None
            else equivalent(outcome.grade, text, back),
            "cut_after": cut.tokens_after,
            "cut_saved": round(cut.compression_ratio, 4),
            "cut_decoded": equivalent(cut.outcomes[0].grade or Grade.EXACT, text, restored),
        }


def summary(rows: list[dict[str, Any]]) -> dict[str, Any]:
    """Return the savings over all texts together: tokens, grade counts, share left unchanged."""
    before = sum(row["tokens_before"] for row in rows)
    after = sum(row["tokens_after"] for row in rows)
    grades = Counter(row["grade"] for row in rows)
    return {
        "texts": len(rows),
        "saved": round(1 - after / max(before, 1), 4),
        "cut_saved": round(1 - sum(row["cut_after"] for row in rows) / max(before, 1), 4),
        "grades": dict(sorted(grades.items())),
        "share_unchanged": round(grades["unchanged"] / max(len(rows), 1), 4),
        "not_decoded": [row["kind"] for row in rows if not (row["decoded"] and row["cut_decoded"])],
    }


def speed(size: int, rounds: int, kinds: Iterable[str] = tuple(KINDS)) -> Iterator[dict[str, Any]]:
    """Yield, for each kind, ms per 100,000 characters, and ratios to plain work on the same text.

    The plain work is to deflate it and, for one JSON value, to parse and write it. Measured is the
    default profile, and the lossless one in "lossless_ms_per_100k".
    """
    for kind in kinds:
        text = generate(kind, size)
        raw = text.encode()
        ours, ratios, lossless = [], [], []
        for _ in range(rounds):
            # Turn about, so that what else the machine does weighs on both alike.
            ours += _times(partial(_compress, text), 1)
            lossless += _times(partial(_compress, text, profile="lossless"), 1)
            ratios.append(ours[-1] / _times(partial(zlib.compress, raw, 6), 1)[0])
        per = 1e5 / len(text)
        yield {
            "kind": kind,
            "ms_per_100k": round(statistics.median(ours) * per, 2),
            "p95_ms_per_100k": round(p95(ours) * per, 2),
            "lossless_ms_per_100k": round(statistics.median(lossless) * per, 2),
            "times_zlib": round(statistics.median(ratios), 2),
            "times_json": _over_json(text, statistics.median(ours), rounds),
        }


def p95(taken: list[float]) -> float:
    """Return the 95th percentile by nearest rank: of fewer than 20 values, the largest."""
    return sorted(taken)[math.ceil(0.95 * len(taken)) - 1]


def growth(largest: int, kinds: Iterable[str] = _GROWING) -> Iterator[dict[str, Any]]:
    """Yield, for some kinds, how the time grows when the text gets ten times as long."""
    for kind in kinds:
        taken = {}
        for size in _SIZES:
            if size > largest:
                break
            text = generate(kind, size)
            taken[len(text)] = min(_times(partial(_compress, text), 5 if size < 1e6 else 1))
        sizes = sorted(taken)
        ratios = [taken[b] / taken[a] / (b / a) * 10 for a, b in pairwise(sizes) if a >= 5_000]
        yield {
            "kind": kind,
            "ms": {str(size): round(taken[size], 2) for size in sizes},
            "worst_ratio_per_10x": round(max(ratios), 2) if ratios else None,
        }


def history(messages: int = 200) -> dict[str, Any]:
    """Return what a request costs whose messages, but the newest, were all seen before."""
    turns: list[dict[str, Any]] = []
    for n in range(messages):
        role = ("user", "assistant", "tool")[n % 3]
        text = generate("application log", 4_000, seed=n) if role == "tool" else f"message {n}"
        turns.append({"role": role, "content": text})
    Engine.default.cache_clear()
    first = _times(lambda: headroom.compress(turns, min_tokens=0), 1)[0]
    again = [*turns, {"role": "user", "content": "and now?"}]
    outcomes = headroom.compress(again, min_tokens=0).outcomes
    seen = statistics.median(_times(lambda: headroom.compress(again, min_tokens=0), 15))
    reading = statistics.median(_times(lambda: [hash_text(turn["content"]) for turn in again], 15))
    return {
        "messages": messages,
        "texts_replayed": sum(outcome.reason is Reason.SEEN for outcome in outcomes),
        "ms_first_time": round(first, 2),
        "ms": round(seen, 2),
        "ms_reading": round(reading, 2),
        "ms_beyond_reading": round(seen - reading, 2),
    }


def hash_text(text: str) -> bytes:
    """Return a hash of a text: what reading it costs at the least."""
    import hashlib  # noqa: PLC0415 - only here

    return hashlib.sha256(text.encode()).digest()


def startup(rounds: int) -> dict[str, Any]:
    """Return import and command times over those of a bare interpreter, and memory."""
    bare = _process("pass", rounds)
    imported = _process("import headroom", rounds)
    version = _process("from headroom.cli.main import main; main(['--version'])", rounds)
    return {
        "python_ms": round(bare, 1),
        "import_ms_over_python": round(imported - bare, 1),
        "version_ms": round(version, 1),
        "rss_mb_import": _memory("import headroom"),
        "rss_mb_compress_1mb": _memory(
            "import headroom; from benchmarks.corpus import generate; text = generate('application log', 1_000_000); "
            "headroom.compress([{'role': 'tool', 'content': text}])"
        ),
    }


def wheels() -> dict[str, Any]:
    """Return the sizes in kB of the wheels that the base install fetches; asks the package index.

    Raises:
        subprocess.CalledProcessError: pip could not fetch them.
    """
    declared = tomllib.loads((ROOT / "pyproject.toml").read_text("utf-8"))
    needed = declared["project"]["dependencies"]
    with tempfile.TemporaryDirectory() as folder:
        subprocess.run(
            [sys.executable, "-m", "pip", "download", "--quiet", "--dest", folder, *needed],
            check=True,
        )
        sizes = {path.name: round(path.stat().st_size / 1000, 1) for path in Path(folder).iterdir()}
    return {"kb": dict(sorted(sizes.items())), "kb_total": round(sum(sizes.values()), 1)}


def _over_json(text: str, ours: float, rounds: int) -> float | None:
    """Return a time over that of parsing and writing the text; None for text that is not JSON."""
    try:
        json.loads(text)
    except ValueError:
        return None
    plain = _times(lambda: json.dumps(json.loads(text)), rounds)
    return round(ours / statistics.median(plain), 2)


def _compress(text: str, **options: Any) -> None:
    Engine.default.cache_clear()
    headroom.compress([{"role": "tool", "content": text}], min_tokens=0, **options)


def _times(run: Callable[[], object], rounds: int) -> list[float]:
    """Return how many ms each of some runs took."""
    taken = []
    for _ in range(rounds):
        start = time.perf_counter()
        run()
        taken.append(1000 * (time.perf_counter() - start))
    return taken


def _process(code: str, rounds: int) -> float:
    taken = _times(
        lambda: subprocess.run(
            [sys.executable, "-c", code], cwd=ROOT, capture_output=True, check=False
        ),
        rounds,
    )
    return statistics.median(taken)


def _memory(code: str) -> float | None:
    """Return the most memory that a process of its own held, in MB; None where that is not told.

    Linux carries `ru_maxrss` over from the parent, so the process reads its own status file.
    """
    script = f"{code}\nprint(open('/proc/self/status').read())"
    done = subprocess.run(
        [sys.executable, "-c", script], cwd=ROOT, capture_output=True, text=True, check=False
    )
    peak = re.search(r"VmHWM:\s+([0-9]+) kB", done.stdout)
    return round(int(peak[1]) / 1024, 1) if peak else None
