"""Documents of strange names and strange machines: nothing is run, nothing fails, and the file stays the same."""

from __future__ import annotations

import logging
import os
import re
import shutil
import subprocess
import sys
import time
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest

from portal.domain.documents import Buyer, Document, Particular, Seller, Statement, to_json
from portal.domain.errors import Undrawable
from portal.gateways.documents import ONE_LETTER, TEMPLATES, Drawer
from tests.papers import AT, EACH, confirmation, credit_note, invoice, line
from tests.pdf_reading import FOLDER, FONTS, ROOT, read, text_of


@pytest.fixture(scope="module")
def drawer() -> Drawer:
    return Drawer(FOLDER, FONTS)


RUNS_NOTHING = [
    '#import "@preview/x:1.0.0": y',
    '#panic("no")',
    "#eval(1+1)",
    "$x^2$ and $",
    "*bold* _thin_ `code`",
    "<label> @reference",
    "\\ \\u{41} \\#",
    "= Heading",
    "- item // comment /* open",
    "[ ] { } ( ) ] }",
    '"quoted" \'and\' "',
    "~ -- --- ...",
    "https://training.example/a?b=c",
    "#sys.inputs",
]


@pytest.mark.parametrize("name", RUNS_NOTHING)
def test_a_name_is_printed_and_not_run(drawer: Drawer, name: str) -> None:
    document = confirmation(
        buyer=Buyer(name), lines=(line(name),), opens=name, right_to_cancel=name, terms=f"# {name}\n\n{name}"
    )
    printed = " ".join(name.split())
    assert text_of(drawer.pdf(document)).count(printed) >= 6


@pytest.mark.parametrize(
    "name", ["Zoë Łukasz-Ğ", "Σωκράτης", "Наталья", "שלום", "محمد", "Ngũgĩ wa Thiong’o", "e\u0301"]
)
def test_a_name_in_letters_that_the_fonts_have_keeps_the_standards(
    drawer: Drawer, caplog: pytest.LogCaptureFixture, name: str
) -> None:
    with caplog.at_level(logging.WARNING):
        file = drawer.pdf(invoice(buyer=Buyer(name)))
    assert caplog.messages == []
    assert "\ufffd" not in text_of(file)


@pytest.mark.parametrize(
    "name", ["日本 Ltd", "Priya 😀", "👩‍👩‍👧 Family", "\U0001f3f4\U000e0067", "한국", "ab\u0361\u20e3"]
)
def test_a_letter_that_no_font_has_is_marked_and_fails_nothing(
    drawer: Drawer, caplog: pytest.LogCaptureFixture, name: str
) -> None:
    with caplog.at_level(logging.WARNING):
        file = drawer.pdf(invoice(buyer=Buyer(name, address="3 Example Street")))
    text, said = text_of(file), read(file).trailer["/Root"]["/Metadata"].get_data().decode()
    assert "\ufffd" in text
    assert "3 Example Street" in text
    assert "<pdfuaid:part>1<" in said
    assert caplog.messages == ["One invoice has letters that no font here can show."]


@pytest.mark.parametrize("letter", ["W", "i", "ü", "ж", "😀", "日"])
def test_a_word_that_no_line_holds_breaks(drawer: Drawer, letter: str) -> None:
    pages = read(drawer.pdf(invoice(buyer=Buyer(letter * 300), lines=(line(letter * 300),)))).pages
    text = "\n".join(page.extract_text() for page in pages)
    seen = letter if letter not in "😀日" else "\ufffd"
    assert text.count(seen) >= 600
    assert seen * 4 in text
    assert seen * 120 not in text, "no line holds so many"


def test_long_words_go_on_over_the_page(drawer: Drawer) -> None:
    long = " ".join(f"word{count}." for count in range(2500))
    spoken = confirmation(
        statements=(Statement(long, AT),), opens=long, particulars=(Particular("How", long),), terms=long, learners=()
    )
    for document, times in ((credit_note(reason=long, note=long), 2), (spoken, 4)):
        text = text_of(drawer.pdf(document))
        for count in (0, 999, 1250, 2499):
            assert text.count(f" word{count}.") + text.count(f"“word{count}.") == times


def test_what_may_be_empty_may_be_empty(drawer: Drawer) -> None:
    seller = Seller("Meridian Ltd", "", "", "")
    assert "Not named yet" in text_of(
        drawer.pdf(confirmation(seller=seller, learners=(), terms="", right_to_cancel=""))
    )
    assert "Meridian Ltd" in text_of(drawer.pdf(invoice(seller=seller, buyer=Buyer(""), note="", order_reference="")))
    assert "Total credited" in text_of(drawer.pdf(credit_note(seller=seller, reason="")))


def test_an_address_can_be_copied_without_hidden_letters(drawer: Drawer) -> None:
    address = "accounts.and.more.accounts@nairfibre-and-family.example"
    text = text_of(drawer.pdf(invoice(buyer=Buyer("Nair", email=address))))
    assert address in text.replace(" ", "")
    assert "\u200b" not in text


@pytest.mark.parametrize("document", EACH)
def test_the_same_snapshot_is_the_same_file(drawer: Drawer, document: Document) -> None:
    assert drawer.pdf(document) == drawer.pdf(document) == Drawer(FOLDER, FONTS).pdf(document)


def test_another_process_at_another_time_and_place_draws_the_same_file(drawer: Drawer) -> None:
    code = (
        "import sys; from pathlib import Path; from portal.domain.documents import from_json\n"
        "from portal.gateways.documents import Drawer\n"
        "drawn = Drawer(Path(sys.argv[1]), Path(sys.argv[2])).pdf(from_json(sys.stdin.read()))\n"
        "sys.stdout.buffer.write(drawn)"
    )
    there = os.environ | {"TZ": "Pacific/Auckland", "LC_ALL": "C.UTF-8", "PYTHONHASHSEED": "7", "PYTHONPATH": str(ROOT)}
    for document in (invoice(), confirmation()):
        command = [sys.executable, "-c", code, str(FOLDER), str(FONTS)]
        ran = subprocess.run(
            command, input=to_json(document).encode(), capture_output=True, check=True, cwd="/", env=there, timeout=60
        )
        assert ran.stdout == drawer.pdf(document)


def test_the_day_in_the_file_is_the_snapshots(drawer: Drawer) -> None:
    for document, day in ((invoice(), "2026-11-21"), (confirmation(), "2026-07-21")):
        metadata = read(drawer.pdf(document)).metadata
        assert metadata is not None
        assert metadata.creation_date is not None
        assert f"{metadata.creation_date:%Y-%m-%d}" == day


def test_eight_threads_share_one_drawer(drawer: Drawer) -> None:
    documents = [invoice(number=f"INV-{count:06}", buyer=Buyer(f"Buyer {count}")) for count in range(1, 41)]
    with ThreadPoolExecutor(8) as pool:
        together = list(pool.map(drawer.pdf, documents))
    assert together == [drawer.pdf(document) for document in documents]


def test_an_unknown_version_is_refused(drawer: Drawer) -> None:
    with pytest.raises(Undrawable, match="no template of version 99"):
        drawer.pdf(invoice(version=99))


def test_a_template_that_fails_says_so_without_what_the_document_says(tmp_path: Path) -> None:
    shutil.copytree(FOLDER, tmp_path, dirs_exist_ok=True)
    (tmp_path / "invoice.typ").write_text("#panic(sys.inputs.document)", encoding="utf-8")
    with pytest.raises(Undrawable, match=r"\AThe template of version 1 fails\.\Z") as refused:
        Drawer(tmp_path, FONTS).pdf(invoice(buyer=Buyer("Søren Secret")))
    assert refused.value.__cause__ is None
    assert refused.value.__context__ is None


def test_templates_fetch_and_run_nothing() -> None:
    for path in FOLDER.glob("*.typ"):
        assert not re.search(r"@\w+/|\beval\(|\bplugin\(|https?:|datetime\.today", path.read_text(encoding="utf-8")), (
            path
        )
    assert {path.name for path in FOLDER.glob("*.typ")} == {*TEMPLATES.values(), ONE_LETTER, "letterhead.typ"}


def test_the_fonts_are_small_and_carry_their_licence() -> None:
    assert sum(path.stat().st_size for path in FONTS.glob("*.ttf")) < 400_000
    assert "SIL Open Font License" in (FONTS / "Figtree-LICENSE.txt").read_text(encoding="utf-8")


def test_how_long_a_document_takes_is_printed(drawer: Drawer) -> None:
    begun = time.perf_counter()
    for count in range(20):
        drawer.pdf(invoice(number=f"INV-{count + 500:06}"))
    sys.stdout.write(f"\n{(time.perf_counter() - begun) / 20 * 1000:.1f} ms an invoice\n")
