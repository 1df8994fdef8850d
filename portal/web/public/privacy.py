"""The privacy notice and the list of cookies."""

from __future__ import annotations

from flask import Blueprint, render_template

from portal.domain.cookies import COOKIES
from portal.domain.rights import RIGHTS
from portal.services import privacy
from portal.web import access
from portal.web.parts import parts

bp = Blueprint("privacy", __name__)


@bp.get("/privacy")
@access.public
def notice() -> str:
    """The summary, and the whole notice below it."""
    settings = parts().settings
    made = privacy.notice(settings.model_dump())
    return render_template("public/privacy.html", notice=made, rights=RIGHTS, settings=settings)


@bp.get("/cookies")
@access.public
def cookies() -> str:
    """Each cookie, what it is for and how long it lives."""
    return render_template("public/cookies.html", cookies=COOKIES)
