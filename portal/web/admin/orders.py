"""Orders as staff work on them: the list, one order with all that happened, and settling what needs a person."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Mapping

from flask import Blueprint, Response, make_response, redirect, render_template, request
from werkzeug.wrappers import Response as AnyResponse

from portal.domain import selling
from portal.domain.errors import Refusal, Unfit
from portal.domain.order_desk import SEATS, SHORT, STATES, Act
from portal.domain.orders import OrderState, Trouble
from portal.domain.roles import Role
from portal.forms.base import PortalForm
from portal.forms.order_desk import AcceptForm, ReseatForm, SettleForm
from portal.services import moment, order_desk
from portal.services.order_desk import ANY, DeskPage, Filters, RunShown
from portal.web import access, downloads, filters
from portal.web.limits import limiter
from portal.web.parts import parts
from portal.web.wording import places_left

PAGE = "/admin/orders"
bp = Blueprint("admin_orders", __name__)

READERS = (Role.MANAGER, Role.FINANCE, Role.ENQUIRIES)
KEEPERS = (Role.MANAGER, Role.FINANCE)
NEEDS = {ANY: "Something to settle", **{what.value: said for what, said in SHORT.items()}}
DONE = {
    "seated": ("They have a place", "The confirmation is on its way to the buyer, with the invoice."),
    "accepted": ("The payment is accepted", "They have a place; the confirmation is on its way to the buyer."),
    "sent_back": ("It is entered", "The ledger has it; it stands on the timeline, and no longer on Needs you."),
    "settled": ("Settled", "It stands on the timeline, and no longer on Needs you."),
    "chosen": ("It is written down", "A letter tells the learner and whoever paid what was chosen."),
    "address": ("Done", "A letter with new links is on its way. The links before open nothing any more."),
    "named": ("Another learner is named", "Their link is on its way; the one before is dead."),
}


@bp.get(PAGE)
@access.staff(*READERS)
def list_orders() -> str:
    """Newest first; the filters live in the address."""
    courses = order_desk.list_courses()
    wanted, in_force = _asked(courses)
    listing = order_desk.list_orders(wanted, parts().clock, page=filters.asked_page())
    return render_template(
        "admin/orders.html",
        listing=listing,
        filters=in_force,
        states=STATES,
        needs=NEEDS,
        courses=courses,
        keeps=_keeps(),
    )


@bp.get(f"{PAGE}.csv")
@access.staff(*KEEPERS)
def download() -> Response:
    """What is filtered, as a file; the security log says that it was taken."""
    wanted, _ = _asked(order_desk.list_courses())
    content = order_desk.export(wanted, access.visit(), parts().clock, access.person())
    return downloads.csv("orders", content, moment.now(parts().clock))


@bp.get(f"{PAGE}/<reference>")
@access.staff(*READERS)
def show(reference: str) -> Response:
    """Where it is, everything that happened, and what can be done."""
    return _page(order_desk.open_order(reference, parts().clock))


@bp.get(f"{PAGE}/<reference>/papers/<number>")
@access.staff(*READERS)
@limiter.limit("60/minute")
def paper(reference: str, number: str) -> Response:
    """One of its papers, as a file."""
    return downloads.pdf(number, order_desk.paper(reference, number, parts().drawer))


@bp.post(f"{PAGE}/<reference>/reseat")
@access.staff(*KEEPERS)
def reseat(reference: str) -> Response | AnyResponse:
    """Give a place on a date that has room."""
    shown = order_desk.open_order(reference, parts().clock)
    form = ReseatForm(request.form).use([one.run.code for one in shown.runs])
    if Act.RESEAT in _acts(shown) and not form.validate():
        return _page(shown, 422, reseat=form)
    visit, clock, seller, by = access.visit(), parts().clock, parts().seller, access.person()
    try:
        order_desk.reseat(reference, form.run.data or "", visit, clock, seller, by)
    except Unfit as refused:
        form.refuse("run", str(refused))
        return _page(order_desk.open_order(reference, clock), 409, reseat=form)
    except Refusal as refused:
        return _refused(reference, refused)
    return _done(reference, "seated")


@bp.post(f"{PAGE}/<reference>/accept")
@access.staff(*KEEPERS)
def accept(reference: str) -> Response | AnyResponse:
    """Take a payment that differs as it is."""
    form = AcceptForm(request.form)
    if not form.validate():
        return _page(order_desk.open_order(reference, parts().clock), 422, accept=form)
    visit, clock, seller, by = access.visit(), parts().clock, parts().seller, access.person()
    return _do(reference, "accepted", lambda: order_desk.accept(reference, form.why.data, visit, clock, seller, by))


@bp.post(f"{PAGE}/<reference>/settle")
@access.staff(*KEEPERS)
def settle(reference: str) -> Response | AnyResponse:
    """Note how something was settled."""
    shown = order_desk.open_order(reference, parts().clock)
    form = SettleForm(request.form).use(_settled_by_note(shown))
    if not form.validate():
        return _page(shown, 422, settle=form)
    what, _, about = str(form.trouble.data).partition(":")
    visit, clock, by = access.visit(), parts().clock, access.person()
    return _do(reference, "settled", lambda: order_desk.settle(reference, what, about, form.how.data, visit, clock, by))


def _asked(courses: Mapping[str, str]) -> tuple[Filters, filters.Filters]:
    """What the address asks for, and how the page says it."""
    search, state, needs = filters.asked("search"), filters.asked("state"), filters.asked("needs")
    known = OrderState(state) if state in set(OrderState) else None
    course = filters.asked("course")
    title = courses.get(course, "")
    first, last = filters.asked_day("from"), filters.asked_day("to")
    wanted = Filters(
        search,
        known,
        needs if needs in {ANY, *Trouble} else "",
        course if title else "",
        filters.start_of(first) if first else None,
        filters.start_of(last + dt.timedelta(days=1)) if last else None,
    )
    return wanted, filters.in_force(
        PAGE,
        search=f"“{search}”" if search else "",
        state=STATES[known] if known else "",
        needs=NEEDS.get(needs, ""),
        course=title,
        from_=f"Since {first.day} {first:%B %Y}" if first else "",
        to=f"Until {last.day} {last:%B %Y}" if last else "",
    )


def _keeps() -> bool:
    """True for those who settle; the role for enquiries only reads."""
    return bool(access.person().roles & set(KEEPERS))


def _acts(shown: DeskPage) -> set[Act]:
    return {act for one in shown.needed for act in one.acts}


def _settled_by_note(shown: DeskPage) -> dict[str, str]:
    """What a note settles, by what the form sends."""
    return {f"{one.trouble.what}:{one.trouble.about}": one.title for one in shown.needed if Act.SETTLE in one.acts}


def _words_of(one: RunShown) -> str:
    """A date with where it is and how many places it has left."""
    run = one.run
    where = ", ".join(part for part in (selling.days(run.starts_on, run.ends_on), run.place) if part)
    return f"{where} ({places_left(one.left)})" if one.left is not None else where


def _do(reference: str, what: str, act: Callable[[], None]) -> Response | AnyResponse:
    try:
        act()
    except Refusal as refused:
        return _refused(reference, refused)
    return _done(reference, what)


def _done(reference: str, what: str) -> AnyResponse:
    return redirect(f"{PAGE}/{reference}?done={what}", 303)


def _refused(reference: str, refused: Refusal) -> Response:
    """Said on the order's page, if there is such an order."""
    return _page(order_desk.open_order(reference, parts().clock), 409, str(refused))


def _page(shown: DeskPage, status: int = 200, refusal: str = "", **bound: PortalForm) -> Response:
    forms = {
        "reseat": ReseatForm().use([one.run.code for one in shown.runs]),
        "accept": AcceptForm(),
        "settle": SettleForm().use(_settled_by_note(shown)),
    }
    page = render_template(
        "admin/order.html",
        shown=shown,
        order=shown.order,
        path=f"{PAGE}/{shown.order.reference}",
        states=STATES,
        seats=SEATS,
        dates=[(one.run.code, _words_of(one)) for one in shown.runs],
        acts=_acts(shown),
        settleable=_settled_by_note(shown),
        forms=forms | bound,
        problems=[problem for form in bound.values() for problem in form.problems],
        refusal=refusal,
        done=DONE.get(request.args.get("done", "")),
        keeps=_keeps(),
    )
    return make_response(page, status)
