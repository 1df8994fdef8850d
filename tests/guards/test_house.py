"""The house itself: room for one noun a file, every template and macro in use, plain words where people read."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
PYTHON = [path for room in ("portal", "tests", "migrations") for path in (ROOT / room).rglob("*.py")]
PYTHON.append(ROOT / "config.py")
TEMPLATES = sorted((ROOT / "templates").rglob("*.*"))
READ_BY_PEOPLE = [
    path for path in TEMPLATES if path.parent.name in ("public", "errors", "documents") or "email" in path.parts
]
READ_OUTSIDE = [path for path in READ_BY_PEOPLE if not path.parent.name.startswith("team_")]

# Words of the code that people outside never read. See docs/adr/001-floors.md for the words they read instead.
INSIDE = r"referral|routing rule|disclosure|provisioning|sponsorship|outbox|\bscope|payload|\blead\b|customer|user data"


def _name(path: Path) -> str:
    return str(path.relative_to(ROOT))


def _text(path: Path) -> str:
    """A template without its code: what a person can come to read."""
    return re.sub(r"\{[{%#].*?[}%#]\}|<[^>]*>", " ", path.read_text(encoding="utf-8"), flags=re.DOTALL)


@pytest.mark.parametrize("path", [path for path in PYTHON if "versions" not in path.parts], ids=_name)
def test_no_file_is_longer_than_300_lines(path: Path) -> None:
    assert len(path.read_text(encoding="utf-8").splitlines()) <= 300, "which noun is missing?"


def test_no_room_is_a_drawer() -> None:
    drawers = {"utils", "util", "helpers", "helper", "common", "manager", "misc"}
    assert [_name(path) for path in PYTHON if path.stem in drawers or drawers & set(path.parts)] == []


@pytest.mark.parametrize("path", READ_OUTSIDE, ids=_name)
def test_inside_words_stay_inside(path: Path) -> None:
    assert re.findall(INSIDE, _text(path), re.IGNORECASE) == []


@pytest.mark.parametrize("path", READ_BY_PEOPLE, ids=_name)
@pytest.mark.promise("PRE-40")
def test_nobody_consents_by_using_or_giving(path: Path) -> None:
    said = r"by (using|providing|submitting|continuing)[^.]*\b(consent|agree)"
    assert re.findall(said, _text(path), re.IGNORECASE) == []


def test_every_template_is_used() -> None:
    said = "\n".join(path.read_text(encoding="utf-8") for path in [*PYTHON, *TEMPLATES])
    letters = {f"email/{folder.name}" for folder in (ROOT / "templates/email").iterdir() if folder.is_dir()}
    for path in TEMPLATES:
        name = str(path.relative_to(ROOT / "templates"))
        used = name in said or path.name in said if "email" not in name else path.name in said
        if str(Path(name).parent) in letters:
            used = f'"{path.parent.name}"' in said or f"({path.parent.name!r}" in said
        assert used, f"{name} is used by nothing"


def test_every_macro_is_imported_somewhere_and_every_import_is_used() -> None:
    imported: dict[str, set[str]] = {}
    for path in TEMPLATES:
        text = path.read_text(encoding="utf-8")
        for source, names in re.findall(r'{% from "([^"]+)" import ([^%]+) %}', text):
            for entry in names.split(","):
                name, _, alias = entry.strip().partition(" as ")
                imported.setdefault(Path(source).name, set()).add(name)
                uses = len(re.findall(rf"\b{alias or name}\(|question\({name},", text))
                assert uses, f"{_name(path)} imports {name} and does not use it"
    for path in TEMPLATES:
        text = path.read_text(encoding="utf-8")
        for macro in re.findall(r"{% macro (\w+)\(", text):
            inside = len(re.findall(rf"\b{macro}\(", text)) > 1
            assert inside or macro in imported.get(path.name, set()), f"{_name(path)}: {macro} is used by nothing"


def test_pages_have_no_inline_style_or_script() -> None:
    for path in TEMPLATES:
        if "email" not in path.parts and path.parent.name != "sandbox":
            text = path.read_text(encoding="utf-8")
            assert not re.search(r'\sstyle="|<style|<script|\son\w+="|javascript:', text), _name(path)


def test_the_stylesheet_is_at_most_10_kilobytes_compressed() -> None:
    from portal.web.assets import ASSETS

    sheet = next(asset for name, asset in ASSETS.items() if name.endswith(".css"))
    assert sheet.gzip is not None
    assert len(sheet.gzip) <= 10_000
