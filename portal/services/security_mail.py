"""The letter to our own team that something in the security log must be looked at."""

from __future__ import annotations

from dataclasses import dataclass

from portal.domain import working_days
from portal.domain.delivery import Kind
from portal.domain.errors import NotNeeded
from portal.domain.links import Links, alert_page
from portal.domain.security import ALERTS
from portal.gateways.deadline import Deadline
from portal.gateways.mail import Letter, Mailer
from portal.models.session import reading
from portal.records import accounts, security_log
from portal.records.outbox import Handler


@dataclass(frozen=True)
class SecurityMail:
    """Makes the handler. `team_email` is where our own team reads."""

    mailer: Mailer
    links: Links
    team_email: str

    def handlers(self) -> dict[Kind, Handler]:
        """The one about alerts."""
        return {Kind.SECURITY_ALERT: Handler(self._alert)}

    def _alert(self, entry_id: int, key: str, deadline: Deadline) -> None:
        with reading() as session:
            entry = security_log.find(session, entry_id)
            if entry is None:
                raise NotNeeded("the log has been deleted since")
            owner = accounts.get(session, entry.account_id) if entry.account_id else None
        context = {
            "title": ALERTS[entry.kind],
            "detail": entry.detail,
            # By its reference: a mailbox of the team is read by people who need not know more.
            "account": owner.reference if owner else "",
            "day": working_days.long_day(entry.happened_at),
            "time": working_days.clock_time(entry.happened_at),
            "link": self.links.page(alert_page(entry.kind, owner.reference if owner else "", entry.happened_at)),
        }
        self.mailer.send(Letter("security_alert", self.team_email, key, context), deadline)
