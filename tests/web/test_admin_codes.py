"""The staff pages about access codes and what partners may give away: issuing, finding, stopping, who may."""

from __future__ import annotations

import pytest
from flask import Flask
from flask.testing import FlaskClient

from portal.domain.access_codes import as_kept, as_shown
from portal.domain.roles import Role
from portal.sandbox.mailbox import Mailbox
from tests.codes import issue_code
from tests.editing import filled_in, press_with, save
from tests.factories import Deliver, in_days, press
from tests.people import count_queries, make_contact, make_staff
from tests.shop import COURSE

PAGE = "/admin/codes"
LATER = in_days(30).isoformat()
RIGHT = {"course": COURSE, "uses": "12", "ends_on": in_days(90).isoformat(), "partner": "LIN"}


@pytest.fixture
def boss(catalogue: Flask, mailbox: Mailbox, deliver: Deliver) -> FlaskClient:
    return make_staff(catalogue, mailbox, deliver, Role.MANAGER)


def test_a_code_is_issued_shown_in_groups_and_stopped(boss: FlaskClient) -> None:
    assert "There are no access codes yet" in boss.get(PAGE).text
    issued = save(boss, f"{PAGE}/new", **RIGHT)
    assert issued.status_code == 303
    own = issued.location.partition("?")[0]
    code = own.rpartition("/")[2]
    page = boss.get(issued.location).text
    for words in (as_shown(code), "Gives places", "0 of 12 places used", "Lindum Training", "Ruth Bello", "Nobody yet"):
        assert words in page
    assert f"/courses/{COURSE}/enrol?code={code}" in page
    assert "Issued an access code" in boss.get("/admin/security").text
    assert code not in boss.get("/admin/security").text
    assert press(boss, own, f"{own}/stop").location == f"{own}?done=stopped"
    assert press(boss, own, f"{own}/stop").status_code == 303
    page = boss.get(own).text
    assert "Stopped" in page
    assert f"{own}/stop" not in page
    assert boss.get("/admin/security").text.count("Stopped an access code") >= 1


@pytest.mark.parametrize(
    ("field", "typed", "words"),
    [
        ("course", "", "Choose a course"),
        ("course", "FIB-OLD", "Choose a course"),
        ("uses", "", "Enter how many places, such as 12"),
        ("uses", "0", "Enter a number from 1 to 1,000"),
        ("uses", "1001", "Enter a number from 1 to 1,000"),
        ("uses", "-1", "Enter a whole number, such as 12"),
        ("uses", "a dozen", "Number must be 6 characters or fewer"),
        ("ends_on", "", "Enter the last day"),
        ("ends_on", "soon", "Enter a day, such as 1 December 2026"),
        ("ends_on", in_days(-2).isoformat(), "That day is over: enter today or a day to come"),
        ("ends_on", in_days(800).isoformat(), "That is too far away: a code holds for two years at most"),
        ("partner", "XYZ", "Choose a partner from the list"),
    ],
)
def test_what_is_wrong_is_said_and_what_was_typed_stays(boss: FlaskClient, field: str, typed: str, words: str) -> None:
    answer = save(boss, f"{PAGE}/new", **{**RIGHT, field: typed})
    assert answer.status_code == 422
    assert words in answer.text
    assert "There are no access codes yet" in boss.get(PAGE).text


def test_codes_are_found_by_letters_course_partner_and_state(boss: FlaskClient, catalogue: Flask) -> None:
    live = issue_code(catalogue, partner="LIN")
    over, stopped = issue_code(catalogue, days=-3, course="FIB-SPLICE"), issue_code(catalogue, stopped=True)
    shown = {
        "": {live, over, stopped},
        "state=live": {live},
        "state=over": {over},
        "state=stopped": {stopped},
        "state=used_up": set(),
        "course=FIB-SPLICE": {over},
        "partner=LIN": {live},
        f"search={live[2:9].lower()}": {live},
        "state=made-up&course=NO&partner=%00&page=99": {live, over, stopped},
    }
    for asked, codes in shown.items():
        page = boss.get(f"{PAGE}?{asked}").text
        assert {code for code in (live, over, stopped) if as_shown(code) in page} == codes, asked
    assert "No code is found" in boss.get(f"{PAGE}?search=%3Cb%3E0").text


def test_a_long_list_costs_the_same_number_of_queries(boss: FlaskClient, catalogue: Flask) -> None:
    issue_code(catalogue, partner="LIN")
    few = count_queries(catalogue, lambda: boss.get(PAGE))
    for _ in range(30):
        issue_code(catalogue, partner="CLY")
    assert count_queries(catalogue, lambda: boss.get(PAGE)) == few
    assert 'aria-current="page"><span class="unseen">Page </span>2' in boss.get(f"{PAGE}?page=2").text


def test_who_reads_does_not_change(boss: FlaskClient, catalogue: Flask, mailbox: Mailbox, deliver: Deliver) -> None:
    code = issue_code(catalogue)
    reader = make_staff(catalogue, mailbox, deliver, Role.ENQUIRIES, name="Imran Ali")
    for page in (PAGE, f"{PAGE}/{code}", "/admin/partners/LIN/places"):
        text = reader.get(page).text
        assert "Issue a code" not in text
        assert "Allow this many" not in text
        assert "/stop" not in text
    assert reader.get(f"{PAGE}/new").status_code == 403
    assert press(reader, PAGE, f"{PAGE}/{code}/stop").status_code == 403
    assert press(reader, PAGE, "/admin/partners/LIN/places", course=COURSE, places="3").status_code == 403
    assert boss.get(f"{PAGE}/AAAABBBBCCCC").status_code == 404


def test_a_partner_gives_away_what_staff_allow_and_no_more(
    boss: FlaskClient, catalogue: Flask, mailbox: Mailbox, deliver: Deliver
) -> None:
    contact = make_contact(catalogue, boss, mailbox, deliver)
    page = contact.get("/partner/codes").text
    assert "There is nothing to give yet" in page
    places = "/admin/partners/LIN/places"
    assert "may give nothing away yet" in boss.get(places).text
    assert press_with(boss, places, filled_in(boss.get(places).text), course=COURSE, places="").status_code == 422
    assert save(boss, places, course=COURSE, places="5").location == f"{places}?done=saved"
    assert f"Places on {COURSE} to give" in boss.get("/admin/partners/LIN").text
    new = "/partner/codes/new"
    assert "5 of 5 places left to give" in contact.get("/partner/codes").text
    for changes, words in (
        ({"uses": "6"}, "You can give 5 more places on this course: enter 5 or fewer"),
        ({"allowance": "CLY/SAF-STREET"}, "Choose a course"),
        ({"allowance": ""}, "Choose a course"),
        ({"ends_on": "1/1/2020"}, "That day is over"),
    ):
        answer = save(contact, new, **{"allowance": f"LIN/{COURSE}", "uses": "2", "ends_on": LATER, **changes})
        assert answer.status_code == 422
        assert words in answer.text
    issued = save(contact, new, allowance=f"LIN/{COURSE}", uses="4", ends_on=in_days(30).isoformat())
    assert issued.status_code == 303
    page = contact.get(issued.location).text
    assert "Your code is" in page
    assert "Your code is" not in contact.get("/partner/codes?issued=Ring+0900+000+000").text
    assert "Your code is" in page
    assert "1 of 5 places left to give" in page
    assert "0 of 4 used" in page
    shown = boss.get(PAGE).text
    assert "Lindum Training" in shown
    assert "Carol Ames" in boss.get(f"{PAGE}/{as_kept(issued.location.rpartition('=')[2])}").text
    refused = save(boss, places, course=COURSE, places="3")
    assert refused.status_code == 422
    assert "4 are in codes already: enter 4 or more, or stop a code first" in refused.text


def test_a_partner_sees_and_stops_the_codes_of_its_own_class_only(
    boss: FlaskClient, catalogue: Flask, mailbox: Mailbox, deliver: Deliver
) -> None:
    contact = make_contact(catalogue, boss, mailbox, deliver)
    own, other, ours = (issue_code(catalogue, partner=partner) for partner in ("LIN", "CLY", ""))
    page = contact.get("/partner/codes").text
    assert as_shown(own) in page
    assert "issued by us" in page
    assert as_shown(other) not in page
    assert as_shown(ours) not in page
    for code in (other, ours, "AAAABBBBCCCC"):
        assert press(contact, "/partner/codes", f"/partner/codes/{code}/stop").status_code == 404
    assert press(contact, "/partner/codes", f"/partner/codes/{own}/stop").status_code == 303
    page = contact.get("/partner/codes?stopped=yes").text
    assert "The code is stopped" in page
    assert "Carol Ames" in boss.get(f"{PAGE}/{own}").text
