"""The staff pages about the dates of a course: adding, editing, what is refused, who may, and two people at once."""

from __future__ import annotations

import pytest
from flask import Flask
from flask.testing import FlaskClient

from portal.domain import days
from portal.domain.roles import Role
from portal.sandbox.mailbox import Mailbox
from portal.services import imports
from tests.editing import filled_in, press_with, save
from tests.factories import Deliver, hidden_fields, in_days
from tests.people import make_staff

DATES = "/admin/courses/FIB-SPLICE/dates"
DAY = in_days(100)


@pytest.fixture
def boss(catalogue: Flask, mailbox: Mailbox, deliver: Deliver) -> FlaskClient:
    return make_staff(catalogue, mailbox, deliver, Role.MANAGER)


def test_a_date_is_added_and_edited_and_visitors_see_it_at_once(boss: FlaskClient, client: FlaskClient) -> None:
    added = save(boss, f"{DATES}/new", starts_on=f"{DAY:%d/%m/%Y}", place="Derby <yard>", capacity="1", times="9 to 5")
    assert added.location == f"{DATES}/FIB-SPLICE-{DAY}?done=added"
    page = client.get("/courses/FIB-SPLICE").text
    assert "Derby &lt;yard&gt;, 1 place left" in page
    own = f"{DATES}/FIB-SPLICE-{DAY}"
    shown = filled_in(boss.get(own).text)
    assert shown["starts_on"] == shown["ends_on"] == days.typed(DAY)
    saved = save(boss, own, capacity="", active=None, ends_on=days.typed(in_days(101)))
    assert saved.location == f"{own}?done=saved"
    assert "Derby" not in client.get("/courses/FIB-SPLICE").text
    history = boss.get(own).text.partition("<h2>History</h2>")[2]
    for words in ("Ruth Bello", "<strong>Places</strong>", "yes</del>", "no</ins>", days.typed(in_days(101))):
        assert words in history
    assert f"run FIB-SPLICE-{DAY}" in boss.get("/admin/security").text
    again = save(boss, f"{DATES}/new", starts_on=DAY.isoformat())
    assert again.location == f"{DATES}/FIB-SPLICE-{DAY}-2?done=added"


@pytest.mark.parametrize(
    ("field", "typed", "words"),
    [
        ("starts_on", "", "Enter the first day"),
        ("starts_on", "next Tuesday", "Enter a day, such as 1 December 2026, 1/12/2026 or 2026-12-01"),
        ("starts_on", "31/11/2027", "Enter a day, such as"),
        ("starts_on", "A\x00B", "Day has a character that can’t be shown"),
        ("starts_on", "Monday 1 December 2026", "That day is a Tuesday"),
        ("starts_on", "1/12/2020", "That day is over: enter today or a day to come"),
        ("ends_on", "1/12/2020", "The last day is before the first day"),
        ("ends_on", "later", "Enter a day, such as"),
        ("capacity", "many", "Enter a whole number, such as 12"),
        ("capacity", "-1", "Enter a whole number, such as 12"),
        ("place", "x" * 201, "Place must be 200 characters or fewer"),
        ("active", "perhaps", "Choose yes or no from the list"),
    ],
)
def test_what_can_not_be_kept_is_shown_again(boss: FlaskClient, field: str, typed: str, words: str) -> None:
    right = {"starts_on": days.typed(DAY), "times": "<b>9:00"}
    answer = save(boss, f"{DATES}/new", **{**right, field: typed})
    assert answer.status_code == 422
    assert words in answer.text
    assert 'value="&lt;b&gt;9:00"' in answer.text
    if field == "starts_on" and typed and "\x00" not in typed:
        assert f'value="{typed}"' in answer.text
    answer = save(boss, f"{DATES}/SPLICE-SOON", **{"times": "<b>9:00", field: typed})
    assert (answer.status_code == 422) is ("is over" not in words)


def test_the_course_lists_its_dates_and_past_ones_have_a_page(boss: FlaskClient, catalogue: Flask) -> None:
    page = boss.get("/admin/courses/FIB-SPLICE").text
    assert "Four dates to come" in page
    for words in ("8 of 8 left", "No limit", "Full", "Not on offer"):
        assert words in page
    assert "SPLICE-PAST" not in page
    assert "SPLICE-PAST" in boss.get(f"{DATES}?when=past").text
    assert "No date is over yet" in boss.get("/admin/courses/SAF-STREET/dates?when=past").text
    assert "No date is to come" in boss.get("/admin/courses/SAF-STREET/dates").text
    assert "No date is to come: people start when they like" in boss.get("/admin/courses/SAF-STREET").text
    assert "No date is to come, and visitors read so" in boss.get("/admin/courses/FIB-OLD").text
    header = "course,code,starts_on,ends_on,times,place,address,capacity,active\n"
    with catalogue.app_context():
        imports.course_runs(header + "".join(f"SAF-STREET,S{n},{in_days(n + 1)},,,,,,yes\n" for n in range(25)))
    assert "All 25 dates to come" in boss.get("/admin/courses/SAF-STREET").text
    assert boss.get("/admin/courses/SAF-STREET/dates?page=3").text.count("/dates/S2") == 5


def test_a_lost_update_is_refused(boss: FlaskClient) -> None:
    opened = filled_in(boss.get(f"{DATES}/SPLICE-SOON").text)
    save(boss, f"{DATES}/SPLICE-SOON", place="Leeds")
    refused = press_with(boss, f"{DATES}/SPLICE-SOON", opened, place="York")
    assert refused.status_code == 409
    assert "Ruth Bello changed it on" in refused.text
    assert 'value="York"' in refused.text


def test_what_is_not_there_is_not_found(boss: FlaskClient) -> None:
    typed = {**hidden_fields(boss.get(f"{DATES}/new").text), "starts_on": days.typed(DAY)}
    for path in ("/admin/courses/NOWHERE/dates", "/admin/courses/NOWHERE/dates/new", f"{DATES}/%00"):
        assert boss.get(path).status_code == 404
    for path in ("/admin/courses/NOWHERE/dates/new", "/admin/courses/SAF-STREET/dates/SPLICE-SOON", f"{DATES}/x"):
        assert boss.post(path, data=typed).status_code == 404


def test_the_role_for_enquiries_reads_and_can_not_change(catalogue: Flask, mailbox: Mailbox, deliver: Deliver) -> None:
    reader = make_staff(catalogue, mailbox, deliver, Role.ENQUIRIES)
    shown = reader.get(f"{DATES}/SPLICE-SOON").text
    assert "8 Canal Wharf, Birmingham" in shown
    for page in (shown, reader.get(DATES).text, reader.get("/admin/courses/FIB-SPLICE").text):
        work = page.partition('class="work"')[2]
        assert 'method="post"' not in work
        assert "/new" not in work
    for path in ("/new", "/SPLICE-SOON"):
        assert reader.post(f"{DATES}{path}", data=hidden_fields(shown)).status_code == 403
