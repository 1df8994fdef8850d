"""The portal. `create_app` joins the parts; nothing else does."""

from __future__ import annotations

from pathlib import Path

from flask import Flask
from flask_migrate import Migrate

from config import Settings
from portal import web
from portal.domain import purposes
from portal.domain.delivery import Kind
from portal.domain.documents import Seller
from portal.domain.links import Links, Tokens
from portal.domain.vault import Vault
from portal.gateways.clock import OFFSET_FILE, Clock
from portal.gateways.documents import Drawer
from portal.gateways.mail import Mailer
from portal.gateways.payer_mail import PayerMail
from portal.gateways.payments import Payments
from portal.models import db
from portal.models.session import listen
from portal.services.account_mail import AccountMail
from portal.services.complaint_mail import ComplaintMail, Desks, Regulator
from portal.services.course_closing import CourseClosing
from portal.services.course_opening import CourseOpening
from portal.services.date_mail import DateMail
from portal.services.date_telling import DateTelling
from portal.services.enquiry_mail import EnquiryMail
from portal.services.equality_totals import EqualityTotals
from portal.services.invitation_mail import InvitationMail
from portal.services.order_mail import OrderMail
from portal.services.payments import NoTill, Till
from portal.services.place_chase import PlaceChase
from portal.services.place_mail import PlaceMail
from portal.services.reconcile import Reconciliation
from portal.services.refund_mail import RefundMail
from portal.services.refunds import Refunds
from portal.services.retention import Retention, purges
from portal.services.security_mail import SecurityMail
from portal.services.unused_accounts import UnusedAccounts
from portal.web.parts import Parts
from portal.web.wording import company, seller

ROOT = Path(__file__).parent.parent


def create_app(settings: Settings) -> Flask:
    """The WSGI application for these settings, with the worker's handlers beside it.

    Raises OSError when the data directory can't be made.
    """
    settings.PORTAL_DATA_DIR.mkdir(parents=True, exist_ok=True)
    app = Flask(__name__, template_folder=str(ROOT / "templates"), static_folder=None)
    _join_database(app, settings)
    clock = Clock(settings.PORTAL_DATA_DIR / OFFSET_FILE if settings.has_sandbox else None)
    tokens = Tokens(settings.SECRET_KEY)
    links = Links(
        tokens,
        settings.PUBLIC_URL,
        enquiry_days=settings.ENQUIRY_LINK_DAYS,
        registration_days=settings.REGISTRATION_DAYS,
        invitation_days=settings.INVITATION_DAYS,
        order_days=settings.ORDER_LINK_DAYS,
        place_days=settings.PLACE_DAYS,
    )
    shared = {"company": company(settings)}
    reasons = purposes.active(settings.model_dump())
    mailer = Mailer(settings.SMTP_URL, settings.MAIL_FROM, ROOT / "templates" / "email", shared, reasons)
    vault = Vault(settings.data_keys, settings.SECRET_KEY)
    ours, drawer = seller(settings), Drawer(ROOT / "templates" / "documents", ROOT / "portal" / "documents_fonts")
    till = _till(settings, clock, links, ours)
    refunds = Refunds(till.stripe, clock, ours) if till else None
    comparison = Reconciliation(till.stripe, clock, refunds.take_in) if till and refunds else None
    app.extensions["portal"] = Parts(settings, clock, tokens, links, vault, ours, drawer, till)
    due = purges(
        enquiry_months=settings.ENQUIRY_MONTHS,
        complaint_months=settings.COMPLAINT_MONTHS,
        registration_days=settings.REGISTRATION_DAYS,
        invitation_days=settings.INVITATION_DAYS,
        account_months=settings.ACCOUNT_MONTHS,
        security_log_days=settings.SECURITY_LOG_DAYS,
        equality_months=settings.EQUALITY_MONTHS,
        order_days=settings.ORDER_DAYS,
        books_months=settings.BOOKS_MONTHS,
        financial_year_end=settings.FINANCIAL_YEAR_END,
    )
    payer_mail = PayerMail(mailer, links, clock, settings.TEAM_EMAIL)
    workers = (
        EnquiryMail(mailer, links, clock, settings.TEAM_EMAIL),
        ComplaintMail(
            mailer,
            links,
            clock,
            Desks(settings.TEAM_EMAIL, settings.PRIVACY_CONTACT),
            Regulator(settings.REGULATOR_NAME, settings.REGULATOR_URL),
        ),
        AccountMail(mailer, links, clock),
        InvitationMail(mailer, links),
        SecurityMail(mailer, links, settings.TEAM_EMAIL),
        OrderMail(payer_mail, drawer, links, clock),
        PlaceMail(mailer, links, clock, settings.TEAM_EMAIL, settings.PLACE_DAYS),
        PlaceChase(clock, settings.PLACE_DAYS),
        CourseOpening(clock),
        DateTelling(clock),
        DateMail(mailer, links, clock, settings.TEAM_EMAIL),
        *((comparison,) if comparison else ()),
        RefundMail(payer_mail, drawer),
        *((till, refunds) if till and refunds else (NoTill(),)),
        closing := CourseClosing(clock),
        UnusedAccounts(mailer, links, clock, settings.ACCOUNT_MONTHS),
        retention := Retention(clock, due, daily=(Kind.WARN_UNUSED, Kind.CHASE_PLACES, Kind.CHASE_DATES)),
        totals := EqualityTotals(clock, vault, settings.EQUALITY == "on"),
    )
    app.extensions["portal.retention"] = retention
    app.extensions["portal.equality_totals"] = totals
    app.extensions["portal.reconciliation"] = comparison
    paid = (till.plan, comparison.plan) if till and comparison else ()
    app.extensions["portal.plans"] = (retention.plan, totals.plan, closing.plan, *paid)
    app.extensions["portal.handlers"] = {kind: one for part in workers for kind, one in part.handlers().items()}
    web.register(app, settings)
    return app


def _till(settings: Settings, clock: Clock, links: Links, ours: Seller) -> Till | None:
    """Where payments are taken, if they are."""
    if not settings.takes_payments:
        return None
    stripe = Payments(settings.STRIPE_SECRET_KEY, settings.STRIPE_API_BASE, settings.webhook_secrets)
    return Till(stripe, clock, links, ours, settings.CHECKOUT_MINUTES)


def _join_database(app: Flask, settings: Settings) -> None:
    app.config["SQLALCHEMY_DATABASE_URI"] = settings.database_url
    app.config["SQLALCHEMY_ENGINE_OPTIONS"] = {
        "pool_size": settings.DATABASE_POOL,
        "max_overflow": 4,
        "pool_timeout": 3,
    }
    db.init_app(app)
    Migrate(app, db, directory=str(ROOT / "migrations"))
    with app.app_context():
        listen(db.engine)
