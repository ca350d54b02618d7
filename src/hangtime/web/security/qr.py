"""A QR code as a drawing for a page, for what is read by a phone beside it."""

from __future__ import annotations

from typing import Any

import zxingcpp
from markupsafe import Markup, escape

_SCALE = 5  # pixels a module: four centimetres on most screens


def drawn(text: str, words: str) -> Markup:
    """The code of a text as SVG without script or style; `words` are what it is for those who hear it."""
    library: Any = zxingcpp  # its types are partial
    symbol = library.create_barcode(text, library.BarcodeFormat.QRCode, ec_level="M")
    svg = str(symbol.to_svg(scale=_SCALE))
    inside = svg[svg.index("<svg") + len("<svg") :]
    return Markup(f'<svg role="img" aria-label="{escape(words)}"{inside}')  # noqa: S704  drawn here
