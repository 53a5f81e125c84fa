"""Names of built-ins: every one loads, and a wrong one says what there is."""

from __future__ import annotations

import pytest

from headroom import registry
from headroom.engine.router import ROUTES
from headroom.errors import ConfigurationError


@pytest.mark.parametrize("name", sorted(registry.COMPRESSORS))
def test_a_compressor_loads_under_its_own_name_and_is_built_once(name):
    made = registry.compressor(name)
    assert made.name == name
    assert made.forms
    assert registry.compressor(name) is made


@pytest.mark.parametrize("name", sorted(registry.PROVIDERS))
def test_a_wire_loads_under_its_own_name_and_is_built_once(name):
    made = registry.provider(name)
    assert made.name == name
    assert registry.provider(name) is made


def test_no_form_is_claimed_by_two_compressors():
    forms = [form for name in registry.COMPRESSORS for form in registry.compressor(name).forms]
    assert len(forms) == len(set(forms))


def test_the_router_asks_only_compressors_that_exist():
    assert {name for names in ROUTES.values() for name in names} == set(registry.COMPRESSORS)


@pytest.mark.parametrize(
    ("look_up", "known"), [(registry.compressor, "smart_crusher"), (registry.provider, "gemini")]
)
def test_an_unknown_name_is_an_error_that_lists_the_known(look_up, known):
    with pytest.raises(ConfigurationError, match=known):
        look_up("no-such-name")
