"""What people may ask of us about their data, in the words of the notice. Source: UK GDPR articles 12 to 22D."""

from __future__ import annotations

RIGHTS = (
    ("See it", "Ask for a copy of what we hold about you."),
    ("Correct it", "Tell us what is wrong or missing and we mend it."),
    ("Delete it", "The page of your enquiry removes it with one press; you can also ask us."),
    ("Limit it", "Ask us to keep it but not use it."),
    ("Object", "Say no to anything we do because of our own interests; to news at once and always."),
    ("Move it", "Ask for what you gave us in a form that another company’s computer can read."),
    ("Take back a yes", "Where you said yes, you can say no as easily, at any time."),
    ("Ask a person", "No decision about you is made by a computer alone; routing only chooses who answers."),
)
