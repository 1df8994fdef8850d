"""Enquiries as staff work on them: the list, who has taken one, and what was added to its timeline."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from sqlalchemy import Select, delete, select
from sqlalchemy.orm import Session, joinedload

from portal.domain.errors import NotFound
from portal.domain.searching import words
from portal.models.account import Account
from portal.models.enquiry import Enquiry, EnquiryNote, EnquiryOwner, Holder, NoteKind, Referral
from portal.models.partner import Partner
from portal.records.accounts import Person
from portal.records.paging import Page, page_of


@dataclass(frozen=True)
class Filters:
    """What a list is narrowed to; empty is everything.

    `state` is open, closed or withdrawn; `holder` is team or a partner's code; `owner` is the reference of an account,
    or nobody.
    """

    search: str = ""
    state: str = ""
    holder: str = ""
    owner: str = ""


def list_enquiries(session: Session, filters: Filters, page: int) -> Page[Enquiry]:
    """A page of the enquiries, newest first."""
    newest = filtered(filters).order_by(Enquiry.received_at.desc(), Enquiry.id.desc())
    return page_of(session, newest.options(joinedload(Enquiry.referral).joinedload(Referral.partner)), page)


def all_wanted(session: Session, filters: Filters) -> Sequence[Enquiry]:
    """Everything that the filters leave, newest first."""
    query = filtered(filters).options(joinedload(Enquiry.referral).joinedload(Referral.partner))
    return session.scalars(query.order_by(Enquiry.received_at.desc(), Enquiry.id.desc())).all()


def filtered(filters: Filters) -> Select[Enquiry]:
    """The query of a filtered list, in no order yet."""
    query = select(Enquiry)
    for word in words(filters.search):
        query = query.where(Enquiry.search_text.contains(word, autoescape=True))
    gone = Enquiry.withdrawn_at.is_not(None) | Enquiry.removed_at.is_not(None)
    states = {
        "open": ~gone & Enquiry.outcome.is_(None),
        "closed": Enquiry.outcome.is_not(None),
        "withdrawn": gone,
    }
    if filters.state in states:
        query = query.where(states[filters.state])
    if filters.holder == Holder.TEAM:
        query = query.where(Enquiry.holder == Holder.TEAM)
    elif filters.holder:
        of_partner = select(Referral.enquiry_id).join(Partner, Partner.id == Referral.partner_id)
        query = query.where(Enquiry.id.in_(of_partner.where(Partner.code == filters.holder)))
    owned = select(EnquiryOwner.enquiry_id).join(Account, Account.id == EnquiryOwner.account_id)
    if filters.owner == "nobody":
        query = query.where(Enquiry.id.not_in(owned))
    elif filters.owner:
        query = query.where(Enquiry.id.in_(owned.where(Account.reference == filters.owner)))
    return query


def owners_of(session: Session, enquiries: Iterable[Enquiry]) -> dict[int, str]:
    """The name of who has taken each enquiry, by its id."""
    query = select(EnquiryOwner.enquiry_id, Account.full_name).join(Account, Account.id == EnquiryOwner.account_id)
    rows = session.execute(query.where(EnquiryOwner.enquiry_id.in_([one.id for one in enquiries])))
    return {row[0]: row[1] for row in rows}


def set_owner(session: Session, enquiry: Enquiry, person: Person, now: dt.datetime) -> None:
    """This person has taken it, whoever had it before."""
    session.execute(delete(EnquiryOwner).where(EnquiryOwner.enquiry_id == enquiry.id))
    session.add(EnquiryOwner(enquiry_id=enquiry.id, account_id=person.account_id, owned_at=now))
    add_note(session, enquiry, person, NoteKind.OWNER, "", now)


def add_note(
    session: Session, enquiry: Enquiry, person: Person, kind: NoteKind, words: str, now: dt.datetime
) -> EnquiryNote:
    """Add an entry to the timeline."""
    note = EnquiryNote(
        enquiry_id=enquiry.id,
        account_id=person.account_id,
        made_by=person.full_name,
        kind=kind,
        words=words,
        made_at=now,
    )
    session.add(note)
    session.flush()
    return note


def notes_of(session: Session, enquiry: Enquiry) -> Sequence[EnquiryNote]:
    """What staff added, oldest first."""
    query = select(EnquiryNote).where(EnquiryNote.enquiry_id == enquiry.id).order_by(EnquiryNote.id)
    return session.scalars(query).all()


def get_note(session: Session, note_id: int) -> EnquiryNote:
    """The entry. Raises NotFound."""
    note = session.get(EnquiryNote, note_id)
    if note is None:
        raise NotFound("There is no such entry.")
    return note


def forget_words(session: Session, enquiry: Enquiry) -> None:
    """Delete what staff wrote about somebody who removed their enquiry; that something was done stays."""
    for note in notes_of(session, enquiry):
        note.words = ""
