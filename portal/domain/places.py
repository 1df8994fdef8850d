"""The regions an enquiry may come from, with their ONS codes, and the countries of the world.

Source: ONS code histories for E12000001 to E12000009, W92000004, S92000003 and N92000002; ISO 3166-1 through CLDR.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache

from babel import Locale

OUTSIDE_UK = "outside-uk"


@dataclass(frozen=True)
class Region:
    """A region: its slug, ONS code (empty when ONS has none), name, the name inside a sentence, and a short one."""

    slug: str
    ons_code: str
    name: str
    in_sentence: str
    short: str


REGIONS = {
    region.slug: region
    for region in (
        Region("north-east", "E12000001", "North East", "the North East", "the North East"),
        Region("north-west", "E12000002", "North West", "the North West", "the North West"),
        Region(
            "yorkshire-and-the-humber",
            "E12000003",
            "Yorkshire and the Humber",
            "Yorkshire and the Humber",
            "Yorkshire",
        ),
        Region("east-midlands", "E12000004", "East Midlands", "the East Midlands", "the East Midlands"),
        Region("west-midlands", "E12000005", "West Midlands", "the West Midlands", "the West Midlands"),
        Region("east-of-england", "E12000006", "East of England", "the East of England", "the East"),
        Region("london", "E12000007", "London", "London", "London"),
        Region("south-east", "E12000008", "South East", "the South East", "the South East"),
        Region("south-west", "E12000009", "South West", "the South West", "the South West"),
        Region("wales", "W92000004", "Wales", "Wales", "Wales"),
        Region("scotland", "S92000003", "Scotland", "Scotland", "Scotland"),
        Region("northern-ireland", "N92000002", "Northern Ireland", "Northern Ireland", "N. Ireland"),
        Region("crown-dependencies", "", "Crown dependencies", "the Crown dependencies", "Jersey, Guernsey, Man"),
        Region(OUTSIDE_UK, "", "Outside the UK", "a country outside the UK", "another country"),
    )
}

# In CLDR's list of territories but not countries of ISO 3166-1, or inside the regions above.
_NOT_COUNTRIES = {"AC", "CP", "CQ", "DG", "EA", "EU", "EZ", "IC", "QO", "TA", "UN", "XA", "XB", "XK", "ZZ"}
_HOME = {"GB", "GG", "IM", "JE"}
_WITH_ARTICLE = {
    *("AE", "BS", "CD", "CF", "CK", "CX", "CC", "DO", "FK", "FO", "GM", "IO", "KM", "KY", "MH", "MV", "MP"),
    *("NL", "PH", "PS", "SB", "SC", "TC", "TF", "UM", "US", "VG", "VI"),
}


@cache
def countries() -> dict[str, str]:
    """Each country outside the UK and the Crown dependencies: ISO 3166-1 alpha-2 code to English name, by name."""
    territories = Locale("en", "GB").territories
    named = {
        code: str(name)
        for code, name in territories.items()
        if len(code) == 2 and code.isalpha() and code not in _NOT_COUNTRIES | _HOME
    }
    return dict(sorted(named.items(), key=lambda item: item[1].casefold()))


def in_sentence(region: str, country: str | None) -> str:
    """Where someone is, as it stands after "in": "the West Midlands", "the Netherlands"."""
    if region == OUTSIDE_UK and country in countries():
        name = countries()[country]
        return f"the {name}" if country in _WITH_ARTICLE and not name.startswith("The ") else name
    return REGIONS[region].in_sentence


def name(region: str, country: str | None) -> str:
    """Where someone is, as a label: "West Midlands", "Netherlands"."""
    if region == OUTSIDE_UK and country in countries():
        return countries()[country]
    return REGIONS[region].name
