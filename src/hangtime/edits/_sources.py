"""Documents that only the scrubber cites; the engine's are in `rules.sources`."""

from hangtime.rules.sources import RECALL, Source

_CMS = "https://www.cms.gov/"
CLAIM_FORM_837 = Source(
    "X12-837", "X12", "837P and 837I implementation guides", "service line, diagnosis, drug",
    "005010", "https://x12.org/", RECALL,
)  # fmt: skip
NPI_STANDARD = Source(
    "NPI", "CMS", "National Provider Identifier standard", "check digit", "2004-01-23",
    _CMS + "regulations-and-guidance/administrative-simplification/nationalprovidentstand", RECALL,
)  # fmt: skip
ICD10CM = Source(
    "ICD-10-CM", "CDC/NCHS", "ICD-10-CM", "tabular list; official guidelines I.B.2", "2026-04-01",
    "https://www.cdc.gov/nchs/icd/icd-10-cm/", RECALL,
)  # fmt: skip
OUTPATIENT_EDITOR = Source(
    "IOM-100-04-4-20.6.1", "CMS", "IOM 100-04 chapter 4", "20.6.1, with edit 21 of the code editor",
    "2024", _CMS + "regulations-and-guidance/guidance/manuals", RECALL,
)  # fmt: skip
EITHER_COLUMN = Source(
    "R2259OTN", "CMS", "Transmittal 2259", "59 and X modifiers on either column",
    "2019-02-15", _CMS + "regulations-and-guidance/guidance/transmittals", RECALL,
)  # fmt: skip
OFF_CAMPUS = Source(
    "IOM-100-04-4-20.6.11", "CMS", "IOM 100-04 chapter 4", "20.6.11, PO and PN", "2017",
    _CMS + "regulations-and-guidance/guidance/manuals", RECALL,
)  # fmt: skip
CPT_MODIFIERS = Source(
    "CPT-APPENDIX-A", "AMA", "CPT, modifiers", "appendix A, by number", "2025",
    "https://www.ama-assn.org/practice-management/cpt", RECALL,
)  # fmt: skip
CPT_AGES = Source(
    "CPT-AGES", "AMA", "CPT, codes for an age", "by number", "2025",
    "https://www.ama-assn.org/practice-management/cpt", RECALL,
)  # fmt: skip
