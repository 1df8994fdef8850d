"""A contact who learns here and changes the address; what the log tells of support needs; sound in every state."""

from __future__ import annotations

import re
from collections.abc import Callable

from flask import Flask
from flask.testing import FlaskClient
from playwright.sync_api import Page, expect

from portal.domain.roles import Role
from portal.sandbox.mailbox import Mailbox
from tests.factories import PASSWORD, Deliver, make_trainee
from tests.factories import press as post
from tests.journeys.conftest import press
from tests.journeys.looks import sound
from tests.people import invite_contact, make_reader, make_staff, reference_of

OpenPage = Callable[..., Page]
CAROL, HOME = "carol@lindum.example", "carol@home.example"


def _sign_in(page: Page, browser: FlaskClient) -> Page:
    cookie = browser.get_cookie("portal_session")
    assert cookie
    page.context.add_cookies([{"name": "portal_session", "value": cookie.value, "url": page.url}])
    return page


def test_a_contact_who_learns_here_reads_what_another_address_ends(
    open_page: OpenPage, app: Flask, mailbox: Mailbox, deliver: Deliver, site: str
) -> None:
    boss, learner = make_staff(app, mailbox, deliver, Role.MANAGER), app.test_client()
    for organisation in ("partner:P01", "partner:P02", "sponsor:S01"):
        invite_contact(boss, organisation, CAROL, "Carol Ames")
    desk = _sign_in(open_page("/"), boss)
    desk.goto("/admin/access/partner_contact")
    expect(desk.locator("h2", has_text="1 person, 2 entries")).to_be_visible()
    sound(desk, "a contact who never came")
    make_trainee(learner, mailbox, deliver, email=CAROL, full_name="Carol Ames")
    own = _sign_in(open_page("/"), learner)
    own.goto("/sponsor")
    expect(own.locator("h1")).to_have_text("Sign in for a partner or a sponsor")
    own.goto("/account/details/email")
    expect(own.locator("main")).to_contain_text("you also sign in for")
    sound(own, "what another address ends")
    mailbox.empty()
    post(learner, "/account/details/email", "/account/details/email", email=HOME, password=PASSWORD)
    deliver()
    for mail in sorted(mailbox.list_mails(), key=lambda mail: mail["to"] == [HOME]):
        link = re.search(r"/address/\S+", mail["text"])
        assert link
        own.goto(link.group(0))
        sound(own, f"agree at {mail['to']}")
        press(own, "Yes, change it")
    expect(own.locator("h1")).to_have_text("Your new address is in use")
    desk.goto("/admin")
    expect(desk.locator("h2", has_text="A contact changed the address and was removed")).to_be_visible()
    sound(desk, "a contact has moved")
    desk.goto("/admin/security?kind=removed")
    sound(desk, "what was removed")
    desk.goto("/admin/contacts")
    expect(desk.locator("h1")).to_have_text("Nobody signs in for a partner or a sponsor yet")


def test_the_log_names_nobody_who_told_a_need(
    open_page: OpenPage, app: Flask, mailbox: Mailbox, deliver: Deliver, site: str
) -> None:
    boss, trainee = make_staff(app, mailbox, deliver, Role.MANAGER), app.test_client()
    make_trainee(trainee, mailbox, deliver)
    post(trainee, "/account/support", "/account/support", words="Larger print", agreed="yes")
    own = _sign_in(open_page("/"), trainee)
    own.goto("/account/support")
    expect(own.locator("aside")).to_contain_text("Nobody is named at the moment")
    sound(own, "nobody is named")
    make_reader(app, boss, mailbox, deliver).get(f"/admin/support/{reference_of(app, 'aoife@odowd.example')}")
    desk = _sign_in(open_page("/"), boss)
    desk.goto("/admin/security?kind=support_read")
    expect(desk.locator("tbody")).to_contain_text("A trainee, named to readers of support needs alone")
    expect(desk.locator("tbody")).not_to_contain_text("Aoife")
    sound(desk, "who read, and not whose")
    desk.goto("/admin/staff")
    sound(desk, "staff, without a way to name oneself")
    desk.goto("/admin/access")
    sound(desk, "the report")
