"""The privacy register: complete for every purpose, and never a consent that was not asked for."""

from __future__ import annotations

import dataclasses
import re

import pytest

import config
from portal.domain import purposes
from portal.domain.cookies import COOKIES
from portal.domain.purposes import CATEGORIES, PURPOSES, LawfulBasis, Purpose, active
from portal.domain.retention import RETENTION, RetentionClass
from portal.domain.rights import RIGHTS

EACH = pytest.mark.parametrize("purpose", PURPOSES.values(), ids=PURPOSES)


def texts(value: object) -> list[str]:
    """Every string inside a record of the register."""
    if isinstance(value, str):
        return [value]
    if isinstance(value, (tuple, frozenset)):
        return [text for one in value for text in texts(one)]
    if dataclasses.is_dataclass(value):
        return [text for one in dataclasses.fields(value) for text in texts(getattr(value, one.name))]
    return []


@pytest.mark.promise("ITC-2")
def test_there_are_these_lawful_bases_and_no_other() -> None:
    assert [basis.name for basis in LawfulBasis] == ["LEGITIMATE_INTERESTS", "CONSENT", "CONTRACT", "LEGAL_OBLIGATION"]
    assert all(basis.value for basis in LawfulBasis)


@EACH
@pytest.mark.promise("PRE-8")
def test_every_purpose_has_a_basis_and_at_least_one_known_category(purpose: Purpose) -> None:
    assert isinstance(purpose.basis, LawfulBasis)
    assert purpose.categories
    assert purpose.categories <= CATEGORIES.keys()


@EACH
def test_every_purpose_says_why_about_whom_how_long_and_what_without_it(purpose: Purpose) -> None:
    assert all((purpose.name, purpose.why, purpose.people, purpose.if_refused))
    assert purpose.retention in RETENTION


@EACH
def test_legitimate_interests_and_they_alone_have_a_balancing_note(purpose: Purpose) -> None:
    assert bool(purpose.balancing) is (purpose.basis == LawfulBasis.LEGITIMATE_INTERESTS)


@EACH
def test_a_purpose_that_rests_on_consent_can_be_refused_without_loss(purpose: Purpose) -> None:
    if purpose.basis == LawfulBasis.CONSENT:
        assert purpose.if_refused.startswith("Nothing changes")


def test_nothing_in_the_register_takes_use_or_silence_for_consent() -> None:
    everything = [text for one in (*PURPOSES.values(), *RETENTION.values(), *COOKIES) for text in texts(one)]
    everything += [*CATEGORIES.values(), *LawfulBasis, *texts(RIGHTS)]
    assert len(everything) > 50
    taken = re.compile(r"\bby (using|providing|giving|sending|continuing|submitting)\b|you (consent|agree)\b", re.I)
    assert [text for text in everything if taken.search(text)] == []


def test_news_rests_on_consent_and_exists_only_where_it_is_switched_on() -> None:
    assert PURPOSES["marketing"].basis == LawfulBasis.CONSENT
    assert "marketing" not in active({})
    assert "marketing" not in active({"MARKETING": "off"})
    assert active({"MARKETING": "on", "EQUALITY": "on"}) == PURPOSES


def test_a_purpose_that_needs_no_setting_always_exists() -> None:
    assert active({}) == {code: one for code, one in PURPOSES.items() if not one.needs}
    assert "answer-enquiry" in active({})


@EACH
def test_a_purpose_needs_only_a_switch_that_exists(purpose: Purpose) -> None:
    assert not purpose.needs or purpose.needs in config.Settings.model_fields


@pytest.mark.promise("OLT-28")
@pytest.mark.parametrize("kept", RETENTION.values(), ids=RETENTION)
def test_every_retention_class_is_counted_from_something_by_a_setting_for_a_reason(
    kept: RetentionClass,
) -> None:
    assert all((kept.what, kept.counted_from, kept.reason, kept.disposal))
    assert bool(kept.setting) is not bool(kept.length)
    if kept.setting:
        assert kept.setting.endswith(("_MONTHS", "_DAYS"))
        assert kept.setting in config.Settings.model_fields


def test_how_long_is_said_with_the_settings_as_they_are() -> None:
    assert RETENTION["enquiry"].kept_for({"ENQUIRY_MONTHS": 18}) == "18 months"
    assert RETENTION["security"].kept_for({"SECURITY_LOG_DAYS": 60}) == "60 days"
    assert RETENTION["network"].kept_for({}) == "a day at most"


def test_every_retention_class_is_one_that_a_purpose_uses() -> None:
    assert {one.retention for one in PURPOSES.values()} == RETENTION.keys()


def test_every_category_is_one_that_a_purpose_uses() -> None:
    assert {category for one in PURPOSES.values() for category in one.categories} == CATEGORIES.keys()


def test_every_cookie_is_necessary_and_says_what_it_is_for() -> None:
    assert all(cookie.necessary and cookie.why and cookie.setter and cookie.life for cookie in COOKIES)


def test_the_version_of_the_register_is_a_date() -> None:
    assert re.fullmatch(r"\d{4}-\d{2}-\d{2}", purposes.VERSION)
