"""Commands about data: the database's schema, imports, judging a file, and the demo's clock."""

from __future__ import annotations

from pathlib import Path
from typing import IO

import click
import flask_migrate

from portal.cli.running import application
from portal.domain.errors import Refusal
from portal.services import imports, routing
from portal.web.sandbox.clock import duration

CONTENT = click.argument("file", type=click.File("r", encoding="utf-8-sig"))


@click.group()
def db() -> None:
    """The database."""


@db.command("upgrade")
def db_upgrade() -> None:
    """Bring the database to the newest schema."""
    with application().app_context():
        flask_migrate.upgrade()


@click.command("import")
@click.argument("what", type=click.Choice(["partners", "courses", "routing-rules"]))
@CONTENT
@click.option("--dry-run", is_flag=True, help="Say what would be done, and change nothing.")
def import_(what: str, file: IO[str], dry_run: bool) -> None:
    """Take partners, courses or routing rules from a CSV FILE: all rows or none."""
    use_case = {"partners": imports.partners, "courses": imports.courses, "routing-rules": imports.routing_rules}
    with application().app_context():
        click.echo(use_case[what](_text(file), dry_run=dry_run))


@click.command()
@CONTENT
@click.option("--output", type=click.Path(dir_okay=False, path_type=Path), required=True)
def route(file: IO[str], output: Path) -> None:
    """Say where each enquiry of a CSV FILE would go, each judged alone, and write it to OUTPUT."""
    app = application()
    with app.app_context():
        judged = routing.judge(_text(file), app.extensions["portal"].clock)
    output.write_text(judged, encoding="utf-8")
    click.echo(f"{judged.count(chr(10)) - 1} enquiries judged: {output}")


@click.group()
def retention() -> None:
    """Deleting what has been kept long enough."""


@retention.command("run")
@click.option("--dry-run", is_flag=True, help="Say what would be deleted, and delete nothing.")
def retention_run(dry_run: bool) -> None:
    """Delete now what the privacy notice says is deleted; the worker does it every day."""
    app = application()
    with app.app_context():
        due = app.extensions["portal.retention"]
        if dry_run:
            click.echo(f"{due.count_due()} enquiries would be deleted.")
        else:
            click.echo(f"{due.purge()} enquiries deleted.")


@click.group()
def clock() -> None:
    """The demo's clock."""


@clock.command("advance")
@click.argument("by")
def clock_advance(by: str) -> None:
    """Move the clock forward BY a length of time such as P2D or PT3H."""
    try:
        offset = application().extensions["portal"].clock.advance(duration(by))
    except ValueError as error:
        raise Refusal(str(error)) from None
    click.echo(f"The clock runs {offset} ahead.")


def _text(file: IO[str]) -> str:
    try:
        return file.read()
    except UnicodeDecodeError as error:
        raise Refusal(f"{file.name} is not UTF-8 text: save it as CSV UTF-8. ({error.reason})") from None
