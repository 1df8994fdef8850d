"""Editing partners, courses and rules: routing follows at once, nobody's change is lost, a history without persons."""

from __future__ import annotations

import json
from typing import Any

import pytest
from flask import Flask
from sqlalchemy import func, select, text

from portal.domain import content
from portal.domain.errors import AlreadyThere, ChangedMeanwhile, NotFound, Unfit
from portal.domain.security import Happened
from portal.gateways.clock import Clock
from portal.models.content_change import ContentChange
from portal.models.routing_rule import RoutingRule, RulePartner
from portal.models.security_event import SecurityEvent
from portal.models.session import reading
from portal.records.content_changes import Sheet
from portal.services import course_desk, enquiries, imports, partners, rules
from portal.services.partners import Editor
from tests.editing import an_editor
from tests.factories import RULES, some_answers

pytestmark = pytest.mark.usefixtures("catalogue", "context")


@pytest.fixture
def ruth(catalogue: Flask) -> Editor:
    return an_editor(catalogue)


def named(clock: Clock, **changes: Any) -> str:
    """Which partner the check page names now; empty for our own team."""
    recipient, _, _ = enquiries.name_recipient(some_answers(**changes), clock, 3)
    return recipient.partner.code if recipient.partner else ""


def of_rule(priority: int, editor: Editor) -> Sheet:
    return rules.get(priority, editor.vault).sheet


def change_rule(at: int, editor: Editor, **changes: Any) -> None:
    sheet = of_rule(at, editor)
    rules.edit(at, sheet.values | changes, sheet.seal, editor)


def of_partner(code: str, clock: Clock, editor: Editor) -> Sheet:
    return partners.get(code, clock, editor.vault).sheet


def history() -> list[tuple[str, str, list[list[str]], str]]:
    with reading() as session:
        found = session.scalars(select(ContentChange).order_by(ContentChange.id))
        return [(one.what, one.code, json.loads(one.changes), one.made_by) for one in found]


def test_routing_follows_an_edited_rule_at_once(ruth: Editor, clock: Clock) -> None:
    assert named(clock) == "LIN"
    change_rule(10, ruth, partners=("CLY", "LIN"))
    assert named(clock) == "CLY"
    change_rule(10, ruth, regions=("wales",))
    assert (named(clock), named(clock, region="wales")) == ("", "CLY")
    assert [row[2] for row in history()] == [
        [["Partners", "LIN", "CLY, LIN"]],
        [["Regions", "East Midlands, West Midlands", "Wales"]],
    ]


def test_routing_follows_a_moved_rule_at_once(ruth: Editor, clock: Clock) -> None:
    rules.add(of_rule(10, ruth).values | {"priority": 15, "name": "Rival", "partners": ("CLY",)}, ruth)
    assert named(clock) == "LIN"
    assert rules.move(15, True, of_rule(15, ruth).seal, ruth) == (10, 1)
    assert named(clock) == "CLY"
    assert rules.move(10, True, of_rule(10, ruth).seal, ruth) == (10, 1), "the first has nobody above it"
    assert rules.move(10, False, of_rule(10, ruth).seal, ruth) == (15, 1)
    assert named(clock) == "LIN"
    assert [row.priority for row in rules.list_rules(ruth.vault, 1).rows] == [10, 15, 20, 30, 40, 50]
    assert history()[1:3] == [
        ("rule", "Midlands fibre", [["Priority", "10", "15"]], "Ruth Bello"),
        ("rule", "Rival", [["Priority", "15", "10"]], "Ruth Bello"),
    ]


def test_routing_follows_a_removed_rule_at_once_and_its_history_stays(ruth: Editor, clock: Clock) -> None:
    rules.remove(10, of_rule(10, ruth).seal, ruth)
    assert named(clock) == ""
    with reading() as session:
        assert session.scalar(select(func.count()).select_from(RulePartner)) == 5
    entry = rules.history(1).rows[0]
    assert (entry.code, entry.made_by) == ("Midlands fibre", "Ruth Bello")
    was = "Enquiries from the West Midlands or the East Midlands about fibre courses go to Lindum."
    assert entry.changes == [["Removed", was, ""]]
    with pytest.raises(NotFound):
        rules.get(10, ruth.vault)


def test_a_paused_partner_is_passed_over_until_it_is_resumed(ruth: Editor, clock: Clock) -> None:
    partners.pause("LIN", True, ruth)
    partners.pause("LIN", True, ruth)
    assert named(clock) == ""
    assert partners.get("LIN", clock, ruth.vault).state == partners.State.PAUSED
    partners.pause("LIN", False, ruth)
    assert named(clock) == "LIN"
    assert [row[2] for row in history()] == [[["Paused", "no", "yes"]], [["Paused", "yes", "no"]]]


def test_an_edited_and_an_added_partner_count_at_once(ruth: Editor, clock: Clock) -> None:
    sheet = of_partner("LIN", clock, ruth)
    partners.edit("LIN", sheet.values | {"weekly_capacity": 0}, sheet.seal, ruth)
    assert named(clock) == ""
    partners.add("NEW-1", sheet.values | {"name": "Nova Training Ltd", "short_name": ""}, ruth)
    change_rule(10, ruth, partners=("LIN", "NEW-1"))
    assert named(clock) == "NEW-1"
    assert of_partner("NEW-1", clock, ruth).values["short_name"] == "Nova"
    with pytest.raises(AlreadyThere, match="Another partner has the code LIN"):
        partners.add("LIN", sheet.values, ruth)


def test_an_edited_and_an_added_course(ruth: Editor, clock: Clock) -> None:
    sheet = course_desk.get("FIB-SPLICE", clock, ruth.vault).sheet
    course_desk.edit("FIB-SPLICE", sheet.values | {"price_pence": 50050, "active": False}, sheet.seal, ruth)
    course_desk.add("LAS-1", sheet.values | {"title": "Laser"}, ruth)
    assert course_desk.get("FIB-SPLICE", clock, ruth.vault).state == course_desk.State.ENDED
    assert history()[0][2] == [["Price without VAT, in pounds", "480.00", "500.50"], ["On offer", "yes", "no"]]
    assert history()[1][:2] == ("course", "LAS-1")
    with pytest.raises(AlreadyThere):
        course_desk.add("LAS-1", sheet.values, ruth)
    with pytest.raises(NotFound):
        course_desk.get("no\x00code", clock, ruth.vault)


def test_a_history_holds_no_person_but_who_made_the_change(ruth: Editor, clock: Clock) -> None:
    sheet = of_partner("LIN", clock, ruth)
    persons = {"contact_name": "Dana Reed", "email": "dana@lindum.example", "backup_email": "reed@lindum.example"}
    partners.edit("LIN", sheet.values | persons | {"town": "Dudley"}, sheet.seal, ruth)
    partners.add("NEW-1", sheet.values | persons, ruth)
    assert history()[0][2] == [
        ["Town", "Wolverhampton", "Dudley"],
        ["Contact’s name", "", "changed"],
        ["Email", "", "changed"],
        ["Second email", "", "changed"],
    ]
    with reading() as session:
        stored = " ".join(map(str, session.execute(text("SELECT * FROM content_change")).all()))
        stored += " ".join(map(str, session.execute(text("SELECT * FROM security_event")).all()))
    for value in (*persons.values(), "Carol Ames", "enquiries@lindum.example", "office@lindum.example"):
        assert value not in stored


def test_every_personal_column_of_a_partner_is_kept_out_of_the_history() -> None:
    from portal.models.partner import Partner

    tagged = {column.name for column in Partner.__table__.columns if "personal" in column.info}
    assert {name for name, column in content.PARTNER.items() if column.personal} == tagged


@pytest.mark.promise("OTT-25")
def test_each_change_stands_in_the_security_log(ruth: Editor, clock: Clock) -> None:
    partners.pause("LIN", True, ruth)
    change_rule(10, ruth, reason="New.")
    with reading() as session:
        log = list(session.scalars(select(SecurityEvent).order_by(SecurityEvent.id)))
    assert [(one.kind, one.detail, one.account_id) for one in log] == [
        (Happened.CONTENT_CHANGED, "partner LIN (by ACC-Ruth)", ruth.person.account_id),
        (Happened.CONTENT_CHANGED, "rule Midlands fibre (by ACC-Ruth)", ruth.person.account_id),
    ]


def test_saving_what_stands_there_already_is_no_change(ruth: Editor, clock: Clock) -> None:
    for code in ("LIN", "CLY"):
        sheet = of_partner(code, clock, ruth)
        partners.edit(code, sheet.values, sheet.seal, ruth)
    change_rule(10, ruth, regions=("east-midlands", "west-midlands"))
    assert history() == []


def test_a_save_over_somebody_elses_change_is_refused_and_says_whose(
    ruth: Editor, catalogue: Flask, clock: Clock
) -> None:
    imran = an_editor(catalogue, "Imran Ali")
    sheet = of_partner("LIN", clock, imran)
    partners.edit("LIN", sheet.values | {"town": "Dudley"}, of_partner("LIN", clock, ruth).seal, ruth)
    with pytest.raises(ChangedMeanwhile, match=r"^Ruth Bello changed it on .+, since you opened this page"):
        partners.edit("LIN", sheet.values | {"town": "Walsall"}, sheet.seal, imran)
    assert of_partner("LIN", clock, ruth).values["town"] == "Dudley"
    for seal in ("", "é", "made up", rules.get(10, ruth.vault).sheet.seal):
        with pytest.raises(ChangedMeanwhile):
            partners.edit("LIN", sheet.values, seal, imran)
    course = course_desk.get("FIB-SPLICE", clock, imran.vault).sheet
    course_desk.edit("FIB-SPLICE", course.values | {"length": "2 days"}, course.seal, ruth)
    with pytest.raises(ChangedMeanwhile, match="Ruth Bello"):
        course_desk.edit("FIB-SPLICE", course.values | {"length": "3 days"}, course.seal, imran)


def test_an_import_meanwhile_is_not_blamed_on_whoever_changed_it_last(ruth: Editor, clock: Clock) -> None:
    partners.pause("LIN", True, ruth)
    sheet = of_partner("LIN", clock, ruth)
    imports.partners(
        "code,name,email,backup_email,website,privacy_url,weekly_capacity,active\nLIN,Lindum Two,,,,,,yes\n"
    )
    with pytest.raises(ChangedMeanwhile, match="by an import"):
        partners.edit("LIN", sheet.values, sheet.seal, ruth)


def test_a_seal_follows_its_rule_and_never_touches_another(ruth: Editor, catalogue: Flask) -> None:
    imran = an_editor(catalogue, "Imran Ali")
    old = of_rule(20, imran)
    rules.move(20, True, of_rule(20, ruth).seal, ruth)
    with pytest.raises(ChangedMeanwhile, match="Ruth Bello"):
        rules.edit(20, old.values | {"reason": "Mine."}, old.seal, imran)
    with pytest.raises(ChangedMeanwhile):
        rules.remove(20, old.seal, imran)
    assert rules.get(20, imran.vault, seal=old.seal).sheet.values["priority"] == 10
    rules.remove(10, of_rule(10, ruth).seal, ruth)
    with pytest.raises(NotFound):
        rules.edit(20, old.values, old.seal, imran)
    imports.routing_rules(RULES)
    with pytest.raises(NotFound):
        rules.remove(20, old.seal, imran)
    with reading() as session:
        assert session.scalar(select(func.count()).select_from(RoutingRule)) == 5


def test_a_renamed_rule_keeps_its_history(ruth: Editor) -> None:
    change_rule(10, ruth, reason="Once.")
    change_rule(10, ruth, name="The Midlands")
    shown = rules.get(10, ruth.vault).sheet.history
    assert [entry.changes for entry in shown.rows] == [
        [["Name", "Midlands fibre", "The Midlands"]],
        [["Public reason", "", "Once."]],
    ]


@pytest.mark.parametrize(
    ("changes", "column", "words"),
    [
        ({"partners": ("NOBODY",)}, "partners", "The partner 'NOBODY' is not known"),
        ({"partners": ()}, "partners", "The rule can’t be used: it names no partner"),
        ({"regions": ("atlantis",)}, "regions", "its region 'atlantis' is not known"),
        ({"countries": ("GB",)}, "countries", "its country 'GB' is not known"),
        ({"interests": ("gone",)}, "interests", "its interest 'gone' is not known"),
        ({"min_learners": 9, "max_learners": 2}, "max_learners", "its most learners are fewer than its fewest"),
        ({"priority": 20}, "priority", "The rule Scotland has the priority 20 already"),
        ({"name": "Scotland"}, "name", "Another rule has this name"),
        ({"audience": "cats"}, "audience", "its audience is 'cats'"),
        ({"strategy": "whim"}, "strategy", "its strategy is 'whim'"),
    ],
)
def test_what_an_import_refuses_a_page_refuses_too(
    ruth: Editor, changes: dict[str, Any], column: str, words: str
) -> None:
    with pytest.raises(Unfit, match=words) as refused:
        change_rule(10, ruth, **changes)
    assert refused.value.column == column
    new = of_rule(10, ruth).values | {"priority": 99, "name": "New"} | changes
    with pytest.raises(Unfit):
        rules.add(new, ruth)
    assert history() == []
