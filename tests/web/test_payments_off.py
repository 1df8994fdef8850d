"""A portal that takes no payments: no word of them anywhere, and what costs nothing is had all the same."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from flask import Flask

import config
from portal.models.session import writing
from portal.records import courses
from portal.sandbox.mailbox import Mailbox
from tests.codes import issue_code, places
from tests.factories import Deliver, press
from tests.shop import COURSE, Shop, link_in
from tests.stripes import Stripe

FREE = "FIB-SPLICE"


@pytest.fixture
def settings(settings: config.Settings) -> config.Settings:
    return settings.model_copy(update={"PAYMENTS": "off"})


@pytest.fixture
def counter(catalogue: Flask, mailbox: Mailbox) -> Shop:
    """The shop without a Stripe: there is none to speak to."""
    with catalogue.app_context(), writing() as session:
        courses.get_by_code(session, FREE).price_pence = 0
    return Shop(catalogue, Stripe.__new__(Stripe), mailbox)


@pytest.mark.promise("OTT-11")
def test_there_is_no_route_word_or_permission_of_stripe(counter: Shop, deliver: Deliver) -> None:
    browser = counter.browser()
    assert [rule.rule for rule in counter.app.url_map.iter_rules() if "stripe" in rule.rule] == []
    assert browser.post("/hooks/stripe").status_code in (400, 404)
    assert browser.get("/orders/return?session_id=cs_test_1").status_code == 404
    code = issue_code(counter.app)
    for path in (
        *("/", "/courses", f"/courses/{COURSE}", f"/courses/{COURSE}/enrol", f"/courses/{COURSE}/enrol?code={code}"),
        *(f"/courses/{FREE}", f"/courses/{FREE}/enrol", "/privacy", "/cookies", "/terms", "/enquire"),
    ):
        answer = browser.get(path)
        assert answer.status_code == 200, path
        assert "Stripe" not in answer.text, path
        assert "form-action 'self';" in answer.headers["Content-Security-Policy"]
    assert f'href="/courses/{COURSE}/enrol"' not in browser.get(f"/courses/{COURSE}").text
    own = counter.order(browser, code=code).location
    assert "Stripe" not in browser.get(own).text
    assert press(browser, "/enquire", f"{own}/pay").status_code == 404


@pytest.mark.promise("OTT-11")
def test_free_courses_and_codes_are_had_and_nothing_else(counter: Shop, deliver: Deliver) -> None:
    browser = counter.browser()
    refused = counter.check(browser)
    assert refused.status_code == 422
    assert "Enter your access code" in refused.text
    assert counter.order(browser, code=issue_code(counter.app)).status_code == 303
    checked = counter.check(browser, FREE, run="SPLICE-SOON", start="")
    assert "Order this place" in checked.text
    assert counter.press_pay(browser, checked, FREE).status_code == 303
    assert len(places(counter)) == 2
    deliver()
    for mail in counter.mailbox.list_mails():
        assert "Stripe" not in mail["text"]
        assert link_in(mail, "/your-place/")


def test_the_same_settings_are_used(settings: config.Settings, make_app: Callable[[config.Settings], Flask]) -> None:
    assert make_app(settings).extensions["portal"].till is None
