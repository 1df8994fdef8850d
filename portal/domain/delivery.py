"""What can be delivered, the states of a delivery, and when to try again."""

from __future__ import annotations

import datetime as dt
import random
from enum import StrEnum


class Kind(StrEnum):
    """Each kind of outbox message; a service makes the handler of each."""

    PARTNER_ENQUIRY = "partner_enquiry"
    PARTNER_STOP = "partner_stop"
    ENQUIRY_ACKNOWLEDGEMENT = "enquiry_acknowledgement"
    ENQUIRY_LINK = "enquiry_link"
    TEAM_ENQUIRY = "team_enquiry"
    TEAM_WITHDRAWN = "team_withdrawn"
    TEAM_UNDELIVERED = "team_undelivered"
    TEAM_STOP_UNDELIVERED = "team_stop_undelivered"
    REGISTRATION_LINK = "registration_link"
    PASSWORD_LINK = "password_link"  # noqa: S105 - the name of a letter
    PASSWORD_CHANGED = "password_changed"  # noqa: S105
    SECOND_STEP_CHANGED = "second_step_changed"
    ADDRESS_AGREE_OLD = "address_agree_old"
    ADDRESS_AGREE_NEW = "address_agree_new"
    ADDRESS_CHANGED = "address_changed"
    ACCOUNT_LOCKED = "account_locked"
    PURGE_ENQUIRIES = "purge_enquiries"
    PURGE_REGISTRATIONS = "purge_registrations"
    PURGE_ADDRESS_CHANGES = "purge_address_changes"
    PURGE_SECURITY_LOG = "purge_security_log"
    PURGE_ACCOUNTS = "purge_accounts"
    PURGE_EQUALITY = "purge_equality"


class State(StrEnum):
    """Where a delivery is."""

    QUEUED = "queued"
    LEASED = "leased"
    SENT = "sent"
    RETRYING = "retrying"
    FAILED = "failed"
    CANCELLED = "cancelled"


class Lane:
    """Lanes are worked apart, so that a slow neighbour delays nobody else's messages."""

    MAIL = "mail"
    TIME = "time"


WAITING = (State.QUEUED, State.RETRYING)

_BACK_OFF = [
    *(dt.timedelta(seconds=seconds) for seconds in (2, 10, 60)),
    *(dt.timedelta(minutes=minutes) for minutes in (5, 20)),
    *(dt.timedelta(hours=hours) for hours in (1, 3, 6, 12, 24, 24)),
]


def retry_delay(attempts: int) -> dt.timedelta | None:
    """How long to wait after the `attempts`-th failed try, with jitter; None after about three days: give up."""
    if attempts > len(_BACK_OFF):
        return None
    return _BACK_OFF[attempts - 1] * random.uniform(0.8, 1.3)  # noqa: S311 - jitter keeps no secret
