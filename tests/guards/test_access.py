"""Who may enter where: every route against everybody. A new route must be entered here before the guard is content."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import select
from werkzeug.routing import Rule

import config
from portal.domain import sight
from portal.domain.roles import Role
from portal.models.account import Account
from portal.models.session import writing
from portal.sandbox.mailbox import Mailbox
from portal.web import access
from portal.web.access import OPEN
from tests.factories import EQUALITY_ON, TRAINEE, Deliver, hidden_fields, make_trainee, sign_in
from tests.people import make_contact, make_reader, make_sponsor_contact, make_staff

ROLES = {role.value for role in Role}
TRAINEES = {"trainee", "another trainee"}
SIGNED_IN = TRAINEES | ROLES
PARTNERS, SPONSORS = {"partner contact"}, {"sponsor contact"}
CONTACTS = PARTNERS | SPONSORS
READERS = {"named reader"}  # who has the role finance besides
EVERYBODY = SIGNED_IN | CONTACTS | {"nobody", "suspended"}
MANAGERS = {"manager"}
DESK = {"manager", "enquiries"}
WATCHERS = {"manager", "privacy"}
KEEPERS = {"manager", "finance"}
ORDER_READERS = {"manager", "finance", "enquiries"}
COMPLAINTS = {"manager", "finance", "privacy"}
REPORTERS = {"manager", "reports"}
CASHIERS = {"manager", "finance"}
OF_TRAINEES = {"manager", "enquiries"}

# Pages that more may read than change: who may post.
CHANGERS = dict.fromkeys((f"/admin/{what}/<code>" for what in ("partners", "courses", "sponsors")), MANAGERS)
CHANGERS["/admin/rules/<int:priority>"] = MANAGERS
CHANGERS["/admin/courses/<code>/dates/<run>"] = MANAGERS
CHANGERS["/admin/partners/<code>/places"] = MANAGERS
ENTRANTS = {
    **dict.fromkeys((f"/courses/<code>/enrol{what}" for what in ("", "/change", "/pay")), EVERYBODY),
    **dict.fromkeys(("/terms", "/orders/return", "/hooks/stripe"), EVERYBODY),
    **dict.fromkeys(
        (f"/your-order/<token>{what}" for what in ("", "/pay", "/country", "/papers/<number>", "/link")), EVERYBODY
    ),
    **dict.fromkeys(("/your-place/<token>", "/your-place/<token>/decline"), EVERYBODY),
    **dict.fromkeys(("/account/orders", "/account/courses"), SIGNED_IN),
    **dict.fromkeys((f"/orders/<reference>{what}" for what in ("", "/pay", "/country", "/papers/<number>")), SIGNED_IN),
    **dict.fromkeys(("/", "/courses", "/courses/<code>", "/privacy", "/cookies", "/accessibility"), EVERYBODY),
    **dict.fromkeys(("/enquire", "/enquire/change", "/enquire/send"), EVERYBODY),
    **dict.fromkeys((f"/enquiries/<token>{what}" for what in ("", "/withdraw", "/news/stop")), EVERYBODY),
    **dict.fromkeys((f"/enquiries/<token>{what}" for what in ("/remove", "/link")), EVERYBODY),
    **dict.fromkeys(("/complaints", "/complaints/sent"), EVERYBODY),
    **dict.fromkeys((f"/complaints/<token>{what}" for what in ("", "/words", "/link")), EVERYBODY),
    **dict.fromkeys(("/register", "/register/sent", "/register/confirm/<token>"), EVERYBODY),
    **dict.fromkeys(("/sign-in", "/sign-out", "/forgotten-password", "/forgotten-password/sent"), EVERYBODY),
    **dict.fromkeys(("/set-password/<token>", "/sign-in/code"), EVERYBODY),
    **dict.fromkeys(("/address", *(f"/address/<token>{what}" for what in ("", "/agree", "/refuse"))), EVERYBODY),
    **dict.fromkeys(("/keep-account", "/keep-account/<token>"), EVERYBODY),
    **dict.fromkeys(("/healthz", "/readyz", "/assets/<name>"), EVERYBODY),
    **dict.fromkeys(("/sandbox/clock", "/sandbox/components", "/sandbox/<path:path>"), EVERYBODY),
    "/account/details/right": TRAINEES,
    **dict.fromkeys(("/account", "/account/security", "/account/security/password"), SIGNED_IN),
    **dict.fromkeys((f"/account/security/two-step{what}" for what in ("", "/on", "/off")), SIGNED_IN),
    "/account/details/email": SIGNED_IN,
    "/account/security/sign-out-everywhere": SIGNED_IN,
    **dict.fromkeys(("/register/others", "/register/others/sent", "/register/others/<token>"), EVERYBODY),
    **dict.fromkeys((f"/invitation/<token>{what}" for what in ("", "/accept", "/decline")), EVERYBODY),
    **dict.fromkeys(("/invitation/declined", "/staff/join/<token>"), EVERYBODY),
    **dict.fromkeys(("/staff/undertaking", "/admin"), ROLES),
    **dict.fromkeys(("/admin/enquiries", "/admin/enquiries.csv", "/admin/enquiries/<reference>"), DESK),
    "/admin/deliveries": DESK,
    **dict.fromkeys(("/admin/complaints", "/admin/complaints.csv", "/admin/complaints/<reference>"), COMPLAINTS),
    **dict.fromkeys(
        (f"/admin/complaints/<reference>/{act}" for act in ("take", "note", "acknowledge", "reply", "extend", "close")),
        COMPLAINTS,
    ),
    **dict.fromkeys((f"/admin/enquiries/<reference>/{act}" for act in ("take", "note", "reply", "outcome")), DESK),
    **dict.fromkeys((f"/admin/enquiries/new{what}" for what in ("", "/change", "/send")), DESK),
    **dict.fromkeys(("/admin/deliveries/<token>/again", "/admin/deliveries/<token>/aside"), DESK),
    **dict.fromkeys(("/sign-in/link", "/sign-in/link/sent", "/sign-in/link/<token>"), EVERYBODY),
    **dict.fromkeys(("/partner", "/partner/undertaking"), PARTNERS),
    **dict.fromkeys(("/sponsor", "/sponsor/undertaking"), SPONSORS),
    "/organisations": CONTACTS,
    **dict.fromkeys(("/admin/contacts", "/admin/contacts/<reference>/<organisation>/remove"), MANAGERS),
    "/admin/staff/<reference>/second-step-off": MANAGERS,
    "/admin/trainees/<reference>/second-step-off": MANAGERS,
    **dict.fromkeys(("/admin/staff", "/admin/staff/<reference>/roles", "/admin/staff/<reference>/remove"), MANAGERS),
    **dict.fromkeys((f"/account/details{what}" for what in ("", "/change", "/profile")), TRAINEES),
    "/account/details/profile/delete": TRAINEES,
    **dict.fromkeys(("/account/support", "/account/support/delete"), TRAINEES),
    **dict.fromkeys((f"/account/equality{what}" for what in ("", "/skip", "/stop", "/<code>")), TRAINEES),
    **dict.fromkeys((f"/admin/{what}" for what in ("partners", "sponsors", "courses", "rules")), DESK),
    **dict.fromkeys((f"/admin/{what}/new" for what in ("partners", "sponsors", "courses", "rules")), MANAGERS),
    **dict.fromkeys((f"/admin/{what}/<code>" for what in ("partners", "sponsors", "courses")), DESK),
    "/admin/rules/<int:priority>": DESK,
    **dict.fromkeys((f"/admin/courses/<code>/dates{what}" for what in ("", "/<run>")), DESK),
    "/admin/courses/<code>/dates/new": MANAGERS,
    **dict.fromkeys((f"/admin/sponsors/<code>/{what}" for what in ("stop", "resume")), MANAGERS),
    **dict.fromkeys((f"/admin/partners/<code>/{what}" for what in ("pause", "resume")), MANAGERS),
    "/admin/rules/history": DESK,
    **dict.fromkeys((f"/admin/rules/<int:priority>/{what}" for what in ("up", "down", "remove")), MANAGERS),
    **dict.fromkeys((f"/admin/security{what}" for what in ("", ".csv", "/looked")), WATCHERS),
    **dict.fromkeys((f"/admin/access{what}" for what in ("", ".csv", "/looked", "/<who>")), WATCHERS),
    **dict.fromkeys((f"/admin/trainees{what}" for what in ("", "/<reference>")), OF_TRAINEES),
    "/admin/trainees/<reference>/password-link": OF_TRAINEES,
    **dict.fromkeys((f"/admin/trainees/<reference>/{what}" for what in ("suspend", "resume")), MANAGERS),
    "/admin/trainees.csv": MANAGERS,
    **dict.fromkeys((f"/admin/orders{what}" for what in ("", "/<reference>")), ORDER_READERS),
    "/admin/orders/<reference>/papers/<number>": ORDER_READERS,
    **dict.fromkeys((f"/admin/orders{what}" for what in (".csv", "/totals", "/totals.csv")), KEEPERS),
    **dict.fromkeys(
        (f"/admin/orders/<reference>/{act}" for act in ("reseat", "accept", "settle", "learner", "address")), KEEPERS
    ),
    "/your-order/<token>/learner": EVERYBODY,
    **dict.fromkeys(("/your-date/<token>", "/your-date/<token>/link"), EVERYBODY),
    "/admin/orders/<reference>/dates/<place>": ORDER_READERS,
    "/admin/dates/<run>": DESK,
    "/admin/courses/<code>/dates/<run>/cancel": MANAGERS,
    "/orders/<reference>/learner": SIGNED_IN,
    **dict.fromkeys(("/account/details", "/account/details/change"), TRAINEES),
    **dict.fromkeys(("/admin/support", "/admin/support/<reference>"), READERS),
    **dict.fromkeys(
        (f"/admin/reports{what}" for what in ("", *(f"/equality/<period>{e}" for e in ("", ".csv")))), REPORTERS
    ),
    "/your-order/<token>/cancel": EVERYBODY,
    "/orders/<reference>/cancel": SIGNED_IN,
    **dict.fromkeys(
        (f"/admin/orders/<reference>/refund{what}" for what in ("", "/send", "/payment", "/again", "/paid")), CASHIERS
    ),
    **dict.fromkeys((f"/admin/orders/<reference>/refund/{what}" for what in ("end", "sent-back")), CASHIERS),
    **dict.fromkeys((f"/admin/staff/<reference>/support/{act}" for act in ("name", "unname")), MANAGERS),
    **dict.fromkeys((f"/admin/codes{what}" for what in ("", "/<code>")), DESK),
    **dict.fromkeys((f"/admin/codes/{what}" for what in ("new", "<code>/stop")), MANAGERS),
    "/admin/partners/<code>/places": DESK,
    "/admin/trainees/<reference>/places": OF_TRAINEES,
    **dict.fromkeys(
        (f"/admin/trainees/<reference>/places/<place>/{act}" for act in ("suspend", "resume", "end")), MANAGERS
    ),
    **dict.fromkeys((f"/partner/codes{what}" for what in ("", "/new", "/<code>/stop")), PARTNERS),
}


@pytest.fixture
def settings(settings: config.Settings) -> config.Settings:
    """Everything that can be turned on is on, so that every route is there."""
    return settings.model_copy(update=EQUALITY_ON)


def _rules(app: Flask) -> list[Rule]:
    return sorted(app.url_map.iter_rules(), key=lambda rule: rule.rule)


@pytest.fixture
def people(client: FlaskClient, catalogue: Flask, mailbox: Mailbox, deliver: Deliver) -> dict[str, FlaskClient]:
    """A browser for each kind of person."""
    suspended = catalogue.test_client()
    make_trainee(suspended, mailbox, deliver, email="suspended@people.example")
    with catalogue.app_context(), writing() as session:
        account = session.scalars(select(Account)).one()
        account.suspended_at = account.created_at
    make_trainee(client, mailbox, deliver)
    another = catalogue.test_client()
    make_trainee(another, mailbox, deliver, email="another@people.example")
    by_role = {role.value: make_staff(catalogue, mailbox, deliver, role) for role in Role}
    people = {"nobody": catalogue.test_client(), "trainee": client, "another trainee": another, "suspended": suspended}
    contact = make_contact(catalogue, by_role["manager"], mailbox, deliver)
    of_sponsor = make_sponsor_contact(catalogue, by_role["manager"], mailbox, deliver)
    reader = make_reader(catalogue, by_role["manager"], mailbox, deliver)
    return people | by_role | {"partner contact": contact, "sponsor contact": of_sponsor, "named reader": reader}


def _replaced(app: Flask, entered: list[str]) -> None:
    """Put in place of each view one that only notes that it was reached."""

    def noting(view: Any) -> Callable[..., str]:
        def noted(**_values: object) -> str:
            entered.append(view.access)
            return "entered"

        noted.access = view.access  # type: ignore[attr-defined]
        return noted

    for endpoint, view in list(app.view_functions.items()):
        app.view_functions[endpoint] = noting(view)


def may_enter(who: str, enters: set[str]) -> bool:
    return who in enters or (who in READERS and "finance" in enters)


@pytest.mark.promise("OLT-5", "PRE-37")
@pytest.mark.one_database("sqlite")
def test_every_route_against_everybody(catalogue: Flask, people: dict[str, FlaskClient]) -> None:
    app = catalogue
    app.config["WTF_CSRF_CHECK_DEFAULT"] = False
    entered: list[str] = []
    _replaced(app, entered)
    rules = _rules(app)
    assert {rule.rule for rule in rules} == set(ENTRANTS), "say here who may enter a new route"
    for rule in rules:
        path = rule.rule.replace("<path:path>", "x").replace("<token>", "x").replace("<code>", "x")
        path = path.replace("<name>", "x").replace("<reference>", "x").replace("<int:priority>", "10")
        path = path.replace("<organisation>", "x").replace("<run>", "x")
        path = path.replace("<period>", "2026-Q3").replace("<who>", "manager")
        for method in sorted((rule.methods or set()) & {"GET", "POST"}):
            enters = CHANGERS.get(rule.rule, ENTRANTS[rule.rule]) if method == "POST" else ENTRANTS[rule.rule]
            for who, browser in people.items():
                entered.clear()
                answer = browser.open(path, method=method)
                assert bool(entered) == may_enter(who, enters), f"{who}: {method} {rule.rule}"
                if not entered and who in ("nobody", "suspended"):
                    assert (answer.status_code, (answer.location or "")[:8]) == (303, "/sign-in"), rule.rule
                elif not entered:
                    assert answer.status_code == 403, rule.rule


def test_the_report_of_who_can_see_what_knows_every_page_and_tells_what_the_guard_does(app: Flask) -> None:
    with app.app_context():
        routes = access.routes()
    assert [route.path for route in routes if sight.find_area(route.path) is None] == []
    hats = ("partner_contact", "sponsor_contact")
    stands_for = {"support_reader": "named reader", **{hat: hat.replace("_", " ") for hat in hats}}
    for route in routes:
        enters = ENTRANTS[route.path]
        enters = CHANGERS.get(route.path, enters) if "POST" in route.methods else enters
        told = {stands_for.get(who, who) for who in sight.WORDS if sight.opens_to(route.mark, who)}
        assert told == enters - {"another trainee"}, route.path


def test_every_mark_is_a_known_one(app: Flask) -> None:
    marks = {getattr(view, "access", None) for view in app.view_functions.values()}
    assert {str(mark).partition(":")[0] for mark in marks} <= OPEN | {
        "signed_in",
        "trainee",
        "staff",
        "partner_contact",
        "sponsor_contact",
        "contact",
        "support_reader",
    }
    named = {role for mark in marks if mark for role in mark.partition(":")[2].split(",") if role}
    assert named <= ROLES


def test_a_suspended_account_is_out_at_its_next_click_and_stays_out(
    people: dict[str, FlaskClient], catalogue: Flask
) -> None:
    assert people["suspended"].get("/account").status_code == 303
    answer = sign_in(catalogue.test_client(), "suspended@people.example")
    assert answer.status_code == 403
    assert "This account is suspended" in answer.text
    wrong = sign_in(catalogue.test_client(), "suspended@people.example", "not the password")
    assert wrong.status_code == 422
    assert "suspended" not in wrong.text.replace("suspended@people.example", "")


def test_whoever_is_not_in_is_led_to_the_door_and_back(catalogue: Flask, people: dict[str, FlaskClient]) -> None:
    browser = catalogue.test_client()
    door = browser.get("/account/security")
    assert door.location == "/sign-in?next=%2Faccount%2Fsecurity"
    form = hidden_fields(browser.get(door.location).text)
    back = browser.post("/sign-in", data={**form, "email": TRAINEE["email"], "password": "otter lantern granite"})
    assert back.location == "/account/security"
