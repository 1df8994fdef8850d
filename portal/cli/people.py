"""Commands about people: taking somebody in who works here."""

from __future__ import annotations

import click
from email_validator import EmailNotValidError, validate_email

from portal.cli.data import ready
from portal.domain.errors import Refusal
from portal.domain.roles import Role
from portal.domain.security import Visit
from portal.services import staff as members

COMMAND_LINE = Visit("", "the command line")


@click.group()
def staff() -> None:
    """Who works here."""


@staff.command("invite")
@click.argument("email")
@click.option("--role", "roles", multiple=True, required=True, type=click.Choice([role.value for role in Role]))
def staff_invite(email: str, roles: tuple[str, ...]) -> None:
    """Send EMAIL a link to join the staff in a ROLE, or in several."""
    try:
        validate_email(email, check_deliverability=False, test_environment=True)
    except EmailNotValidError:
        raise Refusal(f"{email} is not an email address.") from None
    with ready() as app:
        members.invite(email, {Role(role) for role in roles}, COMMAND_LINE, app.extensions["portal"].clock)
    click.echo(f"A link to join is on its way to {email}; portal worker sends it.")
