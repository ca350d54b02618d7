"""A chunk of the tabular form, whole encounters only, as the arrays that compiled rules read.

A fast path and nothing else: it decides which encounters are surely what they seem, and packs
those.  Every other one (a value in doubt, rows that disagree, an id that stands twice, a clock that
was just changed) is left to the strict reader and the interpreted engine, which say what is wrong.
"""

# pyright: reportMissingTypeStubs=false, reportUnknownMemberType=false
# pyright: reportUnknownVariableType=false, reportUnknownArgumentType=false
# pyright: reportUnknownParameterType=false, reportMissingParameterType=false
from __future__ import annotations

from typing import Any, NamedTuple, cast

import numpy as np

from hangtime.batch.arrays import Array, distinct_of, rows_at, spread_of, table_of
from hangtime.batch.catalogue import Catalogue
from hangtime.batch.columns import MODS_OF_A_LINE, Rows, Visits
from hangtime.batch.compiled import Loops
from hangtime.batch.doses import amounts
from hangtime.batch.reading import Column, Times, coded, hash_texts
from hangtime.batch.services import services
from hangtime.codesets.places import setting_of
from hangtime.formats._records import read_fields
from hangtime.formats._values import Unreadable
from hangtime.formats.tabular import columns
from hangtime.formulary.choice import Charted
from hangtime.model import Access, Encounter, OtherService
from hangtime.rules.records import NOWHERE, Entry
from hangtime.rules.words import Category, Pump, Purpose, Route, Setting, SuppliedBy
from hangtime.wording import diagnosed_intent, entry_of, word_number

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


class Chunk(NamedTuple):
    """Whole encounters ready for the compiled loop, and the table they came from."""

    table: Any
    lines: Array  # where each row stands in its file
    rows: Rows
    visits: Visits
    profiles: Array  # i4, [encounter]: profile, -1 where the payer has none
    billed: Array  # i4, [encounter]: 0 facility, 1 professional
    others: int  # the most other services and accesses that one encounter lists

    def encounters_of(self, rows: Array) -> Array:
        """Numbers of the encounters of rows."""
        return np.searchsorted(self.visits.offsets, rows, side="right") - 1


class Layout:
    """Lays out chunk after chunk of one file; `is_csv`: every cell is text."""

    def __init__(self, catalogue: Catalogue, loops: Loops, *, is_csv: bool) -> None:
        self.catalogue, self.loops, self.is_csv = catalogue, loops, is_csv

    def chunk(self, rows: Any, lines: Array, starts: Array) -> Chunk:
        """Lay out an Arrow table of whole encounters; `starts` are the first rows of each."""
        return _Laying(self, rows, lines, starts).chunk()


class _Laying:
    """Working state of one chunk."""

    def __init__(self, layout: Layout, rows: Any, lines: Array, starts: Array) -> None:
        self.catalogue, self.loops = layout.catalogue, layout.loops
        self.is_csv = layout.is_csv
        self.table, self.lines = rows, lines
        self.length = len(rows)
        self.starts = starts
        self.offsets = np.append(starts, self.length).astype("i8")
        self.good = np.ones(self.length, "u1")
        self.good_visits = np.ones(len(starts), "u1")
        self.names = set(rows.column_names)

    def column(self, name: str) -> Column:
        array = self.table.column(name) if name in self.names else None
        if array is not None:
            array = array.combine_chunks() if array.num_chunks != 1 else array.chunk(0)
        return Column(
            array, self.length, columns()[name], self.good, self.loops, is_csv=self.is_csv
        )

    def chunk(self) -> Chunk:
        rows = self.rows()
        visits, profiles, settings, others = self.visits()
        by_encounter = np.minimum.reduceat(self.good, self.starts)
        visits.good[:] &= by_encounter
        return Chunk(self.table, self.lines, rows, visits, profiles, settings, others)

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
        self.column("encounter_id").ids()  # an encounter of no readable id is not good
        made["ident"] = self.column("administration_id").ids()
        self.loops.each_once(made["ident"], self.offsets, self.good_visits)
        self.times(made)
        self.check_the_rest()
        rows = Rows(**{name: _typed(name, made[name]) for name in Rows._fields})
        self.loops.check_order(rows, self.good, _is_infusion())
        return rows

    def drugs(self) -> Array:
        """The row of the tables of drugs for each row."""
        parts = [self.column(name) for name in _PRODUCT]
        codes, values = zip(*(self.product(each) for each in parts), strict=True)
        key = np.zeros(self.length, "i8")
        for code, of in zip(codes, values, strict=True):
            key = key * (len(of) + 1) + code + 1
        distinct, places = distinct_of(key)
        numbers = [self.drug_of(int(each), values) for each in distinct]
        return np.array(numbers, "i4")[places]

    def supplies(self, drugs: Array, routes: Array) -> Array:
        """The row of the table of product slices for each row: by drug, route and biller."""
        codes, settings = self.product(self.column("setting"))
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

    def product(self, column: Column) -> tuple[Array, list[Any]]:
        """Codes of a column that names the product, and its values as the reader takes them."""
        if column.array is None:
            return np.full(self.length, -1), []
        codes, values = coded(column.array)
        read: list[Any] = []
        bad = np.zeros(len(values) + 1, "u1")
        for place, value in enumerate(values):
            try:
                read.append(column.read(value))
            except Unreadable:
                read.append(None)
                bad[place] = 1
            if read[place] is None and column.field.is_required:
                bad[place] = 1
        self.good[bad[codes] == 1] = 0
        return codes, read

    def drug_of(self, key: int, values: tuple[list[Any], ...]) -> int:
        charted: list[Any] = []
        for of in reversed(values):
            key, code = divmod(key, len(of) + 1)
            charted.append(of[code - 1] if code else None)
        drug, *codes = reversed(charted)
        with self.catalogue.lock:
            return self.catalogue.drug_numbers[(drug or "", *codes)]

    def quantities(self, made: dict[str, Array]) -> None:
        dose = self.column("dose")
        made["has_dose"] = dose.is_there()
        units = self.product(self.column("dose_unit"))
        made["dose"], made["measure"], made["dose_fault"] = amounts(dose, *units)
        made["ndc"] = self.column("ndc").ids()
        made["charted"] = self.column("minutes").thousandths(60)
        made["volume"] = self.column("volume_infused_ml").thousandths()
        made["volume_hung"] = self.column("volume_ml").thousandths()
        made["rate"] = self.column("rate_ml_per_h").thousandths()
        self.column("discarded").doubt_all()

    def times(self, made: dict[str, Array]) -> None:
        for name in ("start", "stop"):
            times = self.column(name).times()
            made[name], made[f"{name}_kind"], made[f"{name}_own"] = times
        for name, field in _TIMES.items():
            times = self.column(name).times()
            made[field], made[f"{field}_kind"] = times.seconds, times.kinds
        self.column("recorded_at").times()

    def check_the_rest(self) -> None:
        """What no rule reads has to be readable all the same."""
        for name in ("discarded_unit", "performer", "performer_credential"):
            self.column(name).check_text()
        for name in ("interruptions", "rate_changes", "containers"):
            self.column(name).doubt_entries()

    def visits(self) -> tuple[Visits, Array, Array, int]:
        first = self.starts
        settings, payers = self.shared_words("setting"), self.shared_words("payer")
        places = self.shared_words("place_of_service")
        zones = self.shared_words("time_zone")
        profiles, billed, meant = self.settle(settings, payers, places)
        self.good_visits[profiles < 0] = 0
        ended, inpatient = self.shared_times("ended_at"), self.shared_times("inpatient_order_at")
        day = self.shared(self.column("date_of_service").days())
        attendance = self.shared(self.column("attendance_of_day").numbers(int, 1))
        self.check_shared()
        entries, entry_ids, entries_at, most = self.accesses()
        others = self.others()
        visits = Visits(
            offsets=self.offsets,
            good=self.good_visits,
            setting=meant,
            profile=np.maximum(profiles, 0).astype("i4"),
            is_assumed=self.assumed(payers),
            discount=self.shared(self.column("drug_discount_340b").yes_no()),
            attendance=attendance.astype("i4"),
            intent=self.intents(),
            zone=self.zones(zones),
            day=day.astype("i4"),
            ended=ended.seconds[first],
            ended_kind=ended.kinds[first],
            inpatient=inpatient.seconds[first],
            inpatient_kind=inpatient.kinds[first],
            entries=entries,
            entry_ids=entry_ids,
            entries_at=entries_at,
            **others,
        )
        widest = int(np.diff(others["others_at"]).max(initial=0))
        return visits, profiles, billed, most + widest

    def shared(self, values: Array) -> Array:
        """A column that repeats, once an encounter; rows that differ leave it to the reader."""
        self.loops.same_within(values.astype("i8"), self.offsets, self.good_visits)
        return values[self.starts]

    def shared_words(self, name: str) -> tuple[Array, list[Any]]:
        """Codes of a repeated text, once an encounter, and its values as read; -1 for none."""
        codes, values = self.product(self.column(name))
        return self.shared(codes), values

    def shared_times(self, name: str) -> Times:
        times = self.column(name).times()
        self.shared(times.seconds)
        self.shared(times.kinds)
        self.shared(times.own)
        return times

    def settle(
        self, settings: tuple[Array, list[Any]], payers: tuple[Array, list[Any]],
        places: tuple[Array, list[Any]],
    ) -> tuple[Array, Array, Array]:  # fmt: skip
        """Profile, billing setting and meant setting of each encounter."""
        size, width = len(payers[1]) + 1, len(places[1]) + 1
        key = ((settings[0] + 1) * size + payers[0] + 1) * width + places[0] + 1
        distinct, where = distinct_of(key)
        found: list[tuple[int, int, int]] = []
        for each in distinct:
            rest, place = divmod(int(each), width)
            setting, payer = divmod(rest, size)
            said = _at(settings[1], setting) or ""
            with self.catalogue.lock:
                number = self.catalogue.profile_number(said, _at(payers[1], payer)) if said else -1
            found.append(
                (number, int(said == "professional"), int(setting_of(said, _at(places[1], place))))
            )
        table_of_three = np.array(found, "i4").reshape(-1, 3)[where]
        return tuple(np.ascontiguousarray(table_of_three[:, n]) for n in range(3))  # pyright: ignore[reportReturnType]

    def assumed(self, payers: tuple[Array, list[Any]]) -> Array:
        if self.catalogue.payer is not None:
            return np.zeros(len(self.starts), "u1")
        is_none = np.array([*(each is None for each in payers[1]), True])
        return is_none[payers[0]].astype("u1")

    def zones(self, zones: tuple[Array, list[Any]]) -> Array:
        with self.catalogue.lock:
            numbers = [self.catalogue.zone_numbers[each] if each else -1 for each in zones[1]]
        return np.array([*numbers, -1], "i4")[zones[0]]

    def check_shared(self) -> None:
        """Fields of the encounter that no rule reads: readable, and the same on every row."""
        self.shared(self.column("patient_id").ids())
        self.shared(self.column("birth_date").days())
        self.shared(self.column("weight_kg").thousandths())
        self.shared_words("department")
        locality = self.column("locality")
        locality.check_text()
        self.shared(locality.hashes())

    def intents(self) -> Array:
        """What each encounter's diagnoses agree on for a fluid with electrolytes."""
        places, lists = self.lists("diagnoses")
        said = [int(diagnosed_intent(each)) for each in lists]
        return np.array([*said, 0], "i4")[places]

    def lists(self, name: str) -> tuple[Array, list[tuple[Any, ...]]]:
        """The distinct lists of a repeated column as read, and which each encounter has (-1: none).

        A list that reads with any finding leaves its encounter to the strict reader.
        """
        column = self.column(name)
        if column.array is None:
            return np.full(len(self.starts), -1), []
        hashes = self.shared(column.hashes())
        distinct, places = distinct_of(hashes)
        firsts = np.zeros(len(distinct), "i8")
        firsts[places[::-1]] = np.arange(len(hashes))[::-1]
        values = column.array.take(self.starts[firsts]).to_pylist()
        read = [self.list_of(column, value) for value in values]
        self.good_visits[np.array([each is None for each in read])[places]] = 0
        return places, [each or () for each in read]

    def list_of(self, column: Column, value: Any) -> tuple[Any, ...] | None:
        """One list as the strict reader takes it, None where it finds anything."""
        from hangtime.formats._cells import from_cell

        given = from_cell(column.field, value) if self.is_csv and value is not None else value
        needed = {"encounter_id": "one", "setting": "facility"}
        fields = read_fields(Encounter, {**needed, column.field.name: given})
        if fields.problems:
            return None
        return fields.values.get(column.field.name, ())

    def accesses(self) -> tuple[Array, Array, Array, int]:
        """Listed accesses of all encounters, hashes of their ids, where each encounter's begin."""
        places, lists = self.lists("accesses")
        listed = [cast("tuple[Access, ...]", each) for each in lists]
        for number, each in enumerate(listed):
            if len({access.access_id for access in each}) < len(each):
                self.good_visits[places == number] = 0
        flat = [access for each in listed for access in each]
        entries = table_of([entry_of(each) for each in flat], Entry)
        ids = hash_texts([each.access_id for each in flat], self.loops)
        take, ends = spread_of(places, [len(each) for each in listed])
        most = max((len(each) for each in listed), default=0)
        return rows_at(entries, take), ids[take] if len(take) else ids, ends, most

    def others(self) -> dict[str, Array]:
        """Other services of all encounters, and the texts of their codes and modifiers."""
        places, lists = self.lists("other_services")
        listed = [cast("tuple[OtherService, ...]", each) for each in lists]
        for number, each in enumerate(listed):
            if any(len(service.modifiers) > MODS_OF_A_LINE - 2 for service in each):
                self.good_visits[places == number] = 0
        return services(places, listed, self.catalogue)


_WIDE_COLUMNS = {
    "ident": "i8", "access": "i8", "bag": "i8", "order": "i8", "channel": "i8",
    "volume": "i8", "volume_hung": "i8", "rate": "i8", "dose": "i8", "ndc": "i8",
    "start": "i8", "stop": "i8", "last_observed": "i8", "disconnected": "i8", "ordered_at": "i8",
}  # fmt: skip


def _typed(name: str, values: Array) -> Array:
    """The column in its one element type."""
    kind = "u1" if name.endswith("_kind") else _WIDE_COLUMNS.get(name, "i4")
    return np.ascontiguousarray(values, dtype=kind)


def _is_infusion() -> Array:
    made = np.zeros(max(Route) + 1, "u1")
    made[list(_INFUSIONS)] = 1
    return made


def _at(values: list[Any], place: int) -> Any:
    return values[place - 1] if place else None
