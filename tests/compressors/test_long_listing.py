"""`ls -l`: shorter, and given back as it was printed."""

from __future__ import annotations

from hypothesis import given

from headroom.compressors.long_listing import LongListingCompressor
from headroom.core.types import Context
from headroom.decode import expand_text
from headroom.detect.long_listing import claim
from tests.choices import choices

CTX = Context(count=len)


FIELDS = (
    ["drwxr-xr-x", "-rw-r--r--", "lrwxrwxrwx", "-rwsr-xr-t+"],
    range(1, 13),
    ["root", "ada", '"'],
    ["root", "staff"],
    ["1", "4096", "123456", "1.5K"],
    ["Nov 20 10:00", "Jan  1  2024"],
    ["a.py", "x -> y z", '"', "= n", "tab\there", " b"],
)


def folders(made):
    lines = []
    for n in range(1 + made.below(3)):
        rows = made.several(lambda: [made.one(options) for options in FIELDS], 1, 6)
        wide = [
            max(len(str(row[at])) for row in rows) + made.one((0, 0, 0, 3)) for at in range(1, 5)
        ]
        lines += [f"./d{n}:", "total 12"] if made.below(2) else []
        lines += [
            f"{m} {links:>{wide[0]}} {o:<{wide[1]}} {g:<{wide[2]}} {s:>{wide[3]}} {t} {name}"
            for m, links, o, g, s, t, name in rows
        ]
        lines += [""] if made.below(2) else []
    return lines


@given(choices(160).map(folders))
def test_listings_are_given_back(lines):
    text = "\n".join(lines)
    made = LongListingCompressor().compress(text, CTX)
    assert made is None or expand_text(made.text) == text


def test_what_entries_have_in_common_is_said_once():
    lines = [f"-rw-r--r-- 1 root root {n:>4} Nov 20 10:00 file_{n}.py" for n in (3, 20, 1500, 7)]
    assert list(claim(["total 8", *lines])) == [(1, 5)]
    made = LongListingCompressor().compress("\n".join(lines), CTX)
    assert made.text.split("\n")[2:] == [
        '20\t"\tfile_20.py',
        '1500\t"\tfile_1500.py',
        '7\t"\tfile_7.py',
    ]
