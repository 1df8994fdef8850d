"""Asking: naming who would answer, and sending, in one transaction."""

from __future__ import annotations

import datetime as dt
import json
from dataclasses import dataclass

from sqlalchemy.orm import Session

from portal.domain import reasons, working_days
from portal.domain.delivery import Kind
from portal.domain.enquiry import Answers, email_key
from portal.domain.errors import AnswerChanged
from portal.domain.reasons import Sentence
from portal.domain.references import new_reference
from portal.domain.routing import Decision, Question, Standings
from portal.domain.searching import search_text
from portal.gateways.clock import Clock
from portal.models.enquiry import Channel as Channel
from portal.models.enquiry import Holder
from portal.models.partner import Partner
from portal.models.session import hold, looking, reading, writing
from portal.records import catalogue, consents, enquiries, outbox, referrals
from portal.records.catalogue import Catalogue as Catalogue  # pages name its type

# How long a form that was sent still opens its enquiry; after that its hidden number is no key to anything.
SAME_SENDING = dt.timedelta(hours=1)


@dataclass(frozen=True)
class Recipient:
    """Who would answer: a partner, or our own team (None); why; and by when. `rule` names the rule for the sending."""

    partner: Partner | None
    rule: str
    why: Sentence
    due_at: dt.datetime


@dataclass(frozen=True)
class Named:
    """Whom a check page named: the partner's code ("" for our own team) and the rule's key."""

    partner: str
    rule: str


@dataclass(frozen=True)
class Sending:
    """How a person sends: the once-only submission, whom the check page named, and what they chose.

    `acknowledge` is False when the address has had enough letters of enquiries for a day. `marketing_wording` is the
    text of the question about news that the person answered yes to, or empty. `held` says why a person of our own team
    should look first, or is empty. `channel` is how it came, when staff enter it.
    """

    submission: str
    named: Named | None
    keep_with_us: bool
    acknowledge: bool = True
    marketing_wording: str = ""
    held: str = ""
    channel: Channel = Channel.WEB


@dataclass(frozen=True)
class Sent:
    """The enquiry that a submission made, and the epoch of the links to its page."""

    reference: str
    link_epoch: int
    sent_at: dt.datetime


@dataclass(frozen=True)
class _Judgement:
    decision: Decision
    looked_at: list[dict[str, object]]
    flag: str


def offered(clock: Clock) -> tuple[Catalogue, dt.datetime]:
    """The catalogue, for a form's lists, and the time."""
    with looking() as connection:
        return catalogue.current(connection), clock.now(connection)


def name_recipient(answers: Answers, clock: Clock, answer_days: int) -> tuple[Recipient, Catalogue, dt.datetime]:
    """Who would answer this now, with the catalogue and the time it was judged by. Changes nothing."""
    with reading() as session:
        now = clock.now(session)
        known = catalogue.current(session)
        judgement = _judge(session, known, answers.question, now, None)
        return _recipient(known, answers.question, judgement.decision, now, answer_days), known, now


def find_sent(submission: str, clock: Clock) -> Sent | None:
    """The enquiry that this submission made within the last hour, if it is a used one."""
    with reading() as session:
        enquiry = enquiries.find_by_submission(session, submission)
        now = clock.now(session)
        if enquiry is None or now - enquiry.received_at > SAME_SENDING:
            return None
        return Sent(enquiry.reference, enquiry.link_epoch, now)


def submit(answers: Answers, sending: Sending, clock: Clock, answer_days: int) -> Sent:
    """Send the enquiry to whom the check page named, or keep it with our own team when the person chose so.

    A used submission sends nothing and answers the first enquiry. Raises AnswerChanged when the named partner is no
    longer the answer; nothing is sent then.
    """
    with writing() as session:
        now = clock.now(session)
        hold(session, sending.submission)  # a second press of the same button waits for the first
        if (first := enquiries.find_by_submission(session, sending.submission)) is not None:
            if now - first.received_at > SAME_SENDING:
                raise AnswerChanged("This form was sent long ago; nothing was sent again.")
            return Sent(first.reference, first.link_epoch, now)
        known = catalogue.current(session)
        judgement = _judge(session, known, answers.question, now, sending.named, for_writing=not sending.keep_with_us)
        if sending.keep_with_us or sending.held:
            decision = Decision(raised=judgement.decision.raised)
        else:
            decision = judgement.decision
            if sending.named is None or not decision.partner or decision.partner != sending.named.partner:
                raise AnswerChanged("Who answers has changed; nothing was sent.")
        recipient = _recipient(known, answers.question, decision, now, answer_days, kept=sending.keep_with_us)
        return _store(session, answers, sending, recipient, judgement, now)


def _judge(
    session: Session,
    known: Catalogue,
    question: Question,
    now: dt.datetime,
    named: Named | None,
    *,
    for_writing: bool = False,
) -> _Judgement:
    """The decision with its story for staff. Routing can never fail the form: what raises goes to our own team."""
    try:
        codes = known.book.candidates(question)
        if for_writing:
            referrals.lock(session, [known.partners[code].id for code in codes])
        standings: Standings = referrals.standings(session, known.partners, codes, now)
        decision = known.book.decide(question, standings, (named.rule, named.partner) if named else None)
        looked_at = known.book.explain(question, standings, decision)
    except (KeyError, ValueError, TypeError, AttributeError) as error:
        return _Judgement(Decision(), [], f"Routing failed and our own team has it: {type(error).__name__}.")
    if decision.raised:
        names = ", ".join(key.partition(":")[2] for key in decision.raised)
        return _Judgement(decision, looked_at, f"A rule failed and was passed over: {names}.")
    return _Judgement(decision, looked_at, "")


def _recipient(
    known: Catalogue, question: Question, decision: Decision, now: dt.datetime, days: int, *, kept: bool = False
) -> Recipient:
    topic = known.topic(question.interest)
    if decision.partner is None or decision.rule is None:
        return Recipient(None, "", reasons.why_team(kept, question, topic), working_days.due(now, days))
    partner = known.partners[decision.partner]
    reason = known.reasons[decision.rule.key]
    why = reasons.why_partner(decision.rule, question, topic, partner.short_name, reason)
    return Recipient(partner, decision.rule.key, why, working_days.due(now, days, partner.nation))


def _store(
    session: Session,
    answers: Answers,
    sending: Sending,
    recipient: Recipient,
    judgement: _Judgement,
    now: dt.datetime,
) -> Sent:
    partner = recipient.partner
    reference = new_reference("ENQ")
    enquiry_id, referral_id = enquiries.add(
        session,
        reference=reference,
        submission=sending.submission,
        full_name=answers.full_name,
        email=answers.email,
        email_key=email_key(answers.email),
        telephone=answers.telephone,
        organisation=answers.organisation,
        region=answers.region,
        country=answers.country,
        interest=answers.interest,
        audience=answers.audience,
        learners=answers.learners,
        message=answers.message,
        heard_from=answers.heard_from,
        keep_with_us=sending.keep_with_us,
        holder=Holder.PARTNER if partner else Holder.TEAM,
        received_at=now,
        due_at=recipient.due_at,
        channel=sending.channel,
        search_text=search_text(reference, answers.full_name, answers.email, answers.organisation),
        routing={
            "rule_name": recipient.rule.partition(":")[2],
            "why": reasons.plain(recipient.why),
            "looked_at": json.dumps(judgement.looked_at),
            "flag": sending.held or judgement.flag,
        },
        referral={"partner_id": partner.id, "referred_at": now} if partner else None,
    )
    if referral_id is not None:
        outbox.add(session, Kind.PARTNER_ENQUIRY, referral_id, now)
    else:
        outbox.add(session, Kind.TEAM_ENQUIRY, enquiry_id, now)
    if sending.acknowledge and not sending.held:
        outbox.add(session, Kind.ENQUIRY_ACKNOWLEDGEMENT, enquiry_id, now)
    if answers.marketing and sending.marketing_wording:
        consents.give(
            session,
            enquiry_id,
            purpose="marketing",
            recipient="",
            wording=sending.marketing_wording,
            form="enquiry",
            now=now,
        )
    return Sent(reference, 1, now)
