"""Why we write: each letter serves a purpose of the register, and there is no other reason to write to anybody."""

from __future__ import annotations

from collections.abc import Mapping

from portal.domain.errors import GiveUp
from portal.domain.purposes import LawfulBasis, Purpose

PURPOSE_OF = {
    **dict.fromkeys(("enquiry_acknowledgement", "enquiry_link", "enquiry_reply"), "answer-enquiry"),
    **dict.fromkeys(("partner_enquiry", "partner_stop"), "answer-enquiry"),
    **dict.fromkeys(("team_enquiry", "team_withdrawn", "team_undelivered", "team_stop_undelivered"), "answer-enquiry"),
    **dict.fromkeys(("complaint_acknowledgement", "complaint_link", "complaint_reply"), "complaints"),
    **dict.fromkeys(("complaint_extended", "complaint_outcome"), "complaints"),
    **dict.fromkeys(("team_complaint", "team_complaint_words"), "complaints"),
    "registration_link": "register",
    **dict.fromkeys(
        ("registration_known", "no_password", "password_link", "password_changed", "account_unused"), "keep-account"
    ),
    **dict.fromkeys(("address_agree_old", "address_agree_new", "address_changed", "address_taken"), "keep-account"),
    **dict.fromkeys(("second_step_changed", "account_locked", "security_alert"), "guard-accounts"),
    **dict.fromkeys(("invitation", "invitation_proof", "invitation_taken_up"), "invite"),
    **dict.fromkeys(("order_confirmation", "order_awaiting", "order_not_paid", "order_trouble", "order_link"), "buy"),
    **dict.fromkeys(("order_cancelled", "order_ended", "order_place_ended", "order_repaid", "order_papers"), "buy"),
    **dict.fromkeys(("order_refund", "order_refund_failed"), "buy"),
    **dict.fromkeys(("place_offer", "place_reminder", "place_cancelled", "course_open"), "teach"),
    **dict.fromkeys(("place_known", "course_suspended", "course_ended"), "teach"),
    "place_lapsed": "buy",
    **dict.fromkeys(("date_changed", "date_chosen"), "teach"),
    **dict.fromkeys(("date_changed_payer", "date_chosen_payer"), "buy"),
    **dict.fromkeys(("staff_invitation", "contact_invitation", "sign_in_link"), "work-here"),
}
"""The purpose (a code of the register) of each letter, by the name of its folder."""


def check(letter: str, active: Mapping[str, Purpose]) -> None:
    """Refuse a letter without a reason: unknown, switched off, or one that only a consent would allow.

    People are written to about what they have asked for or must know. No letter rests on consent, so one that names
    such a purpose is a mistake. Raises GiveUp.
    """
    purpose = active.get(PURPOSE_OF.get(letter, ""))
    if purpose is None or purpose.basis is LawfulBasis.CONSENT:
        raise GiveUp(f"There is no reason to send a letter of this kind: {letter}.")
