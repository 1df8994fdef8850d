"""Where a buyer lives, asked when their card and their address do not say the same."""

from __future__ import annotations

from portal.domain.content import HOME_COUNTRIES
from portal.domain.places import countries
from portal.forms.base import Choice, PortalForm


class CountryForm(PortalForm):
    """One question."""

    country = Choice("Which country do you live in?", what="which country", missing="Choose which country you live in")

    def use(self) -> CountryForm:
        """Tell the form which countries there are; answers the form."""
        self.country.known = {**HOME_COUNTRIES, **countries()}
        return self
