"""Judging a file of enquiries: each alone, against what is stored, keeping what the file says."""

from __future__ import annotations

import csv
import datetime as dt
import io

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlalchemy import delete, func, select
from sqlalchemy.orm import Session

from portal.domain.errors import BadFile
from portal.domain.routing import Audience
from portal.gateways.clock import Clock
from portal.models.enquiry import Enquiry, Holder, Referral
from portal.models.partner import Partner
from portal.models.session import Source, reading, writing
from portal.services import imports, routing
from tests.factories import send

pytestmark = pytest.mark.usefixtures("catalogue", "context")

HEADER = "region,country,interest,audience,learners,keep_with_us\n"
NOON = dt.datetime(2026, 11, 20, 12, tzinfo=dt.UTC)
WEEK = dt.timedelta(hours=168)


class Stopped(Clock):
    """A clock that stands at noon."""

    def now(self, source: Source) -> dt.datetime:
        return NOON


def judge(rows: str, header: str = HEADER, clock: Clock | None = None) -> list[dict[str, str]]:
    return list(csv.DictReader(io.StringIO(routing.judge(header + rows, clock or Clock()))))


def problems(content: str) -> list[str]:
    with pytest.raises(BadFile) as bad:
        routing.judge(content, Clock())
    return bad.value.problems


def refer(session: Session, code: str, at: dt.datetime, number: int) -> None:
    """A referral as it is stored, at any moment."""
    enquiry = Enquiry(
        reference=f"ENQ-{number}",
        submission=f"submission {number}",
        full_name="Priya Nair",
        email="priya@nairfibre.example",
        email_key="priya@nairfibre.example",
        region="scotland",
        interest="other",
        audience=Audience.INDIVIDUAL,
        keep_with_us=False,
        holder=Holder.PARTNER,
        received_at=at,
        due_at=at,
    )
    session.add(enquiry)
    session.flush()
    partner_id = session.scalars(select(Partner.id).where(Partner.code == code)).one()
    session.add(Referral(enquiry_id=enquiry.id, partner_id=partner_id, referred_at=at))


@pytest.mark.promise("OTT-6")
def test_each_enquiry_gets_its_partner_its_rule_and_a_reason_people_can_read() -> None:
    judged = judge("west-midlands,,FIB-SPLICE,organisation,6,no\nscotland,,other,individual,,no\n")
    assert [(row["partner"], row["rule"], row["reason"]) for row in judged] == [
        (
            "LIN",
            "Midlands fibre",
            "You are in the West Midlands and asked about fibre splicing; Lindum covers both.",
        ),
        ("CLY", "Scotland", "You are in Scotland. Both teach in Scotland every week."),
    ]


def test_our_own_team_is_an_empty_partner_and_an_empty_rule_with_a_reason() -> None:
    (judged,) = judge("london,,SAF-STREET,individual,,no\n")
    assert (judged["partner"], judged["rule"]) == ("", "")
    assert judged["reason"] == (
        "You are in London and asked about street works; our own people answer that themselves."
    )


@pytest.mark.promise("OTT-7")
def test_who_asked_for_our_own_team_gets_it_whatever_the_rules_say() -> None:
    (judged,) = judge("west-midlands,,FIB-SPLICE,organisation,6,yes\n")
    assert (judged["partner"], judged["rule"]) == ("", "")
    assert judged["reason"] == "You asked for our own team; nobody else is told."


def test_a_country_is_named_in_the_reason() -> None:
    (judged,) = judge("outside-uk,NL,fibre,individual,1,no\n")
    assert judged["reason"].startswith("You are in the Netherlands and asked about fibre courses;")


def test_every_column_of_the_file_is_kept_in_its_order_with_unknown_ones_and_three_are_added() -> None:
    header = "reference," + HEADER.strip() + ",note\n"
    written = routing.judge(header + 'A-1,scotland,,other,individual,,no,"Zoë said ""yes"", twice"\n', Clock())
    first, row = csv.reader(io.StringIO(written))
    assert first == [*header.strip().split(","), "partner", "rule", "reason"]
    assert row[:8] == ["A-1", "scotland", "", "other", "individual", "", "no", 'Zoë said "yes", twice']


def test_its_own_answer_can_be_judged_again() -> None:
    once = routing.judge(HEADER + "scotland,,other,individual,,no\n", Clock())
    assert routing.judge(once, Clock()) == once
    own = routing.judge("reason," + HEADER + "Ours,scotland,,other,individual,,no\n", Clock())
    assert own.splitlines()[1].startswith("Ours,scotland")


def test_cells_are_kept_as_typed_and_judged_without_the_blanks_around_them() -> None:
    (judged,) = judge(" scotland ,, other ,individual, 02 ,NO\n")
    assert judged["partner"] == "CLY"
    assert [judged[name] for name in ("region", "interest", "learners", "keep_with_us")] == [
        " scotland ",
        " other ",
        " 02 ",
        "NO",
    ]


def test_columns_may_stand_in_any_order_and_blank_lines_are_passed_over() -> None:
    header = "keep_with_us,learners,audience,interest,country,region\n"
    judged = judge("\nno,,individual,other,,scotland\n\nno,,individual,other,,london\n", header)
    assert [row["partner"] for row in judged] == ["CLY", ""]


def test_a_file_without_rows_gets_its_columns_all_the_same() -> None:
    assert routing.judge(HEADER, Clock()) == HEADER.strip() + ",partner,rule,reason\n"


def test_each_row_is_judged_alone_and_nothing_is_stored() -> None:
    judged = judge("scotland,,other,individual,,no\n" * 5)
    assert [row["partner"] for row in judged] == ["CLY"] * 5
    with reading() as session:
        assert session.scalar(select(func.count()).select_from(Referral)) == 0


def test_rows_are_judged_against_the_referrals_that_are_stored(clock: Clock) -> None:
    send(clock, "one", region="scotland")
    assert judge("scotland,,other,individual,,no\n", clock=clock)[0]["partner"] == "AUR"


@pytest.mark.parametrize(
    ("row", "words"),
    [
        ("atlantis,,other,individual,,no", "region is 'atlantis': write north-east, north-west"),
        ("outside-uk,QQ,other,individual,,no", "country is 'QQ': write a country's two letters"),
        ("wales,,,individual,,no", "interest is empty"),
        ("wales,,NO-SUCH,individual,,no", "interest is 'NO-SUCH': write a course code, a subject or other"),
        ("wales,,other,cats,,no", "audience is 'cats': write individual, organisation"),
        ("wales,,other,individual,0,no", "learners is '0': write 1 or more, or leave it empty"),
        ("wales,,other,individual,six,no", "learners is 'six': write a whole number"),
        ("wales,,other,individual,,", "keep_with_us is '': write yes or no"),
        ("wales,,other", "it has another number of cells than the 6 columns"),
    ],
)
def test_a_bad_row_fails_the_file_with_its_line_and_reason(row: str, words: str) -> None:
    (problem,) = problems(f"{HEADER}scotland,,other,individual,,no\n{row}\n")
    assert problem.startswith(f"Line 3: {words}")
    assert problem.endswith(".")


def test_every_bad_row_is_named_at_once() -> None:
    said = problems(f"{HEADER}wales,,NO-SUCH,individual,,no\nscotland,,other,individual,,no\nwales,,other,cats,,no\n")
    assert sorted(problem.partition(":")[0] for problem in said) == ["Line 2", "Line 4"]


@pytest.mark.parametrize("content", ["", "region,interest\n", '"region\n', HEADER + '"wales\n'])
def test_what_is_no_file_of_enquiries_is_refused_in_words(content: str) -> None:
    assert all(problem.startswith("Line ") for problem in problems(content))


def test_a_referral_counts_for_168_hours_and_no_longer() -> None:
    row = "scotland,,other,individual,,no\n"
    with writing() as session:
        refer(session, "CLY", NOON - WEEK, 1)
    assert judge(row, clock=Stopped())[0]["partner"] == "CLY"
    with writing() as session:
        refer(session, "CLY", NOON - WEEK + dt.timedelta(seconds=1), 2)
    assert judge(row, clock=Stopped())[0]["partner"] == "AUR"


def test_referrals_by_another_rule_count_as_well() -> None:
    imports.routing_rules(
        "priority,name,regions,countries,interests,audience,min_learners,max_learners,partners,strategy\n"
        "1,London,london,,,,,,CLY,first\n2,Scotland,scotland,,,,,,CLY;AUR,share\n"
    )
    assert judge("scotland,,other,individual,,no\n", clock=Stopped())[0]["partner"] == "CLY"
    with writing() as session:
        refer(session, "CLY", NOON, 1)
    assert judge("scotland,,other,individual,,no\n", clock=Stopped())[0]["partner"] == "AUR"


@settings(
    max_examples=15,
    deadline=None,
    suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.differing_executors],
)
@given(
    history=st.lists(st.tuples(st.sampled_from(["CLY", "AUR", "LIN"]), st.integers(0, 200)), max_size=12),
    capacity=st.none() | st.integers(0, 3),
    paused=st.sets(st.sampled_from(["CLY", "AUR"]), max_size=1),
)
def test_share_capacity_and_pause_over_any_history_are_what_a_plain_count_says(
    history: list[tuple[str, int]], capacity: int | None, paused: set[str]
) -> None:
    with writing() as session:
        session.execute(delete(Referral))
        session.execute(delete(Enquiry))
        for code in ("CLY", "AUR"):
            stored = session.scalars(select(Partner).where(Partner.code == code)).one()
            stored.weekly_capacity = capacity
            stored.paused_at = NOON if code in paused else None
        for number, (code, hours_ago) in enumerate(history):
            refer(session, code, NOON - dt.timedelta(hours=hours_ago), number)
    week = {code: sum(who == code and hours < 168 for who, hours in history) for code in ("CLY", "AUR")}
    able = [code for code in week if code not in paused and (capacity is None or week[code] < capacity)]
    expected = min(able, key=lambda code: (week[code], ["CLY", "AUR"].index(code)), default="")
    assert judge("scotland,,other,individual,,no\n", clock=Stopped())[0]["partner"] == expected
