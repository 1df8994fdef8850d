"""The settings: production refuses what is unsafe or missing, by name, all at once, in plain words."""

from __future__ import annotations

import base64
import tempfile
from pathlib import Path
from typing import Any

import pytest

import config
from config import BadSettings, Settings
from portal.domain.settings import DEMO_KEY

GOOD: dict[str, Any] = {
    "SECRET_KEY": "k7Qm2vX9pL4tRw8sBn3cYd6fHj1gZa5e",
    "DATA_KEYS": "q83vEjRWeJCrze8SNFZ4kKvN7xI0VniQq83vEjRWeJA=",
    "PUBLIC_URL": "https://training.example",
    "PORTAL_DATA_DIR": "/srv/portal",
    "SMTP_URL": "smtp+starttls://user:password@mail.training.example:587",
    "MAIL_FROM": "Example Training <hello@training.example>",
    "TEAM_EMAIL": "enquiries@training.example",
    "COMPANY_NAME": "Example Training Ltd",
    "COMPANY_ADDRESS": "1 High Street, Dudley",
    "COMPANY_TELEPHONE": "01632 960 001",
    "PRIVACY_CONTACT": "privacy@training.example",
}
MUST_BE_SAID = [name for name in GOOD if name not in ("SECRET_KEY", "PORTAL_DATA_DIR")]


def problems(**changes: Any) -> list[str]:
    with pytest.raises(BadSettings) as bad:
        config.load(**{**GOOD, **changes})
    assert str(bad.value) == "\n".join(bad.value.problems)
    return bad.value.problems


def in_testing(**changes: Any) -> Settings:
    return config.load(PORTAL_ENV="testing", **changes)


def test_a_complete_production_configuration_loads() -> None:
    settings = config.load(**GOOD)
    assert settings.is_production
    assert not settings.has_sandbox
    assert (settings.RATE_LIMITS, settings.SPAM_CHECKS) == ("on", "on")


def test_settings_are_read_from_the_environment(monkeypatch: pytest.MonkeyPatch) -> None:
    for name, value in GOOD.items():
        monkeypatch.setenv(name, value)
    monkeypatch.setenv("PORT", "8080")
    monkeypatch.setenv("WEB_PROCESSES", "")
    settings = config.load()
    assert Settings.model_fields["WEB_PROCESSES"].default == settings.WEB_PROCESSES
    assert settings.COMPANY_NAME == "Example Training Ltd"
    assert settings.PORT == 8080


@pytest.mark.parametrize(
    ("keys", "said"),
    [
        ("short", "DATA_KEYS: each key is what this answers"),
        (f"{GOOD['DATA_KEYS']}, not-a-key", "DATA_KEYS: each key is what this answers"),
        (f"{GOOD['DATA_KEYS']},{DEMO_KEY}", "DATA_KEYS: the demo’s key is known to everybody."),
        (" , ", "DATA_KEYS: say the key that locks what is most private"),
    ],
)
def test_data_keys_are_whole_and_secret(keys: str, said: str) -> None:
    (problem,) = problems(DATA_KEYS=keys)
    assert problem.startswith(said)


def test_the_newest_data_key_stands_first() -> None:
    other = base64.urlsafe_b64encode(b"x" * 32).decode()
    assert config.load(**{**GOOD, "DATA_KEYS": f"{other} , {GOOD['DATA_KEYS']}"}).data_keys == [
        other,
        GOOD["DATA_KEYS"],
    ]


def test_production_is_the_default_and_names_everything_that_is_missing_at_once() -> None:
    with pytest.raises(BadSettings) as bad:
        config.load(PORTAL_DATA_DIR="/srv/portal")
    assert [problem.partition(":")[0] for problem in bad.value.problems] == [*MUST_BE_SAID, "SECRET_KEY"]


@pytest.mark.promise("PRE-35")
@pytest.mark.parametrize("name", MUST_BE_SAID)
def test_each_missing_setting_is_asked_for_by_name(name: str) -> None:
    (problem,) = problems(**{name: ""})
    assert problem.startswith(f"{name}: say ")
    assert problem.endswith(".")


def test_an_empty_value_in_the_environment_is_a_missing_one(monkeypatch: pytest.MonkeyPatch) -> None:
    for name, value in {**GOOD, "TEAM_EMAIL": ""}.items():
        monkeypatch.setenv(name, value)
    with pytest.raises(BadSettings, match=r"^TEAM_EMAIL: say where your own team's enquiries go\.$"):
        config.load()


@pytest.mark.parametrize(
    "key",
    [
        "",
        "short",
        GOOD["SECRET_KEY"][:31],
        "x" * 64,
        in_testing().SECRET_KEY,
        config.load(PORTAL_ENV="demo").SECRET_KEY,
    ],
)
def test_a_secret_that_can_be_guessed_is_refused_and_never_repeated(key: str) -> None:
    (problem,) = problems(SECRET_KEY=key)
    assert problem.startswith("SECRET_KEY: give 32 characters or more that nobody can guess")
    assert not key or key not in problem


def test_a_secret_of_thirty_two_characters_is_long_enough() -> None:
    assert len(config.load(**GOOD).SECRET_KEY) == 32


@pytest.mark.promise("OLT-33")
@pytest.mark.parametrize(
    ("name", "value", "words"),
    [
        ("PUBLIC_URL", "http://training.example", "PUBLIC_URL: a public site is served over https only."),
        ("PUBLIC_URL", "training.example", "PUBLIC_URL: give the whole address, such as https://training.example."),
        ("PUBLIC_URL", "https://", "PUBLIC_URL: give the whole address, such as https://training.example."),
        ("PUBLIC_URL", "http://[bad", "PUBLIC_URL: give the whole address, such as https://training.example."),
        ("PUBLIC_URL", "https://[", "PUBLIC_URL: give the whole address, such as https://training.example."),
        ("PUBLIC_URL", "https://x:port", "PUBLIC_URL: give the whole address, such as https://training.example."),
        ("TEAM_EMAIL", "our team", "TEAM_EMAIL: 'our team' is not an email address."),
        ("TEAM_EMAIL", "training.example", "TEAM_EMAIL: 'training.example' is not an email address."),
        ("PRIVACY_CONTACT", "a@b@c.example", "PRIVACY_CONTACT: 'a@b@c.example' is not an email address."),
        (
            "MAIL_FROM",
            "Example Training",
            "MAIL_FROM: give a name and an address, such as Example Training <hello@training.example>;"
            " put a name with a comma or other signs into quotation marks.",
        ),
        (
            "SMTP_URL",
            "mail.training.example",
            "SMTP_URL: start it with smtp://, smtps:// or smtp+starttls://, then the server's name.",
        ),
        (
            "SMTP_URL",
            "smtp://",
            "SMTP_URL: start it with smtp://, smtps:// or smtp+starttls://, then the server's name.",
        ),
        (
            "DATABASE_URL",
            "mysql://db.example/portal",
            "DATABASE_URL: the portal runs on SQLite (sqlite:///) and PostgreSQL (postgresql://).",
        ),
        ("REDIS_URL", "redis.example:6379", "REDIS_URL: start it with redis://, rediss:// or redis+unix://."),
        ("REDIS_URL", "unix:///run/redis.sock", "REDIS_URL: start it with redis://, rediss:// or redis+unix://."),
        *(
            ("PUBLIC_URL", address, "PUBLIC_URL: give the scheme and the name only, such as https://training.example.")
            for address in (
                "https://user:word@training.example",
                "https://training.example/portal",
                "https://training.example/?from=mail",
                "https://training.example/#top",
                "https://training.example?",
                "https://training.example#",
                "https://training.example/\n",
            )
        ),
        (
            "REGULATOR_URL",
            "javascript:alert(1)",
            "REGULATOR_URL: give the whole address of the page that takes complaints, with https://.",
        ),
        *(
            (
                "DATABASE_URL",
                address,
                "DATABASE_URL: name a file, such as sqlite:////srv/portal/portal.sqlite3; memory is lost.",
            )
            for address in ("sqlite:///:memory:", "sqlite:///", "sqlite:///file:portal?mode=memory&uri=true")
        ),
        (
            "DATABASE_URL",
            f"sqlite:///{tempfile.gettempdir()}/portal.sqlite3",
            "DATABASE_URL: the database would lie in a temporary folder; choose one that stays.",
        ),
        ("RATE_LIMITS", "off", "RATE_LIMITS: off is for demos and tests; leave it out."),
        ("SPAM_CHECKS", "off", "SPAM_CHECKS: off is for demos and tests; leave it out."),
        (
            "PORTAL_DATA_DIR",
            str(Path(tempfile.gettempdir()) / "portal"),
            "PORTAL_DATA_DIR: the database would lie in a temporary folder; choose one that stays.",
        ),
    ],
)
def test_production_refuses_each_bad_setting_in_plain_words(name: str, value: str, words: str) -> None:
    assert problems(**{name: value}) == [words]


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("PORT", "0"),
        ("PORT", "65001"),
        ("PORT", "http"),
        ("WEB_PROCESSES", "0"),
        ("DATABASE_POOL", "1"),
        ("TRUSTED_PROXIES", "-1"),
        ("RATE_LIMITS", "perhaps"),
        ("MARKETING", "yes"),
        ("ANSWER_WORKING_DAYS", "0"),
        ("ENQUIRY_LINK_DAYS", "0"),
        ("ENQUIRY_MONTHS", "121"),
        ("PORTAL_ENV", "prod"),
    ],
)
def test_a_value_of_the_wrong_kind_is_named_with_what_it_says(name: str, value: str) -> None:
    (problem,) = problems(**{name: value})
    assert problem.startswith(f"{name}: ")
    assert problem.endswith(f"(it says {value!r}).")
    assert "Input should" not in problem


def test_values_of_the_wrong_kind_and_missing_ones_are_named_together(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PORT", "http")
    said = problems(WEB_PROCESSES="0", TEAM_EMAIL="", RATE_LIMITS="off", PUBLIC_URL="http://training.example")
    assert {problem.partition(":")[0] for problem in said} == {
        *("PORT", "WEB_PROCESSES", "TEAM_EMAIL", "RATE_LIMITS", "PUBLIC_URL"),
    }


def test_a_password_in_a_bad_address_is_never_repeated() -> None:
    for name, value in (
        ("SMTP_URL", "http://user:hunter2@x.example"),
        ("DATABASE_URL", "mysql://user:hunter2@x.example"),
        ("REDIS_URL", "http://user:hunter2@x.example"),
    ):
        assert "hunter2" not in str(problems(**{name: value}))


def test_a_database_of_its_own_makes_any_data_folder_right() -> None:
    assert config.load(**{**GOOD, "PORTAL_DATA_DIR": tempfile.gettempdir(), "DATABASE_URL": "postgresql://db/portal"})


@pytest.mark.parametrize("address", ["http://127.0.0.1:5000", "http://localhost:8000"])
def test_plain_http_is_fine_on_the_machine_itself(address: str) -> None:
    settings = config.load(**{**GOOD, "PUBLIC_URL": address})
    assert address == settings.PUBLIC_URL


def test_production_may_listen_anywhere() -> None:
    assert config.load(**{**GOOD, "HOST": "0.0.0.0"}).HOST == "0.0.0.0"


def test_what_a_test_says_wins_over_what_it_may_take_for_granted() -> None:
    assert in_testing(COMPANY_NAME="Ours Ltd").COMPANY_NAME == "Ours Ltd"


@pytest.mark.parametrize(
    ("given", "address"),
    [
        ("postgres://u:p@db/portal", "postgresql+psycopg://u:p@db/portal"),
        ("postgresql://db/portal?sslmode=require", "postgresql+psycopg://db/portal?sslmode=require"),
        ("postgresql+psycopg://db/portal", "postgresql+psycopg://db/portal"),
        ("sqlite:////srv/portal.sqlite3", "sqlite:////srv/portal.sqlite3"),
    ],
)
def test_postgresql_is_spoken_to_through_psycopg(given: str, address: str) -> None:
    assert config.load(**{**GOOD, "DATABASE_URL": given}).database_url == address


def test_without_a_database_url_it_is_sqlite_in_the_data_folder() -> None:
    assert config.load(**GOOD).database_url == "sqlite:////srv/portal/portal.sqlite3"


def test_trusted_hosts_are_the_public_one_and_those_named() -> None:
    settings = config.load(**{**GOOD, "TRUSTED_HOSTS": " old.example ,, www.training.example"})
    assert settings.trusted_hosts == ["old.example", "www.training.example", "training.example"]
    assert {"127.0.0.1", "localhost"} <= set(in_testing().trusted_hosts)


def test_settings_cannot_be_changed_once_loaded() -> None:
    with pytest.raises(ValueError, match="frozen"):
        config.load(**GOOD).PORT = 1  # type: ignore[misc]


def test_a_redis_socket_is_an_address_too() -> None:
    assert config.load(**{**GOOD, "REDIS_URL": "redis+unix:///run/redis.sock"})
