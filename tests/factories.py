"""Sample rows and answers. Everybody is invented, at .example addresses."""

from __future__ import annotations

import datetime as dt
import os
import re
from collections.abc import Callable
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

from flask.testing import FlaskClient
from sqlalchemy import select
from werkzeug.test import TestResponse

from portal.domain import registration
from portal.domain.enquiry import Answers
from portal.gateways.clock import OFFSET_FILE, Clock
from portal.models import Base, db
from portal.sandbox.mailbox import Mailbox
from portal.services import enquiries
from portal.services.enquiries import Named, Sending, Sent

Deliver = Callable[[], int]

COURSES = """code,title,subject,price_pence,vat_rate,delivery,summary,active,topic
FIB-SPLICE,Fibre splicing and testing,fibre,48000,20,live,"Join, dress and prove a fibre",yes,fibre splicing
FIB-OLD,An old course,fibre,1000,20,live,No longer taught,no,
SAF-STREET,Street works and excavation,safety,62000,20,tutor_supported,"Dig, guard and reinstate",yes,street works
"""
BEGAN = dt.datetime.now(dt.UTC)
TODAY = BEGAN.date() + dt.timedelta(days=1)
if day := os.environ.get("TEST_DAY"):
    TODAY = dt.date.fromisoformat(day)
AHEAD = dt.datetime.combine(TODAY, dt.time(12), dt.UTC) - BEGAN
"""How far the tests' clock is ahead: a run begins at noon, so that it has no midnight in it."""


def at_noon(data_dir: Path) -> None:
    """Set the clock of a portal that keeps its data here."""
    (data_dir / OFFSET_FILE).write_text(str(AHEAD.total_seconds()))


def in_days(number: int) -> dt.date:
    """The day so many days from today."""
    return TODAY + dt.timedelta(days=number)


RUNS = f"""course,code,starts_on,ends_on,times,place,address,capacity,active
FIB-SPLICE,SPLICE-SOON,{in_days(30)},{in_days(31)},9:00 to 16:30,Birmingham,"8 Canal Wharf, Birmingham",8,yes
FIB-SPLICE,SPLICE-LATER,{in_days(60)},{in_days(61)},9:00 to 16:30,Leeds,,,yes
FIB-SPLICE,SPLICE-FULL,{in_days(45)},{in_days(46)},,Cardiff,,0,yes
FIB-SPLICE,SPLICE-OFF,{in_days(20)},{in_days(21)},,Glasgow,,8,no
FIB-SPLICE,SPLICE-PAST,{in_days(-40)},{in_days(-39)},9:00 to 16:30,Birmingham,,8,yes
"""
PARTNERS = """code,name,email,backup_email,website,privacy_url,weekly_capacity,active,nation,contact_name,town,agreement_on
LIN,Lindum Training,enquiries@lindum.example,office@lindum.example,https://lindum.example,https://lindum.example/privacy,,yes,england,Carol Ames,Wolverhampton,2019-05-01
CLY,Clyde Training,enquiries@clyde.example,,https://clyde.example,https://clyde.example/privacy,2,yes,scotland,,Greenock,2020-02-01
AUR,Aurora Training,bounce@aurora.example,office@aurora.example,https://aurora.example,https://aurora.example/privacy,,yes,scotland,,Inverness,2021-03-01
BEA,Beacon Training,bounce@beacon.example,,https://beacon.example,https://beacon.example/privacy,,yes,england,,Carlisle,2021-03-01
HAZ,Hazel Training,enquiries@hazel.example,,https://hazel.example,,,yes,england,,Norwich,2021-03-01
"""
RULES = """priority,name,regions,countries,interests,audience,min_learners,max_learners,partners,strategy,reason
10,Midlands fibre,west-midlands;east-midlands,,fibre,,,,LIN,first,
20,Scotland,scotland,,,,,,CLY;AUR,share,Both teach in Scotland every week.
30,North,north-east,,,,,,AUR,first,
40,Far north,north-west,,,,,,BEA,first,
50,East,east-of-england,,,,,,HAZ,first,
"""
SPONSORS = """code,name,kind,privacy_notice,active
ACME,Acme Networks,employer,https://acme.example/privacy,yes
NTA,Northern Trade Association,trade body,,yes
OLD,Old Mill Trust,other group,,no
"""
FORM = {
    "full_name": "Priya Nair",
    "email": "priya@nairfibre.example",
    "interest": "FIB-SPLICE",
    "region": "west-midlands",
    "audience": "organisation",
    "organisation": "Nair Fibre Ltd",
    "learners": "6",
    "telephone": "07700 900148",
    "message": "Could it be at our yard in Dudley?",
    "heard_from": "A trade show",
}


PASSWORD = "otter lantern granite"
TRAINEE = {
    "age_confirmed": "yes",
    "full_name": "Aoife O’Dowd",
    "email": "aoife@odowd.example",
    "region": "wales",
    "heard_from": "A search",
}
EQUALITY_ON = {"EQUALITY": "on", "EQUALITY_POLICY_ON": dt.date(2026, 11, 1), "EQUALITY_POLICY_OWNER": "Ruth Bello"}
SOMEBODY = registration.Answers("Aoife O’Dowd", "aoife@odowd.example", "wales", "A search", 16)


def some_answers(**changes: Any) -> Answers:
    """What Priya answers."""
    return Answers(**{**FORM, "learners": 6, **changes})


def send(clock: Clock, submission: str = "one", *, keep_with_us: bool = False, **changes: Any) -> Sent:
    """Ask and send, as the pages do: to whom the check names, or to our own team."""
    answers = some_answers(**changes)
    recipient, _, _ = enquiries.name_recipient(answers, clock, 3)
    named = Named(recipient.partner.code if recipient.partner else "", recipient.rule)
    sending = Sending(submission, named, keep_with_us=keep_with_us or recipient.partner is None)
    return enquiries.submit(answers, sending, clock, 3)


def hidden_fields(html: str) -> dict[str, str]:
    """The hidden fields of a page, by name."""
    import html as entities

    found = {}
    for tag in re.findall(r"<input[^>]*type=\"hidden\"[^>]*>", html):
        name = re.search(r'name="([^"]*)"', tag)
        value = re.search(r'value="([^"]*)"', tag, re.DOTALL)
        assert name
        found[name.group(1)] = entities.unescape(value.group(1)) if value else ""
    return found


def check(client: FlaskClient, **changes: str) -> TestResponse:
    """Open the form and post it: the check page, or the form again with its errors."""
    form = hidden_fields(client.get("/enquire").text)
    return client.post("/enquire", data={**FORM, **form, **changes})


def ask(client: FlaskClient, routing: str = "pass_on", **changes: str) -> str:
    """Ask through the pages and send; answers the path of the enquirer's own page."""
    page = check(client, **changes)
    assert page.status_code == 200, page.text
    sent = client.post("/enquire/send", data={**hidden_fields(page.text), "routing": routing})
    assert sent.status_code == 303, sent.text
    return sent.location


def press(client: FlaskClient, page: str, action: str, **typed: str) -> TestResponse:
    """Open a page and post one of its forms with what was typed."""
    return client.post(action, data={**hidden_fields(client.get(page).text), **typed})


def links_in(mailbox: Mailbox) -> list[str]:
    """The paths of the links in the text of the newest letter."""
    found = re.findall(r"https?://[^\s>]+", mailbox.list_mails()[-1]["text"])
    return [urlsplit(link)._replace(scheme="", netloc="").geturl() for link in found]


def register(client: FlaskClient, **changes: str) -> TestResponse:
    """Fill in the registration and send it."""
    answer = press(client, "/register", "/register", **{**TRAINEE, **changes})
    assert answer.status_code == 303, answer.text
    return answer


def make_trainee(client: FlaskClient, mailbox: Mailbox, deliver: Deliver, **changes: str) -> TestResponse:
    """Register, open the letter's link, choose a password: the client is signed in afterwards."""
    register(client, **changes)
    deliver()
    link = links_in(mailbox)[0]
    answer = press(client, link, link, password=PASSWORD)
    assert answer.status_code == 303, answer.text
    return answer


def sign_in(client: FlaskClient, email: str = TRAINEE["email"], password: str = PASSWORD) -> TestResponse:
    """Through the front door."""
    return press(client, "/sign-in", "/sign-in", email=email, password=password)


def dump() -> str:
    """Everything that the database holds, as text."""
    with db.engine.connect() as connection:
        return "\n".join(str(row) for table in Base.metadata.sorted_tables for row in connection.execute(select(table)))
