"""The `portal` command."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import IO

import click
import flask_migrate
from flask import Flask

import config
from portal import create_app
from portal.domain.errors import Refusal
from portal.services import imports, routing


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


def application() -> Flask:
    """The application for the settings in the environment."""
    return create_app(config.load())


@click.group(cls=_Commands)
def main() -> None:
    """Trainee enrolment and enquiry routing."""


@main.group()
def db() -> None:
    """The database."""


@db.command("upgrade")
def db_upgrade() -> None:
    """Bring the database to the newest schema."""
    with application().app_context():
        flask_migrate.upgrade()


CONTENT = click.argument("file", type=click.File("r", encoding="utf-8-sig"))


@main.command("import")
@click.argument("what", type=click.Choice(["partners", "courses", "routing-rules"]))
@CONTENT
@click.option("--dry-run", is_flag=True, help="Say what would be done, and change nothing.")
def import_(what: str, file: IO[str], dry_run: bool) -> None:
    """Take partners, courses or routing rules from a CSV FILE: all rows or none."""
    use_case = {"partners": imports.partners, "courses": imports.courses, "routing-rules": imports.routing_rules}
    with application().app_context():
        click.echo(use_case[what](file.read(), dry_run=dry_run))


@main.command()
@CONTENT
@click.option("--output", type=click.Path(dir_okay=False, path_type=Path), required=True)
def route(file: IO[str], output: Path) -> None:
    """Say where each enquiry of a CSV FILE would go, each judged alone, and write it to OUTPUT."""
    app = application()
    with app.app_context():
        judged = routing.judge(file.read(), app.extensions["portal"].clock)
    output.write_text(judged, encoding="utf-8")
    click.echo(f"{judged.count(chr(10)) - 1} enquiries judged: {output}")


if __name__ == "__main__":
    sys.exit(main())
