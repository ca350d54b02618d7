"""The layouts of published tables: which columns tell one, and what each column holds.

A layout is recognised by its column names, whatever the file is called.  Names are compared in
small letters without spaces and signs; a star ends a beginning.  Columns that no field asks for
are not stored.
"""

from __future__ import annotations

from typing import NamedTuple

from hangtime.codesets.store.periods import FISCAL, QUARTER, YEAR

# What a cell holds.  Codes are upper case; numbers lose a currency sign and commas; empty is none.
CODE, CODE_OR_MODIFIER, TEXT, NUMBER, WHOLE, DIGIT, DATE, NDC, DIAGNOSIS = (
    "code", "code or modifier", "text", "number", "whole number", "digit", "date", "NDC",
    "diagnosis code",
)  # fmt: skip
YES_NO = "yes or no"
DATING = "dates"  # says for which dates the row is, or for whom; not stored


class Field(NamedTuple):
    """A column to store: its name in the store, what it holds, the names it is published under."""

    name: str
    holds: str
    names: tuple[str, ...]
    is_needed: bool = True
    is_filled: bool = False


class Layout(NamedTuple):
    """One way in which a kind of table is published.

    `positions` and `marks` serve titles stacked over several lines: the number of each field's
    column, and the columns whose last line of title tells the layout.
    """

    kind: str
    name: str
    fields: tuple[Field, ...]
    variant: str = ""
    span: str = QUARTER
    positions: tuple[int, ...] = ()
    marks: tuple[str, ...] = ()
    outside: tuple[tuple[str, str, str], ...] = ()  # field, pattern, why such a row is set aside


def _key(name: str, *names: str, holds: str = CODE) -> Field:
    return Field(name, holds, names or (name,), is_filled=True)


def _may(name: str, holds: str, *names: str) -> Field:
    return Field(name, holds, names or (name,), is_needed=False)


HCPCS = Layout(
    "hcpcs", "HCPCS Level II (ANWEB)",
    (
        _key("code", "hcpc", "hcpcs", "hcpcscode", holds=CODE_OR_MODIFIER),
        Field("long_description", TEXT, ("longdescription",)),
        Field("short_description", TEXT, ("shortdescription",)),
        Field("added", DATE, ("adddt",)),
        Field("effective", DATE, ("acteffdt",)),
        Field("terminates", DATE, ("termdt",)),
        Field("action", TEXT, ("actioncd",)),
        _may("record", TEXT, "recid"),
        _may("coverage", TEXT, "cov"),
        _may("pricing", TEXT, "price1"),
        _may("betos", TEXT),
        _may("service_type", TEXT, "tos1"),
        _may("cross_reference", TEXT, "xref1"),
    ),
    outside=(("code", "^D[0-9]{4}$", "a dental code, which is the ADA's to publish"),),
)  # fmt: skip
_PACKAGE = (
    Field("package_size", NUMBER, ("pkgsize",)),
    Field("package_quantity", NUMBER, ("pkgqty",)),
    Field("units_per_item", NUMBER, ("billunits", "billunitsperitem")),
    Field("units_per_package", NUMBER, ("billunitspkg", "billunitsperpkg")),
)
PRICES = Layout(
    "asp", "ASP payment limits",
    (
        _key("code", "hcpcscode"),
        Field("dosage", TEXT, ("hcpcscodedosage",)),
        Field("limit", NUMBER, ("paymentlimit",)),
        _may("coinsurance_percent", NUMBER, "coinsurancepercentage"),
        _may("vaccine_limit", NUMBER, "vaccinelimit"),
        _may("blood_limit", NUMBER, "bloodlimit"),
        _may("clotting_factor", TEXT, "clottingfactor"),
        _may("notes", TEXT),
    ),
)  # fmt: skip
CROSSWALK = Layout(
    "ndc", "ASP crosswalk of NDC and HCPCS",
    (
        _key("ndc11", "ndc2", "ndc", "ndcoralternateid", "11digitndc*", holds=NDC),
        _key("code", "2*code", "hcpcscode"),
        _may("labeler", TEXT, "labelername"),
        Field("drug", TEXT, ("drugname",)),
        Field("dosage", TEXT, ("hcpcsdosage",)),
        *_PACKAGE,
    ),
)  # fmt: skip
CLEANED_CROSSWALK = Layout(
    "ndc", "crosswalk of NDC and HCPCS, cleaned by a third party",
    (
        _key("ndc11", holds=NDC),
        _key("code", "hcpcs"),
        _may("labeler", TEXT),
        Field("drug", TEXT, ("drug",)),
        Field("dosage", TEXT, ("dosage",)),
        *_PACKAGE,
    ),
    variant="cleaned",
)  # fmt: skip
MAPPED_CROSSWALK = Layout(
    "ndc", "crosswalk of NDC and HCPCS, mapped by a third party",
    (
        _key("ndc11", holds=NDC),
        _key("code", "hcpcscode"),
        _may("labeler", TEXT, "manufacturer"),
        Field("drug", TEXT, ("drugname",)),
        Field("dosage", TEXT, ("hcpcsdosage",)),
        *_PACKAGE,
        Field("all_codes", TEXT, ("allhcpcscodes",)),
    ),
    variant="mapped",
)  # fmt: skip
UNLISTED_PRICES = Layout(
    "noc", "payment limits of unlisted drugs (NOC)",
    (
        _key("drug", "druggenericnametradename", holds=TEXT),
        Field("dosage", TEXT, ("dosage",)),
        Field("limit", NUMBER, ("paymentlimit",)),
        _may("notes", TEXT),
    ),
)  # fmt: skip
UNLISTED_CROSSWALK = Layout(
    "noc-ndc", "crosswalk of unlisted drugs (NOC)",
    (
        _key("ndc11", "ndcoralternateid", holds=NDC),
        _key("generic", "druggenericname", holds=TEXT),
        _may("labeler", TEXT, "labelername"),
        Field("drug", TEXT, ("drugname",)),
        Field("dosage", TEXT, ("dosage",)),
        *_PACKAGE,
    ),
)  # fmt: skip
PAIRS = Layout(
    "ptp", "NCCI procedure-to-procedure edits",
    (
        _key("column1"),
        _key("column2"),
        Field("indicator", DIGIT, ("modifier*",), is_filled=True),
        _may("effective", DATE, "effective*"),
        _may("deletion", DATE, "deletion*"),
        _may("rationale", TEXT, "ptpeditrationale", "rationale"),
    ),
)  # fmt: skip
_CEILING = (
    Field("mai", DIGIT, ("mueadjudicationindicator", "muemai", "mai"), is_filled=True),
    _may("rationale", TEXT, "muerationale", "rationale"),
    _may("hint", DATING, "mueservice", "sourcefile"),
)
CEILINGS = Layout(
    "mue", "NCCI medically unlikely edits",
    (
        _key("code", "hcpcscptcode", "hcpcscode", "code"),
        Field(
            "units", WHOLE,
            ("practitionerservicesmuevalues", "outpatienthospitalservicesmuevalues",
             "dmesupplierservicesmuevalues", "mueunits", "muevalue"),
            is_filled=True,
        ),
        *_CEILING,
    ),
)  # fmt: skip
ADDONS = Layout(
    "addon", "NCCI add-on code edits",
    (
        _key("addon", "addoncode", "aoc"),
        _key("primary", "primarycode"),
        Field("type", DIGIT, ("aocedittype", "aoctype"), is_filled=True),
        _may("effective", DATE, "aocediteffdt", "effectivedate"),
        _may("deletion", DATE, "aoceditdeldt", "enddate"),
        _may("note", TEXT, "specialinstructionnotes", "note"),
    ),
    span=YEAR,
)  # fmt: skip
STATUS = Layout(
    "opps", "OPPS Addendum B",
    (
        _key("code", "hcpcscode", "hcpcs"),
        Field("status", TEXT, ("si", "statusindicator"), is_filled=True),
        Field("rate", NUMBER, ("paymentrate",)),
        _may("apc", TEXT),
        _may("weight", NUMBER, "relativeweight"),
        _may("copayment", NUMBER, "nationalunadjustedcopayment"),
        _may("minimum_copayment", NUMBER, "minimumunadjustedcopayment"),
        _may("dates", DATING, "quarter"),
    ),
)  # fmt: skip
# The relative value file in its fixed order; names as third parties give them.
_RVU = (
    _key("code", "hcpcs"),
    _may("modifier", TEXT, "mod"),
    Field("status", TEXT, ("statuscode",), is_filled=True),
    Field("work", NUMBER, ("workrvu",)),
    Field("nonfacility_expense", NUMBER, ("nonfacpervu",)),
    _may("nonfacility_indicator", TEXT, "nonfacindicator"),
    Field("facility_expense", NUMBER, ("facilitypervu",)),
    _may("facility_indicator", TEXT, "facilityindicator"),
    Field("malpractice", NUMBER, ("mprvu",)),
    Field("nonfacility_total", NUMBER, ("nonfacilitytotal",)),
    Field("facility_total", NUMBER, ("facilitytotal",)),
    Field("component_indicator", TEXT, ("pctcind",)),
    Field("global_days", TEXT, ("globdays",)),
    _may("multiple_procedure", TEXT, "multproc"),
    _may("supervision", TEXT, "physiciansupervisionofdiagnosticprocedures"),
    Field("conversion_factor", NUMBER, ("convfactor",)),
)
RELATIVE_VALUES = Layout(
    "pprrvu", "physician fee schedule relative values",
    (
        *_RVU,
        Field("dates_first", DATING, ("datestart",)),
        Field("dates_last", DATING, ("dateend",)),
    ),
)  # fmt: skip
OFFICIAL_RELATIVE_VALUES = Layout(
    "pprrvu", "physician fee schedule relative values (PPRRVU)", _RVU,
    positions=(0, 1, 3, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 18, 25, 24),
    marks=("hcpcs", "mod", "description"),
)  # fmt: skip
COLUMNS_OF_RELATIVE_VALUES = 31
NONFACILITY_VALUES = Layout(
    "pprrvu", "physician fee schedule, non-facility part",
    (
        _key("code", "hcpcs"),
        Field("status", TEXT, ("status",), is_filled=True),
        Field("work", NUMBER, ("workrvu",)),
        Field("nonfacility_expense", NUMBER, ("pervu",)),
        Field("malpractice", NUMBER, ("mprvu",)),
        Field("national_amount", NUMBER, ("nationalamount",)),
    ),
    variant="nonfacility",
)  # fmt: skip
_INDICES = (
    Field("work", NUMBER, ("20*pwgpci*", "gpciwork", "pwgpci*"), is_filled=True),
    Field("expense", NUMBER, ("20*pegpci*", "gpcipe", "pegpci*"), is_filled=True),
    Field("malpractice", NUMBER, ("20*mpgpci*", "gpcimp", "mpgpci*"), is_filled=True),
)
INDICES = Layout(
    "gpci", "geographic practice cost indices",
    (
        Field("mac", TEXT, ("medicareadministrativecontractormac", "mac"), is_filled=True),
        Field("number", TEXT, ("localitynumber",), is_filled=True),
        _may("state", TEXT),
        _may("name", TEXT, "localityname"),
        *_INDICES,
        _may("dates", DATING, "file"),
    ),
    span=YEAR,
)  # fmt: skip
CLEANED_INDICES = Layout(
    "gpci", "geographic practice cost indices, by contractor and locality in one number",
    (
        Field("locality", TEXT, ("locality",), is_filled=True),
        _may("name", TEXT, "label"),
        *_INDICES,
    ),
    span=YEAR,
)  # fmt: skip
CAPS = Layout(
    "oppscap", "OPPS caps of imaging payment (OPPSCAP)",
    (
        _key("code", "hcpcs", "hcpcscode"),
        _may("modifier", TEXT, "mod"),
        Field("status", TEXT, ("procstat", "status")),
        Field("mac", TEXT, ("carrier", "mac"), is_filled=True),
        Field("number", TEXT, ("locality",), is_filled=True),
        Field("facility_price", NUMBER, ("facilityprice", "oppsfacprice"), is_filled=True),
        Field("nonfacility_price", NUMBER, ("nonfac*", "oppsnonprice"), is_filled=True),
    ),
)  # fmt: skip
DESCRIPTORS = Layout(
    "cpt", "licensed CPT descriptors",
    (
        _key("code", "cptcode"),
        Field("long", TEXT, ("long", "longdescriptor", "longdescription"), is_filled=True),
        _may("medium", TEXT, "medium", "mediumdescriptor"),
        _may("short", TEXT, "short", "shortdescriptor"),
    ),
    span=YEAR,
)  # fmt: skip
DIAGNOSES = Layout(
    "icd10cm", "ICD-10-CM codes",
    (
        _key("code", holds=DIAGNOSIS),
        _may("title", TEXT),
        Field("is_billable", YES_NO, ("isbillable",)),
    ),
    span=FISCAL,
)  # fmt: skip
TABULAR = DIAGNOSES._replace(name="ICD-10-CM tabular list", variant="tabular")
# The order decides where the columns of one are also those of another.
LAYOUTS = (
    HCPCS, PRICES, MAPPED_CROSSWALK, CLEANED_CROSSWALK, UNLISTED_CROSSWALK, CROSSWALK,
    UNLISTED_PRICES, PAIRS, CEILINGS, ADDONS, STATUS, RELATIVE_VALUES, NONFACILITY_VALUES, INDICES,
    CLEANED_INDICES, CAPS, OFFICIAL_RELATIVE_VALUES, DESCRIPTORS,
)  # fmt: skip
# By what the rows of each kind are sorted and found.
KEYS = {
    "hcpcs": "code", "asp": "code", "ndc": "ndc11", "noc": "drug", "noc-ndc": "ndc11",
    "ptp": "column1", "mue": "code", "addon": "addon", "opps": "code", "pprrvu": "code",
    "gpci": "locality", "oppscap": "code", "cpt": "code", "icd10cm": "code",
}  # fmt: skip
# What else tells one entry of a kind from another with the same key.
BESIDE_THE_KEY = {
    "ndc": ("code",), "noc": ("dosage",), "ptp": ("column2",), "addon": ("primary",),
    "pprrvu": ("modifier",), "oppscap": ("modifier", "locality"),
}  # fmt: skip
