"""Documents as tagged PDF files, drawn by Typst from their snapshots, without a network and without the clock.

Each file keeps to PDF/UA-1 (for readers of every kind) and PDF/A-3b (for keeping). The same snapshot gives the same
bytes with the same release of Typst. What it says goes in as JSON and is placed as plain strings, never read as markup.
"""

from __future__ import annotations

import datetime as dt
import json
import logging
from pathlib import Path
from threading import Lock
from typing import Any

import typst

from portal.domain.documents import Document
from portal.domain.errors import Undrawable
from portal.domain.printed import is_mark, issued_on, letters, printed, replaced

# A snapshot keeps the template of its version. A new look is a new file here; the old one stays as it is.
TEMPLATES = {
    ("invoice", 1): "invoice.typ",
    ("credit_note", 1): "credit_note.typ",
    ("confirmation", 1): "confirmation.typ",
}

ONE_LETTER = "one_letter.typ"  # tells whether any font has a letter

logger = logging.getLogger(__name__)


class Drawer:
    """Draws documents from the templates in one folder with the fonts in another.

    Keep one for the process: the first drawing reads the fonts. Threads may share it, and take turns.
    """

    def __init__(self, templates: Path, fonts: Path) -> None:
        self._templates = templates.resolve()
        self._compiler = typst.Compiler(root=self._templates, font_paths=[fonts], ignore_system_fonts=True)
        self._turn = Lock()
        self._known: dict[str, bool] = {}

    def pdf(self, document: Document) -> bytes:
        """The document as a file. Raises Undrawable.

        A letter that no font here has stands as "�", and the log says that there was one, not which. A font that has
        it, put into the folder of fonts, is used by itself.
        """
        name = TEMPLATES.get((document.kind, document.version))
        if name is None:
            raise Undrawable(f"There is no template of version {document.version} for this kind of document.")
        words = printed(document)
        on = dt.datetime.combine(issued_on(document), dt.time(), dt.UTC)
        with self._turn:
            try:
                return self._drawn(name, words, on)
            except typst.TypstError:
                drawn = self._with_what_fonts_have(name, words, on)
        if drawn is None:
            raise Undrawable(f"The template of version {document.version} fails.")
        logger.warning("One %s has letters that no font here can show.", document.kind)
        return drawn

    def _with_what_fonts_have(self, name: str, words: dict[str, Any], on: dt.datetime) -> bytes | None:
        """The file without letters that no font has, or also without marks that no font joins to their letters."""
        all_letters = letters(words)
        missing = {letter for letter in all_letters if not self._has(letter)}
        for left_out in (missing, missing | {letter for letter in all_letters if is_mark(letter)}):
            try:
                return self._drawn(name, replaced(words, left_out), on)
            except typst.TypstError:
                continue
        return None

    def _drawn(self, name: str, words: dict[str, Any], on: dt.datetime) -> bytes:
        return self._compiled(name, {"document": json.dumps(words)}, on)

    def _has(self, letter: str) -> bool:
        if letter not in self._known:
            try:
                self._compiled(ONE_LETTER, {"letter": letter}, dt.datetime.fromtimestamp(0, dt.UTC))
                self._known[letter] = True
            except typst.TypstError:
                self._known[letter] = False
        return self._known[letter]

    def _compiled(self, name: str, inputs: dict[str, str], on: dt.datetime) -> bytes:
        drawn = self._compiler.compile(
            input=self._templates / name, format="pdf", sys_inputs=inputs, pdf_standards=["ua-1", "a-3b"], timestamp=on
        )
        assert isinstance(drawn, bytes)
        return drawn
