"""Registering: five answers and no more, one link that proves the address, and nobody learns who has an account."""

from __future__ import annotations

import datetime as dt
import re

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import func, select

from portal.gateways.clock import Clock
from portal.models import Base
from portal.models.account import Account, Registration, Trainee
from portal.models.session import reading
from portal.sandbox.mailbox import Mailbox
from tests.factories import (
    PASSWORD,
    TRAINEE,
    Deliver,
    ask,
    hidden_fields,
    links_in,
    make_trainee,
    press,
    register,
    sign_in,
)


def _rows(app: Flask, *tables: str) -> list[int]:
    with app.app_context(), reading() as session:
        return [session.scalar(select(func.count()).select_from(Base.metadata.tables[name])) or 0 for name in tables]


@pytest.mark.promise("OLT-20")
@pytest.mark.parametrize(
    ("left_out", "said"),
    [
        ("age_confirmed", "Choose whether you are 16 or over"),
        ("full_name", "Enter your full name"),
        ("email", "Enter your email address"),
        ("region", "Choose where you are based"),
        ("heard_from", "Choose where you heard of us"),
    ],
)
def test_each_of_the_five_is_needed_and_has_an_error_of_its_own(
    client: FlaskClient, catalogue: Flask, left_out: str, said: str
) -> None:
    answer = press(client, "/register", "/register", **{**TRAINEE, left_out: ""})
    assert answer.status_code == 422
    assert answer.text.count(said) == 2
    assert "One answer needs another look" in answer.text
    for name in set(TRAINEE) - {left_out, "age_confirmed", "region", "heard_from"}:
        assert f'value="{TRAINEE[name]}"' in answer.text
    assert _rows(catalogue, "registration", "outbox_message") == [0, 0]


@pytest.mark.promise("OLT-20", "OLT-21")
def test_nothing_else_is_asked(client: FlaskClient) -> None:
    page = client.get("/register").text
    main = page[page.index("<main") : page.index("</main>")]
    assert set(re.findall(r'name="(\w+)"', main)) == {*TRAINEE, "csrf_token"}
    assert main.count('class="why"') == 5
    register(client)


def test_too_young_is_a_kind_page_and_nothing_is_kept(client: FlaskClient, catalogue: Flask) -> None:
    for form in ({**TRAINEE, "age_confirmed": "no"}, {"age_confirmed": "no"}):
        answer = press(client, "/register", "/register", **form)
        assert answer.status_code == 200
        assert "Come back when you are 16" in answer.text
        assert "We have kept nothing" in answer.text
        assert "Aoife" not in answer.text
    assert _rows(catalogue, "registration", "outbox_message", "account", "security_event") == [0, 0, 0, 0]


NAMES = [
    *("Sukarno", "O’Brien-Smith", "Ó Súilleabháin", "王小明", "محمد", "Анна Каренина", "Nguyễn Thị", "X Æ A-12"),
    *("D'Arcy", "J. R. R.", "n" * 200, "𝒩ame", "Zoë 🙂"),
]
ADDRESSES = [
    *("aoife+courses@odowd.example", "AOIFE@Odowd.Example", "a@b.example", "用户@例子.example", "zoë@größe.example"),
    *("o'dowd@odowd.example", "first.last@sub.domain.example"),
]


@pytest.mark.parametrize("name", NAMES)
def test_names_of_every_kind_are_kept_as_typed(client: FlaskClient, catalogue: Flask, name: str) -> None:
    register(client, full_name=name)
    with catalogue.app_context(), reading() as session:
        assert session.scalars(select(Registration.full_name)).one() == name


@pytest.mark.parametrize("address", ADDRESSES)
def test_addresses_of_every_kind_are_kept_as_typed(client: FlaskClient, catalogue: Flask, address: str) -> None:
    register(client, email=address)
    with catalogue.app_context(), reading() as session:
        assert session.scalars(select(Registration.email)).one() == address


@pytest.mark.parametrize(
    ("name", "typed", "said"),
    [
        ("full_name", "n" * 201, "Full name must be 200 characters or fewer"),
        ("full_name", "Aoife\x00", "Full name has a character that can’t be shown"),
        ("email", "aoife", "Enter an email address with an @ in it"),
        ("region", "atlantis", "Choose where you are based"),
        ("age_confirmed", "perhaps", "Choose whether you are 16 or over"),
    ],
)
def test_what_can_not_be_taken_is_said_kindly_and_kept(
    client: FlaskClient, catalogue: Flask, name: str, typed: str, said: str
) -> None:
    answer = press(client, "/register", "/register", **{**TRAINEE, name: typed})
    assert answer.status_code == 422
    assert said in answer.text
    assert _rows(catalogue, "registration") == [0]


def test_where_you_heard_of_us_can_be_said_in_own_words(client: FlaskClient, catalogue: Flask) -> None:
    register(client, heard_from="My uncle")
    with catalogue.app_context(), reading() as session:
        assert session.scalars(select(Registration.heard_from)).one() == "My uncle"


def test_from_the_letter_on_another_device_to_the_account(
    client: FlaskClient, catalogue: Flask, mailbox: Mailbox, deliver: Deliver
) -> None:
    register(client)
    assert "aoife@odowd.example" in client.get("/register/sent").text
    deliver()
    letter = mailbox.list_mails()[0]
    assert letter["to"] == ["aoife@odowd.example"]
    assert "Aoife" not in letter["text"] + letter["html"]
    telephone = catalogue.test_client()
    link = links_in(mailbox)[0]
    page = telephone.get(link)
    assert page.headers["Cache-Control"] == "no-store"
    assert "You sign in with aoife@odowd.example" in page.text
    assert _rows(catalogue, "account") == [0]
    weak = press(telephone, link, link, password="password")
    assert weak.status_code == 422
    assert "Use three or four words" in weak.text
    opened = press(telephone, link, link, password=PASSWORD)
    assert (opened.status_code, opened.location) == (303, "/account")
    account = telephone.get("/account").text
    assert re.search("Good (morning|afternoon|evening), Aoife", account)
    assert _rows(catalogue, "account", "trainee", "registration") == [1, 1, 0]
    with catalogue.app_context(), reading() as session:
        trainee = session.scalars(select(Trainee)).one()
        assert (trainee.region, trainee.heard_from, trainee.of_age) == ("wales", "A search", 16)
        kept = session.scalars(select(Account)).one().password_hash or ""
        assert kept.startswith("$argon2id$")


def test_a_link_works_once_and_not_for_ever(
    client: FlaskClient, catalogue: Flask, clock: Clock, mailbox: Mailbox, deliver: Deliver
) -> None:
    make_trainee(client, mailbox, deliver)
    used = links_in(mailbox)[0]
    assert client.get(used).status_code == 410
    token = hidden_fields(client.get("/sign-out").text)["csrf_token"]
    again = client.post(used, data={"csrf_token": token, "password": "another lantern otter"})
    assert again.status_code == 410
    assert "Sign in" in again.text
    other = catalogue.test_client()
    register(other, email="late@people.example")
    deliver()
    late = links_in(mailbox)[0]
    clock.advance(dt.timedelta(days=8))
    assert other.get(late).status_code == 410
    fresh = hidden_fields(other.get("/sign-in").text)["csrf_token"]
    assert other.post(late, data={"csrf_token": fresh, "password": PASSWORD}).status_code == 410
    assert _rows(catalogue, "account") == [1]


def test_of_two_registrations_of_one_address_the_first_confirmed_is_it(
    client: FlaskClient, catalogue: Flask, mailbox: Mailbox, deliver: Deliver
) -> None:
    register(client)
    register(client, full_name="Somebody Else", email="AOIFE@odowd.example")
    deliver()
    letters = [re.findall(r"http\S+", mail["text"])[0].partition("5000")[2] for mail in mailbox.list_mails()]
    assert len(letters) == 2
    assert press(client, letters[0], letters[0], password=PASSWORD).status_code == 303
    assert catalogue.test_client().get(letters[1]).status_code == 410
    assert _rows(catalogue, "account", "registration") == [1, 0]


def test_a_known_address_gets_another_letter_and_the_same_page(
    client: FlaskClient, catalogue: Flask, mailbox: Mailbox, deliver: Deliver
) -> None:
    make_trainee(client, mailbox, deliver)
    mailbox.empty()
    stranger = catalogue.test_client()
    known = register(stranger, email="Aoife@Odowd.example", full_name="Somebody Else")
    unknown = register(stranger, email="nobody@people.example")
    assert (known.status_code, known.location, known.text) == (unknown.status_code, unknown.location, unknown.text)
    deliver()
    letters = {mail["to"][0]: mail for mail in mailbox.list_mails()}
    assert letters["aoife@odowd.example"]["subject"] == "You have an account at Meridian already"
    assert "/register/confirm/" not in letters["aoife@odowd.example"]["text"]
    assert letters["nobody@people.example"]["subject"] == "Open your account at Meridian"
    assert _rows(catalogue, "account") == [1]


@pytest.mark.parametrize(
    ("wanted", "led"),
    [
        ("/courses/FIB-SPLICE", "/courses/FIB-SPLICE"),
        ("/enquire?interest=FIB-SPLICE&region=wales", "/enquire?interest=FIB-SPLICE&region=wales"),
        ("//evil.example", "/account"),
        ("https://evil.example/courses", "/account"),
    ],
)
def test_what_the_person_was_doing_goes_on_on_any_device_and_never_elsewhere(
    client: FlaskClient, catalogue: Flask, mailbox: Mailbox, deliver: Deliver, wanted: str, led: str
) -> None:
    page = client.get("/register", query_string={"next": wanted, "via": "HARROW"})
    client.post("/register", data={**TRAINEE, **hidden_fields(page.text)})
    deliver()
    link, telephone = links_in(mailbox)[0], catalogue.test_client()
    assert press(telephone, link, link, password=PASSWORD).location == led


@pytest.mark.promise("OLT-24")
@pytest.mark.parametrize(("code", "kept"), [("HARROW-7", "HARROW-7"), ("x" * 41, ""), ("a\x00b", "")])
def test_who_introduced_them_is_kept(
    client: FlaskClient, catalogue: Flask, mailbox: Mailbox, deliver: Deliver, code: str, kept: str
) -> None:
    page = client.get("/register", query_string={"via": code})
    client.post("/register", data={**TRAINEE, **hidden_fields(page.text)})
    deliver()
    link = links_in(mailbox)[0]
    press(client, link, link, password=PASSWORD)
    with catalogue.app_context(), reading() as session:
        assert session.scalars(select(Trainee.via)).one() == kept


def test_a_form_whose_token_is_old_comes_back_with_everything(client: FlaskClient, catalogue: Flask) -> None:
    answer = client.post("/register", data=TRAINEE)
    assert answer.status_code == 400
    assert 'value="Aoife O’Dowd"' in answer.text
    assert "This page was open for too long" in answer.text
    assert _rows(catalogue, "registration") == [0]


def test_whoever_is_in_already_needs_no_second_account(client: FlaskClient, mailbox: Mailbox, deliver: Deliver) -> None:
    make_trainee(client, mailbox, deliver)
    assert client.get("/register").location == "/account"
    assert client.get("/sign-in?next=/courses").location == "/courses"


def test_an_account_sees_the_enquiries_of_its_address_and_no_other(
    client: FlaskClient, catalogue: Flask, mailbox: Mailbox, deliver: Deliver
) -> None:
    ask(client, email="Aoife@odowd.example")
    ask(catalogue.test_client(), "keep_with_us", email="other@people.example", interest="SAF-STREET")
    deliver()
    make_trainee(client, mailbox, deliver)
    page = client.get("/account").text
    assert page.count("/enquiries/") == 1
    assert "Fibre splicing and testing" in page
    assert "Street works" not in page[page.index("<main") :]
    own = re.findall(r'href="(/enquiries/[^"]+)"', page)[0]
    assert client.get(own).status_code == 200


def test_signed_in_at_once_after_confirming_and_again_by_password(
    client: FlaskClient, catalogue: Flask, mailbox: Mailbox, deliver: Deliver
) -> None:
    make_trainee(client, mailbox, deliver)
    assert client.get("/account").status_code == 200
    other = catalogue.test_client()
    assert sign_in(other, "AOIFE@ODOWD.EXAMPLE").location == "/account"
    assert other.get("/account").status_code == 200
