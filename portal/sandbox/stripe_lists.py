"""What the sandbox's Stripe answers with: pages of lists, and objects with others in the place of their ids."""

from __future__ import annotations

import operator
from collections.abc import Callable

from portal.sandbox.stripe_refusals import Refused
from portal.sandbox.stripe_state import Json, Work

PAGED = {"created", "ending_before", "expand", "limit", "starting_after"}
_COMPARED: dict[str, Callable[[int, int], bool]] = {
    "gt": operator.gt,
    "gte": operator.ge,
    "lt": operator.lt,
    "lte": operator.le,
}
# What can stand in the place of an id: the field, by the kind that has it, and the kind that is put there.
_EXPANDED = {
    ("checkout.session", "payment_intent"): "payment_intent",
    ("payment_intent", "latest_charge"): "charge",
    ("charge", "payment_intent"): "payment_intent",
    ("refund", "charge"): "charge",
    ("refund", "payment_intent"): "payment_intent",
    ("dispute", "charge"): "charge",
    ("dispute", "payment_intent"): "payment_intent",
}


def page(found: list[Json], params: Json, url: str) -> Json:
    """One page of what was found, newest first, as the cursors, dates and limit ask."""
    limit = params.get("limit", 10)
    if not 1 <= limit <= 100:
        raise Refused("A limit is from 1 to 100.", code="parameter_invalid_integer", param="limit")
    within = [one for one in found if "created" not in params or _is_within(one["created"], params["created"])]
    if "starting_after" in params:
        within = within[_place(within, params["starting_after"], "starting_after") + 1 :]
    if "ending_before" in params:
        within = within[: _place(within, params["ending_before"], "ending_before")]
        return {"object": "list", "url": url, "has_more": len(within) > limit, "data": within[-limit:]}
    return {"object": "list", "url": url, "has_more": len(within) > limit, "data": within[:limit]}


def _is_within(created: int, asked: Json | int) -> bool:
    if isinstance(asked, int):
        return created == asked
    return all(_COMPARED[name](created, moment) for name, moment in asked.items())


def _place(found: list[Json], id_: str, param: str) -> int:
    for place, one in enumerate(found):
        if one["id"] == id_:
            return place
    raise Refused(f"No such object: '{id_}'", code="resource_missing", param=param)


def lines(work: Work, session: Json, params: Json) -> Json:
    """A session's lines, in their order."""
    url = f"/v1/checkout/sessions/{session['id']}/line_items"
    return page(work.unseen(session["id"])["lines"], params, url)


def expand(work: Work, answer: Json, paths: list[str]) -> Json:
    """The answer with each path (payment_intent.latest_charge) followed; on a list every path begins with data."""
    for path in paths:
        first, _, rest = path.partition(".")
        if answer["object"] == "list" and first == "data":
            answer = {**answer, "data": [expand(work, one, [rest]) for one in answer["data"]]}
        else:
            answer = _put(work, answer, first, rest)
    return answer


def _put(work: Work, answer: Json, name: str, rest: str) -> Json:
    if (answer["object"], name) == ("checkout.session", "line_items"):
        return {**answer, name: lines(work, answer, {"limit": 100})}
    if (answer["object"], name) == ("charge", "refunds"):
        found = work.list_objects("refund", charge=answer["id"])
        return {**answer, name: page(found, {}, f"/v1/charges/{answer['id']}/refunds")}
    kind = _EXPANDED.get((answer["object"], name))
    if kind is None:
        raise Refused(f"This property cannot be expanded ({name}).", param="expand")
    inside = answer[name] if isinstance(answer[name], dict) else work.find(kind, answer[name])
    return {**answer, name: expand(work, inside, [rest]) if inside and rest else inside}
