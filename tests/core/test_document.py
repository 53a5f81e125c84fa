"""Requests as objects: edited copy-on-write."""

from __future__ import annotations

import pytest

from headroom.core.document import TreeDocument
from headroom.core.types import Edit


def test_only_the_edited_path_is_copied():
    tree = {"a": [{"x": 1}, {"y": 2}], "b": {"z": 3}}
    made = TreeDocument(tree).edit([Edit(("a", 0, "x"), 9)]).tree
    assert made == {"a": [{"x": 9}, {"y": 2}], "b": {"z": 3}}
    assert tree["a"][0]["x"] == 1
    assert made["a"][1] is tree["a"][1]
    assert made["b"] is tree["b"]


def test_no_edit_is_the_same_document():
    document = TreeDocument([1])
    assert document.edit([]) is document


def test_an_index_at_the_end_appends():
    assert TreeDocument({"m": (1,)}).edit([Edit(("m", 1), 2), Edit(("m", 2), 3)]).tree == {
        "m": (1, 2, 3)
    }


@pytest.mark.parametrize("path", [("x",), (0,), ("a", 5), ("a", 0, "y")])
def test_a_path_that_leads_nowhere_is_an_error(path):
    with pytest.raises(LookupError):
        TreeDocument({"a": [1]}).edit([Edit(path, 1)])


def test_a_rewritten_tree_shares_what_did_not_change():
    tree = {"m": [{"a": 1}, {"b": 2}]}
    made = TreeDocument(tree).rewrite({"m": [{"a": 1}, {"b": 3}]}).tree
    assert made["m"][0] is tree["m"][0]
    assert made["m"][1] == {"b": 3}
