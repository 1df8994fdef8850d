"""Nobody is written to without a reason that stands in the register."""

from __future__ import annotations

from pathlib import Path

import pytest

from portal.domain import letters, purposes
from portal.domain.errors import GiveUp

FOLDER = Path(__file__).parents[2] / "templates" / "email"
ACTIVE = purposes.active({"MARKETING": "on", "EQUALITY": "on"})


@pytest.mark.promise("OTT-22")
def test_each_letter_has_a_reason_that_asks_for_no_consent() -> None:
    written = {path.name for path in FOLDER.iterdir() if path.is_dir()}
    assert set(letters.PURPOSE_OF) == written
    for letter in written:
        letters.check(letter, ACTIVE)


@pytest.mark.promise("OTT-21", "OTT-22")
@pytest.mark.parametrize("purpose", ["marketing", "optional-profile", "nothing", ""])
def test_a_letter_with_another_reason_is_refused(purpose: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(letters.PURPOSE_OF, "news", purpose)
    with pytest.raises(GiveUp):
        letters.check("news", ACTIVE)


@pytest.mark.promise("OTT-22")
def test_a_letter_for_a_purpose_that_is_switched_off_is_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(letters.PURPOSE_OF, "census", "equality")
    letters.check("census", ACTIVE)
    with pytest.raises(GiveUp):
        letters.check("census", purposes.active({"EQUALITY": "off"}))
    with pytest.raises(GiveUp):
        letters.check("birthday_greetings", ACTIVE)
