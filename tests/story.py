"""What happens in a portal where everybody types what harms: each form is filled in, and each letter is written."""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Callable

from portal.domain import quarters
from portal.domain.roles import Role
from portal.models.session import reading
from tests import troubled
from tests.editing import save
from tests.factories import FORM, PASSWORD, ask, hidden_fields, in_days, press, sign_in
from tests.filling import Filling, fields, taken
from tests.people import make_staff, reference_of, turn_on_two_steps
from tests.probes import SECRET, WRONG, probe

NEW = "granite lantern walrus"
DETAILS, SECURITY = "/account/details", "/account/security"


def tell(filling: Filling) -> None:
    """All of it, in its order."""
    for chapter in CHAPTERS:
        chapter(filling)
        filling.deliver()


def _content(filling: Filling) -> None:
    boss = filling.hire()
    partner = {"code": "PRB", "nation": "england", "active": "yes", "role": "controller", "country": "FR"}
    filling.fill("PartnerForm", boss, "/admin/partners/new", **partner, weekly_capacity="", agreement_on="2020-01-01")
    course = {"code": "PRBC", "subject": "fibre", "price_pence": "480", "vat_rate": "20", "sold": "both"}
    course |= {"vat_status": "standard", "access_days": "", "needs_telephone": "yes"}
    filling.fill("CourseForm", boss, "/admin/courses/new", **course, active="yes", delivery="live")
    run = {"starts_on": in_days(900).isoformat(), "ends_on": "", "capacity": "", "active": "yes"}
    made = filling.fill("CourseRunForm", boss, "/admin/courses/PRBC/dates/new", **run)
    filling.ignore("CourseRunForm", boss, made.location.partition("?")[0], **run)
    rule = {"priority": "5", "regions": "south-west", "partners": "PRB", "strategy": "first", "audience": ""}
    filling.fill("RuleForm", boss, "/admin/rules/new", **rule)
    sponsor = {"code": "PRBS", "kind": "employer"}
    filling.fill("SponsorForm", boss, "/admin/sponsors/new", **sponsor)
    filling.ignore("SponsorForm", boss, "/admin/sponsors/PRBS", **sponsor)
    filling.ignore("PartnerForm", boss, "/admin/partners/PRB", **partner)
    filling.ignore("CourseForm", boss, "/admin/courses/PRBC", **course, active="yes", delivery="live")
    filling.ignore("RuleForm", boss, "/admin/rules/5", **rule)


def _people_who_work_with_us(filling: Filling) -> None:
    boss = filling.people["boss"]
    filling.fill("ContactForm", boss, "/admin/contacts", organisation="sponsor:PRBS")
    filling.fill("ContactForm", boss, "/admin/contacts", organisation="partner:PRB")
    filling.fill("InviteForm", boss, "/admin/staff", roles="reports")
    invited = re.findall(r"/admin/staff/[^/]+/roles", boss.get("/admin/staff").text)[-1]
    filling.fill("RolesForm", boss, "/admin/staff", invited, roles="reports")
    address = probe("ContactForm", "email", "address")
    browser = filling.stranger()
    filling.fill("LinkForm", browser, "/sign-in/link", email=address)
    browser.get("/sign-in/link/sent")
    filling.deliver()
    link = filling.link("/sign-in/link/", address)
    assert press(browser, link, link).location == "/organisations"
    press(browser, "/partner/undertaking", "/partner/undertaking", promise="yes")
    filling.people["contact"] = browser


def _codes(filling: Filling) -> None:
    boss, contact, until = filling.people["boss"], filling.people["contact"], in_days(300).isoformat()
    filling.fill("AllowanceForm", boss, "/admin/partners/PRB/places", course="PRBC", places="9")
    code = {"uses": "2", "ends_on": until}
    own = filling.fill("AccessCodeForm", boss, "/admin/codes/new", course="PRBC", partner="PRB", **code).location
    boss.get(own)
    filling.fill("PartnerCodeForm", contact, "/partner/codes/new", allowance="PRB/PRBC", **code)
    for browser, page in ((boss, "/admin/codes"), (contact, "/partner/codes")):
        browser.get(page)
    press(boss, own, f"{own.partition('?')[0]}/stop")


def _enquiries(filling: Filling) -> None:
    boss = filling.people["boss"]
    kept, told, stopped = filling.ask(), filling.ask(message="Another one"), filling.ask(message="A third")
    ours = filling.ask(routing="keep_with_us")
    ask(filling.stranger(), region="north-west", interest="SAF-STREET")
    filling.ignore("EnquiryForm", filling.stranger(), "/enquire", interest="PRBC", region="south-west")
    right = {"interest": "PRBC", "region": "south-west", "audience": "organisation", "channel": "telephone"}
    checked = filling.fill("ByHandForm", boss, "/admin/enquiries/new", **right)
    form = hidden_fields(checked.text)
    for name in ("named", "submission", "full_name"):
        boss.post("/admin/enquiries/new/send", data={**form, "routing": "keep_with_us", name: WRONG})
        boss.post("/admin/enquiries/new/change", data={**form, name: WRONG})
    assert boss.post("/admin/enquiries/new/send", data={**form, "routing": "pass_on"}).status_code == 303
    filling.ignore("ByHandForm", boss, "/admin/enquiries/new", **right)
    filling.deliver()
    for path, act in ((kept, "link"), (told, "withdraw"), (ours, "withdraw")):
        assert press(filling.stranger(), path, f"{path}/{act}").status_code in (200, 303)
    _desk(filling)
    filling.deliver()
    _dead_partner(filling, stopped)


def _complaints(filling: Filling) -> None:
    boss, browser = filling.people["boss"], filling.stranger()
    for about in ("data", "order"):
        filling.fill("ComplaintForm", browser, "/complaints", about=about)
        browser.get("/complaints/sent")
    filling.ignore("ComplaintForm", filling.stranger(), "/complaints", about="other")
    filling.deliver()
    own = filling.link("/complaints/", probe("ComplaintForm", "email", "address"))
    filling.fill("FurtherWordsForm", browser, own, f"{own}/words")
    press(browser, own, f"{own}/link")
    for page in sorted(set(re.findall(r"/admin/complaints/CMP-[\w-]+", boss.get("/admin/complaints").text))):
        press(boss, page, f"{page}/take")
        press(boss, page, f"{page}/note", **taken("NoteForm"))
        press(boss, page, f"{page}/acknowledge", **taken("AcknowledgedForm"))
        filling.fill("ComplaintReplyForm", boss, page, f"{page}/reply")
        filling.fill("ExtendForm", boss, page, f"{page}/extend", weeks="1")
        press(boss, page, f"{page}/close", **taken("ComplaintOutcomeForm"), outcome="upheld")
        boss.get(page)
    filling.deliver()
    filling.filled |= {"AcknowledgedForm", "ComplaintOutcomeForm"}
    press(browser, own, f"{own}/words", further="Once more")
    browser.get(own)


def _orders(filling: Filling) -> None:
    boss = filling.people["boss"]
    paid, differs, full = (f"/admin/orders/{one}" for one in troubled.make(filling.app))
    filling.fill("SettleForm", boss, paid, f"{paid}/settle")
    filling.fill("LearnerForm", boss, f"{paid}/learner")
    filling.fill("AcceptForm", boss, differs, f"{differs}/accept")
    filling.fill("ReseatForm", boss, full, f"{full}/reseat", run=troubled.run_of(filling.app))
    for page in ("/admin", "/admin/orders", "/admin/orders.csv", "/admin/orders/totals", paid, differs, full):
        assert boss.get(page).status_code == 200
    assert boss.get("/admin/orders/totals.csv").status_code == 200


def _desk(filling: Filling) -> None:
    """The boss answers, notes and ends each enquiry that is there."""
    boss = filling.people["boss"]
    for own in sorted(set(re.findall(r"/admin/enquiries/ENQ-[\w-]+", boss.get("/admin/enquiries").text))):
        press(boss, own, f"{own}/take")
        press(boss, own, f"{own}/reply", **taken("ReplyForm"))
        filling.fill("NoteForm", boss, own, f"{own}/note")
    filling.filled.add("ReplyForm")
    filling.fill("OutcomeForm", boss, own, f"{own}/outcome", outcome="no_answer")


def _dead_partner(filling: Filling, own_page: str) -> None:
    boss = filling.people["boss"]
    dead = {"email": "bounce@probe.example", "backup_email": "bounce2@probe.example"}
    assert save(boss, "/admin/partners/PRB", **dead).status_code == 303
    press(filling.stranger(), own_page, f"{own_page}/withdraw")


def _a_trainee(filling: Filling) -> None:
    browser = filling.stranger()
    right = {"age_confirmed": "yes", "region": "wales", "email": probe("EnquiryForm", "email", "address")}
    for _ in range(2):
        filling.fill("RegistrationForm", browser, "/register", **right)
        browser.get("/register/sent")
    filling.ignore("RegistrationForm", filling.stranger(), "/register", **right)
    filling.deliver()
    link = filling.link("/register/confirm/", right["email"])
    filling.fill("NewPasswordForm", browser, link, password=PASSWORD)
    press(filling.stranger(), "/register", "/register", **{**taken("RegistrationForm"), **right})
    filling.people["trainee"] = browser
    _own_answers(filling)
    _a_need_is_read(filling)
    _own_account(filling, right["email"])


def _own_answers(filling: Filling) -> None:
    browser = filling.people["trainee"]
    filling.fill("ProfileForm", browser, f"{DETAILS}/profile", experience="some", teaching="mixed")
    filling.fill("SupportForm", browser, "/account/support", agreed="yes")
    for kind, page in (("ProfileForm", f"{DETAILS}/profile"), ("SupportForm", "/account/support")):
        filling.ignore(kind, browser, page, experience="some", teaching="mixed", agreed="yes")
    filling.fill("OpenerForm", browser, "/account/equality", answer="yes")
    words = probe("EqualityForm", "own_words", "words")
    page = press(browser, "/account/equality", "/account/equality", answer="yes").location
    while page.startswith("/account/equality/"):
        shown = browser.get(page).text
        press(browser, page, page, answer=WRONG)
        for name, code in re.findall(r'name="(own_words_(\w+))"', shown):
            press(browser, page, page, answer=WRONG, **{name: words})
            press(browser, page, page, answer=code, **{name: words})
            browser.get(page)
        first = re.search(r'name="answer" value="([^"]*)"', shown)
        assert first
        page = press(browser, page, page, answer=first.group(1)).location
    filling.filled.add("EqualityForm")


def _a_need_is_read(filling: Filling) -> None:
    """A manager names the boss as a reader, who may not do it herself."""
    manager = make_staff(filling.app, filling.mailbox, filling.deliver, Role.MANAGER)
    named = f"/admin/staff/{reference_of(filling.app, 'boss@meridian.example')}/support/name"
    assert press(manager, "/admin/staff", named).status_code == 303


def _own_account(filling: Filling, email: str) -> None:
    browser = filling.people["trainee"]
    password = f"{SECURITY}/password"
    filling.fill("ChangePasswordForm", browser, password, old=PASSWORD, password=NEW)
    turn_on_two_steps(browser)
    door = filling.stranger()
    filling.fill("SignInForm", door, "/sign-in", email=email, password=NEW)
    assert press(door, "/sign-in/code", "/sign-in/code", code=WRONG[:30]).status_code == 422
    filling.filled.add("CodeForm")
    two_step = f"{SECURITY}/two-step"
    filling.fill("OwnPasswordForm", browser, two_step, f"{two_step}/off", password=NEW)
    filling.ignore("SignInForm", filling.stranger(), "/sign-in", email=email, password=NEW)
    filling.fill("DetailsForm", browser, f"{DETAILS}/change", region="wales")
    for address in ("boss@meridian.example", probe("AddressForm", "email", "address")):
        filling.fill("AddressForm", browser, f"{DETAILS}/email", password=NEW, email=address)
        browser.get(DETAILS)
        filling.deliver()
    for to in (email, address):
        link = filling.link("/address/", to)
        filling.stranger().get(link)
        filling.stranger().get(press(filling.stranger(), link, f"{link}/agree").location)


def _invitations(filling: Filling) -> None:
    browser, page = filling.stranger(), "/register/others"
    people = taken("PersonForm", "people-0-")
    for name in fields("PersonForm", "words"):
        press(browser, page, page, **{**taken("InviteOthersForm"), **people, f"people-1-{name}": WRONG})
    filling.fill("InviteOthersForm", browser, page, **people)
    filling.filled.add("PersonForm")
    browser.get(f"{page}/sent")
    filling.ignore("InviteOthersForm", filling.stranger(), page, **people)
    filling.deliver()
    own = filling.link(f"{page}/", probe("InviteOthersForm", "email", "address"))
    press(browser, own, own)
    filling.deliver()
    link = filling.link("/invitation/")
    right = {"age_confirmed": "yes", "region": "wales", "password": PASSWORD}
    filling.people["invited"] = filling.stranger()
    filling.fill("AnswerForm", filling.people["invited"], link, f"{link}/accept", **right)


def _letters_of_the_door(filling: Filling) -> None:
    for email in (probe("AddressForm", "email", "address"), probe("ContactForm", "email", "address")):
        browser = filling.stranger()
        filling.fill("ForgottenForm", browser, "/forgotten-password", email=email)
        browser.get("/forgotten-password/sent")
    for name in ("enquiries", "complaints", "trainees", "security"):
        assert filling.people["boss"].get(f"/admin/{name}.csv").status_code == 200
    for _ in range(10):
        sign_in(filling.stranger(), probe("AddressForm", "email", "address"), SECRET)
    filling.people["nobody"] = filling.stranger()
    ask(filling.people["nobody"], **{**FORM, "message": probe("EnquiryForm", "message", "lines")})


def go_on(filling: Filling) -> None:
    """What comes when most links are over: a quarter's totals, and the letter to somebody who stays away for long."""
    clock = filling.app.extensions["portal"].clock
    with filling.app.app_context():
        with reading() as session:
            quarter = quarters.of(clock.now(session).date())
        clock.advance(dt.timedelta(days=95))
        assert filling.app.extensions["portal.equality_totals"].publish(quarter)
    reports = filling.people["boss"].get("/admin/reports").text
    published = set(re.findall(r'href="(/admin/reports/equality/[^".]+)"', reports))
    assert published
    for page in (address for totals in published for address in (totals, f"{totals}.csv")):
        assert filling.people["boss"].get(page).status_code == 200
    filling.stay_away()
    filling.deliver()
    link = filling.link("/keep-account/")
    filling.stranger().get(link)
    filling.stranger().get(press(filling.stranger(), link, link).location)


CHAPTERS: tuple[Callable[[Filling], None], ...] = (
    _content,
    _people_who_work_with_us,
    _codes,
    _enquiries,
    _complaints,
    _orders,
    _a_trainee,
    _invitations,
    _letters_of_the_door,
)
