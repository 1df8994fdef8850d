"""Ordering a course that costs nothing, as the pages do it."""

from __future__ import annotations

from flask.testing import FlaskClient
from werkzeug.test import TestResponse

from tests.factories import hidden_fields, press

FREE, DATED = "FIB-FREE", "FIB-DAY"
FREE_COURSE = f"""code,title,subject,price_pence,vat_rate,vat_status,delivery,summary,active
{FREE},A first look at fibre,fibre,0,0,zero,automated,What light does in glass,yes
"""
DATED_COURSE = FREE_COURSE.replace(FREE, DATED).replace("A first look", "An open day")


def order(browser: FlaskClient, course: str = FREE, **typed: str) -> TestResponse:
    """Fill in the form of the course, check, order."""
    page = f"/courses/{course}/enrol"
    checked = press(browser, page, page, **{"buyer": "me", **typed})
    assert checked.status_code == 200, checked.text
    return browser.post(f"{page}/pay", data={**hidden_fields(checked.text), "terms": "yes"})
