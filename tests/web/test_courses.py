"""The public pages about courses: filters in the address, a course with its dates, and how it can be booked."""

from __future__ import annotations

import re

import pytest
from flask import Flask
from flask.testing import FlaskClient

from portal.services import imports
from tests.factories import in_days

HEAD = (
    "code,title,subject,price_pence,vat_rate,vat_status,delivery,summary,active,sold,"
    "outline,award,award_note,access_days,needs_telephone\n"
)
COURSES = """SAF-STREET,Street works,safety,62000,20,standard,live,Dig,yes,partners,,,,,no
TRY,A taste,fibre,0,20,standard,automated,Try it,yes,here,,,,30,no
RING,Rung up,fibre,10000,0,exempt,tutor_supported,Rung,yes,both,"One|First<br>
Two",A card,5 years,,yes
"""
RUN = "course,code,starts_on,ends_on,times,place,address,capacity,active\n"


@pytest.fixture
def stocked(client: FlaskClient, catalogue: Flask) -> FlaskClient:
    with catalogue.app_context():
        imports.courses(HEAD + COURSES)
    return client


def titles(page: str) -> list[str]:
    return re.findall(r'href="/courses/([\w-]+)"', page)


def test_each_filter_in_force_is_a_pill_that_takes_it_away(stocked: FlaskClient) -> None:
    page = stocked.get("/courses?search=t&subject=fibre&price=free&taught=automated&where=here").text
    assert titles(page) == ["TRY"]
    assert "<strong>1 course</strong>" in page
    for said, without in (
        ("Free", "/courses?search=t&amp;subject=fibre&amp;taught=automated&amp;where=here"),
        ("Fibre", "/courses?search=t&amp;taught=automated&amp;price=free&amp;where=here"),
        ("Book here now", "/courses?search=t&amp;subject=fibre&amp;taught=automated&amp;price=free"),
    ):
        assert f'<a class="tag" href="{without}">{said}<span' in page
    assert '<option value="free" selected>' in page
    assert 'class="in-force"' not in stocked.get("/courses").text


def test_the_filters_find_what_they_say(stocked: FlaskClient) -> None:
    assert titles(stocked.get("/courses?dates=yes").text) == ["FIB-SPLICE"]
    assert titles(stocked.get("/courses?price=150").text) == ["TRY", "RING"]
    assert titles(stocked.get("/courses?where=partners").text) == ["FIB-SPLICE", "RING", "SAF-STREET"]
    assert titles(stocked.get("/courses?taught=tutor_supported").text) == ["RING"]


def test_a_filter_that_means_nothing_is_none_and_one_without_courses_says_what_to_do(stocked: FlaskClient) -> None:
    page = stocked.get("/courses?taught=<b>&price=-1&where=%00&dates=no&page=x&search=%00").text
    assert len(titles(page)) == 4
    assert 'class="in-force"' not in page
    assert "No course is like that" in stocked.get("/courses?subject=astronomy%3Cb%3E").text


def test_a_portal_without_courses_says_so(app: Flask) -> None:
    assert "There are no courses here yet" in app.test_client().get("/courses").text


def test_a_row_says_when_it_begins_and_what_it_costs(stocked: FlaskClient) -> None:
    page = stocked.get("/courses").text
    day = in_days(30)
    assert f"Next: {day.day} {day:%B}, Birmingham" in page
    assert page.count("Start any day") == 2
    assert "£576.00</strong> <small>with VAT" in page
    assert "£100.00</strong> <small>exempt from VAT" in page
    assert "Free</strong></p>" in page


def test_a_course_sold_here_is_enrolled_on_by_date_and_a_full_date_is_no_link(stocked: FlaskClient) -> None:
    page = stocked.get("/courses/FIB-SPLICE").text
    assert '<a class="button" href="/courses/FIB-SPLICE/enrol">Enrol on this course</a>' in page
    assert '<a href="/enquire?interest=FIB-SPLICE">Ask a question first</a>' in page
    assert re.findall(r'href="/courses/FIB-SPLICE/enrol\?run=([\w-]+)"', page) == ["SPLICE-SOON", "SPLICE-LATER"]
    for words in ("Birmingham, 8 places left", "Cardiff, full", '<p class="small">Leeds</p>', "9:00 to 16:30"):
        assert words in page
    assert "Glasgow" not in page, "a date that is not on offer"


def test_a_course_sold_by_partners_is_asked_for(stocked: FlaskClient, catalogue: Flask) -> None:
    with catalogue.app_context():
        imports.course_runs(f"{RUN}SAF-STREET,STREET-1,{in_days(9)},,,Derby,,1,yes\n")
    page = stocked.get("/courses/SAF-STREET").text
    assert '<a class="button" href="/enquire?interest=SAF-STREET">Ask a partner</a>' in page
    assert "/enrol" not in page
    assert "Derby, 1 place left" in page


def test_a_course_without_dates_says_how_it_starts(stocked: FlaskClient) -> None:
    page = stocked.get("/courses/TRY").text
    assert "Starts when you like, and stays open to you for 30 days." in page
    assert "Starts when you like." in stocked.get("/courses/RING").text
    assert "No date is set yet" in stocked.get("/courses/SAF-STREET").text


def test_a_live_course_whose_dates_are_being_set_is_asked_about(stocked: FlaskClient, catalogue: Flask) -> None:
    with catalogue.app_context():
        imports.courses(f"{HEAD}LATER,Later on,safety,62000,20,standard,live,Dates,yes,here,,,,,no\n")
    page = stocked.get("/courses/LATER").text
    assert "Dates are being set." in page
    assert '<a class="button" href="/enquire?interest=LATER">Ask about a date</a>' in page
    assert "/enrol" not in page
    assert "LATER" not in titles(stocked.get("/courses?where=here").text)
    with catalogue.app_context():
        imports.course_runs(f"{RUN}LATER,LATER-1,{in_days(9)},,,Derby,,1,yes\n")
    assert "/courses/LATER/enrol?run=LATER-1" in stocked.get("/courses/LATER").text
    assert "LATER" in titles(stocked.get("/courses?where=here").text)


def test_when_every_date_is_full_the_page_says_so_and_offers_to_ask(stocked: FlaskClient, catalogue: Flask) -> None:
    with catalogue.app_context():
        imports.course_runs(f"{RUN}RING,RING-1,{in_days(9)},,,,,0,yes\n")
    page = stocked.get("/courses/RING").text
    assert "Every date is full." in page
    assert '<a class="button" href="/enquire?interest=RING">Ask about another date</a>' in page
    assert "/enrol" not in page
    assert '<p class="small">Full</p>' in page


def test_the_facts_say_why_no_vat_is_borne_and_that_a_tutor_rings(stocked: FlaskClient) -> None:
    page = stocked.get("/courses/RING").text
    assert "exempt from VAT" in page
    assert "A tutor rings you" in page
    assert 'class="end"' in page
    assert "First&lt;br&gt;" in page
    assert "VAT" not in stocked.get("/courses/TRY").text.partition("<dl")[2].partition("</dl>")[0]


def test_many_dates_are_paged(stocked: FlaskClient, catalogue: Flask) -> None:
    rows = "".join(f"SAF-STREET,STREET-{n},{in_days(n + 5)},,,Town {n},,,yes\n" for n in range(8))
    with catalogue.app_context():
        imports.course_runs(RUN + rows)
    first, second = (stocked.get(f"/courses/SAF-STREET?page={number}").text for number in (1, 2))
    assert first.count("Town ") == 6
    assert second.count("Town ") == 2
    assert stocked.get("/courses/SAF-STREET?page=nonsense").status_code == 200
