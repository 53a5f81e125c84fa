"""What `headroom stats` shows of what proxies kept."""

import json
import re
import threading
import time
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

import pytest
from click.testing import CliRunner

from headroom.cli import stream
from headroom.cli.main import main
from headroom.proxy.money.account import Accounts, Saved
from headroom.proxy.money.book import DAY, open_book
from headroom.proxy.money.figures import Figures
from headroom.proxy.money.keeper import Keeper
from headroom.proxy.money.usage import Usage


@pytest.fixture
def place(tmp_path, monkeypatch):
    monkeypatch.setenv("HEADROOM_LEDGER", str(tmp_path / "forms.sqlite"))
    return tmp_path / "accounts.sqlite"


def keep(place, days_ago=0, model="gpt-4o", **saved):
    book = open_book(str(place), clock=lambda: time.time() - days_ago * DAY)
    figures = Figures()
    accounts = Accounts(book, figures)
    accounts.record(model, Saved(b"a", **saved), Usage(fresh=1000))
    figures.add(
        {"tokens.wire_before": 900, "tokens.wire_after": 300, "tokens.new_before": 90}, model
    )
    Keeper(book, accounts, figures).close()


def shown(*arguments, status=0):
    done = CliRunner().invoke(main, ["stats", *arguments])
    assert done.exit_code == status, done.output
    return done.output


def test_without_a_running_proxy_it_shows_what_is_kept(place):
    keep(place, new=500)
    keep(place, model="claude-sonnet-4-5", retrieved=50)
    lines = shown().splitlines()
    assert re.fullmatch(r"whole wire +1,800 +600 +1,200 +66\.7%", lines[1])
    assert re.fullmatch(r"price +1,500 +2,000 +-500 +-33\.3%", lines[3])
    assert re.fullmatch(
        r"saved by model +requests +whole wire +new input +price +dollars", lines[5]
    )
    assert re.fullmatch(r"claude-sonnet-4-5 +1 +66\.7% +100\.0% +-1,000 +-0\.0030", lines[6])
    assert re.fullmatch(r"gpt-4o +1 +66\.7% +100\.0% +500 +0\.0012", lines[7])
    assert "counted and estimated tokens" in lines[-1]


def test_a_model_of_which_nothing_is_known_has_no_line_and_one_request_is_one(place):
    keep(place, new=1)
    book = open_book(str(place), clock=time.time)
    accounts = Accounts(book, figures := Figures())
    figures.add({"statuses.502": 1}, "nobody-answered")
    accounts.record("gpt-4o", Saved(b"b", new=1), None)
    Keeper(book, accounts, figures).close()
    text = shown()
    assert "nobody-answered" not in text
    assert "nobody-answered" in shown("--json")
    assert "not in the price: 1 request without usage in the answer\n" in text


def test_what_is_no_store_is_not_taken_for_an_empty_one(place):
    assert "'foo' is no store" in shown("--store", "foo", status=2)


def test_a_server_that_is_not_there_is_told_instead_of_zeros(monkeypatch):
    pytest.importorskip("redis")
    monkeypatch.delenv("HEADROOM_LEDGER", raising=False)
    said = shown("--store", "redis://me:secret@127.0.0.1:1/0", status=2)
    assert "the figures at 127.0.0.1:1/0 cannot be read" in said
    assert "whole wire" not in said
    assert "secret" not in said


def test_before_the_first_request_it_says_what_to_do(place):
    assert shown().endswith("point a client at it\n")
    assert "headroom wrap AGENT" in shown()
    keep(place, days_ago=30, new=1)
    assert "no request was seen" not in shown()
    assert "no request was seen since then" in shown("--since", "2d")


def test_only_the_last_days_are_shown_where_that_is_asked(place):
    keep(place, days_ago=30, new=1)
    keep(place, days_ago=3, new=1)
    count = lambda *since: json.loads(shown("--json", *since))["money"]["requests"]  # noqa: E731
    assert (count(), count("--since", "7d"), count("--since", "2d")) == (2, 1, 0)
    assert count("--since", time.strftime("%Y-%m-%d", time.gmtime(time.time() - 40 * DAY))) == 2
    assert "neither a number of days" in shown("--since", "soon", status=2)
    assert "--url" in shown("--since", "1d", "--url", "http://127.0.0.1:1", status=2)


def test_where_nothing_is_kept_it_shows_nothing_and_makes_no_file(place, monkeypatch):
    assert "whole wire" in shown()
    assert not place.exists()
    monkeypatch.setenv("HEADROOM_LEDGER", "memory:")
    assert "--url" in shown(status=2)


def test_a_terminal_gets_a_table_in_which_losses_are_red(place, monkeypatch):
    keep(place, model="[bold]gpt-4o", retrieved=50)
    monkeypatch.setattr(stream, "coloured", lambda _: True)
    monkeypatch.setenv("FORCE_COLOR", "1")
    monkeypatch.setenv("COLUMNS", "100")
    text = shown()
    assert "\x1b[1;31m" in text
    assert "[bold]gpt-4o" in text


class Answering(BaseHTTPRequestHandler):
    def do_GET(self):
        status, said = self.server.says
        self.send_response(status)
        self.end_headers()
        self.wfile.write(said)

    def log_message(self, *_):
        pass


@pytest.mark.parametrize(
    ("status", "said", "told"),
    [
        (403, b"no", "answers 403 Forbidden; name its --token"),
        (404, b"{}", "answers 404 Not Found\n"),
        (200, b"{}", "is no proxy of ours"),
        (200, b"[1]", "is no proxy of ours"),
        (200, b"<html>", "no proxy answers"),
    ],
)
def test_who_answers_in_a_proxys_place_is_said_in_a_line(status, said, told):
    with ThreadingHTTPServer(("127.0.0.1", 0), Answering) as server:
        server.says = status, said
        threading.Thread(target=server.serve_forever, daemon=True).start()
        text = shown("--url", f"http://127.0.0.1:{server.server_address[1]}", status=2)
        server.shutdown()
    assert told in text
    assert text.count("\n") == 1


def test_where_nobody_answers_that_is_said_without_the_words_of_a_library():
    assert shown("--url", "http://127.0.0.1:1", status=2).endswith(": Connection refused\n")
    assert "'x' is no URL of a proxy; one is http" in shown("--url", "x", status=2)
