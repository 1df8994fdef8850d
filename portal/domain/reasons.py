"""One routing decision told in one sentence, to the enquirer ("You are in…") and to the partner ("They are in…")."""

from __future__ import annotations

from dataclasses import dataclass

from portal.domain import places
from portal.domain.routing import Question, Rule


@dataclass(frozen=True)
class Span:
    """A piece of a sentence, and whether it is the heart of it."""

    text: str
    strong: bool = False


Sentence = tuple[Span, ...]


def plain(sentence: Sentence) -> str:
    """The sentence as text alone."""
    return "".join(span.text for span in sentence)


def why_partner(rule: Rule, question: Question, topic: str, partner: str, reason: str, who: str = "You") -> Sentence:
    """Why this partner: what the rule looked at, then the rule's own public `reason`, or a plain one.

    `topic` is the interest as said inside a sentence, `partner` a short name, `who` "You" or the enquirer's name.
    """
    are = "are" if who == "You" else "is"
    place = Span(places.in_sentence(question.region, question.country), strong=True)
    about = Span(topic, strong=True)
    by_place, by_topic = bool(rule.regions or rule.countries), bool(rule.interests)
    start: Sentence
    if by_place and by_topic:
        start, covers = (Span(f"{who} {are} in "), place, Span(" and asked about "), about), "covers both"
    elif by_place:
        start, covers = (Span(f"{who} {are} in "), place), "answers there"
    elif by_topic:
        start, covers = (Span(f"{who} asked about "), about), "teaches it"
    else:
        start, covers = (Span(f"{who} asked about "), about), "answers questions from everywhere"
    if reason:
        return (*start, Span(f". {reason}"))
    return (*start, Span(f"; {partner} {covers}."))


def why_team(asked_for_it: bool, question: Question, topic: str, who: str = "You") -> Sentence:
    """Why our own team: because it was asked for, or because nobody else covers it."""
    if asked_for_it:
        return (Span(f"{who} asked for our own team; nobody else is told."),)
    place = Span(places.in_sentence(question.region, question.country), strong=True)
    are = "are" if who == "You" else "is"
    return (
        *(Span(f"{who} {are} in "), place, Span(" and asked about "), Span(topic, strong=True)),
        Span("; our own people answer that themselves."),
    )


def told_about(name: str, why: str) -> str:
    """A sentence made for the enquirer ("You are in…"), as another reads it: "Priya Nair is in…"."""
    for start, other in (("You are ", f"{name} is "), ("You asked ", f"{name} asked ")):
        if why.startswith(start):
            return other + why.removeprefix(start)
    return why
