"""The form, the check page and sending, through the pages."""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Callable
from html import unescape

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import func, select

import config
from portal.gateways.clock import Clock
from portal.models.enquiry import Enquiry, EnquiryRouting, Holder
from portal.models.partner import Partner
from portal.models.session import reading, writing
from tests.factories import FORM, ask, check, hidden_fields


def _count(app: Flask) -> int:
    with app.app_context(), reading() as session:
        return session.scalar(select(func.count()).select_from(Enquiry)) or 0


def _only(app: Flask) -> Enquiry:
    with app.app_context(), reading() as session:
        return session.scalars(select(Enquiry)).one()


@pytest.mark.promise("PRE-3")
def test_the_form_says_why_it_asks_and_chooses_nothing_beforehand(client: FlaskClient) -> None:
    page = client.get("/enquire").text
    for words in (
        "Takes about a minute. You will see who gets it before you send.",
        "So that the person answering knows who to ask for.",
        "Your answer and your reference go here.",
        "This and the next answer decide who answers.",
        "Please leave out health details and card numbers.",
    ):
        assert words in page
    assert " checked" not in page
    assert " selected" not in page
    assert " required" not in page


def test_the_address_fills_in_what_is_known_and_nothing_else(client: FlaskClient) -> None:
    page = client.get("/enquire?interest=SAF-STREET&region=wales&full_name=Mallory&audience=individual").text
    assert '<option value="SAF-STREET" selected>' in page
    assert '<option value="wales" selected>' in page
    assert "Mallory" not in page
    assert " checked" not in page
    assert " selected" not in client.get("/enquire?interest=nonsense&region=%00").text


def test_courses_no_longer_taught_can_not_be_chosen(client: FlaskClient) -> None:
    assert "FIB-OLD" not in client.get("/enquire").text
    assert check(client, interest="FIB-OLD").status_code == 422


def test_the_check_page_names_the_partner_and_its_privacy_notice_and_sends_nothing(
    client: FlaskClient, app: Flask
) -> None:
    page = check(client)
    assert page.status_code == 200
    assert "Lindum Training can answer you" in page.text
    assert "https://lindum.example/privacy" in page.text
    assert page.text.count("<form") == 1
    assert re.findall(r'name="routing" value="(\w+)"', page.text) == ["pass_on", "keep_with_us"]
    assert page.headers["Cache-Control"] == "private, no-cache"
    assert _count(app) == 0


def test_when_our_own_team_answers_there_is_one_button(client: FlaskClient) -> None:
    page = check(client, region="london")
    assert "Our own team can answer you" in page.text
    assert re.findall(r'name="routing" value="(\w+)"', page.text) == ["keep_with_us"]


def test_sending_opens_the_enquirers_own_page(client: FlaskClient, app: Flask) -> None:
    path = ask(client)
    assert path.startswith("/enquiries/")
    page = client.get(path)
    assert page.status_code == 200
    assert _only(app).reference in page.text
    assert _only(app).holder == Holder.PARTNER


def test_every_answer_is_kept_as_typed(client: FlaskClient, app: Flask) -> None:
    typed = {
        "full_name": "Siân O’Brien-Łukasz 李",
        "email": "Sian+courses@Bücher.example",
        "message": "Line one\r\n\r\nأهلا <b>bold</b> & “quotes”",
        "organisation": "Finch & Daughters",
    }
    ask(client, **typed)
    stored = _only(app)
    assert stored.full_name == typed["full_name"]
    assert stored.email == typed["email"]
    assert stored.message == typed["message"].replace("\r\n", "\n")
    assert stored.organisation == typed["organisation"]


def test_leaving_out_what_is_optional_is_fine(client: FlaskClient, app: Flask) -> None:
    left_out = dict.fromkeys(("organisation", "learners", "telephone", "message", "heard_from"), "")
    ask(client, **left_out)
    stored = _only(app)
    assert (stored.telephone, stored.message, stored.learners, stored.heard_from) == (None, None, None, None)


@pytest.mark.parametrize("name", ["full_name", "email", "interest", "region", "audience"])
def test_each_needed_answer_has_an_error_of_its_own(client: FlaskClient, app: Flask, name: str) -> None:
    page = check(client, **{name: ""})
    assert page.status_code == 422
    assert "<title>Error: " in page.text
    assert "One answer needs another look" in page.text
    assert page.text.count(f'href="#{name}"') == 1
    assert page.text.count('class="error"') == 1
    assert _count(app) == 0


def test_a_bad_answer_keeps_the_others_and_says_the_same_twice(client: FlaskClient) -> None:
    page = unescape(check(client, email="@nairfibre.example", learners="half a dozen").text)
    for words in ("Enter an email address with a name before the @", "Enter how many people as a number, such as 6"):
        assert page.count(words) == 2
    for kept in ("Priya Nair", "@nairfibre.example", "half a dozen", "Could it be at our yard in Dudley?"):
        assert kept in page


def test_change_returns_every_answer(client: FlaskClient) -> None:
    page = check(client)
    form = unescape(client.post("/enquire/change", data=hidden_fields(page.text)).text)
    for name in ("full_name", "email", "organisation", "learners", "telephone", "message", "heard_from"):
        assert FORM[name] in form
    assert '<option value="west-midlands" selected>' in form


def test_sending_twice_sends_one(client: FlaskClient, app: Flask) -> None:
    fields = hidden_fields(check(client).text)
    first = client.post("/enquire/send", data={**fields, "routing": "pass_on"})
    again = client.post("/enquire/send", data={**fields, "routing": "pass_on"})
    assert first.status_code == again.status_code == 303
    assert client.get(first.location).text.count(_only(app).reference) == client.get(again.location).text.count(
        _only(app).reference
    )


def test_going_back_without_a_change_opens_the_first(client: FlaskClient, app: Flask) -> None:
    fields = hidden_fields(check(client).text)
    client.post("/enquire/send", data={**fields, "routing": "pass_on"})
    assert client.post("/enquire", data=fields).status_code == 303
    assert _count(app) == 1


def test_going_back_and_changing_something_is_a_new_question_and_not_lost(client: FlaskClient, app: Flask) -> None:
    fields = hidden_fields(check(client).text)
    client.post("/enquire/send", data={**fields, "routing": "pass_on"})
    page = client.post("/enquire", data={**fields, "message": "Changed my mind"})
    assert page.status_code == 200
    assert client.post("/enquire/send", data={**hidden_fields(page.text), "routing": "pass_on"}).status_code == 303
    assert _count(app) == 2


def test_after_an_hour_a_used_form_is_no_key_to_the_enquiry(client: FlaskClient, app: Flask, clock: Clock) -> None:
    fields = hidden_fields(check(client).text)
    client.post("/enquire/send", data={**fields, "routing": "pass_on"})
    clock.advance(dt.timedelta(hours=2))
    stranger = app.test_client()
    token = hidden_fields(stranger.get("/enquire").text)["csrf_token"]
    stolen = {"csrf_token": token, "submission": fields["submission"]}
    assert stranger.post("/enquire", data=stolen).status_code == 422
    answer = stranger.post("/enquire/send", data={**fields, "csrf_token": token, "routing": "pass_on"})
    assert answer.status_code == 409
    assert _count(app) == 1


def test_asking_again_after_withdrawing_is_a_new_enquiry(client: FlaskClient, app: Flask) -> None:
    path = ask(client)
    client.post(f"{path}/withdraw", data=hidden_fields(client.get(f"{path}/remove").text))
    assert ask(client) != path
    assert _count(app) == 2


def test_the_same_answers_from_two_tabs_are_one_enquiry(client: FlaskClient, app: Flask) -> None:
    one, other = hidden_fields(check(client).text), hidden_fields(check(client).text)
    assert one["submission"] != other["submission"]
    client.post("/enquire/send", data={**one, "routing": "pass_on"})
    second = client.post("/enquire/send", data={**other, "routing": "pass_on"})
    assert second.status_code == 303
    assert _only(app)


def test_other_answers_from_another_tab_are_another_enquiry(client: FlaskClient, app: Flask) -> None:
    ask(client)
    ask(client, message="And another thing")
    assert _count(app) == 2


def test_without_a_submission_the_check_page_mints_one(client: FlaskClient) -> None:
    token = hidden_fields(client.get("/enquire").text)["csrf_token"]
    page = client.post("/enquire", data={**FORM, "csrf_token": token})
    assert hidden_fields(page.text)["submission"]


@pytest.mark.parametrize("forged", ["named", "submission"])
def test_a_forged_token_sends_nothing_and_shows_the_check_page_again(
    client: FlaskClient, app: Flask, forged: str
) -> None:
    fields = hidden_fields(check(client).text)
    answer = client.post("/enquire/send", data={**fields, forged: "forged", "routing": "pass_on"})
    assert answer.status_code == 409
    assert "Nothing was sent" in answer.text
    assert _count(app) == 0


def test_when_who_answers_changes_nothing_is_sent_and_the_page_says_so(
    client: FlaskClient, app: Flask, clock: Clock
) -> None:
    fields = hidden_fields(check(client).text)
    with app.app_context(), writing() as session:
        session.scalars(select(Partner).where(Partner.code == "LIN")).one().paused_at = clock.now(session)
    answer = client.post("/enquire/send", data={**fields, "routing": "pass_on"})
    assert answer.status_code == 409
    assert "Who answers has changed since you last looked" in answer.text
    assert "Our own team can answer you" in answer.text
    assert _count(app) == 0


def test_an_old_or_missing_form_token_loses_nothing(client: FlaskClient, app: Flask) -> None:
    for path in ("/enquire", "/enquire/send", "/enquire/change"):
        answer = client.post(path, data={**FORM, "csrf_token": "old"})
        assert answer.status_code == 400
        assert "Nothing was sent" in answer.text
        assert FORM["message"] in unescape(answer.text)
    assert _count(app) == 0


def test_a_machine_in_the_trap_is_held_for_our_own_team(client: FlaskClient, app: Flask) -> None:
    page = check(client, website="https://spam.example")
    fields = hidden_fields(page.text)
    assert client.post("/enquire/send", data={**fields, "routing": "pass_on"}).status_code == 303
    with app.app_context(), reading() as session:
        assert session.scalars(select(Enquiry)).one().holder == Holder.TEAM
        assert "machine" in session.scalars(select(EnquiryRouting)).one().flag


@pytest.mark.promise("OTT-21")
def test_news_is_asked_for_only_when_it_is_switched_on(
    client: FlaskClient, make_app: Callable[[config.Settings], Flask], settings: config.Settings
) -> None:
    assert 'name="marketing"' not in client.get("/enquire").text
    assert check(client, marketing="banana").status_code == 200
    switched_on = make_app(settings.model_copy(update={"MARKETING": "on"}))
    page = switched_on.test_client().get("/enquire").text
    assert 'name="marketing"' in page
    assert "News about courses" in switched_on.test_client().get("/privacy").text


def test_limits_answer_429_with_words(
    make_app: Callable[[config.Settings], Flask], settings: config.Settings, catalogue: Flask
) -> None:
    limited = make_app(settings.model_copy(update={"RATE_LIMITS": "on"})).test_client()
    fields = {**FORM, **hidden_fields(limited.get("/enquire").text)}
    statuses = [limited.post("/enquire", data=fields).status_code for _ in range(61)]
    assert set(statuses[:60]) == {200}
    assert statuses[60] == 429
    answer = limited.post("/enquire", data=fields)
    assert "That was too often" in answer.text
    assert int(answer.headers["Retry-After"]) > 0


@pytest.mark.promise("OTT-10")
def test_two_visits_that_ask_the_same_leave_the_same(app: Flask, catalogue: Flask) -> None:
    for number in (1, 2):
        visitor = app.test_client()
        visitor.environ_base |= {
            "REMOTE_ADDR": f"203.0.113.{number}",
            "HTTP_USER_AGENT": f"Browser {number}",
            "HTTP_REFERER": f"https://search.example/?q={number}",
        }
        visitor.get(f"/courses?search={number}")
        ask(visitor)
    with app.app_context(), reading() as session:
        first, second = session.scalars(select(Enquiry)).all()
    by_chance = {"id", "reference", "submission", "received_at", "due_at", "search_text"}  # it holds the reference
    columns = {column.name for column in Enquiry.__table__.columns} - by_chance
    assert {name: getattr(first, name) for name in columns} == {name: getattr(second, name) for name in columns}
