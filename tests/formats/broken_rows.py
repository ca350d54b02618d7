"""Every way a row can be wrong, as a table: the cells that are changed, and the finding they give.

A good row is taken, the cells named are changed, and the finding must name its rule and field.
`loses` says what is not coded because of it: the row, the encounter, or nothing.
"""

from __future__ import annotations

import csv
import io

GOOD = {
    "encounter_id": "simulated-0",
    "setting": "facility",
    "patient_id": "simulated",
    "payer": "medicare",
    "time_zone": "America/Chicago",
    "date_of_service": "2025-03-12",
    "birth_date": "1960-05-04",
    "attendance_of_day": "1",
    "place_of_service": "22",
    "diagnoses": '["E86.0"]',
    "accesses": '[{"access_id":"left arm","kind":"peripheral"}]',
    "other_services": '[{"code":"36000","modifiers":["59"]}]',
    "administration_id": "a1",
    "drug": "ceftriaxone",
    "hcpcs": "J0696",
    "ndc": "00409-7332-01",
    "rxnorm": "2193",
    "category": "therapeutic",
    "route": "iv_infusion",
    "access": "left arm",
    "start": "2025-03-12T09:00",
    "stop": "2025-03-12T09:45",
    "interruptions": "",
    "dose": "1000",
    "dose_unit": "mg",
    "hand_push": "",
    "volume_ml": "100",
}

ROW, ENCOUNTER, NOTHING = "row", "encounter", "nothing"

# what is wrong, the cells that make it so, the finding's rule, its field, what is lost
CHANGED = (
    ("no encounter id", {"encounter_id": ""}, "INPUT-MISSING-ENCOUNTER-ID", "encounter_id", ENCOUNTER),
    ("a space after the encounter id", {"encounter_id": "bad "}, "INPUT-BAD-ID", "encounter_id", ENCOUNTER),
    ("no setting", {"setting": ""}, "INPUT-MISSING-SETTING", "setting", ENCOUNTER),
    ("no administration id", {"administration_id": ""}, "INPUT-MISSING-ID", "administration_id", ROW),
    ("no drug", {"drug": ""}, "INPUT-MISSING-DRUG", "drug", ROW),
    ("no route", {"route": ""}, "INPUT-MISSING-ROUTE", "route", ROW),
    ("an unknown setting", {"setting": "hospital"}, "INPUT-BAD-SETTING", "setting", ENCOUNTER),
    ("an unknown route", {"route": "IVPB"}, "INPUT-BAD-ROUTE", "route", ROW),
    ("an unknown category", {"category": "antibiotic"}, "INPUT-BAD-WORD", "category", ROW),
    ("a time with a slash", {"start": "03/12/2025 09:00"}, "INPUT-BAD-TIME", "start", ROW),
    ("a day that does not exist", {"start": "2025-02-30T09:00"}, "INPUT-BAD-TIME", "start", ROW),
    ("a date in the place of a time", {"stop": "2025-03-12"}, "INPUT-DATE-WITHOUT-CLOCK", "stop", ROW),
    ("a year long ago", {"start": "0205-03-12T09:00"}, "INPUT-TIME-OUT-OF-RANGE", "start", ROW),
    ("an offset of a day", {"start": "2025-03-12T09:00+23:00"}, "INPUT-BAD-OFFSET", "start", ROW),
    ("a date in another order", {"date_of_service": "12.03.2025"}, "INPUT-BAD-DATE", "date_of_service", ENCOUNTER),
    ("a birth date nobody reads", {"birth_date": "1960"}, "INPUT-BAD-DATE", "birth_date", NOTHING),
    ("a number with its unit", {"volume_ml": "100 mL"}, "INPUT-BAD-NUMBER", "volume_ml", ROW),
    ("a number below zero", {"dose": "-5"}, "INPUT-NEGATIVE-NUMBER", "dose", ROW),
    ("a number without end", {"dose": "99999999999"}, "INPUT-NUMBER-TOO-LARGE", "dose", ROW),
    ("a number finer than any scale", {"dose": "0.0000000000000000001"}, "INPUT-NUMBER-TOO-FINE", "dose", ROW),
    ("half an attendance", {"attendance_of_day": "1.5"}, "INPUT-NOT-WHOLE", "attendance_of_day", ENCOUNTER),
    ("yes for true", {"hand_push": "yes"}, "INPUT-BAD-YES-NO", "hand_push", ROW),
    ("an object for a list", {"accesses": '{"access_id":"left arm"}'}, "INPUT-BAD-LIST", "accesses", ENCOUNTER),
    ("a list that is no JSON", {"accesses": "left arm"}, "INPUT-BAD-NESTED-JSON", "accesses", ENCOUNTER),
    ("a text in a list of objects", {"accesses": '["left arm"]'}, "INPUT-NOT-OBJECT", "accesses[0]", ENCOUNTER),
    ("an access without its id", {"accesses": '[{"kind":"port"}]'}, "INPUT-MISSING-FIELD", "accesses[0].access_id", ENCOUNTER),
    ("one access listed twice", {"accesses": '[{"access_id":"left arm"},{"access_id":"left arm"}]'}, "INPUT-DUPLICATE-ACCESS", "accesses[1].access_id", ENCOUNTER),
    ("one name twice in a cell", {"interruptions": '[{"start":"2025-03-12T09:10","start":"2025-03-12T09:12"}]'}, "INPUT-DUPLICATE-KEY", "interruptions[0].start", ROW),
    ("an unknown name in a cell", {"interruptions": '[{"start":"2025-03-12T09:10","why":"x"}]'}, "INPUT-UNKNOWN-FIELD", "interruptions[0].why", NOTHING),
    ("a number for a text in a cell", {"accesses": '[{"access_id":"left arm","reason":7}]'}, "INPUT-BAD-TEXT", "accesses[0].reason", ENCOUNTER),
    ("a product code of six digits", {"hcpcs": "J06966"}, "INPUT-BAD-CODE", "hcpcs", NOTHING),
    ("a service code that is none", {"other_services": '[{"code":"IV start"}]'}, "INPUT-BAD-CODE", "other_services[0].code", ENCOUNTER),
    ("a modifier of three letters", {"other_services": '[{"code":"36000","modifiers":["RTX"]}]'}, "INPUT-BAD-MODIFIER", "other_services[0].modifiers[0]", ENCOUNTER),
    ("an NDC of letters", {"ndc": "see label"}, "INPUT-BAD-NDC", "ndc", NOTHING),
    ("an RxNorm number with a letter", {"rxnorm": "C2193"}, "INPUT-BAD-RXNORM", "rxnorm", NOTHING),
    ("a diagnosis in words", {"diagnoses": '["dehydration"]'}, "INPUT-BAD-DIAGNOSIS", "diagnoses[0]", NOTHING),
    ("a place of service in words", {"place_of_service": "office"}, "INPUT-BAD-PLACE", "place_of_service", ENCOUNTER),
    ("a zone that does not exist", {"time_zone": "America/Springfield"}, "INPUT-BAD-ZONE", "time_zone", ENCOUNTER),
    ("an infusion that stops before it starts", {"stop": "2025-03-12T08:30"}, "INPUT-STOP-BEFORE-START", "stop", ROW),
    ("an infusion that stops as it starts", {"stop": "2025-03-12T09:00"}, "INPUT-STOP-BEFORE-START", "stop", ROW),
    ("a pause that ends before it begins", {"interruptions": '[{"start":"2025-03-12T09:20","stop":"2025-03-12T09:10"}]'}, "INPUT-PAUSE-BACKWARDS", "interruptions[0].stop", ROW),
    ("an access that is not listed", {"access": "right arm"}, "INPUT-UNKNOWN-ACCESS", "access", NOTHING),
)  # fmt: skip


def cells(changed: dict[str, str], number: int) -> dict[str, str]:
    """The good row with an encounter of its own and some cells changed."""
    return GOOD | {"encounter_id": f"simulated-{number}"} | changed


def csv_line(row: dict[str, str]) -> str:
    """One row as CSV, without its line end."""
    stream = io.StringIO()
    csv.DictWriter(stream, list(GOOD), lineterminator="").writerow(row)
    return stream.getvalue()


HEADER = ",".join(GOOD)
