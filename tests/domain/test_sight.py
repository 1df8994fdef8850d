"""Who can see what: read from the marks, grouped into areas, and nothing left out."""

from __future__ import annotations

import datetime as dt

import pytest

from portal.domain import purposes, sight
from portal.domain.roles import Role
from portal.domain.sight import AREAS, LISTED, WORDS, Hat, Route, due_at, find_area, is_due, opens_to, seen_by

NOW = dt.datetime(2026, 11, 23, 10, tzinfo=dt.UTC)


def _route(path: str, mark: str, *methods: str) -> Route:
    return Route(path, frozenset(methods or ("GET",)), mark)


@pytest.mark.parametrize(
    ("mark", "enters"),
    [
        ("staff:", set(Role)),
        ("staff:manager,privacy", {"manager", "privacy"}),
        ("support_reader", {"support_reader"}),
        ("partner_contact", {"partner_contact"}),
        ("trainee", {"trainee"}),
        ("signed_in", {*Role, "trainee"}),
        ("somebody new", set()),
    ],
)
def test_a_mark_opens_to_these_and_to_nobody_else(mark: str, enters: set[str]) -> None:
    assert {who for who in WORDS if opens_to(mark, who)} == enters


@pytest.mark.parametrize(
    ("path", "name"),
    [
        ("/admin", "Needs you"),
        ("/admin/trainees", "Trainees"),
        ("/admin/trainees.csv", "Trainees"),
        ("/admin/trainees/<reference>/suspend", "Trainees"),
        ("/admin/reports/equality/<period>.csv", "Reports"),
        ("/account/security/two-step", "Own account"),
    ],
)
def test_an_address_belongs_to_the_area_it_begins_with(path: str, name: str) -> None:
    area = find_area(path)
    assert area
    assert area.name == name


@pytest.mark.parametrize("path", ["/admin/something-new", "/administrators", "/", "/stafford"])
def test_an_address_of_no_area_is_not_taken_for_one(path: str) -> None:
    assert find_area(path) is None


def test_what_somebody_may_is_said_area_by_area() -> None:
    routes = [
        _route("/admin/trainees", "staff:manager,enquiries"),
        _route("/admin/trainees.csv", "staff:manager"),
        _route("/admin/trainees/<reference>/suspend", "staff:manager", "POST"),
        _route("/admin/courses", "staff:manager,enquiries"),
        _route("/admin/support", "support_reader"),
    ]

    def said(who: str) -> dict[str, str]:
        return {one.area.name: one.may for one in seen_by(who, routes)}

    assert said("manager") == {"Courses": "see", "Trainees": "see and change, take away as a file"}
    assert said("enquiries") == {"Courses": "see", "Trainees": "see"}
    assert said("support_reader") == {"Support": "see"}
    assert said("privacy") == {}


def test_an_address_that_nobody_described_is_listed_all_the_same() -> None:
    found = seen_by("manager", [_route("/admin/new", "staff:manager", "POST"), _route("/admin", "staff:")])
    assert [(one.area.name, one.may) for one in found] == [("Needs you", "see"), ("/admin/new", "change")]


def test_the_areas_name_purposes_of_the_register() -> None:
    named = {code for area in AREAS.values() for code in area.purposes}
    assert named <= set(purposes.PURPOSES)
    assert {Hat.TRAINEE, *LISTED} == set(WORDS)


def test_what_opens_to_nobody_else_is_named_as_far_as_it_is_active() -> None:
    def closed(path: str, mark: str, **switches: str) -> list[str]:
        return sight.seen_by_nobody_else([_route(path, mark)], purposes.active(switches))

    support, account = purposes.PURPOSES["support"].name, purposes.PURPOSES["keep-account"].name
    assert support in closed("/admin", "staff:")
    assert support not in closed("/admin/support", "support_reader")
    assert account in closed("/account", "signed_in")
    news = purposes.PURPOSES["marketing"].name
    assert (news in closed("/", "trainee"), news in closed("/", "trainee", MARKETING="on")) == (False, True)


@pytest.mark.parametrize(
    ("last", "due"),
    [(None, True), (NOW, False), (NOW - dt.timedelta(days=364), False), (NOW - dt.timedelta(days=365), True)],
)
def test_it_is_due_when_nobody_has_looked_for_a_year(last: dt.datetime | None, due: bool) -> None:
    assert is_due(last, NOW) is due


def test_it_is_due_within_five_working_days() -> None:
    assert due_at(NOW) == dt.datetime(2026, 11, 30, 17, tzinfo=dt.UTC)
