"""The optional profile: its four states, and the agreement that an answer is, in the ledger and out of it."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from sqlalchemy import func, select

from portal.domain import profile as rules
from portal.domain.profile import QUESTIONS
from portal.domain.vault import Vault
from portal.gateways.clock import Clock
from portal.models.answers import ProfileAnswer
from portal.models.consent import AccountConsentSubject, ConsentEntry
from portal.models.session import reading
from portal.records.accounts import Person
from portal.services import profile, support

pytestmark = pytest.mark.usefixtures("context")
AGREED = rules.agreement("Meridian")
GIVEN, DELETED, EMPTIED = (True, AGREED), (False, rules.TAKE_BACK), (False, rules.EMPTIED)
MakePerson = Callable[..., Person]


def _ledger(purpose: str = rules.PURPOSE) -> list[tuple[bool, str]]:
    query = select(ConsentEntry).where(ConsentEntry.purpose == purpose).order_by(ConsentEntry.id)
    with reading() as session:
        return [(one.given, one.wording) for one in session.scalars(query)]


def _rows() -> int:
    with reading() as session:
        return session.scalar(select(func.count()).select_from(ProfileAnswer)) or 0


@pytest.mark.promise("OLT-8")
def test_the_four_states_are_kept_and_given_out_apart(make_person: MakePerson, clock: Clock) -> None:
    person, other = make_person(), make_person()
    assert [one.state for one in profile.list_answers(person)] == ["not_asked"] * len(QUESTIONS)
    said = {
        "organisation": "Nair Fibre",
        "job_role": "prefer_not_to_say",
        "experience": "not_known",
        "teaching": "mixed",
    }
    profile.save(person, said, AGREED, clock)
    found = [(one.question.code, one.state, one.value, one.words) for one in profile.list_answers(person)]
    assert found == [
        ("organisation", "answered", "Nair Fibre", "Nair Fibre"),
        ("job_role", "prefer_not_to_say", "", "Prefer not to say"),
        ("telephone", "not_known", "", "Not provided"),
        ("experience", "not_known", "", "Not provided"),
        ("teaching", "answered", "mixed", "Some of each"),
    ]
    assert {one.state for one in profile.list_answers(other)} == {"not_asked"}


def test_a_later_answer_replaces_the_earlier_one(make_person: MakePerson, clock: Clock) -> None:
    person = make_person()
    for words in ("Nair Fibre", "prefer_not_to_say", "", "Acme", "Acme"):
        profile.save(person, {"organisation": words}, AGREED, clock)
    assert profile.list_answers(person)[0].words == "Acme"


def test_the_first_answer_is_the_agreement_and_stands_once_in_the_ledger(make_person: MakePerson, clock: Clock) -> None:
    person = make_person()
    for said in ({"organisation": "Nair Fibre"}, {"organisation": "Nair Fibre"}, {"teaching": "mixed"}):
        profile.save(person, said, AGREED, clock)
    assert _ledger() == [GIVEN]
    with reading() as session:
        entry = session.scalars(select(ConsentEntry)).one()
        assert (entry.form, entry.recipient) == ("profile", "")
        assert session.scalars(select(AccountConsentSubject.subject_key)).one() == entry.subject_key


def test_other_wording_is_agreed_to_anew(make_person: MakePerson, clock: Clock) -> None:
    person = make_person()
    for wording in (AGREED, "Other words", "Other words"):
        profile.save(person, {"organisation": "Nair Fibre"}, wording, clock)
    assert _ledger() == [GIVEN, (True, "Other words")]


@pytest.mark.parametrize("said", [{}, {"organisation": "prefer_not_to_say"}, {"experience": "not_known"}])
def test_without_an_answer_nothing_is_agreed_to(make_person: MakePerson, clock: Clock, said: dict[str, str]) -> None:
    person = make_person()
    profile.save(person, said, AGREED, clock)
    assert _ledger() == []


def test_leaving_the_last_answer_out_ends_the_agreement(make_person: MakePerson, clock: Clock) -> None:
    person = make_person()
    for said in ({"organisation": "Nair Fibre"}, {}, {}, {"organisation": "Nair Fibre"}):
        profile.save(person, said, AGREED, clock)
    assert _ledger() == [GIVEN, EMPTIED, GIVEN]


def test_one_press_deletes_all_and_takes_the_agreement_back_once(make_person: MakePerson, clock: Clock) -> None:
    person, other = make_person(), make_person()
    for one in (person, other):
        profile.save(one, {"organisation": "Nair Fibre"}, AGREED, clock)
    for _ in range(2):
        profile.take_back(person, clock)
    assert _ledger() == [GIVEN, GIVEN, DELETED]
    assert {one.state for one in profile.list_answers(person)} == {"not_asked"}
    assert _rows() == len(QUESTIONS)
    assert profile.list_answers(other)[0].words == "Nair Fibre"


def test_the_agreement_about_support_is_another_one(make_person: MakePerson, clock: Clock, vault: Vault) -> None:
    person = make_person()
    support.save(person, "Larger print", "I agree", prefers_not=False, clock=clock, vault=vault)
    profile.save(person, {"organisation": "Nair Fibre"}, AGREED, clock)
    profile.take_back(person, clock)
    assert _ledger("support") == [(True, "I agree")]
    assert _ledger() == [GIVEN, DELETED]
    with reading() as session:
        assert len(session.scalars(select(AccountConsentSubject)).all()) == 1
