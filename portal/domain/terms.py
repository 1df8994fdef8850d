"""The course terms that every learner accepts: their text, their version, and since when they hold.

A change of the text is a new version: a test holds the text against its fingerprint. An empty line parts paragraphs; a
paragraph that begins with "# " is a heading.
"""

from __future__ import annotations

import datetime as dt

VERSION = "1"
SINCE = dt.date(2026, 11, 22)

TEXT = """\
# Your place

A place is for one person. It cannot be passed on or shared, but whoever paid for it may name somebody else until the \
course has opened.

The course opens on the day that your confirmation names. Where it has dates, it is taught on those days, and your \
confirmation says where.

# What you pay

The price on the check page is the whole price, with VAT. Where there is one, you pay it before the course opens. \
There is nothing more to pay later, and nothing renews itself.

# If you change your mind

If you bought for yourself, you can cancel within 14 days after the day of your order, without giving a reason. The \
page of your order does it with one press and shows first what you get back; any clear statement to us does it too.

If you asked us to start within those days, you pay for what you have had by then. Once you have had all of it, you \
can no longer cancel. For a recorded course that opened at once because you asked for it, the right ends when it opens.

We pay back the way you paid, within 14 days, and take no fee.

# If we change a date

If we cancel or move a date, you choose between another date and all your money back.

# What we ask of you

Do your own work, and keep to what the tutor says about safety. What you are given to read and to watch is for your \
own learning; please do not copy it for others. If somebody puts others in danger or cheats, we may end their place; \
we say why first and listen.

# If something is wrong

Tell us, and we put it right, teach it again, or pay back what it was worth less. Your rights under the Consumer \
Rights Act 2015 are yours whatever stands here. The page on complaints says who answers, and by when.

# The law

These terms are under the law of England and Wales. If you live in Scotland or Northern Ireland, you can go to court \
there, and your own country’s consumer law protects you too.
"""


def accepted(version: str = VERSION, since: dt.date = SINCE) -> str:
    """What is accepted, word for word."""
    return f"I accept the course terms, version {version} of {since.day} {since:%B} {since.year}"
