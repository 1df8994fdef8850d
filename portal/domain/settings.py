"""Which settings are refused, each in one plain sentence that begins with its name."""

from __future__ import annotations

import datetime as dt
import tempfile
from email.utils import parseaddr
from pathlib import Path
from typing import TYPE_CHECKING
from urllib.parse import parse_qs, unquote, urlsplit

from email_validator import EmailNotValidError, validate_email

from portal.domain.vault import is_key

if TYPE_CHECKING:
    from config import Settings

NEW_KEY = "python3 -c 'import base64, os; print(base64.urlsafe_b64encode(os.urandom(32)).decode())'"
DEMO_KEY = "ZGVtbyBvbmx5LCBhbmQgbm8gc2VjcmV0IGF0IGFsbCE="
DEMO_STRIPE_KEY = "sk_test_sandbox"
DEMO_WEBHOOK_SECRET = "whsec_sandbox"  # noqa: S105 - known to everybody
STRIPE_API = "https://api.stripe.com"
STRIPE_CHECKOUT = "https://checkout.stripe.com"
LOOPBACK = {"127.0.0.1", "localhost", "::1"}


def problems(settings: Settings) -> list[str]:
    """Everything that is wrong with them together; each alone has the right type already."""
    found = [*_shape_problems(settings)]
    if settings.takes_payments:
        found += _payment_problems(settings)
    if settings.is_production:
        found += _production_problems(settings)
    elif settings.HOST not in LOOPBACK:
        found.append("HOST: only production has secrets; elsewhere the portal listens on 127.0.0.1 only.")
    if settings.EQUALITY == "on" and not (settings.EQUALITY_POLICY_ON and settings.EQUALITY_POLICY_OWNER):
        found.append(
            "EQUALITY: the questions need an appropriate policy document; give its date in EQUALITY_POLICY_ON and who"
            " keeps it in EQUALITY_POLICY_OWNER."
        )
    if settings.has_sandbox:
        found += _sandbox_problems(settings)
    return found


def _shape_problems(settings: Settings) -> list[str]:
    public, database = settings.PUBLIC_URL, settings.database_url
    judged = [
        *(
            (
                not getattr(settings, name) or _is_address(getattr(settings, name)),
                f"{name}: {getattr(settings, name)!r} is not an email address.",
            )
            for name in ("TEAM_EMAIL", "PRIVACY_CONTACT")
        ),
        (
            not settings.MAIL_FROM or _is_sender(settings.MAIL_FROM),
            "MAIL_FROM: give a name and an address, such as Example Training <hello@training.example>;"
            " put a name with a comma or other signs into quotation marks.",
        ),
        (
            all(is_key(key) for key in settings.data_keys),
            f"DATA_KEYS: each key is what this answers, with commas between, the newest first: {NEW_KEY}.",
        ),
        (
            not public or _is_url(public, "http", "https"),
            "PUBLIC_URL: give the whole address, such as https://training.example.",
        ),
        (
            not _is_url(public, "http", "https") or _is_bare(public),
            "PUBLIC_URL: give the scheme and the name only, such as https://training.example.",
        ),
        (
            _is_url(settings.REGULATOR_URL, "http", "https"),
            "REGULATOR_URL: give the whole address of the page that takes complaints, with https://.",
        ),
        (
            not settings.SMTP_URL or _is_url(settings.SMTP_URL, "smtp", "smtps", "smtp+starttls"),
            "SMTP_URL: start it with smtp://, smtps:// or smtp+starttls://, then the server's name.",
        ),
        (
            database.startswith(("sqlite:///", "postgresql+psycopg://")),
            "DATABASE_URL: the portal runs on SQLite (sqlite:///) and PostgreSQL (postgresql://).",
        ),
        (
            not _is_in_memory(database),
            "DATABASE_URL: name a file, such as sqlite:////srv/portal/portal.sqlite3; memory is lost.",
        ),
        (
            _is_day_of_the_year(settings.FINANCIAL_YEAR_END),
            "FINANCIAL_YEAR_END: give the month and the day, such as 03-31.",
        ),
        (
            not settings.REDIS_URL or settings.REDIS_URL.startswith(("redis://", "rediss://", "redis+unix://")),
            "REDIS_URL: start it with redis://, rediss:// or redis+unix://.",
        ),
    ]
    return [words for right, words in judged if not right]


def _payment_problems(settings: Settings) -> list[str]:
    """Money is taken with keys of the right kind, from the right place, or not at all."""
    key, base, origin = settings.STRIPE_SECRET_KEY, settings.STRIPE_API_BASE, settings.CHECKOUT_ORIGIN
    live = settings.is_production
    wanted = ("sk_live_", "rk_live_") if live else ("sk_test_", "rk_test_")
    judged = [
        (
            key.startswith(wanted),
            f"STRIPE_SECRET_KEY: give the secret key from Stripe’s dashboard that begins with {wanted[0]}"
            + ("; with a test key no money moves." if live else "; a demo or a test must never take real money."),
        ),
        (
            bool(settings.webhook_secrets) and all(one.startswith("whsec_") for one in settings.webhook_secrets),
            "STRIPE_WEBHOOK_SECRET: give the signing secret of the endpoint /hooks/stripe, which begins with whsec_.",
        ),
        (
            not live or DEMO_WEBHOOK_SECRET not in settings.webhook_secrets,
            "STRIPE_WEBHOOK_SECRET: the demo’s secret is known to everybody.",
        ),
        (_is_url(base, "http", "https") and _is_bare(base), f"STRIPE_API_BASE: give {STRIPE_API}, or leave it out."),
        (
            _is_url(origin, "http", "https") and _is_bare(origin),
            "CHECKOUT_ORIGIN: give the scheme and the name of Stripe’s payment page, such as " + STRIPE_CHECKOUT + ".",
        ),
        (
            not live or (_is_url(base, "https") and _host(base) not in LOOPBACK),
            "STRIPE_API_BASE: a sandbox takes no real money; leave it out.",
        ),
        (
            not live or (_is_url(origin, "https") and _host(origin) not in LOOPBACK),
            "CHECKOUT_ORIGIN: a sandbox takes no real money; leave it out.",
        ),
        (
            not settings.has_sandbox or _host(base) in LOOPBACK,
            "STRIPE_API_BASE: a demo or a test pays at the sandbox on this machine only.",
        ),
    ]
    return [words for right, words in judged if not right]


def _is_day_of_the_year(text: str) -> bool:
    try:
        dt.date.fromisoformat(f"2001-{text}")
    except ValueError:
        return False
    return True


def _sandbox_problems(settings: Settings) -> list[str]:
    """A demo writes sample data and mails sample people: never through somebody's real servers."""
    found = []
    if _host(settings.SMTP_URL) not in LOOPBACK:
        found.append("SMTP_URL: a demo or a test mails to a server on this machine only.")
    if settings.PORTAL_ENV == "demo" and not _database_hosts(settings.database_url) <= LOOPBACK:
        found.append("DATABASE_URL: a demo keeps its data on this machine only.")
    return found


def _production_problems(settings: Settings) -> list[str]:
    required = {
        "DATA_KEYS": f"the key that locks what is most private, such as the answer of {NEW_KEY}",
        "PUBLIC_URL": "the address people type, such as https://training.example",
        "SMTP_URL": "the mail server, such as smtp+starttls://user:password@mail.training.example:587",
        "MAIL_FROM": "who mail comes from, such as Example Training <hello@training.example>",
        "TEAM_EMAIL": "where your own team's enquiries go",
        "COMPANY_NAME": "the company's legal name, for the privacy notice",
        "COMPANY_ADDRESS": "the company's address, for the privacy notice",
        "COMPANY_TELEPHONE": "a telephone number for people who would rather talk",
        "PRIVACY_CONTACT": "the address that answers questions about privacy",
    }
    found = [f"{name}: say {what}." for name, what in required.items() if not getattr(settings, name).strip(" ,")]
    key = settings.SECRET_KEY
    if len(key) < 32 or len(set(key)) < 10 or "production refuses it" in key:
        found.append(
            "SECRET_KEY: give 32 characters or more that nobody can guess, such as the answer of "
            "python3 -c 'import secrets; print(secrets.token_urlsafe(48))'."
        )
    if DEMO_KEY in settings.data_keys:
        found.append("DATA_KEYS: the demo’s key is known to everybody.")
    if _is_url(settings.PUBLIC_URL, "http") and _host(settings.PUBLIC_URL) not in LOOPBACK:
        found.append("PUBLIC_URL: a public site is served over https only.")
    if _is_temporary(settings.database_url):
        name = "DATABASE_URL" if settings.DATABASE_URL else "PORTAL_DATA_DIR"
        found.append(f"{name}: the database would lie in a temporary folder; choose one that stays.")
    for name in ("RATE_LIMITS", "SPAM_CHECKS"):
        if getattr(settings, name) == "off":
            found.append(f"{name}: off is for demos and tests; leave it out.")
    return found


def _is_url(text: str, *schemes: str) -> bool:
    try:
        parts = urlsplit(text)
        return parts.scheme in schemes and bool(parts.hostname) and parts.port != 0
    except ValueError:
        return False


def _is_bare(text: str) -> bool:
    """A scheme, a host and perhaps a port: what a link can be put behind."""
    parts = urlsplit(text)
    return parts.username is None and text.removesuffix("/") == f"{parts.scheme}://{parts.netloc}"


def _host(text: str) -> str | None:
    try:
        return urlsplit(text).hostname
    except ValueError:
        return None


def _database_hosts(address: str) -> set[str]:
    """The hosts that a database address names, in its place or in its query; none is a socket of this machine."""
    try:
        parts = urlsplit(address)
        given, _ = unquote(parts.hostname or ""), parts.port
    except ValueError:
        return {address}
    query = parse_qs(parts.query)
    named = [given, *(one for name in ("host", "hostaddr", "service") for one in query.get(name, ()))]
    return {host for host in named if host and not host.startswith("/")}


def _sqlite_file(address: str) -> str | None:
    """The file of an SQLite address; None for another database."""
    return address.removeprefix("sqlite:///").partition("?")[0] if address.startswith("sqlite:///") else None


def _is_in_memory(address: str) -> bool:
    return _sqlite_file(address) in ("", ":memory:") or "mode=memory" in address


def _is_temporary(address: str) -> bool:
    file = None if _is_in_memory(address) else _sqlite_file(address)
    return file is not None and Path(file).absolute().is_relative_to(tempfile.gettempdir())


def _is_sender(text: str) -> bool:
    """A name and an address that every reader of mail headers takes apart in the same way."""
    _, address = parseaddr(text)
    return address == text.rpartition("<")[2].rstrip("> ") and _is_address(address)


def _is_address(text: str) -> bool:
    try:
        validate_email(text, check_deliverability=False, test_environment=True)
    except EmailNotValidError:
        return False
    return True
