"""Whose record each route shows. A new route with a parameter needs an entry here."""

from __future__ import annotations

# Which record a rule is about, by how the rule begins. A new rule with a parameter needs an entry here.
RECORDS = {
    "/enquiries/<token>": "enquiry link",
    "/complaints/<token>": "complaint link",
    "/register/confirm/<token>": "confirm link",
    "/set-password/<token>": "password link",
    "/address/<token>": "address link",
    "/register/others/<token>": "others link",
    "/invitation/<token>": "invitation link",
    "/staff/join/<token>": "join link",
    "/sign-in/link/<token>": "sign-in link",
    "/keep-account/<token>": "keep link",
    "/your-order/<token>": "order link",
    "/your-place/<token>": "place link",
    "/your-date/<token>": "date link",
    "/orders/<reference>": "order",
    "/admin/enquiries/<reference>": "enquiry",
    "/admin/complaints/<reference>": "complaint",
    "/admin/trainees/<reference>": "trainee",
    "/admin/staff/<reference>": "member",
    "/admin/support/<reference>": "support need",
    "/admin/contacts/<reference>/<organisation>": "contact",
    "/admin/deliveries/<token>": "delivery",
    "/admin/partners/<code>": "partner",
    "/admin/sponsors/<code>": "sponsor",
    "/admin/orders/<reference>": "order at the desk",
    "/admin/codes/<code>": "access code",
    "/partner/codes/<code>": "partner's code",
    "/account/equality/<code>": "equality answer",
}
# Rules whose parameter stands for nobody's record: what everybody may read, or what names nobody.
NOBODYS = {
    "/courses/<code>": "/courses/FIB-SPLICE",
    "/admin/dates/<run>": "/admin/dates/SPLICE-SOON",
    "/admin/courses/<code>/dates/<run>": "/admin/courses/FIB-SPLICE/dates/SPLICE-SOON",
    "/admin/courses/<code>": "/admin/courses/FIB-SPLICE",
    "/admin/rules/<int:priority>": "/admin/rules/10",
    "/admin/access/<who>": "/admin/access/manager",
    "/admin/reports/equality/<period>": "/admin/reports/equality/2026-Q3",
    "/admin/reports/equality/<period>.csv": "/admin/reports/equality/2026-Q3.csv",
    "/assets/<name>": "/assets/portal.css",
    "/sandbox/<path:path>": "/sandbox/mailbox",
}


def record_of(rule: str) -> str:
    """How a rule with a parameter begins, if that stands for somebody's record; empty when it is nobody's."""
    found = next((begins for begins in RECORDS if rule == begins or rule.startswith(f"{begins}/")), "")
    nobodys = any(rule == begins or rule.startswith(f"{begins}/") for begins in NOBODYS)
    assert found or nobodys, f"say in tests/owned.py whose record {rule} shows"
    return found
