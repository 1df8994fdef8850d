"""Every form of the site, filled in through its page: each field with what harms, where it is taken and where not."""

from __future__ import annotations

import re

from flask import Flask
from flask.testing import FlaskClient
from werkzeug.test import TestResponse

from portal.domain.roles import Role
from portal.forms.base import CARD_NUMBER
from portal.sandbox.mailbox import Mailbox
from tests.factories import PASSWORD, Deliver, hidden_fields, press
from tests.people import invite, turn_on_two_steps
from tests.probes import CARD, SECRET, SHAPES, WRONG, probe
from tests.world import World

# What becomes of what is typed into each field. A shape of `SHAPES`: it is taken, and read again on some page, in a
# letter or in a file. no: it is refused. ignored: it counts for nothing. known: only what is there already does
# anything. secret: it is never repeated. rows: forms of their own. A new form or field needs its entry here.
FORMS: dict[str, dict[str, str]] = {
    "EnquiryForm": {
        "words": "full_name organisation heard_from",
        "lines": "message",
        "address": "email",
        "telephone": "telephone",
        "no": "interest region country audience learners marketing submission named",
        "ignored": "website",
    },
    "ComplaintForm": {
        "words": "full_name",
        "short": "order_reference",
        "lines": "message wish",
        "address": "email",
        "no": "about submission",
        "ignored": "website",
    },
    "FurtherWordsForm": {"lines": "further"},
    "ComplaintReplyForm": {"lines": "letter"},
    "AcknowledgedForm": {"words": "how"},
    "ExtendForm": {"lines": "reason", "no": "weeks"},
    "ComplaintOutcomeForm": {"lines": "answer", "no": "outcome"},
    "ByHandForm": {
        "words": "full_name organisation heard_from",
        "lines": "message",
        "address": "email",
        "telephone": "telephone",
        "no": "interest region country audience learners channel named",
        "ignored": "website submission marketing",
    },
    "CancellingForm": {"no": "lines shown"},
    "RefundForm": {"words": "reason", "no": "amount ends so_far"},
    "RepaymentForm": {"lines": "note", "no": "way paid_on"},
    "SentBackForm": {"lines": "note", "no": "came_on"},
    "SignInForm": {"known": "email", "secret": "password", "ignored": "next"},
    "CodeForm": {"no": "code"},
    "TurnOnForm": {"no": "code locked"},
    "OwnPasswordForm": {"secret": "password"},
    "ForgottenForm": {"known": "email"},
    "NewPasswordForm": {"secret": "password"},
    "ChangePasswordForm": {"secret": "old password"},
    "RegistrationForm": {
        "words": "full_name heard_from",
        "short": "via",
        "known": "email",
        "no": "age_confirmed region",
        "ignored": "next",
    },
    "AddressForm": {"address": "email", "secret": "password"},
    "DetailsForm": {"words": "full_name heard_from", "no": "region"},
    "OpenerForm": {"no": "answer"},
    "EqualityForm": {"words": "own_words", "no": "answer"},
    "ProfileForm": {
        "words": "organisation job_role",
        "telephone": "telephone",
        "no": "experience teaching",
        "ignored": "organisation_not job_role_not telephone_not",
    },
    "SupportForm": {"lines": "words", "no": "agreed", "ignored": "words_not"},
    "NoteForm": {"lines": "note"},
    "ReplyForm": {"lines": "answer"},
    "OutcomeForm": {"no": "outcome"},
    "ContactForm": {"words": "full_name", "address": "email", "no": "organisation"},
    "LinkForm": {"known": "email"},
    "ContentForm": {"ignored": "seal"},
    "UndertakingForm": {"no": "promise"},
    "RolesForm": {"no": "roles"},
    "InviteForm": {"address": "email", "no": "roles"},
    "JoinForm": {"words": "full_name", "secret": "password"},
    "PersonForm": {"words": "full_name", "address": "email"},
    "InviteOthersForm": {"words": "full_name", "address": "email", "rows": "people", "ignored": "next"},
    "AnswerForm": {"words": "full_name heard_from", "secret": "password", "no": "age_confirmed region"},
    "CourseForm": {
        "words": "title topic summary taught length award award_note",
        "lines": "outline before",
        "no": "code subject price_pence vat_rate vat_status sold active delivery needs_telephone access_days",
        "ignored": "seal",
    },
    "CourseRunForm": {
        "words": "place",
        "short": "times",
        "lines": "address",
        "no": "starts_on ends_on capacity active",
        "ignored": "seal",
    },
    "PartnerForm": {
        "words": "name short_name legal_name town contact_name transfer_mechanism",
        "address": "email backup_email",
        "web": "website privacy_url",
        "no": "code weekly_capacity nation active role agreement_on country",
        "ignored": "seal",
    },
    "SponsorForm": {"words": "name", "web": "privacy_notice", "no": "code kind", "ignored": "seal"},
    "LearnerForm": {"words": "learner_name", "address": "course_email", "no": "place"},
    "OrderAddressForm": {"address": "receipt_email"},
    "ReseatForm": {"no": "run"},
    "AcceptForm": {"words": "why"},
    "SettleForm": {"lines": "how", "no": "trouble"},
    "RuleForm": {
        "words": "name reason",
        "no": "priority regions countries interests audience min_learners max_learners partners strategy",
        "ignored": "seal",
    },
    "EnrolmentForm": {
        "words": "full_name heard_from organisation learner_name",
        "address": "email course_email receipt_email",
        "telephone": "telephone",
        "no": "run buyer age_confirmed region country start code terms submission shown",
    },
    "AccessCodeForm": {"no": "course uses ends_on partner"},
    "PartnerCodeForm": {"no": "allowance uses ends_on"},
    "AllowanceForm": {"no": "course places"},
    "CountryForm": {"no": "country"},
    "DateChoiceForm": {"no": "choice"},
    "ToldChoiceForm": {"no": "choice told_by"},
    "PlaceForm": {"words": "full_name heard_from", "secret": "password", "no": "age_confirmed region terms"},
}
ABSTRACT = {"ContentForm"}


def fields(kind: str, fate: str) -> list[str]:
    """The fields of a form with one fate."""
    return FORMS[kind].get(fate, "").split()


def taken(kind: str, before: str = "") -> dict[str, str]:
    """What is typed into each field of a form that takes it; `before` stands before the names on its page."""
    return {f"{before}{name}": probe(kind, name, shape) for shape in SHAPES for name in fields(kind, shape)}


def written(kind: str) -> list[str]:
    """The fields of a form that people write into themselves."""
    return [name for shape in SHAPES if shape != "short" for name in fields(kind, shape)]


def _errors(page: str) -> list[str]:
    return re.findall(r"""href="(#\w+">[^<]*)|<h2>(That was not done</h2><p>[^<]*)""", page)


class Filling(World):
    """A portal that is filled with what harms."""

    def __init__(self, app: Flask, mailbox: Mailbox, deliver: Deliver) -> None:
        super().__init__(app, mailbox, deliver)
        self.filled: set[str] = set()

    def fill(self, kind: str, browser: FlaskClient, page: str, action: str = "", /, **right: str) -> TestResponse:
        """Fill in a form wrongly in each way (the first time), then rightly with what harms; answers what came of that.

        `right` is what its other fields need.
        """
        typed = taken(kind) | right
        for name in written(kind) if kind not in self.filled else ():
            answer = press(browser, page, action or page, **{**typed, name: CARD})
            assert answer.status_code == 422, f"{kind}.{name}: {answer.status_code}"
            assert CARD_NUMBER in answer.text, f"{kind}.{name}: {_errors(answer.text)}"
        for fate, wrong in (("no", WRONG), ("known", WRONG), ("secret", SECRET)):
            for name in fields(kind, fate) if kind not in self.filled else ():
                answer = press(browser, page, action or page, **{**typed, name: wrong})
                assert answer.status_code in (200, 303, 400, 404, 409, 422), f"{kind}.{name}: {answer.status_code}"
        answer = press(browser, page, action or page, **typed)
        assert answer.status_code in (200, 303), f"{kind}: {answer.status_code} {_errors(answer.text)}"
        self.filled.add(kind)
        return answer

    def ignore(self, kind: str, browser: FlaskClient, page: str, /, **right: str) -> None:
        """Fill in what counts for nothing."""
        for name in fields(kind, "ignored"):
            answer = press(browser, page, page, **{**taken(kind), **right, name: WRONG})
            assert answer.status_code < 500, f"{kind}.{name}: {answer.status_code}"

    def hire(self) -> FlaskClient:
        """A member of staff with every role, whose name harms."""
        browser = self.app.test_client()
        link = invite(self.app, self.mailbox, self.deliver, "boss@meridian.example", *Role)
        assert self.fill("JoinForm", browser, link, password=PASSWORD).location == "/admin"
        two_step = "/account/security/two-step"
        for name in fields("TurnOnForm", "no"):
            assert press(browser, two_step, f"{two_step}/on", **{"code": "000000", name: WRONG}).status_code == 422
        self.filled.add("TurnOnForm")
        turn_on_two_steps(browser)
        self.fill("UndertakingForm", browser, "/staff/undertaking", promise="yes")
        self.people["boss"] = browser
        return browser

    def ask(self, page: str = "/enquire", **changes: str) -> str:
        """Somebody asks, with what harms; answers the path of their own page."""
        browser, is_first = self.stranger(), "EnquiryForm" not in self.filled
        right = {"interest": "PRBC", "region": "south-west", "audience": "organisation", "learners": "2"} | changes
        checked = self.fill("EnquiryForm", browser, page, **right)
        form = hidden_fields(checked.text)
        for name in form:
            if name != "csrf_token" and is_first:
                browser.post("/enquire/send", data={**form, "routing": "pass_on", name: WRONG})
                browser.post("/enquire/change", data={**form, name: WRONG})
        form = hidden_fields(self._checked(browser, page, right).text)
        sent = browser.post("/enquire/send", data={**form, "routing": changes.get("routing", "pass_on")})
        assert sent.status_code == 303, f"{sent.status_code} {_errors(sent.text)}"
        return sent.location

    def _checked(self, browser: FlaskClient, page: str, right: dict[str, str]) -> TestResponse:
        return press(browser, page, page, **{**taken("EnquiryForm"), **right})
