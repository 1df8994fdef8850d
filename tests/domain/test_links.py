"""Tokens in links: true, for one purpose, until their end."""

from __future__ import annotations

import datetime as dt
import re
from urllib.parse import urlsplit

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from portal.domain.links import BadToken, Expired, Links, Tokens, errand

TOKENS = Tokens("a secret of the test")
NOW = dt.datetime(2026, 11, 20, 12, tzinfo=dt.UTC)
LATER = NOW + dt.timedelta(days=1)
LINKS = Links(
    TOKENS,
    "https://training.example/",
    enquiry_days=90,
    registration_days=7,
    invitation_days=30,
    order_days=90,
    place_days=30,
)


def test_a_token_says_what_it_was_signed_with() -> None:
    token = TOKENS.sign("enquiry", {"r": "ENQ-1"}, LATER)
    assert TOKENS.read("enquiry", token, NOW)["r"] == "ENQ-1"
    assert TOKENS.read("check", TOKENS.sign("check", {"n": "é"}))["n"] == "é"


@pytest.mark.parametrize("forged", ["", ".", "x", "a.b", "eyJyIjoxfQ.", "ключ", "\x00", "a" * 5000])
def test_a_forged_token_is_refused(forged: str) -> None:
    with pytest.raises(BadToken):
        TOKENS.read("enquiry", forged, NOW)


@settings(max_examples=100, deadline=None)
@given(st.text(max_size=80))
def test_no_text_at_all_passes_for_a_token(text: str) -> None:
    with pytest.raises(BadToken):
        TOKENS.read("enquiry", text, NOW)


def test_an_altered_token_is_refused_wherever_it_was_altered() -> None:
    token = TOKENS.sign("enquiry", {"r": "ENQ-1"}, LATER)
    for place in range(len(token) - 1):
        other = "A" if token[place] != "A" else "B"
        with pytest.raises(BadToken):
            TOKENS.read("enquiry", token[:place] + other + token[place + 1 :], NOW)


def test_a_token_for_another_purpose_is_refused() -> None:
    token = TOKENS.sign("check", {"r": "ENQ-1"}, LATER)
    with pytest.raises(BadToken):
        TOKENS.read("enquiry", token, NOW)


def test_a_token_of_another_site_is_refused() -> None:
    with pytest.raises(BadToken):
        TOKENS.read("enquiry", Tokens("another secret").sign("enquiry", {"r": "ENQ-1"}, LATER), NOW)


def test_a_token_is_over_exactly_at_its_end_and_not_a_second_before() -> None:
    token = TOKENS.sign("enquiry", {"r": "ENQ-1"}, LATER)
    assert TOKENS.read("enquiry", token, LATER - dt.timedelta(seconds=1))
    for moment in (LATER, LATER + dt.timedelta(days=400)):
        with pytest.raises(Expired) as over:
            TOKENS.read("enquiry", token, moment)
        assert over.value.payload["r"] == "ENQ-1"


def test_a_token_with_an_end_is_never_read_without_the_time() -> None:
    token = TOKENS.sign("enquiry", {"r": "ENQ-1"}, LATER)
    with pytest.raises(Expired):
        TOKENS.read("enquiry", token)


def test_a_token_that_is_over_and_altered_is_refused_as_altered() -> None:
    token = TOKENS.sign("enquiry", {"r": "ENQ-1"}, NOW)
    with pytest.raises(BadToken):
        TOKENS.read("enquiry", "A" + token[1:], LATER)


def test_the_own_page_carries_the_reference_and_the_epoch() -> None:
    path = LINKS.enquiry_path("ENQ-7K3M-9QTD", 3, NOW)
    assert path.startswith("/enquiries/")
    assert LINKS.read_enquiry(path.removeprefix("/enquiries/"), NOW) == ("ENQ-7K3M-9QTD", 3)


def test_the_epoch_in_the_link_tells_an_older_link_from_a_newer_one() -> None:
    links = [LINKS.enquiry_path("ENQ-7K3M-9QTD", epoch, NOW).removeprefix("/enquiries/") for epoch in (1, 2)]
    assert [LINKS.read_enquiry(token, NOW)[1] for token in links] == [1, 2]


def test_the_own_page_lasts_as_many_days_as_the_setting_says() -> None:
    token = LINKS.enquiry_path("ENQ-7K3M-9QTD", 0, NOW).removeprefix("/enquiries/")
    end = NOW + dt.timedelta(days=90)
    assert LINKS.read_enquiry(token, end - dt.timedelta(seconds=1)) == ("ENQ-7K3M-9QTD", 0)
    with pytest.raises(Expired):
        LINKS.read_enquiry(token, end)


def test_the_whole_address_has_one_slash_after_the_host() -> None:
    assert LINKS.enquiry_page("ENQ-1", 0, NOW) == "https://training.example" + LINKS.enquiry_path("ENQ-1", 0, NOW)


def test_a_token_is_safe_inside_an_address() -> None:
    token = TOKENS.sign("enquiry", {"r": "ENQ-1 ?&#/é"}, LATER)
    assert set(token) <= set("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_.")


@pytest.mark.parametrize(
    "path",
    [
        *("/courses", "/courses/FIB-SPLICE", "/enquire?interest=FIB-SPLICE&region=wales", "/account"),
        *("/account/security", "/partner", "/sponsor", "/orders/ORD-7K3M-9Q2D"),
    ],
)
def test_a_page_of_ours_can_be_gone_on_with(path: str) -> None:
    assert errand(path) == path


@pytest.mark.parametrize(
    "path",
    [
        *("", None, "//evil.example", "https://evil.example/courses", "/\\evil.example", "\\/evil.example"),
        *("javascript:alert(1)", "/courses@evil.example", "/coursesevil", "/courses/../sign-out", "courses", "/"),
        *("/courses\r\nSet-Cookie: a=b", "/courses/\x00", "/enquiries/token", "/sign-out", "/courses" + "/x" * 200),
        *("http://[::1", "//[", "/courses\u2028", "/\u2215evil.example", "\uff0f\uff0fevil.example", "/;@evil.example"),
        *("///courses", "http:/courses", "/courses\t", " /courses", "//courses", "/sponsors"),
    ],
)
def test_anything_else_is_not_gone_on_with(path: str | None) -> None:
    assert errand(path) == ""


@settings(max_examples=200, deadline=None)
@given(st.text(max_size=40))
def test_no_text_leads_to_another_site(text: str) -> None:
    for led in (errand(text), errand("/courses" + text), errand("/account/" + text)):
        assert led == "" or (re.match(r"/[a-z]", led) and "\\" not in led and not urlsplit(led).netloc)


def test_a_link_for_one_thing_opens_nothing_else() -> None:
    confirm = LINKS.confirm_page("key", NOW).rpartition("/")[2]
    password = LINKS.password_page("ACC-1", 1, NOW).rpartition("/")[2]
    enquiry = LINKS.enquiry_page("ENQ-1", 1, NOW).rpartition("/")[2]
    assert LINKS.read_confirm(confirm, NOW) == "key"
    assert LINKS.read_password(password, NOW) == ("ACC-1", 1)
    address = LINKS.address_page("key", "new", NOW).rpartition("/")[2]
    assert LINKS.read_address(address, NOW) == ("key", "new")
    keep = LINKS.keep_page("ACC-1", "1.1", NOW - dt.timedelta(days=700), NOW + dt.timedelta(days=30)).rpartition("/")[2]
    assert LINKS.read_keep(keep, NOW) == ("ACC-1", "1.1", NOW - dt.timedelta(days=700))
    reads = (LINKS.read_confirm, LINKS.read_password, LINKS.read_enquiry, LINKS.read_address, LINKS.read_keep)
    for own, token in enumerate((confirm, password, enquiry, address, keep)):
        for other, read in enumerate(reads):
            if own != other:
                with pytest.raises(BadToken):
                    read(token, NOW)


def test_each_kind_of_link_has_its_own_end() -> None:
    confirm = LINKS.confirm_page("key", NOW).rpartition("/")[2]
    password = LINKS.password_page("ACC-1", 1, NOW).rpartition("/")[2]
    assert LINKS.read_confirm(confirm, NOW + dt.timedelta(hours=167))
    assert LINKS.read_password(password, NOW + dt.timedelta(hours=3))
    with pytest.raises(Expired):
        LINKS.read_confirm(confirm, NOW + dt.timedelta(hours=168))
    with pytest.raises(Expired):
        LINKS.read_password(password, NOW + dt.timedelta(hours=4))
    keep = LINKS.keep_page("ACC-1", "1.1", NOW, NOW + dt.timedelta(days=30)).rpartition("/")[2]
    assert LINKS.read_keep(keep, NOW + dt.timedelta(days=30, seconds=-1))
    with pytest.raises(Expired):
        LINKS.read_keep(keep, NOW + dt.timedelta(days=30))
