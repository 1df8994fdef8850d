"""The letters about a changed date, and about what was chosen: to the learner, and to whoever paid."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from portal.domain.date_change import Choice, Side, What
from portal.domain.delivery import Kind
from portal.domain.errors import NotNeeded
from portal.domain.links import Links
from portal.domain.orders import OVER, EnrolmentState
from portal.gateways.clock import Clock
from portal.gateways.deadline import Deadline
from portal.gateways.mail import Letter, Mailer
from portal.models.date_change import DateChoice
from portal.models.enrolment import Enrolment
from portal.models.session import reading
from portal.records import accounts, date_changes, enrolments
from portal.records.outbox import Handler

Deliver = Callable[[int, str, Deadline], None]


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
        wanted = (Choice.KEEP, Choice.MOVE) if template.startswith("date_chosen") else (None,)

        def deliver(choice_id: int, key: str, deadline: Deadline) -> None:
            with reading() as session:
                row = date_changes.get_choice(session, choice_id)
                place = enrolments.get(session, row.enrolment_id)
                account = accounts.get(session, place.account_id) if place.account_id is not None else None
                now = self.clock.now(session)
            if row.choice not in wanted or place.state in OVER:
                raise NotNeeded("somebody has chosen meanwhile, or the place has ended")
            line, order = place.line, place.line.order
            own = account.email if account else line.course_email
            address = own if side == Side.LEARNER or (line.is_payer and own) else order.receipt_email
            if address is None:
                raise NotNeeded("nobody is named as the learner")
            learner = line.learner_name or ""  # as whoever paid named them: what else we know is none of theirs
            own_name = (account.full_name if account else line.learner_name) or ""
            name = own_name if side == Side.LEARNER else order.full_name
            epoch = place.link_epoch if side == Side.LEARNER else order.link_epoch
            context = _words(row, place, learner, side)
            context |= {"name": name, "link": self.links.date_page(place.reference, epoch, side, now)}
            letter = Letter(template, address, key, context, to_name=name, reply_to=self.team_email)
            self.mailer.send(letter, deadline)

        return deliver


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
