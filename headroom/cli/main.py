"""`headroom`: the group of commands, each imported when it is used."""

from __future__ import annotations

from importlib import import_module

import click

import headroom

COMMANDS = {
    "compress": "headroom.cli.compress:compress",
    "expand": "headroom.cli.expand:expand",
    "demo": "headroom.cli.demo:demo",
}


class LazyGroup(click.Group):
    """A group whose commands are imported only when they are asked for."""

    def list_commands(self, ctx: click.Context) -> list[str]:  # noqa: ARG002 - click's signature
        """Return the names of all commands."""
        return list(COMMANDS)

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:  # noqa: ARG002
        """Return the command of that name, imported now."""
        if cmd_name not in COMMANDS:
            return None
        module, _, attribute = COMMANDS[cmd_name].partition(":")
        command: click.Command = getattr(import_module(module), attribute)
        return command


@click.group(cls=LazyGroup, context_settings={"help_option_names": ["-h", "--help"]})
@click.version_option(headroom.__version__, message="headroom %(version)s")
def main() -> None:
    """Shorten what AI agents read, losing nothing."""
