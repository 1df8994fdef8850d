"""Who may enter. Every route says so with one of these marks; one without is refused, and a guard finds it.

A sign-in is the session's `account:epoch`: raising the account's epoch ends it on every device at its next click.
"""

from __future__ import annotations

import datetime as dt
import time
from collections.abc import Callable
from dataclasses import replace
from typing import Any, TypeVar
from urllib.parse import urlencode

from flask import Flask, Response, abort, current_app, redirect, request, session
from flask_login import LoginManager, UserMixin, current_user, login_user, logout_user
from werkzeug.wrappers import Response as AnyResponse

from portal.domain import security
from portal.domain.links import CONTACTS_PAGE, SIGN_IN_PAGE, errand
from portal.domain.security import Visit
from portal.domain.sight import Route
from portal.services import accounts
from portal.services.accounts import Person
from portal.web.headers import never_stored
from portal.web.limits import network

View = TypeVar("View", bound=Callable[..., Any])


def _mark(kind: str) -> Callable[[View], View]:
    def marked(view: View) -> View:
        view.access = kind  # type: ignore[attr-defined]
        return view

    return marked


public = _mark("public")
"""Anybody."""

token_holder = _mark("token_holder")
"""Whoever holds the signed link in the address; the view reads it."""

machine = _mark("machine")
"""Programs that watch the site: no page, nothing personal."""

sandbox = _mark("sandbox")
"""Anybody, in the demo and in tests only; elsewhere the route does not exist."""

signed_in = _mark("signed_in")
"""Everybody who is signed in, each to their own account's pages."""

trainee = _mark("trainee")
"""Trainees, each to their own pages."""


support_reader = _mark("support_reader")
"""Members of staff whom a manager has named to read what trainees told about support, whatever their role."""

partner_contact = _mark("partner_contact")
"""Contacts at partners that have not ended, who sign in by a mailed link and have given the undertaking."""

sponsor_contact = _mark("sponsor_contact")
"""Contacts at sponsors that are not stopped, who sign in the same way and have given the undertaking."""

contact = _mark("contact")
"""Contacts at either, before and after the undertaking."""


def staff(*roles: str) -> Callable[[View], View]:
    """Members of staff with one of these roles, who sign in with a second step and have given the undertaking."""
    return _mark(f"staff:{','.join(roles)}")


OPEN = {"public", "token_holder", "machine", "sandbox"}
UNDERTAKING = {
    *("staff_joining.undertaking", "staff_joining.undertake"),
    *("partner.promise", "partner.undertake", "sponsor.promise", "sponsor.undertake"),
}
LONGEST, LONGEST_AT_WORK = dt.timedelta(days=14), dt.timedelta(hours=12)
HOMES = (("staff", "/admin"), ("trainee", "/account"))
HOMES_OF_CONTACTS = {"partner_contact": "/partner", "sponsor_contact": "/sponsor"}
BOTH = "/organisations"


class _Login(UserMixin):  # type: ignore[misc]
    """A person as Flask-Login knows one, and the hats that another door than theirs lets in."""

    def __init__(self, person: Person, elsewhere: frozenset[str] = frozenset()) -> None:
        self.person = person
        self.elsewhere = elsewhere

    def get_id(self) -> str:
        """The account and its epoch."""
        return f"{self.person.account_id}:{self.person.epoch}"


def init_app(app: Flask) -> None:
    """Ask each route who may enter before it is reached."""
    logins = LoginManager(app)
    logins.session_protection = None  # the epoch ends sign-ins; a telephone changes its network all day
    logins.user_loader(_load)
    app.before_request(_guard)
    app.after_request(_keep_private)
    app.context_processor(_who)


def _load(named: str) -> _Login | None:
    account_id, _, epoch = named.partition(":")
    if not (account_id.isdecimal() and epoch.isdecimal()):
        return None
    person = accounts.find_person(int(account_id), int(epoch))
    if person is None or _is_over(person):
        return None
    here = _at_this_door(person)
    if session.get("by_link") and not here.hats:
        return None  # whose sponsor was stopped or whose partner has ended meanwhile is out
    return _Login(here, person.hats - here.hats)


def _at_this_door(person: Person) -> Person:
    """What the door opens: a mailed link the organisations' pages and no others, a password all but those."""
    if session.get("by_link"):
        return replace(person, hats=person.hats & HOMES_OF_CONTACTS.keys(), roles=frozenset())
    return replace(person, hats=person.hats - HOMES_OF_CONTACTS.keys())


def _is_over(person: Person) -> bool:
    """True when this browser signed in too long ago: a copied cookie must not be good for ever."""
    brief = session.get("by_link") or "staff" in person.hats
    longest = LONGEST_AT_WORK if brief else LONGEST
    return bool(time.time() - session.get("since", 0) > longest.total_seconds())


def _kind_of_route() -> str | None:
    """Who may enter the route that was asked for; None when it does not say."""
    return getattr(current_app.view_functions[request.endpoint or ""], "access", None)


def routes() -> list[Route]:
    """Every route that does not stand open, with its mark, as the application knows them."""
    views = current_app.view_functions
    marked = ((rule, getattr(views[rule.endpoint], "access", "nobody")) for rule in current_app.url_map.iter_rules())
    return [
        Route(rule.rule, frozenset(rule.methods or ()) & {"GET", "POST"}, mark)
        for rule, mark in marked
        if mark not in OPEN
    ]


def _guard() -> AnyResponse | None:
    if "\0" in request.path:
        abort(404)  # in no address of ours, and PostgreSQL takes none
    if request.endpoint is None:
        return None
    kind = _kind_of_route()
    if kind is None:
        abort(403)
    if kind in OPEN:
        return None
    return _guard_person(kind) if is_signed_in() else to_sign_in()


def _guard_person(kind: str) -> AnyResponse | None:
    """Whether somebody who is signed in may enter a route with this mark."""
    marked, _, roles = kind.partition(":")
    if marked == "staff":
        return _guard_staff(person(), {role for role in roles.split(",") if role})
    if marked == "support_reader" and (before := _guard_staff(person(), set())):
        return before
    if kind not in _opened(person()):
        return _to_link(kind)
    home = HOMES_OF_CONTACTS.get(kind)
    if home and not person().contact_has_undertaken and request.endpoint not in UNDERTAKING:
        return redirect(f"{home}/undertaking", 303)
    return None


def _to_link(kind: str) -> AnyResponse:
    """To the link that opens this page to a contact who is here by a password; it is closed to everybody else."""
    elsewhere: frozenset[str] = current_user.elsewhere & HOMES_OF_CONTACTS.keys()
    if kind not in elsewhere and not (kind == "contact" and elsewhere):
        abort(403)
    return redirect(CONTACTS_PAGE, 303)


def _opened(person: Person) -> frozenset[str]:
    """The marks of the pages that are open to them, those of staff apart."""
    opened = person.hats if session.get("by_link") else person.hats | {"signed_in"}
    return opened | {"contact"} if person.hats & HOMES_OF_CONTACTS.keys() else opened


def _guard_staff(person: Person, roles: set[str]) -> AnyResponse | None:
    """Nothing of the staff pages opens before the second step is on and the undertaking is given."""
    if "staff" not in person.hats:
        abort(403)
    if not person.has_two_steps:
        return redirect("/account/security/two-step", 303)
    if not person.has_undertaken and request.endpoint not in UNDERTAKING:
        return redirect("/staff/undertaking", 303)
    if roles and not roles & person.roles:
        abort(403)
    return None


def _keep_private(response: Response) -> Response:
    private = request.endpoint is not None and _kind_of_route() not in OPEN
    return never_stored(response) if private else response


def _who() -> dict[str, Person]:
    """Templates of pages that are not open may say `who` is signed in."""
    private = request.endpoint is not None and _kind_of_route() not in OPEN
    return {"who": person()} if private and is_signed_in() else {}


def to_sign_in() -> AnyResponse:
    """To the front door, and from there back to this page if it can be opened again."""
    wanted = errand(request.path) if request.method == "GET" else ""
    return redirect(SIGN_IN_PAGE + (f"?{urlencode({'next': wanted})}" if wanted else ""), 303)


def person() -> Person:
    """Who is signed in, on a route that lets nobody else enter."""
    found = current_user.person
    assert isinstance(found, Person)
    return found


def is_signed_in() -> bool:
    """True when somebody is signed in here. Asks the database."""
    return bool(current_user.is_authenticated)


def home(person: Person) -> str:
    """The page that is first for them."""
    own = next((path for hat, path in HOMES if hat in person.hats), "")
    return own or home_of_contact(person) or "/account"


def home_of_contact(person: Person) -> str:
    """The page that is first for a contact: the partner's, the sponsor's, or the one that leads to both."""
    paths = [path for hat, path in HOMES_OF_CONTACTS.items() if hat in person.hats]
    return BOTH if len(paths) > 1 else "".join(paths)


def seems_signed_in() -> bool:
    """True when this browser was signed in; a page of its own finds out whether it still is."""
    return "_user_id" in session


def own_page() -> str:
    """Where this browser's own pages begin; a contact's are told apart at the front door."""
    return SIGN_IN_PAGE if session.get("by_link") else "/account"


def let_in(person: Person, *, by_link: bool = False) -> None:
    """Sign this browser in. Whatever it had before is thrown away, so that no old session becomes somebody's."""
    session.clear()
    session["since"] = int(time.time())
    if by_link:
        session["by_link"] = True
    login_user(_Login(person))


def let_out() -> None:
    """Sign this browser out, and leave nothing behind."""
    logout_user()
    session.clear()


def visit() -> Visit:
    """From where this request comes."""
    return Visit(network(request.remote_addr or ""), security.device(request.user_agent.string))
