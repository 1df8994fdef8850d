"""What somebody types who tries to write our pages, letters and files; and how it is found that an answer is harmed."""

from __future__ import annotations

import csv
import html
import importlib
import io
import pkgutil
import re
from html.parser import HTMLParser
from urllib.parse import urlsplit

from portal import forms
from portal.forms.base import PortalForm

# Read as code of a page, of a template, of Python's formatting, of a spreadsheet, of a letter's head: by fault alone.
WRONG = """"'><b data-x="1">&' data-x=2 </textarea></title>{{7*7}}%s"""
SECRET = '"<i zx'
CARD = "4242 4242 4242 4242"
SHAPES = {
    "words": """{first}{mark}<b data-x="1">&"' data-x=2 </b>{{{{7*7}}}}%s""",
    "short": """{first}{mark}<b data-x="1">&"'%s""",
    "lines": """{first}{mark}<b data-x="1">&"'</textarea></b>{{{{7*7}}}}%s\r\nBcc: thief@evil.example\r\n"""
    """.\r\n=1+1 javascript:alert(1)\r//evil.example\n{mark}""",
    "telephone": """+{mark}<b data-x="1">&"'44121496014""",
    "web": """https://probe.example/{mark}?a="><b data-x="1">&'{{{{7*7}}}}%s""",
    "address": """={mark}'&{{{{7*7}}}}%s?bcc=thief&body=x@probe.example""",
}
OURS = r"mailto:[^?,]+\?subject=Order%20ORD-[\w-]+"  # a subject of our own
SUM = r"-\d+\.\d\d"
FORMULA = ("=", "+", "-", "@", "\t", "\r", "\n", "＝", "＋", "－", "＠")
SHARED = {"AskingForm", "_CodeForm"}  # what other forms are made of
_MARKS: dict[tuple[str, str], str] = {}


def mark(form: str, field: str) -> str:
    """The word by which what was typed into this field is known again."""
    return _MARKS.setdefault((form, field), f"Q{len(_MARKS)}q")


def probe(form: str, field: str, shape: str) -> str:
    """What is typed into a field that takes it; texts begin with each of the letters that begin a formula in turn."""
    own = mark(form, field)
    first = "=+-@＝"[int(own[1:-1]) % 5]
    typed = SHAPES[shape].format(mark=own, first=first)
    return typed.lower() if shape == "address" else typed


def form_fields() -> dict[str, set[str]]:
    """The fields of every form of the site."""
    return {kind.__name__: {field.name for field in kind()} for kind in form_kinds()}


def form_kinds() -> list[type[PortalForm]]:
    """Every form of the site."""
    for found in pkgutil.iter_modules(forms.__path__):
        importlib.import_module(f"portal.forms.{found.name}")
    kinds = [*PortalForm.__subclasses__()]
    for kind in kinds:
        kinds += kind.__subclasses__()
    return [kind for kind in kinds if kind.__module__.startswith("portal.forms.") and kind.__name__ not in SHARED]


class _Page(HTMLParser):
    """Tags and attributes that nobody of ours wrote, and addresses that lead where nothing of ours leads."""

    def __init__(self, page: str) -> None:
        super().__init__()
        self.problems: list[str] = []
        self.feed(page)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        """Look at each attribute."""
        for name, value in attrs:
            if name.startswith(("data-x", "on")) or not re.fullmatch(r"[a-zA-Z][\w:-]*", name):
                self.problems.append(f"<{tag}> has the attribute {name}")
            if name in ("href", "src", "action", "formaction", "content", "style") and value:
                self._address(tag, name, value)

    def _address(self, tag: str, name: str, value: str) -> None:
        if name in ("href", "src", "action", "formaction"):
            kind = value.partition(":")[0] if ":" in value.partition("/")[0] else ""
            known = kind in ("", "http", "https", "mailto", "tel")
            if not known or value.startswith("//") or urlsplit(value).hostname == "evil.example":
                self.problems.append(f"<{tag}> leads to {value}")
            if (
                kind == "mailto"
                and not re.fullmatch(OURS, value)
                and ("?" in value or value.count("@") > 1 or "," in value)
            ):
                self.problems.append(f"<{tag}> writes to more than an address: {value}")
            if kind == "tel" and not re.fullmatch(r"tel:\+?[\d]+", value):
                self.problems.append(f"<{tag}> rings {value}")
        elif re.search(r"Q\d+q", value):
            self.problems.append(f"<{tag}> has what was typed in its {name}")


def page_problems(page: str) -> list[str]:
    """What is wrong with a page or the HTML of a letter."""
    if not re.search(r"q\d+q|data-x|i zx", page, re.IGNORECASE):
        return []  # nothing that was typed stands there
    wrong = _Page(page).problems
    if re.search(r"<b data-x|<i zx", page, re.IGNORECASE):
        wrong.append("what was typed is markup")
    if re.search(r"&amp;(lt|gt|amp|quot|#\d+);", page):
        wrong.append("what was typed is escaped twice")
    if SECRET in html.unescape(page):
        wrong.append("a password is repeated")
    return wrong + text_problems(html.unescape(page))


def text_problems(text: str) -> list[str]:
    """What is wrong with words, on a page or in the text of a letter: they were worked out, and not repeated."""
    return ["what was typed was worked out"] if re.search(r"\{\{7\*7\}\}(?!%s)|(?<!\d)49%s", text) else []


def csv_problems(file: str) -> list[str]:
    """Cells that a spreadsheet would work out; a number below nought is what it is."""
    rows = csv.reader(io.StringIO(file.removeprefix("\ufeff")))
    cells = [cell for row in rows for cell in row if cell.startswith(FORMULA)]
    return [f"a formula: {cell}" for cell in cells if not re.fullmatch(SUM, cell)]
