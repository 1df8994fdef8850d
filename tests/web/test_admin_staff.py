"""Who works here and who signs in for partners: invited, bound, limited to their roles, out in one press."""

from __future__ import annotations

import datetime as dt
import re
import time

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import select

from portal.domain import roles
from portal.domain.roles import Role
from portal.gateways.clock import Clock
from portal.models.account import Account
from portal.models.session import reading, writing
from portal.sandbox.mailbox import Mailbox
from tests.factories import PASSWORD, Deliver, ask, hidden_fields, make_trainee, press, sign_in
from tests.people import invite, make_contact, make_staff, turn_on_two_steps

PAGE = "/admin/staff"


@pytest.fixture
def boss(client: FlaskClient, catalogue: Flask, mailbox: Mailbox, deliver: Deliver) -> FlaskClient:
    """A manager's browser; the mailbox is empty."""
    browser = make_staff(catalogue, mailbox, deliver, Role.MANAGER)
    deliver()
    mailbox.empty()
    return browser


def _reference(boss: FlaskClient, address: str) -> str:
    row = next(row for row in boss.get(PAGE).text.split('<li class="row member">') if address in row)
    found = re.search(r"/admin/staff/(ACC-[\w-]+)/roles", row)
    assert found
    return found.group(1)


def test_nothing_opens_before_the_second_step_and_the_undertaking(
    client: FlaskClient, catalogue: Flask, mailbox: Mailbox, deliver: Deliver
) -> None:
    browser = catalogue.test_client()
    link = invite(catalogue, mailbox, deliver, "ruth@meridian.example", Role.MANAGER)
    assert "Join the staff" in browser.get(link).text
    weak = press(browser, link, link, full_name="Ruth Bello", password="ruth@meridian")
    assert weak.status_code == 422
    assert press(browser, link, link, full_name="Ruth Bello", password=PASSWORD).location == "/admin"
    assert browser.get("/admin").location == "/account/security/two-step"
    turn_on_two_steps(browser)
    for path in ("/admin", "/admin/enquiries", PAGE):
        assert browser.get(path).location == "/staff/undertaking"
    unticked = press(browser, "/staff/undertaking", "/staff/undertaking")
    assert unticked.status_code == 422
    assert "Tick the box if you promise this" in unticked.text
    assert press(browser, "/staff/undertaking", "/staff/undertaking", promise="yes").location == "/admin"
    assert browser.get("/admin").status_code == 200
    assert browser.get(link).status_code == 410


@pytest.mark.promise("OLT-6", "OPT-15")
def test_a_new_wording_of_the_undertaking_is_asked_for_again(
    boss: FlaskClient, catalogue: Flask, mailbox: Mailbox, deliver: Deliver, monkeypatch: pytest.MonkeyPatch
) -> None:
    contact = make_contact(catalogue, boss, mailbox, deliver)
    for browser, home, asked in ((boss, "/admin", "/staff/undertaking"), (contact, "/partner", "/partner/undertaking")):
        assert browser.get(home).status_code == 200
        monkeypatch.setattr("portal.records.accounts.UNDERTAKING_VERSION", "2099-01")
        assert browser.get(home).location == asked
        monkeypatch.undo()
    assert roles.UNDERTAKING_VERSION in boss.get("/staff/undertaking").text


def test_a_colleague_is_invited_on_the_page_and_only_with_a_role(
    boss: FlaskClient, mailbox: Mailbox, deliver: Deliver
) -> None:
    for typed, said in (
        ({"email": "", "roles": "finance"}, "Enter an email address"),
        ({"email": "kofi@meridian.example"}, "Choose at least one role"),
        ({"email": "kofi@meridian.example", "roles": "emperor"}, "Choose at least one role"),
    ):
        answer = press(boss, PAGE, PAGE, **typed)
        assert answer.status_code == 422
        assert said in answer.text
    assert press(boss, PAGE, PAGE, email="kofi@meridian.example", roles="finance").status_code == 303
    again = press(boss, PAGE, PAGE, email="Kofi@meridian.example", roles="reports")
    assert again.status_code == 422
    assert "works here already" in again.text
    deliver()
    assert [mail["to"] for mail in mailbox.list_mails()] == [["kofi@meridian.example"]]


def test_roles_change_what_opens_at_the_next_click(
    boss: FlaskClient, catalogue: Flask, mailbox: Mailbox, deliver: Deliver
) -> None:
    kofi = make_staff(catalogue, mailbox, deliver, Role.FINANCE, email="kofi@meridian.example", name="Kofi")
    assert kofi.get("/admin/enquiries").status_code == 403
    where = f"{PAGE}/{_reference(boss, 'kofi@meridian.example')}"
    token = hidden_fields(boss.get(PAGE).text)["csrf_token"]
    changed = boss.post(f"{where}/roles", data={"csrf_token": token, "roles": ["enquiries", "reports"]})
    assert changed.status_code == 303
    assert kofi.get("/admin/enquiries").status_code == 200
    assert kofi.get(PAGE).status_code == 403
    assert boss.post(f"{where}/roles", data={"csrf_token": token}).status_code == 422
    assert boss.post(f"{PAGE}/ACC-0000-0000/roles", data={"csrf_token": token, "roles": "finance"}).status_code in (
        404,
        409,
    )


def test_removed_in_one_press_and_out_at_the_next_click(
    boss: FlaskClient, catalogue: Flask, mailbox: Mailbox, deliver: Deliver
) -> None:
    kofi = make_staff(catalogue, mailbox, deliver, Role.ENQUIRIES, email="kofi@meridian.example", name="Kofi")
    where = f"{PAGE}/{_reference(boss, 'kofi@meridian.example')}"
    assert press(boss, PAGE, f"{where}/remove").location == f"{PAGE}?done=removed"
    assert kofi.get("/admin").location.startswith("/sign-in")
    sign_in(kofi, "kofi@meridian.example")
    assert kofi.get("/admin").status_code in (303, 403)
    assert "kofi@meridian.example" not in boss.get(PAGE).text
    back = invite(catalogue, mailbox, deliver, "kofi@meridian.example", Role.FINANCE)
    assert back == "/admin"


def test_there_is_always_a_manager(boss: FlaskClient, catalogue: Flask, mailbox: Mailbox, deliver: Deliver) -> None:
    own = f"{PAGE}/{_reference(boss, 'manager@meridian.example')}"
    for act, typed in (("remove", {}), ("roles", {"roles": "finance"})):
        refused = press(boss, PAGE, f"{own}/{act}", **typed)
        assert refused.status_code == 409
        assert "Nobody would be manager any more" in refused.text
    make_staff(catalogue, mailbox, deliver, Role.MANAGER, email="second@meridian.example")
    assert press(boss, PAGE, f"{own}/remove").status_code == 303
    assert boss.get("/admin").status_code == 303


def test_a_lost_second_step_is_taken_off_by_a_manager_and_by_nobody_for_themselves(
    boss: FlaskClient, catalogue: Flask, mailbox: Mailbox, deliver: Deliver
) -> None:
    kofi = make_staff(catalogue, mailbox, deliver, Role.FINANCE, email="kofi@meridian.example", name="Kofi")
    where = f"{PAGE}/{_reference(boss, 'kofi@meridian.example')}/second-step-off"
    assert press(boss, PAGE, where).location == f"{PAGE}?done=second-step"
    assert kofi.get("/admin").location.startswith("/sign-in")
    assert sign_in(kofi, "kofi@meridian.example").location == "/admin"
    assert kofi.get("/admin").location == "/account/security/two-step"
    own = press(boss, PAGE, f"{PAGE}/{_reference(boss, 'manager@meridian.example')}/second-step-off")
    assert own.status_code == 409
    trainee = catalogue.test_client()
    make_trainee(trainee, mailbox, deliver)
    turn_on_two_steps(trainee)
    with catalogue.app_context(), reading() as session:
        reference = session.scalars(select(Account.reference).where(Account.email == "aoife@odowd.example")).one()
    page = f"/admin/trainees/{reference}"
    assert press(boss, page, f"{page}/second-step-off").location == f"{page}?done=second-step"
    assert trainee.get("/account").status_code == 303
    assert sign_in(trainee).location == "/account"
    deliver()
    assert mailbox.list_mails()[-1]["subject"] == "The second step of your account at Meridian is off"
    colleague = _reference(boss, "kofi@meridian.example")
    assert press(boss, page, f"/admin/trainees/{colleague}/second-step-off").status_code in (404, 409)


def test_an_invitation_ends_after_seven_days_and_with_a_removal(
    boss: FlaskClient, catalogue: Flask, clock: Clock, mailbox: Mailbox, deliver: Deliver
) -> None:
    removed = invite(catalogue, mailbox, deliver, "kofi@meridian.example", Role.FINANCE)
    late = invite(catalogue, mailbox, deliver, "mei@meridian.example", Role.FINANCE)
    press(boss, PAGE, f"{PAGE}/{_reference(boss, 'kofi@meridian.example')}/remove")
    assert catalogue.test_client().get(removed).status_code == 410
    assert catalogue.test_client().get(late + "x").status_code == 404
    clock.advance(dt.timedelta(days=7, minutes=1))
    assert catalogue.test_client().get(late).status_code == 410


def test_a_trainee_who_comes_to_work_here_keeps_their_account(
    client: FlaskClient, catalogue: Flask, mailbox: Mailbox, deliver: Deliver
) -> None:
    make_trainee(client, mailbox, deliver)
    assert invite(catalogue, mailbox, deliver, "aoife@odowd.example", Role.REPORTS) == "/admin"
    turn_on_two_steps(client)
    press(client, "/staff/undertaking", "/staff/undertaking", promise="yes")
    assert client.get("/admin").status_code == 200
    assert client.get("/account/details").status_code == 200


def test_roles_without_peoples_particulars_read_no_names_on_the_first_page(
    boss: FlaskClient, client: FlaskClient, catalogue: Flask, mailbox: Mailbox, deliver: Deliver
) -> None:
    ask(client, "keep_with_us")
    assert "Priya Nair" in boss.get("/admin").text
    for role in (Role.FINANCE, Role.REPORTS, Role.PRIVACY):
        browser = make_staff(catalogue, mailbox, deliver, role)
        page = browser.get("/admin")
        assert page.status_code == 200
        assert "Priya" not in page.text


def test_a_sign_in_of_staff_is_over_after_twelve_hours_whatever_the_browser_keeps(
    boss: FlaskClient, monkeypatch: pytest.MonkeyPatch
) -> None:
    began = time.time()
    monkeypatch.setattr(time, "time", lambda: began + 11.9 * 3600)
    assert boss.get("/admin").status_code == 200
    monkeypatch.setattr(time, "time", lambda: began + 12.1 * 3600)
    assert boss.get("/admin").location.startswith("/sign-in")


def test_a_suspended_account_is_not_invited(
    boss: FlaskClient, client: FlaskClient, catalogue: Flask, mailbox: Mailbox, deliver: Deliver
) -> None:
    make_trainee(client, mailbox, deliver)
    with catalogue.app_context(), writing() as session:
        account = session.scalars(select(Account).where(Account.email == "aoife@odowd.example")).one()
        account.suspended_at = account.created_at
    for page, typed in (
        (PAGE, {"roles": "finance"}),
        ("/admin/contacts", {"organisation": "partner:LIN", "full_name": "Aoife"}),
    ):
        refused = press(boss, page, page, email="aoife@odowd.example", **typed)
        assert refused.status_code == 422
        assert "is suspended. Resume it first" in refused.text
