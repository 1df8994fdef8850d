"""The portal. `create_app` joins the parts; nothing else does."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

from flask import Flask
from flask_migrate import Migrate

from config import Settings
from portal.models import db
from portal.models.clock import OFFSET_FILE, Clock
from portal.models.session import listen

ROOT = Path(__file__).parent.parent


@dataclass(frozen=True)
class Parts:
    """What pages, commands and the worker are handed: kept in `app.extensions["portal"]`."""

    settings: Settings
    clock: Clock


def create_app(settings: Settings) -> Flask:
    """The WSGI application for these settings."""
    app = Flask(__name__, template_folder=str(ROOT / "templates"), static_folder=None)
    settings.PORTAL_DATA_DIR.mkdir(parents=True, exist_ok=True)
    app.config["SQLALCHEMY_DATABASE_URI"] = settings.database_url
    db.init_app(app)
    Migrate(app, db, directory=str(ROOT / "migrations"))
    with app.app_context():
        listen(db.engine)
    clock = Clock(settings.PORTAL_DATA_DIR / OFFSET_FILE if settings.has_sandbox else None)
    app.extensions["portal"] = Parts(settings, clock)
    return app
