"""Security headers on every answer, and what may be kept where."""

from __future__ import annotations

from flask import Flask, Response, request
from flask.sessions import SecureCookieSessionInterface, SessionMixin
from itsdangerous import URLSafeTimedSerializer

POLICY = "; ".join(
    (
        "default-src 'none'",
        "style-src 'self'",
        "font-src 'self'",
        "img-src 'self' data:",
        "form-action 'self'",
        "frame-ancestors 'none'",
        "base-uri 'none'",
    )
)


def init_app(app: Flask, *, https: bool, payments: str = "") -> None:
    """Set them after each request; what a view says of keeping its answer stands.

    `payments` is where a form may lead besides this site: the button "Pay now" ends on Stripe's page.
    """
    allowed = f"form-action 'self' {payments}".rstrip()
    fixed = {
        "Content-Security-Policy": POLICY.replace("form-action 'self'", allowed),
        "X-Content-Type-Options": "nosniff",
        "Referrer-Policy": "same-origin",
        "Permissions-Policy": "camera=(), geolocation=(), microphone=(), payment=()",
        "Cross-Origin-Opener-Policy": "same-origin",
        "Cross-Origin-Resource-Policy": "same-origin",
    }
    if https:
        fixed["Strict-Transport-Security"] = "max-age=63072000; includeSubDomains"

    app.session_interface = _PrivateSessions()

    @app.after_request
    def _set(response: Response) -> Response:
        response.headers.extend(fixed)
        response.headers.setdefault("Cache-Control", "private, no-cache")
        if response.headers.get("Content-Encoding") == "identity":
            del response.headers["Content-Encoding"]
        return response


def leave_echoes_uncompressed(app: Flask) -> None:
    """Keep what echoes input from being compressed beside a secret: its length would tell the secret, letter by letter.

    An answer can echo when something was posted, asked for in the address, or opened by a token.
    """

    @app.after_request
    def _mark(response: Response) -> Response:
        view = app.view_functions.get(request.endpoint or "")
        if request.method == "POST" or request.args or getattr(view, "access", "") == "token_holder":
            response.headers.setdefault("Content-Encoding", "identity")
        return response


def never_stored(response: Response) -> Response:
    """For pages behind a token or a sign-in: no copy is kept anywhere."""
    response.headers["Cache-Control"] = "no-store"
    return response


class _PrivateSessions(SecureCookieSessionInterface):
    """Flask's sessions, quicker, and without "Vary: Cookie": no answer of ours is kept by a shared cache, and with it
    a browser whose cookie has changed since throws away the page that Back should show."""

    def __init__(self) -> None:
        self._signing: URLSafeTimedSerializer | None = None

    def get_signing_serializer(self, app: Flask) -> URLSafeTimedSerializer | None:
        """Flask's own, made once."""
        self._signing = self._signing or super().get_signing_serializer(app)
        return self._signing

    def save_session(self, app: Flask, session: SessionMixin, response: Response) -> None:
        """Set the cookie when something in it has changed, and nothing else."""
        if not session.modified:
            return
        serializer = self.get_signing_serializer(app)
        assert serializer, "a secret is always set"
        response.set_cookie(
            self.get_cookie_name(app),
            serializer.dumps(dict(session)),
            expires=self.get_expiration_time(app, session),
            path=self.get_cookie_path(app),
            secure=self.get_cookie_secure(app),
            httponly=self.get_cookie_httponly(app),
            samesite=self.get_cookie_samesite(app),
        )
