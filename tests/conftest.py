"""Fixtures and Hypothesis profiles for the whole suite."""

import gc
import os
import socket

import pytest
from hypothesis import HealthCheck, settings

from headroom.config.certificate import _BESIDES, _INSTEAD

COMMON = {
    "deadline": None,
    "suppress_health_check": [HealthCheck.too_slow, HealthCheck.data_too_large],
}
settings.register_profile("quick", max_examples=50, **COMMON)
settings.register_profile("ci", max_examples=2000, derandomize=True, **COMMON)
settings.register_profile("fuzz", max_examples=20_000, **COMMON)
settings.register_profile("ci-judgement", max_examples=250, derandomize=True, **COMMON)
PROFILE = os.environ.get("HYPOTHESIS_PROFILE", "ci")
settings.load_profile(PROFILE)

JUDGEMENT = {"ccr", "detect", "elide", "kompress"}
"""Folders whose code weighs and ranks: what must come back exactly is proven by the others."""


@pytest.hookimpl(wrapper=True)
def pytest_collection():
    """Keep the collector of garbage from what stays anyway: modules and tests.

    It went through all of them time and again, for a third of the time that collecting tests took.
    """
    gc.disable()
    try:
        return (yield)
    finally:
        gc.enable()
        gc.freeze()


def pytest_collectstart(collector):
    """Give what must be exact more examples than what is a matter of judgement.

    Hypothesis reads the profile when a module is imported, which is what collecting it does.
    """
    if isinstance(collector, pytest.Module):
        judged = PROFILE == "ci" and not JUDGEMENT.isdisjoint(collector.path.parts)
        settings.load_profile("ci-judgement" if judged else PROFILE)


@pytest.fixture(autouse=True)
def fresh_engine():
    """Give every test an engine of its own behind `compress()`."""
    from headroom.engine.engine import Engine

    Engine.default.cache_clear()


@pytest.fixture(autouse=True)
def no_file(monkeypatch, tmp_path_factory):
    """Keep originals in memory, so that no test writes into anybody's home, or reads what is there."""
    monkeypatch.setenv("HEADROOM_STORE", "memory:")
    for name in ("XDG_CACHE_HOME", "XDG_CONFIG_HOME", "XDG_DATA_HOME", "XDG_STATE_HOME"):
        monkeypatch.setenv(name, str(tmp_path_factory.getbasetemp() / name.lower()))


@pytest.fixture(autouse=True)
def no_company(monkeypatch):
    """Forget which certificates this machine's programs trust: reading them takes 0.1 s a proxy."""
    for name in (*_BESIDES, *_INSTEAD):
        monkeypatch.delenv(name, raising=False)


@pytest.fixture(autouse=True)
def no_network(monkeypatch):
    """Refuse every connection that does not stay on this machine."""
    real = socket.socket.connect

    def connect(self, address):
        if self.family != getattr(socket, "AF_UNIX", None) and address[0] not in (
            "127.0.0.1",
            "::1",
        ):
            raise AssertionError(f"a test tried to contact {address!r}")
        return real(self, address)

    monkeypatch.setattr(socket.socket, "connect", connect)
