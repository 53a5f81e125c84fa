"""`headroom wrap`: start an agent so that its requests go through a proxy on this machine."""

from __future__ import annotations

import os
import shlex
import sys
from typing import TYPE_CHECKING, Any

import click

from headroom.cli import stream
from headroom.config.port import PORT
from headroom.config.schema import PROFILES

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from headroom.edits import Journal
    from headroom.wrap.plan import Plan
    from headroom.wrap.session import Choices
    from headroom.wrap.source import Surroundings
    from headroom.wrap.spec import AgentSpec
    from headroom.wrap.target import Target


class WrapCommand(click.Command):
    """A command whose unknown options are most likely those of the agent."""

    def parse_args(self, ctx: click.Context, args: list[str]) -> list[str]:
        """Parse the arguments."""
        try:
            return super().parse_args(ctx, args)
        except click.NoSuchOption as error:
            hint = f"{error.format_message().rstrip('.')}; hand options of the agent on behind --"
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
    default=PORT,
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
    if asked["persist"] and asked["print_env"]:
        raise click.UsageError("--persist writes settings, --print-env writes nothing; name one")
    from headroom.config.location import home, state_folder  # noqa: PLC0415 - `--help` is light
    from headroom.config.upstream import with_file  # noqa: PLC0415
    from headroom.edits import Journal  # noqa: PLC0415
    from headroom.errors import HeadroomError  # noqa: PLC0415
    from headroom.wrap import agent, session  # noqa: PLC0415
    from headroom.wrap.durable import as_if_undone  # noqa: PLC0415
    from headroom.wrap.source import Surroundings  # noqa: PLC0415

    around = Surroundings(with_file(os.environ), home(), stream.here(), arguments)
    journal = Journal.of_user()
    choices = session.Choices(
        state_folder(), asked["port"], asked["profile"], asked["long_reads"], asked["linger"]
    )
    try:
        if name is None:
            _listed(around, journal)
            return
        spec = agent.load(name)
        if not spec.command:
            click.echo(spec.instructions)
            return
        around = as_if_undone(spec, around, journal)
        plan = session.planned(spec, around, choices)
        if asked["persist"]:
            _persist(plan, choices, journal, dry=asked["dry_run"])
        elif asked["dry_run"]:
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
        whose = _whose(use.target, plan.look.around.environment)
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


def _whose(target: Target, environment: Mapping[str, str]) -> str:
    """Return who says that requests end there."""
    from headroom.config.vendor import variables  # noqa: PLC0415 - `--help` is light

    if target.source:
        return f"yours, from {target.source}"
    variable = variables()[target.wire]
    if not target.is_vendors and environment.get(variable) == target.upstream:
        return f"yours, from {variable} or the file of settings"
    return "the vendor's"


def _persist(plan: Plan, choices: Choices, journal: Journal, *, dry: bool) -> None:
    """Write the addresses of proxies into an agent's settings, or say what would be written."""
    from headroom.wrap import agent, durable  # noqa: PLC0415 - `--help` is light
    from headroom.wrap.child import past_proxies  # noqa: PLC0415

    around = plan.look.around
    ports = durable.ports(plan, around, journal, agent.load, choices.port)
    bases = tuple(f"http://127.0.0.1:{port}" for port in ports)
    wanted = durable.edits(plan, bases)
    if dry:
        for each in wanted:
            owner = durable.owner(plan.spec)
            click.echo(journal.plan(owner, each.file, each.kind, each.changes).diff())
        return
    for outcome in durable.apply(plan, wanted, journal):
        said = "points at the proxy now" if outcome.changed else "pointed at the proxy already"
        click.echo(f"{outcome.file} {said}")
    for use in durable.elsewhere(plan, around, wanted, journal, bases):
        where = use.target.source or "its own default"
        click.echo(f"but {use.target.upstream} is still used because of {where}", err=True)
    for name, value in past_proxies(around.environment).items():
        if around.environment.get(name) != value:
            click.echo(
                f"but it needs {name}={value}, since a proxy of the network is set", err=True
            )
    click.echo(f"{plan.spec.title} needs a proxy that runs whenever it does:")
    for command in _commands(plan, choices, ports):
        click.echo(f"  {command}")
    click.echo(f"headroom unwrap {plan.spec.name} takes it back")


def _commands(plan: Plan, choices: Choices, ports: Sequence[int]) -> list[str]:
    """Return the commands that start the proxies of a plan by hand."""
    from headroom.config.vendor import hosts  # noqa: PLC0415 - `--help` is light

    out = []
    for port, upstreams in zip(ports, plan.proxies, strict=True):
        said = ["headroom", "proxy", "--port", str(port)]
        if choices.profile != "balanced":
            said += ["--profile", choices.profile]
        if choices.long_reads is not None:
            said += ["--long-reads", str(choices.long_reads)]
        for name, url in upstreams.items():
            if url != hosts()[name]:
                said += ["--upstream", f"{name}={url}"]
        out.append(shlex.join(said))
    return out


def _printed(plan: Plan, choices: Choices) -> None:
    """Print lines that a shell can read."""
    from headroom.wrap.child import build  # noqa: PLC0415 - `--help` is light

    bases = _bases(plan, choices)
    child = build(plan, bases, "PRIVATE-FOLDER")
    ports = [choices.port + number for number in range(len(bases))]
    for command in _commands(plan, choices, ports):
        click.echo(f"# needs: {command}")
    for key, value in child.environment.items():
        click.echo(f"export {key}={shlex.quote(value)}")
    if child.files:
        click.echo(f"# {plan.spec.title} needs a private file besides, which only `wrap` makes")
    click.echo(f"# {shlex.join((plan.spec.command, *child.arguments))}")


def _listed(around: Surroundings, journal: Journal) -> None:
    """List all agents, whether they are installed, and whether their settings point at us."""
    from headroom.errors import HeadroomError  # noqa: PLC0415 - `--help` is light
    from headroom.wrap import agent, durable  # noqa: PLC0415

    ours = {record.owner for record in journal.records()}
    rows = []
    for name in agent.names():
        try:
            spec = agent.load(name)
        except HeadroomError as error:
            rows.append((name, "", "-", f"cannot be understood: {error}"))
            continue
        state = "persisted" if durable.owner(spec) in ours else "-"
        rows.append((name, spec.title, state, _program(spec, around)))
    stream.table(("agent", "", "settings", "program"), rows)


def _program(spec: AgentSpec, around: Surroundings) -> str:
    from headroom.wrap.session import program  # noqa: PLC0415 - `--help` is light

    if not spec.command:
        return "cannot be started by us; says what to do"
    return program(spec, around.environment) or f"not installed; {spec.install}"
