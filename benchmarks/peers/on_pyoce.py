"""pyoce edits and groups finished claims one after the other: lines have to be there already.

Takes a file of JSON with `claims`: of each the date, and the code and units of each line; and
`diagnoses`, ICD-10-CM codes.
"""

import json
import sys
import time
from pathlib import Path

import pyoce


def main(asked: str) -> None:
    """Edit; print how long it took."""
    said = json.loads(Path(asked).read_text("utf-8"))
    codes = [each.replace(".", "") for each in said["diagnoses"]]
    claims = [claim(number, each, codes) for number, each in enumerate(said["claims"])]
    pyoce.process_claim(claim(0, said["claims"][0], codes))
    began = time.perf_counter()
    done = sum("lineItemList" in pyoce.process_claim(each) for each in claims)
    seconds = time.perf_counter() - began
    print(json.dumps({"seconds": seconds, "items": len(claims), "answered": done}))


def claim(number: int, found: dict, codes: list[str]) -> dict:
    """An outpatient claim of a hospital."""
    day = found["date"].replace("-", "")
    return {
        "claimId": f"C{number}", "billType": "131", "dateStarted": day, "dateEnded": day,
        "principalDiagnosisCode": {"diagnosis": codes[number % len(codes)]},
        "lineItemList": [
            {
                "serviceDate": day, "hcpcs": code, "revenueCode": "0260",
                "unitsInput": str(units), "charge": "10000",
            }
            for code, units in found["lines"]
        ],
    }  # fmt: skip


if __name__ == "__main__":
    main(*sys.argv[1:])
