"""Lines of encoded data fade before all else."""

from __future__ import annotations

from base64 import b64encode
from hashlib import sha512

import pytest
from hypothesis import given

from headroom.core.types import ContentType
from headroom.elide.lines.by_line import by_line
from headroom.elide.lines.encoded import encoded
from tests.choices import several

RAW = b"".join(sha512(bytes([at])).digest() for at in range(16))
HEX = [
    "                " + ":".join(f"{byte:02x}" for byte in RAW[at : at + 15]) + ":"
    for at in range(0, 600, 15)
]
BASE64 = [b64encode(RAW[at : at + 48]).decode() for at in range(0, 960, 48)]
DUMP = [
    f"{at:08x}: "
    + " ".join(RAW[at + n : at + n + 2].hex() for n in range(0, 16, 2))
    + "  .ELF........x..."
    for at in range(0, 640, 16)
]
AROUND = ["Certificate:", "    Version: 3 (0x2)", "    Not After : Feb 21 2027 GMT", "    Modulus:"]
BELOW = ["    Exponent: 65537", "    DNS:shop.example.com", "    Digital Signature"]


@pytest.mark.parametrize("data", [HEX, BASE64, DUMP])
def test_data_is_known_but_for_its_first_line(data):
    lines = [*AROUND, *data, *BELOW]
    first = len(AROUND)
    assert encoded(lines) == set(range(first + 1, first + len(data)))


@pytest.mark.parametrize("data", [HEX, BASE64, DUMP])
def test_what_people_read_stays_whole_and_data_goes(data):
    text = "\n".join([*AROUND, *data, *BELOW])
    made = by_line(text, ContentType.TEXT, "when does it expire?", 0.55)
    kept = made.body.split("\n")
    assert all(line in kept for line in (*AROUND, *BELOW))
    assert data[5] not in kept
    assert f"{len(data) - 1} lines of encoded data" in made.summary


def test_the_short_end_of_a_run_belongs_to_it():
    lines = [*AROUND, *BASE64, "GFC0+A==", *BELOW]
    assert len(AROUND) + len(BASE64) in encoded(lines)
    lines = [*AROUND, *HEX, "        3f:58:1d", *BELOW]
    assert len(AROUND) + len(HEX) in encoded(lines)


def test_a_fingerprint_and_words_are_no_data():
    lines = [*AROUND, HEX[0], *BELOW, "SomeLongWordWithoutAnyFigureInItThatGoesOnAndOnAndOnAndOn"]
    assert encoded(lines * 3) == set()


def test_a_text_of_nothing_but_data_is_left_as_it_is():
    assert encoded([*BASE64, "a"]) == set()


def test_a_line_that_the_question_names_stays():
    text = "\n".join([*AROUND, *HEX, *BELOW])
    name = HEX[20].strip().rstrip(":")
    made = by_line(text, ContentType.TEXT, f"where is `{name}`?", 0.3)
    assert HEX[20] in made.body.split("\n")


@given(several([HEX[0], BASE64[0], DUMP[0], "", "x", "ab:cd", "GFC0+A=="], 0, 60))
def test_other_lines_are_never_taken_for_data(lines):
    found = encoded(lines)
    assert all(lines[at] not in ("", "x") for at in found)
