"""Recovery codes: each opens the second step once, when the app is lost."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable
from secrets import compare_digest

from sqlalchemy import delete, func, select
from sqlalchemy.orm import Session

from portal.domain.two_step import plain_recovery_code
from portal.domain.vault import Vault
from portal.models.account import RecoveryCode

VAULT = "recovery code"


def replace(session: Session, account_id: int, codes: Iterable[str], vault: Vault) -> None:
    """Keep these codes, locked, and no others; an empty list forgets all."""
    session.execute(delete(RecoveryCode).where(RecoveryCode.account_id == account_id))
    session.add_all(
        RecoveryCode(account_id=account_id, locked_code=vault.lock(VAULT, plain_recovery_code(code))) for code in codes
    )


def use(session: Session, account_id: int, typed: str, vault: Vault, now: dt.datetime) -> bool:
    """Use up the code that was typed; False when it is none of them, or was used before."""
    plain = plain_recovery_code(typed).encode()
    unused = select(RecoveryCode).where(RecoveryCode.account_id == account_id, RecoveryCode.used_at.is_(None))
    for code in session.scalars(unused):
        if compare_digest(vault.open(VAULT, code.locked_code).encode(), plain):
            code.used_at = now
            return True
    return False


def count_unused(session: Session, account_id: int) -> int:
    """How many are left."""
    unused = (RecoveryCode.account_id == account_id) & RecoveryCode.used_at.is_(None)
    return session.scalar(select(func.count()).select_from(RecoveryCode).where(unused)) or 0
