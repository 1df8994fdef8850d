"""Every setting of the portal, typed, read from the environment.

Production is the default, and a default stands here only if it is right in production and harmless in public.
`load()` refuses an unsafe or incomplete set-up, all problems at once, in plain words.
"""

from __future__ import annotations

import tempfile
from email.utils import parseaddr
from pathlib import Path
from typing import Any, Literal
from urllib.parse import unquote, urlsplit

from email_validator import EmailNotValidError, validate_email
from pydantic import Field, ValidationError
from pydantic_settings import BaseSettings, SettingsConfigDict
from sqlalchemy import make_url
from sqlalchemy.exc import ArgumentError

Environment = Literal["production", "demo", "development", "testing"]
Switch = Literal["on", "off"]

LOOPBACK = {"127.0.0.1", "localhost", "::1"}
LOOPBACK_ONLY = "and no secret: production refuses it"


class BadSettings(Exception):
    """The settings can't be used. `problems` names each in one plain sentence."""

    def __init__(self, problems: list[str]) -> None:
        super().__init__("\n".join(problems))
        self.problems = problems


class Settings(BaseSettings):
    """The settings; README explains each in its table. Lengths of time end in their unit."""

    model_config = SettingsConfigDict(env_ignore_empty=True, extra="ignore", frozen=True)

    PORTAL_ENV: Environment = "production"
    SECRET_KEY: str = ""
    DATABASE_URL: str = ""
    PUBLIC_URL: str = ""
    PORTAL_DATA_DIR: Path = Path("instance")
    HOST: str = "127.0.0.1"
    PORT: int = Field(5000, ge=1, le=65000)
    WEB_PROCESSES: int = Field(2, ge=1, le=64)
    DATABASE_POOL: int = Field(8, ge=2, le=200)
    SMTP_URL: str = ""
    MAIL_FROM: str = ""
    REDIS_URL: str = ""
    TRUSTED_PROXIES: int = Field(0, ge=0, le=5)
    TRUSTED_HOSTS: str = ""
    RATE_LIMITS: Switch = "on"
    SPAM_CHECKS: Switch = "on"
    MARKETING: Switch = "off"
    TEAM_EMAIL: str = ""
    COMPANY_NAME: str = ""
    COMPANY_SHORT_NAME: str = ""
    COMPANY_STRAPLINE: str = ""
    COMPANY_ADDRESS: str = ""
    COMPANY_TELEPHONE: str = ""
    COMPANY_HOURS: str = "Weekdays, 9 to 5"
    COMPANY_NUMBER: str = ""
    COMPANY_VAT_NUMBER: str = ""
    DATA_PROTECTION_NUMBER: str = ""
    PRIVACY_CONTACT: str = ""
    REGULATOR_NAME: str = "Information Commission"
    REGULATOR_URL: str = "https://ico.org.uk/make-a-complaint/"
    ANSWER_WORKING_DAYS: int = Field(3, ge=1, le=20)
    ENQUIRY_LINK_DAYS: int = Field(90, ge=1, le=730)
    ENQUIRY_MONTHS: int = Field(24, ge=1, le=120)

    @property
    def is_production(self) -> bool:
        """True unless PORTAL_ENV says demo, development or testing."""
        return self.PORTAL_ENV == "production"

    @property
    def has_sandbox(self) -> bool:
        """True where the stand-ins, the movable clock and the component page exist."""
        return self.PORTAL_ENV in ("demo", "testing")

    @property
    def database_url(self) -> str:
        """DATABASE_URL for SQLAlchemy, psycopg 3 for PostgreSQL; SQLite in the data directory when unset."""
        if not self.DATABASE_URL:
            return f"sqlite:///{self.PORTAL_DATA_DIR.absolute() / 'portal.sqlite3'}"
        for plain in ("postgres://", "postgresql://"):
            if self.DATABASE_URL.startswith(plain):
                return "postgresql+psycopg://" + self.DATABASE_URL.removeprefix(plain)
        return self.DATABASE_URL

    @property
    def trusted_hosts(self) -> list[str]:
        """Host names that requests may ask for: PUBLIC_URL's and TRUSTED_HOSTS'."""
        named = [host.strip() for host in self.TRUSTED_HOSTS.split(",") if host.strip()]
        public = urlsplit(self.PUBLIC_URL).hostname
        own = ["127.0.0.1", "localhost"] if not self.is_production else []
        return [*named, *([public] if public else []), *own]


def load(**overrides: Any) -> Settings:
    """The settings from the process's environment; `overrides` win. Raises BadSettings with every problem found."""
    wrong: dict[str, str] = {}
    try:
        settings = Settings(**overrides)
    except ValidationError as invalid:
        wrong = {str(error["loc"][0]): _in_plain_words(error) for error in invalid.errors()}
        settings = Settings(**overrides | {name: Settings.model_fields[name].default for name in wrong})
    if not settings.is_production:
        settings = settings.model_copy(update=_loopback_defaults(settings))
    others = _problems(settings) if "PORTAL_ENV" not in wrong else []
    if problems := [*wrong.values(), *others]:
        raise BadSettings(problems)
    return settings


def _in_plain_words(error: Any) -> str:
    name = str(error["loc"][0])
    return f"{name}: {error['msg'].removeprefix('Input ').removeprefix('should ')} (it says {str(error['input'])!r})."


def _loopback_defaults(settings: Settings) -> dict[str, str]:
    """What a demo or a test may take for granted and a real site must say."""
    defaults = {
        "SECRET_KEY": f"{settings.PORTAL_ENV}-only, {LOOPBACK_ONLY}",
        "PUBLIC_URL": f"http://127.0.0.1:{settings.PORT}",
        "SMTP_URL": f"smtp://127.0.0.1:{settings.PORT + 2}",
        "MAIL_FROM": "Meridian Training <hello@meridian.example>",
        "TEAM_EMAIL": "enquiries@meridian.example",
        "COMPANY_NAME": "Meridian Fibre & Laser Training Ltd",
        "COMPANY_SHORT_NAME": "Meridian",
        "COMPANY_STRAPLINE": "Fibre and laser training, in every part of the UK",
        "COMPANY_ADDRESS": "8 Canal Wharf, Birmingham",
        "COMPANY_TELEPHONE": "0121 496 0143",
        "COMPANY_NUMBER": "0000000",
        "COMPANY_VAT_NUMBER": "GB 000 0000 00",
        "DATA_PROTECTION_NUMBER": "ZA000000",
        "PRIVACY_CONTACT": "privacy@meridian.example",
    }
    return {name: value for name, value in defaults.items() if not getattr(settings, name)}


def _problems(settings: Settings) -> list[str]:
    found = [*_shape_problems(settings)]
    if settings.is_production:
        found += _production_problems(settings)
    elif settings.HOST not in LOOPBACK:
        found.append("HOST: only production has secrets; elsewhere the portal listens on 127.0.0.1 only.")
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
            not settings.REDIS_URL or settings.REDIS_URL.startswith(("redis://", "rediss://", "redis+unix://")),
            "REDIS_URL: start it with redis://, rediss:// or redis+unix://.",
        ),
    ]
    return [words for right, words in judged if not right]


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
        "PUBLIC_URL": "the address people type, such as https://training.example",
        "SMTP_URL": "the mail server, such as smtp+starttls://user:password@mail.training.example:587",
        "MAIL_FROM": "who mail comes from, such as Example Training <hello@training.example>",
        "TEAM_EMAIL": "where your own team's enquiries go",
        "COMPANY_NAME": "the company's legal name, for the privacy notice",
        "COMPANY_ADDRESS": "the company's address, for the privacy notice",
        "COMPANY_TELEPHONE": "a telephone number for people who would rather talk",
        "PRIVACY_CONTACT": "the address that answers questions about privacy",
    }
    found = [f"{name}: say {what}." for name, what in required.items() if not getattr(settings, name)]
    if len(settings.SECRET_KEY) < 32 or len(set(settings.SECRET_KEY)) < 10 or LOOPBACK_ONLY in settings.SECRET_KEY:
        found.append(
            "SECRET_KEY: give 32 characters or more that nobody can guess, such as the answer of "
            "python3 -c 'import secrets; print(secrets.token_urlsafe(48))'."
        )
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
        url = make_url(address)
    except (ArgumentError, ValueError):
        return {address}
    asked = [one for name in ("host", "hostaddr", "service") for one in url.normalized_query.get(name, ())]
    named = [unquote(url.host or ""), *asked]
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
