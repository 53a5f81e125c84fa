"""`headroom wrap`: start an agent so that its requests go through a proxy on this machine."""

from __future__ import annotations

import os
import shlex
import sys
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from headroom.cli import stream
from headroom.config.schema import PROFILES

if TYPE_CHECKING:
    from headroom.wrap.plan import Plan
    from headroom.wrap.session import Choices
    from headroom.wrap.source import Surroundings
    from headroom.wrap.spec import AgentSpec

_PORT = 8787


class WrapCommand(click.Command):
    """A command whose unknown options are most likely those of the agent."""

    def parse_args(self, ctx: click.Context, args: list[str]) -> list[str]:
        """Parse the arguments."""
        try:
            return super().parse_args(ctx, args)
        except click.NoSuchOption as error:
            hint = f"{error.format_message()}; hand options of the agent on behind --"
            raise click.UsageError(hint, ctx) from error


@click.command(cls=WrapCommand)
@click.argument("name", metavar="[AGENT]", required=False)
@click.argument("arguments", nargs=-1, type=click.UNPROCESSED, metavar="[-- ARGS...]")
@click.option("--dry-run", is_flag=True, help="Say what would be done, and do nothing.")
@click.option("--print-env", is_flag=True, help="Print variables and arguments for a shell.")
@click.option(
    "--persist", is_flag=True, help="Write it into the agent's settings; `unwrap` undoes it."
)
@click.option(
    "--port",
    type=click.IntRange(1, 65535),
    default=_PORT,
    show_default=True,
    help="Where a proxy is started, if none runs; the next free port if it is taken.",
)
@click.option(
    "--profile",
    type=click.Choice(PROFILES),
    default="balanced",
    show_default=True,
    help="How much of tool outputs may be left out, to be fetched on demand.",
)
@click.option(
    "--long-reads",
    type=click.IntRange(1),
    metavar="TOKENS",
    help="Cut file reads of so many tokens too, to whole lines.",
)
@click.option("--linger", type=click.FloatRange(0), default=5.0, hidden=True)
def wrap(name: str | None, arguments: tuple[str, ...], **asked: Any) -> None:
    """Start AGENT with its requests shortened on their way; without AGENT, list all.

    Nothing is written into the agent's settings, and what it is told ends with it. Its own
    arguments follow behind --.
    """
    from headroom.config.location import state_folder  # noqa: PLC0415 - `--help` is light
    from headroom.errors import HeadroomError  # noqa: PLC0415
    from headroom.wrap import agent, session  # noqa: PLC0415
    from headroom.wrap.source import Surroundings  # noqa: PLC0415

    around = Surroundings(dict(os.environ), Path.home(), Path.cwd(), arguments)
    choices = session.Choices(
        state_folder(), asked["port"], asked["profile"], asked["long_reads"], asked["linger"]
    )
    try:
        if name is None:
            _listed(around)
            return
        spec = agent.load(name)
        if not spec.command:
            click.echo(spec.instructions)
            return
        plan = session.planned(spec, around, choices)
        if asked["dry_run"]:
            _told(plan, choices)
        elif asked["print_env"]:
            _printed(plan, choices)
        else:
            sys.exit(session.wrap(plan, choices, lambda text: click.echo(text, err=True)))
    except HeadroomError as error:
        raise stream.Mistake(str(error)) from error


def _bases(plan: Plan, choices: Choices) -> tuple[str, ...]:
    """Return addresses as they would be if no port were taken."""
    return tuple(f"http://127.0.0.1:{choices.port + n}" for n in range(len(plan.proxies)))


def _told(plan: Plan, choices: Choices) -> None:
    """Say what would be done."""
    from headroom.wrap.child import build  # noqa: PLC0415 - `--help` is light
    from headroom.wrap.session import program  # noqa: PLC0415

    bases = _bases(plan, choices)
    child = build(plan, bases, "PRIVATE-FOLDER")
    where = program(plan.spec, plan.look.around.environment)
    click.echo(f"agent     {plan.spec.title} ({where or 'not installed: ' + plan.spec.install})")
    for use in plan.uses:
        whose = f"yours, from {use.target.source}" if use.target.source else "the vendor's"
        click.echo(
            f"route     {bases[use.proxy]}{use.target.path} -> {use.target.upstream} ({whose})"
        )
    for key, value in child.environment.items():
        click.echo(f"variable  {key}={value}")
    click.echo(f"command   {shlex.join((plan.spec.command, *child.arguments))}")
    for path in child.files:
        click.echo(f"file      PRIVATE-FOLDER/{path}, which ends with the agent")
    for note in plan.spec.notes:
        click.echo(f"note      {note}")
    click.echo("writes    nothing of the agent's")


def _printed(plan: Plan, choices: Choices) -> None:
    """Print lines that a shell can read."""
    from headroom.wrap.child import build  # noqa: PLC0415 - `--help` is light

    bases = _bases(plan, choices)
    child = build(plan, bases, "PRIVATE-FOLDER")
    for number, upstreams in enumerate(plan.proxies):
        named = " ".join(f"--upstream {name}={url}" for name, url in upstreams.items())
        click.echo(f"# headroom proxy --port {choices.port + number} {named}")
    for key, value in child.environment.items():
        click.echo(f"export {key}={shlex.quote(value)}")
    if child.files:
        click.echo(f"# {plan.spec.title} needs a private file besides, which only `wrap` makes")
    click.echo(f"# {shlex.join((plan.spec.command, *child.arguments))}")


def _listed(around: Surroundings) -> None:
    """List all agents and whether they are installed."""
    from headroom.wrap import agent  # noqa: PLC0415 - `--help` is light

    rows = [_row(agent.load(name), around) for name in agent.names()]
    stream.table(("agent", "", "program"), rows)


def _row(spec: AgentSpec, around: Surroundings) -> tuple[str, str, str]:
    from headroom.wrap.session import program  # noqa: PLC0415 - `--help` is light

    if not spec.command:
        return spec.name, spec.title, "cannot be started by us; says what to do"
    where = program(spec, around.environment)
    return spec.name, spec.title, where or f"not installed; {spec.install}"
