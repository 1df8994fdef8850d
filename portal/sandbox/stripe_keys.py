"""The keys of the sandbox's Stripe: known to everybody, for the demo and tests alone."""

from __future__ import annotations

SECRET_KEY = "sk_test_sandbox"  # noqa: S105 - no secret: it opens the stand-in and nothing else
WEBHOOK_SECRET = "whsec_sandbox"  # noqa: S105 - as above
