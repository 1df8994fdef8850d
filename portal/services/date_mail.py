"""The letters about a changed date, and about what was chosen: to the learner, and to whoever paid."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from sqlalchemy.orm import Session

from portal.domain.date_change import Choice, Side, What
from portal.domain.delivery import Kind
from portal.domain.errors import NotFound, NotNeeded
from portal.domain.links import Links
from portal.domain.orders import OVER, EnrolmentState
from portal.domain.working_days import london_day
from portal.gateways.clock import Clock
from portal.gateways.deadline import Deadline
from portal.gateways.mail import Letter, Mailer
from portal.models.date_change import DateChoice
from portal.models.enrolment import Enrolment
from portal.models.session import reading
from portal.records import date_changes, date_letters, enrolments, free_dates
from portal.records.outbox import Handler

Deliver = Callable[[int, str, Deadline], None]
ANEW = ":link:"
"""In the key of a letter that somebody asked for, since their link had run out."""


@dataclass(frozen=True)
class DateMail:
    """Makes the handlers. Answers to these letters go to `team_email`."""

    mailer: Mailer
    links: Links
    clock: Clock
    team_email: str

    def handlers(self) -> dict[Kind, Handler]:
        """One handler for each letter."""
        return {
            Kind.DATE_CHANGED: Handler(self._letter("date_changed", Side.LEARNER)),
            Kind.DATE_CHANGED_PAYER: Handler(self._letter("date_changed_payer", Side.PAYER)),
            Kind.DATE_CHOSEN: Handler(self._letter("date_chosen", Side.LEARNER)),
            Kind.DATE_CHOSEN_PAYER: Handler(self._letter("date_chosen_payer", Side.PAYER)),
        }

    def _letter(self, template: str, side: Side) -> Deliver:
        def deliver(choice_id: int, key: str, deadline: Deadline) -> None:
            with reading() as session:
                row = date_changes.get_choice(session, choice_id)
                place, now = enrolments.get(session, row.enrolment_id), self.clock.now(session)
                if not _is_true(session, row, place, template, now):
                    raise NotNeeded("it was changed or chosen meanwhile, or the place has ended")
                address = _address_of(session, place, side)
                own_name = date_letters.learner_of(session, place)[1]
                named = place.line.learner_name or ""  # as whoever paid named them: what else we know is none of theirs
                context = _words(row, place, named, side) | _chosen(session, row, place, named, side)
                runs = free_dates.list_free(session, place.line.order, place.line, london_day(now))
            order = place.line.order
            name = own_name if side == Side.LEARNER else order.full_name
            epoch = place.link_epoch if side == Side.LEARNER else order.link_epoch
            context |= {
                "name": name,
                "link": self.links.date_page(place.reference, epoch, side, now),
                "has_dates": bool(runs),
                "is_new_link": ANEW in key,
            }
            letter = Letter(template, address, key, context, to_name=name, reply_to=self.team_email)
            self.mailer.send(letter, deadline)

        return deliver


def _is_true(session: Session, row: DateChoice, place: Enrolment, template: str, now: dt.datetime) -> bool:
    """True while the letter says what is so: it asks about the last change, or tells of the date that stands."""
    if template.startswith("date_changed"):
        return date_letters.is_open(row, place, now)
    last = date_changes.find_last_choice(session, place.id)
    is_off = place.run is not None and place.run.cancelled_at is not None
    is_last = last is not None and last.id == row.id
    return is_last and not is_off and row.choice in (Choice.KEEP, Choice.MOVE) and place.state not in OVER


def _address_of(session: Session, place: Enrolment, side: Side) -> str:
    try:
        return date_letters.address_of(session, place, side)
    except NotFound as nobody:
        raise NotNeeded(str(nobody)) from None


def _chosen(session: Session, row: DateChoice, place: Enrolment, learner: str, side: Side) -> dict[str, str]:
    """Who chose, as the letter's reader reads it: "as you chose", "as Nair Fibre Ltd told us"."""
    order = place.line.order
    names = {Side.PAYER: order.organisation or order.full_name, Side.LEARNER: learner or "the learner"}
    is_reader = side == row.chosen_by or place.line.is_payer
    who = "you" if is_reader else names.get(row.chosen_by or side, "")
    did = "told us" if date_changes.find_recorded(session, order.id, row) else "chose"
    return {"chose": f"as {who} {did}"}


def _words(row: DateChoice, place: Enrolment, learner: str, side: Side) -> dict[str, Any]:
    """What a letter says: of whose place, what it was, and what it is now."""
    line, run = place.line, place.run
    return {
        "course": place.course.title,
        "is_off": row.change.what == What.CANCELLED,
        "is_reminder": row.reminded_at is not None,
        "was": row.change.was,
        "now_is": date_changes.announced(run).words if run else "",
        "moved": row.choice == Choice.MOVE,
        "is_own": line.is_payer,
        "is_free": not line.gross_pence,
        "may_have_back": place.state != EnrolmentState.SUSPENDED if not line.gross_pence else side == Side.PAYER,
        "learner": learner,
        "payer": line.order.organisation or line.order.full_name,
        "for_payer": side == Side.PAYER and not line.is_payer,
        "order": line.order,
    }
