"""What selling a course needs to know, from files: its VAT, whether a tutor rings, how long it stays open."""

from __future__ import annotations

import pytest
from sqlalchemy import select

from portal.domain.errors import BadFile
from portal.models.course import Course
from portal.models.session import reading
from portal.services import imports

pytestmark = pytest.mark.usefixtures("catalogue", "context")

COURSE = "code,title,subject,price_pence,vat_rate,delivery,summary,active\n"
VAT = "code,title,subject,price_pence,vat_rate,vat_status,delivery,summary,active,needs_telephone,access_days\n"


def problems(content: str) -> list[str]:
    with pytest.raises(BadFile) as bad:
        imports.courses(content)
    return bad.value.problems


def course(code: str) -> Course:
    with reading() as session:
        return session.scalars(select(Course).where(Course.code == code)).one()


def test_what_selling_a_course_needs_is_imported() -> None:
    imports.courses(VAT + "LAS-1,Laser,laser,100,0,exempt,automated,,yes,yes,90\n")
    made = course("LAS-1")
    assert (made.vat_status, made.needs_telephone, made.access_days) == ("exempt", True, 90)
    imports.courses(VAT + "LAS-1,Laser,laser,100,20,standard,automated,,yes,no,\n")
    made = course("LAS-1")
    assert (made.vat_status, made.needs_telephone, made.access_days) == ("standard", False, None)


def test_a_file_that_does_not_name_the_kind_of_vat_keeps_it_while_it_fits() -> None:
    row = "LAS-1,Laser,laser,100,{},automated,,yes\n"
    for rate, status in ((0, "zero"), (20, "standard"), (0, "zero")):
        imports.courses(COURSE + row.format(rate))
        assert course("LAS-1").vat_status == status
    imports.courses(VAT + "LAS-1,Laser,laser,100,0,exempt,automated,,yes,no,\n")
    imports.courses(COURSE + row.format(0))
    assert course("LAS-1").vat_status == "exempt"


def test_a_kind_of_vat_that_does_not_fit_the_rate_is_refused() -> None:
    rows = (
        "L-1,Laser,laser,1,20,exempt,live,,yes,no,\nL-2,Laser,laser,1,0,standard,live,,yes,no,\n"
        "L-3,Laser,laser,1,0,none,live,,yes,no,9999\n"
    )
    assert problems(VAT + rows.partition("L-3")[0]) == [
        "Line 2: vat_rate is 20 and vat_status exempt: write 0.",
        "Line 3: vat_rate is 0 and vat_status standard: write what it bears, or zero, exempt or outside_scope.",
    ]
    assert problems(VAT + rows) == [
        "Line 4: vat_status is 'none': write standard, zero, exempt, outside_scope.",
        "Line 4: access_days is '9999': write at most 3650, or leave it empty.",
    ]
