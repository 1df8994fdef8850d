"""Pages: read the request, call one service, answer."""

from __future__ import annotations

from urllib.parse import urlsplit

from flask import Flask
from flask_compress import Compress
from flask_wtf import CSRFProtect
from werkzeug.middleware.proxy_fix import ProxyFix

from config import Settings
from portal.web import access, assets, errors, headers, health, logs, questions, suspicions, templating, wording
from portal.web.account import address, details, equality, overview, password, profile, security, support, two_step
from portal.web.account import courses as own_courses
from portal.web.account import learners as own_learners
from portal.web.account import orders as own_orders
from portal.web.admin import (
    access_review,
    allowances,
    by_hand,
    codes,
    complaints,
    contacts,
    course_runs,
    courses,
    date_choices,
    dates,
    deliveries,
    joining,
    ledger_totals,
    members,
    needs,
    order_addresses,
    partners,
    refunds,
    repayments,
    reports,
    rules,
    security_log,
    sent_back,
    sponsors,
    trainees,
)
from portal.web.admin import enquiries as desk
from portal.web.admin import equality as equality_totals
from portal.web.admin import learners as learner_desk
from portal.web.admin import orders as order_desk
from portal.web.admin import places as place_desk
from portal.web.admin import support as support_desk
from portal.web.gate import Gate
from portal.web.hooks import stripe as stripe_hook
from portal.web.limits import limiter
from portal.web.partner import codes as partner_codes
from portal.web.partner import home as partner_home
from portal.web.public import complaints as complaining
from portal.web.public import contacts as contacts_door
from portal.web.public import courses as timetable
from portal.web.public import (
    date_changes,
    enquiries,
    enrolling,
    invitations,
    inviting,
    learners,
    orders,
    own_complaint,
    own_enquiry,
    pages,
    passwords,
    places,
    privacy,
    registration,
    signing_in,
    signing_out,
    unused_account,
)
from portal.web.sandbox import clock, components
from portal.web.sponsor import home as sponsor_home

LARGEST_BODY = 256 * 1024


def register(app: Flask, settings: Settings) -> None:
    """Give the application its pages, its headers, its errors and its gate."""
    https = urlsplit(settings.PUBLIC_URL).scheme == "https"
    app.config.update(
        SECRET_KEY=settings.SECRET_KEY,
        MAX_CONTENT_LENGTH=LARGEST_BODY,
        TRUSTED_HOSTS=settings.trusted_hosts,
        SESSION_COOKIE_NAME="portal_session",
        SESSION_COOKIE_HTTPONLY=True,
        SESSION_COOKIE_SAMESITE="Lax",
        SESSION_COOKIE_SECURE=https,
        WTF_CSRF_TIME_LIMIT=None,
        WTF_CSRF_SSL_STRICT=False,  # a browser may keep back where it comes from; the token and SameSite remain
        RATELIMIT_ENABLED=settings.RATE_LIMITS == "on",
        RATELIMIT_IN_MEMORY_FALLBACK_ENABLED=True,
        RATELIMIT_STORAGE_URI=settings.REDIS_URL or "memory://",
        COMPRESS_MIMETYPES=["text/html", "application/json"],
        COMPRESS_ALGORITHM=["br", "gzip"],
        COMPRESS_BR_LEVEL=4,
        COMPRESS_LEVEL=5,
    )
    templating.init_app(app)
    logs.init_app(app)
    access.init_app(app)
    headers.init_app(app, https=https, payments=settings.CHECKOUT_ORIGIN if settings.takes_payments else "")
    assets.init_app(app)
    wording.init_app(app, settings)
    questions.init_app(app)
    errors.init_app(app)
    suspicions.init_app(app)
    limiter.init_app(app)
    csrf = CSRFProtect(app)
    Compress(app)
    headers.leave_echoes_uncompressed(app)
    own = (
        overview,
        own_courses,
        own_orders,
        own_learners,
        details,
        profile,
        support,
        address,
        security,
        password,
        two_step,
    )
    asked = (equality, equality_totals) if settings.EQUALITY == "on" else ()
    staff = (
        joining,
        needs,
        by_hand,
        desk,
        complaints,
        partners,
        allowances,
        sponsors,
        rules,
        courses,
        course_runs,
        date_choices,
        dates,
        codes,
        trainees,
        order_desk,
        ledger_totals,
        learner_desk,
        order_addresses,
        place_desk,
        support_desk,
        deliveries,
        contacts,
        refunds,
        repayments,
        sent_back,
        reports,
        security_log,
        members,
        access_review,
    )
    asking = (enquiries, own_enquiry, complaining, own_complaint)
    selling = (timetable, enrolling, orders, learners, places, date_changes)
    public = (pages, *asking, *selling, privacy, registration, inviting, invitations, health)
    doors = (signing_in, signing_out, passwords, unused_account, contacts_door)
    organisations = (partner_home, partner_codes, sponsor_home)
    for room in (*public, *doors, *organisations, *own, *asked, *staff):
        app.register_blueprint(room.bp)
    if settings.takes_payments:
        app.register_blueprint(stripe_hook.bp)
        csrf.exempt(stripe_hook.bp)
    if settings.has_sandbox:
        app.register_blueprint(components.bp)
        app.register_blueprint(clock.bp)
        csrf.exempt(clock.bp)
    _wrap(app, settings)


def _wrap(app: Flask, settings: Settings) -> None:
    def busy_page() -> bytes:
        with app.test_request_context("/", base_url=settings.PUBLIC_URL):
            return errors.page(503).get_data()

    if settings.TRUSTED_PROXIES:
        count = settings.TRUSTED_PROXIES
        app.wsgi_app = ProxyFix(app.wsgi_app, x_for=count, x_proto=count, x_host=count)  # type: ignore[method-assign]
    app.wsgi_app = Gate(app.wsgi_app, settings.DATABASE_POOL, busy_page)  # type: ignore[method-assign]
