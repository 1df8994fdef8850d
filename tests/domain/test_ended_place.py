"""Who ended a place, in the words of the letters."""

from __future__ import annotations

from portal.domain.ended_place import By, Ended, to_buyer, to_learner

COURSE, TOM, FIRM = "Fibre splicing", "Tom Marlow", "Nair Fibre Ltd"
OFF = "we cancelled the date"


def test_whoever_ordered_reads_who_did_it() -> None:
    assert to_buyer(Ended(By.BUYER), COURSE, TOM) == "You have cancelled Fibre splicing."
    assert to_buyer(Ended(By.BUYER, OFF), COURSE, TOM) == (
        "Since we cancelled the date, you have given back Fibre splicing."
    )
    assert to_buyer(Ended(By.BUYER, OFF, told=True), COURSE, TOM).endswith("Fibre splicing, as you told us.")
    assert to_buyer(Ended(By.LEARNER, OFF), COURSE, TOM) == (
        "Since we cancelled the date, Tom Marlow has given back the place on Fibre splicing."
    )
    assert to_buyer(Ended(By.LEARNER, OFF, told=True), COURSE, "").endswith("as they told us.")
    assert to_buyer(Ended(By.STAFF), COURSE, TOM) == "We have ended the place on Fibre splicing."


def test_the_learner_reads_who_did_it() -> None:
    given_up = "Nair Fibre Ltd, who arranged your place on Fibre splicing, has given it up, so it has ended."
    assert to_learner(Ended(By.BUYER), COURSE, FIRM) == given_up
    assert to_learner(Ended(By.BUYER, OFF, told=True), COURSE, FIRM) == f"Since we cancelled the date, {given_up}"
    assert to_learner(Ended(By.LEARNER, OFF, told=True), COURSE, FIRM) == (
        "Since we cancelled the date, you have given back your place on Fibre splicing, as you told us."
    )
    assert to_learner(Ended(By.STAFF), COURSE, FIRM) == (
        "We have ended your place on Fibre splicing, which Nair Fibre Ltd had arranged."
    )
