"""Messages of Stripe's: each is kept once."""

from __future__ import annotations

import datetime as dt
import json
from typing import Any

from sqlalchemy import update
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.orm import Session

from portal.domain.payments import Message
from portal.models.base import Base
from portal.models.payment import StripeEvent

# Made once and straight to the table: Stripe's messages come in bursts, and each waits for this.
_TABLE = Base.metadata.tables["stripe_event"]
_INSERTS = {
    name: insert(_TABLE).on_conflict_do_nothing(index_elements=["event"]).returning(_TABLE.c.id)
    for name, insert in (("postgresql", postgresql.insert), ("sqlite", sqlite.insert))
}


def add_once(session: Session, message: Message, now: dt.datetime) -> int | None:
    """Keep the message; answers its id, or None when it stands there already."""
    row = {
        "event": message.event,
        "kind": message.kind,
        "facts": message.facts,
        "concerns": json.loads(message.facts).get("payment_intent") or message.about,
        "received_at": now,
        "handled_at": None,
        "outcome": "",
    }
    connection = session.connection()
    return connection.execute(_INSERTS[connection.dialect.name], row).scalar()


def facts(session: Session, event_id: int) -> dict[str, Any]:
    """What the message said, of what is kept."""
    found = json.loads(session.get_one(StripeEvent, event_id).facts)
    assert isinstance(found, dict)
    return found


def about(session: Session, event_id: int) -> str:
    """The id of Stripe's object that the message is about."""
    return str(facts(session, event_id)["id"])


def end(session: Session, event_id: int, outcome: str, now: dt.datetime) -> None:
    """Note what became of it."""
    session.execute(update(StripeEvent).where(StripeEvent.id == event_id).values(handled_at=now, outcome=outcome))
