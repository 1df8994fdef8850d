"""Changing the data keys: everything that the old ones locked is locked again with the first."""

from __future__ import annotations

from portal.domain.errors import Refusal
from portal.domain.vault import CanNotOpen, Vault
from portal.models.session import writing
from portal.records import locked

BATCH = 200


def rotate(vault: Vault) -> int:
    """Lock every value again under the first key, a batch a transaction; answers how many.

    It can be broken off and begun again: a value locked twice is as good as once. Raises Refusal when a value opens
    with none of the keys; what was changed before stays, and opens with the same keys as ever.
    """
    changed = 0

    def again(value: str) -> str:
        nonlocal changed
        changed += 1
        return vault.lock_again(value)

    for place in locked.places():
        last: int | None = 0
        while last is not None:
            try:
                with writing() as session:
                    last = locked.change_some(session, place, last, BATCH, again)
            except CanNotOpen:
                raise Refusal(f"A value in {place[0].name} opens with none of DATA_KEYS: put its key back.") from None
    return changed
