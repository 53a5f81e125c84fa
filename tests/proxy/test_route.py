"""Where requests go, by path and header alone."""

from __future__ import annotations

import pytest

from headroom.errors import ConfigurationError
from headroom.proxy import route


@pytest.mark.parametrize(
    ("path", "wire", "upstream", "there"),
    [
        ("/v1/chat/completions", "openai-chat", "openai", None),
        ("/chat/completions", "openai-chat", "openai", "/v1/chat/completions"),
        ("/p/shop/v1/chat/completions", "openai-chat", "openai", "/v1/chat/completions"),
        ("/s/lease-7/chat/completions", "openai-chat", "openai", "/v1/chat/completions"),
        ("/openai/deployments/d/chat/completions", "openai-chat", "openai", None),
        ("/v1/responses", "openai-responses", "openai", None),
        ("/responses", "openai-responses", "openai", "/v1/responses"),
        ("/v1/responses/compact", None, "openai", None),
        ("/v1/messages", "anthropic", "anthropic", None),
        ("/messages", "anthropic", "anthropic", "/v1/messages"),
        ("/p/x/v1/messages", "anthropic", "anthropic", "/v1/messages"),
        ("/v1/messages/count_tokens", None, "anthropic", None),
        ("/messages/count_tokens", None, "anthropic", "/v1/messages/count_tokens"),
        ("/api/hello", None, "anthropic", None),
        ("/v1beta/models/gemini-2.5-pro:generateContent", "gemini", "gemini", None),
        ("/v1/models/gemini-3:streamGenerateContent", "gemini", "gemini", None),
        (
            "/models/gemini-3:streamGenerateContent",
            "gemini",
            "gemini",
            "/v1beta/models/gemini-3:streamGenerateContent",
        ),
        ("/v1beta/models/gemini-2.5-pro:countTokens", None, "gemini", None),
        ("/v1beta/models", None, "gemini", None),
        (
            "/v1/projects/p/locations/l/publishers/anthropic/models/claude:streamRawPredict",
            "anthropic",
            "anthropic",
            None,
        ),
        ("/v1/models", None, "openai", None),
        ("/v1/embeddings", None, "openai", None),
        ("/anything", None, "openai", None),
    ],
)
def test_a_path_says_wire_and_upstream(path, wire, upstream, there):
    found = route.locate("POST", path, [])
    assert (found.wire, found.upstream, found.path) == (wire, upstream, there or path)
    assert (found.handler is None) == (wire is None)


@pytest.mark.parametrize("method", ["GET", "DELETE", "HEAD"])
def test_only_a_post_holds_a_request_to_a_model(method):
    found = route.locate(method, "/v1/chat/completions", [])
    assert found.wire is None
    assert route.locate(method, "/messages", []).path == "/v1/messages"


@pytest.mark.parametrize(
    ("name", "upstream"),
    [("x-api-key", "anthropic"), ("anthropic-version", "anthropic"), ("x-goog-api-key", "gemini")],
)
def test_a_path_that_several_have_goes_by_the_kind_of_its_key(name, upstream):
    assert route.locate("GET", "/v1/models", [(name.encode(), b"k")]).upstream == upstream


@pytest.mark.parametrize(
    ("base", "path", "url"),
    [
        ("https://h", "/v1/x", "https://h/v1/x?q=1"),
        ("https://h/v1", "/v1/x", "https://h/v1/x?q=1"),
        ("https://h/openai/v1", "/v1/x", "https://h/openai/v1/x?q=1"),
        ("https://h/openai", "/v1/x", "https://h/openai/v1/x?q=1"),
        ("https://h/v1", "/v1beta/x", "https://h/v1/v1beta/x?q=1"),
    ],
)
def test_a_version_in_both_halves_counts_once(base, path, url):
    assert route.target(base, path, "q=1") == url


@pytest.mark.parametrize(
    "url",
    ["", "h", "ftp://h", "https://", "https://u:p@h", "https://h?x", "https://h:x", " https://h"],
)
def test_what_is_no_url_of_a_host_is_refused(url):
    with pytest.raises(ConfigurationError, match="upstream openai is"):
        route.upstreams({"openai": url})


def test_an_unknown_upstream_is_refused():
    with pytest.raises(ConfigurationError, match="no upstream 'azure'"):
        route.upstreams({"azure": "https://h"})


def test_every_row_names_what_is_there():
    names = {row["name"] for row in route.table()["upstream"]}
    assert {row["upstream"] for key in ("wire", "elsewhere") for row in route.table()[key]} == names
