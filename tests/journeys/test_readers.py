"""Who may see what, in a real browser: the named reader's pages, the report, and the totals, sound in every state."""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Callable

import pytest
from flask import Flask
from flask.testing import FlaskClient
from playwright.sync_api import Page, expect

import config
from portal.domain import quarters
from portal.domain.roles import Role
from portal.gateways.clock import Clock
from portal.models.session import reading
from portal.sandbox.mailbox import Mailbox
from tests.factories import EQUALITY_ON, Deliver, make_trainee
from tests.factories import press as post
from tests.journeys.conftest import press, take_picture
from tests.journeys.looks import sound
from tests.people import add_trainees, answer_equality, make_staff

OpenPage = Callable[..., Page]


@pytest.fixture
def settings(settings: config.Settings) -> config.Settings:
    return settings.model_copy(update=EQUALITY_ON)


def _sign_in(page: Page, browser: FlaskClient) -> None:
    cookie = browser.get_cookie("portal_session")
    assert cookie
    page.context.add_cookies([{"name": "portal_session", "value": cookie.value, "url": page.url}])


def test_a_manager_names_a_reader_who_opens_one_trainees_words(
    open_page: OpenPage, app: Flask, mailbox: Mailbox, deliver: Deliver
) -> None:
    trainee = app.test_client()
    make_trainee(trainee, mailbox, deliver)
    of_manager = make_staff(app, mailbox, deliver, Role.MANAGER)
    of_reader = make_staff(app, mailbox, deliver, Role.ENQUIRIES, name="Mei Lin")
    boss, reader = open_page("/"), open_page("/")
    _sign_in(boss, of_manager)
    _sign_in(reader, of_reader)
    boss.goto("/admin/staff")
    with boss.expect_navigation():
        boss.get_by_role("button", name=re.compile("Name as reader.*Mei Lin")).click()
    expect(boss.locator(".row.member", has_text="Mei Lin").locator(".tag")).to_have_text("Reads support needs")
    sound(boss, "a reader is named")
    reader.goto("/admin")
    with reader.expect_navigation():
        reader.get_by_role("link", name="Support", exact=True).last.click()
    expect(reader.locator("h2")).to_have_text("Nobody has told us a need")
    sound(reader, "nobody told anything")
    post(trainee, "/account/support", "/account/support", words="Larger print, and a quieter room", agreed="yes")
    reader.reload()
    sound(reader, "the list of those who told something")
    press(reader, "Aoife O’Dowd")
    expect(reader.locator("blockquote")).to_have_text("Larger print, and a quieter room")
    sound(reader, "one trainee's words")
    take_picture(reader, "support-1280")
    own = open_page("/")
    _sign_in(own, trainee)
    own.goto("/account/support")
    expect(own.locator("aside")).to_contain_text("It was opened once in the last 60 days")
    sound(own, "who may read it")


def test_the_report_of_who_can_see_what(
    open_page: OpenPage, app: Flask, mailbox: Mailbox, deliver: Deliver, site: str
) -> None:
    browser = make_staff(app, mailbox, deliver, Role.MANAGER)
    post(browser, "/admin/contacts", "/admin/contacts", partner="P01", full_name="Carol", email="carol@lindum.example")
    page = open_page("/")
    _sign_in(page, browser)
    page.goto("/admin")
    with page.expect_navigation():
        page.get_by_role("link", name=re.compile("Look through it")).click()
    sound(page, "due")
    press(page, "I have looked through this")
    expect(page.locator(".banner h2")).to_have_text("That you have looked is written down")
    sound(page, "looked through")
    take_picture(page, "access-1280")
    for who in ("manager", "partner_contact", "reports"):
        page.goto(f"/admin/access/{who}")
        sound(page, f"people: {who}")


def test_the_equality_totals_of_a_quarter(
    open_page: OpenPage, app: Flask, clock: Clock, mailbox: Mailbox, deliver: Deliver
) -> None:
    with app.app_context():
        people = add_trainees(clock, *(f"Person {number}" for number in range(24)), region="scotland")
    answer_equality(app, people[:13], sex="female", disability="no")
    answer_equality(app, people[13:], sex="male", disability="yes")
    page = open_page("/")
    browser = make_staff(app, mailbox, deliver, Role.REPORTS)
    _sign_in(page, browser)
    page.goto("/admin/reports")
    sound(page, "nothing published yet")
    with app.app_context():
        with reading() as session:
            now = clock.now(session)
        quarter = quarters.of(now.date())
        clock.advance(dt.datetime.combine(quarter.over_on, dt.time(2), dt.UTC) - now)
        assert app.extensions["portal.equality_totals"].publish(quarter)
    page.reload()
    sound(page, "one quarter")
    press(page, "Equality, ")
    expect(page.locator("h3").last).to_have_text("“Female” was answered most often")
    page.locator(".work summary").first.click()
    sound(page, "a quarter's totals")
    take_picture(page, "equality-totals-1280")
