"""The letters to learners about their place; those to whoever ordered it are in `order_mail`."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from portal.domain import selling, working_days
from portal.domain.delivery import Kind
from portal.domain.errors import NotNeeded
from portal.domain.links import Links
from portal.domain.orders import EnrolmentState
from portal.gateways.clock import Clock
from portal.gateways.deadline import Deadline
from portal.gateways.mail import Letter, Mailer
from portal.models.enrolment import Enrolment
from portal.models.session import reading
from portal.records import accounts, enrolments
from portal.records.outbox import Handler

COURSES_PAGE = "/account/courses"
Deliver = Callable[[int, str, Deadline], None]


@dataclass(frozen=True)
class PlaceMail:
    """Makes the handlers; a place that nobody takes up within `days` lapses."""

    mailer: Mailer
    links: Links
    clock: Clock
    team_email: str
    days: int

    def handlers(self) -> dict[Kind, Handler]:
        """One handler for each letter to a learner."""
        return {
            Kind.PLACE_OFFER: Handler(self._waiting("place_offer")),
            Kind.PLACE_REMINDER: Handler(self._waiting("place_reminder")),
            Kind.COURSE_OPEN: Handler(self._open),
        }

    def _waiting(self, template: str) -> Deliver:
        def deliver(enrolment_id: int, key: str, deadline: Deadline) -> None:
            with reading() as session:
                place, now = enrolments.get(session, enrolment_id), self.clock.now(session)
            line = place.line
            if place.state != EnrolmentState.WAITING_FOR_LEARNER or line.course_email is None:
                raise NotNeeded("the place is taken up, or gone")
            until = place.offered_at + dt.timedelta(days=self.days)
            context: dict[str, Any] = {
                "learner": line.learner_name,
                "payer": line.order.organisation or line.order.full_name,
                "what": line.description,
                "opens": opens_words(place, now),
                "until": working_days.long_day(until),
                "link": self.links.place_page(place.reference, place.link_epoch, place.offered_at),
                "is_own": line.is_payer,
            }
            letter = Letter(
                template,
                line.course_email,
                key,
                context,
                to_name=line.learner_name or "",
                reply_to=self.team_email,
            )
            self.mailer.send(letter, deadline)

        return deliver

    def _open(self, enrolment_id: int, key: str, deadline: Deadline) -> None:
        with reading() as session:
            place = enrolments.get(session, enrolment_id)
            if place.account_id is None or place.state != EnrolmentState.OPEN:
                raise NotNeeded("the place is gone")
            account = accounts.get(session, place.account_id)
        closes = working_days.full_day(place.closes_at) if place.closes_at else ""
        context = {
            "learner": account.full_name,
            "what": place.course.title,
            "taught": taught_words(place),
            "link": self.links.page(COURSES_PAGE),
            "closes": closes,
        }
        letter = Letter(
            "course_open", account.email, key, context, to_name=account.full_name or "", reply_to=self.team_email
        )
        self.mailer.send(letter, deadline)


def opens_words(place: Enrolment, now: dt.datetime) -> str:
    """When the course opens, in a sentence."""
    if place.opens_at <= now:
        return "The course opens at once then."
    return f"The course opens on {selling.day(working_days.london_day(place.opens_at))}."


def taught_words(place: Enrolment) -> str:
    """On which days and where, for a course with a date; else empty."""
    run = place.run
    if run is None:
        return ""
    return ", ".join(
        part for part in (selling.days(run.starts_on, run.ends_on), run.times, run.place, run.address) if part
    )
