"""Each kind of mailed link: altered, swapped, used again, too late, and after what it was about has changed."""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest
from flask import Flask
from flask.testing import FlaskClient
from itsdangerous import base64_decode, base64_encode
from sqlalchemy import update
from werkzeug.test import TestResponse

from portal.domain.links import Links
from portal.domain.roles import Role
from portal.gateways.clock import Clock
from portal.models.account import Account
from portal.models.complaint import Complaint
from portal.models.enquiry import Enquiry
from portal.models.enrolment import Enrolment
from portal.models.order import Order
from portal.models.session import writing
from portal.sandbox.mailbox import Mailbox
from tests.complaining import TYPED
from tests.factories import PASSWORD, TRAINEE, Deliver, dump
from tests.world import LINKS, NEW_ADDRESS, WHOSE, World, make_world

NEW, OTHER = PASSWORD, "granite lantern walrus"
DAY = dt.timedelta(days=1)


@dataclass(frozen=True)
class Kind:
    """What a link does: its buttons with what is typed, how long it lives, and whether it works once."""

    posts: dict[str, dict[str, str]]
    life: dt.timedelta
    once: bool = True
    still: tuple[str, ...] = ()  # buttons that a link which ran out still has


ACCEPT = {"age_confirmed": "yes", "full_name": "Tom Marlow", "region": "wales", "heard_from": "A search"}
KINDS = {
    "enquiry": Kind(
        {"/withdraw": {}, "/news/stop": {}, "/remove": {}, "/link": {}}, 90 * DAY, once=False, still=("/link",)
    ),
    "complaint": Kind({"/words": {"further": "More"}, "/link": {}}, 90 * DAY, once=False, still=("/link",)),
    "confirm": Kind({"": {"password": NEW}}, 7 * DAY),
    "password": Kind({"": {"password": NEW}}, dt.timedelta(hours=4)),
    "address": Kind({"/agree": {}, "/refuse": {}}, 7 * DAY),
    "others": Kind({"": {}}, 30 * DAY, once=False),
    "invitation": Kind({"/accept": {**ACCEPT, "password": NEW}, "/decline": {}}, 30 * DAY),
    "join": Kind({"": {"full_name": "Imran Aziz", "password": NEW}}, 7 * DAY),
    "sign_in": Kind({"": {}}, dt.timedelta(minutes=15)),
    "keep": Kind({"": {}}, 30 * DAY, once=False),
    "order": Kind({"/pay": {}, "/country": {"country": "GB"}, "/link": {}}, 90 * DAY, once=False, still=("/link",)),
    "place": Kind({"": {**ACCEPT, "password": NEW, "terms": "yes"}, "/decline": {}}, 30 * DAY),
    "date": Kind({"": {"choice": "keep"}, "/link": {}}, 90 * DAY, once=False, still=("/link",)),
}
# Signed words that no mail carries, each with the page that reads them.
CARRIED = {
    **{"submission": "/enquire/send", "named": "/enquire/send", "complaining": "/complaints"},
    **{"ordering": "/courses/<code>/enrol/pay", "delivery": "/admin/deliveries/<token>/again"},
}


@pytest.fixture
def world(catalogue: Flask, mailbox: Mailbox, deliver: Deliver) -> World:
    catalogue.config["WTF_CSRF_CHECK_DEFAULT"] = False
    return make_world(catalogue, mailbox, deliver, [Role.MANAGER])


def _path(world: World, kind: str) -> str:
    return world.paths[f"{kind.replace('_', '-')} link"]


def _asked(kind: str, path: str) -> Iterator[tuple[str, Callable[[FlaskClient], TestResponse]]]:
    """The page of a link and each of its buttons."""
    yield f"GET {kind}", lambda browser: browser.get(path)
    for button, typed in KINDS[kind].posts.items():
        yield f"POST {kind}{button}", lambda browser, to=path + button, said=typed: browser.post(to, data=said)


def _is_dead(browser: FlaskClient, answer: TestResponse) -> bool:
    """True for a page that is not here, or says that the link is over; nobody is signed in by it."""
    if answer.status_code == 303:
        answer = browser.get(answer.location)
    return answer.status_code in (404, 410) and browser.get("/account").status_code == 303


def _dump(world: World) -> str:
    with world.app.app_context():
        return dump()


def _all_dead(world: World, kind: str, *paths: str, but: tuple[str, ...] = ()) -> None:
    """The page and every button answer that it is dead, and nothing changes."""
    before = _dump(world)
    for path in paths:
        for asked, ask in _asked(kind, path):
            if asked.endswith(but or ("nothing",)):
                continue
            browser = world.stranger()
            answer = ask(browser)
            assert _is_dead(browser, answer), f"{asked} with {path}: {answer.status_code}"
            assert not [word for who in WHOSE.values() for word in who if word in answer.text], asked
    assert _dump(world) == before, f"a dead link of the kind {kind} changed something"


def test_every_kind_of_link_and_every_signed_word_is_tried_here() -> None:
    readers = {name.removeprefix("read_") for name in vars(Links) if name.startswith("read_")}
    makers = {re.sub("_(path|page)$", "", name) for name in vars(Links) if re.search("[a-z]_(path|page)$", name)}
    assert readers == makers == set(KINDS) == {name.replace("-", "_") for name in LINKS}
    root = Path(__file__).parents[2] / "portal"
    code = "\n".join(path.read_text(encoding="utf-8") for path in root.rglob("*.py"))
    signed = {word.replace("-", "_") for word in re.findall(r"tokens\.sign\(\s*\"([\w-]+)\"", code)}
    assert signed == {"registration" if kind == "confirm" else kind for kind in KINDS} | set(CARRIED)


def _altered(token: str, other: str) -> Iterator[str]:
    """The token with each of its parts changed, left out, or taken from another true one."""
    said, _, seal = token.partition(".")
    told, _, stamp = other.partition(".")
    plain = base64_decode(said)
    yield from (
        f"{said}.{stamp}",
        f"{told}.{seal}",
        said,
        f"{said}.",
        f".{seal}",
        f"{token}.{stamp}",
        f"{said}..{seal}",
    )
    yield from (f"{said}.{seal[:-3]}{'A' if seal[-3] != 'A' else 'B'}{seal[-2:]}", f"{said}.{seal[::-1]}", token[:-4])
    for forged in (plain.replace(b":", b":9", 1), plain[:-1] + b',"x":9999999999}', b"[]", b"{}"):
        yield f"{base64_encode(forged).decode()}.{seal}"
    yield from (token.swapcase(), f".{token}", f"{token}%2Fx", "%F0%9F%98%80" + token)


def test_altered_swapped_or_too_late_it_opens_nothing(world: World, clock: Clock) -> None:
    keys = {kind: _path(world, kind).rpartition("/")[2] for kind in KINDS}
    sign = world.app.extensions["portal"].tokens.sign
    carried = {name: sign(name, {"m": 1, "s": "1", "t": 1, "p": "LIN", "r": "Midlands fibre"}) for name in CARRIED}
    for kind in KINDS:
        page, _, token = _path(world, kind).rpartition("/")
        others = [one for name, one in (keys | carried).items() if name != kind]
        _all_dead(world, kind, *(f"{page}/{wrong}" for wrong in (*_altered(token, others[0]), *others)))
    _carried(world, keys, carried)
    _too_late(world, clock)


def _carried(world: World, keys: dict[str, str], carried: dict[str, str]) -> None:
    """What forms carry: forged or made for something else it does nothing."""
    before = _dump(world)
    for wrong in (*keys.values(), carried["named"], *_altered(carried["delivery"], keys["enquiry"])):
        for button in ("again", "aside"):
            answer = world.people["manager"].post(f"/admin/deliveries/{wrong}/{button}")
            assert answer.status_code == 404, wrong
    form = {"full_name": "P", "email": "p@x.example", "interest": "FIB-SPLICE", "region": "west-midlands"}
    form |= {"audience": "individual", "routing": "pass_on", **carried}
    for name in ("submission", "named"):
        for wrong in (*keys.values(), carried["delivery"], *_altered(carried[name], keys["enquiry"])):
            answer = world.stranger().post("/enquire/send", data=form | {name: wrong})
            assert answer.status_code == 409, f"{name}: {wrong}"
    for wrong in (*keys.values(), carried["submission"], *_altered(carried["complaining"], keys["enquiry"])):
        answer = world.stranger().post("/complaints", data=TYPED | {"submission": wrong})
        assert answer.status_code == 409, wrong
    assert _dump(world) == before
    assert world.stranger().post("/enquire/send", data=form).status_code == 303, "the true ones are taken"
    taken = world.stranger().post("/complaints", data=TYPED | {"submission": carried["complaining"]})
    assert taken.status_code == 303


def _too_late(world: World, clock: Clock) -> None:
    gone = dt.timedelta()
    for life in sorted({about.life for about in KINDS.values()}):
        kinds = [kind for kind, about in KINDS.items() if about.life == life]
        for kind in kinds:
            assert world.stranger().get(_path(world, kind)).status_code == 200, f"{kind} is good until its end"
        clock.advance(life - gone + dt.timedelta(minutes=1))
        gone = life + dt.timedelta(minutes=1)
        for kind in kinds:
            _all_dead(world, kind, _path(world, kind), but=KINDS[kind].still)
    for kind, whose in (("enquiry", "enquirer"), ("complaint", "complainant"), ("order", "payer")):
        world.deliver()
        world.mailbox.empty()
        assert world.stranger().post(f"{_path(world, kind)}/link").status_code == 200
        world.deliver()
        (letter,) = world.mailbox.list_mails()
        assert letter["to"] == [WHOSE[whose][1]], "a new link goes to the address on file and nowhere else"


def test_used_or_after_a_change_it_is_over(world: World) -> None:
    for kind, about in KINDS.items():
        for button, typed in about.posts.items():
            path = _path(world, kind) if button == next(iter(about.posts)) else _fresh(world, kind)
            assert world.stranger().post(path + button, data=typed).status_code in (200, 303), kind + button
            if kind == "address" and button == "/agree":
                _the_other_side_agrees(world)
            if about.once:
                _all_dead(world, kind, path)
            else:
                before = _dump(world)
                assert world.stranger().post(path + button, data=typed).status_code in (200, 303)
                assert _dump(world) == before, f"{kind}{button} twice"
    for change, kinds in CHANGES.items():
        paths = {kind: _fresh(world, kind) for kind in kinds}
        change(world)
        for kind, path in paths.items():
            _all_dead(world, kind, path, but=KINDS[kind].still)


def _fresh(world: World, kind: str) -> str:
    return LINKS[kind.replace("_", "-")](world)


def _the_other_side_agrees(world: World) -> None:
    old = world.link("/address/", TRAINEE["email"])
    assert world.stranger().post(f"{old}/agree").location == "/address?outcome=done"
    world.people["trainee"].post("/sign-in", data={"email": NEW_ADDRESS, "password": PASSWORD})
    with world.app.app_context(), writing() as session:
        session.execute(
            update(Account)
            .where(Account.email == NEW_ADDRESS)
            .values(email=TRAINEE["email"], email_key=TRAINEE["email"])
        )


def _change_address(world: World) -> None:
    assert world.stranger().post(f"{_fresh(world, 'address')}/agree").location == "/address?outcome=half"
    _the_other_side_agrees(world)


def _change_password(world: World) -> None:
    page = "/account/security/password"
    assert world.people["trainee"].post(page, data={"old": PASSWORD, "password": OTHER}).status_code == 303


def _end_all_sign_ins(world: World) -> None:
    """Of contacts there is no page that does it; of enquiries, complaints and orders none revokes a link."""
    with world.app.app_context(), writing() as session:
        session.execute(update(Account).values(session_epoch=Account.session_epoch + 1))
        session.execute(update(Enquiry).values(link_epoch=Enquiry.link_epoch + 1))
        session.execute(update(Complaint).values(link_epoch=Complaint.link_epoch + 1))
        session.execute(update(Order).values(link_epoch=Order.link_epoch + 1))
        session.execute(update(Enrolment).values(link_epoch=Enrolment.link_epoch + 1))


CHANGES: dict[Callable[[World], None], list[str]] = {
    _change_address: ["password"],
    _change_password: ["password"],
    _end_all_sign_ins: ["keep", "sign_in", "enquiry", "complaint", "order", "place", "date"],
}
