"""From an encounter in words to the records rules read.

Names become ingredients, words become small integers, charted times become moments.  Nothing is
judged here but two things only words can tell: whether a local time is one time, and what the
formulary and the payer's list say of a drug.
"""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass, field
from datetime import date, datetime
from zoneinfo import ZoneInfo

from hangtime import clock
from hangtime.amounts import fill_amounts, ndc_form
from hangtime.codesets.editions import code_id
from hangtime.codesets.intent import intent_of, is_stroke
from hangtime.codesets.places import setting_of
from hangtime.formulary.choice import Charted as ChartedDrug
from hangtime.formulary.described import describe, plain
from hangtime.model import Administration, Encounter
from hangtime.policies.policy import Profile
from hangtime.product_facts import products_of_chart
from hangtime.rules.documentation import MIXED_CLOCKS, REPEATED_TIME, SKIPPED_TIME
from hangtime.rules.records import (
    MISSING,
    NOWHERE,
    Entry,
    Given,
    Other,
    Pause,
    RateStep,
    Visit,
)
from hangtime.rules.supplies import Product
from hangtime.rules.words import (
    Category,
    Pump,
    Purpose,
    Route,
    Setting,
    SuppliedBy,
)
from hangtime.wording import (
    Interner,
    complexity,
    diagnosed_intent,
    entry_of,
    known_fact,
    microlitres,
    other_of,
    word_number,
)

DAY_ONE = date(1970, 1, 1)
INJECTED = (Route.IM, Route.SC)


@dataclass(slots=True)
class Charted:
    """One encounter in numbers, with what turns numbers back into words."""

    encounter: Encounter
    visit: Visit
    rows: list[Given] = field(default_factory=list[Given])
    entries: list[Entry] = field(default_factory=list[Entry])
    access_ids: list[str] = field(default_factory=list[str])
    pauses: list[Pause] = field(default_factory=list[Pause])
    rates: list[RateStep] = field(default_factory=list[RateStep])
    others: list[Other] = field(default_factory=list[Other])
    products: list[Product] = field(default_factory=list[Product])
    is_aware: bool = False
    first_day: date | None = None  # of the first clock time, else the date of service


def normalise(encounter: Encounter, profile: Profile) -> Charted:
    """The encounter's records, rows in charted order."""
    place = clock.zone(encounter.time_zone) if encounter.time_zone else None
    visit = Visit(
        setting=setting_of(encounter.setting, encounter.place_of_service),
        attendance=encounter.attendance_of_day or 1,
        discount=known_fact(encounter.drug_discount_340b),
        zone_known=int(place is not None),
    )
    charted = Charted(encounter, visit)
    normaliser = _Normaliser(charted, profile, place)
    normaliser.accesses()
    for seq, given in enumerate(encounter.administrations):
        charted.rows.append(normaliser.row(seq, given))
    charted.others = [other_of(each, normaliser.substances) for each in encounter.other_services]
    normaliser.finish()
    return charted


class _Normaliser:
    """Working state of one encounter."""

    def __init__(self, charted: Charted, profile: Profile, place: ZoneInfo | None) -> None:
        self.charted = charted
        self.encounter = charted.encounter
        self.profile = profile
        self.place = place
        self.default_offset = self._first_offset()
        self.idents, self.substances, self.access = Interner(), Interner(), Interner()
        self.bags, self.orders, self.channels = Interner(), Interner(), Interner()
        self.indications, self.ndcs = Interner(), Interner()
        self.product_slices: dict[ChartedDrug, tuple[int, int]] = {}

    def _first_offset(self) -> int | None:
        """The offset of the first charted time that has one, or None."""
        for given in self.encounter.administrations:
            for at in (given.start, given.stop):
                if at is not None and at.tzinfo is not None:
                    return clock.moment(at, None)[1]
        return None

    def accesses(self) -> None:
        for each in self.encounter.accesses:
            self.access.number(each.access_id)
            self.charted.access_ids.append(each.access_id)
            self.charted.entries.append(entry_of(each))

    def row(self, seq: int, given: Administration) -> Given:
        row = Given(seq=seq, ident=self.idents.number(given.administration_id))
        row.content = hash(given) & 0x7FFFFFFFFFFFFFFF
        row.route = word_number(Route, given.route)
        row.access = self._access(given.access)
        row.bag = self.bags.number(given.bag)
        row.order = self.orders.number(given.order_id)
        row.channel = self.channels.number(given.pump_channel)
        row.has_dose = int(given.dose is not None)
        row.hand_push = known_fact(given.hand_push)
        row.pump = word_number(Pump, given.pump)
        row.counselling = known_fact(given.counselling)
        row.off_site = known_fact(given.continues_off_site)
        row.on_arrival = known_fact(given.running_on_arrival)
        row.order_signed = known_fact(given.order_signed)
        row.primary_reason = known_fact(given.primary_reason)
        row.purpose = word_number(Purpose, given.purpose)
        row.supplied_by = word_number(SuppliedBy, given.supplied_by)
        row.volume = microlitres(given.volume_infused_ml)
        row.volume_hung = microlitres(given.volume_ml)
        row.rate = microlitres(given.rate_ml_per_h)
        if given.minutes is not None:
            row.charted = int(given.minutes * 60)
        self._drug(row, given)
        self._times(row, given)
        if given.dose is not None:
            self._product(row, given)
        return row

    def _access(self, access_id: str | None) -> int:
        if access_id is None:
            return NOWHERE
        known = len(self.access)
        number = self.access.number(access_id)
        if number == known:
            self.charted.access_ids.append(access_id)
            self.charted.entries.append(Entry())
        return number

    def _drug(self, row: Given, given: Administration) -> None:
        drug = describe(given.drug, given.hcpcs, given.ndc, given.rxnorm)
        row.substance = self.substances.number(drug.name)
        category = word_number(Category, given.category)
        row.category = row.category_given = category or drug.category
        row.is_charted_category = known_fact(bool(category))
        row.is_known_drug = known_fact(drug.is_known or bool(category))
        row.is_hormonal = int(drug.is_hormonal)
        row.is_pushable = drug.is_pushable
        row.is_toxic = int(drug.is_toxic)
        row.vaccine = drug.vaccine
        row.is_respelled = int(drug.is_respelled)
        row.own_code = code_id(drug.administration_code) if drug.administration_code else NOWHERE
        if given.indication is not None:
            row.indication = self.indications.number(plain(given.indication))
            row.intent = intent_of(given.indication)
            row.is_stroke_lysis = int(drug.is_thrombolytic and is_stroke(given.indication))
        if row.category == Category.BIOLOGIC:
            day = _first_day(self.encounter) or date.max
            injected = row.route in INJECTED
            row.is_complex = complexity(drug, given.hcpcs, self.profile, day, is_injected=injected)
        if drug.is_keep_open and row.purpose == Purpose.UNKNOWN:
            row.purpose = Purpose.KEEP_OPEN

    def _product(self, row: Given, given: Administration) -> None:
        """The products a row may mean, and its amounts in what they count in."""
        charted = charted_drug(given, self.encounter.setting)
        if charted not in self.product_slices:
            known = len(self.charted.products)
            self.charted.products += products_of_chart(charted)
            self.product_slices[charted] = (known, len(self.charted.products))
        row.products_from, row.products_to = self.product_slices[charted]
        row.ndc = self.ndcs.number(given.ndc)
        row.ndc_form = ndc_form(given.ndc)
        fill_amounts(row, given, self.charted.products, self._day(row), self.encounter.weight_kg)

    def _day(self, row: Given) -> int:
        """The row's day of service, as rules tell it."""
        if row.start != MISSING:
            return (row.start + row.offset) // 86400
        own = self.encounter.date_of_service or _first_day(self.encounter)
        return (own - DAY_ONE).days if own else NOWHERE

    def _times(self, row: Given, given: Administration) -> None:
        try:
            self._settle_times(row, given)
        except clock.NotOneTime as fault:
            rule = REPEATED_TIME if fault.kind == clock.REPEATED else SKIPPED_TIME
            row.is_set_aside = rule + 1
        except MixedClocks:
            row.is_set_aside = MIXED_CLOCKS + 1

    def _settle_times(self, row: Given, given: Administration) -> None:
        offset = self._offset_of(given)
        anchor = given.start if given.start is not None else given.stop
        if anchor is not None:
            at, row.offset = clock.moment(anchor, self.place, offset)
            offset = row.offset
            if self.place is not None:
                change = clock.next_change(at // 86400, self.place)
                if change is not None and change[0] > at:
                    row.shift_at, row.offset_after = change
        row.start = self._at(given.start, offset)
        row.stop = self._at(given.stop, offset)
        row.last_observed = self._at(given.last_observed_infusing, offset)
        row.disconnected = self._at(given.disconnected_at, offset)
        row.ordered_at = self._at(given.ordered_at, offset)
        self._pauses(row, given, offset)

    def _offset_of(self, given: Administration) -> int:
        """The offset naive times of a row take where no zone is known."""
        if self.place is not None:
            return 0
        for at in (given.start, given.stop):
            if at is not None and at.tzinfo is not None:
                return clock.moment(at, None)[1]
        naive = given.start if given.start is not None else given.stop
        if naive is not None and self.default_offset is not None:
            raise MixedClocks
        return self.default_offset or 0

    def _at(self, charted: datetime | None, offset: int) -> int:
        return MISSING if charted is None else clock.moment(charted, self.place, offset)[0]

    def _pauses(self, row: Given, given: Administration, offset: int) -> None:
        row.pauses_from = len(self.charted.pauses)
        for each in given.interruptions:
            start, stop = self._at(each.start, offset), self._at(each.stop, offset)
            if stop == MISSING or stop > start:
                self.charted.pauses.append(Pause(start, stop))
        row.rates_from = len(self.charted.rates)
        steps = sorted(
            (self._at(each.at, offset), microlitres(each.rate_ml_per_h))
            for each in given.rate_changes
        )
        for at, rate in _without_stops(steps, self.charted.pauses):
            self.charted.rates.append(RateStep(at, rate))
        own = self.charted.pauses[row.pauses_from :]
        self.charted.pauses[row.pauses_from :] = _united(own)
        row.pauses_to = len(self.charted.pauses)
        row.rates_to = len(self.charted.rates)

    def finish(self) -> None:
        """Settle what concerns the encounter: its day, its end, the inpatient order."""
        visit, encounter = self.charted.visit, self.encounter
        _chain_shared(self.charted.rows)
        offset = self.default_offset or 0
        self.charted.first_day = _first_day(encounter)
        own = encounter.date_of_service or self.charted.first_day
        visit.day = (own - DAY_ONE).days if own else NOWHERE
        visit.ended_at = self._lenient(encounter.ended_at, offset)
        visit.intent = diagnosed_intent(encounter.diagnoses)
        visit.inpatient_at = self._lenient(encounter.inpatient_order_at, offset)
        self.charted.is_aware = self.place is not None or self.default_offset is not None

    def _lenient(self, charted: datetime | None, offset: int) -> int:
        """An encounter's own time; a repeated or skipped one is read by the offset before."""
        try:
            return self._at(charted, offset)
        except clock.NotOneTime:
            assert charted is not None
            assert self.place is not None
            self.charted.visit.clock_doubt = 1
            return clock.before_change(charted, self.place)


def charted_drug(given: Administration, setting: str) -> ChartedDrug:
    """What decides the product code of a row."""
    biller = Setting.FACILITY if setting == "facility" else Setting.PROFESSIONAL
    route = Route(word_number(Route, given.route))
    return ChartedDrug(given.drug, given.hcpcs, given.ndc, given.rxnorm, route, biller)


class MixedClocks(Exception):
    """A naive time without a zone, in an encounter whose other times have offsets."""


def _without_stops(steps: list[tuple[int, int]], pauses: list[Pause]) -> list[tuple[int, int]]:
    """Rate steps in time order; a rate of zero is a stop and goes to the pauses instead."""
    kept: list[tuple[int, int]] = []
    for index, (at, rate) in enumerate(steps):
        if rate > 0:
            kept.append((at, rate))
            continue
        resumed = next((later for later, faster in steps[index + 1 :] if faster > 0), MISSING)
        pauses.append(Pause(at, resumed))
    return kept


def _united(pauses: list[Pause]) -> list[Pause]:
    """Pauses in order, those that overlap as one; nothing follows one that was not resumed."""
    united: list[Pause] = []
    for pause in sorted(pauses, key=lambda each: each.start):
        if united and united[-1].stop == MISSING:
            break
        if united and pause.start <= united[-1].stop:
            stop = united[-1].stop
            united[-1].stop = MISSING if pause.stop == MISSING else max(stop, pause.stop)
        else:
            united.append(pause)
    return united


def _chain_shared(rows: list[Given]) -> None:
    """Leave the number of a bag or an id only where another row shares it, and chain bag mates."""
    bags = Counter(row.bag for row in rows)
    idents = Counter(row.ident for row in rows)
    first: dict[int, int] = {}
    last: dict[int, int] = {}
    for i, row in enumerate(rows):
        if bags[row.bag] == 1:
            row.bag = NOWHERE
        if idents[row.ident] == 1:
            row.ident = NOWHERE
        if row.bag != NOWHERE:
            rows[last.get(row.bag, i)].mate = i
            last[row.bag] = i
            row.mate = first.setdefault(row.bag, i)


def _first_day(encounter: Encounter) -> date | None:
    """The first local date on which anything is charted, or the date of service."""
    place = clock.zone(encounter.time_zone) if encounter.time_zone else None
    days = [
        (at.astimezone(place) if at.tzinfo is not None and place is not None else at).date()
        for given in encounter.administrations
        for at in (given.start or given.stop,)
        if at is not None
    ]
    return min(days) if days else encounter.date_of_service
