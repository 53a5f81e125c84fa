"""Tests of `leaves`: which values of a JSON text answer a question."""

from __future__ import annotations

import json

from headroom.ccr.bound import Bound
from headroom.ccr.query import matches

LIMIT = Bound(1_500, len)


def test_an_overview_of_a_tree_says_each_name_once_and_first_what_was_not_shown():
    tree = {"name": "leaf_39", "time": 0.5, "self": False}
    for n in range(38, -1, -1):
        tree = {"name": f"leaf_{n}", "file": "work.py", "time": n / 7, "self": False, "i": tree}
    text = json.dumps({"root": tree})
    out = matches(text, "What does this profile say?", (text[: len(text) // 2],), LIMIT)
    assert '"leaf_34"' in out
    assert out.count('"work.py"') <= 1


def test_the_fields_of_one_item_are_told_together():
    items = [
        {
            "name": f"service-{n}",
            "values": {f"setting_{k}": k * n for k in range(6)}
            | {"port": 8000 + n, "region": "eu", "tier": "gold", "subnet": f"10.{n}.0.0/24"},
        }
        for n in range(60)
    ]
    items[41]["name"] = "ledger"
    plan = {part: {"items": items} for part in ("planned", "drift", "change", "check", "prior")}
    query = "Which port and subnet does the ledger service use?"
    out = matches(json.dumps(plan), query, (), Bound(900, len))
    assert "port: 8041" in out
    assert 'subnet: "10.41.0.0/24"' in out


def test_a_list_of_plain_values_is_one_value():
    tree = {f"option_{n}": {"enum": [f"v{n}", "none"], "help": "text " * 20} for n in range(80)}
    tree["mode"] = {"enum": ["development", "production", "none"], "help": "Which mode."}
    out = matches(json.dumps({"definitions": tree}), "Which modes may I set?", (), LIMIT)
    assert 'mode.enum: ["development","production","none"]' in out


def test_what_a_name_far_above_says_weighs_less_than_what_stands_beside():
    line = [[n / 7, n / 3] for n in range(900)]
    place = {"geometry": {"type": "LineString", "coordinates": line}, "code": "sj"}
    out = matches(json.dumps({"features": [place]}), "What sort of geometry is it?", (), LIMIT)
    assert "LineString" in out
    place["properties"] = {"id": 7}
    out = matches(json.dumps({"root": place}), "What sort of geometry is it?", (), LIMIT)
    assert 'geometry.type: "LineString"' in out
