"""The page on the lifecycle names the stages that there are, and who may change what."""

from __future__ import annotations

import re
from pathlib import Path

from headroom.engine import engine
from headroom.events import ENTRY_POINT_GROUP, PipelineStage

PAGE = (Path(__file__).resolve().parent.parent.parent / "docs" / "lifecycle.md").read_text("utf-8")
ROWS = re.findall(r"^\| `(\w+)` \|(.*)\|$", PAGE, re.MULTILINE)


def test_the_page_lists_every_stage_in_order():
    assert [name for name, _ in ROWS] == [str(stage) for stage in PipelineStage]


def test_messages_may_be_changed_exactly_where_the_page_says_so():
    said = {name for name, row in ROWS if "`event.messages`" in row}
    assert said == {str(stage) for stage in engine._MAY_CHANGE}


def test_the_page_names_the_entry_point_group():
    assert f"`{ENTRY_POINT_GROUP}`" in PAGE
