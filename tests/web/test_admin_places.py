"""Places begin, end by themselves, and are suspended, resumed and ended by staff: what the learner sees each time."""

from __future__ import annotations

import datetime as dt

import pytest
from flask.testing import FlaskClient
from sqlalchemy import select

from portal.domain.delivery import Kind
from portal.domain.orders import EnrolmentState, Seat
from portal.domain.roles import Role
from portal.models.order import OrderLine
from portal.models.outbox import OutboxMessage
from portal.models.session import reading, writing
from portal.records import courses
from portal.sandbox.mailbox import Mailbox
from tests.codes import issue_code, places
from tests.factories import make_trainee, press
from tests.people import count_queries, make_staff, reference_of
from tests.shop import COURSE, Shop
from tests.web.test_codes import PROVED

COURSES = "/account/courses"


@pytest.fixture
def boss(shop: Shop) -> FlaskClient:
    return make_staff(shop.app, shop.mailbox, shop.work, Role.MANAGER)


@pytest.fixture
def learner(shop: Shop) -> FlaskClient:
    browser = shop.browser()
    make_trainee(browser, shop.mailbox, shop.work)
    return browser


def _order(shop: Shop, learner: FlaskClient, course: str = COURSE, run: str = "") -> str:
    """A place by a code; answers the path of its acts."""
    code = issue_code(shop.app, course=course)
    answer = shop.press_pay(learner, shop.check(learner, course, **PROVED, code=code, run=run), course)
    assert answer.status_code == 303, answer.text
    shop.work()
    return f"{_page(shop)}/{places(shop)[-1].reference}"


def _page(shop: Shop) -> str:
    return f"/admin/trainees/{reference_of(shop.app, 'aoife@odowd.example')}/places"


def _state(shop: Shop) -> EnrolmentState:
    return places(shop)[-1].state


@pytest.mark.promise("OTT-13")
def test_a_place_is_suspended_and_resumed_and_the_learner_is_told(
    shop: Shop, boss: FlaskClient, learner: FlaskClient
) -> None:
    own = _order(shop, learner)
    page = boss.get(_page(shop)).text
    assert "Street works and excavation" in page
    assert press(boss, _page(shop), f"{own}/suspend").location == f"{_page(shop)}?done=suspended"
    assert press(boss, _page(shop), f"{own}/suspend").status_code == 303
    assert _state(shop) == EnrolmentState.SUSPENDED
    assert "Closed for the moment" in learner.get(COURSES).text
    shop.work()
    assert len(shop.letters("Your course is closed for the moment")) == 1
    again = shop.check(learner, **PROVED, code=issue_code(shop.app))
    assert shop.press_pay(learner, again).status_code == 422
    assert press(boss, _page(shop), f"{own}/resume").location == f"{_page(shop)}?done=resumed"
    assert press(boss, _page(shop), f"{own}/resume").status_code == 303
    shop.work()
    assert _state(shop) == EnrolmentState.OPEN
    assert len(shop.letters("Your course is open")) == 2
    log = boss.get("/admin/security").text
    for words in ("A course was closed for a while, by staff", "A course was opened again, by staff"):
        assert words in log


@pytest.mark.promise("OTT-13")
def test_a_place_that_is_suspended_before_its_day_opens_after_it_is_resumed(
    shop: Shop, boss: FlaskClient, learner: FlaskClient
) -> None:
    own = _order(shop, learner, "FIB-SPLICE", "SPLICE-SOON")
    assert _state(shop) == EnrolmentState.WAITING_TO_OPEN
    press(boss, _page(shop), f"{own}/suspend")
    clock = shop.app.extensions["portal"].clock
    clock.advance(dt.timedelta(days=31))
    shop.work()
    assert _state(shop) == EnrolmentState.SUSPENDED
    boss = make_staff(shop.app, shop.mailbox, shop.work, Role.MANAGER, email="second@meridian.example")
    press(boss, _page(shop), f"{own}/resume")
    shop.work()
    assert _state(shop) == EnrolmentState.OPEN


@pytest.mark.promise("OTT-13")
def test_ending_a_place_is_for_good_and_gives_the_seat_to_somebody_else(
    shop: Shop, boss: FlaskClient, learner: FlaskClient
) -> None:
    own = _order(shop, learner, "FIB-SPLICE", "SPLICE-SOON")
    for _ in range(2):
        assert press(boss, _page(shop), f"{own}/end").location == f"{_page(shop)}?done=ended"
    assert _state(shop) == EnrolmentState.ENDED
    for act in ("suspend", "resume"):
        refused = press(boss, _page(shop), f"{own}/{act}")
        assert refused.status_code == 409
        assert "This place is over" in refused.text
    with shop.app.app_context(), reading() as session:
        assert [line.seat for line in session.query(OrderLine)] == [Seat.RELEASED]
    shop.work()
    (letter,) = shop.letters("Your place has ended")
    assert "Somebody here has ended your place" in letter["text"]
    assert "Ended" in learner.get(COURSES).text
    _order(shop, learner, "FIB-SPLICE", "SPLICE-SOON")
    assert [place.state for place in places(shop)] == [EnrolmentState.ENDED, EnrolmentState.WAITING_TO_OPEN]


@pytest.mark.promise("OTT-13")
def test_a_place_ends_by_itself_when_its_time_is_over(shop: Shop, learner: FlaskClient) -> None:
    with shop.app.app_context(), writing() as session:
        courses.get_by_code(session, COURSE).access_days = 10
    _order(shop, learner)
    assert "<strong>Open</strong> until" in learner.get(COURSES).text
    closing = shop.app.extensions["portal.handlers"][Kind.CLOSE_PLACES]
    clock = shop.app.extensions["portal"].clock
    with shop.app.app_context():
        with pytest.raises(Exception, match="no place"):
            closing.deliver(0, "", None)
        clock.advance(dt.timedelta(days=10, minutes=1))
        assert "<strong>Ended</strong> on" in learner.get(COURSES).text  # before anybody has looked
        closing.deliver(0, "", None)
        with pytest.raises(Exception, match="no place"):
            closing.deliver(0, "", None)
    shop.work()
    assert _state(shop) == EnrolmentState.ENDED
    (letter,) = shop.letters("Your place has ended")
    assert "Your time on" in letter["text"]


def test_the_look_for_what_is_over_is_planned_once_an_hour(shop: Shop) -> None:
    with shop.app.app_context():
        for plan in (*shop.app.extensions["portal.plans"], *shop.app.extensions["portal.plans"]):
            plan()
    assert len(shop.rows(select(OutboxMessage).where(OutboxMessage.kind == Kind.CLOSE_PLACES))) == 1


def test_only_a_manager_changes_and_only_the_trainees_own_places(
    shop: Shop, boss: FlaskClient, learner: FlaskClient, mailbox: Mailbox
) -> None:
    own = _order(shop, learner)
    reader = make_staff(shop.app, mailbox, shop.work, Role.ENQUIRIES, name="Imran Ali")
    assert "Suspend<" not in reader.get(_page(shop)).text
    assert press(reader, _page(shop), f"{own}/end").status_code == 403
    other = shop.browser()
    make_trainee(other, mailbox, shop.work, email="eve@ames.example", full_name="Eve Ames")
    theirs = f"/admin/trainees/{reference_of(shop.app, 'eve@ames.example')}/places"
    assert "No course yet" in boss.get(theirs).text
    for reference in (own.rpartition("/")[2], "ENR-7777-7777"):
        for act in ("suspend", "resume", "end"):
            assert press(boss, theirs, f"{theirs}/{reference}/{act}").status_code == 404
    assert boss.get("/admin/trainees/ACC-7777-7777/places").status_code == 404
    assert _state(shop) == EnrolmentState.OPEN
    few = count_queries(shop.app, lambda: boss.get(_page(shop)))
    _order(shop, learner, "FIB-SPLICE", "SPLICE-SOON")
    assert count_queries(shop.app, lambda: boss.get(_page(shop))) == few
