"""Sponsors: importing them, the price of their list, and what the database keeps true of their contacts."""

from __future__ import annotations

import pytest
from flask import Flask
from sqlalchemy import select
from sqlalchemy.exc import IntegrityError

from portal.domain.errors import BadFile, NotFound, Unfit
from portal.gateways.clock import Clock
from portal.models.account import Account
from portal.models.outbox import OutboxMessage
from portal.models.session import reading, writing
from portal.models.sponsor import Sponsor
from portal.models.staff import Contact
from portal.services import contacts, imports, sponsors
from portal.services.partners import Editor
from tests.editing import an_editor, counted_queries
from tests.factories import SPONSORS

pytestmark = pytest.mark.usefixtures("catalogue", "context")

HEADER = "code,name,kind,privacy_notice,active\n"


@pytest.fixture
def ruth(catalogue: Flask) -> Editor:
    return an_editor(catalogue)


def _all() -> list[tuple[object, ...]]:
    query = select(Sponsor.code, Sponsor.name, Sponsor.kind, Sponsor.privacy_notice, Sponsor.active)
    with reading() as session:
        return [tuple(row) for row in session.execute(query.order_by(Sponsor.id))]


def test_an_import_inserts_or_updates_by_code_and_leaves_the_others() -> None:
    assert imports.sponsors(SPONSORS) == "0 sponsors added, 3 sponsors updated"
    changed = HEADER + "ACME,Acme Group,Other group,,no\nNEW-1,New,TRADE-BODY,https://new.example,yes\n"
    assert imports.sponsors(changed) == "1 sponsor added, 1 sponsor updated"
    assert _all() == [
        ("ACME", "Acme Group", "other_group", "", False),
        ("NTA", "Northern Trade Association", "trade_body", "", True),
        ("OLD", "Old Mill Trust", "other_group", "", False),
        ("NEW-1", "New", "trade_body", "https://new.example", True),
    ]


def test_a_rehearsal_changes_nothing() -> None:
    before = _all()
    done = imports.sponsors(HEADER + "NEW,New,employer,,yes\n", dry_run=True)
    assert done == "1 sponsor added, 0 sponsors updated (a rehearsal: nothing was changed)"
    assert _all() == before


@pytest.mark.parametrize(
    ("row", "said"),
    [
        ("new,New,employer,,yes", "Line 3: code is 'new': choose another code."),
        ("a b,New,employer,,yes", "Line 3: code is 'a b': use 1 to 40 letters, digits, . - or _."),
        ("B,,employer,,yes", "Line 3: name is empty."),
        ("B,New,friend,,yes", "Line 3: kind is 'friend': write employer, trade body or other group."),
        ("B,New,,,yes", "Line 3: kind is '': write employer, trade body or other group."),
        (
            "B,New,employer,new.example,yes",
            "Line 3: privacy_notice is 'new.example': write a whole web address, such as https://training.example.",
        ),
        ("B,New,employer,,perhaps", "Line 3: active is 'perhaps': write yes or no."),
        ("B,New,employer,yes", "Line 3: it has another number of cells than the 5 columns."),
        ("GOOD,New,employer,,yes", "Line 3: the code GOOD stands on line 2 already."),
    ],
)
def test_a_bad_row_fails_the_whole_file_with_its_line_and_reason(row: str, said: str) -> None:
    before = _all()
    with pytest.raises(BadFile) as bad:
        imports.sponsors(f"{HEADER}GOOD,Good,employer,,yes\n{row}\n")
    assert bad.value.problems == [said]
    assert _all() == before


@pytest.mark.parametrize(
    ("header", "said"),
    [
        ("code,name,kind,active", "Line 1: the column privacy_notice is missing."),
        ("code,name,kind,privacy_notice,active,email", "Line 1: the column 'email' is not known."),
        ("code,name,kind,privacy_notice,active,code", "Line 1: the column code stands twice."),
    ],
)
def test_a_bad_header_is_refused(header: str, said: str) -> None:
    with pytest.raises(BadFile) as bad:
        imports.sponsors(header + "\n")
    assert bad.value.problems == [said]


def test_the_list_searches_and_asks_as_often_for_60_as_for_10(ruth: Editor) -> None:
    asked = []
    for count in (10, 60):
        imports.sponsors(HEADER + "".join(f"M{n:02},Société {n:02},employer,,yes\n" for n in range(count)))
        with counted_queries() as queries:
            assert sponsors.list_sponsors(page=2).all == count + 3
            sponsors.get("M05", ruth.vault)
        asked.append(len(queries))
    assert asked[0] == asked[1] <= 6
    found = sponsors.list_sponsors(search="SOCIETE 05").page
    assert [row.sponsor.code for row in found.rows] == ["M05"]
    assert [row.sponsor.code for row in sponsors.list_sponsors(state="stopped").page.rows] == ["OLD"]
    pages = [sponsors.list_sponsors(page=number).page for number in (1, 4)]
    assert [(len(page.rows), page.number, page.pages, page.total) for page in pages] == [(20, 1, 4, 63), (3, 4, 4, 63)]


def test_what_is_not_there_can_not_be_changed(ruth: Editor) -> None:
    with pytest.raises(NotFound):
        sponsors.edit("NONE", {}, "", ruth)
    with pytest.raises(NotFound):
        sponsors.stop("NONE", True, ruth)
    with pytest.raises(NotFound):
        sponsors.get("a b", ruth.vault)


@pytest.mark.parametrize("sides", [{}, {"partner_id": 1, "sponsor_id": 1}], ids=["none", "both"])
def test_the_database_keeps_a_contact_to_one_organisation(ruth: Editor, sides: dict[str, int]) -> None:
    with pytest.raises(IntegrityError, match="belongs_to_one_organisation"), writing() as session:
        session.add(Contact(account_id=ruth.person.account_id, invited_at=ruth.now(session), **sides))
        session.flush()


def test_the_database_keeps_one_contact_for_each_account_and_sponsor(ruth: Editor) -> None:
    with pytest.raises(IntegrityError), writing() as session:
        for _ in range(2):
            session.add(Contact(account_id=ruth.person.account_id, sponsor_id=1, invited_at=ruth.now(session)))
        session.flush()


@pytest.mark.parametrize("named", ["sponsor:OLD", "sponsor:NONE", "partner:NONE", "ACME", ""])
def test_nobody_is_invited_for_what_is_stopped_or_not_there(ruth: Editor, clock: Clock, named: str) -> None:
    with pytest.raises(Unfit) as refused:
        contacts.invite(named, "Dev Rao", "dev@acme.example", ruth.visit, clock, ruth.person)
    assert refused.value.column == "organisation"
    with reading() as session:
        assert session.scalars(select(Account.email)).all() == [ruth.person.email]
        assert session.scalars(select(OutboxMessage)).all() == []
