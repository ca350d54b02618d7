"""A drug's barcode: what is read, what is told instead of guessed, and what is refused."""

from __future__ import annotations

import contextlib

import pytest
from hypothesis import given
from hypothesis import strategies as st

from hangtime.web.chairside.barcode import MOST_PIXELS, UnreadableBarcode, read, read_picture

GTIN = "00361414417014"
WHOLE = f"01{GTIN}1730013110SIM4417\x1d21S0001"

READ = f"""
text                                            | lot     | expiry     | is
01{GTIN}1730013110SIM4417<GS>21S0001   | SIM4417 | 2030-01-31 | read
]d201{GTIN}1730013110SIM4417<GS>21S0001 | SIM4417 | 2030-01-31 | read
01{GTIN}1730013110SIM4417␝21S0001      | SIM4417 | 2030-01-31 | read
01{GTIN}21S0001<GS>1730013110SIM4417   | SIM4417 | 2030-01-31 | read
01{GTIN}1730020010AB                   | AB      | 2030-02-28 | read
(01){GTIN}(17)300131(10)SIM4417        | SIM4417 | 2030-01-31 | read
01{GTIN}17300131                       |         | 2030-01-31 | It holds no lot.
01{GTIN}1730013110SIM441721S0001       |         |            | drops the separator
01{GTIN}10SIM441717300131              |         |            | drops the separator
01003614144170191730013110SIM4417      |         |            | check digit
1730013110SIM4417                      |         |            | no product
0361414417014                          |         |            | GS1
nonsense                               |         |            | GS1
"""


@pytest.mark.parametrize("row", READ.strip().splitlines()[1:])
def test_a_barcode_is_read_or_refused_with_what_to_do(row: str) -> None:
    text, lot, expiry, told = (each.strip() for each in row.split("|"))
    text = text.replace("<GS>", "\x1d")
    if told == "read" or "lot" in told:
        found = read(text)
        assert (found.gtin, found.lot or "", found.expiry or "") == (GTIN, lot, expiry)
        assert told == "read" or told in found.remarks
    else:
        with pytest.raises(UnreadableBarcode, match=told):
            read(text)


def test_the_three_readings_of_an_ndc_are_told_and_none_is_chosen() -> None:
    found = read(WHOLE)

    assert found.ndc is None
    assert found.ndc_readings == ("06141441701", "61414041701", "61414417001")
    assert "hyphens" in found.remarks[0]


def test_a_product_number_from_elsewhere_holds_no_ndc() -> None:
    found = read("0104012345678901" + "17300131" + "10A1")

    assert (found.ndc, found.ndc_readings) == (None, ())


def picture(text: str, scale: int = 6, border: int = 40) -> bytes:
    import zxingcpp

    made = zxingcpp.create_barcode(
        text, zxingcpp.BarcodeFormat.DataMatrix, gs1=True, forceSquare=True
    )
    points = memoryview(made.to_image(scale=scale))
    height, width = points.shape
    empty = b"\xff" * (width + 2 * border)
    plain, side = bytes(points), b"\xff" * border
    rows = [side + plain[n * width : (n + 1) * width] + side for n in range(height)]
    whole = b"".join([empty] * border + rows + [empty] * border)
    return b"P5 %d %d 255\n" % (width + 2 * border, height + 2 * border) + whole


def test_a_picture_of_the_square_symbol_is_read() -> None:
    printed = f"(01){GTIN}(17)300131(10)SIM4417(21)S0001"

    assert read_picture(picture(printed)) == read(WHOLE)


@pytest.mark.parametrize(
    ("graymap", "told"),
    [
        (b"P5 40 40 255\n" + b"\xff" * 1600, "no barcode can be seen"),
        (b"P5 40 40 255\n" + b"\xff" * 1599, "did not arrive whole"),
        (b"P5 99999 99999 255\n" + b"\xff", "did not arrive whole"),
        (b"P5 0 0 255\n", "did not arrive whole"),
        (b"\x89PNG", "did not arrive whole"),
        (b"", "did not arrive whole"),
    ],
)
def test_a_picture_that_holds_none_says_what_to_do(graymap: bytes, told: str) -> None:
    with pytest.raises(UnreadableBarcode, match=told):
        read_picture(graymap)


@given(st.text(alphabet="0123456789AB()\x1d]d␝", max_size=60))
def test_no_text_breaks_the_reader(text: str) -> None:
    with contextlib.suppress(UnreadableBarcode):
        assert len(read(text).gtin or "") == 14


@given(st.binary(max_size=200))
def test_no_bytes_break_the_reader_of_pictures(data: bytes) -> None:
    with pytest.raises(UnreadableBarcode):
        read_picture(b"P5 10 12 255\n" + data)
    assert MOST_PIXELS < 1_000_000
