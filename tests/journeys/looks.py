"""How a page is judged: on each width, in light and in dark, axe finds nothing and nothing is cut off.

Axe looks at two of the six pairs of a width and a scheme in every run, at all of them when PROOFS=full. In the dark it
measures colours, which takes most of its time, where the test says so: on the page of all components, and then on all.
"""

from __future__ import annotations

import json
from typing import Any

from axe_playwright_python.base import AXE_SCRIPT, AxeResults
from playwright.sync_api import Page

from tests.proofs.scale import FULL

WIDTHS, SCHEMES = (1280, 390, 320), ("light", "dark")
JUDGED = {(1280, "light"), (320, "dark")} if not FULL else {(width, scheme) for width in WIDTHS for scheme in SCHEMES}
TAGS = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"]
RULES: dict[str, Any] = {
    "runOnly": {"type": "tag", "values": TAGS},
    "rules": {"target-size": {"enabled": True}},
    "resultTypes": ["violations"],
}
WITHOUT_COLOURS = {"rules": {"target-size": {"enabled": True}, "color-contrast": {"enabled": False}}}
SETTLE = "document.getAnimations().forEach(animation => animation.finish())"
CUT_OFF = "document.documentElement.scrollWidth - document.documentElement.clientWidth"


def _found(page: Page, rules: dict[str, Any]) -> str:
    run = f"axe.run({json.dumps(rules)}).then(({{violations}}) => ({{violations}}))"
    found = AxeResults(page.evaluate(run))
    return str(found.generate_report()) if found.violations_count else ""


def sound(page: Page, state: str = "", *, all_colours: bool = False, **rules: Any) -> None:
    """Judge the page that is open in every look. Axe needs JavaScript in the browser, the page needs none."""
    was = page.viewport_size
    page.evaluate(AXE_SCRIPT)
    for width in WIDTHS:
        page.set_viewport_size({"width": width, "height": 800})
        cut_off = page.evaluate(CUT_OFF)
        assert cut_off <= 0, f"{state or page.url}, {width} px: {cut_off} px are cut off"
        for scheme in (scheme for scheme in SCHEMES if (width, scheme) in JUDGED):
            page.emulate_media(color_scheme=scheme)  # type: ignore[arg-type]
            page.evaluate(SETTLE)  # what fades to its new colour is judged where it ends
            colours = scheme == "light" or all_colours or FULL
            found = _found(page, {**RULES, **rules, **({} if colours else WITHOUT_COLOURS)})
            assert not found, f"{state or page.url}, {width} px, {scheme}: {found}"
    page.emulate_media(color_scheme="light")
    if was:
        page.set_viewport_size(was)
