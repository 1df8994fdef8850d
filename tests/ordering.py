"""Ordering a course that costs nothing, as the pages do it."""

from __future__ import annotations

from flask.testing import FlaskClient
from werkzeug.test import TestResponse

from tests.factories import hidden_fields, press

FREE = "FIB-FREE"
FREE_COURSE = f"""code,title,subject,price_pence,vat_rate,vat_status,delivery,summary,active
{FREE},A first look at fibre,fibre,0,0,zero,automated,What light does in glass,yes
"""


def order(browser: FlaskClient, **typed: str) -> TestResponse:
    """Fill in the form of the course, check, order."""
    page = f"/courses/{FREE}/enrol"
    checked = press(browser, page, page, **{"buyer": "me", **typed})
    assert checked.status_code == 200, checked.text
    return browser.post(f"{page}/pay", data={**hidden_fields(checked.text), "terms": "yes"})
