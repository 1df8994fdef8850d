"""The staff pages about routing rules: their order, the form, broken ones, removing, who may, two people at once."""

from __future__ import annotations

import re

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import update
from werkzeug.test import TestResponse

from portal.domain.roles import Role
from portal.models.course import Course
from portal.models.session import writing
from portal.sandbox.mailbox import Mailbox
from portal.services import imports
from tests import factories
from tests.editing import filled_in, press_with, save
from tests.factories import Deliver, check, hidden_fields
from tests.people import make_staff

NEW = "/admin/rules/new"


@pytest.fixture
def boss(catalogue: Flask, mailbox: Mailbox, deliver: Deliver) -> FlaskClient:
    return make_staff(catalogue, mailbox, deliver, Role.MANAGER)


def row(page: str, priority: int) -> str:
    found = re.search(rf'<li class="row rule" id="rule-{priority}">.*?</li>', page, re.DOTALL)
    assert found
    return found.group()


def order(browser: FlaskClient, query: str = "") -> list[str]:
    return re.findall(r'<h2><a href="/admin/rules/\d+">([^<]+)<', browser.get(f"/admin/rules{query}").text)


def push(browser: FlaskClient, priority: int, what: str) -> str:
    page = browser.get("/admin/rules").text
    answer = browser.post(f"/admin/rules/{priority}/{what}", data=hidden_fields(row(page, priority)))
    assert answer.status_code == 303, answer.text
    return answer.location


def test_the_list_says_each_rule_in_a_sentence_in_its_order(boss: FlaskClient) -> None:
    assert order(boss) == ["Midlands fibre", "Scotland", "North", "Far north", "East"]
    page = boss.get("/admin/rules").text
    assert "Enquiries from Scotland are shared between Clyde and Aurora." in page
    assert "“Both teach in Scotland every week.”" in page
    assert "Hazel (has no privacy notice address)" in row(page, 50)


def test_rules_move_and_routing_follows_at_once(boss: FlaskClient, client: FlaskClient) -> None:
    first = {"name": "Everything", "priority": "5", "partners": ["CLY", "", "", "", ""]}
    assert save(boss, NEW, **first).location == "/admin/rules?done=added"
    assert "Clyde Training" in check(client).text
    assert push(boss, 5, "down") == "/admin/rules#rule-10"
    assert order(boss)[:2] == ["Midlands fibre", "Everything"]
    assert "Lindum Training" in check(client).text
    assert push(boss, 10, "up") == "/admin/rules#rule-5"
    assert "Clyde Training" in check(client).text
    history = boss.get("/admin/rules/history").text
    for words in ("Ruth Bello", "Everything", "Midlands fibre", "10</del>", "5</ins>"):
        assert words in history


def test_many_rules_are_paged_and_a_moved_one_is_followed(boss: FlaskClient, catalogue: Flask) -> None:
    with catalogue.app_context():
        rows = (f"{n},Rule {n},,,,,,,CLY,first," for n in range(1, 46))
        imports.routing_rules("\n".join((factories.RULES.splitlines()[0], *rows)))
    assert order(boss) == [f"Rule {n}" for n in range(1, 21)]
    assert order(boss, "?page=3") == [f"Rule {n}" for n in range(41, 46)]
    page = boss.get("/admin/rules?page=2").text
    assert "/up" in row(page, 21), "the first of a page moves up to the page before"
    moved = boss.post("/admin/rules/40/down", data=hidden_fields(row(page, 40)))
    assert moved.location == "/admin/rules?page=3#rule-41"
    assert order(boss, "?page=3")[0] == "Rule 40"
    assert order(boss, "?page=99") == order(boss, "?page=3")
    assert "formaction" not in row(boss.get("/admin/rules?page=3").text, 45)


def test_a_rule_is_removed_after_a_question(boss: FlaskClient, client: FlaskClient) -> None:
    asked = boss.get("/admin/rules/10/remove").text
    assert "Remove this rule?" in asked
    assert "Lindum Training" in check(client).text, "asking changes nothing"
    answer = boss.post("/admin/rules/10/remove", data=hidden_fields(asked))
    assert answer.location == "/admin/rules?done=removed"
    assert "Lindum Training" not in check(client).text
    again = boss.post("/admin/rules/10/remove", data=hidden_fields(asked))
    assert again.status_code == 409
    assert "It was removed since you opened this page." in again.text
    assert "Removed</strong>" in boss.get("/admin/rules/history").text


def test_every_condition_is_edited(boss: FlaskClient) -> None:
    saved = save(
        boss,
        "/admin/rules/10",
        name="Abroad & <far>",
        priority="15",
        regions=["outside-uk"],
        countries="Ireland\nnl",
        interests=["FIB-SPLICE", "safety", "other"],
        audience="organisation",
        min_learners="3",
        max_learners="10",
        partners=["CLY", "", "LIN", "", ""],
        strategy="share",
        reason="Both travel.",
    )
    assert saved.location == "/admin/rules/15?done=saved"
    page = boss.get("/admin/rules/15").text
    assert "Abroad &amp; &lt;far&gt;" in page
    said = (
        "Enquiries by organisations from Ireland or the Netherlands about fibre splicing, safety courses or something"
        " else for 3 to 10 people are shared between Clyde and Lindum."
    )
    assert said in page
    typed = filled_in(page)
    assert typed["countries"] == "Ireland\nNetherlands"
    assert typed["partners"] == ["CLY", "LIN", "", "", ""]
    assert boss.get("/admin/rules/10").status_code == 404


@pytest.mark.parametrize(
    ("changes", "words"),
    [
        ({"name": ""}, "Enter a name"),
        ({"name": "A\x00B"}, "Name has a character that can’t be shown"),
        ({"name": "Scotland"}, "Another rule has this name"),
        ({"priority": "20"}, "The rule Scotland has the priority 20 already"),
        ({"priority": "-1"}, "Enter a whole number, such as 10"),
        ({"priority": "9999999999"}, "must be 9 characters or fewer"),
        ({"regions": ["atlantis"]}, "its region &#39;atlantis&#39; is not known"),
        ({"regions": ["wales", "wales"]}, "Tick each region once"),
        ({"countries": "Atlantis"}, "Atlantis is no country that we know"),
        ({"countries": "Ireland\nIE"}, "Enter each country once"),
        ({"interests": ["gone"]}, "its interest &#39;gone&#39; is not known"),
        ({"audience": "cats"}, "Choose who asks from the list"),
        ({"min_learners": "9", "max_learners": "2"}, "its most learners are fewer than its fewest"),
        ({"min_learners": "a few"}, "Enter a whole number, such as 12"),
        ({"partners": ["", ""]}, "Choose at least one partner"),
        ({"partners": ["LIN", "LIN"]}, "Choose each partner once"),
        ({"partners": ["NOBODY"]}, "The partner &#39;NOBODY&#39; is not known"),
        ({"strategy": "whim"}, "Choose who of them gets an enquiry"),
    ],
)
def test_what_can_not_be_kept_is_shown_again(
    boss: FlaskClient, changes: dict[str, str | list[str]], words: str
) -> None:
    answer = save(boss, "/admin/rules/10", **{"reason": "<b>Mine", **changes})
    assert answer.status_code == 422
    assert words in answer.text
    assert 'value="&lt;b&gt;Mine"' in answer.text
    added = save(boss, NEW, **{"name": "New", "priority": "99", "partners": ["LIN"], **changes})
    assert added.status_code == 422
    assert words in added.text


def test_a_rule_that_can_not_be_used_says_why_and_keeps_its_conditions(boss: FlaskClient, catalogue: Flask) -> None:
    with catalogue.app_context(), writing() as session:
        session.execute(update(Course).values(subject="optics"))
    assert "It can’t be used: its interest &#39;fibre&#39; is not known" in row(boss.get("/admin/rules").text, 10)
    page = boss.get("/admin/rules/10").text
    assert "fibre (not known)" in page
    kept = save(boss, "/admin/rules/10", reason="Mine.")
    assert kept.status_code == 422, "saving never drops a condition unseen"
    assert save(boss, "/admin/rules/10", interests=["optics"]).status_code == 303
    assert "It can’t be used" not in boss.get("/admin/rules").text


def test_a_portal_without_rules_says_so_and_what_to_do(app: Flask, mailbox: Mailbox, deliver: Deliver) -> None:
    boss = make_staff(app, mailbox, deliver, Role.MANAGER)
    page = boss.get("/admin/rules").text
    assert "There are no rules yet" in page
    assert page.count(f'href="{NEW}"') == 1
    assert filled_in(boss.get(NEW).text)["priority"] == "10"
    assert boss.get("/admin/rules/99999999999999999999").status_code == 404


def test_two_people_at_once(boss: FlaskClient) -> None:
    opened, listed = filled_in(boss.get("/admin/rules/20").text), boss.get("/admin/rules").text
    save(boss, "/admin/rules/20", reason="Quicker.")
    refused = press_with(boss, "/admin/rules/20", opened, reason="Slower.")
    assert refused.status_code == 409
    assert "Ruth Bello changed it on" in refused.text
    assert 'value="Slower."' in refused.text
    stale = boss.post("/admin/rules/20/up", data=hidden_fields(row(listed, 20)))
    assert stale.status_code == 409
    assert "The rules below are as they are now." in stale.text
    opened = filled_in(refused.text)
    push(boss, 20, "up")
    moved = press_with(boss, "/admin/rules/20", opened)
    assert moved.status_code == 409
    assert 'action="/admin/rules/10"' in moved.text, "the page has followed its rule"
    asked = boss.get("/admin/rules/10/remove").text
    boss.post("/admin/rules/10/remove", data=hidden_fields(asked))
    gone = press_with(boss, "/admin/rules/20", opened)
    assert gone.status_code == 409
    assert "It was removed since you opened this page." in gone.text
    assert save_again(boss, gone.text).location == "/admin/rules?done=added"


def save_again(browser: FlaskClient, page: str) -> TestResponse:
    return press_with(browser, NEW, filled_in(page), priority="99")


def test_the_role_for_enquiries_reads_and_can_not_change(catalogue: Flask, mailbox: Mailbox, deliver: Deliver) -> None:
    reader = make_staff(catalogue, mailbox, deliver, Role.ENQUIRIES)
    shown = reader.get("/admin/rules/10").text
    assert "East Midlands, West Midlands" in shown
    for page in (shown, reader.get("/admin/rules").text):
        work = page.partition('class="work"')[2]
        assert 'method="post"' not in work
        assert "/new" not in work
    for path in ("/new", "/10", "/10/up", "/10/down", "/10/remove"):
        assert reader.post(f"/admin/rules{path}", data=hidden_fields(shown)).status_code == 403
