"""The lines a chart supports, each with what its certificate must say, as plain values."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

from hangtime.check.case import Case, Charge, Run, numbers
from hangtime.check.claim import work_out
from hangtime.check.drugs import Supply, narrative, ndc_quantities, supplies
from hangtime.check.items import ndc_digits
from hangtime.check.moments import Spans
from hangtime.check.named import Fact
from hangtime.check.services import competes, lost_by
from hangtime.codesets.editions import digest, edition_name
from hangtime.formulary.units import unit

EACH = "{each}"
Plain = dict[str, Any]


def supported_lines(case: Case) -> list[Plain]:
    """Every line with its `certificate`; moments are seconds of universal time.

    `facts` are what the rules of the line must say of it.
    """
    work_out(case)
    lines: list[Plain] = []
    joined: dict[tuple[Any, ...], list[Charge]] = {}
    for each in case.charges:
        if each.other is not None:
            lines.append(_echoed(case, each))
        else:
            joined.setdefault((each.code, each.day, *each.modifiers), []).append(each)
    lines += [_line(case, charges) for charges in joined.values()]
    for supply in supplies(case):
        lines += _drug_lines(case, supply)
    for line in lines:
        line["certificate"]["basis"] = basis(case)
    return lines


def basis(case: Case) -> Plain:
    """The profile and the facts the lines rest on, by name and digest."""
    assert case.first_day is not None
    return {
        "profile": case.used.name,
        "profile_digest": case.used.digest,
        "edition": edition_name(case.first_day),
        "facts": digest(),
    }


def _line(case: Case, charges: list[Charge]) -> Plain:
    runs = [each.run for each in charges if each.run is not None]
    return {
        "code": charges[0].code,
        "units": sum(each.units for each in charges),
        "modifiers": charges[0].modifiers,
        "date_of_service": charges[0].day,
        "administrations": list(dict.fromkeys(id for run in runs for id in run.ids)),
        "certificate": {"parts": [_part(case, each) for each in charges]},
        "facts": [
            *(fact for run in runs for fact in _facts(run)),
            *(("modifier", each) for each in charges[0].modifiers),
            *([("hours", "counted")] if charges[0].code in _hours() else []),
        ],
    }


def _facts(run: Run) -> list[Fact]:
    """What the rules of a line must say of a run."""
    stands = ("alone", run.kind) if run.role == "standalone" else ("role", run.role)
    return [("end", run.how), ("class", run.kind), ("length", run.kind), stands]


def _hours() -> set[str]:
    """Codes of further hours."""
    return {number for word, number in numbers().items() if word.endswith("_HOUR")}


def _echoed(case: Case, charge: Charge) -> Plain:
    service = case.encounter.other_services[charge.other or 0]
    return {
        "code": charge.code,
        "units": charge.units,
        "modifiers": list(dict.fromkeys((*charge.modifiers, *service.modifiers))),
        "date_of_service": charge.day,
        "administrations": [],
        "certificate": {"service": charge.other},
        "facts": [("service", "echoed")],
    }


def _part(case: Case, charge: Charge) -> Plain:
    run = charge.run
    assert run is not None
    access = run.first.access
    went_home = run.how == "off_site"
    return {
        "administrations": run.ids,
        "units": charge.units,
        "kind": run.kind,
        "role": run.role,
        "access": None if access is None else case.accesses[access].access_id,
        "begin": run.begin,
        "end": None if went_home else run.end,
        "end_shown_by": run.how or "none",
        "intervals": [] if went_home else _pairs(run.spans),
        "minutes": run.minutes,
        "beside": run.beside and {"administrations": run.beside.ids, "minutes": run.overlap},
        "minutes_since_push": run.since,
        "rivals": _rivals(case, run) if run.role == "initial" else [],
    }


def _pairs(spans: Spans) -> list[list[int]]:
    return [[begin, end] for begin, end in spans]


def _rivals(case: Case, initial: Run) -> list[Plain]:
    """What else could have been initial at the access, and on what it lost."""
    here = [run for run in case.runs if run.group == initial.group and run is not initial]
    return [
        {
            "administrations": run.ids,
            "kind": run.kind,
            "minutes": run.minutes,
            "lost_by": lost_by(initial, run) or "reason",
        }
        for run in here
        if competes(run)
    ]


def _drug_lines(case: Case, supply: Supply) -> list[Plain]:
    digits = ndc_digits(supply.ndc)
    measure, quantity, thrown = ndc_quantities(supply) if digits else (None, None, None)
    arithmetic = _arithmetic(case, supply)
    whole: Plain = {
        "code": supply.code,
        "units": supply.units,
        "modifiers": [each for each in ("JZ" if supply.is_zero else "", supply.route) if each],
        "date_of_service": supply.day,
        "administrations": [row.given.administration_id for row in supply.rows],
        "ndc": digits,
        "ndc_unit": measure,
        "ndc_quantity": quantity,
        "narrative": narrative(supply),
        "certificate": {"drug": arithmetic},
    }
    of_product = [("product", "unlisted" if supply.listed is None else "listed")]
    given = [] if supply.listed is None else [("units", "given")]
    marked = [("modifier", each) for each in whole["modifiers"]]
    whole["facts"] = [*of_product, *given, *marked]
    if not supply.waste_units:
        return [whole]
    waste = {name: whole[name] for name in ("code", "date_of_service", "administrations", "ndc")}
    modifiers = [each for each in ("JW", supply.route) if each]
    waste |= {
        "units": supply.waste_units,
        "modifiers": modifiers,
        "ndc_unit": measure,
        "ndc_quantity": thrown,
        "certificate": {"drug": arithmetic},
        "facts": [*of_product, ("units", "wasted")],
    }
    return [whole, waste]


def _arithmetic(case: Case, supply: Supply) -> Plain:
    """Dose, unit and waste as amounts in words; of an unlisted code there is none."""
    listed = supply.listed
    if listed is None:
        return {"product": supply.code, "unlisted": True}
    is_settled = bool(supply.waste_units or supply.is_zero)
    known = unit(listed.measure)
    assert known is not None

    def said(value: int | None) -> str | None:
        if value is None:
            return None
        shown = f"{(Decimal(value) / known.scale).normalize():f}"
        return shown if known.word == EACH else f"{shown} {known.word}"

    return {
        "product": supply.code,
        "from": listed.first.isoformat(),
        "until": None if listed.last is None else listed.last.isoformat(),
        "per_unit": said(supply.per),
        "dose": said(sum(supply.doses)),
        "billed": said(supply.billed),
        "rounding": case.at["drug.round_scope"],
        "units": supply.units,
        "opened": said(supply.opened),
        "smallest_mix": said(supply.least),
        "discarded": said(supply.discarded),
        "wasted": said(supply.wasted) if is_settled else None,
        "waste_units": supply.waste_units,
    }
