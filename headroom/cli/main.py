"""`headroom`: the group of commands, each imported when it is used."""

from __future__ import annotations

import errno
from contextlib import contextmanager
from importlib import import_module
from typing import TYPE_CHECKING, Any, NoReturn

import click

import headroom
from headroom.cli.stream import Mistake
from headroom.errors import HeadroomError

if TYPE_CHECKING:
    from collections.abc import Iterator

_HELP = getattr(click.exceptions, "NoArgsIsHelpError", ())
"""What newer versions of click raise to print the help; others print it themselves."""

_INTERRUPTED = 130
"""Status of a program that SIGINT ended, as shells have it."""

COMMANDS = {
    "compress": "Shorten a text, or every tool output in a request body.",
    "expand": "Undo every folded form in a text or a request body.",
    "retrieve": "Print an original that was shortened, or a part of it.",
    "model": "The model that `--engine ml` asks about prose.",
    "demo": "Shorten real outputs of this machine and bring them back.",
    "proxy": "Relay requests to models with tool outputs shortened.",
    "mcp": "Serve our tools over MCP, and register them with clients.",
    "doctor": "Find out what is wrong here, and what to do about it.",
    "stats": "Show what proxies have saved, and what they have cost.",
    "wrap": "Start an agent with its requests shortened; list all.",
    "unwrap": "Take what `wrap --persist` wrote out of an agent's settings.",
    "uninstall": "Undo every edit of other programs' files.",
}
"""What each does; it is in the module of its name, under that name."""


class LazyGroup(click.Group):
    """A group whose commands are imported only when they are asked for."""

    def list_commands(self, ctx: click.Context) -> list[str]:  # noqa: ARG002 - click's signature
        """Return the names of all commands."""
        return list(COMMANDS)

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:  # noqa: ARG002
        """Return the command of that name, imported now."""
        if cmd_name not in COMMANDS:
            return None
        command: click.Command = getattr(import_module(f"headroom.cli.{cmd_name}"), cmd_name)
        return command

    def format_commands(
        self,
        ctx: click.Context,  # noqa: ARG002 - click's signature
        formatter: click.HelpFormatter,
    ) -> None:
        """Write what each command does; none of them is imported for that."""
        with formatter.section("Commands"):
            formatter.write_dl(list(COMMANDS.items()))

    def make_context(self, *args: Any, **kwargs: Any) -> click.Context:
        """Return the context of a call; a mistake in the options takes one line."""
        with _one_line():
            return super().make_context(*args, **kwargs)

    def invoke(self, ctx: click.Context) -> Any:
        """Run the command; a mistake in its options takes one line."""
        with _one_line(ctx):
            return super().invoke(ctx)


@contextmanager
def _one_line(group: click.Context | None = None) -> Iterator[None]:
    """Turn click's four lines about a mistake, and what a command leaves to us, into one line.

    A command that Ctrl-C ends has the status that shells have for that.
    """
    try:
        yield
    except KeyboardInterrupt:
        _interrupted()
    except click.Abort as error:  # From a question: of Ctrl-C, or of the end of the input.
        if isinstance(error.__context__, KeyboardInterrupt):
            _interrupted()
        raise
    except HeadroomError as error:
        raise Mistake(str(error)) from error
    except OSError as error:
        if error.errno == errno.EPIPE:  # The reader has seen enough: nobody is told.
            raise
        where = f"{error.filename}: " if error.filename else ""
        raise Mistake(f"{where}{error.strerror or error}") from error
    except click.UsageError as error:
        if isinstance(error, _HELP):
            raise
        called = group.invoked_subcommand if group else None
        where = error.ctx.command_path if error.ctx else f"headroom {called or ''}".rstrip()
        said = " ".join(error.format_message().split())
        raise Mistake(f"{said} (see {where} --help)") from error


def _interrupted() -> NoReturn:
    """End; what is printed next stands below the ^C."""
    click.echo(err=True)
    raise SystemExit(_INTERRUPTED) from None


@click.group("headroom", cls=LazyGroup, context_settings={"help_option_names": ["-h", "--help"]})
@click.version_option(headroom.__version__, message="headroom %(version)s")
def main() -> None:
    """Shorten what AI agents read, losing nothing."""
