"""A key that the proxy was given stands in for signatures, for nobody but who knows its token."""

from __future__ import annotations

import json
import logging

import pytest

from headroom.errors import ConfigurationError
from headroom.proxy import lending
from headroom.proxy.route import upstreams
from headroom.proxy.serving import log
from headroom.proxy.settings import Settings
from tests.proxy.conversation import CONVERSE, OUTPUTS, converse, outputs_of
from tests.proxy.standin import play, running
from tests.proxy.test_report import Watch

VARIABLE = "AWS_BEARER_TOKEN_BEDROCK"
KEY = {"bedrock": "ABSKlent"}
SIGNATURE = "AWS4-HMAC-SHA256 Credential=AKID/20260101/us-east-1/bedrock/aws4_request, SignedHeaders=host, Signature=0"
SIGNED = [
    ("x-headroom-token", "sesame"),
    ("Authorization", SIGNATURE),
    ("X-Amz-Date", "20260101T000000Z"),
    ("X-Amz-Security-Token", "session"),
    ("x-amz-content-sha256", "0"),
    ("amz-sdk-request", "attempt=1"),
]


def amz(received):
    return sorted(name.lower() for name, _ in received.headers if "amz" in name.lower())


def test_a_signed_request_goes_out_shortened_with_the_key():
    async def test():
        async with running(keys=KEY, token="sesame") as world:
            for turns in (1, 2):
                assert (await world.post(CONVERSE, converse(turns), SIGNED))[0] == 200
            one, two = world.provider.received
            assert [each.header("authorization") for each in (one, two)] == ["Bearer ABSKlent"] * 2
            assert amz(one) == ["amz-sdk-request"]
            first, second = outputs_of("converse", two.json)
            assert outputs_of("converse", one.json) == [first]
            assert len(first) < len(OUTPUTS[0]) / 2
            assert len(second) < len(OUTPUTS[1])

    play(test())


@pytest.mark.parametrize("path", ["/model/amazon.nova-pro-v1:0/invoke", "/model/x/count-tokens"])
def test_what_is_relayed_goes_out_with_the_key_too(path):
    async def test():
        async with running(keys=KEY, token="sesame") as world:
            await world.post(path, b'{"input": 1.0}', SIGNED)
            [got] = world.provider.received
            assert got.header("authorization") == "Bearer ABSKlent"
            assert got.body == b'{"input": 1.0}'

    play(test())


@pytest.mark.parametrize(
    ("path", "sent", "keys"),
    [
        (CONVERSE, SIGNATURE, {}),
        (CONVERSE, "Bearer ABSKown", KEY),
        ("/v1/messages", SIGNATURE, KEY),
        ("/v1/chat/completions", SIGNATURE, KEY),
    ],
)
def test_no_other_request_gets_it(path, sent, keys):
    async def test():
        async with running(keys=keys, token="sesame") as world:
            token, _, *others = SIGNED
            await world.post(path, converse(1), [token, ("authorization", sent), *others])
            [got] = world.provider.received
            assert got.header("authorization") == sent
            assert got.header("x-amz-security-token") == "session"

    play(test())


def test_who_does_not_know_the_token_cannot_spend_the_key():
    async def test():
        async with running(keys=KEY, token="sesame") as world:
            assert (await world.post(CONVERSE, converse(1), SIGNED[1:]))[0] == 401
            assert (await world.post(f"/t/wrong{CONVERSE}", converse(1), SIGNED[1:]))[0] == 401
            assert world.provider.received == []
            assert (await world.post(f"/t/sesame{CONVERSE}", converse(1), SIGNED[1:]))[0] == 200

    play(test())


def test_the_key_is_neither_shown_nor_logged(caplog):
    settings, watch = Settings(keys=KEY, token="sesame"), Watch()
    assert "ABSK" not in repr(settings)

    async def test():
        observers = [log.RequestLog(), watch]
        async with running(keys=KEY, token="sesame", observers=observers, explain=True) as world:
            _, headers, _ = await world.post(CONVERSE, converse(1), SIGNED)
            stats = await world.send("GET", "/stats", None, SIGNED[:1])
            assert "ABSK" not in str((headers, stats, watch.reports))

    with caplog.at_level(logging.DEBUG):
        play(test())
    assert "ABSK" not in caplog.text
    assert json.loads(log._Json().format(caplog.records[-1]))


def test_keys_come_from_the_variable_of_their_upstream():
    assert lending.keys_of(["bedrock"], {VARIABLE: " ABSKlent\n"}) == KEY
    assert lending.keys_of([], {VARIABLE: "ABSKlent"}) == {}


@pytest.mark.parametrize(
    ("name", "environment", "why"),
    [
        ("openai", {VARIABLE: "k"}, "only for bedrock"),
        ("bedrock", {}, VARIABLE),
        ("bedrock", {VARIABLE: " "}, VARIABLE),
        ("bedrock", {VARIABLE: "a\r\nx-evil: 1"}, VARIABLE),
        ("bedrock", {VARIABLE: "žluť"}, VARIABLE),
    ],
)
def test_what_cannot_be_lent_is_a_mistake_of_the_caller(name, environment, why):
    with pytest.raises(ConfigurationError, match=why):
        lending.keys_of([name], environment)


@pytest.mark.parametrize(
    ("token", "url", "why"),
    [
        (None, None, "--token"),
        ("sesame", "http://bedrock.example", "https"),
        ("sesame", None, None),
        ("sesame", "https://bedrock.example", None),
        ("sesame", "http://127.0.0.1:9000", None),
    ],
)
def test_a_key_is_lent_only_to_who_knows_the_token_and_not_in_the_clear(token, url, why):
    urls = upstreams({} if url is None else {"bedrock": url})
    settings = Settings(upstreams=urls, keys=KEY, token=token)
    if why is None:
        lending.check(settings)
        return
    with pytest.raises(ConfigurationError, match=why):
        lending.check(settings)
