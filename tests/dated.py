"""A place on a date that is moved, made as the pages do it."""

from __future__ import annotations

import datetime as dt
from typing import TYPE_CHECKING

from portal.domain.delivery import Lane
from portal.services import imports, outbox
from tests import ordering
from tests.factories import TRAINEE, in_days

if TYPE_CHECKING:
    from tests.world import World

RUN_HEADS = "course,code,starts_on,ends_on,times,place,address,capacity,active"


def date_link(world: World, name: str, email: str, learner: str, address: str) -> str:
    """The learner has a place on a date that somebody else ordered, and it is moved; the link in their letter."""
    code, day = f"DAY-{len(world.mailbox.list_mails())}", in_days(1500)
    own = {**TRAINEE, "full_name": name, "email": email, "learner_name": learner, "course_email": address}
    parts = world.app.extensions["portal"]
    for course in (ordering.DATED_COURSE, ""):
        with world.app.app_context():
            if course:
                imports.courses(course)
            line = f"{ordering.DATED},{code},{day},,,Derby,,,yes"
            imports.course_runs(f"{RUN_HEADS}\n{line}\n", clock=parts.clock)
        if course:
            done = ordering.order(world.stranger(), ordering.DATED, **own, run=code)
            assert done.status_code == 303, done.text
            world.deliver()
            day += dt.timedelta(days=1)
    with world.app.app_context():
        while outbox.work_once(Lane.COURSES, world.app.extensions["portal.handlers"], parts.clock).worked:
            pass
    world.deliver()
    return world.link("/your-date/", address)
