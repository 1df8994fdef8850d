"""Equality answers: in a store of their own, replaced, stopped, counted as totals only, deleted in time."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable

import pytest
from flask import Flask
from sqlalchemy import select

from portal.domain.equality import PREFER_NOT_TO_SAY, Answer, for_region
from portal.domain.errors import NotFound
from portal.domain.vault import Vault
from portal.gateways.clock import Clock
from portal.models import Base
from portal.models.answers import EqualityAnswer, EqualitySubject
from portal.models.session import reading, writing
from portal.records.accounts import Person
from portal.services import data_keys, equality, own_account
from portal.services.equality import Standing

pytestmark = pytest.mark.usefixtures("context")
NATIONS = {"london": "england", "wales": "wales", "scotland": "scotland", "northern-ireland": "northern-ireland"}
OTHER_KEY = "q83vEjRWeJCrze8SNFZ4kKvN7xI0VniQq83vEjRWeJA="
MakePerson = Callable[..., Person]


def _answers() -> list[EqualityAnswer]:
    with reading() as session:
        return list(session.scalars(select(EqualityAnswer)))


def _subject() -> EqualitySubject:
    with reading() as session:
        return session.scalars(select(EqualitySubject)).one()


@pytest.fixture
def give(clock: Clock, vault: Vault) -> Callable[..., None]:
    """Answer questions (code to the code of the answer) in this order."""

    def answer(person: Person, **codes: str) -> None:
        equality.begin(person, clock, vault)
        for question, code in codes.items():
            equality.answer(person, question.replace("_", "-"), Answer(code), clock, vault)

    return answer


def test_skipping_leaves_only_the_mark_that_it_was_skipped(make_person: MakePerson, clock: Clock, vault: Vault) -> None:
    person = make_person()
    assert equality.get_own(person, vault).standing == Standing.OPEN
    equality.skip(person, clock, vault)
    assert equality.get_own(person, vault).standing == Standing.SKIPPED
    assert _answers() == []
    subject = _subject()
    assert subject.skipped_at
    assert (subject.stop_asked_at, subject.stop_by) == (None, None)
    with pytest.raises(NotFound):
        equality.answer(person, "sex", Answer("female"), clock, vault)
    equality.begin(person, clock, vault)
    assert equality.get_own(person, vault).standing == Standing.BEGUN


@pytest.mark.promise("OLT-8")
@pytest.mark.parametrize("region", NATIONS)
def test_each_question_of_each_nation_takes_prefer_not_to_say_and_blank(
    make_person: MakePerson, clock: Clock, vault: Vault, region: str
) -> None:
    person = make_person(region)
    equality.begin(person, clock, vault)
    codes = []
    question = for_region(region).questions[0]
    while True:
        codes.append(question.code)
        then = equality.answer(person, question.code, Answer(PREFER_NOT_TO_SAY), clock, vault)
        if then is None:
            break
        question = then
    own = equality.get_own(person, vault)
    assert codes == [one.code for one in own.questions.questions]
    assert own.answers == dict.fromkeys(codes, Answer(PREFER_NOT_TO_SAY))
    assert own.answered == 5
    assert {(one.nation, one.version) for one in _answers()} == {(NATIONS[region], "2026-11")}
    blank = make_person(region)
    equality.begin(blank, clock, vault)
    then = equality.answer(blank, codes[0], Answer(""), clock, vault)
    assert then
    assert then.code == codes[1]
    assert equality.get_own(blank, vault).standing == Standing.BEGUN


@pytest.mark.parametrize("region", NATIONS)
def test_every_answer_of_every_question_can_be_given_and_own_words_are_kept(
    make_person: MakePerson, clock: Clock, vault: Vault, region: str
) -> None:
    person = make_person(region)
    equality.begin(person, clock, vault)
    questions = for_region(region)
    for first in questions.questions:
        for option in first.choices:
            said = Answer(option.code, "Als ik’t zelf zeg" if option.own_words else "")
            equality.answer(person, first.code, said, clock, vault)
            then = first.follow_ups.get(option.code)
            for further in then.choices if then else ():
                assert then
                words = Answer(further.code, "In my own words" if further.own_words else "")
                equality.answer(person, then.code, words, clock, vault)
                assert equality.get_own(person, vault).answers[then.code] == words
            assert equality.get_own(person, vault).answers[first.code] == said
    assert len(_answers()) == len(questions.questions)


def test_a_changed_answer_takes_the_follow_ups_that_no_longer_belong_with_it(
    make_person: MakePerson, clock: Clock, vault: Vault, give: Callable[..., None]
) -> None:
    person = make_person()
    give(person, ethnic_group="white", ethnic_group_white="roma", sex="male")
    give(person, ethnic_group="white")
    assert equality.get_own(person, vault).answers["ethnic-group-white"] == Answer("roma")
    give(person, ethnic_group="asian")
    own = equality.get_own(person, vault)
    assert own.answers == {"ethnic-group": Answer("asian"), "sex": Answer("male")}
    with pytest.raises(NotFound):
        equality.answer(person, "ethnic-group-white", Answer("roma"), clock, vault)
    with pytest.raises(NotFound):
        equality.answer(person, "shoe-size", Answer("44"), clock, vault)
    equality.skip(person, clock, vault)
    assert equality.get_own(person, vault).standing == Standing.ANSWERED


def test_nothing_in_clear_tells_whose_an_answer_is_what_it_is_or_when_to_the_minute(
    make_person: MakePerson, vault: Vault, give: Callable[..., None]
) -> None:
    person, other = make_person(), make_person()
    give(person, disability="yes", disability_impact="a-lot", ethnic_group="white", ethnic_group_white="roma")
    give(other, disability="no", ethnic_group="prefer_not_to_say")
    rows = _answers()
    keys = {one.subject_key for one in rows}
    assert len(keys) == 2
    assert {one.question for one in rows} == {"disability", "ethnic-group"}
    assert len({len(one.locked_answer) for one in rows}) == 1
    assert {one.locked_answer[:11] for one in rows} == {"gAAAAAAAAAA"}
    with reading() as session:
        for table in Base.metadata.sorted_tables:
            if table.name != "equality_answer":
                stored = "\n".join(str(row) for row in session.execute(select(table)))
                assert not any(key in stored for key in keys), table.name
        subjects = session.scalars(select(EqualitySubject)).all()
        assert {vault.open("equality key", one.locked_key) for one in subjects} == keys


def test_other_data_keys_open_the_answers_still(
    make_person: MakePerson, app: Flask, vault: Vault, give: Callable[..., None]
) -> None:
    person = make_person()
    give(person, sex="female")
    settings = app.extensions["portal"].settings
    both = Vault([OTHER_KEY, *settings.data_keys], settings.SECRET_KEY)
    assert data_keys.rotate(both) == 2
    alone = Vault([OTHER_KEY], settings.SECRET_KEY)
    assert equality.get_own(person, alone).answers == {"sex": Answer("female")}


def test_the_notice_to_stop_deletes_the_answers_and_keeps_its_own_days(
    make_person: MakePerson, clock: Clock, vault: Vault, give: Callable[..., None]
) -> None:
    person, other = make_person(), make_person()
    give(person, sex="female")
    give(other, sex="male")
    before = _now(clock)
    equality.stop(person, clock, vault)
    assert len(_answers()) == 1
    own = equality.get_own(person, vault)
    assert own.standing == Standing.STOPPED
    assert own.stop_asked_at
    assert own.stop_asked_at >= before
    assert own.stop_by == own.stop_asked_at + dt.timedelta(days=28)
    with pytest.raises(NotFound):
        equality.answer(person, "sex", Answer("female"), clock, vault)
    equality.skip(person, clock, vault)
    assert equality.get_own(person, vault).standing == Standing.STOPPED
    give(person, sex="female")
    anew = equality.get_own(person, vault)
    assert anew.standing == Standing.ANSWERED
    assert anew.stop_asked_at == own.stop_asked_at


def test_who_never_answered_can_say_stop_too(make_person: MakePerson, clock: Clock, vault: Vault) -> None:
    person = make_person()
    equality.stop(person, clock, vault)
    assert equality.get_own(person, vault).standing == Standing.STOPPED


def test_whoever_moves_is_asked_the_questions_of_the_other_nation(
    make_person: MakePerson, clock: Clock, vault: Vault, give: Callable[..., None]
) -> None:
    person = make_person("london")
    give(person, sex="female", religion="christian")
    own_account.change_details(person, full_name=person.full_name, region="scotland", heard_from="A search")
    give(person, religion="church-of-scotland")
    nations = {one.question: one.nation for one in _answers()}
    assert nations == {"sex": "england", "religion": "scotland"}


def test_answers_are_deleted_when_their_months_are_over_and_the_subject_is_left(
    make_person: MakePerson, app: Flask, clock: Clock, vault: Vault, give: Callable[..., None]
) -> None:
    retention = app.extensions["portal.retention"]
    person = make_person()
    give(person, sex="female")
    with writing() as session:
        row = session.scalars(select(EqualityAnswer)).one()
        row.answered_on = _now(clock).date() - dt.timedelta(days=364)
    assert (0, "equality answers") in retention.purge_all()
    with writing() as session:
        row = session.scalars(select(EqualityAnswer)).one()
        row.answered_on = _now(clock).date() - dt.timedelta(days=367)
    assert (1, "equality answers") in retention.count_due()
    assert (1, "equality answers") in retention.purge_all()
    assert _answers() == []
    assert equality.get_own(person, vault).standing == Standing.BEGUN


def _now(clock: Clock) -> dt.datetime:
    with reading() as session:
        return clock.now(session)
