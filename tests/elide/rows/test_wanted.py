"""Which records a question asks for."""

from __future__ import annotations

import json

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from headroom.elide.choice import ALWAYS
from headroom.elide.lines.line import RELEVANCE
from headroom.elide.rows.column import columns
from headroom.elide.rows.wanted import named, wanted


def weigh(records, query):
    return wanted(columns(records), [json.dumps(record) for record in records], query)


def asked(records, query):
    return named(columns(records), [json.dumps(record) for record in records], query)


def records(**columns):
    return [dict(zip(columns, row, strict=True)) for row in zip(*columns.values(), strict=True)]


def test_the_record_that_has_all_values_asked_for_always_stays():
    made = records(id=range(12), zone=["a", "b"] * 6, size=[1, 2, 3] * 4)
    kept = [
        at
        for at, weight in enumerate(weigh(made, 'Which has `zone` = "b" and `size` = 3?'))
        if weight >= ALWAYS
    ]
    assert kept == [5, 11]


@pytest.mark.parametrize(
    ("query", "at"), [("Which has the highest `ms`?", 2), ("the lowest `ms`, please", 4)]
)
def test_the_extreme_that_is_asked_for_always_stays(query, at):
    made = records(id=range(8), ms=[5, 6, 99, 5, 1, 6, 7, 6])
    assert weigh(made, query)[at] >= ALWAYS


@pytest.mark.parametrize(
    ("query", "rows"),
    [
        ("What became of order-7731x?", {3}),
        ('And of "Nadia Wells"?', {5}),
        ("Which one is the biggest by size?", {0, 2, 6, 8}),
        ("the issue with `number` 4", {4}),
        ("number == 4 or so", {4}),
        ("Is there a 9?", set()),
        ("Is there any with size 8?", {5, 7}),
        ("Who has a name of Nadia Wells?", {5}),
        ("And what about Nadia Wells, please?", {5}),
    ],
)
def test_the_question_names_records(query, rows):
    made = [
        {"number": n, "ref": f"order-77{28 + n}x", "name": "Ann", "size": size}
        for n, size in enumerate([5, 6, 99, 7, 7, 8, 1, 8, 9])
    ]
    made[5]["name"] = "Nadia Wells"
    assert asked(made, query) == rows


def test_a_key_that_the_question_quotes_names_its_record():
    made = [{"id": n, "deps": {f"lib-{n}": {"version": n}}} for n in range(40)]
    assert asked(made, "Who brings `lib-23` in?") == {23}


@pytest.mark.parametrize(
    ("query", "heavier", "lighter"),
    [
        ("Which came first?", 0, 20),
        ("Who finished last?", 39, 20),
        ("Which stop is after Bergen?", 11, 20),
        ("Which stop has the same zone as Bergen?", 30, 20),
    ],
)
def test_place_and_likeness_are_heeded(query, heavier, lighter):
    made = [
        {"stop": f"stop {chr(97 + n)}", "zone": "far" if n in (10, 30) else "near"}
        for n in range(40)
    ]
    made[10]["stop"] = "Bergen"
    weights = weigh(made, query)
    assert weights[heavier] > weights[lighter]


def test_without_a_question_nothing_is_asked_for():
    assert weigh([{"a": 1}] * 7, "") == [0.0] * 7


@settings(max_examples=settings.default.max_examples // 5)
@given(
    st.lists(
        st.dictionaries(st.sampled_from("abc"), st.integers() | st.text(max_size=5)),
        min_size=1,
        max_size=20,
    ),
    st.text(max_size=60)
    | st.sampled_from(["`a` = 1 and `b` is 2", "highest a, same b, after c", "'x' `y`"]),
)
def test_any_question_gives_every_record_one_weight(made, query):
    weights = weigh(made, query)
    assert len(weights) == len(made)
    assert all(0 <= weight < 100 for weight in weights)


def test_of_many_rows_with_an_asked_value_only_the_extremes_are_sure():
    rows = [{"id": f"r{n}", "quarter": n % 4, "year": 1950 + n} for n in range(80)]
    found = columns(rows)
    units = [str(row) for row in rows]
    sure = named(
        found, units, 'Among the rows with `quarter` = "2", which id has the highest `year`?'
    )
    assert {2, 78} <= sure
    assert len(sure) <= 6


def test_a_name_is_found_without_its_accents_and_capitals():
    rows = [
        {"city": city, "n": n} for n, city in enumerate(["Kraków", "Łódź", "Gdańsk", "Málaga"] * 1)
    ]
    rows += [{"city": f"Ort {n}", "n": n} for n in range(20)]
    assert named(columns(rows), [str(row) for row in rows], "how many are in malaga?") == {3}


def test_an_extreme_may_be_asked_for_by_a_word_of_a_name():
    rows = [{"self [us]": (at * 37) % 101, "module": f"part{at}"} for at in range(60)]
    units = [str(row) for row in rows]
    best = max(range(60), key=lambda at: rows[at]["self [us]"])
    assert best in named(columns(rows), units, "Which part takes the most time itself (self time)?")


def test_a_quoted_value_may_hold_quotes():
    rows = [{"message": f'Call to "f{at}" in typed context', "at": at} for at in range(30)]
    asked = 'Which findings have `message` = "Call to \\"f7\\" in typed context"?'
    assert named(columns(rows), [str(row) for row in rows], asked) == {7}


def test_all_records_of_a_kind_that_is_named_beside_its_column_stay():
    kinds = ["LOW"] * 40 + ["HIGH"] * 8 + ["MEDIUM"] * 12
    made = records(issue_severity=kinds, confidence=["HIGH"] * 60, at=range(60))
    kept = [
        at
        for at, weight in enumerate(weigh(made, "What are the high severity issues?"))
        if weight >= ALWAYS
    ]
    assert kept == list(range(40, 48))


def test_the_sum_of_a_column_is_not_its_greatest():
    made = records(calls=[3, 90, 7, 41, 5, 8, 2, 156], name=[*"abcdefg", "total"])
    assert 1 in asked(made, "Which call is made most often, how many times?")


def test_where_no_column_is_named_the_ends_of_the_only_one_with_numbers_are_meant():
    made = records(station=[f"stop {n}" for n in range(30)], riders=[n * 7 % 31 for n in range(30)])
    best = max(range(30), key=lambda at: made[at]["riders"])
    assert best in asked(made, "Where do most people get on?")


def test_names_that_are_asked_for_beside_an_extreme_do_not_hide_it():
    made = records(
        package=[f"lib{n}" for n in range(30)],
        kib=[n * 7 % 30 + 1 for n in range(30)],
        uses=[n * 11 % 30 + 2 for n in range(30)],
        age=[n * 13 % 30 + 3 for n in range(30)],
    )
    largest = max(range(30), key=lambda at: made[at]["kib"])
    assert largest in asked(made, "What is the greatest kib, and for which package (`package`)?")
    assert largest in asked(made, "Which package has the highest kib?")


@pytest.mark.parametrize(
    "query", ["Which has the highest ` yearRound`?", "the highest yearRound, please"]
)
def test_a_column_may_be_asked_for_as_it_is_spelled(query):
    made = [
        {"lot": f"x{n}", " yearRound": n % 4, "year": 9 - n % 3, "a": n % 5, "b": n % 6}
        for n in range(20)
    ]
    made[7][" yearRound"] = 50
    assert 7 in asked(made, query)
    assert len(asked(made, query)) <= 4


@pytest.mark.parametrize(
    ("query", "count"),
    [
        ("What are the largest folders?", 5),
        ("Show the slowest database calls.", 5),
        ("Which are the top 12?", 12),
        ("Which is the largest folder?", 1),
        ("What is the largest address?", 1),
    ],
)
def test_as_many_of_the_greatest_stay_as_are_asked_for(query, count):
    sizes = [(n * 7919) % 1009 for n in range(90)]
    made = records(size=sizes, name=[f"part {n}" for n in range(90)])
    greatest = sorted(range(90), key=sizes.__getitem__, reverse=True)
    sure = {at for at, weight in enumerate(weigh(made, query)) if weight >= ALWAYS}
    assert sure.issuperset(greatest[:count])
    assert not sure.intersection(greatest[count + 1 : 60])


def test_the_name_of_a_column_may_have_several_words():
    made = [
        {"year": 1970 + n, "art and music": 40 + (n * 7) % 31, "law and order": n % 5, "of all": n}
        for n in range(40)
    ]
    best = max(range(40), key=lambda n: made[n]["art and music"])
    assert best in asked(made, "Which year has the highest `art and music`, and what is it?")
    weights = weigh(made, "Which year has `law and order` = 2 and `of all` = 12?")
    assert [at for at, weight in enumerate(weights) if weight >= ALWAYS] == [12]


def test_the_second_from_the_top_stays_beside_the_extreme():
    made = records(device=[f"d{n}" for n in range(20)], size=[n * 7 % 20 for n in range(20)])
    told = asked(made, "Leaving the timer aside, which is the biggest by size?")
    assert {made[at]["size"] for at in told} == {0, 1, 18, 19}


def test_the_ends_of_a_few_columns_are_meant_where_the_question_names_none():
    made = records(a=[n * 7 % 20 for n in range(20)], b=[n * 3 % 20 for n in range(20)])
    made = [{**row, "c": n * 11 % 20, "name": f"n{n}"} for n, row in enumerate(made)]
    told = asked(made, "When was joblessness worst?")
    assert {max(range(20), key=lambda at, key=key: made[at][key]) for key in "abc"} <= told
    wide = [
        {**row, **{f"k{k}": (n * k + k) % 20 for k in range(3, 12)}} for n, row in enumerate(made)
    ]
    assert asked(wide, "When was joblessness worst?") == set()


def test_each_hit_that_may_be_the_definition_asked_for_stays():
    said = [f"  use(size, {n})" for n in range(40)]
    said[7], said[21], said[30] = "exports.size = 3", "this.size = total(rows)", "const size = 5"
    made = [{"type": "match", "path": f"src/{n}.js", "text": text} for n, text in enumerate(said)]
    weights = weigh(made, "Where is `size` defined? Give me file and line.")
    assert min(weights[at] for at in (7, 21, 30)) >= RELEVANCE
    assert sum(weight >= RELEVANCE for weight in weights) <= 6
