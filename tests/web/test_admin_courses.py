"""The staff pages about courses: prices typed in pounds, errors, history, who may, and two people at once."""

from __future__ import annotations

import pytest
from flask import Flask
from flask.testing import FlaskClient

from portal.domain.roles import Role
from portal.sandbox.mailbox import Mailbox
from tests.editing import filled_in, press_with, save
from tests.factories import Deliver, hidden_fields
from tests.people import make_staff


@pytest.fixture
def boss(catalogue: Flask, mailbox: Mailbox, deliver: Deliver) -> FlaskClient:
    return make_staff(catalogue, mailbox, deliver, Role.MANAGER)


def test_the_list_searches_filters_and_has_empty_states(boss: FlaskClient) -> None:
    page = boss.get("/admin/courses").text
    assert "<strong>3 courses</strong>" in page
    assert "£480.00" in page
    assert "An old course" in boss.get("/admin/courses?state=ended").text
    assert "1 of 3 courses" in boss.get("/admin/courses?search=SAF-").text
    assert "No course is like that" in boss.get("/admin/courses?search=zzz").text


def test_a_portal_without_courses_says_so_and_what_to_do(app: Flask, mailbox: Mailbox, deliver: Deliver) -> None:
    boss = make_staff(app, mailbox, deliver, Role.MANAGER)
    page = boss.get("/admin/courses").text
    assert "There are no courses yet" in page
    assert page.count('href="/admin/courses/new"') == 1


def test_a_course_is_added_and_edited_and_visitors_see_it_at_once(boss: FlaskClient, client: FlaskClient) -> None:
    added = save(
        boss,
        "/admin/courses/new",
        code="LAS-1",
        title="Laser safety <officer>",
        subject="laser",
        price_pence="£1,480.50",
        vat_rate="20",
        delivery="live",
        outline="Day 1|Light\nDay 2|Glass",
        before="Nothing at all",
    )
    assert added.location == "/admin/courses/LAS-1?done=added"
    seen = client.get("/courses/LAS-1").text
    for words in ("£1,776.60", "Laser safety &lt;officer&gt;", "Day 2", "Glass", "Nothing at all"):
        assert words in seen
    page = boss.get("/admin/courses/LAS-1").text
    assert filled_in(page)["price_pence"] == "1480.50"
    assert filled_in(page)["outline"] == "Day 1|Light\nDay 2|Glass"
    assert "Not complete" in page
    saved = save(boss, "/admin/courses/LAS-1", price_pence="0", active=None)
    assert saved.location == "/admin/courses/LAS-1?done=saved"
    assert client.get("/courses/LAS-1").status_code == 404
    history = boss.get("/admin/courses/LAS-1").text.partition("<h2>History</h2>")[2]
    for words in ("Ruth Bello", "1480.50</del>", "0.00</ins>", "yes</del>", "no</ins>"):
        assert words in history


@pytest.mark.parametrize(
    ("field", "typed", "words"),
    [
        ("title", "", "Enter a title"),
        ("title", "A\x00B", "Title has a character that can’t be shown"),
        ("subject", "data centre", "Enter 1 to 40 letters"),
        ("price_pence", "", "Enter a price, such as 480"),
        ("price_pence", "480.5", "Enter the price in pounds"),
        ("price_pence", "-1", "Enter the price in pounds"),
        ("price_pence", "99999999", "Enter the price in pounds"),
        ("vat_rate", "101", "Enter a whole number of percent, 0 to 100"),
        ("vat_rate", "17.5", "Percentage must be 3 characters or fewer"),
        ("vat_rate", "0", "You chose “Bears VAT”: enter how much, or choose why it bears none"),
        ("vat_status", "exempt", "You chose “Exempt”: enter 0 here"),
        ("vat_status", "none", "Choose what kind of VAT"),
        ("access_days", "0", "Enter a number of days from 1 to 3650, or leave it empty"),
        ("access_days", "3651", "Enter a number of days from 1 to 3650, or leave it empty"),
        ("needs_telephone", "perhaps", "Choose yes or no from the list"),
        ("delivery", "radio", "Choose how it is taught"),
        ("sold", "nowhere", "Choose who sells it"),
    ],
)
def test_what_can_not_be_kept_is_shown_again(boss: FlaskClient, field: str, typed: str, words: str) -> None:
    answer = save(boss, "/admin/courses/FIB-SPLICE", **{field: typed, "length": "<b>2 days"})
    assert answer.status_code == 422
    assert words in answer.text
    assert 'value="&lt;b&gt;2 days"' in answer.text
    assert "Nobody has changed anything here yet" in boss.get("/admin/courses/FIB-SPLICE").text


def test_a_code_in_use_has_an_error_of_its_own(boss: FlaskClient) -> None:
    typed = {"title": "Twice", "subject": "fibre", "price_pence": "1", "delivery": "live"}
    answer = save(boss, "/admin/courses/new", code="FIB-SPLICE", **typed)
    assert answer.status_code == 422
    assert "Another course has the code FIB-SPLICE" in answer.text
    assert 'value="Twice"' in answer.text


def test_a_lost_update_is_refused(boss: FlaskClient) -> None:
    opened = filled_in(boss.get("/admin/courses/FIB-SPLICE").text)
    save(boss, "/admin/courses/FIB-SPLICE", length="2 days")
    refused = press_with(boss, "/admin/courses/FIB-SPLICE", opened, length="3 days")
    assert refused.status_code == 409
    assert "Ruth Bello changed it on" in refused.text
    assert 'value="3 days"' in refused.text


def test_the_role_for_enquiries_reads_and_can_not_change(catalogue: Flask, mailbox: Mailbox, deliver: Deliver) -> None:
    reader = make_staff(catalogue, mailbox, deliver, Role.ENQUIRIES)
    shown = reader.get("/admin/courses/FIB-SPLICE").text
    assert "480.00" in shown
    for page in (shown, reader.get("/admin/courses").text):
        work = page.partition('class="work"')[2]
        assert 'method="post"' not in work
        assert "/new" not in work
    for path in ("/new", "/FIB-SPLICE"):
        assert reader.post(f"/admin/courses{path}", data=hidden_fields(shown)).status_code == 403


def test_what_selling_a_course_needs_is_kept(boss: FlaskClient, client: FlaskClient) -> None:
    changes = {"vat_status": "exempt", "vat_rate": "0", "needs_telephone": "yes", "access_days": "90"}
    assert save(boss, "/admin/courses/FIB-SPLICE", **changes).status_code == 303
    shown = filled_in(boss.get("/admin/courses/FIB-SPLICE").text)
    assert {name: shown[name] for name in changes} == changes
    page = client.get("/courses/FIB-SPLICE").text
    for words in ("£480.00", "exempt from VAT", "A tutor rings you"):
        assert words in page
    history = boss.get("/admin/courses/FIB-SPLICE").text.partition("<h2>History</h2>")[2]
    for words in ("Bears VAT</del>", "Exempt</ins>", "A tutor rings the learner", "90</ins>"):
        assert words in history
