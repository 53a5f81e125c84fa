"""The lists of words by which prose is read."""

import tomllib
from importlib.resources import files

import pytest

from headroom.elide.prose.vocabulary import listed, phrases

TABLE = tomllib.loads(files("headroom.elide.prose").joinpath("vocabulary.toml").read_text("utf-8"))
LISTS = [(of, what) for of, lists in TABLE.items() for what in lists]


@pytest.mark.parametrize(("of", "what"), LISTS)
def test_a_list_is_given_word_by_word_and_as_it_is(of, what):
    assert phrases(of, what) == TABLE[of][what]
    assert listed(of, what) == [word for line in TABLE[of][what] for word in line.split()]
    assert all(phrases(of, what))


def test_what_is_looked_for_in_lower_case_is_listed_so():
    lower = [("question", "ask"), ("question", "stop"), ("merit", "boilerplate")]
    lower += [("merit", "main_section"), ("merit", "side_section"), ("sentence", "abbreviations")]
    for of, what in lower:
        assert [each for each in phrases(of, what) if each != each.lower()] == []
