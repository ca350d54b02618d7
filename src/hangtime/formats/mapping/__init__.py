"""Other people's exports, read by a mapping file.

A small TOML file says how the columns of a CSV, gzipped CSV or Parquet export become fields of
the contract; see `docs/how-to/map-an-export.md`.  Another layout needs another file, no code.

    for read in mapping.read([Path("inputevents.csv.gz")], Path("mimic-iv-inputevents")):
        ...

Every row of the export, and every row of a side file that the map counts, is coded, merged into
another row's administration, or set aside with a finding that names file, line and field.
"""

from __future__ import annotations

from hangtime.formats.mapping.accounts import Fault, Tally
from hangtime.formats.mapping.load import find, load
from hangtime.formats.mapping.reading import read, survey
from hangtime.formats.mapping.spec import MapSpec

__all__ = ["Fault", "MapSpec", "Tally", "find", "load", "read", "survey"]
