"""Commands about data: the database's schema, imports, judging a file, and the demo's clock."""

from __future__ import annotations

import csv
import io
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import IO

import click
import flask_migrate
from flask import Flask

from portal.cli.running import application
from portal.domain.errors import Refusal
from portal.services import data_keys as keys
from portal.services import health, imports, routing
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
@click.argument("what", type=click.Choice(["partners", "courses", "course-runs", "routing-rules", "sponsors"]))
@CONTENT
@click.option("--dry-run", is_flag=True, help="Say what would be done, and change nothing.")
def import_(what: str, file: IO[str], dry_run: bool) -> None:
    """Take partners, courses, their dates, routing rules or sponsors from a CSV FILE: all rows or none."""
    use_case: dict[str, Callable[..., str]] = {
        "partners": imports.partners,
        "courses": imports.courses,
        "course-runs": imports.course_runs,
        "routing-rules": imports.routing_rules,
        "sponsors": imports.sponsors,
    }
    with ready() as app:
        by = {"clock": app.extensions["portal"].clock} if what == "course-runs" else {}
        click.echo(use_case[what](_text(file), dry_run=dry_run, **by))


@click.command()
@CONTENT
@click.option("--output", type=click.Path(dir_okay=False, path_type=Path), required=True)
def route(file: IO[str], output: Path) -> None:
    """Say where each enquiry of a CSV FILE would go, each judged alone, and write it to OUTPUT."""
    with ready() as app:
        judged = routing.judge(_text(file), app.extensions["portal"].clock)
    try:
        output.write_text(judged, encoding="utf-8")
    except OSError as error:
        raise Refusal(f"{output} can't be written: {error.strerror}.") from None
    count = sum(1 for _ in csv.reader(io.StringIO(judged))) - 1
    click.echo(f"{count} {'enquiry' if count == 1 else 'enquiries'} judged: {output}")


@click.group()
def retention() -> None:
    """Deleting what has been kept long enough."""


@retention.command("run")
@click.option("--dry-run", is_flag=True, help="Say what would be deleted, and delete nothing.")
def retention_run(dry_run: bool) -> None:
    """Delete now what the privacy notice says is deleted; the worker does it every day."""
    with ready() as app:
        due = app.extensions["portal.retention"]
        for count, what in due.count_due() if dry_run else due.purge_all():
            click.echo(f"{count} {what} {'would be deleted' if dry_run else 'deleted'}.")


@click.group("data-keys")
def data_keys() -> None:
    """The keys that lock what is most private."""


@data_keys.command("rotate")
def data_keys_rotate() -> None:
    """Lock everything again with the first of DATA_KEYS; the others can then be taken out."""
    with ready() as app:
        count = keys.rotate(app.extensions["portal"].vault)
    click.echo(f"{count} {'value' if count == 1 else 'values'} locked with the first key.")


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


@contextmanager
def ready() -> Iterator[Flask]:
    """The application, on a database it can work with. Raises Refusal."""
    app = application()
    with app.app_context():
        if problems := health.problems():
            raise Refusal("\n".join(problems))
        yield app


def _text(file: IO[str]) -> str:
    try:
        return file.read()
    except UnicodeDecodeError as error:
        raise Refusal(f"{file.name} is not UTF-8 text: save it as CSV UTF-8. ({error.reason})") from None
