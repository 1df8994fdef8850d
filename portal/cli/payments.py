"""Commands about payments: comparing our books with Stripe's."""

from __future__ import annotations

import click

from portal.cli.data import ready
from portal.domain.errors import DeliveryError, Refusal
from portal.domain.reconciliation import Difference
from portal.gateways.deadline import Deadline
from portal.services.payments import Till
from portal.services.reconcile import Compared, Reconciliation

SECONDS_TO_COMPARE = 300.0
SECONDS_TO_SETTLE = 20.0


@click.command()
@click.option("--days", default=30, show_default=True, type=click.IntRange(1, 3650), help="How far to look back.")
@click.pass_context
def reconcile(context: click.Context, days: int) -> None:
    """List each difference between Stripe and our books, and take in what was only missed.

    The exit code is 1 when a difference is left.
    """
    with ready() as app:
        till, comparison = app.extensions["portal"].till, app.extensions["portal.reconciliation"]
        if till is None:
            raise Refusal("Payments are switched off.")
        try:
            left = _reconcile(till, comparison, days)
        except DeliveryError as error:
            raise Refusal(f"Stripe could not be asked to the end: {error}") from None
    seen = f"{_count(left.visits, 'visit')} and {_count(left.refunds, 'refund')} of the last {_count(days, 'day')}"
    click.echo(f"{_count(len(left.differences), 'difference')} left: {seen}.")
    if left.differences:
        context.exit(1)


def _reconcile(till: Till, comparison: Reconciliation, days: int) -> Compared:
    found = _compare(comparison, days)
    for difference in found.differences:
        click.echo(f"{difference}{_taken_in(till, comparison, difference)}")
    return _compare(comparison, days) if any(one.is_missed for one in found.differences) else found


def _compare(comparison: Reconciliation, days: int) -> Compared:
    with Deadline(SECONDS_TO_COMPARE) as deadline:
        return comparison.compare(days, deadline)


def _taken_in(till: Till, comparison: Reconciliation, difference: Difference) -> str:
    with Deadline(SECONDS_TO_SETTLE) as deadline:
        if difference.session:
            state = till.settle(difference.session, deadline)
            return f" Taken in now: the order is {(state or 'not ours').replace('_', ' ')}."
        if difference.is_missed and comparison.take_in(difference, deadline):
            return " Taken in now."
    return ""


def _count(number: int, what: str) -> str:
    return f"{number} {what}{'' if number == 1 else 's'}"
