"""Lines that head what is set in below them."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from headroom.core.types import ContentType
from headroom.elide.lines.by_line import by_line
from headroom.elide.lines.parent import parents

LINT = [
    row
    for n in range(30)
    for row in (
        f"/app/src/c{n}.tsx",
        *(f"  {n}:{k}  warning  Missing return type  no-explicit-any" for k in range(6)),
        "",
    )
]


def owner(shown, row):
    """Return the heading that a reader takes a row to stand below."""
    return next(line for line in reversed(shown[: shown.index(row)]) if line.startswith("/"))


def test_findings_stand_below_the_name_of_their_file():
    lines = list(LINT)
    lines[83] = "  10:77  error  Unexpected any  no-explicit-any"
    made = by_line("\n".join(lines), ContentType.LOG, "Which errors are there?", 0.15)
    shown = made.body.split("\n")
    assert owner(shown, lines[83]) == "/app/src/c10.tsx"
    for row in shown:
        if row.startswith("  "):
            file = int(row.split(":")[0])
            assert owner(shown, row) == f"/app/src/c{file}.tsx"


def test_what_went_wrong_stands_below_what_it_happened_to():
    lines = ["Name: web", "Containers:"]
    for n in range(20):
        lines += [f"  app{n}:", "    Image:  shop/web:1.2", "    State:", "      Phase:  Running"]
        lines += ["    Ready:  True", "    Limits:", "      cpu:  500m", "      memory:  128Mi"]
    at = lines.index("  app13:") + 3
    lines[at] = "      Reason:  OOMKilled, Error"
    made = by_line("\n".join(lines), ContentType.TEXT, "Why did it fail?", 0.15)
    shown = made.body.split("\n")
    heads = [line for line in shown[: shown.index(lines[at])] if line.startswith("  app")]
    assert heads[-1] == "  app13:"


def test_a_test_that_failed_stands_below_the_name_of_its_suite():
    lines = [line for n in range(9) for line in (f"  shelf {n}", *["    ✓ holds"] * 6)]
    lines[40] = "    ✕ holds (9 ms)"
    weights = [0.0] * len(lines)
    weights[40] = 2.0
    assert parents(lines, [40], weights) == {lines.index("  shelf 5")}


def test_a_file_in_a_tree_stands_below_its_folders():
    lines = [
        "shop",
        "├── stores",
        "│   ├── disk",
        "│   │   └── redis.py",
        "└── web",
        "    └── a.py",
    ]
    assert parents(lines, [3], [0.0] * 6) == {0, 1, 2}
    assert parents(lines, [5], [0.0] * 6) == {0, 4}


@given(st.lists(st.text(alphabet=" a:/.1│├─\t", max_size=9), max_size=30), st.data())
def test_parents_stand_above_what_they_head(lines, data):
    kept = data.draw(st.sets(st.integers(0, max(len(lines) - 1, 0)), max_size=len(lines)))
    kept = sorted(at for at in kept if at < len(lines))
    found = parents(lines, kept, [1.0] * len(lines))
    assert all(any(head < at for at in kept) for head in found)


def test_lines_that_are_set_in_ever_deeper_take_linear_time():
    lines = [" " * (n % 3_000) + "a:" for n in range(6_000)]
    assert len(parents(lines, range(len(lines)), [1.0] * len(lines))) <= len(lines)


def test_what_a_script_says_above_a_line_that_matters_is_kept_with_it():
    lines = [
        row
        for n in range(12)
        for row in (
            f"## case {n}",
            f"  was   {n * 7}",
            f"  is    {n * 7 + (n == 5)}",
            "  ERROR" * (n == 5),
        )
    ]
    at = lines.index("  ERROR")
    weights = [1.0 if row == at else 0.1 for row in range(len(lines))]
    assert parents(lines, [at], weights) == {lines.index("## case 5")}
    assert not parents([line.replace("## ", "") for line in lines], [at], weights)
