"""Regions with their official codes, the countries of the world, and how a place stands in a sentence."""

from __future__ import annotations

import pytest

from portal.domain import places
from portal.domain.places import REGIONS, countries


def test_the_regions_are_the_twelve_of_the_uk_the_islands_and_everywhere_else() -> None:
    assert {slug: region.ons_code for slug, region in REGIONS.items()} == {
        "north-east": "E12000001",
        "north-west": "E12000002",
        "yorkshire-and-the-humber": "E12000003",
        "east-midlands": "E12000004",
        "west-midlands": "E12000005",
        "east-of-england": "E12000006",
        "london": "E12000007",
        "south-east": "E12000008",
        "south-west": "E12000009",
        "wales": "W92000004",
        "scotland": "S92000003",
        "northern-ireland": "N92000002",
        "crown-dependencies": "",
        "outside-uk": "",
    }


def test_every_region_knows_its_own_slug_and_has_words_for_every_use() -> None:
    for slug, region in REGIONS.items():
        assert region.slug == slug
        assert all((region.name, region.in_sentence, region.short))


def test_countries_are_two_capital_letters_in_the_order_of_their_names() -> None:
    assert all(len(code) == 2 and code.isascii() and code.isupper() for code in countries())
    names = list(countries().values())
    assert names == sorted(names, key=str.casefold)
    assert len(set(names)) == len(names)


def test_there_are_as_many_countries_as_iso_3166_has_beyond_the_uk_and_its_islands() -> None:
    assert len(countries()) == 249 - len({"GB", "GG", "IM", "JE"})


@pytest.mark.parametrize("code", ["GB", "GG", "IM", "JE", "EU", "UN", "XK", "ZZ", "QO"])
def test_what_is_at_home_or_no_country_is_not_offered(code: str) -> None:
    assert code not in countries()


@pytest.mark.parametrize(
    ("region", "country", "words"),
    [
        ("west-midlands", None, "the West Midlands"),
        ("wales", None, "Wales"),
        ("crown-dependencies", None, "the Crown dependencies"),
        ("outside-uk", "IE", "Ireland"),
        ("outside-uk", "NL", "the Netherlands"),
        ("outside-uk", "US", "the United States"),
        ("outside-uk", "GM", "the Gambia"),
        ("outside-uk", None, "a country outside the UK"),
        ("outside-uk", "QQ", "a country outside the UK"),
        ("london", "FR", "London"),
    ],
)
def test_a_place_inside_a_sentence(region: str, country: str | None, words: str) -> None:
    assert places.in_sentence(region, country) == words


def test_no_place_has_its_article_twice() -> None:
    for code in countries():
        assert "the the " not in places.in_sentence("outside-uk", code).lower()


@pytest.mark.parametrize(
    ("region", "country", "words"),
    [
        ("west-midlands", None, "West Midlands"),
        ("outside-uk", "NL", "Netherlands"),
        ("outside-uk", None, "Outside the UK"),
        ("wales", "FR", "Wales"),
    ],
)
def test_a_place_as_a_label(region: str, country: str | None, words: str) -> None:
    assert places.name(region, country) == words
