"""Two thousand bad submissions: each is refused in words, keeps what was typed, and stores nothing."""

from __future__ import annotations

import json
import random
import re
from collections import Counter
from collections.abc import Callable, Collection
from dataclasses import dataclass, field
from html import unescape
from pathlib import Path
from urllib.parse import quote, urlencode

import httpx
import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import func, select

from portal.models.enquiry import Enquiry
from portal.models.outbox import OutboxMessage
from portal.models.session import reading
from tests import databases, factories
from tests.proofs import servers
from tests.proofs.scale import report, scaled

FORM = "application/x-www-form-urlencoded"
NEEDED = "full_name email interest region audience".split()
TYPED = "full_name email organisation learners telephone message heard_from".split()
CHOSEN = "interest region audience".split()
NASTY = ["\x00", "\x07", "\x1b[31m", "\x7f", "\x85", "\u202e", "\u2066", "\u202a", "\ufffd", "\ufffe"]
STRANGE = ["Ж", "字", "é", "🙂", "‘", "<b>", "&amp;", '"', "'", "{{7*7}}", "%s", "\\", "--", "\u200d"]
LONGEST = {"full_name": 200, "email": 254, "telephone": 40, "message": 5000, "organisation": 200, "heard_from": 200}
WRONG = {
    "learners": "many|-3|0|1e9|½|²|6.5|100001|99999999999|NaN|0x10|6;7".split("|"),
    "email": "priya|@example.com|a@b@c.example|a b@c.example|a@|a@.example|a@b..example|<b>@x|a@-b.example".split("|"),
    "telephone": ["ring me", "123", "0" * 21, "+", "‘’‘’‘’"],
}
Pairs = list[tuple[str, str]]


@dataclass
class Bad:
    """One bad submission; `allowed` are the answers it may have."""

    pairs: Pairs = field(default_factory=list)
    body: bytes | None = None
    kind: str = FORM
    path: str = "/enquire"
    allowed: tuple[int, ...] = (422,)
    headers: dict[str, str] = field(default_factory=dict)

    @property
    def content(self) -> bytes:
        """The bytes to post."""
        return urlencode(self.pairs).encode() if self.body is None else self.body

    @property
    def kept(self) -> dict[str, str]:
        """What a browser would carry of it and must find again: the first value of each field, without controls."""
        firsts: dict[str, str] = {}
        for name, value in self.pairs:
            firsts.setdefault(name, value.strip())
        known = {name: value for name, value in firsts.items() if name in CHOSEN and value == factories.FORM[name]}
        typed = {name: value for name, value in firsts.items() if name in TYPED and value}
        return known | {name: v for name, v in typed.items() if not any(ord(c) < 32 or 127 <= ord(c) < 160 for c in v)}


@dataclass
class Maker:
    """Makes bad submissions, from a session's true fields and chance."""

    chance: random.Random
    token: str
    check: dict[str, str]
    sign: Callable[[str, dict[str, object]], str]

    def good(self, changes: dict[str, str], without: Collection[str] = ()) -> Pairs:
        """A good form with changes."""
        whole = {**factories.FORM, "csrf_token": self.token, "submission": self.check["submission"], **changes}
        return [(name, value) for name, value in whole.items() if name not in without]

    def noise(self, length: int) -> str:
        """Words of this many strange characters or so."""
        return "".join(self.chance.choice(STRANGE) for _ in range(length))

    def empty(self) -> Bad:
        bare = [Bad(allowed=(400,)), Bad(body=b"", kind="", allowed=(400,)), Bad([("csrf_token", self.token)])]
        return self.chance.choice(bare)

    def blank(self) -> Bad:
        return Bad(self.good({self.chance.choice(NEEDED): self.chance.choice(["", " ", "\t", "\r\n", "\u3000"])}))

    def missing(self) -> Bad:
        return Bad(self.good({}, without=self.chance.sample(NEEDED, self.chance.randint(1, 5))))

    def huge(self) -> Bad:
        letter = self.chance.choice(["a", " x", "é", "字", "<"])
        return Bad(self.good({self.chance.choice(TYPED): letter * (100_000 // len(letter))}), allowed=(413, 422))

    def control(self) -> Bad:
        name = self.chance.choice(TYPED)
        return Bad(self.good({name: f"{factories.FORM[name]}{self.chance.choice(NASTY)}{self.noise(2)}"}))

    def line_ends(self) -> Bad:
        name = self.chance.choice(["full_name", "organisation", "heard_from", "email"])
        return Bad(self.good({name: f"Priya{self.chance.choice(chr(10) + chr(13))}Bcc: someone@else.example"}))

    def over_long(self) -> Bad:
        name = self.chance.choice(list(LONGEST))
        return Bad(self.good({name: "x" * (LONGEST[name] + self.chance.randint(1, 50))}))

    def wrong_shape(self) -> Bad:
        name = self.chance.choice(list(WRONG))
        return Bad(self.good({name: self.chance.choice(WRONG[name])}))

    def unknown_choice(self) -> Bad:
        value = self.chance.choice(["atlantis", "FIB-OLD", "1", "other;", "West-Midlands", "' OR 1=1", self.noise(3)])
        return Bad(self.good({self.chance.choice(CHOSEN): value}))

    def no_country(self) -> Bad:
        country = self.chance.choice(["", "XX", "GB", "ie", self.noise(1)])
        return Bad(self.good({"region": "outside-uk", "country": country}))

    def repeated(self) -> Bad:
        value = "" if self.chance.random() < 0.5 else self.noise(300)
        return Bad([(self.chance.choice(NEEDED), value)] * self.chance.randint(1, 4) + self.good({}))

    def array_names(self) -> Bad:
        name, style = self.chance.choice(NEEDED), self.chance.choice(["[]", "[0]", "[$ne]", ".0", "[a][b]", "\0"])
        return Bad([(key + style if key == name else key, value) for key, value in self.good({})])

    def many_fields(self) -> Bad:
        return Bad(self.good({"full_name": ""}) + [(f"x{n}", "1") for n in range(self.chance.randint(100, 4000))])

    def forged_csrf(self) -> Bad:
        forged = self.chance.choice(["", "x", self.token[:-1], self.token[::-1], self.check["submission"], "é"])
        return Bad(self.good({"csrf_token": forged}), path=self.any_path(), allowed=(400,))

    def forged_submission(self) -> Bad:
        routing = self.chance.choice(["pass_on", "keep_with_us"])
        return self.sending({"submission": self.forged("submission", "named"), "routing": routing})

    def forged_named(self) -> Bad:
        return self.sending({"named": self.forged("named", "submission"), "routing": "pass_on"})

    def named_another(self) -> Bad:
        named = self.sign("named", {"p": self.chance.choice(["CLY", "HAZ", "", "NONE"]), "r": "20:Scotland"})
        return self.sending({"named": named, "routing": "pass_on"})

    def unknown_routing(self) -> Bad:
        routing = {"routing": self.chance.choice(["", "both", self.noise(2)])} if self.chance.random() < 0.8 else {}
        return self.sending(routing, allowed=(422,))

    def bad_at_send(self) -> Bad:
        made = self.chance.choice([self.blank, self.over_long, self.wrong_shape, self.unknown_choice])()
        return Bad([*made.pairs, ("named", self.check["named"]), ("routing", "pass_on")], path="/enquire/send")

    def sending(self, changes: dict[str, str], allowed: tuple[int, ...] = (409,)) -> Bad:
        return Bad(self.good({**self.check, **changes}), path="/enquire/send", allowed=allowed)

    def bad_bytes(self) -> Bad:
        wrong = self.chance.choice([b"\xff\xfe", b"\xc3\x28", b"\xed\xa0\x80", b"\xf8\x88\x80", b"\x80"])
        if self.chance.random() < 0.5:
            wrong = quote(wrong).encode()
        name = self.chance.choice(["full_name", "organisation", "message"])
        body = urlencode(self.good({}, without=(name,))).encode() + f"&{name}=".encode() + wrong
        # Werkzeug keeps a byte that is no UTF-8 as the text "%80": odd, but it can be shown and checked.
        return Bad(body=body, allowed=(200, 400, 422))

    def garbage(self) -> Bad:
        body = self.chance.randbytes(self.chance.randint(1, 3000))
        kinds = [FORM, "text/plain", "application/json", "multipart/form-data", "multipart/form-data; boundary=x"]
        kinds += ["application/octet-stream", "text/xml; charset=utf-16", f"{FORM}; charset=ebcdic", "; ;", "é/é"]
        return Bad(body=body, kind=self.chance.choice(kinds), path=self.any_path(), allowed=(400, 413, 422))

    def json(self) -> Bad:
        values: list[object] = [[1, 2], [], {}, None, "text", 7, True, [["full_name", "x"]], {"full_name": {"$ne": 1}}]
        values += [
            {"full_name": None, "learners": 6},
            {"email": ["a@b.example", 1]},
            {"full_name": 3.5, "message": True},
        ]
        body = json.dumps(self.chance.choice(values)).encode()
        headers = {"X-CSRFToken": self.token} if self.chance.random() < 0.7 else {}
        return Bad(body=body, kind="application/json", path=self.any_path(), headers=headers, allowed=(400, 422))

    def files(self) -> Bad:
        name = self.chance.choice([*TYPED, "region", "submission", "csrf_token", "photo"])
        parts = b"".join(_part(key, value.encode()) for key, value in self.good({"full_name": ""}) if key != name)
        body = parts + _part(name, self.chance.randbytes(200), "a.png") + b"--x--\r\n"
        return Bad(body=body, kind="multipart/form-data; boundary=x", path=self.any_path(), allowed=(400, 422))

    def any_path(self) -> str:
        return self.chance.choice(["/enquire", "/enquire/send"])

    def forged(self, purpose: str, other: str) -> str:
        true = self.check[purpose]
        return self.chance.choice(["", "x", true[:-2], true.swapcase(), self.check[other], "é" * 9, "x" * 9000])


MAKERS: list[Callable[[Maker], Bad]] = [
    *(Maker.empty, Maker.blank, Maker.missing, Maker.huge, Maker.control, Maker.line_ends, Maker.over_long),
    *(Maker.wrong_shape, Maker.unknown_choice, Maker.no_country),
    *(Maker.repeated, Maker.array_names, Maker.many_fields, Maker.forged_csrf, Maker.forged_submission),
    *(Maker.forged_named, Maker.named_another, Maker.unknown_routing, Maker.bad_at_send, Maker.bad_bytes),
    *(Maker.garbage, Maker.json, Maker.files),
]


def _part(name: str, content: bytes, filename: str = "") -> bytes:
    named = f'name="{name}"' + (f'; filename="{filename}"' if filename else "")
    return f"--x\r\nContent-Disposition: form-data; {named}\r\n\r\n".encode() + content + b"\r\n"


def _values(html: str) -> dict[str, str]:
    """What each field of the page holds."""
    given = dict(re.findall(r'<textarea[^>]* name="(\w+)"[^>]*>\n?(.*?)</textarea>', html, re.DOTALL))
    for tag in re.findall(r"<input[^>]*>", html):
        has = dict(re.findall(r' (\w+)="([^"]*)"', tag))
        if has.get("type") not in ("radio", "checkbox") or " checked" in tag:
            given[has["name"]] = has.get("value", "")
    for name, options in re.findall(r'<select[^>]* name="(\w+)"[^>]*>(.*?)</select>', html, re.DOTALL):
        given[name] = "".join(re.findall(r'<option value="([^"]*)" selected', options))
    return {name: unescape(value) for name, value in given.items()}


def _errors(html: str) -> tuple[list[tuple[str, str]], list[tuple[str, str]]]:
    """Each error as (field, words): in the summary and beside the fields."""
    alert = "".join(re.findall(r'<div [^>]*role="alert".*?</div>', html, re.DOTALL))
    summary = re.findall(r'<li><a href="#(\w+)">([^<]+)</a></li>', alert)
    return summary, re.findall(r'<p class="error" id="(\w+)-error">.*?Error: </span>([^<]+)</p>', html)


def _stored(app: Flask) -> tuple[int, int]:
    with app.app_context(), reading() as session:
        count = [session.scalar(select(func.count()).select_from(model)) or 0 for model in (Enquiry, OutboxMessage)]
    return count[0], count[1]


def _faults(bad: Bad, status: int, html: str) -> list[str]:
    """What is wrong with the answer to a bad submission."""
    if status not in bad.allowed:
        return [f"answered {status}"]
    values, (summary, beside) = _values(html), _errors(html)
    found = []
    if status in (409, 422):
        found = [f"{name} is not kept" for name, value in bad.kept.items() if values.get(name) != value]
    if status == 422 and (not summary or sorted(summary) != sorted(beside)):
        found.append(f"summary {summary} but beside the fields {beside}")
    return found


def test_bad_submissions_are_refused_in_words_and_store_nothing(catalogue: Flask, client: FlaskClient) -> None:
    checked = factories.hidden_fields(factories.check(client).text)
    token = factories.hidden_fields(client.get("/enquire").text)["csrf_token"]
    carried = {name: checked[name] for name in ("submission", "named")}
    maker = Maker(random.Random(20251), token, carried, catalogue.extensions["portal"].tokens.sign)
    count, faults, seen, stored = scaled(2000, 60), Counter[str](), Counter[int](), (0, 0)
    for number in range(count):
        make = MAKERS[number % len(MAKERS)]
        bad = make(maker)
        answer = client.post(bad.path, data=bad.content, content_type=bad.kind, headers=bad.headers)
        seen[answer.status_code] += 1
        for fault in _faults(bad, answer.status_code, answer.text):
            faults[f"{make.__name__} to {bad.path} as {bad.kind[:30]!r}: {fault}"] += 1
        if (now := _stored(catalogue)) != stored:
            faults[f"{make.__name__} stored something: {bad}"] += 1
            stored = now
    report(f"bad submissions: {count}, answered {dict(sorted(seen.items()))}, nothing stored")
    assert not faults, "\n".join(f"{times} x {fault[:600]}" for fault, times in faults.most_common())
    assert set(seen) - {200} == {400, 409, 413, 422}


def test_the_same_submission_without_its_fault_is_taken(catalogue: Flask, client: FlaskClient) -> None:
    assert factories.ask(client).startswith("/enquiries/")
    assert _stored(catalogue) == (1, 2)


@pytest.mark.parametrize("path", ["/enquire", "/enquire/send"])
def test_ten_megabytes_are_refused_in_words(catalogue: Flask, client: FlaskClient, path: str) -> None:
    answer = client.post(path, data={"message": "x" * 10_000_000})
    assert answer.status_code == 413
    assert "That is more than we can take" in answer.text
    assert _stored(catalogue) == (0, 0)


def test_ten_megabytes_over_the_network_are_refused_in_words(
    sqlite_template: databases.SqliteTemplate, tmp_path: Path
) -> None:
    with sqlite_template.fresh() as database, servers.site(database, tmp_path, servers.free_port()) as address:
        answer = httpx.post(f"{address}/enquire", data={"message": "x" * 10_000_000}, timeout=20)
        assert answer.status_code == 413
        assert "That is more than we can take" in answer.text
        assert httpx.get(f"{address}/enquire").status_code == 200
