"""Nested JSON: what tells things apart stays, what is left out is named."""

from __future__ import annotations

import json
import re
from collections import Counter

import pytest

from headroom.core.types import ContentType
from headroom.elide.rows.by_record import by_record


def mail(number, *answers):
    """Return a mail with the answers to it, as programs for mail print a thread."""
    head = {"Subject": f"Berth {number}", "From": f"ann{number}@example.org", "To": "port@x.org"}
    flags = {"match": True, "excluded": False, "filename": [f"/var/mail/cur/{number}:2,S"]}
    return [{"id": f"{number * 7919}@example.org", **flags, "headers": head}, list(answers)]


def thread(mails):
    """Return so many mails, most of which answer one that answers another."""
    made = mail(mails)
    for number in range(mails - 1, 0, -1):
        made = mail(number, made) if number % 4 else mail(number, made, mail(number + 1_000))
    return {"thread": "t1", "messages": [[made, mail(5_000)], [mail(6_000)]]}


def numbers(value):
    """Yield the numbers of the mails of a thread."""
    if isinstance(value, dict):
        if "id" in value:
            yield int(value["id"].split("@")[0]) // 7919
        value = list(value.values())
    if isinstance(value, list):
        for each in value:
            yield from numbers(each)


def cut(value, query, share=0.4):
    return by_record(json.dumps(value), ContentType.JSON, query, share)


@pytest.mark.parametrize("query", ["What are these mails about?", "Merge the patches.", ""])
def test_of_things_that_hang_on_each_other_each_keeps_its_name(query):
    whole = thread(24)
    made = cut(whole, query)
    assert sorted(numbers(json.loads(made.body))) == sorted(numbers(whole))
    assert len(made.body) < 0.6 * len(json.dumps(whole))


def test_keys_that_many_objects_lack_are_named_in_the_first_few():
    made = cut(thread(24), "What are these mails about?")
    assert max(Counter(re.findall(r'"…":"\d keys: [^"]+"', made.body)).values()) <= 3
    assert made.body.count('keys"') > 10


def test_the_object_of_which_the_question_gives_the_id_stays_whole():
    value = {
        f"package-{n}": [
            {
                "advisory": f"package {n} before {n}.2 lets anybody read what {n} others keep there",
                "cve": f"CVE-20{n:02}-{n * 37 % 999}",
                "id": f"vuln.io-{25000 + n}",
                "specs": [f"<{n}.2"],
            }
        ]
        for n in range(90)
    }
    made = cut(value, "What is the `cve` of the advisory with `id` vuln.io-25071?", 0.1)
    assert "CVE-2071-629" in made.body
    assert "CVE-2070-" not in made.body
    assert "CVE-2071-629" not in cut(value, "Which advisories are there?", 0.1).body
