"""Records that say why something failed, where other records say that it did."""

from __future__ import annotations

import pytest

from headroom.elide.rows.affected import affected
from headroom.elide.rows.column import columns


def events(failing=("berth/3", "berth/9")):
    out = []
    for n in range(20):
        name = f"berth/{n}"
        out += [
            {"act": "run", "of": name, "at": f"10:00:{n}"},
            {"act": "output", "of": name, "said": f"=== RUN {name}\n", "at": f"10:00:{n}"},
        ]
        if name in failing:
            text = f"quay_test: depth {n} below the chart of {name}"
            out.append({"act": "output", "of": name, "said": text, "at": f"10:01:{n}"})
        word = "FAIL" if name in failing else "PASS"
        out += [
            {"act": "output", "of": name, "said": f"--- {word}: {name} (0.{n}s)\n"},
            {"act": word.lower(), "of": name, "elapsed": n / 10},
        ]
    return out


def test_what_a_thing_that_failed_said_is_found_by_its_name():
    made = events()
    failed = {at for at, event in enumerate(made) if event["act"] == "fail"}
    found = affected(columns(made), failed, len(made))
    said = [made[at]["said"] for at in sorted(found)]
    assert [text for text in said if "chart" in text] == [
        "quay_test: depth 3 below the chart of berth/3",
        "quay_test: depth 9 below the chart of berth/9",
    ]
    assert not any("RUN" in text for text in said)


@pytest.mark.parametrize("made", [events(()), [{"act": "fail"}] * 9, []])
def test_without_trouble_or_names_nothing_is_found(made):
    failed = {at for at, event in enumerate(made) if event["act"] == "fail"}
    assert affected(columns(made), failed, len(made)) == set()


def test_where_most_records_are_affected_none_is_told_apart():
    made = events(tuple(f"berth/{n}" for n in range(20)))
    failed = {at for at, event in enumerate(made) if event["act"] == "fail"}
    assert affected(columns(made), failed, len(made)) == set()
