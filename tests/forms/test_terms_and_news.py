"""No form asks for the course terms and for a yes to news at once."""

from __future__ import annotations

import importlib
import pkgutil

import pytest

from portal import forms
from portal.forms.base import PortalForm


@pytest.mark.promise("PRE-40")
def test_no_form_joins_terms_and_marketing() -> None:
    for found in pkgutil.iter_modules(forms.__path__):
        importlib.import_module(f"portal.forms.{found.name}")
    kinds = [*PortalForm.__subclasses__()]
    for kind in kinds:
        kinds += kind.__subclasses__()
    asks = {kind.__name__: {name for name in ("terms", "marketing") if hasattr(kind, name)} for kind in kinds}
    assert {name for names in asks.values() for name in names} == {"terms", "marketing"}
    assert [name for name, names in asks.items() if len(names) > 1] == []
