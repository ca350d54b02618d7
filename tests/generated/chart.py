"""A chart being written: a clock, and what was charted by it."""

from __future__ import annotations

from datetime import datetime, timedelta, timezone
from decimal import Decimal
from random import Random
from typing import Any

from hangtime.model import (
    Access,
    Administration,
    Encounter,
    Interruption,
    OtherService,
    RateChange,
)

from .doses import dose_facts

ZONES = ("America/Chicago", "America/New_York", "America/Phoenix", "Europe/Berlin")
CHICAGO = "America/Chicago"
CHANGES = ("2024-11-02", "2025-03-08", "2025-11-01", "2026-03-07")  # the day before the clocks do
DAYS = (  # first day, days, weight: edit tables cover the summers, and no edition the last
    ("2024-07-01", 92, 46), ("2025-01-01", 365, 22), ("2026-01-01", 360, 20),
    ("2023-08-01", 60, 11), ("2027-02-01", 30, 1),
)  # fmt: skip
INDICATIONS = (
    "E86.0", "dehydration", "E87.6", "hypokalemia", "nausea", "R11.2", "pain", "K50.90", "C18.9",
    "sepsis", "pneumonia", "J18.9", "anemia", "D50.9", "I63.9",
)  # fmt: skip
REASON_CODES = (
    "incompatible_drugs", "protocol", "simultaneous_necessity", "restart", "infiltration", "rate",
    "convenience",
)  # fmt: skip
REASON_TEXTS = (
    "drugs not compatible",
    "per protocol",
    "line infiltrated",
    "patient asked",
    "IV #2",
)


class Chart:
    """One visit being charted: a clock, and what was written down."""

    def __init__(self, random: Random, number: int) -> None:
        self.random, self.number = random, number
        self.given: list[Administration] = []
        self.accesses: list[Access] = []
        self.others: list[OtherService] = []
        self.facts: dict[str, Any] = {"setting": "facility"}
        self.offset: timezone | None = None
        self.at = self._first_moment()

    def _first_moment(self) -> datetime:
        """When the visit begins; sets the zone its times are read in."""
        draw = self.random.random()
        if draw < 0.04:
            self.facts["time_zone"] = CHICAGO
            night = datetime.fromisoformat(self.pick(CHANGES))
            return night + timedelta(hours=20, minutes=self.whole(0, 400))
        first, days, _ = self.random.choices(DAYS, [weight for *_, weight in DAYS])[0]
        day = datetime.fromisoformat(first) + timedelta(days=self.whole(0, days - 1))
        if draw < 0.75:
            self.facts["time_zone"] = CHICAGO if draw < 0.6 else self.pick(ZONES)
        elif draw < 0.87:
            self.offset = timezone(timedelta(hours=self.pick((-6, -5, 0, 2))))
        return (day + timedelta(minutes=self.whole(360, 1380))).replace(tzinfo=self.offset)

    def pick(self, choices: Any) -> Any:
        return choices[int(self.random.random() * len(choices))]

    def whole(self, low: int, high: int) -> int:
        return low + int(self.random.random() * (high - low + 1))

    def chance(self, share: float) -> bool:
        return self.random.random() < share

    def length(self) -> int:
        """Seconds an infusion ran: short, about the thresholds, or long."""
        draw = self.random.random()
        if draw < 0.35:
            minutes = self.pick((10, 14, 15, 16, 20, 30, 31, 45, 60, 89, 90, 91, 120, 150, 151))
        elif draw < 0.93:
            minutes = self.whole(5, 180)
        else:
            minutes = self.whole(180, 700)
        return minutes * 60 + (self.whole(0, 59) if draw > 0.8 else 0)

    def wait(self, low: int, high: int) -> None:
        """Let some minutes go by."""
        self.at += timedelta(minutes=self.whole(low, high))

    def access(self, kind: str | None = None, reason: bool = False, **facts: Any) -> str:
        """List an access and return its id; `reason`: why it was needed may be charted."""
        name = f"line {len(self.accesses) + 1}"
        if reason and self.chance(0.8):
            if self.chance(0.7):
                facts["reason_code"] = self.pick(REASON_CODES)
            else:
                facts["reason"] = self.pick(REASON_TEXTS)
        self.accesses.append(Access(access_id=name, kind=kind, **facts))
        return name

    def give(self, drug: str, route: str, seconds: int | None = None, **facts: Any) -> None:
        """Chart one administration that begins now; an infusion runs for `seconds`."""
        start = facts.pop("start", self.at)
        if seconds is not None and "stop" not in facts:
            facts["stop"] = start + timedelta(seconds=seconds)
        if self.chance(0.12):
            facts.setdefault("indication", self.pick(INDICATIONS))
        if self.chance(0.3):
            facts = dose_facts(self.random, drug) | facts
        id = f"a{len(self.given) + 1}"
        self.given.append(
            Administration(administration_id=id, drug=drug, route=route, start=start, **facts)
        )

    def infuse(self, drug: str, seconds: int | None = None, **facts: Any) -> None:
        """Infuse by vein; the chart may lack the stop, or hold pauses."""
        seconds = seconds or self.length()
        draw = self.random.random()
        if draw < 0.12:
            facts |= self.evidence(seconds)
            self.give(drug, "iv_infusion", None, **facts)
            return
        if draw < 0.17:
            start = facts.get("start", self.at)
            paused = start + timedelta(seconds=seconds // 3)
            facts["interruptions"] = (
                Interruption(start=paused, stop=paused + timedelta(minutes=self.whole(1, 20))),
            )
        if draw > 0.97:
            facts["minutes"] = Decimal(seconds // 60 + self.pick((0, 0, 5)))
        if draw > 0.94:
            facts["pump_channel"] = "A"
        self.give(drug, "iv_infusion", seconds, **facts)

    def evidence(self, seconds: int) -> dict[str, Any]:
        """What a chart without a stop may show instead, or nothing."""
        end = self.at + timedelta(seconds=seconds)
        kind = self.whole(0, 9)
        if kind <= 1:
            return {"volume_infused_ml": Decimal(seconds // 60), "rate_ml_per_h": Decimal(60)}
        if kind == 2:
            change = RateChange(
                at=self.at + timedelta(seconds=seconds // 2), rate_ml_per_h=Decimal(120)
            )
            return {
                "volume_ml": Decimal(seconds // 60 + 30), "rate_ml_per_h": Decimal(60),
                "rate_changes": (change,),
            }  # fmt: skip
        if kind == 3:
            return {"interruptions": (Interruption(start=end),)}
        if kind == 4:
            return {"minutes": Decimal(seconds // 60)}
        if kind == 5:
            return {"last_observed_infusing": end}
        if kind == 6:
            return {"disconnected_at": end}
        return {}

    def push(self, drug: str, **facts: Any) -> None:
        """Push by vein, with a hand charted at times, and a stop that means nothing."""
        if self.chance(0.2):
            facts.setdefault("hand_push", True)
        if self.chance(0.15):
            facts.setdefault("stop", self.at + timedelta(minutes=self.pick((2, 3, 5, 18))))
        self.give(drug, "iv_push", **facts)

    def also(self, *codes: str, **facts: Any) -> None:
        self.others += [OtherService(code=code, **facts) for code in codes]

    def premedicate(self) -> None:
        for drug in ("diphenhydramine", "methylprednisolone")[: self.whole(0, 2)]:
            self.push(drug)
            self.wait(2, 15)

    def encounter(self) -> Encounter:
        return Encounter(
            encounter_id=f"e{self.number}",
            administrations=tuple(self.given),
            accesses=tuple(self.accesses),
            other_services=tuple(self.others),
            **self.facts,
        )
