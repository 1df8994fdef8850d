"""Who can see what, in a browser: each role and hat with its people, as a file, and looked through once a year."""

from __future__ import annotations

import csv
import datetime as dt
import html
import io
import re

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import func, select

from portal.domain.roles import Role
from portal.domain.security import Happened
from portal.domain.working_days import full_day
from portal.gateways.clock import Clock
from portal.models.account import Account
from portal.models.security_event import SecurityEvent
from portal.models.session import reading, writing
from portal.models.staff import AccessReview, Contact, Staff, StaffRole
from portal.sandbox.mailbox import Mailbox
from tests.factories import Deliver, make_trainee, press
from tests.people import (
    add_trainees,
    count_queries,
    enter_by_link,
    invite,
    invite_contact,
    make_contact,
    make_reader,
    make_sponsor_contact,
    make_staff,
    reference_of,
)

PAGE = "/admin/access"
DUE = "It is time to look through who can see what"


@pytest.fixture
def boss(client: FlaskClient, catalogue: Flask, mailbox: Mailbox, deliver: Deliver) -> FlaskClient:
    return make_staff(catalogue, mailbox, deliver, Role.MANAGER)


def _rows(page: str) -> dict[str, list[str]]:
    """The cells of each row of the page's tables, by the first line of its first cell."""
    found = {}
    for row in re.findall(r'<tr role="row"><th scope="row".*?</tr>', page, re.DOTALL):
        cells = re.findall(r"<t[hd] [^>]*>(.*?)</t[hd]>", row, re.DOTALL)
        said = [" ".join(html.unescape(re.sub(r"<[^>]*>", " ", cell)).split()) for cell in cells]
        first = html.unescape(re.sub(r"<[^>]*>", "", cells[0].split("<br>")[0])).strip()
        found[first] = said
    return found


@pytest.mark.promise("OLT-5", "PRE-37")
def test_each_role_and_hat_is_told_with_what_opens_to_it_and_how_many_have_it(
    boss: FlaskClient, client: FlaskClient, catalogue: Flask, mailbox: Mailbox, deliver: Deliver
) -> None:
    make_trainee(client, mailbox, deliver)
    make_reader(catalogue, boss, mailbox, deliver)
    make_contact(catalogue, boss, mailbox, deliver)
    make_sponsor_contact(catalogue, boss, mailbox, deliver)
    rows = _rows(boss.get(PAGE).text)
    assert rows["Manager"][1:] == [
        "Enquiries, Complaints, Partners, Sponsors, Rules, Courses, Changed dates, Access codes, Trainees, Orders,"
        " Deliveries, Contacts, Security, Staff, Who can see what, Own account",
        "Needs you, Reports",
        "1",
    ]
    assert rows["Enquiries"][1:3] == [
        "Enquiries, Changed dates, Trainees, Deliveries, Own account",
        "Needs you, Partners, Sponsors, Rules, Courses, Access codes, Orders",
    ]
    assert rows["Finance"][1:] == ["Complaints, Changed dates, Orders, Own account", "Needs you", "1"]
    assert rows["Reports"][1:] == ["Own account", "Needs you, Reports", "0"]
    assert rows["Named reader"][1:] == ["Empty", "Support", "1"]
    assert rows["Contact at a partner"][1:] == ["Partner pages, Partner’s access codes", "Own organisations", "1"]
    assert rows["Contact at a sponsor"][1:] == ["Sponsor pages", "Own organisations", "1"]
    assert rows["Trainee"][1:] == ["Own account", "Empty", "1"]
    page = boss.get(PAGE).text
    assert "no page behind a sign-in shows anybody’s data to another person: making your account" in page
    assert "The page of an invitation shows the invited person the name and address of who invited them." in page


@pytest.mark.promise("OLT-5")
def test_the_people_of_each_are_listed_with_what_a_reviewer_looks_for(
    boss: FlaskClient, catalogue: Flask, mailbox: Mailbox, deliver: Deliver
) -> None:
    make_reader(catalogue, boss, mailbox, deliver)
    make_contact(catalogue, boss, mailbox, deliver)
    page = boss.get(f"{PAGE}/manager").text
    assert "Trainees Names, addresses, region" in re.sub(r"\s+", " ", re.sub(r"<[^>]*>", " ", page))
    assert "See and change, take away as a file" in page
    assert "manager@meridian.example" in page
    for who, name in (("support_reader", "Mei Lin"), ("finance", "Mei Lin"), ("partner_contact", "Carol Ames")):
        assert name in boss.get(f"{PAGE}/{who}").text
    assert "Lindum Training" in boss.get(f"{PAGE}/partner_contact").text
    assert "Nobody at the moment" in boss.get(f"{PAGE}/reports").text
    with catalogue.app_context(), writing() as session:
        account = session.scalars(select(Account).where(Account.full_name == "Mei Lin")).one()
        account.suspended_at = account.created_at
    assert "Suspended" in boss.get(f"{PAGE}/finance").text
    press(boss, "/admin/staff", f"/admin/staff/{reference_of(catalogue, 'reader@meridian.example')}/remove")
    for who in ("support_reader", "finance"):
        assert "Mei Lin" not in boss.get(f"{PAGE}/{who}").text
    for who in ("trainee", "emperor"):
        assert boss.get(f"{PAGE}/{who}").status_code == 404


def _promised(boss: FlaskClient) -> dict[str, str]:
    """The day of the promise, by role or hat, from the file."""
    file = csv.DictReader(io.StringIO(boss.get(f"{PAGE}.csv").text.removeprefix("\ufeff")))
    return {row["who"]: row["promised_on"] for row in file}


def test_a_promise_counts_for_todays_words_and_not_after_another_invitation(
    boss: FlaskClient, catalogue: Flask, mailbox: Mailbox, deliver: Deliver
) -> None:
    make_reader(catalogue, boss, mailbox, deliver)
    make_contact(catalogue, boss, mailbox, deliver)
    assert all(_promised(boss).values())
    with catalogue.app_context(), writing() as session:
        session.scalars(select(Staff).where(Staff.reads_support_needs)).one().undertaking_version = "2020-01"
    assert _promised(boss)["Finance"] == ""
    reader = reference_of(catalogue, "reader@meridian.example")
    press(boss, "/admin/staff", f"/admin/staff/{reader}/remove")
    invite(catalogue, mailbox, deliver, "reader@meridian.example", Role.FINANCE)
    carol = reference_of(catalogue, "carol@lindum.example")
    press(boss, "/admin/contacts", f"/admin/contacts/{carol}/partner:LIN/remove")
    invite_contact(boss, "partner:LIN", "carol@lindum.example", "Carol Ames")
    said = _promised(boss)
    assert (said["Finance"], said["Contact at a partner"], bool(said["Manager"])) == ("", "", True)
    with catalogue.app_context(), reading() as session:
        assert session.scalars(select(Contact.undertaking_accepted_at)).one() is None
        assert list(session.scalars(select(Staff.undertaking_accepted_at))).count(None) == 1


def test_who_never_came_has_never_used_it_and_who_learns_here_has(
    boss: FlaskClient, catalogue: Flask, mailbox: Mailbox, deliver: Deliver
) -> None:
    invite_contact(boss, "partner:LIN", "carol@lindum.example", "Carol Ames")
    invite(catalogue, mailbox, deliver, "kofi@meridian.example", Role.FINANCE)
    for who in ("partner_contact", "finance"):
        (row,) = [row for row in _rows(boss.get(f"{PAGE}/{who}").text).values() if "@" in row[0]]
        assert row[-1] == "Never", row
    make_trainee(catalogue.test_client(), mailbox, deliver)
    invite_contact(boss, "sponsor:ACME", "aoife@odowd.example", "Aoife")
    assert "Never" not in boss.get(f"{PAGE}/sponsor_contact").text
    enter_by_link(catalogue, mailbox, deliver, "carol@lindum.example", "/partner")
    assert "Never" not in boss.get(f"{PAGE}/partner_contact").text
    file = csv.DictReader(io.StringIO(boss.get(f"{PAGE}.csv").text.removeprefix("\ufeff")))
    used = {row["email"]: row["last_used_on"] for row in file}
    assert used["kofi@meridian.example"] == "never"
    assert re.fullmatch(r"\d{4}-\d\d-\d\d", used["carol@lindum.example"])


def test_people_are_counted_and_not_their_organisations(boss: FlaskClient, catalogue: Flask) -> None:
    for code in ("LIN", "CLY", "AUR"):
        invite_contact(boss, f"partner:{code}", "carol@lindum.example", "Carol Ames")
    assert _rows(boss.get(PAGE).text)["Contact at a partner"][-1] == "1"
    page = boss.get(f"{PAGE}/partner_contact").text
    assert "<h2>1 person, 3 entries</h2>" in page
    assert page.count("carol@lindum.example") == 3
    assert "<h2>1 person</h2>" in boss.get(f"{PAGE}/manager").text


@pytest.mark.parametrize("names", [["Zoe Marlow", "adam ames", "Ängela Vale", "Bea O’Dowd", "bea odell"]])
def test_people_stand_by_name_whatever_the_server_speaks(boss: FlaskClient, catalogue: Flask, names: list[str]) -> None:
    for number, name in enumerate(names):
        invite_contact(boss, "partner:LIN", f"person{number}@lindum.example", name)
    order = ["adam ames", "Ängela Vale", "Bea O’Dowd", "bea odell", "Zoe Marlow"]
    for path in (f"{PAGE}/partner_contact", "/admin/contacts"):
        page = html.unescape(boss.get(path).text)
        found = re.findall("|".join(names), re.sub(r'<span class="unseen">.*?</span>', "", page))
        assert list(dict.fromkeys(found)) == order, path


def test_everybody_as_a_file_and_the_file_is_noted(
    boss: FlaskClient, catalogue: Flask, mailbox: Mailbox, deliver: Deliver
) -> None:
    make_reader(catalogue, boss, mailbox, deliver)
    make_contact(catalogue, boss, mailbox, deliver)
    answer = boss.get(f"{PAGE}.csv")
    assert answer.headers["Content-Disposition"].startswith('attachment; filename="who-can-see-what-')
    heads, *rows = csv.reader(io.StringIO(answer.text.removeprefix("\ufeff")))
    by_who = {row[0]: dict(zip(heads, row, strict=True)) for row in rows}
    assert list(by_who) == ["Manager", "Finance", "Named reader", "Contact at a partner"]
    assert by_who["Named reader"]["opens"] == "Support (see)"
    assert by_who["Contact at a partner"]["organisation"] == "Lindum Training"
    assert "Trainees (see and change, take away as a file)" in by_who["Manager"]["opens"]
    assert (by_who["Manager"]["second_step"], by_who["Manager"]["state"]) == ("on", "active")
    with catalogue.app_context(), reading() as session:
        noted = session.scalars(select(SecurityEvent.detail).where(SecurityEvent.kind == Happened.EXPORTED)).all()
    assert noted == ["Who can see what, 4 rows"]


@pytest.mark.promise("OLT-5")
def test_it_is_looked_through_once_a_year_and_managers_are_reminded(
    boss: FlaskClient, catalogue: Flask, clock: Clock, mailbox: Mailbox, deliver: Deliver
) -> None:
    privacy = make_staff(catalogue, mailbox, deliver, Role.PRIVACY, name="Hannah Lin")
    assert f"<h2>{DUE}</h2>" in boss.get("/admin").text
    assert "Nobody has done it yet" in boss.get("/admin").text
    assert DUE not in privacy.get("/admin").text
    assert "It is time to look through this" in privacy.get(PAGE).text
    assert press(privacy, PAGE, f"{PAGE}/looked").location == f"{PAGE}?done=looked"
    assert DUE not in boss.get("/admin").text
    page = boss.get(f"{PAGE}?done=looked").text
    assert "That you have looked is written down" in page
    assert "Due again on" in page
    assert "Hannah Lin" in page
    clock.advance(dt.timedelta(days=366))
    assert f"<h2>{DUE}</h2>" in boss.get("/admin").text
    with catalogue.app_context(), reading() as session:
        done_on = full_day(session.scalars(select(AccessReview.made_at)).one())
    assert f"Hannah Lin did it last, on {done_on}" in boss.get("/admin").text
    clock.advance(dt.timedelta(days=800))
    boss = make_staff(catalogue, mailbox, deliver, Role.MANAGER, email="later@meridian.example")
    assert f"Hannah Lin did it last, on {done_on}" in boss.get("/admin").text
    with catalogue.app_context(), reading() as session:
        assert session.scalar(select(func.count()).select_from(AccessReview)) == 1
        kinds = session.scalars(select(SecurityEvent.kind).where(SecurityEvent.kind == Happened.ACCESS_REVIEWED)).all()
    assert len(kinds) == 1


def test_the_reminder_stays_when_the_account_of_who_looked_is_gone(
    boss: FlaskClient, catalogue: Flask, clock: Clock
) -> None:
    press(boss, PAGE, f"{PAGE}/looked")
    with catalogue.app_context(), writing() as session:
        review = session.scalars(select(AccessReview)).one()
        review.account_id = None
    assert "Ruth Bello" in boss.get(PAGE).text
    assert DUE not in boss.get("/admin").text


def test_the_pages_cost_the_same_however_many_people_there_are(
    boss: FlaskClient, catalogue: Flask, clock: Clock
) -> None:
    asked = []
    for count in (3, 40):
        with catalogue.app_context():
            references = add_trainees(clock, *(f"Colleague {count}-{number}" for number in range(count)))
            with writing() as session:
                now = clock.now(session)
                for account_id in session.scalars(select(Account.id).where(Account.reference.in_(references))).all():
                    member = Staff(account_id=account_id, invited_at=now)
                    session.add(member)
                    session.flush()
                    session.add(StaffRole(staff_id=member.id, role=Role.REPORTS))
                    session.add(AccessReview(account_id=account_id, made_by="Somebody", made_at=now))
        asked.append(
            (
                count_queries(catalogue, lambda: boss.get(PAGE)),
                count_queries(catalogue, lambda: boss.get(f"{PAGE}/reports")),
            )
        )
    assert asked[0] == asked[1]
    assert max(asked[0]) <= 12
    page = boss.get(f"{PAGE}/reports?page=3").text
    assert "43 people" in page
    assert len(re.findall(r"Colleague \d+-\d+", page)) == 3
