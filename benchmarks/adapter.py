"""Answer a scoring harness line by line: compress, time it, and prove that it expands.

    python benchmarks/adapter.py [--profile lossless] < cases.jsonl > answers.jsonl

Reads one JSON object a line, `{"id", "messages", "query"}`, and answers each with one line,
`{"id", "messages", "ms", "originals"}`. At the end, standard error says how many texts changed in
each grade and how many did not expand to their original in that grade (that must be none).
"""

from __future__ import annotations

import argparse
import json
import os
import sys
import time
from collections import Counter
from pathlib import Path
from typing import Any

sys.path.insert(0, str(Path(__file__).resolve().parent.parent))
os.environ.setdefault("HEADROOM_STORE", "memory:")

from headroom import compress, expand, retrieve
from headroom.core.document import value_at
from headroom.core.fidelity import equivalent


def verify(messages: Any, result: Any, grades: Counter[str]) -> None:
    """Count each changed text by grade, or as a mismatch."""
    restored = expand(result.messages)
    for outcome in result.outcomes:
        before, after = value_at(messages, outcome.path), value_at(restored, outcome.path)
        if outcome.grade is None:
            grades["unchanged" if before == after else "MISMATCH"] += 1
        elif before == after or equivalent(outcome.grade, before, after):
            grades[str(outcome.grade)] += 1
        else:
            grades["MISMATCH"] += 1


def main() -> int:
    """Answer all cases; the exit status is 1 if any text did not expand."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--profile", default="lossless")
    parser.add_argument("--model", default="gpt-4o")
    args = parser.parse_args()
    grades: Counter[str] = Counter()
    warm = [{"role": "tool", "content": "warm the vocabulary " * 40}]
    compress(warm, model=args.model, profile=args.profile)
    for line in sys.stdin:
        case = json.loads(line)
        messages, query = case["messages"], case.get("query") or None
        start = time.perf_counter()
        result = compress(messages, model=args.model, query=query, profile=args.profile)
        ms = (time.perf_counter() - start) * 1000
        verify(messages, result, grades)
        originals = {ref: str(retrieve(ref)) for ref in result.refs}
        answer = {"id": case["id"], "messages": result.messages, "ms": ms, "originals": originals}
        print(json.dumps(answer), flush=True)
    print("expanded:", dict(sorted(grades.items())), file=sys.stderr)
    return 1 if grades["MISMATCH"] else 0


if __name__ == "__main__":
    sys.exit(main())
