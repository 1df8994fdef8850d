"""Enrolling: the form, the check page with everything the law wants above its button, and on to Stripe."""

from __future__ import annotations

import secrets
from typing import Any

from flask import Blueprint, Response, make_response, redirect, render_template, request
from werkzeug.wrappers import Response as AnyResponse

from portal.domain import terms
from portal.domain.cancellation import Start
from portal.domain.enquiry import same_mailbox
from portal.domain.errors import DeliveryError, NotFound, Unfit
from portal.domain.links import BadToken, Expired
from portal.domain.orders import TO_PAY, Buyer, Own, Purchase
from portal.domain.selling import short_day
from portal.forms.enrolment import EnrolmentForm
from portal.services import orders
from portal.services.accounts import Person
from portal.services.orders import Offer, PriceChanged
from portal.services.payments import NothingToPay
from portal.web import access, visitors
from portal.web.limits import limiter, may_write_to
from portal.web.parts import parts
from portal.web.public import options

bp = Blueprint("enrolling", __name__, url_prefix="/courses/<code>/enrol")

TOO_LONG = "This page was open for too long"
OTHER_PRICE = "The price has changed meanwhile"
CLOSED = "This page was open for too long, or your browser keeps no cookies"
AWAY = "Stripe’s page can’t be reached at the moment"
NO_LETTER = "This address has had many letters from us today. Try again tomorrow, or ring us"


@bp.get("")
@access.public
def new(code: str) -> Response:
    """The form; `?run=` chooses a date, `?code=` brings an access code."""
    given = {name: value for name in ("run", "code") if (value := request.args.get(name))}
    offer = _offer(code, given.get("run", ""))
    return _form_page(offer, _used(EnrolmentForm(data=given), offer))


@bp.post("")
@access.public
@limiter.limit("60/minute;600/hour")
def check(code: str) -> Response:
    """The check page; nothing is ordered yet."""
    offer, form = _posted(code)
    if form.is_too_young and not form.age_confirmed.waived:
        return make_response(render_template("public/too_young.html", min_age=parts().settings.MIN_AGE))
    if not (form.validate() and _code_opens(code, form)):
        return _form_page(offer, form, 422)
    return _check_page(offer, form)


@bp.post("/change")
@access.public
def change(code: str) -> Response:
    """Back to the form with every answer as it was."""
    offer, form = _posted(code)
    return _form_page(offer, form)


@bp.post("/pay")
@access.public
@limiter.limit("30/minute;200/hour")
def pay(code: str) -> Response | AnyResponse:
    """Save the order, then to Stripe's page; what costs nothing is ordered with this."""
    offer, form = _posted(code)
    if not form.validate():
        return _form_page(offer, form, 422)
    if not form.validate(with_terms=True):
        return _check_page(offer, form, 422)
    submission = _read(form.submission.data)
    if submission is None:
        return _check_page(offer, form, 409, TOO_LONG)
    purchase, payer = form.purchase(code), _person()
    if form.shown.data != str(_to_pay(offer, purchase)):
        return _check_page(offer, form, 409, OTHER_PRICE)
    if not _to_pay(offer, purchase) and not _may_write(form, purchase, payer):
        return _form_page(offer, form, 422)
    try:
        return redirect(_order(purchase, submission, payer, _to_pay(offer, purchase)), 303)
    except (PriceChanged, Unfit, DeliveryError) as why:
        return _not_ordered(offer, form, why)


def _not_ordered(offer: Offer, form: EnrolmentForm, why: Exception) -> AnyResponse:
    """The page that says why, with everything that was typed."""
    if isinstance(why, PriceChanged):
        return _check_page(_offer(offer.course.code, form.run.data or ""), form, 409, OTHER_PRICE)
    if isinstance(why, Unfit):
        form.refuse(why.column, str(why))
        return _form_page(offer, form, 422 if why.column != "run" else 409)
    answer = _form_page(offer, form, 503, AWAY)
    answer.headers["Retry-After"] = "60"
    return answer


def after_csrf_error() -> Response | None:
    """What was typed, kept, when the form's token is missing or old: nothing was ordered. None: no such course."""
    try:
        offer, form = _posted(str((request.view_args or {})["code"]))
    except NotFound:
        return None
    form.submission.data = None
    return _form_page(offer, form, 400, banner=CLOSED)


def _code_opens(course: str, form: EnrolmentForm) -> bool:
    """Whether the access code opens this course, if there is one; what is wrong is said at its field."""
    if not form.code.data:
        return True
    try:
        orders.check_code(course, form.code.data, parts().clock)
    except Unfit as refused:
        form.refuse(refused.column, str(refused))
        return False
    return True


def _may_write(form: EnrolmentForm, purchase: Purchase, payer: Person | None) -> bool:
    """Whether what costs nothing may write to the learner and for the receipt; if not, that is said at the field.

    Each mailbox counts once. That of whoever is signed in is not counted: strangers' letters do not shut them out.
    """
    counted = {same_mailbox(payer.email)} if payer else set()
    for name in ("course_email", "receipt_email"):
        mailbox = same_mailbox(getattr(purchase, name))
        if mailbox not in counted and not may_write_to(mailbox):
            form.refuse(name, NO_LETTER)
            return False
        counted.add(mailbox)
    return True


def _order(purchase: Purchase, submission: str, payer: Person | None, shown_pence: int) -> str:
    """Place it; answers where to go on: to Stripe, or to the order itself.

    Raises DeliveryError where a page that the same form opened can't be closed: then nothing is ordered.
    """
    till, shop = parts().till, parts().settings
    if till and (paid := till.end_others(submission, purchase.digest)):
        return _own_page(paid, payer)
    placed = orders.place(
        purchase,
        submission,
        payer,
        parts().clock,
        parts().seller,
        minutes=shop.CHECKOUT_MINUTES,
        payments_on=shop.takes_payments,
        shown_pence=shown_pence,
        visitor=visitors.visitor(),
    )
    if till and placed.state in TO_PAY:
        visitors.remember(placed.reference)
        try:
            return till.begin(placed.reference)
        except (NothingToPay, DeliveryError):
            return _own_page(placed.reference, payer)
    return _own_page(placed.reference, payer)


def _own_page(reference: str, payer: Person | None) -> str:
    """The order's page: the owner's, or a guest's own link."""
    return f"/orders/{reference}" if payer else orders.guest_path(reference, parts().links, parts().clock)


def _person() -> Person | None:
    """Who orders, if a trainee is signed in."""
    if not (access.seems_signed_in() and access.is_signed_in()):
        return None
    return access.person() if "trainee" in access.person().hats else None


def _offer(code: str, run: str) -> Offer:
    clock, payments_on = parts().clock, parts().settings.takes_payments
    try:
        return orders.offer(code, run, clock, payments_on=payments_on)
    except NotFound:
        if not run:
            raise
        return orders.offer(code, "", clock, payments_on=payments_on)  # a date that is over: choose another


def _posted(code: str) -> tuple[Offer, EnrolmentForm]:
    form = EnrolmentForm(request.form)
    offer = _offer(code, form.run.data or "")
    return offer, _used(form, offer)


def _used(form: EnrolmentForm, offer: Offer) -> EnrolmentForm:
    payer = _person()
    form.use(
        min_age=parts().settings.MIN_AGE,
        runs=[one.run.code for one in offer.runs],
        starts=offer.starts,
        needs_telephone=offer.course.needs_telephone,
        needs_code=offer.needs_code,
    )
    return form.use_own(orders.own(payer) if payer else None)


def _to_pay(offer: Offer, purchase: Purchase) -> int:
    return 0 if purchase.code else offer.price.gross_pence


def _form_page(offer: Offer, form: EnrolmentForm, status: int = 200, banner: str = "") -> Response:
    used = form.submission.data
    page = render_template(
        "public/enrol.html",
        form=form,
        offer=offer,
        known=_known(),
        submission=used if _read(used) else _new_submission(),
        banner=banner,
        has_code=_has_code(form),
        start_choices=[] if offer.needs_code or _has_code(form) else _start_choices(offer),
        region_options=options.chosen(options.regions(), form.region.data),
        country_options=options.chosen(options.all_countries(), form.country.data),
        source_options=options.listed("Choose one", form.sources, form.heard_from.data),
    )
    return make_response(page, status)


def _has_code(form: EnrolmentForm) -> bool:
    """True unless the access code is missing, or refused: then there is a price again, and all that goes with it."""
    return bool(form.code.data and not form.code.errors)


def _known() -> Own | None:
    payer = _person()
    return orders.own(payer) if payer else None


def _start_choices(offer: Offer) -> list[tuple[str, str, str]]:
    """(value, words, what follows) for each choice that this course offers."""
    later = short_day(offer.opens_on[Start.AFTER_14_DAYS])
    said = {
        Start.NOW: ("Straight away", offer.request),
        Start.AFTER_14_DAYS: (f"After 14 days, on {later}", "You can change your mind until then."),
    }
    return [(start.value, *said[start]) for start in offer.starts]


def _check_page(offer: Offer, form: EnrolmentForm, status: int = 200, changed: str = "") -> Response:
    if _read(form.submission.data) is None:
        form.submission.data = _new_submission()
    purchase = form.purchase(offer.course.code)
    page = render_template(
        "public/enrol_check.html",
        form=form,
        offer=offer,
        purchase=purchase,
        known=_known() is not None and purchase.course_email == purchase.email,
        to_pay=_to_pay(offer, purchase),
        is_consumer=purchase.buyer == Buyer.ME,
        starts_now=purchase.start is Start.NOW,
        opens_on=offer.opens_on[Start.AFTER_14_DAYS],
        recorded=offer.course.delivery == "automated",
        terms_words=terms.accepted(),
        changed=changed,
    )
    return make_response(page, status)


def _new_submission() -> str:
    return parts().tokens.sign("ordering", {"s": secrets.token_hex(16)})


def _read(token: str | None) -> str | None:
    """The once-only number in a hidden field; None when it is absent or forged."""
    try:
        found: dict[str, Any] = parts().tokens.read("ordering", token or "")
    except (BadToken, Expired):
        return None
    return str(found.get("s", "")) or None
