"""Generated tool outputs of every kind, as they are and mutilated."""

from __future__ import annotations

import json

from hypothesis import strategies as st

from benchmarks.corpus import KINDS, generate
from benchmarks.corpus.real import library

REAL = library()
# Whatever is one draw costs one draw: members of an object are a list of pairs, and not a mapping
# whose keys are drawn until they differ.
SCALARS = (
    st.sampled_from(
        [
            None,
            False,
            True,
            0,
            -1,
            "",
            "Oslo",
            "12.5",
            "null",
            "table 1",
            '"',
            "a\tb",
            "é\u2028",
            "= x",
            "[1",
            "x" * 30,
            "\ud800",
        ]
    )
    | st.integers(-(10**20), 10**20)
    | st.floats(allow_nan=False, allow_infinity=False)
)
KEYS = st.sampled_from(["id", "name", "a.b", "tags", "", '"', "é", "state=1", "x y", "+"])


def objects(values, most):
    """An object of up to `most` members."""
    return st.lists(st.tuples(KEYS, values), max_size=most).map(dict)


VALUES = st.recursive(
    SCALARS,
    lambda inner: st.lists(inner, max_size=4) | objects(inner, 4),
    max_leaves=10,
)
RECORDS = st.lists(objects(SCALARS | SCALARS | SCALARS | VALUES, 5), min_size=2, max_size=8)
MUTATIONS = st.sampled_from(
    [
        "",
        "\r",
        "\t",
        "\x00",
        "\ud800",
        '"',
        "{",
        "}",
        "[",
        "|",
        "1|",
        "1> ",
        "= ",
        "v1 = x",
        "\x1b[31m",
        "  ",
        "::",
        "@@ +3",
        "[headroom:text 1 line]",
        "[headroom:log 2 lines; N> names a line]",
        "2025-01-01 10:00:00 ",
        "diff x 1a..2b",
    ]
)


@st.composite
def json_texts(draw):
    """One JSON value or several, in one of many spellings."""
    value = draw(st.one_of(VALUES, RECORDS, RECORDS))
    ascii_only = draw(st.booleans())
    match draw(st.sampled_from(["compact", "spaced", "indent", "lines", "odd"])):
        case "compact":
            return json.dumps(value, ensure_ascii=ascii_only, separators=(",", ":"))
        case "spaced":
            return json.dumps(value, ensure_ascii=ascii_only)
        case "indent":
            return json.dumps(value, ensure_ascii=ascii_only, indent=draw(st.integers(0, 4)))
        case "lines":
            items = value if isinstance(value, list) and value else [value, value]
            return "\n".join(json.dumps(item, ensure_ascii=ascii_only) for item in items)
        case _:
            return json.dumps(value, indent=1).replace(": ", " :  ").replace("/", "\\/")


@st.composite
def outputs(draw):
    """A real-looking output of some kind, short."""
    kind = draw(st.sampled_from(sorted(KINDS)))
    lines = generate(kind, draw(st.sampled_from([600, 1500])), seed=draw(st.integers(0, 30))).split(
        "\n"
    )
    return "\n".join(lines[: draw(st.integers(5, 40))])


@st.composite
def real_outputs(draw):
    """A stretch of something real: the standard library's source, a search over it, its listing."""
    lines = REAL[draw(st.sampled_from(sorted(REAL)))].split("\n")
    at = draw(st.integers(0, max(len(lines) - 10, 0)))
    return "\n".join(lines[at : at + draw(st.integers(5, 40))])


@st.composite
def mutilated(draw, texts):
    """A text with lines dropped, doubled, swapped or changed."""
    lines = draw(texts).split("\n")
    for _ in range(draw(st.integers(0, 4))):
        at = draw(st.integers(0, len(lines) - 1))
        match draw(st.sampled_from(["drop", "double", "swap", "insert", "cut"])):
            case "drop" if len(lines) > 1:
                del lines[at]
            case "double":
                lines[at:at] = lines[at : at + draw(st.integers(1, 4))]
            case "swap":
                lines[at], lines[-1] = lines[-1], lines[at]
            case "cut":
                lines[at] = lines[at][: draw(st.integers(0, 20))]
            case _:
                column = draw(st.integers(0, len(lines[at])))
                lines[at] = lines[at][:column] + draw(MUTATIONS) + lines[at][column:]
    return draw(st.sampled_from(["\n"] * 9 + ["\r\n"])).join(lines)


TEXTS = mutilated(st.one_of(outputs(), real_outputs(), json_texts()))


SHELLS = {
    "ls": "drwxr-xr-x  2 root root {n:>6} Nov 21 07:{m:02} dir {n}",
    "colour": "\x1b[32m2025-01-01T00:00:{m:02}Z\x1b[0m \x1b[1mINFO\x1b[0m did {n}",
    "progress": "\rLoading {m}%\rLoading {m}%, {n} left",
    "python": '  File "/srv/app/b{m}.py", line {n}, in run\n    raise ValueError({n})\nValueError: {n}',
    "java": "java.lang.IllegalStateException: x{n}\n\tat a.b.C.d(C.java:{m})\n\t... 3 more",
    "git log": "commit {n:040x}\nAuthor: A <a@b.example>\n\n    Do {m}\n",
    "git diff": "diff --git a/f{n} b/f{n}\n--- a/f{n}\n+++ b/f{n}\n@@ -{m},2 +{m},2 @@\n x\n-a{n}\n+b{n}",
    "df": "/dev/sd{m}      {n}G   1G    2G  50% /mnt/{n}",
    "csv": '{n},"x ""{m}"", y",same,',
    "rows": "| {n} | x \\| {m} |",
    "numbered": "{m:6}\tdef f{n}(): return {n}",
    "go test": "=== RUN   TestA/s{n}\n    a_test.go:{m}: hi\n--- FAIL: TestA/s{n} (0.{m:02}s)",
    "markup": '  <item id="{n}" class="a b">{m}</item>',
    "doubled keys": '{{"a":{n},"a":{m}}}',
}


@st.composite
def shells(draw):
    """One or two outputs of commands, a line or a few for each of some numbers."""
    parts = []
    for name in draw(st.lists(st.sampled_from(sorted(SHELLS)), min_size=1, max_size=2)):
        numbers = draw(st.lists(st.integers(0, 10**6), min_size=3, max_size=12))
        parts += [SHELLS[name].format(n=n, m=n % 60) for n in numbers]
    return "\n".join(parts)
