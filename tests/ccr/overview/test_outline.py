"""Tests of `Outline`: what a source file defines, in as much room as there is."""

from __future__ import annotations

from headroom.ccr.overview.outline import Outline, definitions
from headroom.ccr.seen import Seen

CODE = [
    line
    for n in range(12)
    for line in (
        f"class Part{n}(Base):",
        *(
            text
            for word in ("load", "store", "clear")
            for text in (
                f"    def {word}_part{n}(self, value: dict[str, list[int]], limit: int) -> None:",
                f"        self.value = value[{n}]",
            )
        ),
        "",
    )
]
FOUND = definitions(CODE)
PIECES = {at: at for at in range(len(CODE))}


def filled(room, *shown):
    taken: dict[int, str] = {}
    left = Outline(CODE, FOUND, Seen(*shown), PIECES).fill(taken, room)
    return taken, left


def test_definitions_know_what_they_stand_in():
    assert FOUND[0].name == "Part0"
    assert FOUND[2].name == "store_part0"
    assert FOUND[2].parent == 0
    assert FOUND[4].parent == -1


def test_a_numbered_listing_is_read_without_its_numbers():
    listed = [f"{n + 1:6}\t{line}" for n, line in enumerate(CODE)]
    assert [each.name for each in definitions(listed)] == [each.name for each in FOUND]


def test_whole_lines_are_told_where_they_fit_heads_where_they_do_not():
    assert filled(10_000)[0][1] == CODE[1].strip()
    assert filled(1_800)[0][1] == "def load_part0"


def test_names_are_told_behind_what_they_stand_in_where_room_is_short():
    taken, left = filled(700)
    assert 0 <= left < 700 - sum(map(len, taken.values())) < 250
    assert taken[8] == "class Part1: load_part1, store_part1, clear_part1"


def test_what_was_shown_is_not_told_again():
    taken, _ = filled(10_000, "\n".join(CODE[:40]))
    assert all(at >= 40 for at in taken)


def test_a_text_that_defines_little_is_no_source_file():
    assert definitions(["def part():", *["words of prose"] * 20]) == []
    assert definitions([]) == []
