"""The documents say what the code holds: every setting, no dead link, and decisions that stay short."""

from __future__ import annotations

import re
from collections import Counter
from pathlib import Path

import pytest

from config import Settings

ROOT = Path(__file__).parents[2]
README = ROOT / "README.md"
ADRS = sorted((ROOT / "docs" / "adr").glob("*.md"))
DOCUMENTS = [README, *sorted((ROOT / "docs").rglob("*.md"))]


def _name(path: Path) -> str:
    return str(path.relative_to(ROOT))


def settings_rows(markdown: str) -> list[tuple[str, str]]:
    """(name, default) of each row of the table under the heading Settings."""
    section = markdown.partition("\n## Settings\n")[2].partition("\n## ")[0]
    return re.findall(r"^\| `(\w+)` \| *`?(.*?)`? *\|", section, re.MULTILINE)


def links(markdown: str) -> list[str]:
    """What a document links to on this site: paths, without anchors, and not what stands in code."""
    text = re.sub(r"```.*?```|`[^`\n]*`", "", markdown, flags=re.DOTALL)
    addresses = re.findall(r"\]\(([^)\s]+)[^)]*\)", text)
    return [
        address.partition("#")[0]
        for address in addresses
        if not re.match(r"[a-z]+:", address) and not address.startswith("#")
    ]


def anchors(markdown: str) -> set[str]:
    """The anchors that the headings of a document make."""
    headings = re.findall(r"^#+ (.+)$", markdown, re.MULTILINE)
    return {re.sub(r"[^\w\- ]", "", heading.lower()).replace(" ", "-") for heading in headings}


def test_the_readme_lists_every_setting_once_and_no_other() -> None:
    counted = Counter(name for name, _ in settings_rows(README.read_text(encoding="utf-8")))
    assert counted == Counter(dict.fromkeys(Settings.model_fields, 1))


def test_the_readme_gives_each_setting_its_default() -> None:
    said = dict(settings_rows(README.read_text(encoding="utf-8")))
    defaults = {name: field.default for name, field in Settings.model_fields.items()}
    assert said == {name: "" if default is None else str(default) for name, default in defaults.items()}


@pytest.mark.parametrize("path", DOCUMENTS, ids=_name)
def test_every_link_leads_to_a_file(path: Path) -> None:
    addresses = links(path.read_text(encoding="utf-8"))
    assert [address for address in addresses if not (path.parent / address).exists()] == []


@pytest.mark.parametrize("path", DOCUMENTS, ids=_name)
def test_every_anchor_leads_to_a_heading(path: Path) -> None:
    pairs = re.findall(r"\]\(([^)\s#:]*)#([^)\s]+)\)", path.read_text(encoding="utf-8"))
    for address, anchor in pairs:
        target = path.parent / address if address else path
        assert anchor in anchors(target.read_text(encoding="utf-8")), f"{address}#{anchor}"


@pytest.mark.parametrize("path", ADRS, ids=_name)
def test_a_decision_is_at_most_60_lines_in_three_parts(path: Path) -> None:
    text = path.read_text(encoding="utf-8")
    assert len(text.splitlines()) <= 60
    assert re.findall(r"^## (.+)$", text, re.MULTILINE) == ["Context", "Decision", "Consequences"]
    assert text.startswith(f"# {path.name[:3]}: ")


def test_the_readers_of_documents_can_fail() -> None:
    table = "# A\n## Settings\n| `A_B` | `5` | x |\n| `C` | | y |\n| D | | z |\n## More\n| `E` | | |\n"
    assert settings_rows(table) == [("A_B", "5"), ("C", "")]
    text = "[a](b.md#c) ![p](p.png) [h](https://x.example/y) [m](mailto:a@b.example) [s](#s) `[c](code.md)`"
    assert links(text) == ["b.md", "p.png"]
    assert links("```\n[a](b.md)\n```\n") == []
    assert anchors("# One two\n## What `portal check` says\n## When a partner's address\n") == {
        "one-two",
        "what-portal-check-says",
        "when-a-partners-address",
    }
