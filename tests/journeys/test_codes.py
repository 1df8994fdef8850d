"""Access codes and places in a real browser: from issuing one to a place taken up, each page judged on the way."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from flask import Flask
from flask.testing import FlaskClient
from playwright.sync_api import Page

from portal.domain.delivery import Lane
from portal.domain.roles import Role
from portal.sandbox.mailbox import Mailbox
from portal.services import outbox
from tests.factories import Deliver, in_days, links_in, make_trainee
from tests.journeys.conftest import press
from tests.journeys.looks import sound
from tests.people import enter_by_link, invite_contact, make_staff, reference_of

OpenPage = Callable[..., Page]
COURSE = "FIB-INTRO"  # without dates, opened at once


@pytest.fixture
def manager(app: Flask, site: str, mailbox: Mailbox, deliver: Deliver) -> FlaskClient:
    assert site
    return make_staff(app, mailbox, deliver, Role.MANAGER)


def _lend(page: Page, client: FlaskClient) -> None:
    """Let the browser be signed in as this one is."""
    kept = client.get_cookie("portal_session")
    assert kept
    page.context.add_cookies([{"name": "portal_session", "value": kept.value, "url": page.url}])


def _fill_code(page: Page, course: str, uses: str) -> None:
    page.select_option("#course" if page.query_selector("#course") else "#allowance", course)
    page.fill("#uses", uses)
    page.fill("#ends_on", f"{in_days(90):%d/%m/%Y}")


def _act(page: Page, what: str) -> None:
    """Press the button of a place."""
    with page.expect_navigation():
        page.click(f"button[formaction$='/{what}']")


def _open_courses(app: Flask) -> None:
    parts = app.extensions["portal"]
    with app.app_context():
        while outbox.work_once(Lane.COURSES, app.extensions["portal.handlers"], parts.clock).worked:
            pass


def test_staff_issue_codes_and_a_partner_gives_what_it_may(
    open_page: OpenPage, app: Flask, manager: FlaskClient, mailbox: Mailbox, deliver: Deliver
) -> None:
    invite_contact(manager, "partner:P01", "carol@lindum.example", "Carol Ames")
    contact = enter_by_link(app, mailbox, deliver, "carol@lindum.example", "/partner")
    page = open_page("/")
    _lend(page, manager)
    page.goto("/admin/codes")
    sound(page, "no codes")
    page.goto("/admin/codes/new")
    press(page, "Issue this code")
    sound(page, "issuing, errors")
    _fill_code(page, COURSE, "12")
    page.select_option("#partner", "P01")
    press(page, "Issue this code")
    sound(page, "a code, issued")
    page.goto("/admin/codes")
    sound(page, "codes")
    page.goto("/admin/partners/P01/places")
    sound(page, "nothing allowed")
    page.select_option("#course", COURSE)
    page.fill("#places", "8")
    press(page, "Allow this many")
    sound(page, "allowed")
    theirs = open_page("/")
    _lend(theirs, contact)
    theirs.goto("/partner")
    sound(theirs, "partner")
    theirs.goto("/partner/codes/new")
    press(theirs, "Issue this code")
    sound(theirs, "partner issuing, errors")
    _fill_code(theirs, f"P01/{COURSE}", "5")
    press(theirs, "Issue this code")
    sound(theirs, "partner’s codes")


def test_a_code_is_used_and_the_place_is_suspended_and_ended(
    open_page: OpenPage, app: Flask, manager: FlaskClient, mailbox: Mailbox, deliver: Deliver
) -> None:
    learner = app.test_client()
    make_trainee(learner, mailbox, deliver)
    staff, page = open_page("/"), open_page("/", javascript=True, width=390)
    _lend(staff, manager)
    staff.goto("/admin/codes/new")
    _fill_code(staff, COURSE, "2")
    press(staff, "Issue this code")
    code = staff.url.rpartition("/")[2].partition("?")[0]
    _lend(page, learner)
    page.goto(f"/courses/{COURSE}/enrol?code={code.lower()}")
    sound(page, "enrolling with a code")
    page.check("input[name=buyer][value=me]")
    page.fill("#code", "AAAA-BBBB-CCCC")
    press(page, "Check before ordering")
    sound(page, "a wrong code")
    page.fill("#code", code)
    press(page, "Check before paying")
    sound(page, "check with a code")
    page.check("#terms")
    press(page, "Order this place")
    sound(page, "ordered by a code")
    deliver()
    _open_courses(app)
    own = f"/admin/trainees/{reference_of(app, 'aoife@odowd.example')}"
    staff.goto(own)
    sound(staff, "trainee")
    staff.goto(f"{own}/places")
    sound(staff, "places")
    _act(staff, "suspend")
    sound(staff, "suspended")
    page.goto("/account/courses")
    sound(page, "closed for the moment")
    _act(staff, "resume")
    _act(staff, "end")
    sound(staff, "ended")
    page.goto("/account/courses")
    sound(page, "own courses, ended")
    staff.goto(f"/admin/codes/{code}")
    sound(staff, "a code, used")
    deliver()
    assert links_in(mailbox)
