"""What a trainee can change of what they told us."""

from __future__ import annotations

from portal.domain.places import REGIONS
from portal.forms.base import PortalForm
from portal.forms.registration import RegistrationForm


class DetailsForm(PortalForm):
    """The answers of the registration, to be put right at any time."""

    full_name = RegistrationForm.full_name
    region = RegistrationForm.region
    heard_from = RegistrationForm.heard_from

    def use(self) -> DetailsForm:
        """Tell the form which regions there are; answers the form."""
        self.region.known = REGIONS
        return self

    sources = RegistrationForm.sources
