"""Enquiries on the staff pages: found, taken, noted, answered, ended, and entered for somebody who rang."""

from __future__ import annotations

import csv
import io
import re
from collections.abc import Callable

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import event, select

from portal.domain.roles import Role
from portal.domain.security import Happened
from portal.gateways.clock import Clock
from portal.models import db
from portal.models.course import Course
from portal.models.enquiry import Channel, Enquiry, EnquiryNote
from portal.models.partner import Partner
from portal.models.security_event import SecurityEvent
from portal.models.session import reading, writing
from portal.sandbox.mailbox import Mailbox
from tests.factories import FORM, Deliver, ask, hidden_fields, press, send
from tests.people import make_staff


@pytest.fixture
def desk(client: FlaskClient, catalogue: Flask, mailbox: Mailbox, deliver: Deliver) -> FlaskClient:
    """A browser of somebody who works on enquiries; the mailbox is empty again."""
    browser = make_staff(catalogue, mailbox, deliver, Role.ENQUIRIES)
    deliver()
    mailbox.empty()
    return browser


def _enquiry(app: Flask) -> Enquiry:
    with app.app_context(), reading() as session:
        return session.scalars(select(Enquiry).order_by(Enquiry.id.desc())).first()  # type: ignore[return-value]


def _page(app: Flask) -> str:
    return f"/admin/enquiries/{_enquiry(app).reference}"


def _complete(app: Flask) -> None:
    """Give the sample catalogue what it lacks."""
    with app.app_context(), writing() as session:
        for partner in session.scalars(select(Partner)):
            partner.privacy_url = partner.privacy_url or "https://hazel.example/privacy"
        for course in session.scalars(select(Course)):
            course.length = "Two days"


def test_nothing_waiting_says_so_and_names_the_next_working_day(catalogue: Flask, desk: FlaskClient) -> None:
    page = desk.get("/admin").text
    assert "oldest first" in page
    _complete(catalogue)
    page = desk.get("/admin").text
    assert "Nothing needs you" in page
    assert re.search(r"the next working day is \w+day \d+ \w+", page)


def test_our_own_teams_enquiry_needs_somebody_until_it_is_taken_and_ended(
    client: FlaskClient, catalogue: Flask, desk: FlaskClient
) -> None:
    ask(client, "keep_with_us")
    page = desk.get("/admin").text
    assert "Priya Nair asks about fibre splicing" in page
    assert "Nobody" in page
    assert press(desk, "/admin", f"{_page(catalogue)}/take").location == _page(catalogue)
    assert "Ruth" in desk.get("/admin").text
    assert press(desk, _page(catalogue), f"{_page(catalogue)}/outcome", outcome="enrolled_here").status_code == 303
    assert "Priya Nair asks" not in desk.get("/admin").text
    shown = desk.get(_page(catalogue)).text
    assert "Ended: enrolled here" in shown
    assert "Ended: Enrolled here" in shown
    assert "Ruth Bello took it" in shown


def test_a_partners_enquiry_shows_its_way_and_every_rule_looked_at(
    client: FlaskClient, catalogue: Flask, desk: FlaskClient, deliver: Deliver
) -> None:
    ask(client)
    deliver()
    shown = desk.get(_page(catalogue)).text
    for words in (
        *("It came by the website", "Passed to Lindum Training", "Rule “Midlands fibre”", "Taken by its mail server"),
        *("Chosen: LIN", "Could it be at our yard in Dudley?", "priya@nairfibre.example", "07700 900148"),
    ):
        assert words in shown


def test_a_note_and_an_answer_stand_on_the_timeline_and_the_answer_goes_out(
    client: FlaskClient, catalogue: Flask, desk: FlaskClient, mailbox: Mailbox, deliver: Deliver
) -> None:
    ask(client, "keep_with_us")
    deliver()
    mailbox.empty()
    page = _page(catalogue)
    assert press(desk, page, f"{page}/note", note="She rang <twice>").status_code == 303
    assert press(desk, page, f"{page}/reply", answer="Yes, it could.\nShall we come on Monday?").status_code == 303
    shown = desk.get(page).text
    assert "She rang &lt;twice&gt;" in shown
    assert "An answer is on its way" in shown
    deliver()
    assert "Answered by mail" in desk.get(page).text
    letter = mailbox.list_mails()[-1]
    assert letter["to"] == ["priya@nairfibre.example"]
    assert letter["reply_to"] == "enquiries@meridian.example"
    assert "Shall we come on Monday?" in letter["text"]
    assert "Ruth Bello" in letter["text"]
    assert "rang" not in letter["text"]
    assert "Ruth Bello took it" in shown


@pytest.mark.parametrize(("act", "field"), [("note", "note"), ("reply", "answer"), ("outcome", "outcome")])
def test_an_empty_form_is_refused_and_does_nothing(
    client: FlaskClient, catalogue: Flask, desk: FlaskClient, act: str, field: str
) -> None:
    ask(client, "keep_with_us")
    page = _page(catalogue)
    answer = press(desk, page, f"{page}/{act}", **{field: " "})
    assert answer.status_code == 422
    assert "One answer needs another look" in answer.text
    with catalogue.app_context(), reading() as session:
        assert session.scalars(select(EnquiryNote)).all() == []


def test_nobody_is_answered_who_has_withdrawn_or_removed(
    client: FlaskClient, catalogue: Flask, desk: FlaskClient, mailbox: Mailbox, deliver: Deliver
) -> None:
    own = ask(client, "keep_with_us")
    page = _page(catalogue)
    press(desk, page, f"{page}/note", note="Rang about health matters")
    press(desk, page, f"{page}/reply", answer="Yes, it could.")
    token = hidden_fields(client.get(f"{own}/remove").text)["csrf_token"]
    client.post(f"{own}/withdraw", data={"csrf_token": token})
    deliver()
    assert [mail for mail in mailbox.list_mails() if "Yes, it could." in mail["text"]] == []
    refused = press(desk, page, f"{page}/reply", answer="Still there?")
    assert refused.status_code == 409
    assert "They withdrew this enquiry" in refused.text
    client.post(f"{own}/remove", data={"csrf_token": token})
    assert press(desk, page, f"{page}/note", note="More").status_code == 409
    shown = desk.get(page).text
    assert "They removed it" in shown
    for word in ("Priya", "health matters", "Yes, it could."):
        assert word not in shown
    with catalogue.app_context(), reading() as session:
        assert {note.words for note in session.scalars(select(EnquiryNote))} == {""}


@pytest.mark.parametrize(
    ("query", "found"),
    [
        ("", {"Priya Nair", "Zoë Größe", "Tom 100%"}),
        ("search=PRIYA", {"Priya Nair"}),
        ("search=ZOË+größe", {"Zoë Größe"}),
        ("search=zoe+grosse", {"Zoë Größe"}),
        ("search=nairfibre.example", {"Priya Nair"}),
        ("search=100%25", {"Tom 100%"}),
        ("search=_", set()),
        ("search=%27%20OR%201=1", set()),
        ("holder=team", {"Zoë Größe"}),
        ("holder=LIN", {"Priya Nair", "Tom 100%"}),
        ("holder=nonsense&owner=ACC-NOBODY", {"Priya Nair", "Zoë Größe", "Tom 100%"}),
        ("owner=me", {"Tom 100%"}),
        ("owner=nobody", {"Priya Nair", "Zoë Größe"}),
        ("state=closed", {"Priya Nair"}),
        ("state=open&holder=LIN", {"Tom 100%"}),
        ("state=withdrawn", set()),
        ("state=nonsense&page=99999999999999999999", {"Priya Nair", "Zoë Größe", "Tom 100%"}),
    ],
)
def test_the_list_is_narrowed_by_the_address(
    catalogue: Flask, clock: Clock, desk: FlaskClient, query: str, found: set[str]
) -> None:
    with catalogue.app_context():
        first = send(clock, "one")
        send(clock, "two", full_name="Zoë Größe", email="zoe@people.example", organisation=None, keep_with_us=True)
        last = send(clock, "three", full_name="Tom 100%", email="tom@people.example", organisation="Ltd")
    page = f"/admin/enquiries/{last.reference}"
    press(desk, page, f"{page}/take")
    page = f"/admin/enquiries/{first.reference}"
    press(desk, page, f"{page}/outcome", outcome="no_answer")
    shown = desk.get(f"/admin/enquiries?{query}")
    assert shown.status_code == 200
    assert set(re.findall(r'rowheader"><a href="[^"]*">([^<]*)</a>', shown.text)) == found
    assert ("No enquiry is like that" in shown.text) is not bool(found)


def test_the_list_is_taken_as_csv_with_its_filters_and_the_log_says_so(
    catalogue: Flask, clock: Clock, desk: FlaskClient
) -> None:
    with catalogue.app_context():
        send(clock, "one", full_name="=cmd|' /C calc'!A0")
        send(clock, "two", keep_with_us=True)
    taken = desk.get("/admin/enquiries.csv?holder=LIN")
    assert taken.headers["Content-Type"] == "text/csv; charset=utf-8"
    rows = list(csv.DictReader(io.StringIO(taken.get_data().decode("utf-8-sig"))))
    assert [(row["name"], row["partner"], row["state"]) for row in rows] == [("'=cmd|' /C calc'!A0", "LIN", "open")]
    assert len(list(csv.reader(io.StringIO(desk.get("/admin/enquiries.csv").text)))) == 3
    with catalogue.app_context(), reading() as session:
        details = session.scalars(select(SecurityEvent.detail).where(SecurityEvent.kind == Happened.EXPORTED)).all()
    assert details == ["Enquiries, 1 row", "Enquiries, 2 rows"]


def _queries(app: Flask, act: Callable[[], object]) -> int:
    seen: list[str] = []

    def note(_connection: object, _cursor: object, statement: str, *_rest: object) -> None:
        seen.append(statement)

    with app.app_context():
        event.listen(db.engine, "before_cursor_execute", note)
        act()
        event.remove(db.engine, "before_cursor_execute", note)
    return len(seen)


@pytest.mark.parametrize("path", ["/admin", "/admin/enquiries", "/admin/deliveries?state=all", "/admin/staff"])
def test_a_page_asks_as_often_however_long_the_list_is(
    catalogue: Flask, clock: Clock, desk: FlaskClient, mailbox: Mailbox, deliver: Deliver, path: str
) -> None:
    boss = make_staff(catalogue, mailbox, deliver, Role.MANAGER)
    counts = []
    for round_ in range(2):
        with catalogue.app_context():
            for number in range(3 + 30 * round_):
                send(clock, f"{round_}-{number}", keep_with_us=number % 2 == 0)
        assert boss.get(path).status_code == 200
        counts.append(_queries(catalogue, lambda: boss.get(path)))
    assert counts[0] == counts[1]


def test_somebody_who_rang_is_entered_and_goes_the_same_way(
    catalogue: Flask, desk: FlaskClient, mailbox: Mailbox, deliver: Deliver
) -> None:
    missing = press(desk, "/admin/enquiries/new", "/admin/enquiries/new", **FORM)
    assert missing.status_code == 422
    assert "Choose how it came" in missing.text
    check = press(desk, "/admin/enquiries/new", "/admin/enquiries/new", **FORM, channel="telephone")
    assert check.status_code == 200
    assert "Lindum Training would answer" in check.text
    form = hidden_fields(check.text)
    back = desk.post("/admin/enquiries/new/change", data=form)
    assert 'value="Priya Nair"' in back.text
    unchosen = desk.post("/admin/enquiries/new/send", data=form)
    assert unchosen.status_code == 422
    sent = [desk.post("/admin/enquiries/new/send", data={**form, "routing": "pass_on"}) for _ in range(2)]
    assert {answer.status_code for answer in sent} == {303}
    assert sent[0].location == sent[1].location == _page(catalogue)
    assert _enquiry(catalogue).channel == Channel.TELEPHONE
    assert "It came by telephone" in desk.get(sent[0].location).text
    deliver()
    assert {mail["to"][0] for mail in mailbox.list_mails()} == {"enquiries@lindum.example", "priya@nairfibre.example"}


def test_entered_by_hand_it_is_kept_with_us_when_they_say_no(
    catalogue: Flask, desk: FlaskClient, mailbox: Mailbox, deliver: Deliver
) -> None:
    check = press(desk, "/admin/enquiries/new", "/admin/enquiries/new", **FORM, channel="post", marketing="yes")
    desk.post("/admin/enquiries/new/send", data={**hidden_fields(check.text), "routing": "keep_with_us"})
    deliver()
    assert "enquiries@lindum.example" not in {mail["to"][0] for mail in mailbox.list_mails()}
    assert _enquiry(catalogue).channel == Channel.POST


def test_a_delivery_that_was_given_up_is_sent_again(
    client: FlaskClient, catalogue: Flask, desk: FlaskClient, mailbox: Mailbox, deliver: Deliver
) -> None:
    ask(client, region="north-west", interest="SAF-STREET", audience="individual", organisation="", learners="")
    deliver()
    assert "Mail to Beacon Training came back" in desk.get("/admin").text
    page = desk.get("/admin/deliveries").text
    assert "Given up" in page
    again = re.search(r"/admin/deliveries/[^/]+/again", page)
    assert again
    assert press(desk, "/admin/deliveries", again.group(0)).location == "/admin/deliveries?state=waiting&done=yes"
    assert press(desk, "/admin/deliveries", again.group(0)).status_code == 409
    assert press(desk, "/admin/deliveries", "/admin/deliveries/forged/again").status_code == 404
    for state in ("waiting", "all", "nonsense"):
        assert desk.get(f"/admin/deliveries?state={state}").status_code == 200
    deliver()
    assert "Given up" in desk.get("/admin/deliveries").text


def test_an_enquiry_that_is_not_there_is_a_page_that_is_not_here(desk: FlaskClient) -> None:
    assert desk.get("/admin/enquiries/ENQ-0000-0000").status_code == 404
    token = hidden_fields(desk.get("/admin").text)["csrf_token"]
    assert desk.post("/admin/enquiries/ENQ-0000-0000/take", data={"csrf_token": token}).status_code == 404
