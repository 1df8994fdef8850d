"""How the answer to "can I cancel?" is said."""

from __future__ import annotations

import datetime as dt
from dataclasses import replace

import pytest

from portal.domain import cancellation
from portal.domain.cancellation import Buyer, Contract, Supplied
from tests.domain.test_cancellation import ASKED, BEGUN, LATER, RECORDED, SERVICE, utc


@pytest.mark.parametrize(
    ("contract", "now", "words"),
    [
        (SERVICE, LATER, "Your course is not open yet: you get everything back, £576.00."),
        (
            replace(SERVICE, refunded_pence=100),
            LATER,
            "Your course is not open yet: you get the rest back, £575.00.",
        ),
        (
            replace(SERVICE, paid_pence=0),
            LATER,
            "Your course is not open yet: you can cancel, and there is nothing left to give back.",
        ),
        (ASKED, LATER, "You have not had any of the course yet: you get everything back, £576.00."),
        (
            BEGUN,
            LATER,
            "You asked us to start straight away and have had 3 of 10 parts: "
            "you pay £172.80 for them and get £403.20 back.",
        ),
        (
            replace(BEGUN, supplied=Supplied(1, 2, "days")),
            LATER,
            "You asked us to start straight away and have had 1 of 2 days: "
            "you pay £288.00 for that and get £288.00 back.",
        ),
        (
            replace(BEGUN, supplied=Supplied(30, 100, "percent")),
            LATER,
            "You asked us to start straight away and have had 30% of the course: "
            "you pay £172.80 for that and get £403.20 back.",
        ),
        (
            replace(BEGUN, supplied=Supplied(1, 1)),
            LATER,
            "You asked us to start straight away and have had 1 of 1 part: "
            "you pay £576.00 for that and nothing is left to give back.",
        ),
        (
            replace(BEGUN, requested_at=None),
            LATER,
            "We started your course early without your request: you get everything back, £576.00.",
        ),
        (
            replace(BEGUN, informed_at=None),
            LATER,
            "We did not tell you about your right to cancel before you ordered: you get everything back, £576.00.",
        ),
        (
            replace(RECORDED, confirmed_at=None),
            LATER,
            "We opened your course too early, before your agreement was given and confirmed: "
            "you get everything back, £576.00.",
        ),
        (
            RECORDED,
            LATER,
            "You agreed that your course opens straight away and that you then can’t cancel it. "
            "If something is wrong or your plans have changed, ask us.",
        ),
        (
            replace(BEGUN, performed=True),
            LATER,
            "You asked us to start straight away and the course is complete, so it can’t be cancelled. "
            "If something is wrong or your plans have changed, ask us.",
        ),
        (
            BEGUN,
            utc("2026-12-07 09:00"),
            "Your right to cancel ended on 6 December 2026. If something is wrong or your plans have changed, ask us.",
        ),
        (
            replace(BEGUN, buyer=Buyer.ORGANISATION),
            LATER,
            "The right to cancel within 14 days is for people who buy for themselves. "
            "If something is wrong or your plans have changed, ask us.",
        ),
    ],
)
def test_the_answer_is_said_plainly(contract: Contract, now: dt.datetime, words: str) -> None:
    assert cancellation.sentence(cancellation.cancel(contract, now)) == words
