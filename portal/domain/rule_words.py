"""A routing rule as one sentence, for staff."""

from __future__ import annotations

from collections.abc import Callable, Sequence

from portal.domain import places
from portal.domain.routing import Rule, Strategy

_WHO = {"individual": " by individuals", "organisation": " by organisations"}


def sentence(rule: Rule, topic: Callable[[str], str], partner: Callable[[str], str]) -> str:
    """ "Enquiries from Scotland about fibre courses go to Clyde, or else Aurora."

    `topic` says an interest inside a sentence, `partner` gives a partner's short name by its code.
    """
    conditions = (
        _WHO.get(rule.audience or "", ""),
        _where(rule),
        f" about {_or([topic(interest) for interest in rule.interests])}" if rule.interests else "",
        _learners(rule.min_learners, rule.max_learners),
    )
    start = "Enquiries" if any(conditions) else "All enquiries"
    return f"{start}{''.join(conditions)} {_to(rule, [partner(code) for code in rule.partners])}."


def _where(rule: Rule) -> str:
    regions = [slug for slug in rule.regions if not (rule.countries and slug == places.OUTSIDE_UK)]
    said = f" from {_or([_region(slug) for slug in regions])}" if regions else ""
    if rule.countries:
        said += f"{' and' if said else ''} from {_or([_country(code) for code in rule.countries])}"
    return said


def _region(slug: str) -> str:
    return places.in_sentence(slug, None) if slug in places.REGIONS else slug


def _country(code: str) -> str:
    return places.in_sentence(places.OUTSIDE_UK, code) if code in places.countries() else code


def _learners(fewest: int | None, most: int | None) -> str:
    if fewest is None and most is None:
        return ""
    if most is None:
        return f" for {fewest} or more people"
    if fewest is None:
        return f" for up to {most} people"
    return f" for {fewest} people" if fewest == most else f" for {fewest} to {most} people"


def _to(rule: Rule, names: Sequence[str]) -> str:
    if not names:
        return "go to nobody"
    if rule.strategy == Strategy.SHARE and len(names) > 1:
        return f"are shared between {', '.join(names[:-1])} and {names[-1]}"
    return f"go to {', or else '.join(names)}"


def _or(words: Sequence[str]) -> str:
    return words[0] if len(words) == 1 else f"{', '.join(words[:-1])} or {words[-1]}"
