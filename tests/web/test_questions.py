"""The HTML of unanswered questions is kept; an answer never is."""

from __future__ import annotations

from flask import Flask
from flask.testing import FlaskClient

from portal.services import imports
from portal.web import questions
from tests.factories import FORM, check


def test_only_unanswered_questions_are_kept(client: FlaskClient) -> None:
    questions._kept.clear()
    first, again = client.get("/enquire").text, client.get("/enquire").text
    assert len(questions._kept) >= 8
    assert (
        first.partition("Full name")[2].partition("Telephone")[0]
        == again.partition("Full name")[2].partition("Telephone")[0]
    )
    check(client, email="@nairfibre.example")
    kept = "".join(questions._kept.values())
    for answer in (FORM["full_name"], "@nairfibre.example", FORM["message"], "Enter an email address"):
        assert answer not in kept


def test_a_new_course_is_in_the_list_at_once(client: FlaskClient, app: Flask) -> None:
    assert "Splicing at night" not in client.get("/enquire").text
    with app.app_context():
        imports.courses(
            "code,title,subject,price_pence,vat_rate,delivery,summary,active\n"
            "FIB-NIGHT,Splicing at night,fibre,1000,20,live,,yes\n"
        )
    assert "Splicing at night" in client.get("/enquire").text


def test_what_is_kept_is_bounded() -> None:
    questions._kept.clear()
    field = type(
        "Field",
        (),
        {"data": "", "errors": (), "name": "n", "label": type("L", (), {"text": "t"}), "why": "", "missing": ""},
    )
    for number in range(questions.MOST_KEPT + 5):
        questions.question(lambda *_args, **_kwargs: "", field, number)
    assert len(questions._kept) <= questions.MOST_KEPT
