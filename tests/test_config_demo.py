"""The settings of a demo: it stays on its own machine, whatever it is told."""

from __future__ import annotations

import pytest

import config
from config import BadSettings


@pytest.mark.parametrize("environment", ["demo", "testing"])
@pytest.mark.parametrize("host", ["0.0.0.0", "::", "192.0.2.7", "training.example"])
def test_a_demo_listens_on_this_machine_only(environment: str, host: str) -> None:
    with pytest.raises(BadSettings) as bad:
        config.load(PORTAL_ENV=environment, HOST=host)
    assert bad.value.problems == ["HOST: only production has secrets; elsewhere the portal listens on 127.0.0.1 only."]


@pytest.mark.parametrize("host", ["127.0.0.1", "localhost", "::1"])
def test_a_demo_needs_nothing_said_and_may_name_this_machine(host: str) -> None:
    settings = config.load(PORTAL_ENV="demo", HOST=host, PORT=6000)
    assert settings.has_sandbox
    assert settings.PUBLIC_URL == "http://127.0.0.1:6000"
    assert settings.SMTP_URL == "smtp://127.0.0.1:6002"


@pytest.mark.parametrize("environment", ["demo", "testing"])
def test_a_demo_never_mails_through_a_real_server(environment: str) -> None:
    with pytest.raises(BadSettings, match=r"^SMTP_URL: a demo or a test mails to a server on this machine only\.$"):
        config.load(PORTAL_ENV=environment, SMTP_URL="smtp://mail.training.example")


@pytest.mark.parametrize(
    "address",
    [
        "postgresql://portal@db.training.example/portal",
        "postgresql://portal@/portal?host=db.training.example",
        "postgresql://portal@localhost/portal?hostaddr=203.0.113.9",
        "postgresql:///portal?service=real",
        "postgresql://portal@[bad/portal",
        "postgresql://portal@127.0.0.1:port/portal",
        "postgresql:///portal?host=/run/postgresql&host=db.training.example",
    ],
)
def test_a_demo_never_writes_into_a_real_database(address: str) -> None:
    with pytest.raises(BadSettings, match=r"^DATABASE_URL: a demo keeps its data on this machine only\.$"):
        config.load(PORTAL_ENV="demo", DATABASE_URL=address)


@pytest.mark.parametrize(
    "address",
    [
        "postgresql://portal@127.0.0.1/portal",
        "postgresql://portal@/portal?host=/run/postgresql",
        "postgresql://portal@%2Frun%2Fpostgresql/portal",
        "sqlite:////srv/portal/portal.sqlite3",
    ],
)
def test_a_demo_may_use_a_database_of_this_machine(address: str) -> None:
    assert config.load(PORTAL_ENV="demo", DATABASE_URL=address)
