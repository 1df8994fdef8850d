"""What templates may call: numbers in words, prices, and the company's own particulars."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass
from typing import Any
from urllib.parse import quote, urlencode

from flask import Flask, request

from config import Settings
from portal.domain import access_codes, days, money, needs, selling, working_days
from portal.domain.documents import Seller
from portal.domain.enquiry import masked_email
from portal.domain.orders import lets_in
from portal.domain.places import countries
from portal.services import courses
from portal.web import access
from portal.web.public.options import subject_name

_WORDS = (
    *("no", "one", "two", "three", "four", "five", "six", "seven", "eight", "nine", "ten", "eleven", "twelve"),
    *("thirteen", "fourteen", "fifteen", "sixteen", "seventeen", "eighteen", "nineteen", "twenty"),
)
_TAUGHT = {
    "automated": "Online, in your own time",
    "tutor_supported": "Online, with a tutor",
    "live": "Live, with a tutor",
}
_NO_VAT = {"exempt": "exempt from VAT", "zero": "zero-rated, VAT at 0 %", "outside_scope": "without VAT"}


@dataclass(frozen=True)
class Company:
    """Who the site belongs to, as pages and letters print it."""

    name: str
    short: str
    line: str
    strapline: str
    address: str
    telephone: str
    telephone_link: str
    hours: str
    number: str
    vat_number: str
    email: str


def company(settings: Settings) -> Company:
    """The company of these settings."""
    name = settings.COMPANY_NAME
    trading = name.removesuffix(" Ltd").removesuffix(" Limited")
    short = settings.COMPANY_SHORT_NAME or trading
    return Company(
        name=name,
        short=short,
        line=trading.removeprefix(short).strip() if trading.startswith(short) else "",
        strapline=settings.COMPANY_STRAPLINE,
        address=settings.COMPANY_ADDRESS,
        telephone=settings.COMPANY_TELEPHONE,
        telephone_link="".join(letter for letter in settings.COMPANY_TELEPHONE if letter in "+0123456789"),
        hours=settings.COMPANY_HOURS,
        number=settings.COMPANY_NUMBER,
        vat_number=settings.COMPANY_VAT_NUMBER,
        email=settings.TEAM_EMAIL,
    )


def seller(settings: Settings) -> Seller:
    """The same as documents print it."""
    ours = company(settings)
    return Seller(
        name=ours.name,
        address=ours.address,
        telephone=ours.telephone,
        email=settings.TEAM_EMAIL,
        short=ours.short,
        line=ours.line,
        complaints=f"{settings.PUBLIC_URL.rstrip('/')}/complaints",
        company_number=ours.number,
        vat_number=ours.vat_number,
    )


def counted(number: int) -> str:
    """A small number in words, a large one in figures."""
    return _WORDS[number] if 0 <= number < len(_WORDS) else f"{number:,}"


def counted_people(number: int) -> str:
    """ "1 person", "6 people"."""
    return f"{number:,} {'person' if number == 1 else 'people'}"


def counted_partners(number: int) -> str:
    """ "24 training partners"; our own people when there are none."""
    return f"{number} training {'partner' if number == 1 else 'partners'}" if number else "Our own people"


def pounds(pence: int) -> str:
    """ "£576.00"; nothing is free of charge without saying so."""
    return money.pounds(pence) if pence else "Free"


def vat_words(course: Any) -> str:
    """What is said beside a course's price: "with £96.00 VAT", or why it bears none; nothing beside Free."""
    if vat := courses.vat(course):
        return f"with {pounds(vat)} VAT"
    return _NO_VAT.get(course.vat_status, "") if course.price_pence else ""


def places_left(left: int | None) -> str:
    """ "full", "1 place left", "3 places left"; nothing where there is no limit."""
    if left is None:
        return ""
    return "full" if not left else "1 place left" if left == 1 else f"{left:,} places left"


def starts(course: Any, soonest: Any) -> str:
    """When a course can begin, in one line: its next date, or any day where nobody waits for one; else its summary."""
    if soonest is not None:
        return ", ".join(part for part in (f"Next: {day_and_month(soonest.starts_on)}", soonest.place) if part)
    return str(course.summary) if course.delivery == "live" else "Start any day"


def day_and_month(day: dt.date) -> str:
    """ "1 December"."""
    return f"{day.day} {day:%B}"


def initials(name: str) -> str:
    """The first letters of the first two words."""
    return "".join(word[0] for word in name.split()[:2]).upper()


def possessive(name: str) -> str:
    """ "Lindum’s"."""
    return f"{name}’" if name.endswith("s") else f"{name}’s"


def lower_first(text: str) -> str:
    """With a small letter at the start, unless it is an abbreviation."""
    return text if text[:2].isupper() else text[:1].lower() + text[1:]


def upper_first(text: str) -> str:
    """With a capital at the start."""
    return text[:1].upper() + text[1:]


def day(moment: dt.date) -> str:
    """ "1 January 2027", of a day or of a moment, in London."""
    on = moment.astimezone(working_days.LONDON) if isinstance(moment, dt.datetime) else moment
    return f"{on.day} {on:%B} {on.year}"


def mailto(address: str) -> str:
    """The address of a link that writes to this address and to no other, whatever stands in it."""
    local, _, host = address.rpartition("@")
    return f"mailto:{quote(local, safe='')}@{quote(host, safe='')}"


def page_address(number: int) -> str:
    """This page's address with its filters and another page number."""
    asked = {name: value for name, value in request.args.items() if name not in ("page", "done", "changed")}
    return f"{request.path}?{urlencode({**asked, 'page': number})}"


def init_app(app: Flask, settings: Settings) -> None:
    """Give templates all of it."""
    app.jinja_env.globals.update(
        company=company(settings),
        counted=counted,
        counted_partners=counted_partners,
        counted_people=counted_people,
        day=day,
        lets_in=lets_in,
        page_address=page_address,
        places_left=places_left,
        price_with_vat=courses.price_with_vat,
        span=days.span,
        starts=starts,
        taught=lambda course: _TAUGHT[course.delivery],
        vat_line=money.vat_words,
        vat_words=vat_words,
    )
    app.jinja_env.filters.update(
        age=needs.age,
        clock_time=working_days.clock_time,
        due_time=needs.due_time,
        due_word=needs.due_word,
        full_day=working_days.full_day,
        long_day=working_days.long_day,
        country_name=lambda code: countries().get(code, code),
        initials=initials,
        lower_first=lower_first,
        mailto=mailto,
        masked_email=masked_email,
        possessive=possessive,
        short_day=working_days.short_day,
        pounds=pounds,
        subject_name=subject_name,
        sum_of=money.pounds,
        upper_first=upper_first,
        urgency=needs.urgency,
        whole_day=selling.day,
        code_shown=access_codes.as_shown,
    )

    @app.context_processor
    def _current() -> dict[str, object]:
        asks = request.blueprint == "enquiries"
        current = "ask" if asks else "courses" if request.path.startswith("/courses") else ""
        seems_signed_in, own_page = access.seems_signed_in(), access.own_page()
        return {"current": current, "seems_signed_in": seems_signed_in, "own_page": own_page}
