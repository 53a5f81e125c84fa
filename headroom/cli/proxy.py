"""`headroom proxy`: shorten what any client sends, on its way to the model."""

from __future__ import annotations

import os
import shlex
import shutil
import sys
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from headroom.cli import stream
from headroom.config.port import PORT
from headroom.config.schema import PROFILES, Options
from headroom.errors import HeadroomError

if TYPE_CHECKING:
    import socket
    from collections.abc import Callable, Iterator

    from headroom.proxy.settings import Settings
    from headroom.wrap.proxyctl import Wanted

_HERE = ("127.0.0.1", "localhost", "0.0.0.0")  # noqa: S104 - where it is reached from here, too
"""Addresses to listen on under which 127.0.0.1 leads to the proxy."""
_LOGIN_PATH = "/usr/local/bin:/usr/bin:/bin:/opt/homebrew/bin"
"""Folders that are on the path of any shell."""


@click.command()
@click.option("--port", type=click.IntRange(0, 65535), default=PORT, show_default=True)
@click.option("--host", default="127.0.0.1", show_default=True, help="Address to listen on.")
@click.option(
    "--upstream",
    "named",
    multiple=True,
    metavar="[NAME=]URL",
    help="Where requests go: openai=URL, anthropic=URL, gemini=URL, or one URL for all; also "
    "chatgpt, azure, vertex, bedrock and code-assist.",
)
@click.option(
    "--profile",
    type=click.Choice(PROFILES),
    default="balanced",
    show_default=True,
    help="How much may go, where the conversation can fetch what is left out.",
)
@click.option(
    "--store",
    metavar="URL",
    help="Where originals and forms lie, if not where HEADROOM_STORE says: redis://host:port/db.",
)
@click.option(
    "--long-reads",
    type=click.IntRange(1),
    metavar="TOKENS",
    help="Cut file reads of so many tokens too, to whole lines; without it none are.",
)
@click.option(
    "--workers",
    type=click.IntRange(1, 256),
    default=1,
    show_default=True,
    help="Processes that serve together; more than one where one has no time left.",
)
@click.option("--token", envvar="HEADROOM_PROXY_TOKEN", help="What every request has to name.")
@click.option(
    "--lend-key",
    multiple=True,
    metavar="NAME",
    help="Let requests that are signed with AWS keys go out with the key in "
    "AWS_BEARER_TOKEN_BEDROCK: bedrock. It needs --token.",
)
@click.option("--allow-host", multiple=True, metavar="NAME", help="A further name of this proxy.")
@click.option(
    "--deadline",
    type=click.FloatRange(0, 60, min_open=True),
    default=1.0,
    show_default=True,
    help="Most seconds that shortening a request may take.",
)
@click.option(
    "--explain",
    is_flag=True,
    help="Say in x-headroom- headers of answers what became of their requests.",
)
@click.option(
    "--log-format",
    type=click.Choice(("text", "json")),
    help="Log a line for each request, without content; else only warnings are logged.",
)
@click.option("--lease-folder", hidden=True, type=click.Path(path_type=Path))
@click.option("--listen-fd", hidden=True, type=click.IntRange(0))
@click.option("--linger", hidden=True, type=click.FloatRange(0), default=5.0)
def proxy(port: int, host: str, **asked: Any) -> None:
    """Relay requests to the models' hosts with tool outputs shortened.

    Point a client's base URL at it: http://127.0.0.1:8787 (Anthropic, Gemini) or
    http://127.0.0.1:8787/v1 (OpenAI).
    """
    from headroom.config.location import as_store, ledger_place, store_url  # noqa: PLC0415 - `--help` is light
    from headroom.proxy import lending  # noqa: PLC0415
    from headroom.proxy.serving import allocator, log, server  # noqa: PLC0415
    from headroom.proxy.serving.blueprint import Blueprint  # noqa: PLC0415
    from headroom.proxy.settings import Settings  # noqa: PLC0415
    from headroom.stores.elsewhere import announced  # noqa: PLC0415

    if asked["store"]:
        asked["store"] = as_store(asked["store"])
    store = asked["store"] or store_url()
    allocator.spare()
    log.set_up(asked["log_format"])
    try:
        settings = Settings(
            upstreams=_upstreams(asked["named"]),
            options=Options.build({"profile": asked["profile"], "long_reads": asked["long_reads"]}),
            # Without the blanks of a file that it was read from: no header could name them.
            token=(asked["token"] or "").strip() or None,
            hosts=frozenset((host, *asked["allow_host"])),
            keys=lending.keys_of(asked["lend_key"], os.environ),
            deadline=asked["deadline"],
            explain=asked["explain"],
            shared=_found_by_commands(store),
            durable=store != "memory:",
            shell=_shell(),
        )
        blueprint = Blueprint(settings, store, ledger_place(store), asked["log_format"])
        _apart(settings.upstreams, host, port)
        blueprint.check(asked["workers"])
        server.check(host, settings.token)
        lending.check(settings)
        with announced(store), _announced(host, settings, asked) as said:
            if asked["workers"] == 1:
                ready = _inherited(asked["listen_fd"])
                server.serve(blueprint.build(), host, port, settings.token, said, ready)
            else:
                from headroom.proxy.serving.workers import Workers  # noqa: PLC0415 - few ask for them

                Workers(blueprint, asked["workers"]).serve(host, port, said)
    except HeadroomError as error:
        raise stream.Mistake(str(error)) from error


@contextmanager
def _announced(
    host: str, settings: Settings, asked: dict[str, Any]
) -> Iterator[Callable[[str], object]]:
    """Yield what says where the proxy listens: to whoever started it, and to agents to come."""
    if asked["lease_folder"] is not None:
        yield _kept(asked["lease_folder"], asked["linger"], settings.upstreams)
        return
    from headroom.config.location import state_folder  # noqa: PLC0415 - `--help` is light
    from headroom.wrap.proxyctl import run_folder  # noqa: PLC0415
    from headroom.wrap.standing import Standing  # noqa: PLC0415

    wanted = _as_wrapped(host, settings, asked)
    run = None
    with suppress(HeadroomError):  # as in a container, without a home: nobody wraps anything there
        run = run_folder(state_folder())
    if run is None or host not in _HERE:
        yield _announce
        return
    standing = Standing(run, wanted)

    def said(url: str) -> None:
        standing.announce(url, settings.upstreams)
        _announce(url)

    with standing.ended():
        yield said


def _as_wrapped(host: str, settings: Settings, asked: dict[str, Any]) -> Wanted | None:
    """Return what `wrap` would call a proxy like this one; None where it starts none like it."""
    from headroom.config.location import store_url  # noqa: PLC0415 - `--help` is light
    from headroom.config.upstream import with_file  # noqa: PLC0415
    from headroom.config.vendor import hosts, variables  # noqa: PLC0415
    from headroom.proxy.settings import Settings  # noqa: PLC0415
    from headroom.wrap.proxyctl import Wanted  # noqa: PLC0415

    usual = Settings()
    environment = with_file(os.environ)
    told = {name: environment.get(key) for name, key in variables().items()}
    others = {name: url for name, url in settings.upstreams.items() if name not in hosts()}
    same = (
        host == "127.0.0.1"
        and settings.token is None
        and not settings.keys
        and (settings.deadline, settings.explain) == (usual.deadline, usual.explain)
        and asked["store"] in (None, store_url())
        and all(url == told[name] for name, url in others.items())
    )
    if not same:
        return None
    upstreams = {name: settings.upstreams[name] for name in hosts()}
    return Wanted(upstreams, environment, asked["profile"], asked["long_reads"])


def _announce(url: str) -> None:
    click.echo(f"headroom proxy listens on {url} (OpenAI clients: {url}/v1); stop it with Ctrl-C")


def _inherited(number: int | None) -> socket.socket | None:
    """Return the socket that whoever started us listens on already."""
    import socket  # noqa: PLC0415 - `--help` is light

    return None if number is None else socket.socket(fileno=number)


def _kept(folder: Path, linger: float, upstreams: dict[str, str]) -> Callable[[str], None]:
    """Return what says where a proxy listens that agents share and that ends with the last."""
    from headroom.wrap.keeper import Keeper  # noqa: PLC0415 - `--help` is light

    keeper = Keeper(folder, linger)
    return lambda url: keeper.announce(url, upstreams)


def _upstreams(named: tuple[str, ...]) -> dict[str, str]:
    """Return the URL of each upstream: options, the environment, the user's file, the defaults."""
    from headroom.config.upstream import with_file  # noqa: PLC0415 - `--help` is light
    from headroom.config.vendor import variables  # noqa: PLC0415
    from headroom.proxy import route  # noqa: PLC0415

    environment = with_file(os.environ)
    urls = {name: environment[key] for name, key in variables().items() if environment.get(key)}
    for each in named:
        name, equals, url = each.partition("=")
        if equals and "/" not in name:
            urls[name] = url
        else:
            urls.update(route.everywhere(each))
    return route.upstreams(urls)


def _apart(upstreams: dict[str, str], host: str, port: int) -> None:
    """See to it that no request comes back to the proxy that sent it.

    Raises:
        ConfigurationError: an upstream is this proxy itself.
    """
    from urllib.parse import urlsplit  # noqa: PLC0415 - `--help` is light

    from headroom.errors import ConfigurationError  # noqa: PLC0415
    from headroom.proxy.http.network import is_here  # noqa: PLC0415

    for name, url in upstreams.items():
        there = urlsplit(url)
        number = there.port or (443 if there.scheme == "https" else 80)
        if number == port and (there.hostname == host or is_here(there.hostname or "")):
            raise ConfigurationError(
                f"upstream {name} is {url}, which is this proxy itself; name the provider's host"
            )


def _found_by_commands(store: str) -> bool:
    """Whether commands of agents look into the store too: they go by the environment alone.

    A path that is relative is another one in each folder.
    """
    from headroom.config.location import store_url  # noqa: PLC0415 - `--help` is light

    if store != store_url() or store == "memory:":
        return False
    file = store.removeprefix("sqlite:///")
    return file == store or file.startswith("~") or Path(file).is_absolute()


def _shell() -> str:
    """Return the command with which an agent's shell fetches originals.

    Some agents run commands in a login shell, which sets PATH anew, so that only what lies in a
    folder of the system is surely found there by its name.
    """
    if shutil.which("headroom", path=_LOGIN_PATH) or (os.name == "nt" and shutil.which("headroom")):
        return "headroom retrieve"
    beside = shutil.which("headroom", path=str(Path(sys.executable).parent))
    found = beside or shutil.which("headroom")
    command = [str(Path(found).absolute())] if found else [sys.executable, "-m", "headroom"]
    return shlex.join([*command, "retrieve"])
