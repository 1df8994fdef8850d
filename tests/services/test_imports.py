"""Imports: all rows or none, each bad row with its line and reason, and a new rule is used at once."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable

import pytest
from sqlalchemy import select

from portal.domain.errors import BadFile
from portal.gateways.clock import Clock
from portal.models.course import Course, Sold
from portal.models.data_version import DataVersion
from portal.models.partner import Partner
from portal.models.routing_rule import RoutingRule, RulePartner
from portal.models.session import reading, writing
from portal.services import enquiries, imports
from tests.factories import COURSES, PARTNERS, RULES, some_answers

pytestmark = pytest.mark.usefixtures("catalogue", "context")

COURSE = "code,title,subject,price_pence,vat_rate,delivery,summary,active\n"
PARTNER = "code,name,email,backup_email,website,privacy_url,weekly_capacity,active\n"
RULE = "priority,name,regions,countries,interests,audience,min_learners,max_learners,partners,strategy\n"
Import = Callable[..., str]


def problems(use_case: Import, content: str) -> list[str]:
    with pytest.raises(BadFile) as bad:
        use_case(content)
    return bad.value.problems


def everything() -> list[object]:
    """All that an import can change, as values."""
    with reading() as session:
        return [
            tuple(getattr(row, column.name) for column in model.__table__.columns)
            for model in (Course, Partner, RoutingRule, RulePartner, DataVersion)
            for row in session.scalars(select(model).order_by(model.id))  # type: ignore[attr-defined]
        ]


def version() -> int:
    with reading() as session:
        return session.scalars(select(DataVersion.number).where(DataVersion.name == "catalogue")).one()


def partner(code: str) -> Partner:
    with reading() as session:
        return session.scalars(select(Partner).where(Partner.code == code)).one()


def rule_names() -> list[str]:
    with reading() as session:
        return list(session.scalars(select(RoutingRule.name).order_by(RoutingRule.priority)))


def named(clock: Clock, **changes: object) -> str | None:
    recipient, _, _ = enquiries.name_recipient(some_answers(**changes), clock, 3)
    return recipient.partner.code if recipient.partner else None


def test_an_import_says_how_many_were_added_and_updated() -> None:
    row = "LAS-1,Laser safety,laser,1,20,live,,yes\n"
    assert imports.courses(COURSE + row) == "1 course added, 0 courses updated"
    assert imports.courses(COURSE + row.replace("1,20", "2,20") + "LAS-2,Two,laser,1,20,live,,yes\n") == (
        "1 course added, 1 course updated"
    )
    assert imports.partners(PARTNERS) == "0 partners added, 5 partners updated"
    assert imports.routing_rules(RULES) == "5 routing rules now in force"


def test_a_course_is_stored_as_the_file_says() -> None:
    imports.courses(COURSE + 'LAS-1,"Laser, safely – Zoë",laser,39500,5,tutor_supported,"Two\nlines",no\n')
    with reading() as session:
        course = session.scalars(select(Course).where(Course.code == "LAS-1")).one()
    assert (course.title, course.price_pence, course.vat_rate, course.delivery, course.summary, course.active) == (
        "Laser, safely – Zoë",
        39_500,
        5,
        "tutor_supported",
        "Two\nlines",
        False,
    )
    assert course.sold == Sold.BOTH


def test_columns_that_the_file_does_not_have_are_kept() -> None:
    with writing() as session:
        stored = session.scalars(select(Partner).where(Partner.code == "CLY")).one()
        stored.paused_at = paused_at = dt.datetime(2026, 11, 1, tzinfo=dt.UTC)
    imports.partners(PARTNER + "CLY,Clyde Skills Ltd,new@clyde.example,,,https://clyde.example/privacy,,yes\n")
    kept = partner("CLY")
    assert (kept.name, kept.email, kept.weekly_capacity) == ("Clyde Skills Ltd", "new@clyde.example", None)
    assert (kept.town, kept.nation, kept.agreement_on) == ("Greenock", "scotland", dt.date(2020, 2, 1))
    assert kept.paused_at == paused_at


def test_rows_that_the_file_does_not_name_are_kept() -> None:
    imports.partners(PARTNER + "NEW,New Training Ltd,n@new.example,,,https://new.example/privacy,3,yes\n")
    assert partner("LIN").name == "Lindum Training"
    assert partner("NEW").short_name == "New"


def test_a_short_name_of_its_own_stays_when_a_file_without_that_column_updates_the_partner() -> None:
    row = "CLY,Clyde Training,e@clyde.example,,,https://clyde.example/privacy,2,yes"
    imports.partners(f"{PARTNER.strip()},short_name\n{row},Clydeside\n")
    assert partner("CLY").short_name == "Clydeside"
    imports.partners(f"{PARTNER}{row}\n")
    assert partner("CLY").short_name == "Clydeside"


def test_a_short_name_made_from_the_name_follows_it() -> None:
    imports.partners(PARTNER + "CLY,Greenock Skills Ltd,e@clyde.example,,,https://clyde.example/privacy,2,yes\n")
    assert partner("CLY").short_name == "Greenock Skills"


def test_an_empty_short_name_is_made_from_the_name() -> None:
    row = "CLY,Clyde Training Ltd,e@clyde.example,,,https://clyde.example/privacy,2,yes"
    imports.partners(f"{PARTNER.strip()},short_name\n{row},\n")
    assert partner("CLY").short_name == "Clyde"


BAD_FILES = [
    (
        imports.courses,
        COURSE + "LAS-1,Fine,laser,1,20,live,,yes\nLAS 2,,laser,free,20,radio,,perhaps\n",
        [
            "Line 3: code is 'LAS 2': use 1 to 40 letters, digits, . - or _.",
            "Line 3: title is empty.",
            "Line 3: price_pence is 'free': write a whole number.",
            "Line 3: delivery is 'radio': write automated, tutor_supported, live.",
            "Line 3: active is 'perhaps': write yes or no.",
        ],
    ),
    (
        imports.courses,
        COURSE + "LAS-1,Fine,laser,1,20,live,,yes\nLAS-1,Again,laser,1,101,live,,yes\n",
        [
            "Line 3: vat_rate is 101: write a percentage up to 100.",
            "Line 3: the code LAS-1 stands on line 2 already.",
        ],
    ),
    (
        imports.partners,
        PARTNER + "NEW,New,nobody,,javascript:x,,-1,yes\nLIN,Changed,,,,,,yes\nOLD,Old\n",
        [
            "Line 2: email is 'nobody': write an email address.",
            "Line 2: website is 'javascript:x': write a whole web address, such as https://training.example.",
            "Line 2: weekly_capacity is '-1': write a whole number.",
            "Line 4: it has another number of cells than the 8 columns.",
        ],
    ),
    (
        imports.partners,
        PARTNER + "LIN,Changed,,,,,,yes\nLIN,Twice,,,,,,yes\n",
        ["Line 3: the code LIN stands on line 2 already."],
    ),
    (
        imports.partners,
        "code,name\nNEW,New\n",
        [f"Line 1: the column {n} is missing." for n in PARTNER.split(",")[2:7]],
    ),
    (
        imports.routing_rules,
        RULE + "10,One,wales,,,,,,LIN,first\n20,Two,,,,,,,LIN,first\n10,Again,,,,,,,CLY,first\n",
        ["Line 4: the priority 10 stands on line 2 already."],
    ),
    (
        imports.routing_rules,
        RULE + "10,One,wales,,,,,,LIN,first\n20,Two,,,,,,,LIN;NOBODY,first\n",
        ["Line 3: the partner 'NOBODY' is not known."],
    ),
    (
        imports.routing_rules,
        RULE + "1,A,atlantis,,,,,,LIN,first\n2,B,,GB,,,,,LIN,first\n3,C,,,NO-SUCH,,,,LIN,first\n4,D,,,,,9,2,LIN,first\n"
        "5,E,,,,,,,,first\n",
        [
            "Line 2: its region 'atlantis' is not known.",
            "Line 3: its country 'GB' is not known.",
            "Line 4: its interest 'NO-SUCH' is not known.",
            "Line 5: its most learners are fewer than its fewest.",
            "Line 6: it names no partner.",
        ],
    ),
    (
        imports.routing_rules,
        RULE + ",A,,,,cats,,,LIN;LIN,whim\n",
        [
            "Line 2: priority is '': write a whole number.",
            "Line 2: audience is 'cats': write nothing, individual, organisation.",
            "Line 2: partners names something twice.",
            "Line 2: strategy is 'whim': write first, share.",
        ],
    ),
]


@pytest.mark.parametrize(("use_case", "content", "said"), BAD_FILES)
def test_a_bad_row_fails_the_whole_file_with_its_line_and_reason(
    use_case: Import, content: str, said: list[str]
) -> None:
    before = everything()
    found = problems(use_case, content)
    assert found[: len(said)] == said
    assert all(problem.startswith("Line ") for problem in found)
    assert everything() == before


@pytest.mark.parametrize(
    ("use_case", "content"),
    [
        (imports.courses, COURSE + "LAS-1,Laser,laser,1,20,live,,yes\nFIB-SPLICE,Changed,fibre,1,20,live,,no\n"),
        (imports.partners, PARTNER + "NEW,New,,,,,,yes\nLIN,Changed,,,,,0,no\n"),
        (imports.routing_rules, RULE + "1,Only,,,,,,,LIN,first\n"),
    ],
)
def test_a_dry_run_says_what_would_be_done_and_changes_nothing(use_case: Import, content: str) -> None:
    before = everything()
    said = use_case(content, dry_run=True)
    assert everything() == before
    assert said == use_case(content) + " (a rehearsal: nothing was changed)"
    assert everything() != before


def test_a_dry_run_refuses_what_the_import_would_refuse() -> None:
    with pytest.raises(BadFile, match="Line 2: the partner 'NOBODY' is not known"):
        imports.routing_rules(RULE + "1,Only,,,,,,,NOBODY,first\n", dry_run=True)


def test_all_rules_are_replaced() -> None:
    imports.routing_rules(RULE + "7,Later,,,,,,,LIN,first\n3,Earlier,,,,,,,CLY;LIN,share\n")
    assert rule_names() == ["Earlier", "Later"]
    imports.routing_rules(RULE)
    assert rule_names() == []


def test_a_rules_lists_keep_their_order_and_its_reason() -> None:
    imports.routing_rules(
        f"{RULE.strip()},reason\n5,Isles, wales ; london,IE,other,,2,9,HAZ;CLY;LIN,share,By the sea.\n"
    )
    _, known, _ = enquiries.name_recipient(some_answers(), Clock(), 3)
    (rule,) = known.book.rules
    assert (rule.regions, rule.countries, rule.interests) == (("wales", "london"), ("IE",), ("other",))
    assert (rule.min_learners, rule.max_learners, rule.audience) == (2, 9, None)
    assert rule.partners == ("HAZ", "CLY", "LIN")
    assert known.reasons == {"5:Isles": "By the sea."}


def test_each_import_raises_the_catalogues_version_and_a_refused_or_rehearsed_one_does_not() -> None:
    versions = [version()]
    for use_case, content in (
        (imports.courses, COURSES),
        (imports.partners, PARTNERS.replace("Wolverhampton", "Walsall")),
        (imports.routing_rules, RULES),
    ):
        use_case(content.replace(",yes", ",no"))
        versions.append(version())
    assert versions == sorted(set(versions))
    imports.routing_rules(RULE, dry_run=True)
    problems(imports.partners, PARTNER + "LIN,Changed,,,,,,maybe\n")
    assert version() == versions[-1]


def test_a_new_rule_is_used_at_once(clock: Clock) -> None:
    assert named(clock) == "LIN"
    imports.routing_rules(RULE + "1,First,,,,,,,CLY,first\n")
    assert named(clock) == "CLY"
    imports.routing_rules(RULES, dry_run=True)
    assert named(clock) == "CLY"


def test_a_partner_switched_off_or_full_is_passed_over_at_once(clock: Clock) -> None:
    imports.routing_rules(RULE + "1,First,,,,,,,CLY;LIN,first\n")
    assert named(clock) == "CLY"
    row = "CLY,Clyde,e@clyde.example,,,https://clyde.example/privacy,"
    imports.partners(f"{PARTNER}{row}0,yes\n")
    assert named(clock) == "LIN"
    imports.partners(f"{PARTNER}{row},no\n")
    assert named(clock) == "LIN"
    imports.partners(f"{PARTNER}{row},yes\n")
    assert named(clock) == "CLY"


def test_a_course_of_another_subject_is_routed_by_it_at_once(clock: Clock) -> None:
    assert named(clock) == "LIN"
    imports.courses(COURSE + "FIB-SPLICE,Moved,safety,1,20,live,,yes\nFIB-OLD,Stays,fibre,1,20,live,,no\n")
    assert named(clock) is None
