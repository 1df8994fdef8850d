"""The privacy register: every purpose for which the portal holds personal data.

The notice, the cookie list and the guards are made from it, and every personal-data column names its purposes here:
the notice can't say what the register does not hold. Source of the duties: UK GDPR articles 6, 13, 14 and 30.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from enum import StrEnum

VERSION = "2026-11-22"


class LawfulBasis(StrEnum):
    """The lawful bases that are used, in the words of the notice."""

    LEGITIMATE_INTERESTS = "legitimate interests"
    CONSENT = "your consent"
    CONTRACT = "a contract with you, or steps you asked for before one"
    LEGAL_OBLIGATION = "a legal obligation"


CATEGORIES = {
    "identity": "your name",
    "contact": "email address and telephone number",
    "profile": "where you are, what you ask about, for whom, your organisation, where you heard of us",
    "learning": "your work, your experience and how you would like to be taught",
    "messages": "what you write to us",
    "marketing": "whether you want news, and when you said so",
    "network": "the network address that your device has while you are here",
    "credentials": "your password, scrambled so that nobody can read it, and what makes the codes of a second step",
    "security": "when you signed in or tried to, and with which browser",
    "equality": "what you answer to the equality questions, apart from your name and locked",
    "support": "what would help you to learn, if you tell us, locked",
    "agreements": "what you agreed to and took back, word for word, and when",
    "work": "what you do for us, and when you promised to keep it confidential",
    "payment": "what you ordered and paid, and the country of your card and of your address; never a card’s number",
}


@dataclass(frozen=True)
class Purpose:
    """One purpose. `balancing` is the note that weighs legitimate interests against the person's; needed with them.

    `recipients` are in the words of the notice; `if_refused` says what happens without the data; `needs` names the
    setting that must be "on" for the purpose to exist at all. `recipients_if` holds further recipients by the setting
    and its value ("PAYMENTS=stripe") with which they get anything.
    """

    name: str
    why: str
    basis: LawfulBasis
    people: str
    categories: frozenset[str]
    retention: str
    if_refused: str
    recipients: tuple[str, ...] = ()
    balancing: str = ""
    needs: str = ""
    recipients_if: Mapping[str, tuple[str, ...]] = field(default_factory=dict)


STRIPE = "Stripe, which takes the payment on its own page: what you pay, your email address and the order’s reference"

PURPOSES = {
    "answer-enquiry": Purpose(
        name="Answering your enquiry",
        why="To have your question answered by whoever covers your region and subject, and to show you where it is.",
        basis=LawfulBasis.LEGITIMATE_INTERESTS,
        people="people who ask about a course",
        categories=frozenset({"identity", "contact", "profile", "messages"}),
        retention="enquiry",
        if_refused="Without the five answers that are not optional we can’t answer; the rest is up to you.",
        recipients=(
            "the one training partner whose name you saw before you sent it, and only if you chose to send it there",
        ),
        balancing=(
            "You ask, and expect an answer; we pass the question to one partner because partners teach the courses."
            " You see the partner’s name first, can keep the question with us, and can withdraw it at any time with"
            " one press. That leaves little that could surprise or harm you."
        ),
    ),
    "complaints": Purpose(
        name="Answering complaints",
        why="To look into what you complain about, to put right what went wrong, and to show what we did.",
        basis=LawfulBasis.LEGITIMATE_INTERESTS,
        people="people who complain about an order or about anything else but data",
        categories=frozenset({"identity", "contact", "messages"}),
        retention="complaint",
        if_refused="Without a name, an address and your words we can’t answer. You can ring us instead.",
        balancing=(
            "You complain, and expect us to look into it and to answer. Only those of us see it whose work it is, and"
            " we keep it no longer than somebody could still claim anything because of it. That leaves little that"
            " could surprise or harm you."
        ),
    ),
    "data-complaints": Purpose(
        name="Answering complaints about your data",
        why=(
            "Because the law asks it of us (Data Protection Act 2018, section 164A): to say that we have your"
            " complaint, to look into it, and to tell you what came of it."
        ),
        basis=LawfulBasis.LEGAL_OBLIGATION,
        people="people who complain about how we use data",
        categories=frozenset({"identity", "contact", "messages"}),
        retention="complaint",
        if_refused="Without a name, an address and your words we can’t answer. You can go to the regulator instead.",
    ),
    "know-what-works": Purpose(
        name="Knowing where people hear of us",
        why="To spend less on advertising that does not work.",
        basis=LawfulBasis.LEGITIMATE_INTERESTS,
        people="people who ask about a course or have an account",
        categories=frozenset({"profile"}),
        retention="enquiry",
        if_refused="With an enquiry nothing changes. An account needs an answer; “Somewhere else” is one.",
        balancing="The answer is counted and not used about you, and goes to nobody else.",
    ),
    "register": Purpose(
        name="Making your account",
        why="To prove that the address is yours before anything is kept under it.",
        basis=LawfulBasis.CONTRACT,
        people="people who register",
        categories=frozenset({"identity", "contact", "profile"}),
        retention="registration",
        if_refused="Without the four answers and your age there can be no account; we ask nothing else.",
    ),
    "keep-account": Purpose(
        name="Your account",
        why="To know you again when you sign in, and to show you what is yours.",
        basis=LawfulBasis.CONTRACT,
        people="people who have an account",
        categories=frozenset({"identity", "contact", "profile", "credentials", "security"}),
        retention="account",
        if_refused="Without it there can be no account. Asking about a course needs none.",
    ),
    "guard-accounts": Purpose(
        name="Keeping accounts and orders safe",
        why=(
            "To shut the door on somebody who guesses passwords, to show you who has used your account, to see from"
            " where an order was changed, and to stop one visitor from keeping all places of a date."
        ),
        basis=LawfulBasis.LEGITIMATE_INTERESTS,
        people="people who sign in or try to, order a place on a date, change an order, or look for a way in",
        categories=frozenset({"network", "security"}),
        retention="security",
        if_refused="Nobody can sign in, or order a place on a date, without it.",
        balancing=(
            "You want your account and your order to be yours alone. We note only what a look at a break-in needs, show"
            " you your own entries, tell nobody else, and delete all of it after the time named here."
        ),
    ),
    "marketing": Purpose(
        name="News about courses",
        why="To write to you about new courses, if you said yes.",
        basis=LawfulBasis.CONSENT,
        people="people who said yes to news",
        categories=frozenset({"contact", "marketing"}),
        retention="enquiry",
        if_refused="Nothing changes: you get no news.",
        needs="MARKETING",
    ),
    "keep-site-up": Purpose(
        name="Keeping the site up",
        why=(
            "To keep one visitor or program from sending so much that nobody else gets through, and from filling"
            " somebody’s mailbox with our letters."
        ),
        basis=LawfulBasis.LEGITIMATE_INTERESTS,
        people="everybody who sends a form",
        categories=frozenset({"network", "contact"}),
        retention="network",
        if_refused="No site can be visited without such an address.",
        balancing=(
            "We count how many forms come from a network address, for an hour, and how many letters go to an email"
            " address, for a day. The counts stand in no record, beside nobody’s name, and not beside the email"
            " address itself but a number made from it."
        ),
    ),
    "optional-profile": Purpose(
        name="Knowing you better, if you like",
        why="To suggest what fits you, to let a tutor know whom to expect, and to reach you on the day of a course.",
        basis=LawfulBasis.CONSENT,
        people="trainees who answer optional questions",
        categories=frozenset({"profile", "contact", "learning", "agreements"}),
        retention="account",
        if_refused="Nothing changes: every question can be left out, or answered with “Prefer not to say”.",
    ),
    "equality": Purpose(
        name="Seeing whether everybody has the same chance",
        why="To look at totals, and never at a person, for groups that our courses do not reach.",
        basis=LawfulBasis.LEGITIMATE_INTERESTS,
        people="trainees who answer the equality questions",
        categories=frozenset({"equality"}),
        retention="equality",
        if_refused="Nothing changes, and nobody who teaches, assesses or pays learns whether you answered.",
        balancing=(
            "The law lets us ask for this in order to keep equality of opportunity under review (Data Protection Act"
            " 2018, Schedule 1, paragraph 8). Each question can be left out; answers are locked, kept apart from your"
            " name, counted once a quarter, shown as totals without small numbers, and we stop using yours when you say"
            " so."
        ),
        needs="EQUALITY",
    ),
    "support": Purpose(
        name="Supporting how you learn",
        why="To arrange what helps you: another format, more time, a quieter room.",
        basis=LawfulBasis.CONSENT,
        people="trainees who tell us about a need",
        categories=frozenset({"support", "agreements"}),
        retention="account",
        if_refused="Nothing changes, except that we can’t arrange what we do not know of.",
    ),
    "invite": Purpose(
        name="Inviting somebody to have an account",
        why="To let one person start an account for another, who then decides.",
        basis=LawfulBasis.LEGITIMATE_INTERESTS,
        people="people who invite, and people whom somebody invites",
        categories=frozenset({"identity", "contact", "profile"}),
        retention="invitation",
        if_refused="Everybody can make an account themselves instead.",
        balancing=(
            "Whoever is invited is told first who gave us their name and address, sees exactly what was said, and"
            " declines with one press; then it is deleted. Nobody else gets it, and the one who invited learns only"
            " whether the invitation was taken up."
        ),
    ),
    "buy": Purpose(
        name="Selling you a course",
        why="To sell a place on a course to whoever asks for one, to take the payment, and to give money back.",
        basis=LawfulBasis.CONTRACT,
        people="people who order a course",
        categories=frozenset({"identity", "contact", "profile", "payment", "agreements"}),
        retention="order",
        if_refused="Without it we can’t sell you a place. Asking about a course needs none of it.",
        recipients_if={"PAYMENTS=stripe": (STRIPE,)},
    ),
    "teach": Purpose(
        name="Your place on a course",
        why=(
            "To keep your place, to open the course to you and nobody else, and to ring you where a tutor does or"
            " something about it changes at short notice."
        ),
        basis=LawfulBasis.CONTRACT,
        people="people who learn on a course, whoever ordered it",
        categories=frozenset({"identity", "contact", "agreements"}),
        retention="enrolment",
        if_refused="Without it we can’t keep a place for you.",
    ),
    "books": Purpose(
        name="Keeping our books",
        why="To keep the records of what we sold that company and tax law ask of us.",
        basis=LawfulBasis.LEGAL_OBLIGATION,
        people="people who order a course",
        categories=frozenset({"identity", "contact", "profile", "payment", "agreements"}),
        retention="books",
        if_refused="The law leaves neither of us a choice once a course is sold.",
        recipients=("our accountants and the tax authority, when they ask to see the books",),
    ),
    "work-here": Purpose(
        name="Working with the portal",
        why="To let people do their work here, and to know who did what.",
        basis=LawfulBasis.LEGITIMATE_INTERESTS,
        people="our staff, and contacts at our partners and at sponsors",
        categories=frozenset({"identity", "work"}),
        retention="staff",
        if_refused="Nobody can work with other people’s data unnamed.",
        balancing="It is about work, not about private life, and shows people that their data is handled with care.",
    ),
    "partner-contact": Purpose(
        name="Working with our partners",
        why="To send enquiries to the right desk at each partner.",
        basis=LawfulBasis.LEGITIMATE_INTERESTS,
        people="people who work for our partners",
        categories=frozenset({"contact"}),
        retention="partner",
        if_refused="The partner can’t be sent enquiries.",
        balancing="These are business addresses that the partner gives us so that enquiries reach it.",
    ),
}


def active(switches: Mapping[str, object]) -> dict[str, Purpose]:
    """The purposes that exist with these settings (name to "on" or "off")."""
    return {
        code: _with_recipients(one, switches)
        for code, one in PURPOSES.items()
        if not one.needs or switches.get(one.needs) == "on"
    }


def _with_recipients(purpose: Purpose, switches: Mapping[str, object]) -> Purpose:
    further = [
        names
        for case, names in purpose.recipients_if.items()
        if str(switches.get(case.partition("=")[0])) == case.partition("=")[2]
    ]
    return replace(purpose, recipients=(*purpose.recipients, *(name for names in further for name in names)))
