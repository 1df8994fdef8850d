"""One person's answers sent at the same moment from many windows: each store keeps one row, and none is refused."""

from __future__ import annotations

import threading
from collections import Counter
from collections.abc import Callable

import pytest
from flask import Flask
from sqlalchemy import func, select

from portal.domain.equality import Answer
from portal.domain.vault import Vault
from portal.gateways.clock import Clock
from portal.models import Base
from portal.models.consent import ConsentEntry
from portal.models.session import reading
from portal.records.accounts import Person
from portal.services import equality, profile, support


@pytest.mark.usefixtures("context")
def test_many_windows_make_one_row_of_each(
    app: Flask, make_person: Callable[..., Person], clock: Clock, vault: Vault
) -> None:
    person = make_person()
    start = threading.Barrier(6)
    failures: list[BaseException] = []

    def one(number: int) -> None:
        try:
            with app.app_context():
                start.wait(10)
                profile.save(person, {"organisation": f"Company {number}"}, "I agree", clock)
                support.save(person, f"Words {number}", "I agree", prefers_not=False, clock=clock, vault=vault)
                equality.begin(person, clock, vault)
                equality.answer(person, "sex", Answer("female"), clock, vault)
        except BaseException as failure:
            failures.append(failure)

    threads = [threading.Thread(target=one, args=(number,)) for number in range(6)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(60)
    assert failures == []
    with reading() as session:
        rows = {
            name: session.scalar(select(func.count()).select_from(Base.metadata.tables[name]))
            for name in ("profile_answer", "support_need", "account_consent_subject", "equality_subject")
        }
        answers = session.scalar(select(func.count()).select_from(Base.metadata.tables["equality_answer"]))
        ledger = Counter(session.scalars(select(ConsentEntry.purpose)))
    assert rows == {"profile_answer": 5, "support_need": 1, "account_consent_subject": 1, "equality_subject": 1}
    assert answers == 1
    assert ledger == {"optional-profile": 1, "support": 6}
