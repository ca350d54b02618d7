"""Published files in their official layouts, with rows of our own making."""

from __future__ import annotations

import csv
import io
from collections.abc import Callable, Iterable
from pathlib import Path

import pytest

COPYRIGHT = "CPT only copyright 2024 American Medical Association.  All rights reserved."
ANWEB = (
    "HCPC,SEQNUM,RECID,LONG DESCRIPTION,SHORT DESCRIPTION,PRICE1,COV,BETOS,TOS1,XREF1,"
    "ADD DT,ACT EFF DT,TERM DT,ACTION CD"
)
RELATIVE_VALUES = (
    "HCPCS,MOD,DESCRIPTION,CODE,PAYMENT,RVU,PE RVU,INDICATOR,PE RVU,INDICATOR,RVU,TOTAL,TOTAL,IND,"
    "DAYS,OP,OP,OP,PROC,SURG,SURG,SURG,SURG,BASE,FACTOR,PROCEDURES,FLAG,INDICATOR,AMOUNT,AMOUNT,"
    "AMOUNT"
)
VALUES_TAIL = "0,XXX,0,0,0,2,0,0,0,0,,33.2875,09,0,99,0,0,0"
FILES = {
    "HCPC2025_OCT_ANWEB.csv": [
        ANWEB,
        (
            "J9001,0010,3,Invented substance for injection 10 mg,Invented 10 mg,51,D,O1E,1,,"
            "20200101,20250101,,N"
        ),
        (
            "J9002,0010,3,Invented substance that ended 5 mg,Ended 5 mg,51,D,O1E,1,,"
            "20100101,20200101,20251031,D"
        ),
        "   A1,0010,7,Invented modifier,Invented modifier,,C,,,,20020701,20020701,,N",
        "D0001,0010,3,Invented tooth,Tooth,,C,,,,20020701,20020701,,N",
    ],
    "section_508_asp_pricing.csv": [
        "Payment Allowance Limits for Medicare Part B Drugs,,,,,,,,,,",
        ",,,,,,,,,,",
        '"Effective July 1, 2024 through September 30, 2024",,,,,,,,,,',
        "Note 1: Of our own making.,,,,,,,,,,",
        (
            "HCPCS Code,Short Description,HCPCS Code Dosage,Payment Limit,Co-insurance Percentage,"
            "Vaccine AWP%,Vaccine Limit,Blood AWP%,Blood limit,Clotting Factor,Notes"
        ),
        'J9001,Invented,10 MG,"$1,234.567",20.000,,,,,,',
        "J9002,Ended,5 MG,see note,20.000,,,,,,a limit in words",
    ],
    "ndc_hcpcs_crosswalk.csv": [
        "July 2024 ASP NDC - HCPCS Crosswalk for Medicare Part B Drugs,,,,,,,,,,,",
        '"     Effective July 1, 2024 through September 30, 2024",,,,,,,,,,,',
        ",,,,,,,,,,,",
        (
            "_2024_CODE,Short Description,LABELER NAME,NDC2,Drug Name,HCPCS dosage,PKG SIZE,PKG QTY,"
            "BILLUNITS,BILLUNITSPKG,,"
        ),
        "J9001,Invented,Café Labs,99999-0001-01,Inventum,10 MG,1,1,10,10,,",
        "J9001,Invented,Café Labs,99999-0001-01,Inventum,10 MG,1,1,10,10,,",
        "Q4001,Invented skin,Maker,RZT-18.21,Skin,1 SQ CM,378,1,378,378,,",
    ],
    "noc_pricing.csv": [
        ",,,",
        "Payment Allowance Limits for Medicare Part B Not Otherwise Classified (NOC) Drugs,,,",
        '"Effective July 1, 2024 through September 30, 2024",,,',
        "Drug Generic Name (Trade Name),Dosage,Payment Limit,Notes",
        "Inventine (Made Up),1 UNIT,$2.462,",
    ],
    "noc_crosswalk.csv": [
        "July 2024 ASP NOC NDC - HCPCS Crosswalk for Medicare Part B Drugs,,,,,,,,",
        '"July 1, 2024 through September 30, 2024",,,,,,,,',
        (
            "Drug Generic Name,LABELER NAME,NDC or ALTERNATE ID,Drug Name,Dosage,PKG SIZE,PKG QTY,"
            "BILLUNITS,BILLUNITSPKG"
        ),
        "Inventine (Made Up),Maker,99999-0002-03,Inventine,1 UNIT,100,10,20,200",
    ],
    "ccipra-v302r0.txt": [
        f"{COPYRIGHT}\t\t\t\t\t\t",
        "Column1/Column2 Edits\t\t\t\t\t\t",
        "Column 1\tColumn 2\t*=in existence\tEffective\tDeletion\tModifier\tPTP Edit Rationale",
        "\t\tprior to 1996\tDate\tDate\t0=not allowed\t",
        "\t\t\t\t*=no data\t1=allowed\t",
        "\t\t\t\t\t9=not applicable\t",
        "96365\t36000\t\t20090101\t*\t1\tStandards of medical / surgical practice",
        "96365\t36410\t\t20090101\t20240831\t1\tMisuse of Column Two code",
        "96365\t36411\t\t20240815\t*\t0\tMisuse of Column Two code",
    ],
    "ccipra-v302r0-f2.txt": [
        "Column 1\tColumn 2\t*=in existence\tEffective\tDeletion\tModifier\tPTP Edit Rationale",
        "96413\t96365\t*\t19960101\t*\t0\tMore extensive procedure",
        "G0001\t36000\t\t20090101\t*\t1\tMore extensive procedure",
    ],
    "MCR_MUE_OutpatientHospitalServices_Eff_07-01-2024.csv": [
        f'"{COPYRIGHT}",,,',
        (
            "HCPCS/CPT Code,Outpatient Hospital Services MUE Values,MUE Adjudication Indicator,"
            "MUE Rationale"
        ),
        "96365,2,3 Date of Service Edit: Clinical,Clinical: Data",
        "J9001,100,3 Date of Service Edit: Clinical,Prescribing Information",
    ],
    "AOC_V2024Q3-MCR.txt": [
        (
            "ADD_ON_CODE\tAOC_DEL_DT\tPRIMARY_CODE\tPRIMARY_CODE_DEL_DT\tAOC_EDIT_TYPE"
            "\tAOC_EDIT_EFF_DT\tAOC_EDIT_DEL_DT\tSPECIAL_INSTRUCTION_NOTES"
        ),
        "96366\t\t96365\t\t1\t20130401\t\t",
        "96368\t\t96365\t\t1\t20130401\t20230101\t",
    ],
    "2024_July_Addendum_B.csv": [
        '"Addendum B.-Final OPPS Payment by HCPCS Code for July 2024",,,,,,,,',
        f'"{COPYRIGHT}",,,,,,,,',
        (
            "HCPCS Code,Short Descriptor,SI,APC,Relative Weight,Payment Rate,"
            "National Unadjusted Copayment,Minimum Unadjusted Copayment,Note"
        ),
        "96365,Invented,S,5693,2.33,$204.22,,$40.85,",
        "J9001,Invented,K,9001,,$12.50,,$2.50,",
    ],
    "PPRRVU24_JUL.csv": [
        "2024 National Physician Fee Schedule Relative Value File July Release" + "," * 30,
        f"{COPYRIGHT}" + "," * 30,
        "RELEASED 06/03/2024" + "," * 30,
        ",,,STATUS,NOT USED FOR MEDICARE,WORK,NON-FAC,NON-FAC NA,FACILITY,FACILITY NA,MP"
        + "," * 20,
        RELATIVE_VALUES,
        f"96365,,Invented,A,,0.21,1.63,,1.63,NA,0.04,1.88,1.88,{VALUES_TAIL}",
        f"70001,26,Invented,A,,0.50,0.20,,0.20,,0.02,0.72,0.72,{VALUES_TAIL}",
        f"70001,,Invented,A,,0.50,1.20,,1.20,,0.05,1.75,1.75,{VALUES_TAIL}",
    ],
    "GPCI2024.csv": [
        (
            "ADDENDUM E. FINAL CY 2024 GEOGRAPHIC PRACTICE COST INDICES (GPCIs) BY STATE AND LOCALITY"
            ",,,,,,"
        ),
        (
            "Medicare Administrative Contractor (MAC),State,Locality Number,Locality Name,"
            "2024 PW GPCI (with 1.0 Floor),2024 PE GPCI,2024 MP GPCI"
        ),
        "10112,AL,00,INVENTED,1.0,0.869,0.575",
    ],
    "OPPSCAP_JUL_2024.csv": [
        "HCPCS,MOD,PROCSTAT,CARRIER,LOCALITY,FACILITY PRICE,NON-FACILTY PRICE",
        "70001,TC,A,01112,05,148.37,148.37",
    ],
    "LONGULT.txt": [
        f"{COPYRIGHT}",
        "",
        "96365\tinvented words of a licence holder",
        "96366\tother invented words",
    ],
}
Published = Callable[..., Path]


def text_of(rows: Iterable[str], end: str = "\r\n") -> bytes:
    return "".join(row + end for row in rows).encode("cp1252")


@pytest.fixture
def published(tmp_path: Path) -> Published:
    """Write a published file by its name, whole or as changed by a function of its rows."""

    def write(name: str, change: Callable[[list[str]], list[str]] = list) -> Path:
        path = tmp_path / name
        path.write_bytes(text_of(change(list(FILES[name]))))
        return path

    return write


@pytest.fixture
def store(tmp_path: Path) -> Path:
    """The folder of a store that is not there yet."""
    return tmp_path / "store"


def cells_of(name: str) -> list[list[str]]:
    """The cells of a published file, for the same as a workbook."""
    text = "\n".join(FILES[name])
    return list(csv.reader(io.StringIO(text), delimiter="\t" if "\t" in text else ","))


@pytest.fixture(scope="session")
def official_cells() -> Callable[[str], list[list[str]]]:
    """The cells of a published file by its name."""
    return cells_of


@pytest.fixture
def workbook(tmp_path: Path) -> Published:
    """Write the same rows as a workbook of one sheet."""

    def write(name: str, title: str) -> Path:
        from openpyxl import Workbook

        book = Workbook()
        sheet = book.active
        assert sheet is not None
        sheet.title = title
        for row in cells_of(name):
            sheet.append(row)
        path = tmp_path / f"{Path(name).stem}.xlsx"
        book.save(path)
        return path

    return write
