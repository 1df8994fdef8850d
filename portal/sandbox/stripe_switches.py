"""What the sandbox's Stripe can be told to do wrong, as the real one and the network between do at times."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import asdict, dataclass, fields, replace
from typing import Any

OFF = ("", "off", "false", "0", "no")
WORDS = {
    "reorder": ("off", "newest", "shuffled"),
    "refunds": ("succeed", "pending", "fail"),
    "down": ("off", "on", "drop", "lost"),
}
MOST = {"duplicate": 20, "delay": 3600, "slow": 120, "seed": 10**9, "down_times": 1000}


@dataclass(frozen=True)
class Switches:
    """All off. Seconds are real ones. `down_times` counts the requests that fail; 0 is all until told otherwise."""

    duplicate: int = 0  # each event is sent so many more times
    reorder: str = "off"
    seed: int = 1  # of the order, when it is shuffled
    delay: float = 0  # before each event is sent
    drop: bool = False  # events are made and not sent
    refunds: str = "succeed"
    slow: float = 0  # before each answer
    down: str = "off"  # on: 500; drop: no answer and nothing done; lost: done, and no answer
    down_times: int = 0

    @classmethod
    def kept(cls, said: Mapping[str, str]) -> Switches:
        """As the state keeps them."""
        return cls().changed(said)

    def as_text(self) -> dict[str, str]:
        """As the state keeps them."""
        return {name: str(value) for name, value in asdict(self).items()}

    def changed(self, said: Mapping[str, Any]) -> Switches:
        """With these changes, read from a form or JSON. Raises ValueError, which says what is wrong."""
        known = {field.name: field.default for field in fields(self)}
        if strange := sorted(set(said) - set(known)):
            raise ValueError(f"There is no switch {strange[0]}. There are {', '.join(known)}.")
        return replace(self, **{name: _read(name, value, known[name]) for name, value in said.items()})


def _read(name: str, value: Any, default: Any) -> Any:
    text = str(value).strip().lower()
    if isinstance(default, bool):
        return text not in OFF
    if name in WORDS:
        return _word(name, text)
    try:
        number = type(default)(float(text or 0)) if name not in ("delay", "slow") else float(text or 0)
    except (ValueError, OverflowError):
        raise ValueError(f"{name} is a number, not {text}.") from None
    if not 0 <= number <= MOST[name]:
        raise ValueError(f"{name} is from 0 to {MOST[name]}.")
    return number


def _word(name: str, text: str) -> str:
    first, second = WORDS[name][0], WORDS[name][1]
    if text in OFF:
        return first
    if text in ("true", "yes", "1"):
        return second
    if text not in WORDS[name]:
        raise ValueError(f"{name} is one of {', '.join(WORDS[name])}.")
    return text
