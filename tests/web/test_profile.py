"""The optional profile in a browser: every question can be left out, refused or not known, and shows so."""

from __future__ import annotations

import html
import re

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import select

from portal.domain import profile as rules
from portal.domain.profile import QUESTIONS
from portal.models.consent import ConsentEntry
from portal.models.session import reading
from portal.sandbox.mailbox import Mailbox
from tests.factories import Deliver, make_trainee, press

PAGE, DETAILS = "/account/details/profile", "/account/details"
REFUSED = "prefer_not_to_say"
TEXTS = ("organisation", "job_role", "telephone")
ALL_REFUSED = {**{f"{name}_not": "yes" for name in TEXTS}, "experience": REFUSED, "teaching": REFUSED}
MARKUP = "<b>'\"&{{7*7}}</b>"


@pytest.fixture
def trainee(client: FlaskClient, mailbox: Mailbox, deliver: Deliver) -> FlaskClient:
    make_trainee(client, mailbox, deliver)
    return client


def _shown(browser: FlaskClient) -> list[str]:
    """What the details show for each question, in its order."""
    rows = re.findall(r"<dt>(.*?)</dt><dd>(.*?)</dd>", browser.get(DETAILS).text, re.DOTALL)
    said = {html.unescape(term): html.unescape(value) for term, value in rows}
    return [said[question.term] for question in QUESTIONS]


@pytest.mark.promise("OLT-23")
def test_every_question_says_why_it_is_optional_and_that_leaving_it_out_changes_nothing(trainee: FlaskClient) -> None:
    page = trainee.get(PAGE).text
    for question in QUESTIONS:
        assert f'{question.asks} <span class="optional">(optional)</span>' in page
        assert question.why in page
    assert "Leaving one out changes nothing" in page
    assert page.count("Prefer not to say") == len(QUESTIONS)
    assert page.count("I do not know") == 2
    assert page.count('<p class="or">or</p>') == 2
    assert "checked" not in page
    assert "required" not in page


@pytest.mark.promise("OLT-8", "OLT-23")
def test_never_asked_left_out_refused_and_answered_are_shown_apart(trainee: FlaskClient) -> None:
    assert set(_shown(trainee)) == {"Not asked yet"}
    saved = press(trainee, PAGE, PAGE)
    assert saved.location == f"{DETAILS}?changed=profile"
    assert "Your answers are saved" in trainee.get(saved.location).text
    assert set(_shown(trainee)) == {"Not provided"}
    press(trainee, PAGE, PAGE, **ALL_REFUSED)
    assert set(_shown(trainee)) == {"Prefer not to say"}
    assert trainee.get(PAGE).text.count("checked") == len(QUESTIONS)
    press(trainee, PAGE, PAGE, experience="not_known", teaching="not_known")
    assert set(_shown(trainee)) == {"Not provided"}
    answers = {"organisation": "Nair Fibre", "job_role": "Jointer", "telephone": "07700 900148 ext. 2"}
    press(trainee, PAGE, PAGE, **answers, experience="some", teaching="own_time")
    assert _shown(trainee) == [*answers.values(), "Some", "Online, in my own time"]
    page = trainee.get(PAGE).text
    assert 'value="Jointer"' in page
    assert 'value="own_time" checked' in page


@pytest.mark.parametrize("name", TEXTS)
def test_words_and_prefer_not_to_say_together_are_asked_about_and_kept(trainee: FlaskClient, name: str) -> None:
    answer = press(trainee, PAGE, PAGE, **{name: "01632 960 001", f"{name}_not": "yes", "job_role": "01632 960 001"})
    assert answer.status_code == 422
    assert "or the tick at “Prefer not to say”, not both" in answer.text
    assert "<title>Error: " in answer.text
    assert answer.text.count('value="01632 960 001"') == (1 if name == "job_role" else 2)
    assert f'name="{name}_not" value="yes" checked' in answer.text
    assert set(_shown(trainee)) == {"Not asked yet"}


@pytest.mark.parametrize(
    ("typed", "said"),
    [
        ({"organisation": "x" * 10_000}, "Organisation must be 200 characters or fewer"),
        ({"job_role": "x" * 10_000}, "Job must be 200 characters or fewer"),
        ({"telephone": "0" * 10_000}, "Telephone number must be 200 characters or fewer"),
        ({"telephone": "none"}, "Enter a phone number, like"),
        ({"job_role": "a\u202eb"}, "can’t be shown"),
        ({"experience": "x" * 10_000}, "must be 200 characters or fewer"),
        ({"teaching": "by_post"}, "from the list"),
    ],
)
def test_what_can_not_be_kept_is_said_kindly(trainee: FlaskClient, typed: dict[str, str], said: str) -> None:
    answer = press(trainee, PAGE, PAGE, **typed)
    assert answer.status_code == 422
    assert said in answer.text
    assert set(_shown(trainee)) == {"Not asked yet"}


def test_markup_is_text_and_stays_the_persons_own(
    trainee: FlaskClient, catalogue: Flask, mailbox: Mailbox, deliver: Deliver
) -> None:
    press(trainee, PAGE, PAGE, organisation=MARKUP, job_role=MARKUP)
    assert _shown(trainee)[:2] == [MARKUP, MARKUP]
    for path in (PAGE, DETAILS):
        assert "<b>" not in trainee.get(path).text
    other = catalogue.test_client()
    make_trainee(other, mailbox, deliver, email="other@people.example")
    for path in (PAGE, DETAILS):
        assert "7*7" not in other.get(path).text


def _ledger(app: Flask) -> list[tuple[bool, str, str]]:
    with app.app_context(), reading() as session:
        entries = session.scalars(select(ConsentEntry).order_by(ConsentEntry.id))
        return [(one.given, one.purpose, one.wording) for one in entries]


def test_the_agreement_stands_beside_the_button_and_the_ledger_holds_its_very_words(
    trainee: FlaskClient, catalogue: Flask
) -> None:
    agreement = rules.agreement("Meridian")
    page = trainee.get(PAGE).text
    assert agreement in page
    assert page.index(agreement) < page.index("Save my answers")
    assert rules.TAKE_BACK not in page
    press(trainee, PAGE, PAGE)
    assert _ledger(catalogue) == []
    for _ in range(2):
        press(trainee, PAGE, PAGE, organisation="Nair Fibre")
    assert _ledger(catalogue) == [(True, "optional-profile", agreement)]


@pytest.mark.promise("OPT-8")
def test_taking_it_back_is_one_press(trainee: FlaskClient, catalogue: Flask) -> None:
    press(trainee, PAGE, PAGE, organisation="Nair Fibre")
    assert rules.TAKE_BACK in trainee.get(PAGE).text
    done = press(trainee, PAGE, f"{PAGE}/delete")
    assert done.location == f"{DETAILS}?changed=profile-deleted"
    assert "They are deleted" in trainee.get(done.location).text
    assert set(_shown(trainee)) == {"Not asked yet"}
    assert rules.TAKE_BACK not in trainee.get(PAGE).text
    assert _ledger(catalogue)[1:] == [(False, "optional-profile", rules.TAKE_BACK)]
    assert press(trainee, PAGE, f"{PAGE}/delete").status_code == 303
    assert len(_ledger(catalogue)) == 2
