"""The encounters of a chunk: what is charted once for all rows of each."""

# pyright: reportAttributeAccessIssue=false, reportMissingTypeStubs=false, reportUnknownMemberType=false
# pyright: reportUnknownVariableType=false, reportUnknownArgumentType=false
# pyright: reportUnknownParameterType=false, reportMissingParameterType=false
from __future__ import annotations

from typing import Any, NamedTuple, cast

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from hangtime.batch.arrays import (
    Array,
    alike,
    distinct_of,
    ends_of,
    laid_out,
    rows_at,
    spread_of,
    table_of,
)
from hangtime.batch.columns import MODS_OF_A_LINE, Visits
from hangtime.batch.entries import texts_of
from hangtime.batch.reading import Column, Words, hash_texts
from hangtime.batch.services import services
from hangtime.batch.table import Table
from hangtime.codesets.intent import intent_of
from hangtime.codesets.places import setting_of
from hangtime.model import Access, OtherService
from hangtime.rules.records import NOWHERE, Entry
from hangtime.rules.words import Intent
from hangtime.wording import diagnosed_intent, entry_of


class Encounters(NamedTuple):
    """Encounters as the compiled loop reads them, and what is told of them beside it."""

    visits: Visits
    profiles: Array  # i4, [encounter]: profile, -1 where the payer has none
    billed: Array  # i4, [encounter]: 0 facility, 1 professional
    others: int  # the most other services and accesses that one encounter lists


def encounters(table: Table) -> Encounters:
    """Lay out the encounters of a table."""
    return _Laying(table).encounters()


class _Laying:
    """Working state of one chunk."""

    def __init__(self, table: Table) -> None:
        self.table, self.catalogue = table, table.catalogue

    def encounters(self) -> Encounters:
        settings, payers = self.table.shared_words("setting"), self.table.shared_words("payer")
        places = self.table.shared_words("place_of_service")
        zones = self.table.shared_words("time_zone")
        profiles, billed, meant = self.settle(settings, payers, places)
        self.table.good_visits[profiles < 0] = 0
        ended, inpatient = (
            self.table.shared_times("ended_at"),
            self.table.shared_times("inpatient_order_at"),
        )
        day = self.table.shared("date_of_service", Column.days)
        attendance = self.table.shared("attendance_of_day", lambda each: each.numbers(int, 1))
        self.check_shared()
        entries, entry_ids, entries_at, most = self.accesses()
        others = self.others()
        visits = Visits(
            offsets=self.table.offsets,
            good=self.table.good_visits,
            setting=meant,
            profile=np.maximum(profiles, 0).astype("i4"),
            is_assumed=self.assumed(payers),
            discount=laid_out(self.table.shared("drug_discount_340b", Column.yes_no), "i4"),
            attendance=laid_out(attendance, "i4"),
            intent=laid_out(self.intents(), "i4"),
            zone=self.zones(zones),
            day=laid_out(day, "i4"),
            ended=laid_out(ended.seconds, "i8"),
            ended_kind=laid_out(ended.kinds, "u1"),
            inpatient=laid_out(inpatient.seconds, "i8"),
            inpatient_kind=laid_out(inpatient.kinds, "u1"),
            entries=entries,
            entry_ids=entry_ids,
            entries_at=entries_at,
            **others,
        )
        widest = int(np.diff(others["others_at"]).max(initial=0))
        return Encounters(visits, profiles, billed, most + widest)

    def settle(
        self, settings: Words, payers: Words,
        places: Words,
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

    def assumed(self, payers: Words) -> Array:
        if self.catalogue.payer is not None:
            return np.zeros(len(self.table.starts), "u1")
        is_none = np.array([*(each is None for each in payers[1]), True])
        return is_none[payers[0]].astype("u1")

    def zones(self, zones: Words) -> Array:
        with self.catalogue.lock:
            numbers = [self.catalogue.zone_numbers[each] if each else -1 for each in zones[1]]
        return np.array([*numbers, -1], "i4")[zones[0]]

    def check_shared(self) -> None:
        """Fields of the encounter that no rule reads: readable, and the same on every row."""
        self.table.shared("patient_id", Column.ids)
        self.table.shared("birth_date", Column.days)
        self.table.shared("weight_kg", Column.thousandths)
        self.table.shared_words("department")
        self.table.column("locality").check_text()
        self.table.shared("locality", Column.hashes)

    def intents(self) -> Array:
        """What each encounter's diagnoses agree on for a fluid with electrolytes.

        Hardly two patients have the same ones, so the codes are read, each once, and not the lists.
        """
        column = self.table.column("diagnoses")
        if column.array is None:
            return alike(len(self.table.starts), 0, "i4")
        lists = texts_of(column)
        if lists is None:
            places, read = self.table.shared_lists("diagnoses")
            return np.array([*(int(diagnosed_intent(each)) for each in read), 0], "i4")[places]
        self.table.shared("diagnoses", Column.hashes)
        lists = lists.take(pa.array(self.table.starts))
        ends = ends_of(pc.fill_null(pc.list_value_length(lists), 0).to_pylist())
        good = np.ones(int(ends[-1]), "u1")
        codes = Column(
            lists.flatten(), len(good), column.field, good, self.table.loops, is_csv=False
        )
        said = codes.numbers(intent_of, NOWHERE)
        good[said == NOWHERE] = 0  # nothing, which is no entry of a list
        self.table.good_visits[_any_within(good == 0, ends)] = 0
        volume, electrolyte = (
            _any_within(said == intent, ends) for intent in (Intent.VOLUME, Intent.ELECTROLYTE)
        )
        agreed = np.where(volume, Intent.VOLUME, np.where(electrolyte, Intent.ELECTROLYTE, 0))
        return np.where(volume & electrolyte, 0, agreed).astype("i4")

    def accesses(self) -> tuple[Array, Array, Array, int]:
        """Listed accesses of all encounters, hashes of their ids, where each encounter's begin."""
        places, lists = self.table.shared_lists("accesses")
        listed = [cast("tuple[Access, ...]", each) for each in lists]
        for number, each in enumerate(listed):
            if len({access.access_id for access in each}) < len(each):
                self.table.good_visits[places == number] = 0
        flat = [access for each in listed for access in each]
        entries = table_of([entry_of(each) for each in flat], Entry)
        ids = hash_texts([each.access_id for each in flat], self.table.loops)
        take, ends = spread_of(places, [len(each) for each in listed])
        most = max((len(each) for each in listed), default=0)
        return rows_at(entries, take), ids[take] if len(take) else ids, ends, most

    def others(self) -> dict[str, Array]:
        """Other services of all encounters, and the texts of their codes and modifiers."""
        places, lists = self.table.shared_lists("other_services")
        listed = [cast("tuple[OtherService, ...]", each) for each in lists]
        for number, each in enumerate(listed):
            if any(len(service.modifiers) > MODS_OF_A_LINE - 2 for service in each):
                self.table.good_visits[places == number] = 0
        return services(places, listed, self.catalogue)


def _any_within(flags: Array, ends: Array) -> Array:
    """For each of so many pieces whether a flag within it is set."""
    before = np.concatenate([[0], np.cumsum(flags)])
    return before[ends[1:]] > before[ends[:-1]]


def _at(values: list[Any], place: int) -> Any:
    return values[place - 1] if place else None
