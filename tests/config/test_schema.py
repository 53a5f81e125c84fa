"""Options are checked in one place, with texts that say what to do."""

from dataclasses import fields

import pytest

from headroom import ConfigurationError, Options


def test_defaults_are_the_documented_ones():
    options = Options.build({})
    assert options == Options()
    assert (options.profile, options.min_tokens, options.protect_recent) == ("balanced", 100, 0)
    assert not options.compress_user_messages
    assert not options.compress_system_messages


def test_every_option_explains_itself():
    assert all(each.metadata["help"].endswith(".") for each in fields(Options))


@pytest.mark.parametrize(
    ("values", "text"),
    [
        ({"min_token": 1}, "did you mean 'min_tokens'"),
        ({"zzz": 1}, "unknown option 'zzz'; there are"),
        ({"profile": "fast"}, "must be one of 'lossless'"),
        ({"profile": ["lossless"]}, "must be one of"),
        ({"min_tokens": -1}, "whole number >= 0"),
        ({"min_tokens": "10"}, "whole number"),
        ({"min_tokens": True}, "whole number"),
        ({"protect_recent": 1.5}, "whole number"),
        ({"compress_user_messages": 1}, "True or False"),
        ({"editing": "yes"}, "True or False"),
    ],
)
def test_a_wrong_option_is_a_clear_error(values, text):
    with pytest.raises(ConfigurationError, match=text):
        Options.build(values)


def test_editing_may_be_left_open():
    assert Options.build({"editing": None}).editing is None
    assert Options.build({"editing": True}).editing is True
