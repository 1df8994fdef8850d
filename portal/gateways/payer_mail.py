"""Letters to whoever ordered: all of them go to the address of the receipt, and lead to the page of the order."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from sqlalchemy.orm import Session

from portal.domain.links import Links
from portal.domain.money import pounds
from portal.gateways.clock import Clock
from portal.gateways.deadline import Deadline
from portal.gateways.mail import Letter, Mailer
from portal.models.order import Order


@dataclass(frozen=True)
class PayerMail:
    """Writes and sends them. Answers go to `team_email`."""

    mailer: Mailer
    links: Links
    clock: Clock
    team_email: str

    def context(self, session: Session, order: Order) -> dict[str, Any]:
        """What each of these letters may say of the order."""
        return {
            "order": order,
            "what": _what(order),
            "total": pounds(order.total_pence),
            "pounds": pounds,
            "link": self.links.order_page(order.reference, order.link_epoch, self.clock.now(session)),
        }

    def send(
        self,
        template: str,
        order: Order,
        key: str,
        context: Mapping[str, Any],
        deadline: Deadline,
        enclosed: Mapping[str, bytes] | None = None,
    ) -> None:
        """Send one, with these PDF files by name. Raises a DeliveryError."""
        letter = Letter(
            template,
            order.receipt_email,
            key,
            context,
            to_name=order.full_name,
            reply_to=self.team_email,
            enclosed=enclosed or {},
        )
        self.mailer.send(letter, deadline)


def _what(order: Order) -> str:
    """What was ordered, inside a sentence."""
    first = order.lines[0].description
    return first if len(order.lines) == 1 else f"{first} and {len(order.lines) - 1} more"
