"""The letters about accounts, one handler each. Whether an address has an account is first looked at here, by the
worker, so that no page can tell by its words or its time."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from sqlalchemy.orm import Session

from portal.domain import working_days
from portal.domain.delivery import Kind
from portal.domain.enquiry import email_key, masked_email
from portal.domain.errors import NotFound, NotNeeded
from portal.domain.links import CONTACTS_PAGE, FORGOTTEN_PAGE, SIGN_IN_PAGE, Links
from portal.domain.security import Happened
from portal.gateways.clock import Clock
from portal.gateways.deadline import Deadline
from portal.gateways.mail import Letter, Mailer
from portal.models.account import Account, AddressChange
from portal.models.security_event import SecurityEvent
from portal.models.session import reading
from portal.records import accounts, address_changes, contacts, registrations, security_log, staff
from portal.records.outbox import Handler

Deliver = Callable[[int, str, Deadline], None]


@dataclass(frozen=True)
class AccountMail:
    """Makes the handlers."""

    mailer: Mailer
    links: Links
    clock: Clock

    def handlers(self) -> dict[Kind, Handler]:
        """One handler for each kind about accounts."""
        return {
            Kind.REGISTRATION_LINK: Handler(self._registration_link),
            Kind.PASSWORD_LINK: Handler(self._about_account("password_link")),
            Kind.PASSWORD_CHANGED: Handler(self._about_account("password_changed")),
            Kind.SECOND_STEP_CHANGED: Handler(self._about_account("second_step_changed")),
            Kind.ADDRESS_CHANGED: Handler(self._about_account("address_changed")),
            Kind.ADDRESS_AGREE_OLD: Handler(self._agree_old),
            Kind.ADDRESS_AGREE_NEW: Handler(self._agree_new),
            Kind.CONTACT_INVITATION: Handler(self._contact_invitation),
            Kind.SIGN_IN_LINK: Handler(self._sign_in_link),
            Kind.STAFF_INVITATION: Handler(self._staff_invitation),
            Kind.ACCOUNT_LOCKED: Handler(self._about_account("account_locked")),
        }

    def _registration_link(self, registration_id: int, key: str, deadline: Deadline) -> None:
        with reading() as session:
            try:
                waiting = registrations.get(session, registration_id)
            except NotFound:
                raise NotNeeded("it is confirmed, or gone") from None
            known = accounts.find_by_email(session, waiting.email_key)
            may_register = known is None or accounts.may_register(session, known)
        if known is not None and not may_register:
            template = "registration_known" if known.password_hash else "no_password"
            letter = Letter(template, known.email, key, self._ways_in(), to_name=known.full_name)
        else:
            link = self.links.confirm_page(waiting.key, waiting.registered_at)
            letter = Letter("registration_link", waiting.email, key, {"link": link})
        self.mailer.send(letter, deadline)

    def _about_account(self, template: str) -> Deliver:
        def deliver(entry_id: int, key: str, deadline: Deadline) -> None:
            with reading() as session:
                entry = security_log.find(session, entry_id)
                if entry is None or entry.account_id is None:
                    raise NotNeeded("the address has no account")
                account = accounts.get(session, entry.account_id)
                context = self._context(account, entry)
            has_none = template == "password_link" and account.password_hash is None
            letter = Letter(
                "no_password" if has_none else template, account.email, key, context, to_name=account.full_name
            )
            self.mailer.send(letter, deadline)

        return deliver

    def _agree_old(self, change_id: int, key: str, deadline: Deadline) -> None:
        with reading() as session:
            change, account = _change(session, change_id)
        link = self.links.address_page(change.key, "old", change.asked_at)
        context = {"account": account, "link": link, "new": masked_email(change.email)}
        self.mailer.send(Letter("address_agree_old", account.email, key, context, to_name=account.full_name), deadline)

    def _agree_new(self, change_id: int, key: str, deadline: Deadline) -> None:
        with reading() as session:
            change, account = _change(session, change_id)
            other = accounts.find_by_email(session, email_key(change.email))
        if other is not None and other.id != account.id:
            letter = Letter("address_taken", change.email, key, self._ways_in())
        else:
            link = self.links.address_page(change.key, "new", change.asked_at)
            letter = Letter("address_agree_new", change.email, key, {"link": link})
        self.mailer.send(letter, deadline)

    def _staff_invitation(self, staff_id: int, key: str, deadline: Deadline) -> None:
        with reading() as session:
            member = staff.get(session, staff_id)
            account = accounts.get(session, member.account_id)
        if member.removed_at is not None:
            raise NotNeeded("they were removed")
        has_password = account.password_hash is not None
        join = self.links.join_page(account.reference, account.password_version, member.invited_at)
        context = {"has_password": has_password, "link": self.links.page("/admin") if has_password else join}
        self.mailer.send(Letter("staff_invitation", account.email, key, context), deadline)

    def _contact_invitation(self, contact_id: int, key: str, deadline: Deadline) -> None:
        with reading() as session:
            contact = contacts.get(session, contact_id)
        if contact.removed_at is not None:
            raise NotNeeded("they were removed")
        context = {"contact": contact, "link": self.links.page(CONTACTS_PAGE)}
        to = contact.account
        self.mailer.send(Letter("contact_invitation", to.email, key, context, to_name=to.full_name), deadline)

    def _sign_in_link(self, entry_id: int, key: str, deadline: Deadline) -> None:
        with reading() as session:
            entry = security_log.find(session, entry_id)
            if entry is None or entry.account_id is None or not contacts.present_of(session, entry.account_id):
                raise NotNeeded("the address is no contact’s")
            account = accounts.get(session, entry.account_id)
            if account.suspended_at is not None:
                raise NotNeeded("the account is suspended")
        link = self.links.sign_in_page(account.reference, entry_id, account.versions, entry.happened_at)
        context = {"account": account, "link": link, "device": entry.device}
        self.mailer.send(Letter("sign_in_link", account.email, key, context, to_name=account.full_name), deadline)

    def _context(self, account: Account, entry: SecurityEvent) -> dict[str, Any]:
        return {
            "account": account,
            "device": entry.device,
            "turned_on": entry.kind == Happened.SECOND_STEP_ON,
            "by_staff": entry.kind == Happened.PASSWORD_LINK_BY_STAFF
            or (entry.kind == Happened.SECOND_STEP_OFF and entry.detail != ""),
            "day": working_days.long_day(entry.happened_at),
            "time": working_days.clock_time(entry.happened_at),
            "link": self.links.password_page(account.reference, account.password_version, entry.happened_at),
            **self._ways_in(),
        }

    def _ways_in(self) -> dict[str, str]:
        pages = {"sign_in": SIGN_IN_PAGE, "forgotten": FORGOTTEN_PAGE, "contacts": CONTACTS_PAGE}
        return {name: self.links.page(path) for name, path in pages.items()}


def _change(session: Session, change_id: int) -> tuple[AddressChange, Account]:
    """The change that waits, with its account; when it is gone there is nothing to say."""
    try:
        change = address_changes.get(session, change_id)
        return change, accounts.get(session, change.account_id)
    except NotFound:
        raise NotNeeded("it is done, refused or gone") from None
