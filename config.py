"""Every setting of the portal, typed, read from the environment.

Production is the default, and a default stands here only if it is right in production and harmless in public.
`load()` refuses an unsafe or incomplete set-up, all problems at once, in plain words.
"""

from __future__ import annotations

import datetime as dt
from pathlib import Path
from typing import Any, Literal
from urllib.parse import urlsplit

from pydantic import Field, ValidationError
from pydantic_settings import BaseSettings, SettingsConfigDict

Environment = Literal["production", "demo", "development", "testing"]
Switch = Literal["on", "off"]


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
    DATA_KEYS: str = ""
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
    PAYMENTS: Literal["off", "stripe"] | None = None
    STRIPE_SECRET_KEY: str = ""
    STRIPE_WEBHOOK_SECRET: str = ""
    STRIPE_API_BASE: str = ""
    CHECKOUT_ORIGIN: str = ""
    CHECKOUT_MINUTES: int = Field(31, ge=31, le=1440)
    ORDER_LINK_DAYS: int = Field(90, ge=30, le=730)
    PLACE_DAYS: int = Field(30, ge=15, le=60)
    ORDER_DAYS: int = Field(30, ge=7, le=365)
    BOOKS_MONTHS: int = Field(72, ge=72, le=180)
    FINANCIAL_YEAR_END: str = "03-31"
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
    COMPLAINT_DAYS: int = Field(28, ge=7, le=90)
    COMPLAINT_MONTHS: int = Field(72, ge=12, le=240)
    EQUALITY: Switch = "off"
    EQUALITY_POLICY_ON: dt.date | None = None
    EQUALITY_POLICY_OWNER: str = ""
    EQUALITY_MONTHS: int = Field(12, ge=1, le=12)
    INVITATION_DAYS: int = Field(30, ge=1, le=60)
    MIN_AGE: int = Field(16, ge=13, le=21)
    REGISTRATION_DAYS: int = Field(7, ge=1, le=30)
    ACCOUNT_MONTHS: int = Field(24, ge=2, le=120)
    SECURITY_LOG_DAYS: int = Field(60, ge=1, le=365)

    @property
    def is_production(self) -> bool:
        """True unless PORTAL_ENV says demo, development or testing."""
        return self.PORTAL_ENV == "production"

    @property
    def has_sandbox(self) -> bool:
        """True where the stand-ins, the movable clock and the component page exist."""
        return self.PORTAL_ENV in ("demo", "testing")

    @property
    def takes_payments(self) -> bool:
        """True when courses are sold here."""
        return self.PAYMENTS == "stripe"

    @property
    def webhook_secrets(self) -> list[str]:
        """STRIPE_WEBHOOK_SECRET as a list: while it is being changed, the new one and the old."""
        return [secret.strip() for secret in self.STRIPE_WEBHOOK_SECRET.split(",") if secret.strip()]

    @property
    def data_keys(self) -> list[str]:
        """DATA_KEYS as a list: the first one locks, all of them open."""
        return [key.strip() for key in self.DATA_KEYS.split(",") if key.strip()]

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
    settings = settings.model_copy(
        update=_stripes_own(settings) if settings.is_production else _loopback_defaults(settings)
    )
    from portal.domain import settings as rules  # here, since the portal's own first line asks for this module

    others = rules.problems(settings) if "PORTAL_ENV" not in wrong else []
    if problems := [*wrong.values(), *others]:
        raise BadSettings(problems)
    return settings


def _in_plain_words(error: Any) -> str:
    name = str(error["loc"][0])
    return f"{name}: {error['msg'].removeprefix('Input ').removeprefix('should ')} (it says {str(error['input'])!r})."


def _stripes_own(settings: Settings) -> dict[str, str]:
    """Where Stripe is, unless the settings say otherwise."""
    from portal.domain.settings import STRIPE_API, STRIPE_CHECKOUT  # here, for the reason above

    defaults = {"PAYMENTS": "off", "STRIPE_API_BASE": STRIPE_API, "CHECKOUT_ORIGIN": STRIPE_CHECKOUT}
    return {name: value for name, value in defaults.items() if not getattr(settings, name)}


def _loopback_defaults(settings: Settings) -> dict[str, str]:
    """What a demo or a test may take for granted and a real site must say."""
    from portal.domain.settings import DEMO_KEY, DEMO_STRIPE_KEY, DEMO_WEBHOOK_SECRET  # here, for the same reason

    defaults = {
        "SECRET_KEY": f"{settings.PORTAL_ENV}-only, and no secret: production refuses it",
        "DATA_KEYS": DEMO_KEY,
        "PAYMENTS": "stripe",
        "STRIPE_SECRET_KEY": DEMO_STRIPE_KEY,
        "STRIPE_WEBHOOK_SECRET": DEMO_WEBHOOK_SECRET,
        "STRIPE_API_BASE": f"http://127.0.0.1:{settings.PORT + 1}",
        "CHECKOUT_ORIGIN": f"http://127.0.0.1:{settings.PORT + 1}",
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
