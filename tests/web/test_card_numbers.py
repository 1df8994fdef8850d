"""A card's number typed where it does not belong: refused kindly, kept on the page for mending, and stored nowhere."""

from __future__ import annotations

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import func, select
from werkzeug.datastructures import MultiDict

from portal.forms.base import CARD_NUMBER, IN_PARTS
from portal.forms.registration import RegistrationForm
from portal.models.enquiry import Enquiry
from portal.models.outbox import OutboxMessage
from portal.models.session import reading
from tests.factories import check, dump, hidden_fields
from tests.probes import CARD

PAID = f"I would like to pay with {CARD}, 12/28"


def _stored(app: Flask) -> int:
    with app.app_context(), reading() as session:
        kept = (session.scalar(select(func.count()).select_from(model)) or 0 for model in (Enquiry, OutboxMessage))
        return sum(kept)


@pytest.mark.parametrize("field", ["full_name", "email", "organisation", "telephone", "message", "heard_from"])
def test_the_enquiry_form_says_so_beside_the_field_and_keeps_what_was_typed(client: FlaskClient, field: str) -> None:
    answer = check(client, **{field: CARD})
    assert answer.status_code == 422
    assert f'href="#{field}">{CARD_NUMBER}' in answer.text
    assert CARD in answer.text
    assert "priya@nairfibre.example" in answer.text or field == "email"


@pytest.mark.parametrize(
    ("first", "second"), [("full_name", "organisation"), ("organisation", "learners"), ("organisation", "telephone")]
)
def test_one_that_goes_on_in_the_next_field_is_said_there_and_kept(
    client: FlaskClient, first: str, second: str
) -> None:
    typed = {"learners": "", **{first: "Priya Nair 4242 4242", second: "4242 4242"}}
    answer = check(client, **typed)
    assert answer.status_code == 422
    assert f'href="#{second}">' in answer.text
    assert second == "learners" or f'href="#{second}">{IN_PARTS}' in answer.text
    assert 'value="Priya Nair 4242 4242"' in answer.text
    assert 'value="4242 4242"' in answer.text


def test_nothing_is_sent_when_it_is_put_into_the_check_page(client: FlaskClient, app: Flask) -> None:
    before = _stored(app)
    form = hidden_fields(check(client).text)
    answer = client.post("/enquire/send", data={**form, "message": PAID, "routing": "pass_on"})
    assert answer.status_code == 422
    assert CARD_NUMBER in answer.text
    assert PAID in answer.text
    assert _stored(app) == before
    with app.app_context():
        assert CARD not in dump()


def test_what_only_looks_a_little_like_one_is_taken(client: FlaskClient) -> None:
    message = "Order 4000123412341235, ring 020 7946 0148 or +44 7700 900982, free 30.01.2026 - 04.02.2026"
    assert check(client, message=message, telephone="0044 7700 900 982").status_code == 200


def test_the_code_of_a_link_to_registration_is_left_out_when_it_is_one() -> None:
    typed = RegistrationForm(MultiDict({"via": CARD, "next": "/courses"}))
    assert typed.errand().via == ""
    assert RegistrationForm(MultiDict({"via": "spring-fair"})).errand().via == "spring-fair"
