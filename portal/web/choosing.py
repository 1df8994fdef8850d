"""The paths of what there is to choose since a date was changed, for the pages on which somebody's places stand."""

from __future__ import annotations

import datetime as dt
from collections.abc import Collection

from portal.domain.date_change import Side
from portal.services import date_changes
from portal.services.date_changes import Enrolment
from portal.web.parts import parts


def paths_for_learner(places: Collection[Enrolment], now: dt.datetime) -> dict[int, str]:
    """By the id of the place, for whoever learns; one who paid too chooses as such."""
    return {
        place.id: _path(place, Side.PAYER if place.line.is_payer else Side.LEARNER, now) for place in _open(places, now)
    }


def paths_for_payer(places: Collection[Enrolment], now: dt.datetime) -> dict[int, str]:
    """By the id of the place, for whoever ordered."""
    return {place.id: _path(place, Side.PAYER, now) for place in _open(places, now)}


def _open(places: Collection[Enrolment], now: dt.datetime) -> list[Enrolment]:
    wanted = date_changes.list_open(places, now)
    return [place for place in places if place.id in wanted]


def _path(place: Enrolment, side: Side, now: dt.datetime) -> str:
    epoch = place.line.order.link_epoch if side == Side.PAYER else place.link_epoch
    return parts().links.date_path(place.reference, epoch, side, now)
