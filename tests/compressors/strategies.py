"""Generated tool outputs of every kind, as they are and mutilated."""

from __future__ import annotations

import json
import struct
from functools import cache
from math import isfinite

from benchmarks.corpus import KINDS, generate
from benchmarks.corpus.real import library
from tests.choices import choices

REAL = {name: text.split("\n") for name, text in library().items()}
SCALARS = (
    *(None, False, True, 0, -1, "", "Oslo", "12.5", "null", "table 1", '"', "a\tb", "é\u2028"),
    *("= x", "[1", "x" * 30, "\ud800", 0.0, -0.0, 1e16, 5e-324, 12.25),
)
KEYS = ("id", "name", "a.b", "tags", "", '"', "é", "state=1", "x y", "+")
MUTATIONS = (
    *("", "\r", "\t", "\x00", "\ud800", '"', "{", "}", "[", "|", "1|", "1> ", "= ", "v1 = x"),
    *("\x1b[31m", "  ", "::", "@@ +3", "[headroom:text 1 line]", "2025-01-01 10:00:00 "),
    *("[headroom:log 2 lines; N> names a line]", "diff x 1a..2b"),
)
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
    "bars": '{n}|x "{m}|same|',
    "rows": "| {n} | x \\| {m} |",
    "tree": "├── dir{n}\n│   ├── a{m}.py\n│   └── b.py",
    "psql -x": "-[ RECORD {n} ]--+----\nid    | {m}\nstate | a{n}",
    "fields": "Name: a{n}\nSize: {m}\nState: ready\n",
    "numbered": "{m:6}\tdef f{n}(): return {n}",
    "go test": "=== RUN   TestA/s{n}\n    a_test.go:{m}: hi\n--- FAIL: TestA/s{n} (0.{m:02}s)",
    "markup": '  <item id="{n}" class="a b">{m}</item>',
    "doubled keys": '{{"a":{n},"a":{m}}}',
}


def scalar(made):
    match made.below(4):
        case 0:
            return made.below(2 ** made.one((8, 32, 64))) - 2 ** made.one((4, 16, 63))
        case 1:
            (found,) = struct.unpack("<d", made.below(2**64).to_bytes(8, "little"))
            return found if isfinite(found) else 1.5
    return made.one(SCALARS)


def mapping(made, values, most):
    """An object of up to so many members."""
    return {made.one(KEYS): values() for _ in range(made.below(most + 1))}


def value(made, depth=3):
    """A JSON value, with others in it down to some depth."""
    match made.below(6 if depth else 1):
        case 3 | 4:
            return made.several(lambda: value(made, depth - 1), 0, 4)
        case 5:
            return mapping(made, lambda: value(made, depth - 1), 4)
    return scalar(made)


def field(made):
    return value(made, 2) if made.below(4) == 3 else scalar(made)


def shaped(made, depth=2):
    """What makes objects of the same keys with values of the same kinds, now and then less one."""

    def kind():
        match made.below(6 if depth else 2):
            case 2:
                return lambda: made.several(lambda: scalar(made), 0, 3)
            case 3:
                return shaped(made, depth - 1)
            case 4:
                inner = shaped(made, depth - 1)
                return lambda: made.several(inner, 0, 3)
        return lambda: scalar(made)

    fields = {made.one(KEYS): kind() for _ in range(1 + made.below(4))}
    return lambda: {key: make() for key, make in fields.items() if made.below(16) < 15}


def records(made):
    if made.below(2):
        return made.several(shaped(made), 2, 8)
    return made.several(lambda: mapping(made, lambda: field(made), 5), 2, 8)


def json_text(made):
    """One JSON value or several, in one of many spellings."""
    found = records(made) if made.below(3) else value(made)
    ascii_only = made.one((False, True))
    match made.below(5):
        case 0:
            return json.dumps(found, ensure_ascii=ascii_only, separators=(",", ":"))
        case 1:
            return json.dumps(found, ensure_ascii=ascii_only)
        case 2:
            return json.dumps(found, ensure_ascii=ascii_only, indent=made.below(5))
        case 3:
            items = found if isinstance(found, list) and found else [found, found]
            return "\n".join(json.dumps(item, ensure_ascii=ascii_only) for item in items)
        case _:
            return json.dumps(found, indent=1).replace(": ", " :  ").replace("/", "\\/")


@cache
def generated(kind, size, seed):
    return generate(kind, size, seed=seed).split("\n")


def output(made):
    """A real-looking output of some kind, short."""
    lines = generated(made.one(sorted(KINDS)), made.one((600, 1500)), made.below(31))
    return "\n".join(lines[: 5 + made.below(36)])


def real_output(made):
    """A stretch of something real: the standard library's source, a search over it, its listing."""
    lines = REAL[made.one(sorted(REAL))]
    at = made.below(max(len(lines) - 10, 0) + 1)
    return "\n".join(lines[at : at + 5 + made.below(36)])


def mutilated(made, text):
    """A text with lines dropped, doubled, swapped or changed."""
    lines = text.split("\n")
    for _ in range(made.below(5)):
        at = made.below(len(lines))
        match made.one(("drop", "double", "swap", "insert", "cut")):
            case "drop" if len(lines) > 1:
                del lines[at]
            case "double":
                lines[at:at] = lines[at : at + 1 + made.below(4)]
            case "swap":
                lines[at], lines[-1] = lines[-1], lines[at]
            case "cut":
                lines[at] = lines[at][: made.below(21)]
            case _:
                column = made.below(len(lines[at]) + 1)
                lines[at] = lines[at][:column] + made.one(MUTATIONS) + lines[at][column:]
    return ("\n" if made.below(10) else "\r\n").join(lines)


def shell(made):
    """One or two outputs of commands, a line or a few for each of some numbers."""
    parts = []
    for name in made.several(lambda: made.one(sorted(SHELLS)), 1, 2):
        numbers = made.several(lambda: made.below(10**6), 3, 12)
        parts += [SHELLS[name].format(n=n, m=n % 60) for n in numbers]
    return "\n".join(parts)


TEXTS = choices(768).map(
    lambda made: mutilated(made, made.one((output, real_output, json_text))(made))
)
JSON = choices(768).map(lambda made: mutilated(made, json_text(made)))
OUTPUTS = choices(128).map(lambda made: made.one((output, shell))(made))
SHELLED = choices(128).map(lambda made: mutilated(made, shell(made)))
