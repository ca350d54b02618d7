"""A chunk of the tabular form, whole encounters only, as the arrays that compiled rules read.

A fast path and nothing else: it decides which encounters are surely what they seem, and packs
those.  Every other one (a value in doubt, rows that disagree, an id that stands twice, a clock that
was just changed) is left to the strict reader and the interpreted engine, which say what is wrong.
"""

# pyright: reportMissingTypeStubs=false, reportUnknownMemberType=false
# pyright: reportUnknownVariableType=false, reportUnknownArgumentType=false
# pyright: reportUnknownParameterType=false, reportMissingParameterType=false
from __future__ import annotations

from typing import Any, NamedTuple

import numpy as np

from hangtime.batch.arrays import Array, distinct_of, laid_out
from hangtime.batch.catalogue import Catalogue
from hangtime.batch.columns import Listed, Rows, Visits
from hangtime.batch.compiled import Loops
from hangtime.batch.doses import Doses
from hangtime.batch.entries import Entries
from hangtime.batch.table import Read, Table
from hangtime.batch.visits import encounters
from hangtime.formulary.choice import Charted
from hangtime.rules.records import NOWHERE
from hangtime.rules.words import Category, Pump, Purpose, Route, Setting, SuppliedBy
from hangtime.wording import word_number

_WORDS: dict[str, Any] = {
    "route": Route,
    "category": Category,
    "purpose": Purpose,
    "pump": Pump,
    "supplied_by": SuppliedBy,
}
_FACTS = {
    "hand_push": "hand_push",
    "counselling": "counselling",
    "continues_off_site": "off_site",
    "running_on_arrival": "on_arrival",
    "order_signed": "order_signed",
    "primary_reason": "primary_reason",
}
_IDS = {"access": "access", "bag": "bag", "order_id": "order", "pump_channel": "channel"}
_TIMES = {
    "last_observed_infusing": "last_observed",
    "disconnected_at": "disconnected",
    "ordered_at": "ordered_at",
}
_PRODUCT = ("drug", "hcpcs", "ndc", "rxnorm")
_INFUSIONS = (Route.IV_INFUSION, Route.SC_INFUSION, Route.IA_INFUSION)
_NEEDED_TEXTS = ("encounter_id", "administration_id", "drug", "route", "setting")
_WIDE = {
    "access", "bag", "order", "channel", "volume", "volume_hung", "rate", "ndc",
    "start", "stop", "last_observed", "disconnected", "ordered_at",
}  # fmt: skip


class Chunk(NamedTuple):
    """Whole encounters ready for the compiled loop, and the table they came from."""

    table: Any
    lines: Array  # where each row stands in its file
    rows: Rows
    visits: Visits
    profiles: Array  # i4, [encounter]: profile, -1 where the payer has none
    billed: Array  # i4, [encounter]: 0 facility, 1 professional
    others: int  # the most other services and accesses that one encounter lists
    listed: int  # the most pauses and changes of rate that one encounter has

    def encounters_of(self, rows: Array) -> Array:
        """Numbers of the encounters of rows."""
        return np.searchsorted(self.visits.offsets, rows, side="right") - 1


class Layout:
    """Lays out chunk after chunk of one file; `is_csv`: every cell is text."""

    def __init__(self, catalogue: Catalogue, loops: Loops, *, is_csv: bool) -> None:
        self.catalogue, self.loops, self.is_csv = catalogue, loops, is_csv
        self.doses = Doses(catalogue)
        self.read = Read()

    def chunk(self, rows: Any, lines: Array, starts: Array) -> Chunk:
        """Lay out an Arrow table of whole encounters; `starts` are the first rows of each."""
        table = Table(rows, starts, self.catalogue, self.loops, self.read, is_csv=self.is_csv)
        made = _Laying(table, self.doses).rows()
        of = encounters(table)
        of.visits.good[:] &= np.minimum.reduceat(table.good, starts)
        most = _most(table.offsets, made.listed.pauses_at, made.listed.rates_at)
        return Chunk(rows, lines, made, of.visits, of.profiles, of.billed, of.others, most)


class _Laying:
    """Working state of one chunk."""

    def __init__(self, table: Table, doses: Doses) -> None:
        self.doses = doses
        self.table, self.catalogue, self.loops = table, table.catalogue, table.loops
        self.column = table.column
        self.good = table.good

    def rows(self) -> Rows:
        made: dict[str, Array] = {}
        for name in _NEEDED_TEXTS:
            self.good[self.column(name).is_there() == 0] = 0
        for name, words in _WORDS.items():
            made[name] = self.column(name).numbers(lambda word, w=words: word_number(w, word), 0)
        made["drug"] = self.drugs()
        made["supply"] = self.supplies(made["drug"], made["route"])
        with self.catalogue.lock:
            numbers = self.catalogue.indication_numbers
            made["indication"] = self.column("indication").numbers(numbers.__getitem__, NOWHERE)
        for name, field in _FACTS.items():
            made[field] = self.column(name).yes_no()
        for name, field in _IDS.items():
            made[field] = self.column(name).ids()
        self.quantities(made)
        made["amounts"], told = self.doses.amounts(self.table, made["supply"], self.vaccines(made))
        self.column("encounter_id").ids()  # an encounter of no readable id is not good
        ids = _each(self.column("administration_id").ids(), "i8")
        self.loops.each_once(ids, self.table.offsets, self.table.good_visits)
        self.times(made)
        for name in ("performer", "performer_credential"):  # no rule reads them
            self.column(name).check_text()
        listed = Listed(**self.pauses(), **self.rates(), amounts=told)
        rows = Rows(
            **{name: _typed(name, made[name]) for name in Rows._fields if name != "listed"},
            listed=listed,
        )
        self.loops.check_order(rows, self.good, _is_infusion())
        return rows

    def drugs(self) -> Array:
        """The row of the tables of drugs for each row."""
        codes, values = zip(*(self.column(name).words() for name in _PRODUCT), strict=True)
        key = np.zeros(self.table.length, "i8")
        for code, of in zip(codes, values, strict=True):
            key = key * (len(of) + 1) + code + 1
        distinct, places = distinct_of(key)
        numbers = [self.drug_of(int(each), values) for each in distinct]
        return np.array(numbers, "i4")[places]

    def drug_of(self, key: int, values: tuple[list[Any], ...]) -> int:
        charted: list[Any] = []
        for of in reversed(values):
            key, code = divmod(key, len(of) + 1)
            charted.append(of[code - 1] if code else None)
        drug, *codes = reversed(charted)
        with self.catalogue.lock:
            return self.catalogue.drug_numbers[(drug or "", *codes)]

    def supplies(self, drugs: Array, routes: Array) -> Array:
        """The row of the table of product slices for each row: by drug, route and biller."""
        codes, settings = self.column("setting").words()
        width = len(settings) + 1
        key = (drugs.astype("i8") * len(Route) + routes) * width + codes + 1
        distinct, places = distinct_of(key)
        numbers = [self.supply_of(int(each), width, settings) for each in distinct]
        return np.array(numbers, "i4")[places]

    def supply_of(self, key: int, width: int, settings: list[Any]) -> int:
        rest, code = divmod(key, width)
        drug, route = divmod(rest, len(Route))
        is_facility = bool(code) and settings[code - 1] == "facility"
        biller = Setting.FACILITY if is_facility else Setting.PROFESSIONAL
        with self.catalogue.lock:
            charted = Charted(*self.catalogue.charted[drug], Route(route), biller)
            return self.catalogue.supply_numbers[charted]

    def vaccines(self, made: dict[str, Array]) -> Array:
        """Which rows are vaccines, by the charted category or else by the drug."""
        with self.catalogue.lock:
            known = np.array([each.category for each in self.catalogue.drugs], "i4")
        charted = made["category"]
        return np.where(charted != 0, charted, known[made["drug"]]) == Category.VACCINE

    def quantities(self, made: dict[str, Array]) -> None:
        made["ndc"] = self.column("ndc").ids()
        made["charted"] = self.column("minutes").thousandths(60)
        made["volume"] = self.column("volume_infused_ml").thousandths()
        made["volume_hung"] = self.column("volume_ml").thousandths()
        made["rate"] = self.column("rate_ml_per_h").thousandths()

    def times(self, made: dict[str, Array]) -> None:
        for name in ("start", "stop"):
            times = self.column(name).times()
            made[name], made[f"{name}_kind"], made[f"{name}_own"] = times
        for name, field in _TIMES.items():
            times = self.column(name).times()
            made[field], made[f"{field}_kind"] = times.seconds, times.kinds
        self.column("recorded_at").times()

    def pauses(self) -> dict[str, Array]:
        """The interruptions of all rows; one that ends before it begins is for the reader."""
        entries = Entries(self.column("interruptions"))
        start, stop = entries.column("start").times(), entries.column("stop").times()
        is_backwards = (start.kinds == stop.kinds) & (stop.seconds < start.seconds)
        entries.good[is_backwards] = 0
        entries.settle()
        return {
            "pauses_at": entries.ends,
            "pause_start": _each(start.seconds, "i8"), "pause_start_kind": _each(start.kinds, "u1"),
            "pause_stop": _each(stop.seconds, "i8"), "pause_stop_kind": _each(stop.kinds, "u1"),
        }  # fmt: skip

    def rates(self) -> dict[str, Array]:
        """The changes of rate of all rows."""
        entries = Entries(self.column("rate_changes"))
        at, rate = entries.column("at").times(), entries.column("rate_ml_per_h").thousandths()
        entries.settle()
        return {
            "rates_at": entries.ends,
            "rate_from": _each(at.seconds, "i8"), "rate_from_kind": _each(at.kinds, "u1"),
            "rate": _each(rate, "i8"),
        }  # fmt: skip


def _each(values: Array, kind: str) -> Array:
    """What entries say, one by one: none of them stands for all."""
    return np.require(values, kind, ("C", "W"))


def _most(offsets: Array, *ends: Array) -> int:
    """The most entries of these lists that one encounter has."""
    many = [np.diff(each[offsets]) for each in ends if len(each) > 1]
    return int(np.sum(many, axis=0).max(initial=0)) if many else 0


def _typed(name: str, values: Array) -> Array:
    """The column in its one element type."""
    kind = "u1" if name.endswith("_kind") else "i8" if name in _WIDE else "i4"
    return laid_out(values, kind)


def _is_infusion() -> Array:
    made = np.zeros(max(Route) + 1, "u1")
    made[list(_INFUSIONS)] = 1
    return made
