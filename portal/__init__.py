"""The portal. `create_app` joins the parts; nothing else does."""

from __future__ import annotations

from pathlib import Path

from flask import Flask
from flask_migrate import Migrate

from config import Settings
from portal.models import db
from portal.models.session import listen

ROOT = Path(__file__).parent.parent


def create_app(settings: Settings) -> Flask:
    """The WSGI application for these settings."""
    app = Flask(__name__, template_folder=str(ROOT / "templates"), static_folder=None)
    app.config["SQLALCHEMY_DATABASE_URI"] = settings.database_url
    db.init_app(app)
    Migrate(app, db, directory=str(ROOT / "migrations"))
    with app.app_context():
        listen(db.engine)
    return app
