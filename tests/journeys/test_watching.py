"""The security log and the trainees in a real browser: nothing for axe to find, nothing cut off, in each state."""

from __future__ import annotations

from collections.abc import Callable

from flask import Flask
from playwright.sync_api import Page

from portal.domain.roles import Role
from portal.domain.security import Happened
from portal.gateways.clock import Clock
from portal.models.security_event import SecurityEvent
from portal.models.session import writing
from portal.sandbox.mailbox import Mailbox
from tests.factories import Deliver
from tests.journeys.conftest import take_picture
from tests.journeys.looks import sound
from tests.people import add_trainees, make_staff


def test_axe_finds_nothing_on_the_pages_of_those_who_watch(
    open_page: Callable[..., Page],
    app: Flask,
    clock: Clock,
    mailbox: Mailbox,
    deliver: Deliver,
) -> None:
    page = open_page()
    cookie = make_staff(app, mailbox, deliver, Role.MANAGER).get_cookie("portal_session")
    assert cookie
    page.context.add_cookies([{"name": "portal_session", "value": cookie.value, "url": page.url}])
    with app.app_context():
        reference, *_ = add_trainees(clock, "Aoife O’Dowd", *(f"Person {number:03}" for number in range(130)))
        with writing() as session:
            seen = {
                "network": "2001:db8:ffff:ffff::",
                "device": "Firefox on Windows",
                "happened_at": clock.now(session),
            }
            session.add(SecurityEvent(kind=Happened.MANY_LOCKED, detail="5 accounts within an hour", **seen))
    own = f"/admin/trainees/{reference}"
    for path in (
        *("/admin", "/admin/security", "/admin/security?kind=sign_in&network=192.0.2.7&from=2026-01-01&page=4"),
        *("/admin/security?account=ACC-NOBODY", "/admin/trainees", "/admin/trainees?search=person&state=active"),
        *("/admin/trainees?search=nobody&region=wales", own),
    ):
        page.goto(path)
        sound(page, path)
    page.click("button:has-text('Suspend')")
    sound(page, "suspended")
    page.goto("/admin/security")
    take_picture(page, "security-1280")
