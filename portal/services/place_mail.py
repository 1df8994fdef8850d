"""The letters to learners about their place; those to whoever ordered it are in `order_mail` and `refund_mail`."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from sqlalchemy.orm import Session

from portal.domain import selling, working_days
from portal.domain.delivery import Kind
from portal.domain.ended_place import By, to_learner
from portal.domain.errors import NotNeeded
from portal.domain.links import Links
from portal.domain.orders import OVER, EnrolmentState
from portal.gateways.clock import Clock
from portal.gateways.deadline import Deadline
from portal.gateways.mail import Letter, Mailer
from portal.models.enrolment import Enrolment
from portal.models.session import reading
from portal.records import accounts, ended_places, enrolments
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
            Kind.PLACE_OFFER: Handler(self._waiting("place_offer", only_on=False)),
            Kind.PLACE_REMINDER: Handler(self._waiting("place_reminder", only_on=True)),
            Kind.PLACE_KNOWN: Handler(self._known),
            Kind.PLACE_CANCELLED: Handler(self._cancelled),
            Kind.COURSE_OPEN: Handler(self._about_course("course_open", EnrolmentState.OPEN)),
            Kind.COURSE_SUSPENDED: Handler(self._about_course("course_suspended", EnrolmentState.SUSPENDED)),
            Kind.COURSE_ENDED: Handler(self._about_course("course_ended", EnrolmentState.ENDED)),
        }

    def _waiting(self, template: str, *, only_on: bool) -> Deliver:
        """`only_on`: not while the date is cancelled, since another letter asks what should follow."""

        def deliver(enrolment_id: int, key: str, deadline: Deadline) -> None:
            with reading() as session:
                place, now = enrolments.get(session, enrolment_id), self.clock.now(session)
            line = place.line
            if place.state != EnrolmentState.WAITING_FOR_LEARNER or line.course_email is None:
                raise NotNeeded("the place is taken up, or gone")
            if only_on and is_off(place):
                raise NotNeeded("its date is cancelled")
            until = place.offered_at + dt.timedelta(days=self.days)
            context: dict[str, Any] = {
                "learner": line.learner_name,
                "payer": line.order.organisation or line.order.full_name,
                "what": line.description,
                "opens": opens_words(place, now),
                "is_off": is_off(place),
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

    def _known(self, enrolment_id: int, key: str, deadline: Deadline) -> None:
        with reading() as session:
            place = enrolments.get(session, enrolment_id)
            address, name = _learner_of(session, place)
        waits = place.state == EnrolmentState.WAITING_FOR_LEARNER
        own = self.links.place_page(place.reference, place.link_epoch, place.offered_at)
        context = {
            "learner": name,
            "what": place.line.description,
            "waits": waits,
            "is_over": place.state in OVER,
            "link": own if waits else self.links.page(COURSES_PAGE),
        }
        letter = Letter("place_known", address, key, context, to_name=name, reply_to=self.team_email)
        self.mailer.send(letter, deadline)

    def _cancelled(self, enrolment_id: int, key: str, deadline: Deadline) -> None:
        with reading() as session:
            place = enrolments.get(session, enrolment_id)
            address, name = _learner_of(session, place)
            ended = ended_places.how(session, place)
        if place.state != EnrolmentState.CANCELLED:
            raise NotNeeded("the place has not ended")
        what, payer = place.line.description, place.line.order.organisation or place.line.order.full_name
        context = {
            "learner": name,
            "what": what,
            "payer": payer,
            "said": to_learner(ended, what, payer),
            "was_own": ended.by == By.LEARNER,
        }
        letter = Letter("place_cancelled", address, key, context, to_name=name, reply_to=self.team_email)
        self.mailer.send(letter, deadline)

    def _about_course(self, template: str, only_when: EnrolmentState) -> Deliver:
        def deliver(enrolment_id: int, key: str, deadline: Deadline) -> None:
            with reading() as session:
                place = enrolments.get(session, enrolment_id)
                if place.account_id is None or place.state != only_when:
                    raise NotNeeded("the place is gone, or not in that state any more")
                if only_when == EnrolmentState.OPEN and is_off(place):
                    raise NotNeeded("its date is cancelled")
                account = accounts.get(session, place.account_id)
            context = {
                "learner": account.full_name,
                "what": place.course.title,
                "taught": taught_words(place),
                "link": self.links.page(COURSES_PAGE),
                "closes": working_days.full_day(place.closes_at) if place.closes_at else "",
                "by_time": bool(place.closes_at and place.ended_at and place.closes_at <= place.ended_at),
            }
            name = account.full_name or ""
            letter = Letter(template, account.email, key, context, to_name=name, reply_to=self.team_email)
            self.mailer.send(letter, deadline)

        return deliver


def _learner_of(session: Session, place: Enrolment) -> tuple[str, str]:
    """The learner's address and name. Raises NotNeeded where nobody is known any more."""
    if place.account_id is not None:
        account = accounts.get(session, place.account_id)
        return account.email, account.full_name or ""
    if place.line.course_email is None:
        raise NotNeeded("there is nobody to tell")
    return place.line.course_email, place.line.learner_name or ""


def is_off(place: Enrolment) -> bool:
    """True when the date of the place is cancelled: there is a choice to make, and another letter asks."""
    return place.run is not None and place.run.cancelled_at is not None


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
