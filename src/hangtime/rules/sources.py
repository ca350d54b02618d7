"""Every cited document once: publisher, title, section, date, address.

`evidence` is "seen" where the passage was read in a stored copy or the value came from a CMS file,
and "recall" where the rule is common knowledge of the trade that no stored copy displayed.
`read_on` is the day the copy was last consulted.  CPT is cited by section only, never quoted.
"""

from __future__ import annotations

from dataclasses import dataclass

SEEN = "seen"
RECALL = "recall"


@dataclass(frozen=True, slots=True)
class Source:
    """One document, pin-pointed."""

    key: str
    publisher: str
    title: str
    section: str
    date: str
    url: str
    evidence: str = SEEN
    read_on: str = "2026-11"

    def __str__(self) -> str:
        return ", ".join(
            part for part in (self.publisher, self.title, self.section, self.date) if part
        )


_NORIDIAN = "https://med.noridianmedicare.com/web/jea/topics/drugs-biologicals-injections/"
_AAPC = "https://www.aapc.com/"
_HAUGEN = "https://www.thehaugengroup.com/"
_CMS = "https://www.cms.gov/"
_RAC = (
    _CMS + "Research-Statistics-Data-and-Systems/Monitoring-Programs/"
    "Medicare-FFS-Compliance-Programs/Recovery-Audit-Program/Approved-RAC-Topics-Items/"
)

CPT_INFUSIONS = Source(
    "CPT-96360-96549", "AMA", "CPT, injections and infusions", "section introduction and notes",
    "2025", "https://www.ama-assn.org/practice-management/cpt", RECALL,
)  # fmt: skip
CMS_DRUG_ADMINISTRATION = Source(
    "IOM-100-04-4-230.2", "CMS", "IOM 100-04 chapter 4", "230.2(B), with CR 3631", "2022-12-16",
    _NORIDIAN + "initial-drug-administration",
)  # fmt: skip
CMS_MULTI_DAY = Source(
    "R1702CP", "CMS", "Transmittal 1702", "drug administration over several dates", "2009-03-13",
    _CMS + "Regulations-and-Guidance/Guidance/Transmittals/downloads/R1702CP.pdf",
)  # fmt: skip
CMS_COMPLEXITY = Source(
    "R12397OTN", "CMS", "Transmittal 12397, CR 13468", "complex administration", "2023-12",
    "https://www.mondaq.com/unitedstates/food-and-drugs-law/1503954/",
)  # fmt: skip
RAC_INITIAL = Source(
    "RAC-0071", "CMS", "RAC topic 0071", "one initial service a site", "2018",
    _RAC + "0071-Initial-Hydration-Infusion-and-Chemotherapy-Administration.html",
)  # fmt: skip
RAC_HYDRATION = Source(
    "RAC-0137", "CMS", "RAC topic 0137", "hydration", "2019",
    _RAC + "0137-IV-Hydration-Administration.html",
)  # fmt: skip
FCSO_INFUSION = Source(
    "FCSO-PART-A", "First Coast", "Part A outpatient infusion and hydration", "time and initial",
    "2022", "https://medicare-prod.fcso.com/billing/part-outpatient-infusion-and-hydration-services",
)  # fmt: skip
PALMETTO_DOCUMENTATION = Source(
    "A53778", "Palmetto GBA", "article A53778", "documentation, push, concurrency", "2019-10-03",
    "https://cms.gov/medicare-coverage-database/view/article.aspx?articleId=53778",
)  # fmt: skip
NORIDIAN_HYDRATION = Source(
    "A52732", "Noridian", "hydration; article A52732", "definition and necessity", "2020-05-07",
    _NORIDIAN + "hydration",
)  # fmt: skip
NORIDIAN_REVIEW = Source(
    "NORIDIAN-96360", "Noridian", "post-payment findings, hydration", "time and necessity", "2019",
    "https://med.noridianmedicare.com/web/jea/cert-reviews/post-pay-reviews/"
    "intravenous-hydration-nv-service-specific-post-payment-final-findings",
)  # fmt: skip
CODING_CLINIC_HYDRATION = Source(
    "CGS-2012", "CGS", "adapting AHA Coding Clinic for HCPCS, first quarter 2012",
    "hydration and additives", "2012-05-10",
    "https://cgsmedicare.com/partb/pubs/news/2012/0512/cope18821.html",
)  # fmt: skip
CMS_INCLUDED = Source(
    "IOM-100-04-12-30.5", "CMS", "IOM 100-04 chapter 12", "30.5, as restated", "2016-08",
    "http://www.whatismedicalinsurancebilling.org/2016/08/admin-cpt-code-policy-therapeutic.html",
)  # fmt: skip
CMS_TRANSFUSION = Source(
    "IOM-100-04-4-231.8", "CMS", "IOM 100-04 chapter 4", "231.8, as quoted by OIG A-03-10-10004",
    "2010", _AAPC + "discuss/",
)  # fmt: skip
NCCI_MANUAL = Source(
    "NCCI-XI", "CMS", "NCCI Policy Manual chapter XI", "B, drug administration", "2022-05-01",
    "https://docslib.org/download/1210732/", RECALL,
)  # fmt: skip
MAC_COMPLEX = Source(
    "A58527", "Palmetto GBA", "article A58527 (retired)", "complex administration", "2024-06-04",
    "https://cms.gov/medicare-coverage-database/details/article-details.aspx?articleid=58527",
)  # fmt: skip
NCCI_PTP = Source(
    "NCCI-PTP", "CMS", "NCCI procedure-to-procedure edits", "practitioner and hospital tables",
    "2024-07-01", _CMS + "medicare/coding-billing/national-correct-coding-initiative-ncci-edits",
)  # fmt: skip
NCCI_MUE = Source(
    "NCCI-MUE", "CMS", "NCCI medically unlikely edits", "practitioner and hospital tables",
    "2024-07-01", _CMS + "medicare/coding-billing/national-correct-coding-initiative-ncci-edits",
)  # fmt: skip
NCCI_AOC = Source(
    "NCCI-AOC", "CMS", "NCCI add-on code edits", "type I", "2024-06-03",
    _CMS + "medicare/coding-billing/national-correct-coding-initiative-ncci-edits",
)  # fmt: skip
CMS_PFS = Source(
    "PFS-2024Q3", "CMS", "Physician Fee Schedule relative value file", "PC/TC and status", "2024-07",
    _CMS + "medicare/payment/fee-schedules/physician",
)  # fmt: skip
CMS_HCPCS = Source(
    "HCPCS", "CMS", "HCPCS Level II", "alpha-numeric file", "2025-10",
    _CMS + "medicare/coding-billing/healthcare-common-procedure-system",
)  # fmt: skip
CMS_HOME_INFUSION = Source(
    "IOM-100-02-15-320.8", "CMS", "IOM 100-02 chapter 15", "320.8, Rev. 10547", "2021-01-01",
    "https://old.bansdoc.gov.bd/eBook/42/files/basic-html/page305.html",
)  # fmt: skip
HAUGEN_BEYOND = Source(
    "HAUGEN-BEYOND", "Haugen Group", "infusions beyond the basics, Q&A", "overlap and repeats",
    "2022", _HAUGEN + "tips-expertise-injections-infusions-beyond-the-basics-webinar-qa/",
)  # fmt: skip
HAUGEN_MIDNIGHT = Source(
    "HAUGEN-MIDNIGHT", "Haugen Group", "hydration at midnight", "the orphaned interval", "2021",
    _HAUGEN + "hydration-infusion-coding-at-midnight-the-orphaned-service-interval/",
)  # fmt: skip
HAUGEN_INVESTIGATING = Source(
    "HAUGEN-INVESTIGATING", "Haugen Group", "investigating injections and infusions, Q&A",
    "additives, concurrency", "2022", _HAUGEN + "webinar-qa-investigating-injections-infusions/",
)  # fmt: skip
HCPRO_NO_STOP = Source(
    "HCPRO-2018-07-27", "HCPro", "infusions with no documented stop time", "Q&A", "2018-07-27",
    "https://revenuecycleadvisor.com/news-analysis/qa-cpt-coding-infusions-no-documented-stop-time",
)  # fmt: skip
HCPRO_SAME_DRUG = Source(
    "HCPRO-4136", "HCPro", "same substance infused again", "Q&A", "2017",
    "https://revenuecycleadvisor.com/node/4136",
)  # fmt: skip
ASCO_CONCURRENT = Source(
    "ASCO-2008", "ASCO", "concurrent infusion", "as quoted", "2008",
    _AAPC + "discuss/threads/infusion-or-hydration.14684/post-192125",
)  # fmt: skip
MEDLEARN_STOP = Source(
    "MEDLEARN-2024-12-30", "MedLearn", "stop time and reactions", "Q&A", "2024-12-30",
    "https://medlearn.com/general-question-for-the-week-of-december-30-2024/",
)  # fmt: skip
EMERALD_OVERLAP = Source(
    "EMERALD", "Emerald Health", "hydration before and after a drug", "overlap example", "2020",
    "https://www.emeraldhealthllc.com/are-you-billing-correctly-for-hydration-administration/",
)  # fmt: skip
REGENCE_109 = Source(
    "REGENCE-109", "Regence", "reimbursement policy 109", "place of service", "2024",
    "https://ump.regence.com/provider/library/policies-guidelines/reimbursement-policy/"
    "injection-infusion-services",
)  # fmt: skip
LEGALCLARITY_PUSH = Source(
    "LEGALCLARITY", "LegalClarity", "what a push is", "definition", "2025",
    "https://legalclarity.org/cpt-96375-additional-iv-push-billing-and-coding/",
)  # fmt: skip
AHIMA_INPATIENT = Source(
    "AHIMA-107707", "AHIMA", "observation turned inpatient", "practice brief", "2014",
    "https://bok.ahima.org/doc?oid=107707", RECALL,
)  # fmt: skip
SELECT_HEALTH = Source(
    "SELECT-09", "Select Health", "policy 09", "main reason; time that does not count", "2022",
    "https://www.thinkbymore.com/doc/codingreimbursement-policy-hydration-(office-based)",
)  # fmt: skip
AAPC_HYDRATION_PARTS = Source(
    "AAPC-196971", "AAPC", "hydration and chemotherapy", "quoting CPT Assistant 2007-06", "2023",
    _AAPC + "discuss/threads/billing-hydration-and-chemotherapy.196971/post-539772",
)  # fmt: skip
QHR_CALCULATED = Source(
    "QHR", "QHR", "calculated stop times", "quoting a CMS FAQ", "2016",
    "http://qhr.knowledgebase.co/article/iv-push-96374.html",
)  # fmt: skip
JUCM_REASON = Source(
    "JUCM-2012", "JUCM", "coding infusions in urgent care", "main reason", "2012",
    "https://www.jucm.com/coding-intravenous-infusions-hydration-medical-decision-making/",
)  # fmt: skip
FACILITY_ORDER = Source(
    "RACMONITOR", "RACmonitor", "infusion hierarchy", "facility order", "2019",
    "https://racmonitor.medlearn.com/be-prepared-and-proactive-for-rac-with-clear-and-precise-"
    "documentation-for-infusion-therapy/",
)  # fmt: skip
OHIO_HIMA = Source(
    "OHIO-HIMA-2024", "Ohio HIMA", "infusion and injection coding", "hierarchy, documentation",
    "2024-07", "https://ohiohima.blogspot.com/2024/07/infusion-and-injection-coding.html",
)  # fmt: skip
HCPRO_MULTIPLE_INITIALS = Source(
    "HCPRO-2009", "HCPro", "multiple initial infusions", "Q&A", "2009",
    "http://www.hcpro.com/HIM-231578-859/QACoding-multiple-initial-infusions.html",
)  # fmt: skip
HCPRO_DOCUMENTATION = Source(
    "HCPRO-2013", "HCPro", "capturing start and stop times", "documentation list", "2013",
    "https://www.hcpro.com/HIM-288862-859/Capturing-start-and-stop-times-for-infusions.html",
)  # fmt: skip
ASCO_PUMPS = Source(
    "ASCO-JOP-2010", "ASCO", "prolonged infusion pumps", "Journal of Oncology Practice", "2010",
    "http://pubmedcentralcanada.ca/pmcc/articles/PMC2900877/",
)  # fmt: skip
AAP_ANTIBODIES = Source(
    "AAP-2023", "AAP", "RSV antibody administration", "news and coding page", "2023-10-06",
    "https://publications.aap.org/aapnews/news/27271/",
)  # fmt: skip
NORIDIAN_INJECTIONS = Source(
    "NORIDIAN-INITIAL", "Noridian", "initial drug administration", "split doses, injections", "2022",
    _NORIDIAN + "initial-drug-administration",
)  # fmt: skip
NORIDIAN_WASTE = Source(
    "NORIDIAN-JW-JZ", "Noridian", "drug wastage, JW and JZ", "who, when, which container",
    "2023", _NORIDIAN + "drug-wastage-jw-and-jz-modifiers",
)  # fmt: skip
CGS_WASTE = Source(
    "CGS-JW-JZ", "CGS", "JW and JZ guidelines", "units, rounding, smallest waste, overfill",
    "2023-06-27", "https://cgsmedicare.com/partb/pubs/news/2023/06/cope140894.html",
)  # fmt: skip
FCSO_UNLISTED = Source(
    "FCSO-NOC", "First Coast", "drugs not otherwise classified", "one unit and the narrative",
    "2022", "https://medicare.fcso.com/Claim_submission_guidelines/0504764.asp",
)  # fmt: skip
MAC_ROUTE = Source(
    "A52527", "CMS", "article A52527, self-administered drugs", "JA and JB", "2024",
    "https://specialtyinfusion.com/exclusion-list/",
)  # fmt: skip
RETINAL_PRESCRIBED = Source(
    "RETINAL-2023-09", "Retinal Physician", "discarded drugs, Q&A", "the dose cut short", "2023-09",
    "https://retinalphysician.com/issues/2023/september/"
    "coding-qa-medicare-reimbursement-for-discarded-drugs",
)  # fmt: skip
OPPS_STATUS = Source(
    "OPPS-B", "CMS", "OPPS Addendum B", "status indicators by quarter", "2020 to 2026-04",
    _CMS + "medicare/payment/prospective-payment-systems/hospital-outpatient",
)  # fmt: skip
RESDAC_NDC = Source(
    "RESDAC-NDC", "ResDAC", "NDC unit of measure", "UN, ML, GR, F2", "2024",
    "https://resdac.org/cms-data/variables/ndc-unit-measure-code",
)  # fmt: skip
HANGTIME = Source(
    "HANGTIME", "Hangtime", "own reading", "where published sources are silent or differ", "2026-10",
    "docs/explanation/how-it-works.md", RECALL,
)  # fmt: skip

ALL: tuple[Source, ...] = tuple(
    value for value in list(globals().values()) if isinstance(value, Source)
)
