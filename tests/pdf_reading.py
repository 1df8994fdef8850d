"""Documents read back: their words, and the tree that readers aloud walk."""

from __future__ import annotations

import io
from collections import Counter
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from pypdf import PdfReader
from pypdf.generic import ArrayObject, DictionaryObject

ROOT = Path(__file__).parents[1]
FOLDER = ROOT / "templates" / "documents"
FONTS = ROOT / "portal" / "documents_fonts"


def read(file: bytes) -> PdfReader:
    return PdfReader(io.BytesIO(file))


def text_of(file: bytes) -> str:
    """All words with one space between them, as they are read out."""
    return " ".join(" ".join(page.extract_text() for page in read(file).pages).split())


def elements(node: Any) -> Iterator[DictionaryObject]:
    """Every element of the tree that readers aloud walk."""
    node = node.get_object()
    if isinstance(node, ArrayObject):
        for child in node:
            yield from elements(child)
    elif isinstance(node, DictionaryObject):
        if "/S" in node:
            yield node
        if "/K" in node:
            yield from elements(node["/K"])


def tags(file: bytes) -> Counter[str]:
    return Counter(str(element["/S"]) for element in elements(read(file).trailer["/Root"]["/StructTreeRoot"]))


def attribute(element: DictionaryObject, name: str) -> list[Any]:
    held = element.get("/A", [])
    return [one[name] for one in (held if isinstance(held, ArrayObject) else [held]) if name in one]
