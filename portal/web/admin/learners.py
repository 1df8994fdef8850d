"""Naming another learner for a place of an order, by staff."""

from __future__ import annotations

from flask import Blueprint, Response
from werkzeug.wrappers import Response as AnyResponse

from portal.domain.roles import Role
from portal.services.learners import Who
from portal.web import access
from portal.web.learners import ask, send

bp = Blueprint("admin_learners", __name__)
PAGE = "/admin/orders/<reference>/learner"


@bp.get(PAGE)
@access.staff(Role.MANAGER, Role.FINANCE)
def show(reference: str) -> Response:
    """Who is to learn instead?"""
    return ask(reference, _who(), _own(reference), "admin/order_learner.html")


@bp.post(PAGE)
@access.staff(Role.MANAGER, Role.FINANCE)
def name(reference: str) -> Response | AnyResponse:
    """Offer the place to them."""
    return send(reference, _who(), _own(reference), "admin/order_learner.html")


def _who() -> Who:
    return Who(staff=access.person())


def _own(reference: str) -> str:
    return f"/admin/orders/{reference}"
