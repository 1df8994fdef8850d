"""The `portal` command."""

from __future__ import annotations

import click

import config
from portal.cli import data, payments, people, running
from portal.domain.errors import Refusal


class _Commands(click.Group):
    """Answers a refusal and bad settings in plain words, with exit code 1."""

    def invoke(self, ctx: click.Context) -> object:
        """Run the command."""
        try:
            return super().invoke(ctx)
        except config.BadSettings as bad:
            click.echo("The settings can't be used:", err=True)
            for problem in bad.problems:
                click.echo(f"  {problem}", err=True)
        except Refusal as refusal:
            click.echo(str(refusal), err=True)
        return ctx.exit(1)


@click.group(cls=_Commands)
def main() -> None:
    """Trainee enrolment and enquiry routing."""


for command in (
    *(running.run, running.worker, running.sandbox, running.demo, running.check),
    *(data.db, data.import_, data.route, data.retention, data.data_keys, data.clock, people.staff),
    payments.reconcile,
):
    main.add_command(command)
