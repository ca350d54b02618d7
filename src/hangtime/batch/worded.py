"""What the compiled loop tells in numbers and tables say in words: quantities of NDCs, findings."""

# pyright: reportMissingTypeStubs=false, reportUnknownMemberType=false
# pyright: reportUnknownVariableType=false, reportUnknownArgumentType=false
# pyright: reportUnknownParameterType=false, reportMissingParameterType=false
from __future__ import annotations

from decimal import Decimal
from typing import Any

import numpy as np
import pyarrow as pa

from hangtime.amounts import plan_in_words
from hangtime.batch.arrays import Array
from hangtime.batch.catalogue import Catalogue
from hangtime.batch.facts import NO_UNIT, WASTE, WHOLE
from hangtime.batch.layout import Chunk
from hangtime.drug_lines import WORDED, candidates, codes, reading, share
from hangtime.formats._plain import json_text
from hangtime.rules._card import CARDS, Rule

NDC_UNITS = (None, "ML", "UN")  # by the numbers of `facts`


def quantities(lines: Array) -> list[Decimal | None]:
    """The quantity of each line's NDC; a line and that of its waste share what was opened."""
    found: list[Decimal | None] = [None] * len(lines)
    for n in np.flatnonzero(lines["ndc_unit"] != NO_UNIT).tolist():
        line = lines[n]
        whole = Decimal(int(line["quantity"])).scaleb(-6)
        if line["ndc_part"] == WHOLE:
            found[n] = whole
            continue
        wasted = share(whole, int(line["wasted"]), int(line["of"]))
        found[n] = wasted if line["ndc_part"] == WASTE else whole - wasted
    return found


class Findings:
    """The facts of findings that are words of an encounter."""

    def __init__(self, chunk: Chunk, catalogue: Catalogue) -> None:
        self._chunk, self._catalogue = chunk, catalogue
        self._is_worded = np.array([bool(_worded(each)) for each in CARDS])

    def facts(self, found: Array, texts: Any) -> Any:
        """The facts of findings as JSON, where `texts` has those that are numbers."""
        at = np.flatnonzero(self._is_worded[found["rule"]])
        if not len(at):
            return texts
        said = pa.array([self._said(found[n]) for n in at.tolist()], pa.string())
        places = np.arange(len(found))
        places[at] = len(found) + np.arange(len(at))
        return pa.concat_arrays([texts, said]).take(pa.array(places))

    def _said(self, found: Any) -> str:
        rule = CARDS[int(found["rule"])]
        return json_text([{name: self._word(name, found) for name in rule.facts}])

    def _word(self, name: str, found: Any) -> str:
        value, catalogue = int(found["value"]), self._catalogue
        with catalogue.lock:
            if name == "charged":
                visits = self._chunk.visits
                service = visits.others_at[int(found["encounter"])] + value
                return list(catalogue.texts)[int(visits.other_texts[service])]
            if name == "plan":
                product = catalogue.products[int(found["product"])]
                return plan_in_words(product, int(found["dose"]))
            drug, hcpcs, ndc, _ = catalogue.charted[int(self._chunk.rows.drug[found["row"]])]
        if name == "reading":
            return reading(drug)
        return (
            candidates(drug, hcpcs, ndc) if name == "candidates" else codes(drug, hcpcs, ndc, value)
        )


def _worded(rule: Rule) -> set[str]:
    return set(rule.facts) & set(WORDED)


assert all(set(each.facts) == _worded(each) for each in CARDS if _worded(each))
