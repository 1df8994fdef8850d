"""Many people sending at the same moment: a week's limit is never passed, one submission makes one enquiry."""

from __future__ import annotations

import threading
from collections import Counter
from collections.abc import Callable

import pytest
from flask import Flask
from sqlalchemy import func, select

from portal.domain.errors import AnswerChanged
from portal.gateways.clock import Clock
from portal.models.enquiry import Enquiry, Referral
from portal.models.partner import Partner
from portal.models.session import reading, writing
from portal.services import enquiries
from portal.services.enquiries import Named, Sending
from tests.factories import some_answers

pytestmark = pytest.mark.usefixtures("catalogue", "context")


def _together(app: Flask, act: Callable[[int], None]) -> Counter[str]:
    """Do it eight times at once; how each ended."""
    ends: Counter[str] = Counter()
    start = threading.Barrier(8)

    def one(number: int) -> None:
        with app.app_context():
            start.wait(10)
            try:
                act(number)
                ends["sent"] += 1
            except AnswerChanged:
                ends["changed"] += 1

    threads = [threading.Thread(target=one, args=(number,)) for number in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(60)
    return ends


def test_the_last_two_places_of_a_week_go_to_two(app: Flask, clock: Clock) -> None:
    answers = some_answers(region="scotland")
    with writing() as session:
        session.scalars(select(Partner).where(Partner.code == "AUR")).one().active = False
    recipient, _, _ = enquiries.name_recipient(answers, clock, 3)
    named = Named("CLY", recipient.rule)

    def send(number: int) -> None:
        enquiries.submit(answers, Sending(f"s{number}", named, keep_with_us=False), clock, 3)

    assert _together(app, send) == {"sent": 2, "changed": 6}
    with reading() as session:
        assert session.scalar(select(func.count()).select_from(Referral)) == 2
        assert session.scalar(select(func.count()).select_from(Enquiry)) == 2


def test_one_submission_pressed_eight_times_at_once_is_one_enquiry(app: Flask, clock: Clock) -> None:
    answers = some_answers()
    recipient, _, _ = enquiries.name_recipient(answers, clock, 3)
    references = set()

    def send(_number: int) -> None:
        sending = Sending("same", Named("LIN", recipient.rule), keep_with_us=False)
        references.add(enquiries.submit(answers, sending, clock, 3).reference)

    assert _together(app, send) == {"sent": 8}
    assert len(references) == 1
    with reading() as session:
        assert session.scalar(select(func.count()).select_from(Enquiry)) == 1
