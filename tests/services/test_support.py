"""Support needs: kept with an agreement, gone with it, and never anything to do with the equality answers."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from sqlalchemy import select

from portal.domain import support as rules
from portal.domain.equality import Answer
from portal.domain.vault import Vault
from portal.gateways.clock import Clock
from portal.models import Base
from portal.models.consent import AccountConsentSubject, ConsentEntry
from portal.models.session import reading
from portal.records.accounts import Person
from portal.services import equality, support

pytestmark = pytest.mark.usefixtures("context")
WORDS = "Larger print and a quieter room"
AGREED = rules.agreement("Meridian")
MakePerson = Callable[..., Person]


def _ledger() -> list[tuple[bool, str, str]]:
    with reading() as session:
        return [(one.given, one.purpose, one.wording) for one in session.scalars(select(ConsentEntry).order_by("id"))]


def _rows(table: str) -> int:
    with reading() as session:
        return len(session.execute(select(Base.metadata.tables[table])).all())


def test_words_are_kept_with_the_agreement_and_both_go_with_one_press(
    make_person: MakePerson, clock: Clock, vault: Vault
) -> None:
    person, other = make_person(), make_person()
    assert support.find_own(person, vault) is None
    support.save(person, WORDS, AGREED, prefers_not=False, clock=clock, vault=vault)
    told = support.find_own(person, vault)
    assert told
    assert (told.state, told.text, told.words) == ("answered", WORDS, WORDS)
    assert support.find_own(other, vault) is None
    support.take_back(person, clock)
    support.take_back(person, clock)
    assert support.find_own(person, vault) is None
    assert _rows("support_need") == 0
    assert _ledger() == [(True, "support", AGREED), (False, "support", rules.TAKE_BACK)]


@pytest.mark.promise("OLT-8")
@pytest.mark.parametrize(("prefers_not", "state"), [(True, "prefer_not_to_say"), (False, "not_known")])
def test_who_would_rather_not_or_leaves_it_blank_agrees_to_nothing(
    make_person: MakePerson, clock: Clock, vault: Vault, prefers_not: bool, state: str
) -> None:
    person = make_person()
    support.save(person, "", AGREED, prefers_not=prefers_not, clock=clock, vault=vault)
    told = support.find_own(person, vault)
    assert told
    assert (told.state, told.text) == (state, "")
    assert _ledger() == []


def test_emptying_it_ends_the_agreement_and_telling_again_makes_no_second_subject(
    make_person: MakePerson, clock: Clock, vault: Vault
) -> None:
    person = make_person()
    for words in (WORDS, "", WORDS):
        support.save(person, words, AGREED, prefers_not=False, clock=clock, vault=vault)
    assert [given for given, _, _ in _ledger()] == [True, False, True]
    with reading() as session:
        assert len(session.scalars(select(AccountConsentSubject)).all()) == 1


def test_nothing_goes_from_one_store_to_the_other(make_person: MakePerson, clock: Clock, vault: Vault) -> None:
    person = make_person()
    equality.begin(person, clock, vault)
    equality.answer(person, "disability", Answer("yes"), clock, vault)
    assert support.find_own(person, vault) is None
    assert _rows("support_need") == 0
    support.save(person, WORDS, AGREED, prefers_not=False, clock=clock, vault=vault)
    equality.stop(person, clock, vault)
    told = support.find_own(person, vault)
    assert told
    assert told.text == WORDS
