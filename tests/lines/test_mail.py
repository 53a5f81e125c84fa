"""Mails one after another."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from headroom.lines.mail import mails

NAMES = ["Ana", "Bo", "Cy", "Di", "Ed", "Flo", "Gus", "Hal", "Ida", "Jo", "Kay", "Lea"]


def mail(n, body, *, mbox=True):
    head = [f"From {n}@example.org Wed Nov 18 05:57:{n:02} 2026"] * mbox
    return [
        *head,
        f'From: "{NAMES[n]}" <{n}@example.org>',
        "To: list@example.org",
        f"Date: Wed, 18 Nov 2026 05:57:{n:02} +0100",
        f"Subject: [list] about the {n}th part of what",
        "\tthere is to be said",
        f"Message-ID: <{n}@example.org>",
        "",
        *body,
        "",
    ]


@pytest.mark.parametrize("mbox", [True, False], ids=["mbox", "bare"])
def test_each_mail_has_its_header_and_its_body(mbox):
    lines = [line for n in range(5) for line in mail(n, ["Hi,", "", f"this is {n}."], mbox=mbox)]
    found = mails(lines)
    assert len(found) == 5
    assert [lines[at] for at in found[2].fields] == [
        'From: "Cy" <2@example.org>',
        "Date: Wed, 18 Nov 2026 05:57:02 +0100",
        "Subject: [list] about the 2th part of what",
        "\tthere is to be said",
    ]
    assert lines[found[2].body : found[2].end] == ["", "Hi,", "", "this is 2.", ""]
    assert found[0].start == 0
    assert found[-1].end == len(lines)


@pytest.mark.parametrize(
    "lines",
    [
        mail(1, ["alone"]),
        ["Date: 1", "From: a", ""] * 9,
        ["From: a", "Date: 1", "Subject: b", "x = 1"] * 9,
        ["word"] * 40 + mail(1, ["a"]) + mail(2, ["b"]),
        [""],
    ],
    ids=["one", "no subject", "no empty line", "far below", "nothing"],
)
def test_other_texts_have_none(lines):
    assert mails(lines) is None


PARTS = (
    "From: a",
    "Date: b",
    "Subject: c",
    "From a@b Wed Nov 18 0",
    "",
    "\tx",
    "word",
    "> From: q",
)


@given(st.lists(st.sampled_from(PARTS), min_size=1, max_size=60))
def test_mails_follow_each_other_to_the_end(lines):
    found = mails(lines)
    if found is not None:
        assert [each.end for each in found] == [*(each.start for each in found[1:]), len(lines)]
        assert all(each.start < each.body <= each.end for each in found)
        assert all(each.start <= at < each.body for each in found for at in each.fields)
