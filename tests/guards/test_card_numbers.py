"""No form takes a card's number: whatever people write into is looked at, and a password alone is not."""

from __future__ import annotations

import pytest
from werkzeug.datastructures import MultiDict
from wtforms import Field, FieldList, HiddenField

from portal.domain import equality
from portal.forms.base import CARD_NUMBER, Choice, Line, PortalForm, Secret, Several
from portal.forms.equality import EqualityForm
from tests.filling import FORMS, fields
from tests.probes import CARD, form_kinds

KINDS = [*form_kinds(), *(EqualityForm.asking(question) for question in equality.for_region("london").questions)]
# Boxes to tick: what they send is compared with "yes" and then forgotten.
TICKED = {"agreed", "words_not", "organisation_not", "job_role_not", "telephone_not"}


def _written(form: PortalForm) -> list[Field]:
    return [field for field in form if isinstance(field, Line)]


def _is_known(field: Field) -> bool:
    """True for what is no free text: chosen, ticked, signed by us, made of other forms, or a password."""
    return isinstance(field, (Secret, Several, HiddenField, FieldList)) or field.name in TICKED


@pytest.mark.parametrize("kind", KINDS, ids=lambda kind: kind.__name__)
@pytest.mark.promise("OLT-31")
def test_every_field_that_people_write_into_refuses_a_card_number_and_keeps_it_on_the_page(
    kind: type[PortalForm],
) -> None:
    form = kind()
    assert [field.name for field in form if field not in _written(form) and not _is_known(field)] == []
    for field in _written(form):
        typed = kind(MultiDict({field.name: f" {CARD} "}))[field.name]
        assert typed.validate(form) is False
        assert typed.errors == [CARD_NUMBER] or field.longest < len(CARD)
        assert typed.data == CARD


def test_a_word_to_choose_is_looked_at_too() -> None:
    chosen = [field for kind in KINDS for field in _written(kind()) if isinstance(field, Choice)]
    assert len(chosen) > 10


@pytest.mark.parametrize("kind", [kind for kind in form_kinds() if fields(kind.__name__, "secret")])
def test_a_password_may_be_any_digits(kind: type[PortalForm]) -> None:
    for name in fields(kind.__name__, "secret"):
        typed = kind(MultiDict({name: CARD}))
        assert typed[name].validate(typed) is True
        assert typed[name].data == CARD


def test_the_forms_looked_at_are_the_ones_filled_in_through_their_pages() -> None:
    assert {kind.__name__ for kind in form_kinds()} == {*FORMS}
