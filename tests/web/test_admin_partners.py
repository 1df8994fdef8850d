"""The staff pages about partners: list, form, errors, history, who may, and two people at once."""

from __future__ import annotations

import pytest
from flask import Flask
from flask.testing import FlaskClient

from portal.domain.roles import Role
from portal.sandbox.mailbox import Mailbox
from tests.editing import filled_in, press_with, save
from tests.factories import Deliver, check, hidden_fields, press
from tests.people import make_staff


@pytest.fixture
def boss(catalogue: Flask, mailbox: Mailbox, deliver: Deliver) -> FlaskClient:
    return make_staff(catalogue, mailbox, deliver, Role.MANAGER)


@pytest.fixture
def reader(catalogue: Flask, mailbox: Mailbox, deliver: Deliver) -> FlaskClient:
    return make_staff(catalogue, mailbox, deliver, Role.ENQUIRIES, name="Imran Ali")


def test_the_list_searches_filters_and_has_empty_states(boss: FlaskClient) -> None:
    page = boss.get("/admin/partners").text
    assert "<strong>5 partners</strong>" in page
    assert "0 of at most 2" in page
    assert "Lacks something" in page
    found = boss.get("/admin/partners?search=lindum&state=active").text
    assert "1 of 5 partners" in found
    assert 'href="/admin/partners?search=lindum"' in found
    assert "Clyde Training" not in found
    none = boss.get("/admin/partners?search=%3Cb%3Ezzz").text
    assert "No partner is like that" in none
    assert "<b>zzz" not in none
    assert "<strong>5 partners</strong>" in boss.get("/admin/partners?state=made-up&page=99").text


def test_a_portal_without_partners_says_so_and_what_to_do(app: Flask, mailbox: Mailbox, deliver: Deliver) -> None:
    boss = make_staff(app, mailbox, deliver, Role.MANAGER)
    page = boss.get("/admin/partners").text
    assert "There are no partners yet" in page
    assert page.count('href="/admin/partners/new"') == 1
    assert boss.get("/admin/partners/LIN").status_code == 404


def test_a_partner_is_added_edited_paused_and_resumed(boss: FlaskClient, client: FlaskClient) -> None:
    added = save(
        boss,
        "/admin/partners/new",
        code="NOV",
        name="Nova Training",
        email="desk@nova.example",
        privacy_url="https://nova.example/privacy",
        agreement_on="2026-11-30",
    )
    assert added.location == "/admin/partners/NOV?done=added"
    page = boss.get(added.location).text
    assert "Takes enquiries" in page
    assert 'value="Nova"' in page, "a short name is made from the name"
    saved = save(boss, "/admin/partners/NOV", weekly_capacity="0", short_name="Nov & Co", active=None)
    assert saved.location == "/admin/partners/NOV?done=saved"
    page = boss.get("/admin/partners/NOV").text
    assert (filled_in(page)["weekly_capacity"], filled_in(page).get("active")) == ("0", None)
    assert "Nov &amp; Co" in page
    assert "Lindum Training" in check(client).text
    assert press(boss, "/admin/partners/LIN", "/admin/partners/LIN/pause").location == "/admin/partners/LIN?done=paused"
    assert "Lindum Training" not in check(client).text
    press(boss, "/admin/partners/LIN", "/admin/partners/LIN/resume")
    assert "Lindum Training" in check(client).text


def test_the_history_shows_who_and_when_and_no_personal_value(boss: FlaskClient) -> None:
    save(boss, "/admin/partners/LIN", town="Dudley", contact_name="Dana Reed", nation="wales")
    history = boss.get("/admin/partners/LIN").text.partition("<h2>History</h2>")[2]
    for words in ("Ruth Bello", "Wolverhampton</del>", "Dudley</ins>", "England</del>", "Wales</ins>", "changed</ins>"):
        assert words in history
    assert "Dana Reed" not in history
    assert "Carol Ames" not in history
    for number in range(11):
        save(boss, "/admin/partners/LIN", town=f"Town {number}")
    pages = [boss.get(f"/admin/partners/LIN?page={number}").text for number in (1, 2)]
    assert ["Town 10</ins>" in page for page in pages] == [True, False]
    assert ["Dudley</ins>" in page for page in pages] == [False, True]


@pytest.mark.parametrize(
    ("field", "typed", "words"),
    [
        ("name", "", "Enter a name"),
        ("name", "Nova\x00Training", "Name has a character that can’t be shown"),
        ("email", "@nova", "Enter an email address with a name before the @"),
        ("website", "javascript:alert(1)", "Enter a whole web address"),
        ("privacy_url", "nova.example", "Enter a whole web address"),
        ("weekly_capacity", "-1", "Enter a whole number, such as 12"),
        ("weekly_capacity", "lots", "Enter a whole number, such as 12"),
        ("agreement_on", "30/11/2026", "Enter a date, such as 2026-11-30"),
        ("nation", "france", "Choose whose bank holidays count"),
        ("role", "friend", "Choose what they are"),
        ("country", "XX", "Choose a country"),
        ("country", "IE", "Enter what allows data to go to Ireland"),
    ],
)
def test_what_can_not_be_kept_is_shown_again(boss: FlaskClient, field: str, typed: str, words: str) -> None:
    answer = save(boss, "/admin/partners/LIN", **{field: typed, "town": "<b>Dudley"})
    assert answer.status_code == 422
    assert words in answer.text
    assert "One answer needs another look" in answer.text
    assert 'value="&lt;b&gt;Dudley"' in answer.text
    assert "Nobody has changed anything here yet" in boss.get("/admin/partners/LIN").text


@pytest.mark.parametrize(
    ("code", "words"),
    [
        ("LIN", "Another partner has the code LIN"),
        ("", "Enter a code"),
        ("new", "Enter 1 to 40 letters"),
        ("a b", "Enter 1 to 40 letters"),
    ],
)
def test_a_code_is_new_and_well_formed(boss: FlaskClient, code: str, words: str) -> None:
    answer = save(boss, "/admin/partners/new", code=code, name="Nova")
    assert answer.status_code == 422
    assert words in answer.text
    assert 'value="Nova"' in answer.text


def test_a_code_is_never_changed(boss: FlaskClient) -> None:
    assert save(boss, "/admin/partners/LIN", code="OTHER", town="Dudley").status_code == 303
    assert boss.get("/admin/partners/OTHER").status_code == 404


def test_a_lost_update_is_refused_says_whose_and_keeps_what_was_typed(
    boss: FlaskClient, catalogue: Flask, mailbox: Mailbox, deliver: Deliver
) -> None:
    other = make_staff(catalogue, mailbox, deliver, Role.MANAGER, email="dana@meridian.example", name="Dana Reed")
    opened = filled_in(other.get("/admin/partners/LIN").text)
    save(boss, "/admin/partners/LIN", town="Dudley")
    refused = press_with(other, "/admin/partners/LIN", opened, town="Walsall")
    assert refused.status_code == 409
    assert "Ruth Bello changed it on" in refused.text
    assert 'value="Walsall"' in refused.text
    assert "Dudley</ins>" in refused.text
    assert filled_in(boss.get("/admin/partners/LIN").text)["town"] == "Dudley"
    again = press_with(other, "/admin/partners/LIN", filled_in(refused.text))
    assert again.status_code == 303, "whoever has seen it may put theirs in its place"
    assert filled_in(boss.get("/admin/partners/LIN").text)["town"] == "Walsall"


def test_the_role_for_enquiries_reads_and_can_not_change(reader: FlaskClient) -> None:
    listed = reader.get("/admin/partners").text
    shown = reader.get("/admin/partners/LIN").text
    assert "Lindum Training" in listed
    assert "Carol Ames" in shown
    for page in (listed, shown):
        work = page.partition('class="work"')[2]
        assert 'method="post"' not in work
        assert "/new" not in work
    token = hidden_fields(shown)
    assert reader.get("/admin/partners/new").status_code == 403
    for path in ("", "/LIN", "/LIN/pause", "/LIN/resume", "/new"):
        assert reader.post(f"/admin/partners{path}", data=token).status_code in (403, 405)
