"""Where requests go, by path and header alone."""

from __future__ import annotations

import base64
import json

import pytest

from headroom.config.vendor import variables
from headroom.errors import ConfigurationError
from headroom.proxy import route


@pytest.mark.parametrize(
    ("path", "wire", "upstream", "there"),
    [
        ("/v1/chat/completions", "openai-chat", "openai", None),
        ("/chat/completions", "openai-chat", "openai", "/v1/chat/completions"),
        ("/p/shop/v1/chat/completions", "openai-chat", "openai", "/v1/chat/completions"),
        ("/s/lease-7/chat/completions", "openai-chat", "openai", "/v1/chat/completions"),
        ("/openai/deployments/d/chat/completions", "openai-chat", "azure", None),
        ("/openai/v1/responses", "openai-responses", "azure", None),
        ("/openai/responses", "openai-responses", "azure", None),
        ("/api/v1/chat/completions", "openai-chat", "openai", None),
        ("/api/v1/models", None, "openai", None),
        ("/api/chat", None, "openai", None),
        ("/api/tags", None, "openai", None),
        ("/api/anthropic/v1/messages", "anthropic", "anthropic", None),
        ("/v1/fim/completions", None, "openai", None),
        ("/v1/responses", "openai-responses", "openai", None),
        ("/responses", "openai-responses", "openai", "/v1/responses"),
        ("/v1/responses/compact", "openai-responses-compact", "openai", None),
        ("/v1/messages", "anthropic", "anthropic", None),
        ("/messages", "anthropic", "anthropic", "/v1/messages"),
        ("/p/x/v1/messages", "anthropic", "anthropic", "/v1/messages"),
        ("/v1/messages/count_tokens", "anthropic-count", "anthropic", None),
        (
            "/messages/count_tokens",
            "anthropic-count",
            "anthropic",
            "/v1/messages/count_tokens",
        ),
        ("/v1/responses/input_tokens", "openai-responses-count", "openai", None),
        ("/v1internal:countTokens", "gemini-code-assist-count", "code-assist", None),
        ("/v1/messages/batches", None, "anthropic", None),
        ("/v1/threads/thread_1/messages", None, "openai", None),
        ("/p/x/v1/threads/thread_1/messages", None, "openai", "/v1/threads/thread_1/messages"),
        ("/openai/threads/thread_1/messages", None, "azure", None),
        ("/v1beta/openai/chat/completions", "openai-chat", "gemini", None),
        ("/v1beta/models/gemini-3:batchGenerateContent", None, "gemini", None),
        ("/ws/google.ai.generativelanguage.v1beta.X.BidiGenerateContent", None, "gemini", None),
        ("/api/hello", None, "anthropic", None),
        ("/v1beta/models/gemini-2.5-pro:generateContent", "gemini", "gemini", None),
        ("/v1/models/gemini-3:streamGenerateContent", "gemini", "gemini", None),
        (
            "/models/gemini-3:streamGenerateContent",
            "gemini",
            "gemini",
            "/v1beta/models/gemini-3:streamGenerateContent",
        ),
        ("/v1beta/models/gemini-2.5-pro:countTokens", "gemini-count", "gemini", None),
        ("/v1beta/models", None, "gemini", None),
        ("/model/us.anthropic.claude-sonnet-4-5-v1%3A0/invoke", "anthropic", "bedrock", None),
        (
            "/model/anthropic.claude-x/invoke-with-response-stream",
            "anthropic",
            "bedrock",
            None,
        ),
        ("/model/us.anthropic.claude-x/converse", "bedrock-converse", "bedrock", None),
        (
            "/p/x/model/amazon.nova-pro-v1:0/converse-stream",
            "bedrock-converse",
            "bedrock",
            "/model/amazon.nova-pro-v1:0/converse-stream",
        ),
        (
            "/model/arn%3Aaws%3Abedrock%3Ax%3Ainference-profile%2Fy/invoke",
            "anthropic",
            "bedrock",
            None,
        ),
        ("/model/us.anthropic.claude-x/converse-later", None, "bedrock", None),
        ("/model/meta.llama3-70b/invoke", None, "bedrock", None),
        ("/v1internal:streamGenerateContent", "gemini-code-assist", "code-assist", None),
        ("/v1internal:loadCodeAssist", None, "code-assist", None),
        ("/backend-api/codex/responses", "openai-responses", "chatgpt", None),
        ("/backend-api/wham/usage", None, "chatgpt", None),
        ("/v1/models", None, "openai", None),
        ("/v1/embeddings", None, "openai", None),
        ("/anything", None, "openai", None),
    ],
)
def test_a_path_says_wire_and_upstream(path, wire, upstream, there):
    found = route.locate("POST", path, [])
    assert (found.wire, found.upstream, found.path) == (wire, upstream, there or path)
    assert (found.handler is None) == (wire is None)


VERTEX = "/v1/projects/p/locations/{}/publishers/{}"
CLAUDE, GOOGLE = "anthropic/models/claude-x:{}", "google/models/gemini-3:{}"


@pytest.mark.parametrize(
    ("location", "host"),
    [
        ("us-east5", "us-east5-aiplatform.googleapis.com"),
        ("global", "aiplatform.googleapis.com"),
        ("eu", "aiplatform.eu.rep.googleapis.com"),
        ("evil.example", None),
        ("us-east5.evil.example", None),
    ],
)
@pytest.mark.parametrize(
    ("model", "wire"),
    [
        (CLAUDE.format("rawPredict"), "anthropic"),
        (CLAUDE.format("streamRawPredict"), "anthropic"),
        (GOOGLE.format("generateContent"), "gemini"),
        (GOOGLE.format("countTokens"), "gemini-count"),
    ],
)
def test_vertex_has_a_host_for_each_region_and_no_other(location, host, model, wire):
    path = VERTEX.format(location, model)
    found = route.locate("POST", path, [])
    base = host and f"https://{host}"
    assert (found.wire, found.path, found.base, found.upstream) == (wire, path, base, "vertex")


def test_a_path_of_vertex_may_come_without_its_version():
    path = VERTEX.format("us-east5", CLAUDE.format("streamRawPredict"))
    found = route.locate("POST", path.removeprefix("/v1"), [])
    assert (found.wire, found.path, found.upstream) == ("anthropic", path, "vertex")


def test_counting_on_vertex_is_no_request_to_a_model():
    path = VERTEX.format(
        "us-east5", CLAUDE.format("rawPredict").replace("claude-x", "count-tokens")
    )
    assert route.locate("POST", path, []).wire == "anthropic-count"


def _token(claims):
    parts = [json.dumps(each).encode() for each in ({"alg": "RS256"}, claims, "signed")]
    return b".".join(base64.urlsafe_b64encode(each).rstrip(b"=") for each in parts)


LOGIN = _token({"https://api.openai.com/auth": {"chatgpt_account_id": "a"}, "exp": 1})
OTHER = _token({"iss": "https://login.microsoftonline.com"})
CHATGPT = "https://chatgpt.com"


@pytest.mark.parametrize(
    ("headers", "base", "path"),
    [
        ([(b"ChatGPT-Account-Id", b"a")], CHATGPT, "/backend-api/codex/responses"),
        ([(b"authorization", b"Bearer " + LOGIN)], CHATGPT, "/backend-api/codex/responses"),
        ([(b"authorization", b"bearer " + OTHER)], "https://api.openai.com", "/v1/responses"),
        ([(b"authorization", b"Bearer sk-proj-a.b.c")], "https://api.openai.com", "/v1/responses"),
        ([(b"authorization", b"Bearer eyJ.%%%.x")], "https://api.openai.com", "/v1/responses"),
        ([(b"authorization", b"Bearer eyJ.\xff.x")], "https://api.openai.com", "/v1/responses"),
        ([(b"authorization", b"Bearer eyJ.e30.x")], "https://api.openai.com", "/v1/responses"),
        ([(b"api-key", b"k")], None, "/v1/responses"),
    ],
)
@pytest.mark.parametrize("asked", ["/v1/responses", "/responses", "/p/shop/v1/responses"])
def test_a_login_has_another_host_than_a_key(headers, base, path, asked):
    found = route.locate("POST", asked, headers)
    assert (found.base, found.path, found.wire) == (base, path, "openai-responses")


def test_all_that_a_login_asks_for_goes_to_its_host():
    found = route.locate("GET", "/v1/models", [(b"chatgpt-account-id", b"a")])
    assert (found.base, found.path) == (CHATGPT, "/backend-api/codex/models")


@pytest.mark.parametrize(
    ("named", "base", "path"),
    [
        ({"openai": "https://own"}, "https://own", "/v1/responses"),
        ({"chatgpt": "https://own"}, "https://own", "/backend-api/codex/responses"),
        (
            {"chatgpt": "https://own/backend-api/codex"},
            "https://own/backend-api/codex",
            "/responses",
        ),
        (
            {"openai": "https://own", "chatgpt": "https://two"},
            "https://two",
            "/backend-api/codex/responses",
        ),
        ({"anthropic": "https://own"}, CHATGPT, "/backend-api/codex/responses"),
        (route.everywhere("https://own"), "https://own", "/v1/responses"),
    ],
)
def test_who_names_a_place_for_the_vendor_means_all_of_it(named, base, path):
    headers = [(b"chatgpt-account-id", b"a")]
    found = route.locate("POST", "/v1/responses", headers, route.upstreams(named))
    assert (found.base, found.path) == (base, path)


OPENAPI = "/v1/projects/p/locations/{}/endpoints/openapi/chat/completions"


@pytest.mark.parametrize(
    ("path", "key", "base"),
    [
        ("/v1beta/openai/chat/completions", "AIza", "https://generativelanguage.googleapis.com"),
        ("/v1/chat/completions", "sk-ant-api03-x", "https://api.anthropic.com"),
        ("/v1/chat/completions", "sk-x", "https://api.openai.com"),
        (OPENAPI.format("us-central1"), "ya29.x", "https://us-central1-aiplatform.googleapis.com"),
        (OPENAPI.format("global"), "ya29.x", "https://aiplatform.googleapis.com"),
        (OPENAPI.format("nowhere"), "ya29.x", None),
    ],
)
def test_openais_wire_at_another_vendor_goes_there(path, key, base):
    headers = [(b"authorization", f"Bearer {key}".encode())]
    assert route.locate("POST", path, headers).base == base
    own = route.upstreams({"openai": "https://own"})
    assert route.locate("POST", path, headers, own).base == "https://own"


def test_one_url_for_all_stands_for_every_vendor():
    known = route.upstreams(route.everywhere("https://own"))
    for path in (
        "/v1/messages",
        VERTEX.format("us-east5", CLAUDE.format("rawPredict")),
        "/model/a/b",
    ):
        assert route.locate("POST", path, [], known).base == "https://own"


@pytest.mark.parametrize(
    ("path", "header"),
    [
        ("/anthropic/v1/messages", "api-key"),
        ("/bedrock/model/anthropic.claude-x/invoke", "authorization"),
        ("/vertex/v1/projects/p/locations/us-east5/publishers/google/models/g:countTokens", "x"),
    ],
)
def test_a_key_of_another_host_does_not_reach_the_vendor(path, header):
    found = route.locate("POST", path, [(header.encode(), b"k")])
    assert found.upstream in ("azure", "bedrock", "vertex")


def test_a_key_of_azure_goes_where_azure_was_said_to_be_and_nowhere_else():
    path, headers = "/openai/deployments/d/chat/completions", [(b"api-key", b"k")]
    assert route.locate("POST", path, headers).base is None
    for name in ("azure", "openai"):
        known = route.upstreams({name: "https://r.openai.azure.com"})
        assert route.locate("POST", path, headers, known).base == "https://r.openai.azure.com"


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
    [
        *("", "h", "ftp://h", "https://", "https://u:p@h", "https://h?x", "https://h:x"),
        *(" https://h", "https://h/a b", "https://h/\u00e4", "https://h\n/v1", "https://h/\tv1"),
    ],
)
def test_what_is_no_url_of_a_host_is_refused(url):
    with pytest.raises(ConfigurationError, match="upstream openai is"):
        route.upstreams({"openai": url})


@pytest.mark.parametrize(
    "url", ["https://me:canary@h", "https://canary@h/v1", "https://h?k=canary"]
)
def test_what_is_said_of_such_a_url_names_no_password(url):
    with pytest.raises(ConfigurationError) as caught:
        route.upstreams({"openai": url})
    assert "canary" not in str(caught.value)


def test_an_unknown_upstream_is_refused():
    with pytest.raises(ConfigurationError, match="no upstream 'groq'"):
        route.upstreams({"groq": "https://h"})


def test_every_row_names_what_is_there():
    names, rows = set(variables()), route.table()
    assert {row["upstream"] for key in ("wire", "elsewhere", "host") for row in rows[key]} == names
    assert {row["of"] for row in rows["host"]} == set(route.everywhere("https://h"))
    assert all(len({"path", "header", "claim", "key"} & set(row)) == 1 for row in rows["host"])
