"""A rule as one sentence."""

from __future__ import annotations

from typing import Any

import pytest

from portal.domain import rule_words
from portal.domain.routing import Rule


@pytest.mark.parametrize(
    ("says", "sentence"),
    [
        ({}, "All enquiries go to A."),
        ({"partners": ()}, "All enquiries go to nobody."),
        ({"partners": ("A", "B", "C")}, "All enquiries go to A, or else B, or else C."),
        ({"partners": ("A", "B", "C"), "strategy": "share"}, "All enquiries are shared between A, B and C."),
        ({"strategy": "share"}, "All enquiries go to A."),
        ({"regions": ("wales",)}, "Enquiries from Wales go to A."),
        ({"regions": ("london", "wales", "gone")}, "Enquiries from London, Wales or gone go to A."),
        ({"regions": ("outside-uk",)}, "Enquiries from a country outside the UK go to A."),
        ({"regions": ("outside-uk",), "countries": ("IE", "NL")}, "Enquiries from Ireland or the Netherlands go to A."),
        ({"regions": ("wales",), "countries": ("XX",)}, "Enquiries from Wales and from XX go to A."),
        ({"interests": ("x", "y")}, "Enquiries about <x> or <y> go to A."),
        ({"audience": "individual", "max_learners": 3}, "Enquiries by individuals for up to 3 people go to A."),
        ({"audience": "organisation", "min_learners": 3}, "Enquiries by organisations for 3 or more people go to A."),
        ({"min_learners": 3, "max_learners": 5}, "Enquiries for 3 to 5 people go to A."),
        ({"min_learners": 3, "max_learners": 3}, "Enquiries for 3 people go to A."),
    ],
)
def test_a_rule_is_one_sentence(says: dict[str, Any], sentence: str) -> None:
    rule = Rule(**{"priority": 10, "name": "One", "partners": ("A",), **says})
    assert rule_words.sentence(rule, lambda interest: f"<{interest}>", lambda code: code) == sentence
