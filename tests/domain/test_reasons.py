"""One decision in one sentence, to the enquirer, to the partner, and for our own team."""

from __future__ import annotations

import pytest

from portal.domain.reasons import Span, plain, told_about, why_partner, why_team
from portal.domain.routing import Question, Rule

ASKED = Question("west-midlands", "SAF-STREET", "organisation")
ABROAD = Question("outside-uk", "other", "individual", "NL")


def rule(**conditions: tuple[str, ...]) -> Rule:
    return Rule(10, "Ours", ("LIN",), **conditions)  # type: ignore[arg-type]


@pytest.mark.promise("OTT-6")
@pytest.mark.parametrize(
    ("conditions", "sentence"),
    [
        (
            {"regions": ("west-midlands",), "interests": ("safety",)},
            "You are in the West Midlands and asked about street works; Lindum covers both.",
        ),
        ({"regions": ("west-midlands",)}, "You are in the West Midlands; Lindum answers there."),
        ({"interests": ("safety",)}, "You asked about street works; Lindum teaches it."),
        ({}, "You asked about street works; Lindum answers questions from everywhere."),
    ],
)
def test_a_partner_is_explained_by_what_its_rule_looked_at(
    conditions: dict[str, tuple[str, ...]], sentence: str
) -> None:
    assert plain(why_partner(rule(**conditions), ASKED, "street works", "Lindum", "")) == sentence


def test_a_rule_about_countries_is_explained_by_the_country() -> None:
    said = why_partner(rule(countries=("NL", "FR")), ABROAD, "something else", "Lindum", "")
    assert plain(said) == "You are in the Netherlands; Lindum answers there."


def test_the_rules_own_public_reason_takes_the_place_of_ours() -> None:
    said = why_partner(rule(regions=("west-midlands",)), ASKED, "street works", "Lindum", "It has a yard in Dudley.")
    assert plain(said) == "You are in the West Midlands. It has a yard in Dudley."


def test_the_partner_reads_the_same_of_the_enquirer() -> None:
    both = rule(regions=("west-midlands",), interests=("safety",))
    named = why_partner(both, ASKED, "street works", "Lindum", "", who="Priya Nair")
    assert plain(named) == "Priya Nair is in the West Midlands and asked about street works; Lindum covers both."


def test_the_place_and_the_subject_are_the_heart_of_the_sentence() -> None:
    both = rule(regions=("west-midlands",), interests=("safety",))
    said = why_partner(both, ASKED, "street works", "Lindum", "")
    assert [span.text for span in said if span.strong] == ["the West Midlands", "street works"]
    assert plain((Span("One "), Span("two", strong=True))) == "One two"


def test_our_own_team_is_explained_by_the_wish_for_it() -> None:
    assert plain(why_team(True, ASKED, "street works")) == "You asked for our own team; nobody else is told."
    assert plain(why_team(True, ASKED, "street works", "Priya Nair")).startswith("Priya Nair asked for our own team;")


def test_our_own_team_is_explained_by_nobody_else_covering_it() -> None:
    assert plain(why_team(False, ABROAD, "something else")) == (
        "You are in the Netherlands and asked about something else; our own people answer that themselves."
    )
    assert plain(why_team(False, ABROAD, "something else", "Priya Nair")).startswith("Priya Nair is in the Netherlands")


@pytest.mark.parametrize(
    ("said", "told"),
    [
        ("You are in Wales; Lindum answers there.", "Priya Nair is in Wales; Lindum answers there."),
        ("You asked for our own team; nobody else is told.", "Priya Nair asked for our own team; nobody else is told."),
        ("", ""),
        ("They know You are here.", "They know You are here."),
    ],
)
def test_a_sentence_for_the_enquirer_is_retold_of_them(said: str, told: str) -> None:
    assert told_about("Priya Nair", said) == told


def test_a_retold_sentence_is_the_one_that_would_have_been_made_for_the_reader() -> None:
    for conditions in ({"regions": ("west-midlands",)}, {"interests": ("safety",)}, {}):
        made = [why_partner(rule(**conditions), ASKED, "fibre", "Lindum", "", who) for who in ("You", "Priya")]
        assert told_about("Priya", plain(made[0])) == plain(made[1])
