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
    ENQUIRY_REPLY = "enquiry_reply"
    COMPLAINT_ACKNOWLEDGEMENT = "complaint_acknowledgement"
    COMPLAINT_LINK = "complaint_link"
    COMPLAINT_REPLY = "complaint_reply"
    COMPLAINT_EXTENDED = "complaint_extended"
    COMPLAINT_OUTCOME = "complaint_outcome"
    TEAM_COMPLAINT = "team_complaint"
    TEAM_COMPLAINT_WORDS = "team_complaint_words"
    REGISTRATION_LINK = "registration_link"
    INVITATION_PROOF = "invitation_proof"
    INVITATION = "invitation"
    INVITATION_TAKEN_UP = "invitation_taken_up"
    PASSWORD_LINK = "password_link"  # noqa: S105 - the name of a letter
    PASSWORD_CHANGED = "password_changed"  # noqa: S105
    SECOND_STEP_CHANGED = "second_step_changed"
    ADDRESS_AGREE_OLD = "address_agree_old"
    ADDRESS_AGREE_NEW = "address_agree_new"
    ADDRESS_CHANGED = "address_changed"
    CONTACT_INVITATION = "contact_invitation"
    SIGN_IN_LINK = "sign_in_link"
    STAFF_INVITATION = "staff_invitation"
    ACCOUNT_LOCKED = "account_locked"
    ACCOUNT_UNUSED = "account_unused"
    SECURITY_ALERT = "security_alert"
    WARN_UNUSED = "warn_unused"
    PURGE_ENQUIRIES = "purge_enquiries"
    PURGE_COMPLAINTS = "purge_complaints"
    PURGE_REGISTRATIONS = "purge_registrations"
    PURGE_INVITATIONS = "purge_invitations"
    PURGE_ADDRESS_CHANGES = "purge_address_changes"
    PURGE_SECURITY_LOG = "purge_security_log"
    PURGE_ACCOUNTS = "purge_accounts"
    PURGE_EQUALITY = "purge_equality"
    PURGE_TIMED_WORK = "purge_timed_work"
    PUBLISH_EQUALITY = "publish_equality"
    SETTLE_CHECKOUT = "settle_checkout"
    SYNC_REFUND = "sync_refund"
    NOTE_DISPUTE = "note_dispute"
    REFUND = "refund"
    CHECK_CHECKOUTS = "check_checkouts"
    SETTLE_VISIT = "settle_visit"
    RECONCILE = "reconcile"
    OPEN_COURSE = "open_course"
    CHASE_PLACES = "chase_places"
    PURGE_ORDERS = "purge_orders"
    ORDER_CONFIRMATION = "order_confirmation"
    ORDER_AWAITING = "order_awaiting"
    ORDER_NOT_PAID = "order_not_paid"
    ORDER_TROUBLE = "order_trouble"
    ORDER_LINK = "order_link"
    PLACE_OFFER = "place_offer"
    PLACE_REMINDER = "place_reminder"
    PLACE_LAPSED = "place_lapsed"
    COURSE_OPEN = "course_open"
    ORDER_CANCELLED = "order_cancelled"
    ORDER_ENDED = "order_ended"
    ORDER_REFUND = "order_refund"
    ORDER_REFUND_FAILED = "order_refund_failed"
    ORDER_REPAID = "order_repaid"
    ORDER_PLACE_ENDED = "order_place_ended"
    PLACE_CANCELLED = "place_cancelled"
    CLOSE_PLACES = "close_places"
    PLACE_KNOWN = "place_known"
    COURSE_SUSPENDED = "course_suspended"
    COURSE_ENDED = "course_ended"
    TELL_DATE = "tell_date"
    CHASE_DATES = "chase_dates"
    DATE_CHANGED = "date_changed"
    DATE_CHANGED_PAYER = "date_changed_payer"
    DATE_CHOSEN = "date_chosen"
    DATE_CHOSEN_PAYER = "date_chosen_payer"


# What is done rather than written: no letter belongs to these.
WORK = frozenset(
    {
        *(kind for kind in Kind if kind.startswith(("purge_", "warn_", "publish_"))),
        *(Kind.SETTLE_CHECKOUT, Kind.SYNC_REFUND, Kind.NOTE_DISPUTE, Kind.REFUND),
        *(Kind.CHECK_CHECKOUTS, Kind.SETTLE_VISIT, Kind.RECONCILE),
        *(Kind.OPEN_COURSE, Kind.CHASE_PLACES, Kind.CLOSE_PLACES),
        *(Kind.TELL_DATE, Kind.CHASE_DATES),
    }
)


# What staff call each; timed work is only ever looked at when it fails.
NAMES = {
    Kind.PARTNER_ENQUIRY: "The enquiry to a partner",
    Kind.PARTNER_STOP: "The stop notice to a partner",
    Kind.ENQUIRY_ACKNOWLEDGEMENT: "The letter to an enquirer",
    Kind.ENQUIRY_LINK: "The new link for an enquirer",
    Kind.TEAM_ENQUIRY: "An enquiry to our own team",
    Kind.TEAM_WITHDRAWN: "The word that an enquiry is withdrawn",
    Kind.TEAM_UNDELIVERED: "The word that a partner can’t be reached",
    Kind.TEAM_STOP_UNDELIVERED: "The word that a stop notice did not arrive",
    Kind.ENQUIRY_REPLY: "A reply to an enquirer",
    Kind.COMPLAINT_ACKNOWLEDGEMENT: "The word that we have a complaint",
    Kind.COMPLAINT_LINK: "The new link for somebody who complains",
    Kind.COMPLAINT_REPLY: "A reply to a complaint",
    Kind.COMPLAINT_EXTENDED: "The word that an answer takes longer",
    Kind.COMPLAINT_OUTCOME: "The outcome of a complaint",
    Kind.TEAM_COMPLAINT: "A complaint to our own team",
    Kind.TEAM_COMPLAINT_WORDS: "The word that somebody added to a complaint",
    Kind.REGISTRATION_LINK: "The link for a registration",
    Kind.INVITATION_PROOF: "The question to somebody who invites",
    Kind.INVITATION: "An invitation",
    Kind.INVITATION_TAKEN_UP: "The word that an invitation was taken up",
    Kind.PASSWORD_LINK: "The link for a new password",
    Kind.PASSWORD_CHANGED: "The word that a password was changed",
    Kind.SECOND_STEP_CHANGED: "The word about a second step",
    Kind.ADDRESS_AGREE_OLD: "The question to an old address",
    Kind.ADDRESS_AGREE_NEW: "The question to a new address",
    Kind.ADDRESS_CHANGED: "The word that an address was changed",
    Kind.CONTACT_INVITATION: "The invitation of a contact",
    Kind.SIGN_IN_LINK: "The link that signs a contact in",
    Kind.STAFF_INVITATION: "The invitation of a colleague",
    Kind.ACCOUNT_LOCKED: "The word that an account was closed",
    Kind.ACCOUNT_UNUSED: "The word that an unused account will be deleted",
    Kind.SECURITY_ALERT: "The alert to our own team",
    Kind.WARN_UNUSED: "Looking for accounts that nobody uses",
    Kind.PURGE_ENQUIRIES: "The deletion of old enquiries",
    Kind.PURGE_COMPLAINTS: "The deletion of old complaints",
    Kind.PURGE_REGISTRATIONS: "The deletion of old registrations",
    Kind.PURGE_EQUALITY: "The deletion of old equality answers",
    Kind.PURGE_TIMED_WORK: "The deletion of notes that timed work was done",
    Kind.PURGE_INVITATIONS: "The deletion of old invitations",
    Kind.PURGE_ADDRESS_CHANGES: "The deletion of old changes of address",
    Kind.PURGE_SECURITY_LOG: "The deletion of the old security log",
    Kind.PURGE_ACCOUNTS: "The deletion of old accounts",
    Kind.PUBLISH_EQUALITY: "The equality totals of a quarter",
    Kind.SETTLE_CHECKOUT: "What Stripe says of a payment",
    Kind.SYNC_REFUND: "What Stripe says of a refund",
    Kind.NOTE_DISPUTE: "What Stripe says of a dispute",
    Kind.REFUND: "A refund",
    Kind.CHECK_CHECKOUTS: "Looking for payments that Stripe did not tell us of",
    Kind.SETTLE_VISIT: "Taking in a payment that Stripe did not tell us of",
    Kind.RECONCILE: "The nightly comparison with Stripe",
    Kind.OPEN_COURSE: "The opening of a course",
    Kind.CHASE_PLACES: "Looking for places that nobody has taken up",
    Kind.PURGE_ORDERS: "The deletion of old orders",
    Kind.ORDER_CONFIRMATION: "The confirmation of an order",
    Kind.ORDER_AWAITING: "The word that a payment is on its way",
    Kind.ORDER_NOT_PAID: "The word that a payment did not arrive",
    Kind.ORDER_TROUBLE: "The word that we look at a payment",
    Kind.ORDER_LINK: "The new link to an order",
    Kind.PLACE_OFFER: "The word to a learner that a place is waiting",
    Kind.PLACE_REMINDER: "The reminder that a place is waiting",
    Kind.PLACE_LAPSED: "The word that a place was not taken up",
    Kind.COURSE_OPEN: "The word that a course is open",
    Kind.ORDER_CANCELLED: "The word that an order is cancelled, with what goes back",
    Kind.ORDER_ENDED: "The word that an order is cancelled, for which nothing was paid",
    Kind.ORDER_REFUND: "The word that money goes back",
    Kind.ORDER_REFUND_FAILED: "The word that money could not be given back",
    Kind.ORDER_REPAID: "The word that money was paid back another way",
    Kind.ORDER_PLACE_ENDED: "The word to whoever paid that a place has ended",
    Kind.PLACE_CANCELLED: "The word to a learner that a place has ended",
    Kind.CLOSE_PLACES: "Looking for places whose time is over",
    Kind.PLACE_KNOWN: "The word to a learner that they have the place already",
    Kind.COURSE_SUSPENDED: "The word that a course is closed for a while",
    Kind.COURSE_ENDED: "The word that a place has ended",
    Kind.TELL_DATE: "Telling everybody with a place that a date is changed",
    Kind.CHASE_DATES: "Looking for who has not chosen since a date was cancelled",
    Kind.DATE_CHANGED: "The word to a learner that a date is changed",
    Kind.DATE_CHANGED_PAYER: "The word to whoever paid that a date is changed",
    Kind.DATE_CHOSEN: "The word to a learner what follows a changed date",
    Kind.DATE_CHOSEN_PAYER: "The word to whoever paid what follows a changed date",
}


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
    STRIPE = "stripe"
    COURSES = "courses"


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
