"""Asking: who is named, what one sending stores, and that nothing is sent twice or to anyone unnamed."""

from __future__ import annotations

import datetime as dt
import json

import pytest
from sqlalchemy import delete, func, select

from portal.domain.delivery import Kind, State
from portal.domain.errors import AnswerChanged
from portal.domain.reasons import plain
from portal.gateways.clock import Clock
from portal.models.consent import ConsentEntry
from portal.models.enquiry import Enquiry, EnquiryRouting, Holder, Referral
from portal.models.outbox import OutboxMessage
from portal.models.partner import Partner
from portal.models.routing_rule import RoutingRule, RulePartner
from portal.models.session import reading, writing
from portal.services import enquiries
from portal.services.enquiries import Named, Sending
from tests.factories import send, some_answers

pytestmark = pytest.mark.usefixtures("catalogue", "context")


def _count(model: type) -> int:
    with reading() as session:
        return session.scalar(select(func.count()).select_from(model)) or 0


@pytest.mark.promise("OTT-6", "OTT-9")
def test_the_partner_is_named_with_the_reason_and_the_day(clock: Clock) -> None:
    recipient, _, now = enquiries.name_recipient(some_answers(), clock, 3)
    assert recipient.partner is not None
    assert recipient.partner.code == "LIN"
    assert plain(recipient.why) == "You are in the West Midlands and asked about fibre splicing; Lindum covers both."
    assert recipient.due_at > now


def test_one_sending_stores_the_enquiry_its_routing_its_referral_and_two_mails(clock: Clock) -> None:
    sent = send(clock)
    with reading() as session:
        enquiry = session.scalars(select(Enquiry)).one()
        assert enquiry.reference == sent.reference
        assert enquiry.holder == Holder.PARTNER
        routing = session.scalars(select(EnquiryRouting)).one()
        assert json.loads(routing.looked_at) == [
            {"rule": "Midlands fibre", "partners": {"LIN": "available"}, "chosen": "LIN"}
        ]
        assert session.scalars(select(Referral)).one().enquiry_id == enquiry.id
        kinds = session.scalars(select(OutboxMessage.kind).order_by(OutboxMessage.id)).all()
        assert kinds == [Kind.PARTNER_ENQUIRY, Kind.ENQUIRY_ACKNOWLEDGEMENT]


@pytest.mark.promise("OTT-7")
def test_kept_with_us_no_partner_is_told(clock: Clock) -> None:
    send(clock, keep_with_us=True)
    assert _count(Referral) == 0
    with reading() as session:
        assert session.scalars(select(Enquiry)).one().holder == Holder.TEAM
        kinds = session.scalars(select(OutboxMessage.kind).order_by(OutboxMessage.id)).all()
        assert kinds == [Kind.TEAM_ENQUIRY, Kind.ENQUIRY_ACKNOWLEDGEMENT]


def test_a_used_submission_sends_nothing_and_answers_the_first(clock: Clock) -> None:
    first = send(clock, "same")
    again = send(clock, "same", message="Something else")
    assert again.reference == first.reference
    assert _count(Enquiry) == 1
    assert _count(OutboxMessage) == 2


def test_nothing_is_sent_to_a_partner_that_was_not_named(clock: Clock) -> None:
    for named in (None, Named("", ""), Named("CLY", "20:Scotland")):
        with pytest.raises(AnswerChanged):
            enquiries.submit(some_answers(), Sending("one", named, keep_with_us=False), clock, 3)
    assert _count(Enquiry) == 0


def test_a_partner_paused_after_the_check_page_is_not_sent_anything(clock: Clock) -> None:
    recipient, _, now = enquiries.name_recipient(some_answers(), clock, 3)
    assert recipient.partner
    with writing() as session:
        session.scalars(select(Partner).where(Partner.code == "LIN")).one().paused_at = now
    with pytest.raises(AnswerChanged):
        enquiries.submit(some_answers(), Sending("one", Named("LIN", recipient.rule), keep_with_us=False), clock, 3)
    assert _count(Enquiry) == 0


def test_share_is_not_asked_again_between_check_and_sending(clock: Clock) -> None:
    answers = some_answers(region="scotland")
    recipient, _, _ = enquiries.name_recipient(answers, clock, 3)
    assert recipient.partner
    assert recipient.partner.code == "CLY"
    send(clock, "another", region="scotland")
    later, _, _ = enquiries.name_recipient(answers, clock, 3)
    assert later.partner
    assert later.partner.code == "AUR"
    enquiries.submit(answers, Sending("one", Named("CLY", recipient.rule), keep_with_us=False), clock, 3)
    with reading() as session:
        assert session.scalars(select(Partner.code).join(Referral, Referral.partner_id == Partner.id)).all() == [
            "CLY",
            "CLY",
        ]


def test_capacity_counts_seven_days_and_frees_itself(clock: Clock) -> None:
    with writing() as session:
        session.scalars(select(Partner).where(Partner.code == "AUR")).one().active = False
    send(clock, "one", region="scotland")
    send(clock, "two", region="scotland")
    full, _, _ = enquiries.name_recipient(some_answers(region="scotland"), clock, 3)
    assert full.partner is None
    clock.advance(dt.timedelta(days=7, minutes=1))
    free, _, _ = enquiries.name_recipient(some_answers(region="scotland"), clock, 3)
    assert free.partner
    assert free.partner.code == "CLY"


def test_withdrawn_and_kept_referrals_count_all_the_same_whatever_became_of_them(clock: Clock) -> None:
    send(clock, "one", region="scotland")
    with writing() as session:
        session.scalars(select(Enquiry)).one().withdrawn_at = clock.now(session)
    recipient, _, _ = enquiries.name_recipient(some_answers(region="scotland"), clock, 3)
    assert recipient.partner
    assert recipient.partner.code == "AUR"


@pytest.mark.parametrize(
    "breakage",
    [{"regions": "atlantis"}, {"strategy": "whim"}, {"min_learners": 9, "max_learners": 2}, {"audience": "cats"}],
)
def test_a_broken_rule_is_passed_over_and_staff_are_told(clock: Clock, breakage: dict[str, object]) -> None:
    with writing() as session:
        rule = session.scalars(select(RoutingRule).where(RoutingRule.priority == 10)).one()
        for name, value in breakage.items():
            setattr(rule, name, value)
    send(clock, region="scotland")
    with reading() as session:
        routing = session.scalars(select(EnquiryRouting)).one()
        assert routing.rule_name == "Scotland"
        assert routing.flag == "A rule failed and was passed over: Midlands fibre."
        assert "raised" in json.loads(routing.looked_at)[0]


def test_without_rules_our_own_team_has_it(clock: Clock) -> None:
    with writing() as session:
        session.execute(delete(RulePartner))
        session.execute(delete(RoutingRule))
    recipient, _, _ = enquiries.name_recipient(some_answers(), clock, 3)
    assert recipient.partner is None


def test_a_partner_without_privacy_notice_or_address_is_never_named(clock: Clock) -> None:
    recipient, _, _ = enquiries.name_recipient(some_answers(region="east-of-england"), clock, 3)
    assert recipient.partner is None
    with writing() as session:
        partner = session.scalars(select(Partner).where(Partner.code == "LIN")).one()
        partner.email = partner.backup_email = ""
    recipient, _, _ = enquiries.name_recipient(some_answers(), clock, 3)
    assert recipient.partner is None


def test_what_looks_like_a_machine_is_held_for_a_person_and_nobody_is_written_to(clock: Clock) -> None:
    recipient, _, _ = enquiries.name_recipient(some_answers(), clock, 3)
    sending = Sending("one", Named("LIN", recipient.rule), keep_with_us=False, held="It looks like a machine's work.")
    enquiries.submit(some_answers(), sending, clock, 3)
    with reading() as session:
        assert session.scalars(select(OutboxMessage.kind)).all() == [Kind.TEAM_ENQUIRY]
        assert session.scalars(select(EnquiryRouting)).one().flag.startswith("It looks like")


@pytest.mark.promise("OLT-9")
def test_a_yes_to_news_is_written_down_word_for_word(clock: Clock) -> None:
    recipient, _, _ = enquiries.name_recipient(some_answers(), clock, 3)
    sending = Sending("one", Named("LIN", recipient.rule), keep_with_us=False, marketing_wording="Write to me")
    enquiries.submit(some_answers(marketing=True), sending, clock, 3)
    enquiries.submit(some_answers(), Sending("two", sending.named, keep_with_us=False), clock, 3)
    with reading() as session:
        entry = session.scalars(select(ConsentEntry)).one()
        assert (entry.purpose, entry.wording, entry.given) == ("marketing", "Write to me", True)


def test_mail_is_queued_in_the_transaction_of_its_cause(clock: Clock) -> None:
    send(clock)
    with reading() as session:
        message = session.scalars(select(OutboxMessage)).first()
        enquiry = session.scalars(select(Enquiry)).one()
        assert message
        assert message.state == State.QUEUED
        assert message.created_at == enquiry.received_at
