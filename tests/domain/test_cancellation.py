"""The right to cancel: its days, what is given back, and how that is said."""

from __future__ import annotations

import datetime as dt
from dataclasses import replace

import pytest

from portal.domain import cancellation
from portal.domain.cancellation import Buyer, Content, Contract, Reason, Start, Supplied
from portal.domain.errors import Unfit
from portal.domain.working_days import LONDON


def utc(text: str) -> dt.datetime:
    return dt.datetime.fromisoformat(text).replace(tzinfo=dt.UTC)


def london(text: str) -> dt.datetime:
    return dt.datetime.fromisoformat(text).replace(tzinfo=LONDON)


MADE = utc("2026-11-22 10:00")
LATER = utc("2026-11-25 10:00")
SERVICE = Contract(
    Buyer.ME,
    Content.SERVICE,
    MADE,
    paid_pence=57600,
    supplied=Supplied(0, 10),
    confirmed_at=utc("2026-11-22 10:01"),
    informed_at=utc("2026-11-22 09:58"),
)
ASKED = replace(
    SERVICE,
    requested_at=utc("2026-11-22 09:59"),
    acknowledged_at=utc("2026-11-22 09:59"),
    opened_at=utc("2026-11-22 10:05"),
)
BEGUN = replace(ASKED, supplied=Supplied(3, 10))
RECORDED = replace(BEGUN, content=Content.RECORDED)


def told(contract: Contract, now: dt.datetime = LATER) -> tuple[bool, int, Reason]:
    answer = cancellation.cancel(contract, now)
    return answer.can_cancel, answer.refund_pence, answer.reason


# The days.


@pytest.mark.parametrize(
    ("made", "last"),
    [
        ("2026-11-22 00:00", "2026-12-06"),
        ("2026-11-22 23:59", "2026-12-06"),
        ("2026-12-20 12:00", "2027-01-03"),
        ("2028-02-20 12:00", "2028-03-05"),
        ("2026-03-20 12:00", "2026-04-03"),
    ],
)
def test_the_last_day_is_the_fourteenth_after_the_day_of_the_contract(made: str, last: str) -> None:
    moment = london(made)
    assert cancellation.last_day(moment, moment) == dt.date.fromisoformat(last)


def test_the_day_is_londons_whatever_the_clock_of_the_machine() -> None:
    late = utc("2026-07-06 23:30")
    assert cancellation.last_day(late, late) == dt.date(2026, 7, 21)


def test_the_right_ends_at_midnight_in_london() -> None:
    assert told(SERVICE, london("2026-12-06 23:59:59")) == (True, 57600, Reason.NOT_OPEN)
    assert told(SERVICE, london("2026-12-07 00:00:00")) == (False, 0, Reason.PERIOD_OVER)
    summer = replace(SERVICE, made_at=utc("2026-07-01 12:00"), informed_at=utc("2026-07-01 12:00"))
    assert told(summer, utc("2026-07-15 22:59"))[0]
    assert not told(summer, utc("2026-07-15 23:00"))[0]


def test_whoever_was_not_told_has_twelve_months_more() -> None:
    assert cancellation.last_day(MADE, None) == dt.date(2027, 12, 6)
    unknowing = replace(BEGUN, informed_at=None)
    assert told(unknowing, london("2027-12-06 23:59")) == (True, 57600, Reason.NOT_TOLD)
    assert told(unknowing, london("2027-12-07 00:00")) == (False, 0, Reason.PERIOD_OVER)


@pytest.mark.parametrize(
    ("informed", "last"),
    [
        ("2026-11-22 10:01", "2026-12-06"),
        ("2026-11-30 12:00", "2026-12-14"),
        ("2027-06-01 12:00", "2027-06-15"),
        ("2027-11-22 12:00", "2027-12-06"),
        ("2027-11-23 12:00", "2027-12-06"),
    ],
)
def test_whoever_is_told_late_has_fourteen_days_from_then(informed: str, last: str) -> None:
    assert cancellation.last_day(MADE, utc(informed)) == dt.date.fromisoformat(last)


def test_twelve_months_over_a_leap_day_end_on_the_last_of_february() -> None:
    assert cancellation.last_day(utc("2028-02-15 12:00"), None) == dt.date(2029, 2, 28)


def test_a_course_that_waits_opens_when_the_right_has_ended_and_not_before() -> None:
    assert cancellation.opens_on(MADE, Start.AFTER_14_DAYS) == dt.date(2026, 12, 7)
    assert cancellation.opens_at(MADE, Start.AFTER_14_DAYS) == utc("2026-12-07 00:00")
    assert cancellation.opens_at(utc("2026-07-01 12:00"), Start.AFTER_14_DAYS) == utc("2026-07-15 23:00")


@pytest.mark.parametrize("start", [Start.NOW, None])
def test_every_other_course_opens_at_once(start: Start | None) -> None:
    assert cancellation.opens_on(utc("2026-07-06 23:30"), start) == dt.date(2026, 7, 7)
    assert cancellation.opens_at(MADE, start) == MADE


def test_money_is_back_within_fourteen_days_of_the_word() -> None:
    assert cancellation.refund_by(utc("2026-11-25 10:00")) == dt.date(2026, 12, 9)


# What is given back.


def test_a_course_not_yet_opened_is_given_back_in_full() -> None:
    assert told(SERVICE) == (True, 57600, Reason.NOT_OPEN)
    assert told(replace(RECORDED, opened_at=None, supplied=Supplied(0, 10))) == (True, 57600, Reason.NOT_OPEN)


def test_a_run_with_later_dates_is_given_back_in_full() -> None:
    opened = replace(ASKED, supplied=Supplied(0, 2, "days"))
    assert told(opened) == (True, 57600, Reason.NOT_STARTED)
    assert told(replace(opened, requested_at=None)) == (True, 57600, Reason.NOT_STARTED)


def test_what_was_asked_for_and_had_is_paid_in_proportion() -> None:
    assert told(BEGUN) == (True, 40320, Reason.PARTLY_HAD)
    assert cancellation.cancel(BEGUN, LATER).pays_pence == 17280
    assert told(replace(BEGUN, supplied=Supplied(1, 3), paid_pence=100)) == (True, 67, Reason.PARTLY_HAD)


def test_an_acknowledged_service_that_is_complete_cannot_be_cancelled() -> None:
    complete = replace(BEGUN, supplied=Supplied(10, 10), performed=True)
    assert told(complete) == (False, 0, Reason.PERFORMED)
    assert told(replace(complete, acknowledged_at=None)) == (True, 0, Reason.PARTLY_HAD)
    assert told(replace(complete, performed=False)) == (True, 0, Reason.PARTLY_HAD)


@pytest.mark.parametrize("asked", [None, utc("2026-11-22 10:06")], ids=["never", "too late"])
def test_a_service_that_began_unasked_costs_nothing(asked: dt.datetime | None) -> None:
    unasked = replace(BEGUN, requested_at=asked)
    assert told(unasked) == (True, 57600, Reason.STARTED_UNASKED)
    assert told(replace(unasked, supplied=Supplied(10, 10), performed=True)) == (True, 57600, Reason.STARTED_UNASKED)


def test_a_service_costs_nothing_where_the_right_was_explained_after_the_order() -> None:
    assert told(replace(BEGUN, informed_at=MADE + dt.timedelta(minutes=1))) == (True, 57600, Reason.NOT_TOLD)


def test_a_recorded_course_with_everything_on_paper_cannot_be_cancelled_once_open() -> None:
    assert told(RECORDED) == (False, 0, Reason.WAIVED)
    assert told(replace(RECORDED, supplied=Supplied(0, 10))) == (False, 0, Reason.WAIVED)


@pytest.mark.parametrize("missing", ["requested_at", "acknowledged_at", "confirmed_at"])
@pytest.mark.parametrize("when", [None, utc("2026-11-22 10:06")], ids=["never", "too late"])
def test_a_recorded_course_costs_nothing_where_a_paper_is_missing(missing: str, when: dt.datetime | None) -> None:
    assert told(replace(RECORDED, **{missing: when})) == (True, 57600, Reason.NOT_WAIVED)


def test_a_waiver_of_a_right_that_nobody_explained_is_none() -> None:
    assert told(replace(RECORDED, informed_at=None)) == (True, 57600, Reason.NOT_TOLD)


def test_organisations_have_no_right_of_this_kind() -> None:
    answer = cancellation.cancel(replace(SERVICE, buyer=Buyer.ORGANISATION), MADE)
    assert (answer.can_cancel, answer.last_day, answer.refund_pence) == (False, None, 0)
    assert answer.reason is Reason.ORGANISATION


def test_what_was_given_back_before_is_taken_off() -> None:
    assert told(replace(SERVICE, refunded_pence=7600)) == (True, 50000, Reason.NOT_OPEN)
    assert told(replace(BEGUN, refunded_pence=40000)) == (True, 320, Reason.PARTLY_HAD)
    assert told(replace(BEGUN, refunded_pence=57600)) == (True, 0, Reason.PARTLY_HAD)


@pytest.mark.parametrize(
    ("delivery", "content"),
    [("automated", Content.RECORDED), ("tutor_supported", Content.SERVICE), ("live", Content.SERVICE)],
)
def test_only_what_runs_by_itself_is_digital_content(delivery: str, content: Content) -> None:
    assert cancellation.content_of(delivery) is content


@pytest.mark.parametrize(
    "wrong",
    [
        {"made_at": dt.datetime(2026, 11, 22)},
        {"opened_at": dt.datetime(2026, 11, 22)},
        {"paid_pence": -1},
        {"refunded_pence": -1},
        {"opened_at": None},
    ],
)
def test_a_contract_that_contradicts_itself_is_refused(wrong: dict[str, object]) -> None:
    with pytest.raises(ValueError, match=r"\w"):
        replace(BEGUN, **wrong)


@pytest.mark.parametrize(("done", "whole"), [(-1, 10), (11, 10), (0, 0)])
def test_a_share_lies_between_nothing_and_all(done: int, whole: int) -> None:
    with pytest.raises(ValueError, match="share"):
        Supplied(done, whole)


# What staff give back regardless.


def test_staff_may_give_back_any_sum_up_to_what_is_left() -> None:
    assert cancellation.refundable(1, 57600, 0) == 57599
    assert cancellation.refundable(40320, 57600, 17280) == 0


@pytest.mark.parametrize(
    ("amount", "refunded", "words"),
    [
        (0, 0, "Enter a sum from £0.01 to £576.00"),
        (-5, 17280, "Enter a sum from £0.01 to £403.20"),
        (40321, 17280, "Enter £403.20 or less: that is all that is left of this line"),
        (1, 57600, "All that was paid for this has been given back already"),
    ],
)
def test_staff_are_told_what_they_may_give_back(amount: int, refunded: int, words: str) -> None:
    with pytest.raises(Unfit, match=words) as caught:
        cancellation.refundable(amount, 57600, refunded)
    assert caught.value.column == "amount"
