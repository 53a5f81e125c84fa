"""The benchmarks run for a stranger, and their corpus is the same every time."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path

import pytest

from benchmarks import measure
from benchmarks.corpus import KINDS, generate
from benchmarks.retrieval import left_out, retrieval
from benchmarks.run import BEGIN, END, into_readme, main, markdown

ROOT = Path(__file__).resolve().parent.parent.parent


@pytest.mark.parametrize("kind", KINDS)
def test_a_seed_gives_one_text_of_about_the_size_asked_for(kind):
    text = generate(kind, 5_000)
    assert text == generate(kind, 5_000)
    assert text != generate(kind, 5_000, seed=8)
    assert 2_000 < len(text) < 12_000


def test_every_generated_text_comes_back():
    rows = list(measure.savings(4_000, with_real=False))
    assert [row["kind"] for row in rows] == list(KINDS)
    assert all(row["decoded"] and row["tokens_after"] <= row["tokens_before"] for row in rows)


def test_the_table_takes_the_place_between_the_marks(tmp_path):
    readme = tmp_path / "README.md"
    readme.write_text(f"before\n{BEGIN}\nold\n{END}\nafter\n")
    assert into_readme(readme, "new")
    assert readme.read_text() == f"before\n{BEGIN}\nnew\n{END}\nafter\n"
    readme.write_text("no marks")
    assert not into_readme(readme, "new")


def test_a_text_that_did_not_come_back_is_said_so():
    row = {
        "origin": "generated",
        "kind": "x",
        "tokens_before": 9,
        "tokens_after": 5,
        "saved": 0.4,
        "grade": "exact",
        "decoded": False,
        "cut_after": 4,
        "cut_saved": 0.5,
        "cut_decoded": True,
    }
    figures = {
        "machine": {"python": "3", "cpus": 1, "system": "x"},
        "savings": [row],
        "speed": [],
        "growth": [{"kind": "x", "ms": {}, "worst_ratio_per_10x": None}],
        "history": {"messages": 1, "ms_beyond_reading": 0.1},
        "retrieval": {
            "facts": 1,
            "brought_back": 1.0,
            "most_tokens": 9,
            "originals": 1,
            "identical": 1,
        },
        "startup": {"import_ms_over_python": 1.0, "version_ms": 1.0},
        "summary": measure.summary([row]),
    }
    assert "| NO |" in markdown(figures)


def test_the_summary_counts_grades_and_names_what_did_not_come_back():
    rows = [
        {
            "kind": kind,
            "tokens_before": 10,
            "tokens_after": after,
            "grade": grade,
            "decoded": back,
            "cut_after": after / 2,
            "cut_decoded": True,
        }
        for kind, after, grade, back in (("a", 4, "exact", True), ("b", 10, "unchanged", False))
    ]
    assert measure.summary(rows) == {
        "texts": 2,
        "saved": 0.3,
        "cut_saved": 0.65,
        "grades": {"exact": 1, "unchanged": 1},
        "share_unchanged": 0.5,
        "not_decoded": ["b"],
    }


def test_p95_is_the_nearest_rank():
    assert measure.p95([float(n) for n in range(20)]) == 18.0
    assert measure.p95([3.0, 1.0, 2.0]) == 3.0


def test_old_messages_are_replayed_rather_than_folded_again():
    figures = measure.history(messages=12)
    assert figures["texts_replayed"] == 12


def test_a_quick_run_of_one_kind_writes_all_figures_and_no_host_name(tmp_path, capsys):
    file = tmp_path / "figures.json"
    readme = tmp_path / "README.md"
    readme.write_text("no marks")
    arguments = ["--quick", "--only", "grep -rn", "--json", str(file), "--readme", str(readme)]
    assert main(arguments) == 0
    printed = capsys.readouterr()
    assert "| grep -rn |" in printed.out
    assert "left as it is" in printed.err
    assert readme.read_text() == "no marks"
    figures = json.loads(file.read_text())
    names = {"machine", "savings", "speed", "growth", "history", "retrieval", "startup", "summary"}
    assert set(figures) == names
    assert set(figures["machine"]) == {"python", "cpus", "system"}
    assert [row["kind"] for row in figures["savings"]] == ["grep -rn"]
    assert figures["speed"][0].keys() >= {"ms_per_100k", "p95_ms_per_100k", "times_zlib"}


def test_what_is_left_out_is_asked_for_by_words_that_stand_in_it_alone():
    text = "\n".join(f"request {n * 7919} took {n % 9} ms" for n in range(60))
    shown = "\n".join(text.split("\n")[:50])
    facts = left_out(text, shown)
    assert [fact.told_by for fact in facts] == [(line,) for line in text.split("\n")[50:]]
    assert facts[0].words[0] == str(50 * 7919)
    assert left_out(text, text) == []


def test_what_was_left_out_comes_back():
    figures = retrieval(12_000, ("JSON records", "JSON lines", "application log", "grep -rn"))
    assert figures["facts"] > 50
    assert figures["brought_back"] >= 0.9
    assert figures["most_tokens"] <= 800
    assert figures["originals"] == figures["identical"] > 4


def test_the_adapter_answers_line_by_line_and_proves_expansion():
    cases = [
        {
            "id": str(n),
            "messages": [{"role": "tool", "content": generate(kind, 3_000)}],
            "query": "",
        }
        for n, kind in enumerate(("JSON records", "application log", "prose"))
    ]
    done = subprocess.run(
        [sys.executable, "benchmarks/adapter.py", "--profile", "lossless"],
        input="\n".join(map(json.dumps, cases)),
        capture_output=True,
        text=True,
        cwd=ROOT,
        check=True,
    )
    answers = [json.loads(line) for line in done.stdout.splitlines()]
    assert [answer["id"] for answer in answers] == ["0", "1", "2"]
    assert "MISMATCH" not in done.stderr
    assert "'exact': 2" in done.stderr
