"""How much a proof does: a little in every run of the suite, everything when PROOFS=full."""

from __future__ import annotations

import os
import sys

FULL = os.environ.get("PROOFS") == "full"


def scaled(full: int, quick: int) -> int:
    """The number for this run."""
    return full if FULL else quick


def report(line: str) -> None:
    """Print a figure; pytest -s shows it."""
    sys.stdout.write(f"\n  {line}\n")
    sys.stdout.flush()
