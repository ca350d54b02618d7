"""The infusion record and the coding summary on paper: tagged PDF (PDF/UA-1), the same bytes twice.

    record_pdf(visit, site)                # hangtime.chart: what was charted, by whom, what is missing
    summary_pdf(encounter, outcome)        # what is reported, why, and by which source

Needs the `paper` extra.
"""

from __future__ import annotations

from hangtime.paper.record import record_pdf
from hangtime.paper.sheet import Size
from hangtime.paper.summary import summary_pdf
from hangtime.paper.typesetting import NotPrinted

__all__ = ["NotPrinted", "Size", "record_pdf", "summary_pdf"]
