"""Other services of the encounters of a chunk, as the records rules read."""

# pyright: reportMissingTypeStubs=false, reportUnknownMemberType=false
# pyright: reportUnknownVariableType=false, reportUnknownArgumentType=false
# pyright: reportUnknownParameterType=false, reportMissingParameterType=false
from __future__ import annotations

import numpy as np

from hangtime.batch.arrays import Array, ends_of, rows_at, spread_of, table_of
from hangtime.batch.catalogue import Catalogue
from hangtime.model import OtherService
from hangtime.rules.records import Other
from hangtime.wording import other_of


def services(
    places: Array, listed: list[tuple[OtherService, ...]], catalogue: Catalogue
) -> dict[str, Array]:
    """Records, texts of codes and texts of modifiers of each encounter's list of services.

    `places` says which of the lists `listed` each encounter has.
    """
    flat = [service for each in listed for service in each]
    with catalogue.lock:
        records = [other_of(each, catalogue.substances) for each in flat]
        text = catalogue.texts.number
        codes = np.array([text(each.code) for each in flat] or [0], "i4")
        mods = [[text(mod) for mod in each.modifiers] for each in flat]
    take, ends = spread_of(places, [len(each) for each in listed])
    mods_at, spread = (
        ends_of([len(mods[int(n)]) for n in take]),
        [m for n in take for m in mods[n]],
    )
    return {
        "others": rows_at(table_of(records, Other), take),
        "other_texts": codes[take] if len(take) else codes,
        "other_mods_at": mods_at,
        "other_mods": np.array(spread or [0], "i4"),
        "others_at": ends,
    }
