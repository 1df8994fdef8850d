"""Where a course is supplied: two pieces of evidence settle it, and a conflict is asked about."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from portal.domain.place_of_supply import Decision, Evidence, Source, State, Treatment, decide, question

DECLARED, BILLING, CARD, IP = Source


def of(**countries: str) -> list[Evidence]:
    return [Evidence(Source(source), country) for source, country in countries.items()]


def recorded(facts: list[Evidence], *, business: bool = False, vat_number_valid: bool = False) -> Decision:
    return decide(facts, digital=True, business=business, vat_number_valid=vat_number_valid)


@pytest.mark.parametrize(
    ("facts", "country", "state", "treatment"),
    [
        ({}, None, State.TOO_FEW, Treatment.UNKNOWN),
        ({"declared": "GB"}, None, State.TOO_FEW, Treatment.UNKNOWN),
        ({"declared": "GB", "card": "GB"}, "GB", State.AGREED, Treatment.UK),
        ({"declared": "FR", "card": "FR"}, "FR", State.AGREED, Treatment.OUTSIDE_UK_DIGITAL),
        ({"declared": "FR", "card": "GB"}, None, State.CONFLICT, Treatment.UNKNOWN),
        ({"declared": "FR", "card": "GB", "billing": "FR"}, "FR", State.AGREED, Treatment.OUTSIDE_UK_DIGITAL),
        ({"declared": "FR", "card": "GB", "ip": "DE"}, None, State.CONFLICT, Treatment.UNKNOWN),
        ({"declared": "FR", "billing": "FR", "card": "GB", "ip": "GB"}, None, State.CONFLICT, Treatment.UNKNOWN),
        ({"declared": "FR", "billing": "GB", "card": "GB", "ip": "GB"}, "GB", State.AGREED, Treatment.UK),
    ],
)
def test_two_pieces_settle_it_and_a_tie_does_not(
    facts: dict[str, str], country: str | None, state: State, treatment: Treatment
) -> None:
    decision = recorded(of(**facts))
    assert (decision.country, decision.state, decision.vat_treatment) == (country, state, treatment)
    assert {fact.country for fact in decision.agreed} == ({country} if country else set())


def test_the_isle_of_man_is_one_with_the_uk_and_jersey_is_not() -> None:
    assert recorded(of(declared="IM", card="GB")).vat_treatment is Treatment.UK
    assert recorded(of(declared="IM", card="GB")).country == "GB"
    assert recorded(of(declared="JE", card="GB")).state is State.CONFLICT
    assert recorded(of(declared="JE", card="JE")).vat_treatment is Treatment.OUTSIDE_UK_DIGITAL


def test_one_source_is_one_piece_and_its_last_answer_counts() -> None:
    twice = [Evidence(IP, "GB"), Evidence(IP, "GB")]
    assert recorded(twice).state is State.TOO_FEW
    corrected = [Evidence(DECLARED, "FR"), Evidence(CARD, "GB"), Evidence(DECLARED, "GB")]
    assert recorded(corrected).country == "GB"


@pytest.mark.parametrize("country", ["GB", "FR", "US"])
def test_a_course_with_a_tutor_is_supplied_to_consumers_in_the_uk(country: str) -> None:
    for facts in ([], of(declared=country), of(declared=country, card=country), of(declared=country, card="DE")):
        decision = decide(facts, digital=False, business=False, vat_number_valid=False)
        assert decision.vat_treatment is Treatment.UK
        assert question(decision) is None


@pytest.mark.parametrize("digital", [True, False])
def test_a_business_abroad_accounts_for_vat_itself_once_its_number_is_valid(digital: bool) -> None:
    abroad = of(declared="FR", billing="FR")
    proven = decide(abroad, digital=digital, business=True, vat_number_valid=True)
    assert proven.vat_treatment is Treatment.REVERSE_CHARGE
    unproven = decide(abroad, digital=digital, business=True, vat_number_valid=False)
    assert unproven.vat_treatment is (Treatment.OUTSIDE_UK_DIGITAL if digital else Treatment.UK)
    person = decide(abroad, digital=digital, business=False, vat_number_valid=True)
    assert person.vat_treatment is unproven.vat_treatment
    at_home = decide(of(declared="GB", billing="GB"), digital=digital, business=True, vat_number_valid=True)
    assert at_home.vat_treatment is Treatment.UK
    nowhere = decide(of(declared="FR"), digital=digital, business=True, vat_number_valid=True)
    assert nowhere.vat_treatment is Treatment.UNKNOWN


@pytest.mark.parametrize("code", ["", "gb", "GBR", "G", "44", "É "])
def test_what_is_no_country_is_refused(code: str) -> None:
    with pytest.raises(ValueError, match="country"):
        Evidence(DECLARED, code)


@pytest.mark.parametrize(
    ("facts", "words"),
    [
        ({}, "Please tell us which country you live in, so that we charge the right VAT."),
        ({"ip": "GB"}, "Please tell us which country you live in, so that we charge the right VAT."),
        ({"declared": "GB"}, "Please enter your billing address, so that we charge the right VAT."),
        (
            {"declared": "FR", "card": "GB"},
            "You told us France, but your card is from the United Kingdom. "
            "Please enter your billing address, so that we charge the right VAT.",
        ),
        (
            {"ip": "NL", "card": "JE"},
            "You seem to be online in the Netherlands, but your card is from Jersey. "
            "Please tell us which country you live in, so that we charge the right VAT.",
        ),
        (
            {"declared": "FR", "billing": "GB"},
            "You told us France, but your billing address is in the United Kingdom. "
            "Please go on to pay with your card, which shows its country, so that we charge the right VAT.",
        ),
        (
            {"declared": "FR", "billing": "GB", "card": "DE"},
            "You told us France, your billing address is in the United Kingdom, but your card is from Germany. "
            "Please ask us, and one of us will settle it with you, so that we charge the right VAT.",
        ),
    ],
)
def test_what_is_missing_is_asked_for_plainly(facts: dict[str, str], words: str) -> None:
    assert question(recorded(of(**facts))) == words


def test_a_business_is_asked_where_it_is() -> None:
    decision = recorded([], business=True, vat_number_valid=True)
    assert "which country your organisation is in" in str(question(decision, business=True))
    assert question(recorded(of(declared="GB", billing="GB"))) is None


PIECES = st.lists(
    st.builds(Evidence, st.sampled_from(Source), st.sampled_from(["GB", "IM", "JE", "FR", "DE", "ZZ"])), max_size=6
)


@given(PIECES, st.booleans(), st.booleans(), st.booleans())
def test_the_country_is_what_most_sources_say_and_at_least_two(
    facts: list[Evidence], digital: bool, business: bool, valid: bool
) -> None:
    decision = decide(facts, digital=digital, business=business, vat_number_valid=valid)
    assert len({fact.source for fact in decision.facts}) == len(decision.facts)
    counts = sorted(sum(one.area == area for one in decision.facts) for area in {f.area for f in decision.facts})
    settled = bool(counts) and counts[-1] >= 2 and counts.count(counts[-1]) == 1
    assert (decision.state is State.AGREED) == settled == (decision.country is not None) == bool(decision.agreed)
    assert (question(decision) is None) == (decision.vat_treatment is not Treatment.UNKNOWN)
    assert (decision.vat_treatment is Treatment.UNKNOWN) == (not settled and (digital or (business and valid)))


@given(st.permutations(of(declared="FR", billing="GB", card="FR", ip="DE")))
def test_the_order_of_the_evidence_changes_nothing(facts: list[Evidence]) -> None:
    assert recorded(facts).country == "FR"
