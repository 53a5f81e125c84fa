"""What was exchanged in a file is enough to have the former content back."""

import itertools

from hypothesis import given, settings
from hypothesis import strategies as st

from headroom.edits.version import Splice, Version, digest

TEXT = st.text(st.sampled_from("ab\n\r\ufeffé"))


@settings(max_examples=300)
@given(TEXT, TEXT)
def test_a_splice_is_as_short_as_can_be_and_makes_one_text_of_the_other(before, after):
    found = Splice.between(before, after)
    assert before[found.start :].startswith(found.old)
    end = len(before) - found.start - len(found.old)
    assert before[: found.start] + found.new + before[len(before) - end :] == after
    assert not (found.old and found.new) or found.old[0] != found.new[0]
    assert not (found.old and found.new) or found.old[-1] != found.new[-1]


@settings(max_examples=300)
@given(st.lists(TEXT, min_size=2, max_size=5))
def test_a_version_leads_back_over_any_number_of_changes(texts):
    splices = [Splice.between(a, b) for a, b in itertools.pairwise(texts)]
    version = Version.of(texts[0].encode(), texts[-1].encode(), splices)
    assert Version.unpack(version.pack()) == version
    assert version.back(texts[-1].encode()) == texts[0].encode()
    assert version.before == digest(texts[0].encode())
    assert Version.of(None, b"x", ()).back(b"x") is None
