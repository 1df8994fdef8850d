"""The lists of partners, courses and rules: searching, filtering, and a price that does not grow with them."""

from __future__ import annotations

import pytest
from flask import Flask

from portal.gateways.clock import Clock
from portal.services import course_desk, imports, partners, rules
from portal.services.partners import Editor
from tests.editing import an_editor, counted_queries

pytestmark = pytest.mark.usefixtures("catalogue", "context")


@pytest.fixture
def ruth(catalogue: Flask) -> Editor:
    return an_editor(catalogue)


def test_the_lists_search_and_filter(ruth: Editor, clock: Clock) -> None:
    def found(**asked: str) -> list[str]:
        return [row.partner.code for row in partners.list_partners(clock, **asked).page.rows]

    assert found() == ["AUR", "BEA", "CLY", "HAZ", "LIN"]
    assert (found(search="LINDUM"), found(search="greenock"), found(search="aur training")) == (
        ["LIN"],
        ["CLY"],
        ["AUR"],
    )
    partners.pause("AUR", True, ruth)
    assert (found(state="paused"), found(state="lacking"), found(state="active")) == (
        ["AUR"],
        ["HAZ"],
        ["BEA", "CLY", "LIN"],
    )
    courses = course_desk.list_courses(state="ended")
    assert ([row.course.code for row in courses.page.rows], courses.all) == (["FIB-OLD"], 3)
    assert [row.course.code for row in course_desk.list_courses(search="street", state="lacking").page.rows] == [
        "SAF-STREET"
    ]


def _many(count: int, clock: Clock, ruth: Editor) -> None:
    header = "code,name,email,backup_email,website,privacy_url,weekly_capacity,active\n"
    imports.partners(header + "".join(f"M{n},Many {n},m@many.example,,,,,yes\n" for n in range(count)))
    header = "code,title,subject,price_pence,vat_rate,delivery,summary,active\n"
    imports.courses(header + "".join(f"M{n},Many {n},many,100,20,live,,yes\n" for n in range(count)))
    header = "priority,name,regions,countries,interests,audience,min_learners,max_learners,partners,strategy\n"
    imports.routing_rules(header + "".join(f"{n},Rule {n},wales,,many,,,,M{n};LIN,share\n" for n in range(count)))


def test_the_lists_ask_the_database_as_often_for_60_as_for_10(ruth: Editor, clock: Clock) -> None:
    asked = []
    for count in (10, 60):
        _many(count, clock, ruth)
        with counted_queries() as queries:
            assert partners.list_partners(clock).all >= count
            assert course_desk.list_courses().all >= count
            assert rules.list_rules(ruth.vault, 1).total == count
            rules.options()
            rules.get(5, ruth.vault)
            partners.get("M5", clock, ruth.vault)
            course_desk.get("M5", clock, ruth.vault)
        asked.append(len(queries))
    assert asked[0] == asked[1] <= 40
