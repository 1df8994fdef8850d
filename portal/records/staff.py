"""Members of staff and their roles."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Sequence

from sqlalchemy import delete, func, select
from sqlalchemy.orm import Session

from portal.domain.errors import NotFound
from portal.domain.roles import Role
from portal.models.account import Account
from portal.models.staff import Staff, StaffRole
from portal.records.paging import Page, page_of


def find_of(session: Session, account_id: int) -> Staff | None:
    """The member of staff of an account, removed or not."""
    return session.scalars(select(Staff).where(Staff.account_id == account_id)).first()


def get_of(session: Session, account_id: int) -> Staff:
    """The member of staff of an account who has not been removed. Raises NotFound."""
    staff = find_of(session, account_id)
    if staff is None or staff.removed_at is not None:
        raise NotFound("This account is no member of staff's.")
    return staff


def get(session: Session, staff_id: int) -> Staff:
    """The member of staff. Raises NotFound."""
    staff = session.get(Staff, staff_id)
    if staff is None:
        raise NotFound("There is no such member of staff.")
    return staff


def set_roles(session: Session, staff: Staff, roles: Iterable[Role]) -> None:
    """Give these roles and no others."""
    session.execute(delete(StaffRole).where(StaffRole.staff_id == staff.id))
    session.add_all(StaffRole(staff_id=staff.id, role=role) for role in sorted(set(roles)))


def roles_of(session: Session, staff_ids: Iterable[int]) -> dict[int, list[Role]]:
    """The roles of each member of staff, by id."""
    query = select(StaffRole.staff_id, StaffRole.role).where(StaffRole.staff_id.in_(list(staff_ids)))
    found = defaultdict(list)
    for staff_id, role in session.execute(query.order_by(StaffRole.role)):
        found[staff_id].append(role)
    return found


def count_managers(session: Session, *, but: int) -> int:
    """How many managers there are, leaving out the member of staff with the id `but`."""
    query = (
        select(func.count())
        .select_from(StaffRole)
        .join(Staff, Staff.id == StaffRole.staff_id)
        .join(Account, Account.id == Staff.account_id)
        .where(StaffRole.role == Role.MANAGER, Staff.removed_at.is_(None), Staff.id != but)
        .where(Account.suspended_at.is_(None))
    )
    return session.scalar(query) or 0


def count_readers(session: Session) -> int:
    """How many members of staff are named to read what trainees tell about support."""
    query = select(func.count()).select_from(Staff).join(Account, Account.id == Staff.account_id)
    named = (Staff.reads_support_needs, Staff.removed_at.is_(None), Account.suspended_at.is_(None))
    return session.scalar(query.where(*named)) or 0


def list_present(session: Session, page: int) -> Page[Staff]:
    """A page of those who work here, in the order they were invited."""
    return page_of(session, select(Staff).where(Staff.removed_at.is_(None)).order_by(Staff.id), page)


def accounts_of(session: Session, staff: Sequence[Staff]) -> dict[int, Account]:
    """The account of each, by its id."""
    query = select(Account).where(Account.id.in_([one.account_id for one in staff]))
    return {account.id: account for account in session.scalars(query)}
