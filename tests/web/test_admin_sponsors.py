"""The staff pages about sponsors: list, form, errors, history, stopping, who may, and two people at once."""

from __future__ import annotations

import pytest
from flask import Flask
from flask.testing import FlaskClient

from portal.domain.roles import Role
from portal.sandbox.mailbox import Mailbox
from tests.editing import filled_in, press_with, save
from tests.factories import Deliver, hidden_fields, press
from tests.people import invite_contact, make_staff

PAGE = "/admin/sponsors"


@pytest.fixture
def boss(catalogue: Flask, mailbox: Mailbox, deliver: Deliver) -> FlaskClient:
    return make_staff(catalogue, mailbox, deliver, Role.MANAGER)


@pytest.fixture
def reader(catalogue: Flask, mailbox: Mailbox, deliver: Deliver) -> FlaskClient:
    return make_staff(catalogue, mailbox, deliver, Role.ENQUIRIES, name="Imran Ali")


def test_the_list_searches_filters_and_has_empty_states(boss: FlaskClient) -> None:
    page = boss.get(PAGE).text
    assert "<strong>3 sponsors</strong>" in page
    for words in ("An employer", "A trade body", "Another group", "Stopped"):
        assert words in page
    found = boss.get(f"{PAGE}?search=ACME&state=active").text
    assert "1 of 3 sponsors" in found
    assert "Old Mill Trust" not in found
    assert "Old Mill Trust" in boss.get(f"{PAGE}?state=stopped").text
    none = boss.get(f"{PAGE}?search=%3Cb%3Ezzz").text
    assert "No sponsor is like that" in none
    assert "<b>zzz" not in none
    assert "<strong>3 sponsors</strong>" in boss.get(f"{PAGE}?state=made-up&page=99").text


def test_a_portal_without_sponsors_says_so_and_what_to_do(app: Flask, mailbox: Mailbox, deliver: Deliver) -> None:
    boss = make_staff(app, mailbox, deliver, Role.MANAGER)
    page = boss.get(PAGE).text
    assert "There are no sponsors yet" in page
    assert page.count(f'href="{PAGE}/new"') == 1
    for path in ("/ACME", "/no%20code", "/new%00"):
        assert boss.get(PAGE + path).status_code == 404
    assert press(boss, f"{PAGE}/new", f"{PAGE}/ACME/stop").status_code == 404


def test_a_sponsor_is_added_and_edited(boss: FlaskClient) -> None:
    added = save(boss, f"{PAGE}/new", code="NAIR", name="Nair Fibre", kind="employer")
    assert added.location == f"{PAGE}/NAIR?done=added"
    page = boss.get(added.location).text
    assert "Contacts can be invited for this sponsor" in page
    assert "No contacts" in page
    saved = save(boss, f"{PAGE}/NAIR", name="Nair & Co", kind="trade_body", privacy_notice="https://nair.example/p")
    assert saved.location == f"{PAGE}/NAIR?done=saved"
    page = boss.get(f"{PAGE}/NAIR").text
    assert "Nair &amp; Co" in page
    typed = filled_in(page)
    assert (typed["kind"], typed["privacy_notice"]) == ("trade_body", "https://nair.example/p")
    history = page.partition("<h2>History</h2>")[2]
    for words in ("Ruth Bello", "Nair Fibre</del>", "An employer</del>", "A trade body</ins>"):
        assert words in history


def test_a_sponsor_is_stopped_and_resumed_and_the_history_says_so(boss: FlaskClient) -> None:
    for _ in range(2):
        assert press(boss, f"{PAGE}/ACME", f"{PAGE}/ACME/stop").location == f"{PAGE}/ACME?done=stopped"
    page = boss.get(f"{PAGE}/ACME?done=stopped").text
    assert "Nobody signs in for this sponsor from now on." in page
    assert "Invite a contact" not in page
    assert page.count("<strong>Stopped</strong>") == 1
    assert "sponsor:ACME" not in boss.get("/admin/contacts").text
    assert press(boss, f"{PAGE}/ACME", f"{PAGE}/ACME/resume").location == f"{PAGE}/ACME?done=resumed"
    assert 'value="sponsor:ACME" selected' in boss.get("/admin/contacts?organisation=sponsor:ACME").text


def test_the_pages_count_contacts(boss: FlaskClient) -> None:
    for email in ("dev@acme.example", "ann@acme.example"):
        invite_contact(boss, "sponsor:ACME", email, "Dev Rao")
    assert "Two contacts" in boss.get(f"{PAGE}/ACME").text
    assert 'data-term="Contacts">2<' in boss.get(PAGE).text


@pytest.mark.parametrize(
    ("field", "typed", "words"),
    [
        ("name", "", "Enter a name"),
        ("name", "Acme\x00Networks", "Name has a character that can’t be shown"),
        ("name", "A" * 201, "Name must be 200 characters or fewer"),
        ("kind", "", "Choose what the sponsor is"),
        ("kind", "friend", "Choose what the sponsor is"),
        ("privacy_notice", "acme.example", "Enter a whole web address"),
        ("privacy_notice", "javascript:alert(1)", "Enter a whole web address"),
    ],
)
def test_what_can_not_be_kept_is_shown_again(boss: FlaskClient, field: str, typed: str, words: str) -> None:
    other = "privacy_notice" if field == "name" else "name"
    for path in (f"{PAGE}/ACME", f"{PAGE}/new"):
        said = {"code": "NEW", "name": "Acme", "kind": "employer", other: "https://<b>.example", field: typed}
        answer = save(boss, path, **said)
        assert answer.status_code == 422
        assert words in answer.text
        assert "One answer needs another look" in answer.text
        assert 'value="https://&lt;b&gt;.example"' in answer.text
    assert "Nobody has changed anything here yet" in boss.get(f"{PAGE}/ACME").text


@pytest.mark.parametrize(
    ("code", "words"),
    [
        ("ACME", "Another sponsor has the code ACME"),
        ("", "Enter a code"),
        ("new", "Enter 1 to 40 letters"),
        ("a b", "Enter 1 to 40 letters"),
    ],
)
def test_a_code_is_new_and_well_formed(boss: FlaskClient, code: str, words: str) -> None:
    answer = save(boss, f"{PAGE}/new", code=code, name="Nova", kind="other_group")
    assert answer.status_code == 422
    assert words in answer.text
    assert 'value="Nova"' in answer.text
    assert 'value="other_group" checked' in answer.text


def test_a_code_is_never_changed_and_may_be_a_partners_too(boss: FlaskClient) -> None:
    assert save(boss, f"{PAGE}/ACME", code="OTHER", name="Acme").status_code == 303
    assert boss.get(f"{PAGE}/OTHER").status_code == 404
    assert save(boss, f"{PAGE}/new", code="LIN", name="Lindum Group", kind="employer").status_code == 303
    assert "Lindum Training" in boss.get("/admin/partners/LIN").text


def test_a_lost_update_is_refused_says_whose_and_keeps_what_was_typed(
    boss: FlaskClient, catalogue: Flask, mailbox: Mailbox, deliver: Deliver
) -> None:
    other = make_staff(catalogue, mailbox, deliver, Role.MANAGER, email="dana@meridian.example", name="Dana Reed")
    opened = filled_in(other.get(f"{PAGE}/ACME").text)
    save(boss, f"{PAGE}/ACME", name="Acme One")
    refused = press_with(other, f"{PAGE}/ACME", opened, name="Acme Two")
    assert refused.status_code == 409
    assert "Ruth Bello changed it on" in refused.text
    assert 'value="Acme Two"' in refused.text
    assert "Acme One</ins>" in refused.text
    assert filled_in(boss.get(f"{PAGE}/ACME").text)["name"] == "Acme One"
    again = press_with(other, f"{PAGE}/ACME", filled_in(refused.text))
    assert again.status_code == 303, "whoever has seen it may put theirs in its place"
    assert filled_in(boss.get(f"{PAGE}/ACME").text)["name"] == "Acme Two"


def test_a_forged_seal_or_that_of_a_partner_saves_nothing(boss: FlaskClient) -> None:
    partners = hidden_fields(boss.get("/admin/partners/LIN").text)["seal"]
    for seal in ("", "made up", partners):
        assert save(boss, f"{PAGE}/ACME", seal=seal, name="Forged").status_code == 409
    assert "Forged" not in boss.get(PAGE).text


def test_the_role_for_enquiries_reads_and_can_not_change(reader: FlaskClient) -> None:
    listed, shown = reader.get(PAGE).text, reader.get(f"{PAGE}/ACME").text
    assert "Acme Networks" in listed
    assert "https://acme.example/privacy" in shown
    for page in (listed, shown):
        work = page.partition('class="work"')[2]
        assert 'method="post"' not in work
        assert "/new" not in work
        assert "/admin/contacts" not in work
    token = hidden_fields(shown)
    assert reader.get(f"{PAGE}/new").status_code == 403
    for path in ("", "/ACME", "/ACME/stop", "/ACME/resume", "/new"):
        assert reader.post(f"{PAGE}{path}", data=token).status_code in (403, 405)
