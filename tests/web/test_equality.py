"""The equality questions in a browser: optional throughout, one a page, locked away, and stopped with one press."""

from __future__ import annotations

import re
from collections.abc import Callable

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import select
from werkzeug.test import TestResponse

import config
from portal.domain import equality
from portal.models import Base
from portal.models.answers import EqualityAnswer
from portal.models.session import reading
from portal.sandbox.mailbox import Mailbox
from tests.factories import EQUALITY_ON, Deliver, dump, make_trainee, press, sign_in

OPENER, DETAILS = "/account/equality", "/account/details"
REFUSED = "prefer_not_to_say"
NATIONS = {"london": "england", "wales": "wales", "scotland": "scotland", "northern-ireland": "northern-ireland"}


@pytest.fixture
def settings(settings: config.Settings) -> config.Settings:
    return settings.model_copy(update=EQUALITY_ON)


@pytest.fixture
def trainee(client: FlaskClient, mailbox: Mailbox, deliver: Deliver) -> FlaskClient:
    make_trainee(client, mailbox, deliver, region="london")
    return client


def _row(browser: FlaskClient) -> str:
    """What the details say about the questions."""
    found = re.search(r"<dt>Equality questions</dt><dd>(.*?)</dd>", browser.get(DETAILS).text)
    assert found
    return found.group(1)


def _begin(browser: FlaskClient) -> str:
    return press(browser, OPENER, OPENER, answer="yes").location


def _answer(browser: FlaskClient, code: str, **typed: str) -> TestResponse:
    return press(browser, f"{OPENER}/{code}", f"{OPENER}/{code}", **typed)


def _count(app: Flask, table: str) -> int:
    with app.app_context(), reading() as session:
        return len(session.execute(select(Base.metadata.tables[table])).all())


def test_the_opener_explains_and_chooses_nothing_beforehand(trainee: FlaskClient) -> None:
    assert _row(trainee) == "Not answered yet"
    page = trainee.get(OPENER).text
    for words in (*equality.OPENER_EXPLAINS, equality.OPENER, equality.OPENER_YES, equality.OPENER_NO, "Ruth Bello"):
        assert words in page
    assert "checked" not in page
    wrong = press(trainee, OPENER, OPENER)
    assert wrong.status_code == 422
    assert "Choose whether you want to answer these questions" in wrong.text
    assert press(trainee, OPENER, OPENER, answer="perhaps").status_code == 422


def test_skipping_leaves_only_the_mark(trainee: FlaskClient, catalogue: Flask) -> None:
    skipped = press(trainee, OPENER, OPENER, answer="no")
    assert skipped.location == f"{DETAILS}?changed=equality-skipped"
    assert "Nothing changes" in trainee.get(skipped.location).text
    assert _row(trainee) == "Skipped"
    assert _count(catalogue, "equality_subject") == 1
    assert _count(catalogue, "equality_answer") == 0
    assert trainee.get(f"{OPENER}/sex").location == OPENER
    assert press(trainee, OPENER, f"{OPENER}/sex", answer="female").location == OPENER
    assert _count(catalogue, "equality_answer") == 0


def test_skipping_all_from_a_question_is_the_same(trainee: FlaskClient, catalogue: Flask) -> None:
    first = _begin(trainee)
    assert "Skip all five" in trainee.get(first).text
    assert press(trainee, first, f"{OPENER}/skip").location == f"{DETAILS}?changed=equality-skipped"
    assert _row(trainee) == "Skipped"
    first = _begin(trainee)
    _answer(trainee, "disability", answer="no")
    assert "Skip the rest" in trainee.get(f"{OPENER}/ethnic-group").text
    press(trainee, first, f"{OPENER}/skip")
    assert _row(trainee) == "Answered"
    assert _count(catalogue, "equality_answer") == 1


@pytest.mark.promise("OLT-8")
@pytest.mark.parametrize("region", NATIONS)
def test_each_question_answered_with_prefer_not_to_say(
    client: FlaskClient, catalogue: Flask, mailbox: Mailbox, deliver: Deliver, region: str
) -> None:
    make_trainee(client, mailbox, deliver, region=region)
    path, seen = _begin(client), []
    while path.startswith(f"{OPENER}/"):
        page = client.get(path).text
        seen.append(path.removeprefix(f"{OPENER}/"))
        assert f"Optional question {len(seen)} of 5" in page
        assert "Why we ask" in page
        assert len(re.findall("<h1>", page)) == 1
        radios = re.findall(r'type="radio" [^>]*value="([^"]*)"', page)
        assert radios[-1] == REFUSED
        assert page.count('<p class="or">or</p>') == (0 if seen[-1] == "sex" else 1)
        assert "checked" not in page
        path = press(client, path, path, answer=REFUSED).location
    assert path == f"{DETAILS}?changed=equality"
    assert "Thank you" in client.get(path).text
    assert seen == ["disability", "ethnic-group", "religion", "sex", "sexual-orientation"]
    assert _row(client) == "Answered"
    with catalogue.app_context(), reading() as session:
        stored = session.scalars(select(EqualityAnswer)).all()
        assert [one.question for one in stored] == seen
        assert {one.nation for one in stored} == {NATIONS[region]}
    assert f'value="{REFUSED}" checked' in client.get(f"{OPENER}/sex").text


def test_left_blank_nothing_is_kept_and_it_goes_on(trainee: FlaskClient, catalogue: Flask) -> None:
    path = _begin(trainee)
    for _ in range(5):
        path = press(trainee, path, path).location
    assert path == f"{DETAILS}?changed=equality"
    assert _count(catalogue, "equality_answer") == 0
    assert _row(trainee) == "Not answered yet"


def test_follow_ups_and_own_words_are_kept_and_changed_answers_replace_them(
    trainee: FlaskClient, catalogue: Flask
) -> None:
    _begin(trainee)
    assert trainee.get(f"{OPENER}/ethnic-group-white").location == OPENER
    assert _answer(trainee, "ethnic-group", answer="white").location == f"{OPENER}/ethnic-group-white"
    words = {"answer": "other-white", "own_words_other-white": "Cornish <b>&</b>"}
    assert _answer(trainee, "ethnic-group-white", **words).location == f"{OPENER}/religion"
    page = trainee.get(f"{OPENER}/ethnic-group-white").text
    assert "Cornish &lt;b&gt;&amp;&lt;/b&gt;" in page
    assert 'value="other-white" checked' in page
    assert "Optional question 2 of 5" in page
    _answer(trainee, "ethnic-group-white", answer="roma", **{"own_words_other-white": "Cornish"})
    assert "Cornish" not in trainee.get(f"{OPENER}/ethnic-group-white").text
    assert _answer(trainee, "ethnic-group", answer=REFUSED).location == f"{OPENER}/religion"
    assert trainee.get(f"{OPENER}/ethnic-group-white").location == OPENER
    assert _count(catalogue, "equality_answer") == 1


@pytest.mark.parametrize(
    ("code", "typed", "said"),
    [
        ("sex", {"answer": "x" * 10_000}, "must be 200 characters or fewer"),
        ("sex", {"answer": "neither"}, "Choose an answer from the list"),
        ("religion", {"answer": "other", "own_words_other": "x" * 10_000}, "Your own words must be 100 characters"),
        ("religion", {"own_words_other": "Jain"}, "Choose the answer that your own words belong to"),
    ],
)
def test_what_can_not_be_kept_is_said_kindly(
    trainee: FlaskClient, catalogue: Flask, code: str, typed: dict[str, str], said: str
) -> None:
    _begin(trainee)
    answer = _answer(trainee, code, **typed)
    assert answer.status_code == 422
    assert said in answer.text
    assert "<title>Error: " in answer.text
    if "own_words_other" in typed:
        assert f'value="{typed["own_words_other"]}"' in answer.text
    assert _count(catalogue, "equality_answer") == 0


def test_own_words_under_another_answer_do_not_count(trainee: FlaskClient) -> None:
    _begin(trainee)
    saved = _answer(trainee, "religion", answer="sikh", own_words_other="x" * 10_000)
    assert saved.status_code == 303


def test_the_notice_to_stop_is_one_press_and_says_by_when(trainee: FlaskClient, catalogue: Flask) -> None:
    _begin(trainee)
    _answer(trainee, "sex", answer="female")
    assert f'href="{OPENER}/stop"' in trainee.get(OPENER).text
    asked = trainee.get(f"{OPENER}/stop").text
    assert "We delete your answers to the equality questions at once" in asked
    assert _count(catalogue, "equality_answer") == 1
    done = press(trainee, f"{OPENER}/stop", f"{OPENER}/stop")
    assert done.location == f"{OPENER}/stop"
    page = trainee.get(done.location).text
    assert "We have stopped using your answers" in page
    assert "at the latest" in page
    assert _count(catalogue, "equality_answer") == 0
    assert _row(trainee) == "Stopped"
    assert "You can begin anew" in trainee.get(OPENER).text
    assert trainee.get(f"{OPENER}/sex").location == OPENER
    assert _begin(trainee) == f"{OPENER}/disability"
    assert "checked" not in trainee.get(f"{OPENER}/sex").text


def test_a_dump_shows_no_answer_and_no_words(
    trainee: FlaskClient, catalogue: Flask, mailbox: Mailbox, deliver: Deliver
) -> None:
    _begin(trainee)
    _answer(trainee, "disability", answer="yes")
    _answer(trainee, "disability-impact", answer="a-little")
    _answer(trainee, "ethnic-group", answer="mixed")
    _answer(trainee, "ethnic-group-mixed", answer="other-mixed", **{"own_words_other-mixed": "Manx and Maltese"})
    _answer(trainee, "religion", answer="jewish")
    _answer(trainee, "sex", answer="female")
    _answer(trainee, "sexual-orientation", answer="bisexual")
    with catalogue.app_context():
        stored = dump()
    assert "sexual-orientation" in stored
    for word in ("impact", "a-little", "mixed", "Manx", "Maltese", "jewish", "female", "bisexual"):
        assert word not in stored
    other = catalogue.test_client()
    make_trainee(other, mailbox, deliver, email="other@people.example", region="london")
    assert _row(other) == "Not answered yet"
    _begin(other)
    assert "checked" not in other.get(f"{OPENER}/sex").text
    assert "checked" in trainee.get(f"{OPENER}/sex").text


def test_switched_off_there_is_no_trace(
    trainee: FlaskClient, settings: config.Settings, make_app: Callable[[config.Settings], Flask]
) -> None:
    browser = make_app(settings.model_copy(update={"EQUALITY": "off"})).test_client()
    for path in (OPENER, f"{OPENER}/stop", f"{OPENER}/sex"):
        assert browser.get(path).status_code == 404
    sign_in(browser)
    for path in (OPENER, f"{OPENER}/stop", f"{OPENER}/sex"):
        assert browser.get(path).status_code == 404
    for path in ("/account", DETAILS, f"{DETAILS}/profile", "/account/support", "/privacy"):
        assert "equality" not in browser.get(path).text.lower(), path
    assert "equality" in trainee.get("/privacy").text.lower()
