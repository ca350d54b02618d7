"""What each field of the contract means, in a sentence: for the schema and for the reference."""

from __future__ import annotations

ENCOUNTER = {
    "encounter_id": "Identifies one registration. An emergency visit with its observation stay is "
    "one encounter; two separate visits on one day are two.",
    "setting": "Who bills: the hospital outpatient department, or the practitioner's office or "
    "ambulatory infusion suite.",
    "administrations": "What was given, in charted order; the order settles ties where clock times "
    "are missing.",
    "patient_id": "Identifies the patient.",
    "payer": "Names a policy profile: medicare, medicaid, commercial, or one the user defined.",
    "time_zone": "IANA name of the zone in which times without an offset are read.",
    "date_of_service": "Needed only where no administration has a clock time.",
    "diagnoses": "ICD-10-CM codes.",
    "place_of_service": "Two-digit place of service of a professional claim.",
    "attendance_of_day": "2 for the patient's second separate attendance on that day, and so on.",
    "ended_at": "Discharge, or the end of the outpatient status.",
    "inpatient_order_at": "From here on nothing of this family is reported.",
    "birth_date": "The patient's date of birth.",
    "weight_kg": "Body weight in kilograms, for doses charted by weight.",
    "department": "Where a hospital department stands; decides modifiers of off-campus ones.",
    "drug_discount_340b": "Whether drugs were bought under the 340B program.",
    "locality": "Medicare locality, for prices.",
    "accesses": "Every vascular entry used; several lumens of one catheter are one.",
    "other_services": "Things done at the encounter that are not administrations.",
}

ADMINISTRATION = {
    "administration_id": "Identifies the administration within its encounter.",
    "drug": "What was charted as given.",
    "route": "Route and method as charted; what is billed follows the clock.",
    "hcpcs": "HCPCS code of the product, where charted.",
    "ndc": "National Drug Code of the product, where charted.",
    "rxnorm": "RxNorm number of the product, where charted.",
    "category": "Overrides what the formulary says of the drug. A biologic is a complex one whose "
    "family the payer's profile and the formulary decide.",
    "access": "The access_id it ran through; all through one access unless said otherwise.",
    "bag": "Shared by administrations mixed in one bag: they are one infusion.",
    "start": "When it began.",
    "stop": "When it ended. A missing stop is a fact about the chart, not an error.",
    "minutes": "Charted duration in minutes, where clock times are missing.",
    "interruptions": "Times within it that do not count.",
    "dose": "Amount given, in dose_unit.",
    "dose_unit": "Unit of the dose (UCUM).",
    "hand_push": "Whether it was pushed by hand with the clinician present.",
    "pump": "Kind of pump.",
    "pump_channel": "Channel of the pump; two runs on one channel cannot overlap.",
    "rate_changes": "Charted changes of rate.",
    "counselling": "Whether the practitioner counselled, for antibody injections.",
    "continues_off_site": "Whether it was left running when the patient went home.",
    "running_on_arrival": "Whether it was already running on arrival; start is then the charted "
    "take-over.",
    "last_observed_infusing": "When it was last seen running: evidence where the stop is missing.",
    "disconnected_at": "When it was disconnected: evidence where the stop is missing.",
    "purpose": "What the fluid was for.",
    "supplied_by": "Who supplied the product.",
    "volume_ml": "Volume hung, in milliliters.",
    "rate_ml_per_h": "Rate, in milliliters an hour.",
    "volume_infused_ml": "Volume charted as infused, in milliliters; without it the volume of a "
    "completed bag counts.",
    "discarded": "Charted waste, in discarded_unit.",
    "discarded_unit": "Unit of the waste (UCUM).",
    "containers": "Vials or bags opened.",
    "order_id": "Identifies the order.",
    "order_signed": "Whether the order is signed.",
    "ordered_at": "When it was ordered.",
    "indication": "Why it was given: ICD-10-CM code or text.",
    "primary_reason": "Whether it is the main reason for the visit, which decides the initial "
    "service in the professional setting.",
    "recorded_at": "When the entry was saved, as opposed to when it happened.",
    "performer": "Who gave it.",
    "performer_credential": "Credential of who gave it.",
}

DESCRIPTIONS: dict[str, dict[str, str]] = {
    "Encounter": ENCOUNTER,
    "Administration": ADMINISTRATION,
    "Interruption": {
        "start": "When it was paused.",
        "stop": "When it was resumed; missing where it was not.",
    },
    "RateChange": {
        "at": "From when on.",
        "rate_ml_per_h": "The rate from then on, in milliliters an hour.",
    },
    "Container": {
        "size": "How much one holds, in size_unit.",
        "size_unit": "Unit of the size (UCUM).",
        "count": "How many were opened.",
        "single_dose": "Whether it is a single-dose container.",
    },
    "Access": {
        "access_id": "Identifies the access within the encounter.",
        "kind": "Kind of access.",
        "reason": "Why a second access was needed, in the words of the chart.",
        "reason_code": "Why a second access was needed, as a word of the contract.",
        "lumens": "How many lumens the catheter has.",
    },
    "OtherService": {
        "code": "CPT or HCPCS code of the service.",
        "modifiers": "Its modifiers.",
    },
}

ALLOWED = {
    "amount": "What Medicare would allow, in dollars, before deductibles; null where no table at hand "
    "tells. Amounts stand where --prices asks for them, as texts, so that no cent is lost.",
    "standing": "How the amount stands: paid, packaged into another line, not paid, or unknown.",
    "tables": "The tables the amount comes from.",
    "arithmetic": "How the amount, or that there is none, comes about.",
    "missing": "The table that would tell an unknown amount: its kind and its quarter or year.",
    "coinsurance": "The patient's part of the amount, where the table states it.",
    "medicare": "What Medicare itself pays, less the reduction in force, with --sequestration.",
}

OUTPUT: dict[str, dict[str, str]] = {
    "Outcome": {
        "encounter_id": "The encounter; null where its id could not be read.",
        "lines": "What the chart supports, in claim order.",
        "not_reported": "Everything considered and left off, with its reason.",
        "possible": "What one named missing fact would add.",
        "findings": "Gaps of documentation, edits hit, and bad input that was set aside.",
        "policy": "The profile, rule set and code sets used; null where nothing was coded.",
        "total": "The known amounts of the lines together, where lines are priced.",
        "unknown_lines": "How many of the lines have no known amount, where lines are priced.",
    },
    "Line": {
        "code": "CPT or HCPCS code.",
        "units": "Units.",
        "modifiers": "Modifiers.",
        "date_of_service": "Date of the line.",
        "administrations": "Ids of the administrations it rests on.",
        "rules": "Ids of the rules used, in order of use.",
        "citations": "Where those rules stand: document, section, date.",
        "explanation": "The sentences of those rules.",
        "ndc": "Of a drug line: the National Drug Code as eleven digits.",
        "ndc_unit": "What the NDC quantity counts: UN pieces, ML milliliters, GR grams, F2 units.",
        "ndc_quantity": "How many of them.",
        "narrative": "What an unlisted product code stands for: name, dose, route, NDC.",
        "certificate": "What the line rests on, where asked for by --certify.",
        **ALLOWED,
    },
    "Allowed": ALLOWED,
    "TableUsed": {
        "name": "Kind and period of the table.",
        "from": "First date of service it covers.",
        "until": "Last date of service it covers.",
        "digest": "sha256 of its rows.",
        "origin": "Whether the user imported it, or the package has it.",
    },
    "NotReported": {
        "what": "A code, or the id of an administration.",
        "administrations": "Ids of the administrations concerned.",
        "rule": "Id of the rule that leaves it off.",
        "citations": "Where that rule stands.",
        "explanation": "Why it is left off.",
    },
    "Possible": {
        "code": "The code it would add.",
        "units": "The units it would add.",
        "modifiers": "Modifiers of the added line.",
        "needs": "The missing fact in words.",
        "administration": "Id of the administration that lacks it; null for the encounter.",
        "field": "The field that lacks it.",
        "value": "What the field would have to hold.",
        "explanation": "The fact and what it adds, in a sentence.",
        "worth": "The claim with the fact less the claim without it, where --prices asks for it. "
        "Entries of one fact have the same worth; it counts once.",
    },
    "Finding": {
        "severity": "How grave it is; error where something was set aside.",
        "rule": "Id of the rule or the fault of input.",
        "message": "What was found.",
        "administrations": "Ids of the administrations concerned.",
        "file": "File of a fault of input.",
        "line": "Line of the fault, from 1; in Parquet the row.",
        "field": "Field of the fault, as a path.",
    },
    "Basis": {
        "profile": "Name of the policy profile.",
        "rules": "Digest of the rule set.",
        "edition": "Edition of thresholds and codes.",
        "tables": "Versions of the tables used, by name.",
    },
}
