"""A drug's barcode: from a picture or from what a scanner typed to GTIN, NDC, lot and expiry.

The symbol is a GS1 DataMatrix (or a GS1 linear one).  Two things it does not say by itself, and both
are told instead of guessed: a GTIN holds the ten digits of an NDC without their hyphens, which have
three readings; and a scanner that drops the separator lets the lot swallow what follows it.

Sources: GS1 General Specifications, application identifiers 01, 10, 17, 21; 21 CFR 207.33.
"""

from __future__ import annotations

import re
from typing import NamedTuple

from hangtime.codesets.packages import crosswalk
from hangtime.formulary.ndc import MalformedNdc, ndc11

__all__ = ["MOST_PIXELS", "Scanned", "UnreadableBarcode", "read", "read_picture"]

SEPARATOR = "\x1d"
_SHOWN = (
    "\N{SYMBOL FOR GROUP SEPARATOR}"  # as a page shows it, for a field of text drops control codes
)
_IDENTIFIER = re.compile(r"\][A-Za-z][0-9A-Za-z]")
_PRINTED = re.compile(r"\((\d{2,4})\)")
_SWALLOWED = re.compile(r".+?(?:21.+|17\d{6}(?:10.*|21.*)?)$")
_GRAYMAP = re.compile(rb"P5\s+(\d{1,5})\s+(\d{1,5})\s+255\s", re.ASCII)
_US_DRUG = "03"  # of a GTIN-14 after its indicator: the rest is an NDC and a check digit
MOST_PIXELS = 960_000
LOT, EXPIRY, SERIAL, GTIN = "10", "17", "21", "01"


class UnreadableBarcode(ValueError):
    """No barcode of a drug, or one that was read wrongly; the words say what to do, not what it held."""


class Scanned(NamedTuple):
    """What a barcode says.

    `ndc_readings`: the eleven digits it may stand for, one where a table knows; `ndc` is that one.
    `remarks` are for whoever scanned.
    """

    gtin: str | None
    lot: str | None
    expiry: str | None
    ndc: str | None
    ndc_readings: tuple[str, ...]
    remarks: tuple[str, ...]

    @property
    def fields(self) -> dict[str, str]:
        """What it says, by the field of a prepared drug."""
        said = {"gtin": self.gtin, "lot": self.lot, "expiry": self.expiry, "ndc": self.ndc}
        return {name: value for name, value in said.items() if value} | {"is_scanned": "true"}


def read(text: str) -> Scanned:
    """What a scanner typed, or what is printed beneath the symbol.  Raises UnreadableBarcode."""
    from biip import ParseError
    from biip.gs1_messages import GS1Message

    plain = _plain(text)
    try:
        if _PRINTED.match(plain):
            message = GS1Message.parse_hri(plain)
        else:
            message = GS1Message.parse(plain.strip(SEPARATOR))
    except (ParseError, ValueError):
        raise UnreadableBarcode("not a GS1 barcode; scan the square one on the package") from None
    said = {each.ai.ai: each for each in message.element_strings}
    if GTIN not in said:
        raise UnreadableBarcode("it names no product (GTIN); scan the square one on the package")
    if said[GTIN].gtin_error:
        raise UnreadableBarcode("the check digit of its product number is wrong; scan it again")
    lot = said[LOT].value if LOT in said else None
    if lot and SERIAL not in said and SEPARATOR not in plain and not _PRINTED.match(plain):
        _refuse_swallowed(lot)
    expiry = said[EXPIRY].date if EXPIRY in said else None
    ndc, readings, remark = _ndc(said[GTIN].value)
    return Scanned(
        gtin=said[GTIN].value,
        lot=lot,
        expiry=expiry.isoformat() if expiry else None,
        ndc=ndc,
        ndc_readings=readings,
        remarks=tuple(each for each in (remark, "" if lot else "It holds no lot.") if each),
    )


def read_picture(graymap: bytes) -> Scanned:
    """What stands in a picture, a binary portable graymap of 8 bits.  Raises UnreadableBarcode."""
    import zxingcpp

    head = _GRAYMAP.match(graymap)
    if head is None:
        raise UnreadableBarcode("the picture did not arrive whole; take it again")
    width, height = int(head[1]), int(head[2])
    pixels = graymap[head.end() :]
    if not 0 < width * height <= MOST_PIXELS or len(pixels) != width * height:
        raise UnreadableBarcode("the picture did not arrive whole; take it again")
    image = memoryview(pixels).cast("B", shape=[height, width])
    found = zxingcpp.read_barcodes(image)
    readable = [each for each in found if each.content_type == zxingcpp.ContentType.GS1]
    if not readable:
        seen = "there is no barcode of a drug in it" if found else "no barcode can be seen in it"
        raise UnreadableBarcode(f"{seen}; hold it closer and straight, or type it")
    if len({bytes(each.bytes) for each in readable}) > 1:
        raise UnreadableBarcode("there are several barcodes in it; take one alone")
    return read(readable[0].bytes.decode("ascii", "replace"))


def _plain(text: str) -> str:
    """The text of the symbol without the scanner's prefix, with separators as they were sent."""
    found = text.strip(" \t\r\n").replace(_SHOWN, SEPARATOR)
    prefix = _IDENTIFIER.match(found)
    return found[prefix.end() :] if prefix else found


def _refuse_swallowed(lot: str) -> None:
    """Nothing separates the lot from what follows it, and it looks as if something did follow."""
    if _SWALLOWED.match(lot):
        raise UnreadableBarcode(
            "the lot seems to hold what follows it, because the scanner drops the separator (GS)."
            " Photograph it, or type lot and expiry; have the scanner set to send GS"
        )


def _ndc(gtin: str) -> tuple[str | None, tuple[str, ...], str]:
    """The NDC of a GTIN: the one reading that a table has, else what the readings are."""
    if gtin[1:3] != _US_DRUG:
        return None, (), "Its number holds no NDC. Type the NDC if the package shows one."
    digits = gtin[3:13]
    try:
        readings = ndc11(digits)
    except MalformedNdc:
        return None, (), "Its number holds no NDC. Type the NDC if the package shows one."
    known = crosswalk()
    found = known.reading(digits) if known else None
    if found is not None:
        return found, (found,), ""
    return (
        None,
        readings,
        "The hyphens of the NDC are not in the barcode: choose how it is printed.",
    )
