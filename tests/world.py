"""One filled portal: everybody with something of their own, a live link of every kind, and where each record is."""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from urllib.parse import urlsplit

from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import select
from werkzeug.routing import Rule

from portal.domain.delivery import Kind
from portal.domain.roles import Role
from portal.domain.security import Visit
from portal.models.account import Account
from portal.models.complaint import Complaint
from portal.models.enquiry import Enquiry
from portal.models.session import reading
from portal.sandbox.mailbox import Mailbox
from portal.services import imports, staff
from tests import dated, ordering
from tests.complaining import own_page
from tests.factories import PASSWORD, TRAINEE, Deliver, ask, in_days, make_trainee, press, register
from tests.owned import NOBODYS, RECORDS, record_of
from tests.people import make_contact, make_reader, make_sponsor_contact, make_staff

WHOSE = {
    "new trainee": ("Nia Rees", "nia@rees.example"),
    "registrant": ("Gwen Hale", "gwen@hale.example"),
    "invited": ("Tom Marlow", "tom@marlow.example"),
    "enquirer": ("Priya Nair", "priya@nairfibre.example"),
    "complainant": ("Hannah Finch", "hannah@finch.example"),
    "trainee": (TRAINEE["full_name"], TRAINEE["email"]),
    "contact": ("Carol Ames", "carol@lindum.example"),
    "old trainee": ("Ida Moss", "ida@moss.example"),
    "payer": ("Olive Kay", "olive@kay.example"),
    "learner": ("Max Dunn", "max@dunn.example"),
    "contact of a sponsor": ("Dev Rao", "dev@acme.example"),
    "manager": ("Maud Kerr", "manager@meridian.example"),
}
NEW_ADDRESS = "aoife.new@odowd.example"
OWN_WORDS = "Words of her own"


@dataclass
class World:
    """Who is there (a browser each) and the path of each record, by the names of `RECORDS`."""

    app: Flask
    mailbox: Mailbox
    deliver: Deliver
    people: dict[str, FlaskClient] = field(default_factory=dict)
    paths: dict[str, str] = field(default_factory=dict)

    def stranger(self) -> FlaskClient:
        """A browser that was never here."""
        return self.app.test_client()

    def link(self, begins: str, to: str = "") -> str:
        """The path in the newest letter (to this address) whose link begins so."""
        for mail in reversed(self.mailbox.list_mails()):
            for found in re.findall(r"https?://\S+", mail["text"]):
                if urlsplit(found).path.startswith(begins) and to in ("", mail["to"][0]):
                    return urlsplit(found).path
        raise AssertionError(f"no letter has a link to {begins}")

    def stay_away(self) -> None:
        """Nobody comes for so long that whoever has an account by now is written to before it is deleted."""
        with self.app.app_context():
            self.app.extensions["portal"].clock.advance(dt.timedelta(days=710))
            self.app.extensions["portal.handlers"][Kind.WARN_UNUSED].deliver(0, "", None)

    def path(self, rule: str) -> str:
        """A real path for a rule: that of somebody's record where the rule has a parameter."""
        rule = rule.replace("/papers/<number>", f"/papers/{self.paths.get('order', '/').rpartition('/')[2]}")
        if "<" not in rule:
            return rule
        begins = record_of(rule) or next(start for start in NOBODYS if rule.startswith(start))
        return rule.replace(begins, self.paths.get(RECORDS.get(begins, "")) or NOBODYS[begins], 1)


def rules_of(app: Flask, method: str) -> list[Rule]:
    """Every rule that takes this method, in order."""
    found = [rule for rule in app.url_map.iter_rules() if method in (rule.methods or ())]
    return sorted(found, key=lambda rule: rule.rule)


def make_world(app: Flask, mailbox: Mailbox, deliver: Deliver, roles: Iterable[Role] = Role) -> World:
    """Fill the portal (with its catalogue) through its pages; a member of staff for each of the roles."""
    world = World(app, mailbox, deliver)
    with app.app_context():
        imports.courses(ordering.FREE_COURSE)
    world.paths["keep link"] = keep_link(world)  # long before anybody else is here
    _people(world, roles)
    for what, make in LINKS.items():
        if f"{what} link" not in world.paths:
            world.paths[f"{what} link"] = make(world)
    _records(world)
    return world


def _people(world: World, roles: Iterable[Role]) -> None:
    app, mailbox, deliver = world.app, world.mailbox, world.deliver
    world.people["nobody"] = app.test_client()
    for who, changes in {
        "trainee": {},
        "another trainee": {"email": "eve@ames.example", "full_name": "Eve Other"},
    }.items():
        world.people[who] = app.test_client()
        make_trainee(world.people[who], mailbox, deliver, **changes)
    for role in roles:
        name = WHOSE["manager"][0] if role is Role.MANAGER else f"{role.value.title()} Other"
        world.people[role.value] = make_staff(app, mailbox, deliver, role, name=name)
    manager = world.people["manager"]
    world.people["partner contact"] = make_contact(app, manager, mailbox, deliver)
    world.people["sponsor contact"] = make_sponsor_contact(app, manager, mailbox, deliver)
    world.people["named reader"] = make_reader(app, manager, mailbox, deliver)
    told = press(world.people["trainee"], "/account/support", "/account/support", words=OWN_WORDS, agreed="yes")
    assert told.status_code == 303, told.text


def confirm_link(world: World) -> str:
    """Nia registers."""
    name, email = WHOSE["new trainee"]
    register(world.stranger(), full_name=name, email=email)
    world.deliver()
    return world.link("/register/confirm/", email)


def password_link(world: World) -> str:
    """Aoife has forgotten her password."""
    press(world.stranger(), "/forgotten-password", "/forgotten-password", email=TRAINEE["email"])
    world.deliver()
    return world.link("/set-password/")


def address_link(world: World) -> str:
    """Aoife wants another address; the link of the new one."""
    page = "/account/details/email"
    assert press(world.people["trainee"], page, page, email=NEW_ADDRESS, password=PASSWORD).status_code == 303
    world.deliver()
    return world.link("/address/", NEW_ADDRESS)


def others_link(world: World) -> str:
    """Gwen invites Tom and has not proved her address."""
    name, email = WHOSE["registrant"]
    people = dict(zip(("people-0-full_name", "people-0-email"), WHOSE["invited"], strict=True))
    press(world.stranger(), "/register/others", "/register/others", full_name=name, email=email, **people)
    world.deliver()
    return world.link("/register/others/", email)


def invitation_link(world: World) -> str:
    """Gwen proves her address, and Tom has his letter."""
    own = others_link(world)
    assert press(world.stranger(), own, own).status_code == 303
    world.deliver()
    return world.link("/invitation/")


def join_link(world: World) -> str:
    """Somebody new is to work here."""
    with world.app.app_context():
        clock = world.app.extensions["portal"].clock
        staff.invite(f"new{len(world.mailbox.list_mails())}@meridian.example", [Role.REPORTS], Visit("", ""), clock)
    world.deliver()
    return world.link("/staff/join/")


def sign_in_link(world: World) -> str:
    """Carol asks for a link."""
    press(world.stranger(), "/sign-in/link", "/sign-in/link", email=WHOSE["contact"][1])
    world.deliver()
    return world.link("/sign-in/link/", WHOSE["contact"][1])


def keep_link(world: World) -> str:
    """Ida has not been here for long."""
    name, email = WHOSE["old trainee"]
    if "keep link" not in world.paths:
        make_trainee(world.stranger(), world.mailbox, world.deliver, full_name=name, email=email)
    world.stay_away()
    world.deliver()
    return world.link("/keep-account/", email)


def enquiry_link(world: World) -> str:
    """Priya asks, and wants news too."""
    return ask(world.stranger(), marketing="yes", message=f"Again {len(world.mailbox.list_mails())}")


def order_link(world: World) -> str:
    """Olive's own order, of a place for Max."""
    _order_for_somebody(world)
    return world.link("/your-order/", WHOSE["payer"][1])


def place_link(world: World) -> str:
    """The place that waits for Max."""
    _order_for_somebody(world)
    return world.link("/your-place/")


def _order_for_somebody(world: World) -> None:
    """Max has not had this course before, so each time it is another address."""
    (name, email), (learner, address) = WHOSE["payer"], WHOSE["learner"]
    own = {**TRAINEE, "full_name": name, "email": email, "learner_name": learner}
    done = ordering.order(world.stranger(), **own, course_email=f"{len(world.mailbox.list_mails())}{address}")
    assert done.status_code == 303, done.text
    world.deliver()


def complaint_link(world: World) -> str:
    """Hannah complains about how we use her data, and has our letter."""
    message = f"You wrote to my old address. {len(world.mailbox.list_mails())}"
    return own_page(world.stranger(), world.mailbox, world.deliver, about="data", message=message)


LINKS: dict[str, Callable[[World], str]] = {
    "enquiry": enquiry_link,
    "complaint": complaint_link,
    "confirm": confirm_link,
    "password": password_link,
    "address": address_link,
    "others": others_link,
    "invitation": invitation_link,
    "join": join_link,
    "sign-in": sign_in_link,
    "keep": keep_link,
    "order": order_link,
    "place": place_link,
    "date": lambda world: dated.date_link(world, *WHOSE["payer"], *WHOSE["learner"]),
}


def _records(world: World) -> None:
    with world.app.app_context(), reading() as session:
        of = {account.email: account.reference for account in session.scalars(select(Account))}
        enquiry = session.scalars(select(Enquiry.reference)).first()
        complaint = session.scalars(select(Complaint.reference)).first()
    tokens = world.app.extensions["portal"].tokens
    world.paths |= {
        "enquiry": f"/admin/enquiries/{enquiry}",
        "complaint": f"/admin/complaints/{complaint}",
        "trainee": f"/admin/trainees/{of[TRAINEE['email']]}",
        "member": f"/admin/staff/{of['manager@meridian.example']}",
        "contact": f"/admin/contacts/{of[WHOSE['contact'][1]]}/partner:LIN",
        "support need": f"/admin/support/{of[TRAINEE['email']]}",
        "delivery": f"/admin/deliveries/{tokens.sign('delivery', {'m': 1})}",
        "partner": "/admin/partners/LIN",
        "sponsor": "/admin/sponsors/ACME",
        "order": (own := ordering.order(world.people["trainee"]).location),
        "order at the desk": f"/admin{own}",
    }
    typed = {"course": ordering.FREE, "uses": "5", "ends_on": in_days(800).isoformat(), "partner": "LIN"}
    issued = press(world.people["manager"], "/admin/codes/new", "/admin/codes/new", **typed).location
    world.paths["access code"] = issued.partition("?")[0]
    world.paths["partner's code"] = world.paths["access code"].replace("/admin", "/partner")
    if world.app.extensions["portal"].settings.EQUALITY == "on":
        world.paths["equality answer"] = _equality_answer(world.people["trainee"])


def _equality_answer(trainee: FlaskClient) -> str:
    """Aoife answers the first question that takes own words; the path of that question."""
    page = press(trainee, "/account/equality", "/account/equality", answer="yes").location
    for _ in range(20):
        shown = trainee.get(page).text
        if box := re.search(r'name="(own_words_(\w+))"', shown):
            press(trainee, page, page, answer=box.group(2), **{box.group(1): OWN_WORDS})
            return str(page)
        page = press(trainee, page, page).location
    raise AssertionError("no question takes own words")
