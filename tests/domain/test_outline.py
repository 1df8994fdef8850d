"""The steps of a course as a route line."""

from __future__ import annotations

from portal.domain.outline import Dot, Step, steps


def test_each_line_is_a_step_and_what_it_leads_to_is_the_ringed_end() -> None:
    line = steps("Day 1 | Light\n\nDay 2\n", "Level 2 certificate", "Does not run out")
    assert line == [
        Step("Day 1", "Light", Dot.STEP),
        Step("Day 2", "", Dot.STEP),
        Step("Level 2 certificate", "Does not run out", Dot.END),
    ]


def test_a_course_without_an_award_ends_with_its_last_step_and_one_without_steps_has_no_line() -> None:
    assert [step.state for step in steps("Day 1", "", "")] == [Dot.STEP]
    assert steps(" \n", "Level 2 certificate", "") == []
