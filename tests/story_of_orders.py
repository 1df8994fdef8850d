"""The story of orders where everybody types what harms: paying, taking a place up, giving money back, settling."""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Callable

from flask.testing import FlaskClient
from sqlalchemy import select

from portal.domain.delivery import Lane
from portal.domain.orders import RefundState, Trouble
from portal.models.enrolment import Enrolment
from portal.models.ledger import Refund
from portal.services import orders, outbox
from tests.editing import save
from tests.factories import PASSWORD, hidden_fields, press
from tests.filling import Filling, taken
from tests.given_twice import given_twice
from tests.order_pages import page_of_last, paid_differently, paid_when_full, raise_trouble, set_capacity
from tests.people import reference_of
from tests.probes import WRONG, probe
from tests.services.test_refunds import give_back
from tests.shop import Shop, session_of

FILM, GIFT, DATED = "PRBD", "PRBF", "FIB-SPLICE"
ANSWERS = {"age_confirmed": "yes", "region": "wales", "password": PASSWORD, "terms": "yes"}
PAYER = probe("EnrolmentForm", "email", "address")
RECEIPTS = probe("EnrolmentForm", "receipt_email", "address")
LEARNER = probe("LearnerForm", "course_email", "address")


def tell(filling: Filling, shop: Shop) -> None:
    """All of it, in its order."""
    for chapter in CHAPTERS:
        chapter(filling, shop)
        shop.work()


def go_on(shop: Shop) -> None:
    """Days pass, and whoever waits is reminded."""
    parts = shop.app.extensions["portal"]
    parts.clock.advance(dt.timedelta(days=4))
    with shop.app.app_context():
        for plan in shop.app.extensions["portal.plans"]:
            plan()
        while outbox.work_once(Lane.TIME, shop.app.extensions["portal.handlers"], parts.clock).worked:
            pass
    shop.work()


def _typed(learner: str = "", **changes: str) -> dict[str, str]:
    """What an organisation's buyer types who orders; `learner` makes the learner's address one of its own."""
    typed = taken("EnrolmentForm")
    email = f"{learner}{typed['course_email']}"
    rest = {"buyer": "organisation", "age_confirmed": "yes", "region": "wales", "start": "", "code": ""}
    return {**typed, **rest, "course_email": email, **changes}


def _for_myself(email: str, **changes: str) -> dict[str, str]:
    """What a person types who buys for themselves."""
    own = {"buyer": "me", "learner_name": "", "course_email": "", "receipt_email": "", "start": "now"}
    return _typed(**{**own, "email": email, **changes})


def _order(shop: Shop, course: str, typed: dict[str, str]) -> str:
    """Order; the id of the session at Stripe."""
    return shop.session(shop.browser(), course, **typed)


def _buy(shop: Shop, course: str, typed: dict[str, str]) -> str:
    """Order and pay; the staff page of the order."""
    shop.stripe.pay(_order(shop, course, typed), name=WRONG, postcode=WRONG)
    shop.work()
    return page_of_last(shop)


def _courses(filling: Filling, _shop: Shop) -> None:
    course = {"subject": "fibre", "delivery": "automated", "sold": "both", "needs_telephone": "yes", "active": "yes"}
    for code, price in ((FILM, "480"), (GIFT, "0")):
        right = {**course, "code": code, "price_pence": price, "vat_rate": "20", "vat_status": "standard"}
        filling.fill("CourseForm", filling.people["boss"], "/admin/courses/new", **right, access_days="")


def _paid(filling: Filling, shop: Shop) -> None:
    """An organisation pays for somebody; the page that it comes back to, the order's own, the one of staff."""
    browser, page = filling.stranger(), f"/courses/{FILM}/enrol"
    right = {"buyer": "organisation", "age_confirmed": "yes", "region": "outside-uk", "country": "FR"}
    checked = filling.fill("EnrolmentForm", browser, page, **right, start="", code="")
    browser.post(f"{page}/change", data=hidden_fields(checked.text))
    for name in hidden_fields(checked.text):
        if name != "csrf_token":
            browser.post(f"{page}/change", data={**hidden_fields(checked.text), name: WRONG})
    session = session_of(shop.press_pay(browser, checked, FILM))
    browser.get(f"/orders/return?session_id={session}")
    shop.stripe.pay(session, name=WRONG, postcode=WRONG)
    browser.get(f"/orders/return?session_id={session}")
    shop.work()
    own = filling.link("/your-order/", RECEIPTS)
    browser.get(own)
    press(browser, "/complaints", f"{own}/link")
    for reader, path in ((browser, own), (filling.people["boss"], page_of_last(shop))):
        for paper in _papers(reader, path):
            assert reader.get(paper).data.startswith(b"%PDF")


def _papers(browser: FlaskClient, page: str) -> list[str]:
    found = re.findall(r'href="([^"]*/papers/[^"]*)"', browser.get(page).text)
    assert found, page
    return found


def _another_learner(filling: Filling, shop: Shop) -> None:
    """The place goes to somebody else, who takes it up; staff close it, open it and end it."""
    own, boss = filling.link("/your-order/", RECEIPTS), filling.people["boss"]
    filling.fill("LearnerForm", filling.stranger(), f"{own}/learner")
    boss.get(f"{page_of_last(shop)}/learner")
    filling.fill("OrderAddressForm", boss, f"{page_of_last(shop)}/address")
    shop.work()
    place = filling.link("/your-place/", LEARNER)
    filling.people["learner"] = filling.stranger()
    filling.fill("PlaceForm", filling.people["learner"], place, **ANSWERS)
    filling.stranger().get(place)
    shop.work()
    theirs = f"/admin/trainees/{reference_of(shop.app, LEARNER)}/places"
    found = re.search(rf"{theirs}/ENR-[\w-]+", boss.get(theirs).text)
    assert found
    for act in ("suspend", "resume", "end"):
        assert press(boss, theirs, f"{found.group()}/{act}").status_code == 303
        shop.work()


def _for_oneself(filling: Filling, shop: Shop) -> None:
    """Somebody pays for themselves, from elsewhere than their card, and takes the place up."""
    session = _order(shop, FILM, _for_myself(PAYER))
    shop.stripe.pay(session, name=WRONG, postcode=WRONG, card="US", country="FR")
    shop.work()
    asked = filling.link("/your-order/", PAYER)
    filling.fill("CountryForm", filling.stranger(), asked, f"{asked}/country", country="FR")
    filling.people["payer"] = filling.stranger()
    place = filling.link("/your-place/", PAYER)
    assert press(filling.people["payer"], place, place, password=PASSWORD).status_code == 303
    filling.people["boss"].get(f"/admin/trainees/{reference_of(shop.app, PAYER)}")


def _known(filling: Filling, shop: Shop) -> None:
    """The learner orders what costs nothing; a stranger orders it for them once more."""
    browser = filling.people["learner"]
    own = dict.fromkeys(("age_confirmed", "full_name", "region", "heard_from"), "")
    ordered = shop.order(browser, GIFT, **_for_myself("", **own))
    assert ordered.location.startswith("/orders/")
    browser.get(ordered.location)
    for page in ("cancel", "learner"):
        browser.get(f"{ordered.location}/{page}")
    shop.work()
    assert shop.order(shop.browser(), GIFT, **_typed(course_email=LEARNER)).status_code == 303


def _not_paid(filling: Filling, shop: Shop) -> None:
    """A bank takes days, and then refuses."""
    session = _order(shop, FILM, _typed("late"))
    shop.stripe.pay_later(session)
    shop.work()
    shop.stripe.fail(session)
    shop.work()
    own = filling.link("/your-order/", RECEIPTS)
    assert press(filling.stranger(), own, f"{own}/pay").status_code == 303


def _held_up(filling: Filling, shop: Shop) -> None:
    """Paid when the date was full, and another sum than ours: staff settle each."""
    boss = filling.people["boss"]
    paid_when_full(shop, **_typed("seat", run="SPLICE-SOON"))
    page = page_of_last(shop)
    filling.fill("ReseatForm", boss, page, f"{page}/reseat", run="SPLICE-LATER")
    boss.get(page)
    set_capacity(shop, "SPLICE-SOON", 8)
    paid_differently(shop, 80000)
    page = page_of_last(shop)
    filling.fill("AcceptForm", boss, page, f"{page}/accept")
    raise_trouble(shop, Trouble.DISPUTED, "dp_1")
    filling.fill("SettleForm", boss, page, f"{page}/settle", trouble="disputed:dp_1")
    boss.get(page)


def _refunds(filling: Filling, shop: Shop) -> None:
    """Some of the money goes back; some of it can not, and is paid another way; some of it goes back twice."""
    boss, page = filling.people["boss"], f"{_buy(shop, FILM, _typed('back'))}/refund"
    for refunds in ("succeed", "fail"):
        shop.stripe.switches(refunds=refunds)
        checked = filling.fill("RefundForm", boss, page, amount="1.00")
        for name in ("amount", "reason"):
            boss.post(f"{page}/send", data={**hidden_fields(checked.text), name: WRONG * 9})
        assert boss.post(f"{page}/send", data=hidden_fields(checked.text)).status_code == 303
        shop.work()
    (failed,) = shop.rows(select(Refund).where(Refund.state == RefundState.FAILED))
    today = f"{failed.asked_at:%Y-%m-%d}"
    filling.fill("RepaymentForm", boss, f"{page}/paid?refund={failed.key}", way="cheque", paid_on=today)
    shop.stripe.switches(refunds="succeed")
    key = given_twice(shop, 100)
    filling.fill("SentBackForm", boss, f"{page.removesuffix('/refund')}/refund/sent-back?refund={key}", came_on=today)
    for wrong in ("refund", "payment"):
        press(boss, page, f"{page}/{'again' if wrong == 'refund' else 'payment'}", **{wrong: WRONG})
    boss.get(page)
    boss.get(page.removesuffix("/refund"))


def _kept(filling: Filling, shop: Shop) -> None:
    """All of the money goes back and the place is kept, until staff end it."""
    boss, page = filling.people["boss"], f"{_buy(shop, FILM, _typed('kept'))}/refund"
    give_back(shop, shop.orders()[-1].total_pence)
    shop.work()
    place = shop.rows(select(Enrolment.reference).order_by(Enrolment.id.desc()))[0]
    assert press(boss, page, f"{page}/end", place=place).status_code == 303
    shop.work()


def _cancelled(filling: Filling, shop: Shop) -> None:
    """A person changes their mind: about a place for somebody else, and about one that cost nothing."""
    theirs = {"learner_name": probe("EnrolmentForm", "learner_name", "words"), "receipt_email": RECEIPTS}
    typed = _for_myself(PAYER, **theirs, start="after_14_days", course_email=f"gone{LEARNER}")
    _buy(shop, FILM, typed)
    own = filling.link("/your-order/", RECEIPTS)
    filling.fill("CancellingForm", filling.stranger(), f"{own}/cancel")
    filling.stranger().get(own)
    shop.work()
    _cancelled_before_any_letter(shop)
    free = shop.order(shop.browser(), GIFT, **_for_myself(f"free{PAYER}"))
    shop.work()
    press(filling.stranger(), f"{free.location}/cancel", f"{free.location}/cancel")


def _cancelled_before_any_letter(shop: Shop) -> None:
    """The confirmation waits until the order is cancelled: only the papers go out."""
    session = _order(shop, FILM, _for_myself(f"soon{PAYER}", start="after_14_days"))
    shop.stripe.pay(session)
    assert shop.browser().get(f"/orders/return?session_id={session}").status_code == 200
    parts = shop.app.extensions["portal"]
    with shop.app.app_context():
        own = orders.guest_path(shop.orders()[-1].reference, parts.links, parts.clock)
    assert press(shop.browser(), f"{own}/cancel", f"{own}/cancel").status_code == 303


def _nobody_takes_it_up(filling: Filling, shop: Shop) -> None:
    """One learner declines; another one waits."""
    _buy(shop, FILM, _typed("no"))
    place = filling.link("/your-place/", _typed("no")["course_email"])
    press(filling.stranger(), place, f"{place}/decline")
    _buy(shop, FILM, _typed("slow"))


def _changed_dates(filling: Filling, shop: Shop) -> None:
    """One date is moved to a place that harms, and kept; another is cancelled: one answers by telephone, one never."""
    boss, dates = filling.people["boss"], f"/admin/courses/{DATED}/dates"
    for name, run in (("kept", "SPLICE-LATER"), ("off", "SPLICE-SOON"), ("told", "SPLICE-SOON")):
        told = _buy(shop, DATED, _typed(name, run=run))
    assert save(boss, f"{dates}/SPLICE-LATER", place=probe("CourseRunForm", "place", "words")).status_code == 303
    boss.get(f"{dates}/SPLICE-SOON/cancel")
    assert press(boss, f"{dates}/SPLICE-SOON/cancel", f"{dates}/SPLICE-SOON/cancel").status_code == 303
    shop.work()
    link = filling.link("/your-date/", _typed("kept")["course_email"])
    filling.fill("DateChoiceForm", filling.stranger(), link, choice="keep")
    filling.stranger().get(link)
    found = re.search(rf"{told}/dates/ENR-[\w-]+", boss.get(told).text)
    assert found
    filling.fill("ToldChoiceForm", boss, found.group(), choice="to:SPLICE-LATER", told_by="learner")
    shop.work()
    boss.get(told)
    for run in ("SPLICE-LATER", "SPLICE-SOON"):
        boss.get(f"{dates}/{run}")
        boss.get(f"/admin/dates/{run}")


def _books(filling: Filling, _shop: Shop) -> None:
    for page in ("/admin/orders", "/admin/orders.csv", "/admin/orders/totals", "/admin/orders/totals.csv"):
        assert filling.people["boss"].get(page).status_code == 200


CHAPTERS: tuple[Callable[[Filling, Shop], None], ...] = (
    _courses,
    _paid,
    _another_learner,
    _for_oneself,
    _known,
    _not_paid,
    _held_up,
    _refunds,
    _kept,
    _cancelled,
    _nobody_takes_it_up,
    _changed_dates,
    _books,
)
