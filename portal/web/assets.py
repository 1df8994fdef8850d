"""The stylesheet, font and pictures: read and compressed once, under names that change with their content."""

from __future__ import annotations

import gzip
import mimetypes
from dataclasses import dataclass
from hashlib import sha256
from pathlib import Path

import brotli
from flask import Blueprint, Flask, Response, abort, request

from portal.web import access

STATIC = Path(__file__).parent.parent / "static"
SERVED = (".css", ".svg", ".woff2", ".png")
bp = Blueprint("assets", __name__)


@dataclass(frozen=True)
class Asset:
    """One file in each form it is served in."""

    content: bytes
    kind: str
    gzip: bytes | None
    brotli: bytes | None


def _read_all() -> tuple[dict[str, str], dict[str, Asset]]:
    """(name to address, address to file). Inside stylesheets, url(name) becomes the address of that file."""
    addresses: dict[str, str] = {}
    assets: dict[str, Asset] = {}
    for path in sorted(STATIC.iterdir(), key=lambda path: path.suffix == ".css"):
        if path.suffix not in SERVED:
            continue
        content = path.read_bytes()
        if path.suffix == ".css":
            for name, address in addresses.items():
                content = content.replace(f"url({name})".encode(), f"url({address})".encode())
        served = f"{path.stem}.{sha256(content).hexdigest()[:10]}{path.suffix}"
        addresses[path.name] = f"/assets/{served}"
        text = path.suffix in (".css", ".svg")
        assets[served] = Asset(
            content,
            mimetypes.types_map.get(path.suffix, "font/woff2"),
            gzip.compress(content, mtime=0) if text else None,
            brotli.compress(content) if text else None,
        )
    return addresses, assets


ADDRESSES, ASSETS = _read_all()


@bp.get("/assets/<name>")
@access.public
def serve(name: str) -> Response:
    """One file, for a year: its name changes when it does."""
    if (asset := ASSETS.get(name)) is None:
        abort(404)
    accepted = set(request.accept_encodings.values())
    response = Response(asset.content, mimetype=asset.kind)
    if asset.brotli and asset.gzip and ("br" in accepted or "gzip" in accepted):
        encoding, body = ("br", asset.brotli) if "br" in accepted else ("gzip", asset.gzip)
        response = Response(body, mimetype=asset.kind, headers={"Content-Encoding": encoding})
    response.headers["Vary"] = "Accept-Encoding"
    response.headers["Cache-Control"] = "public, max-age=31536000, immutable"
    return response


def init_app(app: Flask) -> None:
    """Serve the files, and let templates say asset('portal.css')."""
    app.register_blueprint(bp)
    app.jinja_env.globals["asset"] = ADDRESSES.__getitem__
