"""The official clients: each is imported once, by the first test that needs it."""

from __future__ import annotations

import os
import warnings

import pytest

pytest.register_assert_rewrite("tests.sdk.twin")

from tests.sdk.twin import Async, Sync  # noqa: E402 - its asserts are to say what differs

SETTINGS = ("OPENAI_", "ANTHROPIC_", "GOOGLE_", "GEMINI_")
PROXIES = ("http_proxy", "https_proxy", "all_proxy")


def imported(module, package):
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # What a client warns of while it loads is not ours.
        reason = f"NOT TESTED: the official client {package} is not installed (extra `dev`)"
        return pytest.importorskip(module, reason=reason)


@pytest.fixture(scope="session")
def openai():
    return imported("openai", "openai")


@pytest.fixture(scope="session")
def anthropic():
    return imported("anthropic", "anthropic")


@pytest.fixture(scope="session")
def genai():
    return imported("google.genai", "google-genai")


@pytest.fixture(params=[Sync, Async], ids=["sync", "async"])
def way(request):
    """How calls are made: in a thread of their own, or in the loop of the test."""
    return request.param()


@pytest.fixture(autouse=True)
def nobodys_settings(monkeypatch, tmp_path):
    """Keep a person's keys, addresses and proxies out of what the clients do."""
    for name in list(os.environ):
        if name.startswith(SETTINGS) or name.lower() in PROXIES:
            monkeypatch.delenv(name)
    # No certificate is ever looked at here, and reading all of them takes each client long.
    monkeypatch.delenv("SSL_CERT_FILE", raising=False)
    monkeypatch.setenv("SSL_CERT_DIR", str(tmp_path))
