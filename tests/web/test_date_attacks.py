"""What somebody tries with the link about a changed date who wants more than it gives."""

from __future__ import annotations

import re

import pytest
from flask.testing import FlaskClient
from sqlalchemy import select

from portal.domain.date_change import Choice, Side
from portal.domain.orders import EnrolmentState
from portal.domain.roles import Role
from portal.models.date_change import DateChoice
from portal.models.session import reading
from portal.services import date_changes
from portal.services.date_changes import Holder
from tests import ordering
from tests.changed_dates import FIRM, buy, cancel, free_date, letters, move, place
from tests.factories import PASSWORD, hidden_fields, make_trainee, press
from tests.order_pages import entries
from tests.people import make_staff, reference_of
from tests.shop import Shop, link_in
from tests.together import HELD, VISIT, in_turn, on_postgresql
from tests.web.test_codes import PROVED


@pytest.fixture
def boss(shop: Shop) -> FlaskClient:
    return make_staff(shop.app, shop.mailbox, shop.work, Role.MANAGER)


def test_who_is_kept_out_does_not_come_in_again_by_giving_the_place_back(shop: Shop, boss: FlaskClient) -> None:
    free_date(shop)
    learner = shop.browser()
    make_trainee(learner, shop.mailbox, shop.work)
    assert ordering.order(learner, ordering.DATED, **PROVED, run="DAY").status_code == 303
    shop.work()
    places = f"/admin/trainees/{reference_of(shop.app, 'aoife@odowd.example')}/places"
    assert press(boss, places, f"{places}/{place(shop).reference}/suspend").status_code == 303
    own = f"/admin/courses/{ordering.DATED}/dates/DAY/cancel"
    assert press(boss, own, own).status_code == 303
    shop.work()
    assert "give the place back" not in letters(shop)[-1]["text"]
    link = link_in(letters(shop)[-1], "/your-date/")
    page = learner.get(link).text
    assert "What would you like?" not in page
    assert "Give the place back" not in page
    assert "This course is closed for the moment. Ring us" in page
    assert "we have written to them too" not in page
    forced = learner.post(link, data={**hidden_fields(learner.get("/complaints").text), "choice": "back"})
    assert forced.status_code == 422
    assert place(shop).state == EnrolmentState.SUSPENDED


def test_whoever_paid_does_not_read_what_the_learner_calls_themselves(shop: Shop, boss: FlaskClient) -> None:
    """They ordered for the name that they know; the account may have another by now."""
    buy(shop, **FIRM)
    browser, link = shop.browser(), link_in(shop.letters("has ordered a place")[-1], "/your-place/")
    answers = {"region": "wales", "heard_from": "A search", "age_confirmed": "yes", "terms": "yes"}
    page = browser.get(link).text
    typed = {**hidden_fields(page), **answers, "full_name": "Thomasina Marlow", "password": PASSWORD}
    assert browser.post(link, data=typed).status_code == 303
    shop.work()
    move(shop, boss)
    (to_learner,) = letters(shop, "tom@marlow.example")
    (to_payer,) = letters(shop, "priya@nairfibre.example")
    assert "Dear Thomasina Marlow" in to_learner["text"]
    assert "Thomasina" not in to_payer["text"] + to_payer["html"]
    assert "a place on it for Tom Marlow" in " ".join(to_payer["text"].split())
    own = link_in(to_payer, "/your-date/")
    assert "Thomasina" not in shop.browser().get(own).text


@on_postgresql
def test_a_link_that_dies_while_its_button_is_pressed_says_so(shop: Shop, boss: FlaskClient) -> None:
    buy(shop, **FIRM)
    cancel(shop, boss)
    link = link_in(letters(shop, "tom@marlow.example")[-1], "/your-date/")
    browser, parts = shop.browser(), shop.app.extensions["portal"]
    data = {**hidden_fields(browser.get(link).text), "choice": "to:SPLICE-LATER"}
    own = link_in(letters(shop, "priya@nairfibre.example")[-1], "/your-date/").removeprefix("/your-date/")

    def gives_back() -> None:
        with shop.app.app_context(), reading() as session:
            read = parts.links.read_date(own, parts.clock.now(session))
        date_changes.give_back(Holder(read[0], read[1], Side.PAYER), VISIT, parts.clock, parts.seller)

    acts = (gives_back, lambda: browser.post(link, data=data).status_code)
    with shop.app.app_context():
        assert in_turn(shop.app, acts, HELD, what="learner tom@marlow.example")[1] == 410
    assert [row.choice for row in shop.rows(select(DateChoice))] == [Choice.BACK]


def test_no_link_is_bent_into_another(shop: Shop, boss: FlaskClient) -> None:
    """The learner's link is signed for the learner; those of order, place and date open nothing else."""
    buy(shop, **FIRM)
    move(shop, boss)
    by = link_in(letters(shop, "tom@marlow.example")[-1], "/your-date/").removeprefix("/your-date/")
    order = link_in(shop.letters("Your order")[-1], "/your-order/").removeprefix("/your-order/")
    offer = link_in(shop.letters("has ordered a place")[-1], "/your-place/").removeprefix("/your-place/")
    browser = shop.browser()
    for token in (by, order, offer):
        opened = [browser.get(f"/{page}/{token}").status_code for page in ("your-date", "your-order", "your-place")]
        assert sorted(opened) == [200, 404, 404]
    body, _, signature = by.partition(".")
    assert browser.get(f"/your-date/{body[::-1]}.{signature}").status_code == 404
    assert entries(shop) == {"paid": 57600, "charged": 57600}


def test_a_page_about_a_date_is_kept_nowhere_and_leads_nowhere_else(shop: Shop, boss: FlaskClient) -> None:
    buy(shop)
    move(shop, boss)
    answer = shop.browser().get(link_in(letters(shop)[-1], "/your-date/"))
    assert answer.headers["Cache-Control"] == "no-store"
    assert answer.headers["Referrer-Policy"] == "same-origin"
    assert "noindex" in answer.text
    assert re.findall(r'(?:href|action)="(https?://[^"]+)"', answer.text) == []
