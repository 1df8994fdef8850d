"""Charts: the finding is a sentence, or nothing when nothing stands out."""

from __future__ import annotations

import pytest

from portal.domain.charts import Bar, finding, most_often


def _bars(**counts: int) -> list[Bar]:
    return [Bar(label, count) for label, count in counts.items()]


@pytest.mark.parametrize(
    ("bars", "said"),
    [
        ([], ""),
        (_bars(Female=10), "“Female” was answered most often"),
        (_bars(Female=10, Male=15), "“Male” was answered most often"),
        (_bars(Female=15, Male=15, Other=5), ""),
    ],
)
def test_the_answer_given_most_often_is_named_without_a_share(bars: list[Bar], said: str) -> None:
    assert most_often(bars) == said


@pytest.mark.parametrize(
    ("bars", "said"),
    [
        ([], ""),
        (_bars(Laser=1, Fibre=1), ""),
        (_bars(Laser=99, Fibre=1), "Laser brought nearly every enquiry"),
        (_bars(Laser=7, Fibre=3), "Laser brought most of the enquiries"),
        (_bars(Laser=3, Fibre=2, Safety=2, Other=2), "Laser brought one enquiry in three"),
    ],
)
def test_a_share_is_said_in_words(bars: list[Bar], said: str) -> None:
    assert finding(bars, "enquiry") == said
