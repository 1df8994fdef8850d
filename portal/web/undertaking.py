"""The page of the undertaking, the same for staff and for contacts."""

from __future__ import annotations

from flask import Response, make_response, render_template

from portal.domain.roles import UNDERTAKING, UNDERTAKING_VERSION
from portal.forms.staff import UndertakingForm


def page(form: UndertakingForm, action: str, status: int = 200) -> Response:
    """What everybody promises who sees people's data; `action` is where the promise goes."""
    html = render_template(
        "admin/undertaking.html", form=form, promises=UNDERTAKING, version=UNDERTAKING_VERSION, action=action
    )
    return make_response(html, status)
