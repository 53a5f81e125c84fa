"""Tests of `Digest`: the sentences that were not shown, as much of each as there is room for."""

from __future__ import annotations

import pytest

from headroom.ccr.overview.digest import Digest, is_prose, is_sentence
from headroom.ccr.seen import Seen

SENTENCES = [
    f"In the year {1800 + n} the town of Brook{n} built a long wooden bridge over the river, "
    "which was rather narrow and soon had to be mended again."
    for n in range(20)
]


def filled(room, shown=()):
    taken: dict[int, str] = {}
    left = Digest(SENTENCES, Seen(*shown)).fill(taken, room)
    assert sum(len(said) for said in taken.values()) <= room - left
    return taken


def test_every_sentence_is_told_by_its_names_where_there_is_little_room():
    taken = filled(1_000)
    assert all(f"Brook{n}" in taken[n] and str(1800 + n) in taken[n] for n in range(20))


def test_more_is_told_of_each_the_more_room_there_is():
    assert len("".join(filled(2_000).values())) > len("".join(filled(1_000).values()))
    assert "built a long wooden bridge over the river," in filled(3_000)[7]


def test_what_was_shown_is_not_told_again():
    taken = filled(1_000, ["\n".join(SENTENCES[:15])])
    assert set(taken) == set(range(15, 20))


def test_a_name_that_stands_in_many_sentences_is_told_once_where_room_is_short():
    texts = [f"The old mill of Castle Brook was sold again for {n} crowns." for n in range(30, 60)]
    taken: dict[int, str] = {}
    Digest(texts, Seen()).fill(taken, 300)
    assert sum("Castle" in said for said in taken.values()) <= 2


@pytest.mark.parametrize(
    ("text", "running"),
    [
        (SENTENCES[0], True),
        ("8 февраля 2007 года компания объявила о новом сервисе для всех", True),
        ("I0211 19:17:21.910924       1 flags.go:59] FLAG: --add-dir-header=false", False),
        ("def part(value, other, third): return value + other * third - 1", False),
        ("too short", False),
        ("", False),
    ],
)
def test_running_text_is_known_by_its_words(text, running):
    assert is_sentence(text) is running


def test_a_text_is_prose_where_most_of_it_is_sentences():
    assert is_prose(SENTENCES)
    assert not is_prose([SENTENCES[0], *("x = f(1, 2); y = g(x)" for _ in range(30))])
