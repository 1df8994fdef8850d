"""Lists of options as HTML, made once for each state of the catalogue; choosing one is a replacement in the text."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from itertools import groupby

from markupsafe import Markup, escape

from portal.domain.content import HOME_COUNTRIES
from portal.domain.places import REGIONS, countries
from portal.services.enquiries import Catalogue

Group = tuple[str, Iterable[tuple[str, str]]]
_made: dict[str, tuple[object, Markup]] = {}


def _html(empty: str, groups: Iterable[Group]) -> Markup:
    html = [Markup('<option value="">{}</option>').format(empty)]
    for name, items in groups:
        options = Markup("").join(Markup('<option value="{}">{}</option>').format(*item) for item in items)
        html.append(Markup('<optgroup label="{}">{}</optgroup>').format(name, options) if name else options)
    return Markup("\n").join(html)


def _kept(name: str, key: object, make: Callable[[], Markup]) -> Markup:
    if name not in _made or _made[name][0] != key:
        _made[name] = (key, make())
    return _made[name][1]


def chosen(options: Markup, value: str | None) -> Markup:
    """The list with `value` chosen, if it is there."""
    if not value:
        return options
    mark = Markup('<option value="{}"').format(value)
    return options.replace(mark, mark + Markup(" selected"), 1)


def listed(empty: str, items: Iterable[str], value: str | None) -> Markup:
    """A short list whose values are its words."""
    return chosen(_html(empty, [("", [(item, item) for item in items])]), value)


def pairs(empty: str, items: Iterable[tuple[str, str]], value: str | None) -> Markup:
    """A short list of values and their words."""
    return chosen(_html(empty, [("", items)]), value)


def grouped(empty: str, groups: Iterable[Group], value: str | None) -> Markup:
    """A short list in groups, each under its name; a group without items is left out."""
    return chosen(_html(empty, [(name, items) for name, items in groups if items]), value)


def interests(known: Catalogue) -> Markup:
    """Courses by subject, each subject as a whole, and something else."""

    def make() -> Markup:
        active = [course for course in known.courses.values() if course.active]
        groups: list[Group] = [
            (
                subject_name(subject),
                [*((course.code, course.title) for course in courses), (subject, known.interest_name(subject))],
            )
            for subject, courses in groupby(active, key=lambda course: course.subject)
        ]
        return _html("Choose a course or subject", [*groups, ("", [("other", "Something else")])])

    return _kept("interests", (id(known), known.version), make)


def topics(known: Catalogue) -> Markup:
    """The same inside the sentence of the home page, in the words of a sentence."""

    def make() -> Markup:
        active = [course for course in known.courses.values() if course.active]
        items = [(course.code, course.topic or course.title) for course in active]
        return _html("choose a course", [("", [*items, ("other", "something else")])])

    return _kept("topics", (id(known), known.version), make)


def regions() -> Markup:
    """The regions, as labels."""
    items = [(region.slug, region.name) for region in REGIONS.values()]
    return _kept("regions", None, lambda: _html("Choose a region", [("", items)]))


def short_regions() -> Markup:
    """The regions inside the sentence of the home page."""
    items = [(region.slug, region.short) for region in REGIONS.values()]
    return _kept("short regions", None, lambda: _html("choose a region", [("", items)]))


def all_countries() -> Markup:
    """Every country outside the UK."""
    return _kept("countries", None, lambda: _html("Choose a country", [("", countries().items())]))


def every_country() -> Markup:
    """Every country, ours first."""
    every = {**HOME_COUNTRIES, **countries()}
    return _kept("every country", None, lambda: _html("Choose a country", [("", every.items())]))


def subject_name(subject: str) -> str:
    """A subject's slug as a heading."""
    return str(escape(subject.replace("-", " ").capitalize()))
