"""What is known of each distinct drug, indication, payer and zone, as tables of numbers.

The interpreter's own functions are asked once for each distinct value; rows then only point here.
A catalogue grows over the chunks of a run, until it `is_full`, and may be used from several threads.
"""

from __future__ import annotations

from collections.abc import Callable
from datetime import date
from functools import partial
from pathlib import Path
from threading import RLock
from typing import Any

import numpy as np

from hangtime import clock
from hangtime.amounts import ndc_digits, ndc_form
from hangtime.batch.arrays import Array, grown, table, table_of, word_of, words_of
from hangtime.batch.columns import (
    BYTES_OF_A_REASON,
    FACTS_OF_A_RULE,
    WORDS_OF_A_NAME,
    Drugs,
    Known,
    Zones,
)
from hangtime.batch.facts import (
    LIMIT,
    RUN_WIDE,
    RUN_WORD,
    SUPPLY_AMOUNT,
    SUPPLY_WORD,
    SWITCH,
    UNITS,
    VALUE,
    WORDS,
)
from hangtime.batch.moments import DAY, EARLIEST, FIRST_MOMENT, LAST_MOMENT, STRETCH
from hangtime.batch.phases import Stretch, days_of, stretches_of
from hangtime.claim_words import MODIFIERS
from hangtime.codesets.editions import code_id, edition_for, edition_name
from hangtime.codesets.editions import editions as listed_editions
from hangtime.codesets.facts import day_number
from hangtime.codesets.intent import intent_of, is_stroke
from hangtime.codesets.tables import Edition, code_rows
from hangtime.decode import NO_PAYER
from hangtime.drug_lines import AMOUNTS, WORDED
from hangtime.errors import UnknownPolicy
from hangtime.formulary import units
from hangtime.formulary.choice import Charted
from hangtime.formulary.described import Drug, describe, plain
from hangtime.policies.policy import Profile, profile
from hangtime.product_facts import is_listed, product_codes, products_of_chart
from hangtime.rules._card import CARDS, Rule
from hangtime.rules.published import Ceiling, EditTable, PairEdit
from hangtime.rules.records import NOWHERE, WIDE, CodeFacts, Limits, Policy, Run
from hangtime.rules.supplies import Product, Supply
from hangtime.rules.words import Modifier, Severity
from hangtime.wording import Interner, complexity

MOST = 150_000  # distinct values, of which some take 4 kB; with more, a run begins a new catalogue
APART = 6  # days: no zone has changed its clocks twice within them
UNKNOWN_PROFILE = -1
SET_ASIDE = "SET-ASIDE"


class Numbers(dict[Any, int]):
    """Numbers for distinct values, in order of first use; `made` is called for each new one."""

    def __init__(self, made: Callable[[Any], None]) -> None:
        super().__init__()
        self._made = made

    def __missing__(self, value: Any) -> int:
        self._made(value)
        self[value] = len(self)
        return self[value]


class Catalogue:
    """Tables of what is known, as wide as what was met so far."""

    def __init__(self, policies: tuple[Path, ...] = (), payer: str | None = None) -> None:
        self.policies, self.payer = policies, payer
        self.lock = RLock()
        self.profiles: list[Profile] = []
        self.drugs: list[Drug] = []
        self._drug_rows: list[tuple[int, ...]] = []  # in the order of `Drugs`
        self._complexities: list[list[list[list[int]]]] = []  # of each drug and profile
        self.charted: list[tuple[str, str | None, str | None, str | None]] = []
        self.substances = Interner()
        self._plain = Interner()
        self._indications: list[tuple[int, int, int]] = []
        self._changes: list[Array] = []  # of each zone: moments, and offsets from there on
        self._near: list[Array] = []  # of each zone: its last change before each stretch of time
        self.products: list[Product] = []
        self._product_table = table(Product, 0)
        self.slices: list[tuple[Product, ...]] = []  # of `products`, for what is supplied
        self.supplied: list[Charted] = []
        self.phase_days: list[tuple[int, ...]] = []  # of each slice, a day of each phase
        self._stretches: list[tuple[Stretch, ...]] = []
        self.drug_numbers = Numbers(self._add_drug)
        self.supply_numbers = Numbers(self._add_supply)
        self.indication_numbers = Numbers(self._add_indication)
        self.zone_numbers = Numbers(self._add_zone)
        self._profile_numbers: dict[tuple[str, str | None], int] = {}
        self.texts = Interner()
        for number in range(max(code_rows()) + 1):
            found = code_rows().get(number)
            self.texts.number(found.number if found else f"no code {number}")
        self._product_texts = [self.texts.number(code) for code in product_codes()]
        self._editions = _all_editions()
        self._fixed = self._fixed_tables()
        self._known: Known | None = None
        self._size = (-1, -1, -1, -1, -1)

    @property
    def is_full(self) -> bool:
        """Whether it holds so much that what comes up now and then should be forgotten."""
        held = self.drugs, self.supplied, self._indications, self.texts
        return sum(map(len, held)) > MOST

    def profile_number(self, setting: str, payer: str | None) -> int:
        """The row of the profile's switches, -1 where the payer has none."""
        key = (setting, self.payer or payer)
        if key not in self._profile_numbers:
            try:
                found = profile(setting, key[1], self.policies)
            except UnknownPolicy:
                self._profile_numbers[key] = UNKNOWN_PROFILE
                return UNKNOWN_PROFILE
            self._profile_numbers[key] = len(self.profiles)
            self.profiles.append(found)
        return self._profile_numbers[key]

    def edition_name(self, number: int) -> str:
        """The name of an edition by its row in the tables."""
        return edition_name(self._editions[number][0])

    def known(self) -> Known:
        """All tables as they stand; the same object until something new is met."""
        with self.lock:
            size = (
                len(self.drugs), len(self._indications), len(self._changes), len(self.profiles),
                len(self.slices),
            )  # fmt: skip
            if self._known is None or size != self._size:
                self._known = Known(**self._growing_tables(), **self._fixed)
                self._size = size
            return self._known

    def _add_drug(self, charted: tuple[str, str | None, str | None, str | None]) -> None:
        drug = describe(*charted)
        self.drugs.append(drug)
        self._drug_rows.append(self._drug_row(drug, charted[2]))
        self._complexities.append([])
        self.charted.append(charted)

    def _add_supply(self, charted: Charted) -> None:
        found = products_of_chart(charted)
        stretches = stretches_of(found)
        self.products += found
        self.slices.append(found)
        self.supplied.append(charted)
        self._stretches.append(stretches)
        self.phase_days.append(days_of(stretches))

    def _add_indication(self, text: str) -> None:
        self._indications.append(
            (
                self._plain.number(plain(text)),
                int(intent_of(text)),
                int(is_stroke(text)),
            )
        )

    def _add_zone(self, name: str) -> None:
        changes = np.array(_changes_of(name), "i8")
        stretches = np.arange(EARLIEST, LAST_MOMENT + 1, 1 << STRETCH)
        self._changes.append(changes)
        self._near.append(np.searchsorted(changes[:, 0], stretches, side="right") - 1)

    def _growing_tables(self) -> dict[str, Any]:
        indications = np.array(self._indications or [(0, 0, 0)], "i4").reshape(-1, 3)
        policies = table_of([each.switches for each in self.profiles], Policy)
        since = [_from_day(each.therapeutic_from) for each in self.profiles] or [0]
        return {
            "drugs": self._drug_tables(),
            "products": self._products(),
            "products_at": _ends([len(each) for each in self.slices] or [0]),
            "phases_at": _ends([len(each) for each in self._stretches]),
            "phase_from": _column([each.first for of in self._stretches for each in of]),
            "phase": _column([each.phase for of in self._stretches for each in of]),
            "indications": np.ascontiguousarray(indications[:, 0]),
            "intents": np.ascontiguousarray(indications[:, 1]),
            "strokes": np.ascontiguousarray(indications[:, 2]),
            "zones": self._zone_tables(),
            "policies": policies,
            "policy_words": words_of(policies, np.int32),
            "therapeutic_from": np.array(since, "i4"),
        }

    def _products(self) -> Array:
        new = self.products[len(self._product_table) :]
        if new:
            self._product_table = np.concatenate([self._product_table, table_of(new, Product)])
        return self._product_table if self.products else table(Product, 1)

    def _drug_row(self, drug: Drug, ndc: str | None) -> tuple[int, ...]:
        """The columns of `Drugs` for a drug, but its complexity."""
        digits, own = ndc_digits(ndc), drug.administration_code
        columns = {
            "substance": self.substances.number(drug.name),
            "category": drug.category,
            "is_known": drug.is_known,
            "is_hormonal": drug.is_hormonal,
            "is_pushable": drug.is_pushable,
            "is_toxic": drug.is_toxic,
            "is_thrombolytic": drug.is_thrombolytic,
            "vaccine": drug.vaccine,
            "own_code": code_id(own) if own else NOWHERE,
            "is_keep_open": drug.is_keep_open,
            "is_respelled": drug.is_respelled,
            "is_listed": is_listed(ndc),
            "ndc_form": ndc_form(ndc),
            "ndc": NOWHERE if digits is None else self.texts.number(digits),
        }
        return tuple(int(columns[name]) for name in _OF_A_DRUG)

    def _drug_tables(self) -> Drugs:
        rows = np.array(self._drug_rows or [(0,) * len(_OF_A_DRUG)], "i4")
        columns = {name: rows[:, n].copy() for n, name in enumerate(_OF_A_DRUG)}
        return Drugs(**columns, complexity=self._complexity())

    def _complexity(self) -> Array:
        """Whether a drug given as a biologic is complex: [drug, profile, injected, in force]."""
        for drug, charted, made in zip(self.drugs, self.charted, self._complexities, strict=True):
            for used in self.profiles[len(made) :]:
                made.append(_complexities(drug, charted[1], used))
        if not self.drugs or not self.profiles:
            return np.zeros((max(1, len(self.drugs)), 1, 2, 2), "i4")
        return np.array(self._complexities, "i4")

    def _zone_tables(self) -> Zones:
        ends = _ends([len(zone) for zone in self._changes])
        changes = np.concatenate(self._changes or [np.zeros((1, 2), "i8")])
        near = np.stack(self._near or [np.zeros(1, "i8")])
        return Zones(
            zone_at=ends,
            near=(near + ends[:-1, None]).astype("i4"),
            change_at=np.ascontiguousarray(changes[:, 0]),
            change_to=changes[:, 1].astype("i4"),
        )

    def _fixed_tables(self) -> dict[str, Any]:
        tables = [each for _, each in self._editions]
        limits = table_of([each.limits[0] for each in tables], Limits)
        widest = max(len(each.codes) for each in tables)
        codes = [grown(table_of(each.codes, CodeFacts), widest) for each in tables]
        modifiers = [0] * (max(Modifier) + 1)
        for each in Modifier:
            modifiers[each] = self.texts.number(MODIFIERS.get(each, each.name))
        return {
            "limits": limits,
            "limit_words": words_of(limits, np.int32),
            "codes": np.stack(codes),
            "pair_tables": table_of(tables[0].pair_tables, EditTable),
            "pairs": table_of(tables[0].pairs, PairEdit),
            "ceiling_tables": table_of(tables[0].ceiling_tables, EditTable),
            "ceilings": table_of(tables[0].ceilings, Ceiling),
            **_fact_tables(),
            **_unit_tables(),
            "product_texts": np.array(self._product_texts, "i4"),
            "is_aside": np.array([SET_ASIDE in each.id for each in CARDS], "u1"),
            "modifier_texts": np.array(modifiers, "i4"),
            "no_payer": NO_PAYER,
            "info": int(Severity.INFO),
        }


_OF_A_DRUG = tuple(name for name in Drugs._fields if name != "complexity")
LISTED = (date.min, date.max)  # a day before and a day after a payer's list takes effect


def _complexities(drug: Drug, hcpcs: str | None, used: Profile) -> list[list[int]]:
    """For one profile: [injected, in force]."""
    return [
        [int(complexity(drug, hcpcs, used, day, is_injected=injected)) for day in LISTED]
        for injected in (False, True)
    ]


def _column(values: list[Any]) -> Array:
    return np.array([int(each) for each in values] or [0], "i4")


def _ends(sizes: list[int]) -> Array:
    return np.concatenate([[0], np.cumsum(sizes or [1])]).astype("i4")


def _from_day(day: date | None) -> int:
    return -(2**31) if day is None else day_number(day)


def _all_editions() -> list[tuple[date, Edition]]:
    """Each edition of thresholds and codes with its first date of service."""
    firsts = [each.first for each in listed_editions() if each.kind == "edition"]
    return [(first, edition_for(first)) for first in firsts]


def _changes_of(name: str) -> list[tuple[int, int]]:
    """Each change of a zone's clocks: the moment, and the offset from there on."""
    place = clock.zone(name)
    assert place is not None, "the strict reader knows the zone"
    offset_at = partial(clock.offset_at.__wrapped__, place=place)
    first, last = FIRST_MOMENT // DAY - 366, LAST_MOMENT // DAY + 366
    changes = [(-(2**62), offset_at(first * DAY))]
    for day in range(first, last, APART):
        if offset_at((day + APART) * DAY) != changes[-1][1]:
            changes.append(_change_in(day * DAY, changes[-1][1], offset_at))
    return changes


def _change_in(low: int, before: int, offset_at: Callable[[int], int]) -> tuple[int, int]:
    """The moment within `APART` days at which the offset is no longer `before`."""
    high = low + APART * DAY
    while high - low > 1:
        middle = (low + high) // 2
        low, high = (middle, high) if offset_at(middle) == before else (low, middle)
    return high, offset_at(high)


def _fact_tables() -> dict[str, Array]:
    """For each rule where the facts of its sentence stand, and their names as JSON."""
    sizes: list[int] = []
    places: list[tuple[int, int]] = []
    names: list[bytes] = []
    for each in CARDS:
        facts = _facts_of(each)
        sizes.append(len(facts))
        places += [_place_of(name) for name in facts]
        names += [f'{"," if k else "{"}"{name}":'.encode() for k, name in enumerate(facts)]
    return {
        "fact_at": _ends(sizes),
        "fact_kind": np.array([kind for kind, _ in places], "i4"),
        "fact_place": np.array([place for _, place in places], "i4"),
        "names": _in_words(names, WORDS_OF_A_NAME),
        "name_width": np.array([len(name) for name in names], "i4"),
    }


def _unit_tables() -> dict[str, Array]:
    """What stands after a number of each unit, with the quotation mark that ends the amount."""
    names = [('"' if word == units.EACH else f' {word}"').encode() for word in units.WORDS]
    return {
        "units": _in_words(names, 1)[:, 0].copy(),
        "unit_width": np.array([len(name) for name in names], "i4"),
    }


def _in_words(texts: list[bytes], most: int) -> Array:
    """Each text as so many words of eight bytes, filled up with zeros."""
    assert max(map(len, texts)) <= 8 * most, "a name is longer than there is room for"
    filled = b"".join(text.ljust(8 * most, b"\0") for text in texts)
    return np.frombuffer(filled, "<i8").astype("i8").reshape(-1, most)


def _facts_of(each: Rule) -> tuple[str, ...]:
    facts = tuple(dict.fromkeys(each.facts))
    # A name is written in all its words, of which the last reach beyond it.
    size = sum(len(name) + 24 for name in facts) + 8 * WORDS_OF_A_NAME
    assert len(facts) <= FACTS_OF_A_RULE, f"{each.id} names more facts than there is room for"
    assert size <= BYTES_OF_A_REASON, f"{each.id} names facts longer than there is room for"
    return facts


def _place_of(name: str) -> tuple[int, int]:
    """Kind and word of a fact, in the order in which `engine` looks for it."""
    if name == "value":
        return VALUE, 0
    if name in WORDED:
        return WORDS, 0
    if name in AMOUNTS:
        return SUPPLY_AMOUNT, word_of(Supply, name) // 2
    if name == "waste_units":
        return SUPPLY_WORD, word_of(Supply, name)
    if name in Run.__dataclass_fields__:
        word = word_of(Run, name)
        if name == "units":  # of a run, where a line has none: few
            return UNITS, word
        return (RUN_WIDE, word // 2) if name in WIDE else (RUN_WORD, word)
    if name in Limits.__dataclass_fields__:
        return LIMIT, word_of(Limits, name)
    return SWITCH, word_of(Policy, name)
