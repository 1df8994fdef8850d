"""The demo's data: believable, the same each time, in every state that exists."""

from __future__ import annotations

from collections import Counter

import pytest
from flask import Flask
from sqlalchemy import func, select

from portal.domain import content
from portal.domain.delivery import Kind, State
from portal.domain.places import REGIONS
from portal.models.course import Course
from portal.models.enquiry import Enquiry, Holder, Referral
from portal.models.outbox import OutboxMessage
from portal.models.partner import Partner
from portal.models.session import reading
from portal.models.sponsor import Sponsor
from portal.sandbox import sample_data


@pytest.mark.timeout(120)
@pytest.mark.one_database("sqlite")
def test_a_believable_company_in_every_state(context: Flask) -> None:
    assert sample_data.is_wanted()
    parts = context.extensions["portal"]
    sample_data.make(context.extensions["portal.handlers"], parts.clock)
    assert not sample_data.is_wanted()
    with reading() as session:
        counts = {
            model: session.scalar(select(func.count()).select_from(model))
            for model in (Course, Partner, Sponsor, Enquiry)
        }
        kinds = set(session.scalars(select(Sponsor.kind)))
        enquiries = list(session.scalars(select(Enquiry)))
        referrals = list(session.scalars(select(Referral)))
        deliveries = Counter((row.kind, row.state) for row in session.scalars(select(OutboxMessage)))
        oldest = min(enquiry.received_at for enquiry in enquiries)
        newest = max(enquiry.received_at for enquiry in enquiries)
    assert counts == {Course: 16, Partner: 24, Sponsor: 3, Enquiry: 200}
    assert kinds == set(content.SPONSOR_KINDS)
    assert (newest - oldest).days > 100
    assert {enquiry.holder for enquiry in enquiries} == set(Holder)
    assert len({enquiry.region for enquiry in enquiries}) >= len(REGIONS) - 2
    assert any(enquiry.withdrawn_at and not enquiry.removed_at for enquiry in enquiries)
    assert any(enquiry.removed_at for enquiry in enquiries)
    assert any(referral.failed_at for referral in referrals)
    assert any(referral.uses_backup and referral.delivered_at for referral in referrals)
    assert any(referral.stop_reference for referral in referrals)
    for kind, state in (
        (Kind.PARTNER_ENQUIRY, State.SENT),
        (Kind.PARTNER_ENQUIRY, State.FAILED),
        (Kind.PARTNER_ENQUIRY, State.CANCELLED),
        (Kind.PARTNER_STOP, State.SENT),
        (Kind.TEAM_ENQUIRY, State.SENT),
        (Kind.TEAM_UNDELIVERED, State.SENT),
        (Kind.ENQUIRY_ACKNOWLEDGEMENT, State.QUEUED),
    ):
        assert deliveries[kind, state], (kind, state)
    people = {enquiry.email for enquiry in enquiries if enquiry.email}
    assert all(address.endswith("@mail.example") for address in people)
