"""Reads a printed document back: its words, its tags, and what of PDF/UA-1 can be told from its structure.

The checks are written from ISO 14289-1 and ISO 32000-1 and know nothing of the typesetter.
"""

from __future__ import annotations

import io
import re
from collections.abc import Iterator
from functools import cache
from pathlib import Path
from xml.etree import ElementTree as ET

from pypdf import PdfReader
from pypdf.generic import ContentStream, DictionaryObject

PDFUA = "{http://www.aiim.org/pdfua/ns/id/}part"
TITLE = "{http://purl.org/dc/elements/1.1/}title"
PAINTS = {
    b"Tj", b"TJ", b"'", b'"', b"Do", b"sh", b"S", b"s", b"f", b"F", b"f*", b"B", b"B*", b"b", b"b*",
}  # fmt: skip
FENCED = re.compile(r"^```(chart|paper)(?: ([^\n]*))?\n(.*?)^```", re.DOTALL | re.MULTILINE)
BREAK = "\u200b"


def drawn_blocks() -> list[tuple[str, str, str]]:
    """The blocks of visit.md: kind, section, lines."""
    return FENCED.findall((Path(__file__).parent / "visit.md").read_text("utf-8"))


def reader(pdf: bytes) -> PdfReader:
    return PdfReader(io.BytesIO(pdf))


@cache
def words(pdf: bytes) -> str:
    """All text in the order it is drawn, without any space."""
    return bare("".join(page.extract_text() for page in reader(pdf).pages))


def bare(text: str) -> str:
    """A text without spaces and places to break."""
    return re.sub(r"\s", "", text.replace(BREAK, ""))


def tags(document: PdfReader) -> Iterator[tuple[str, DictionaryObject]]:
    """Every structure element, by its tag, in reading order."""
    yield from _below(document.trailer["/Root"]["/StructTreeRoot"])


def _below(node: DictionaryObject) -> Iterator[tuple[str, DictionaryObject]]:
    for kid in _kids(node):
        yield str(kid["/S"])[1:], kid
        yield from _below(kid)


def children(element: DictionaryObject) -> list[str]:
    """The tags right below an element."""
    return [str(kid["/S"])[1:] for kid in _kids(element)]


def _kids(node: DictionaryObject) -> list[DictionaryObject]:
    kids = node.get("/K", [])
    found = [kid.get_object() for kid in (kids if isinstance(kids, list) else [kids])]
    return [kid for kid in found if isinstance(kid, DictionaryObject) and "/S" in kid]


def faults(document: PdfReader) -> list[str]:
    """What keeps a document from being PDF/UA-1, as far as structure tells; none for a good one."""
    found = list(of_document(document))
    return found or [*_of_headings(document), *_of_tables(document), *_of_pages(document)]


def of_document(document: PdfReader) -> Iterator[str]:
    """Faults of the document as a whole."""
    root = document.trailer["/Root"]
    marks, shown = root.get("/MarkInfo", {}), root.get("/ViewerPreferences", {})
    if not str(root.get("/Lang", "")).startswith("en"):
        yield "no language"
    if str(marks.get("/Marked")) != "True" or str(marks.get("/Suspects")) == "True":
        yield "not marked as tagged"
    if "/StructTreeRoot" not in root:
        yield "no tags"
    if str(shown.get("/DisplayDocTitle")) != "True":
        yield "the title is not displayed"
    described = (
        ET.fromstring(root["/Metadata"].get_data()) if "/Metadata" in root else ET.Element("x")
    )
    parts = [each for each in described.iter() if each.tag == PDFUA or PDFUA in each.attrib]
    if [each.text or each.attrib.get(PDFUA) for each in parts] != ["1"]:
        yield "the metadata do not name PDF/UA-1"
    if not any("".join(each.itertext()).strip() for each in described.iter(TITLE)):
        yield "no title in the metadata"


def _of_headings(document: PdfReader) -> Iterator[str]:
    level = 0
    for tag, element in tags(document):
        if found := re.fullmatch(r"H([1-6])", tag):
            if int(found[1]) > level + 1:
                yield f"a heading of level {found[1]} follows one of {level}"
            level = int(found[1])
        if tag == "Figure" and not str(element.get("/Alt", "")).strip():
            yield "a figure without words"
    if level == 0:
        yield "no heading"


def _of_tables(document: PdfReader) -> Iterator[str]:
    for tag, element in tags(document):
        below = children(element)
        if tag == "TR" and (not below or set(below) - {"TH", "TD"}):
            yield "a row of a table holds something else than cells"
        if tag == "Table" and "THead" not in below:
            yield "a table without a head"
        if tag == "TH" and "/Scope" not in str(element.get("/A", "")):
            yield "a head that does not say what it is the head of"


def _of_pages(document: PdfReader) -> Iterator[str]:
    for number, page in enumerate(document.pages, 1):
        for font in page["/Resources"].get("/Font", {}).values():
            for each in font.get_object().get("/DescendantFonts", [font]):
                described = each.get_object()["/FontDescriptor"].get_object()
                if not {"/FontFile", "/FontFile2", "/FontFile3"} & set(described):
                    yield f"page {number}: a font that is not embedded"
        depth = 0
        for _, operator in ContentStream(page.get_contents(), document).operations:
            depth += (operator in {b"BDC", b"BMC"}) - (operator == b"EMC")
            if operator in PAINTS and depth == 0:
                yield f"page {number}: something is neither tagged nor an artifact"
                break
