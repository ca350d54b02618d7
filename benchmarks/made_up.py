"""Made-up administrations in any number: encounters with a long tail of lengths, as charted.

3.48 administrations an encounter, 12 % of encounters on two or three accesses, 5 % of stops
missing, 6 % of rows charted out of order, row groups that cut encounters.  Nobody is charted on the
eve of a change of clocks: without an offset a time of that night may be two, and a row that can be
read in two ways is a bad one, which is not what is measured here.  The same seed gives the same rows.
"""

from pathlib import Path

import numpy as np
import pyarrow as pa
import pyarrow.compute
import pyarrow.parquet as pq

DRUGS = [  # (as charted, route, shortest and longest minutes, mL, indication, dose, its unit)
    ("Sodium Chloride 0.9% 1,000 mL", "iv_infusion", 35, 300, 1000.0, "Dehydration", 1000, "mL"),
    ("Lactated Ringer's 1000 mL", "iv_infusion", 35, 240, 1000.0, "E86.0", 1000, "mL"),
    ("ondansetron 4 mg/2 mL injection", "iv_push", 0, 0, 2.0, "nausea", 4, "mg"),
    ("ketorolac 30 mg/mL", "iv_push", 0, 0, 1.0, "pain", 30, "mg"),
    ("morphine sulfate 4 mg/mL", "iv_push", 0, 0, 1.0, "pain", 4, "mg"),
    ("diphenhydramine 50 mg/mL inj", "iv_push", 0, 0, 1.0, "premedication", 25, "mg"),
    ("famotidine 20 mg IVPB", "iv_infusion", 10, 30, 50.0, "premedication", 20, "mg"),
    ("dexamethasone 10 mg in NS 50 mL", "iv_infusion", 10, 30, 50.0, "premedication", 10, "mg"),
    ("ceftriaxone 1 g IVPB", "iv_infusion", 20, 45, 50.0, "cellulitis", 1, "g"),
    ("vancomycin 1 gram/250 mL", "iv_infusion", 55, 130, 250.0, "cellulitis", 1000, "mg"),
    ("piperacillin-tazobactam 3.375 g", "iv_infusion", 25, 240, 100.0, "sepsis", 3.375, "g"),
    ("infliximab 100 mg", "iv_infusion", 100, 180, 250.0, "K50.90", 400, "mg"),
    ("rituximab 500 mg/50 mL", "iv_infusion", 150, 360, 500.0, "C83.30", 675, "mg"),
    ("pembrolizumab 100 mg/4 mL", "iv_infusion", 28, 45, 100.0, "C34.90", 200, "mg"),
    ("PACLitaxel 6 mg/mL", "iv_infusion", 60, 200, 500.0, "C50.911", 135, "mg"),
    ("CARBOplatin 450 mg", "iv_infusion", 30, 75, 250.0, "C56.9", 450, "mg"),
    ("iron sucrose 200 mg", "iv_infusion", 15, 70, 100.0, "D50.9", 200, "mg"),
    ("zoledronic acid 5 mg/100 mL", "iv_infusion", 15, 40, 100.0, "M81.0", 5, "mg"),
    ("potassium chloride 20 mEq/100 mL", "iv_infusion", 60, 130, 100.0, "E87.6", 20, "meq"),
    ("magnesium sulfate 2 g/50 mL", "iv_infusion", 60, 130, 50.0, "E83.42", 2, "g"),
    ("heparin lock flush 100 units/mL", "iv_push", 0, 0, 5.0, "line care", 500, "[iU]"),
    ("methotrexate 25 mg/mL", "im", 0, 0, 0.8, "M06.9", 20, "mg"),
    ("enoxaparin 40 mg/0.4 mL", "sc", 0, 0, 0.4, "prophylaxis", 40, "mg"),
    ("pegfilgrastim 6 mg/0.6 mL", "sc", 0, 0, 0.6, "C50.911", 6, "mg"),
]
ZONES = ["America/New_York", "America/Chicago", "America/Denver", "America/Los_Angeles"]
PAYERS = ["medicare", "commercial", "medicaid", None]
ACCESSES = [
    [
        {"access_id": "L arm", "kind": "peripheral", "reason_code": None},
        {"access_id": "R arm", "kind": "peripheral", "reason_code": "incompatible_drugs"},
        {"access_id": "port", "kind": "port", "reason_code": "protocol"},
    ][:count]
    for count in (2, 3)
]
ENTRIES = pa.list_(
    pa.struct([("access_id", pa.string()), ("kind", pa.string()), ("reason_code", pa.string())])
)
GROUP = 122_880  # rows of a row group; no multiple of anything an encounter has
FIRST = np.datetime64("2024-01-01")  # of two years
EVES = np.array(["2024-03-09", "2024-11-02", "2025-03-08", "2025-11-01"], "M8[D]") - FIRST
BLOCK = 250_000  # encounters made at a time


def write(path: Path, rows: int, seed: int = 1) -> int:
    """Write a Parquet file of that many rows; the number of encounters."""
    writer = None
    encounters = 0
    generator = np.random.default_rng(seed)
    while rows > 0:
        table = block(generator, encounters, rows)
        rows -= len(table)
        encounters += len(np.unique(table["encounter_id"].to_numpy()))
        writer = writer or pq.ParquetWriter(path, table.schema, compression="zstd")
        writer.write_table(table, row_group_size=GROUP)
    if writer is not None:
        writer.close()
    return encounters


def block(generator: np.random.Generator, first: int, rows: int) -> pa.Table:
    """Encounters from number `first` on, cut off after that many rows."""
    sizes = generator.geometric(1 / 3.48, BLOCK)
    owner = np.repeat(np.arange(BLOCK), sizes)[:rows]
    count = len(owner)
    drug = generator.integers(0, len(DRUGS), count)
    low, high = (np.array([each[n] for each in DRUGS])[drug] for n in (2, 3))
    day = generator.integers(0, 730, BLOCK)
    day = (day - np.isin(day, EVES.astype("i8")) + FIRST.astype("i8"))[owner]
    start = day * 86400 + generator.integers(7 * 60, 16 * 60, BLOCK)[owner] * 60
    start = start + generator.integers(0, 240, count) * 60
    start = in_order(generator, owner, start)
    stop = start + (low + generator.random(count) * (high - low)).astype("i8") * 60
    is_open = (high == 0) | (generator.random(count) < 0.05)
    several = np.where(generator.random(BLOCK) < 0.12, generator.integers(2, 4, BLOCK), 1)
    access = (generator.random(count) * several[owner]).astype("i8")
    facility = generator.random(BLOCK) < 0.8
    number = np.arange(count) + first * 8
    return pa.table(
        {
            "encounter_id": numbered("E", owner + first),
            "patient_id": numbered("P", (owner + first) * 7919 % 10_000_019),
            "setting": chosen(["professional", "facility"], facility[owner]),
            "payer": chosen(PAYERS, generator.integers(0, 4, BLOCK)[owner]),
            "time_zone": chosen(ZONES, generator.integers(0, 4, BLOCK)[owner]),
            "accesses": pa.array([None, *ACCESSES], ENTRIES).take(
                pa.array(np.maximum(several[owner] - 1, 0))
            ),
            "administration_id": numbered("M", number),
            "drug": chosen([each[0] for each in DRUGS], drug),
            "route": chosen([each[1] for each in DRUGS], drug),
            "access": chosen(["L arm", "R arm", "port"], access),
            "start": pa.array(start).cast(pa.timestamp("s")).cast(pa.timestamp("us")),
            "stop": pa.array(stop, mask=is_open).cast(pa.timestamp("s")).cast(pa.timestamp("us")),
            **doses(generator, drug),
            "volume_ml": pa.array(np.array([each[4] for each in DRUGS])[drug]),
            "order_id": numbered("O", number),
            "indication": chosen([each[5] for each in DRUGS], drug),
            "performer": numbered("RN", generator.integers(0, 400, count)),
        }
    )


def doses(generator: np.random.Generator, drug: np.ndarray) -> dict[str, pa.Array]:
    """The usual dose, a tenth of them less or more; one in eight charted by its volume."""
    usual = np.array([float(each[6]) for each in DRUGS])[drug]
    differs = generator.random(len(drug)) < 0.1
    given = np.where(differs, np.round(usual * (0.5 + generator.random(len(drug))), 3), usual)
    by_volume = generator.random(len(drug)) < 0.125
    volume = np.array([each[4] for each in DRUGS])[drug]
    units = [each[7] for each in DRUGS]
    return {
        "dose": pa.array(np.where(by_volume, volume, given)),
        "dose_unit": chosen([*units, "mL"], np.where(by_volume, len(units), drug)),
    }


def in_order(generator: np.random.Generator, owner: np.ndarray, start: np.ndarray) -> np.ndarray:
    """Starts that rise within an encounter, but for 6 % of rows that change places."""
    ordered = start[np.lexsort((start, owner))]
    swap = np.flatnonzero((generator.random(len(owner) - 1) < 0.03) & (owner[1:] == owner[:-1]))
    swap = swap[::2]
    ordered[swap], ordered[swap + 1] = ordered[swap + 1].copy(), ordered[swap].copy()
    return ordered


def numbered(letter: str, numbers: np.ndarray) -> pa.Array:
    """Ids of nine digits."""
    digits = pa.array(numbers + 1_000_000_000).cast(pa.string())
    return pa.compute.binary_replace_slice(digits, 0, 1, letter)


def chosen(words: list, places: np.ndarray) -> pa.Array:
    """Words by their places."""
    return pa.array(words, pa.string()).take(pa.array(places.astype("i8")))
